"""What one evaluation of a function or module writes into a configuration, in order, and the settings it comes to."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable
from dataclasses import field, replace

from pentalint.dataclass import dataclass
from pentalint.evaluate.events import Frame
from pentalint.evaluate.methods import copy
from pentalint.evaluate.modules import Module
from pentalint.evaluate.values import UNKNOWN, Value, join_all, options
from pentalint.match.bodies import bodies
from pentalint.match.deployment import is_deployed
from pentalint.settings.final import PLACEHOLDER, judge, masked, undecided
from pentalint.settings.interpreter import SettingsInterpreter
from pentalint.settings.model import Contribution, Deployment, FinalSetting, State, Variable
from pentalint.settings.rendering import render
from pentalint.settings.secrets import mask_line

Way = tuple[int, ...]
"""The branches that surround a statement, outermost first."""

Path = tuple[tuple[int, Way], ...]
"""The same for each function on the way to it, the one that begins first: the identity of its frame, and its branches."""


@dataclass(frozen=True, slots=True)
class Written:
    """One write of a setting: its value, where, the variables it depends on and why it is not known. `at` is the call or
    statement that writes it, `node` what says the value. `way` and `tests` are
    the branches of its function that surround it, `path` those of the calls that led to it too; `asked` says that all that
    is asked before is whether the setting is there already."""

    section: str
    name: str
    value: Value
    module: Module
    node: ast.AST
    at: ast.AST
    variables: tuple[Variable, ...] = ()
    blame: str = ""
    how: str = "set"
    way: Way = ()
    tests: tuple[ast.expr, ...] = ()
    path: Path = ()
    asked: bool = False

    kept: Value | None = None

    @property
    def live(self) -> Value:
        """The value as the program has it, for others to change."""
        return self.value if self.kept is None else self.kept

    def frozen(self) -> Written:
        """The write with the value as it is now, whatever becomes of it."""
        return replace(self, value=copy(self.value), kept=self.live)


@dataclass(slots=True)
class Application:
    """What one evaluation of a function or module configures, in order."""

    module: Module
    qualname: str
    frame: Frame
    steps: list[Written] = field(default_factory=list)
    notes: dict[str, None] = field(default_factory=dict)
    open: dict[str, None] = field(default_factory=dict)
    """Where names are set that are not known."""


def deployment(
    framework: str, application: Application, engine: SettingsInterpreter, elsewhere: Collection[str] = ()
) -> Deployment:
    """An application with what it configures. `elsewhere` are the names that other functions set."""
    module = application.module
    name = f"{module.name}.{application.qualname}" if application.qualname else module.name
    written: dict[tuple[str, str], list[Written]] = {}
    for step in application.steps:
        written.setdefault((step.section, step.name), []).append(step)
    settings = tuple(final(written[key], application.frame, engine, elsewhere) for key in sorted(written))
    deployed = is_deployed(module.path)
    why = "it configures the application" if deployed else "its name is one of development or tests"
    notes = (*application.notes, *(application.open if settings else ()))
    return Deployment(framework, name, module.path, deployed, why, settings, notes)


def final(
    steps: list[Written], frame: Frame, engine: SettingsInterpreter, elsewhere: Collection[str]
) -> FinalSetting:
    """What all that is written under one name comes to."""
    section, name = steps[0].section, steps[0].name
    last, absent = settle(steps, body_of(frame), elsewhere)
    told = tuple(dict.fromkeys(contribution(one, engine) for one in steps))
    values = [one.value for one in last]
    if any(one.asked and one.name in elsewhere for one in last):
        values.append(UNKNOWN)
    value = join_all(values)
    shown = render(value, name, engine.force)
    reads = {variable.name: masked(variable, name) for one in last for variable in one.variables}
    variables = tuple(reads.values())
    if not last:
        return FinalSetting(name, "known", PLACEHOLDER, told, section)
    blame = next((one.blame for one in last if one.blame), "")
    state, reason = judge(shown, blame, variables, value)
    texts = list(dict.fromkeys(render(one, name, engine.force).text for one in options(value)))
    text = shown.text
    if absent:
        texts.append(PLACEHOLDER)
        text = f"{text} | {PLACEHOLDER}"
        state = either(state)
    if state == "alternatives":
        reason = reason or undecided(contribution(one, engine) for one in last)
    return FinalSetting(
        name,
        state,
        text,
        told,
        section,
        None if absent else shown.value,
        alternatives=tuple(texts) if state == "alternatives" and len(texts) > 1 else (),
        environment=variables,
        reason=reason,
    )


def either(state: State) -> State:
    """The state of what may not be set at all."""
    return "alternatives" if state == "known" else state


def contribution(step: Written, engine: SettingsInterpreter) -> Contribution:
    """The statement, with the tests it stands under."""
    found = engine.contribution(step.name, step.node, Frame(step.module, {}, tests=step.tests), step.how)
    if step.module.path.endswith((".py", ".pyw")):
        return found
    return replace(found, text=mask_line(found.text, step.name))


def settle(
    steps: Iterable[Written], body: list[ast.stmt], elsewhere: Collection[str]
) -> tuple[list[Written], bool]:
    """The writes of which one is the last, and whether there may be none. A write ends those before it on the same
    branch; where every branch of a test writes, one of them has."""
    last: list[Written] = []
    certain = False
    for step in steps:
        if step.asked and not last and step.name not in elsewhere:
            step = replace(step, way=())
        last = [one for one in last if one.way[: len(step.way)] != step.way]
        if step.way and covers(body, {id(one.at) for one in last if one.way} | {id(step.at)}):
            last = [one for one in last if one.way]
            certain = True
        certain = certain or not step.way
        if step.how == "delete":
            certain = False
        else:
            last.append(step)
    return last, not certain


def covers(body: Iterable[ast.stmt], nodes: Collection[int]) -> bool:
    """Whether one of some nodes is evaluated whenever the statements are, each to its end."""
    for statement in body:
        if isinstance(statement, ast.If):
            if covers(statement.body, nodes) and covers(statement.orelse, nodes):
                return True
        elif isinstance(statement, (ast.With, ast.AsyncWith, ast.Try)):
            final = statement.finalbody if isinstance(statement, ast.Try) else []
            if covers(statement.body, nodes) or covers(final, nodes):
                return True
        elif isinstance(statement, (ast.Expr, ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Return)):
            if any(id(inner) in nodes for inner in ast.walk(statement)):
                return True
    return False


def body_of(frame: Frame) -> list[ast.stmt]:
    """The statements of a frame."""
    if frame.function is None and frame.cls is not None:
        return frame.cls.node.body
    return bodies(frame.function or frame.module)


def reaches(step: Path, path: Path) -> bool:
    """Whether what comes to `path` has come by a statement at `step` before: no branch leads past it."""
    for place, (frame, way) in enumerate(step):
        if place < len(path) and path[place][0] == frame:
            if way != path[place][1][: len(way)]:
                return False
        else:
            return not any(rest for _, rest in step[place:])
    return True
