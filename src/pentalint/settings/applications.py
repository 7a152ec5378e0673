"""Applications whose configuration is followed in the order in which it is filled (Flask, Bottle), as deployments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from pentalint.evaluate.events import Frame
from pentalint.evaluate.modules import Module
from pentalint.evaluate.values import Class, join_all
from pentalint.match.applications import Application, Final, State
from pentalint.match.bodies import Place
from pentalint.match.configuration import Configurations
from pentalint.match.deployment import is_deployed
from pentalint.match.operations import Operation
from pentalint.match.settings import Setting
from pentalint.settings.final import PLACEHOLDER, judge, masked, undecided
from pentalint.settings.logged import LoggedInterpreter, owner
from pentalint.settings.model import OPTIONAL, Contribution, Deployment, FinalSetting, Variable
from pentalint.settings.rendering import render
from pentalint.settings.secrets import mask_line

FORKS = 12
"""An application that may load one of more objects than this is one deployment, with alternatives."""


class Joiner:
    """From the applications of a project to its deployments. `taken` are the paths and names of what they load."""

    def __init__(self, configurations: Configurations, engine: LoggedInterpreter) -> None:
        self.configurations = configurations
        self.engine = engine
        self.taken: set[str] = set()

    def deployments(self, framework: str) -> list[Deployment]:
        """The deployments of a framework: each place that makes an application, once for each object that it may load; where
        it comes to other settings when the program starts elsewhere, once for each start."""
        made: dict[Operation, list[Application]] = {}
        for application in self.configurations.applications:
            if application.made.framework == framework:
                made.setdefault(application.made, []).append(application)
        found: list[Deployment] = []
        for applications in made.values():
            found += distinct([one for each in applications for one in self.variants(each)])
        if not made:
            found = [self.deployment(one, ()) for one in self.strangers(framework) if one.settings]
        return numbered(found)

    def strangers(self, framework: str) -> Iterator[Application]:
        """Where nothing in the project makes an application: what each function or module does to one it is given."""
        present = self.configurations.log.models[framework].present
        for place, operations in self.configurations.log.logs.items():
            own = [one for one in operations if one.framework == framework and one.callee is None]
            if not own:
                continue
            state = State(Application(own[0], place), present, self.configurations.record)
            for operation in own:
                if operation.change is not None:
                    state.change(operation.change, operation, certain=not operation.branches)
                    continue
                cases = self.configurations.case(operation, None)
                state.apply(cases, operation, certain=not operation.branches)
            yield state.application

    def variants(self, application: Application) -> Iterator[tuple[Deployment, str]]:
        """The deployments of one application, each with the place where the program starts."""
        start = shown(application.started)
        fork = first_fork(application)
        if fork is None:
            yield self.deployment(application, ()), start
            return
        cases = application.forks[fork]
        notes = [
            f"it may load something else: {case.opened}"
            for case in cases
            if case.origin is None and case.opened
        ]
        for number, case in enumerate(cases):
            if case.origin is not None:
                variant = self.configurations.variant(application, {fork: number})
                yield self.deployment(variant, notes), start

    def deployment(self, application: Application, notes: Iterable[str]) -> Deployment:
        """One application with its settings, named after what it loads first."""
        made = application.made.frame
        name = ".".join(filter(None, (made.module.name, made.qualname)))
        loaded = [one for one in application.origins if label(one)]
        name = f"{name} with {label(loaded[0])}" if loaded else name
        self.taken.update(label(one) for one in loaded)
        self.taken.update(one.path for one in application.origins if isinstance(one, Module))
        production = application.deployed and all(self.is_deployed(one) for one in loaded)
        settings = tuple(self.setting(application.settings[key]) for key in sorted(application.settings))
        why = "it configures the application" if production else "its name is one of development or tests"
        told = dict.fromkeys((*notes, *map(note, application.reasons)))
        for variable in application.variables:
            told[f"the environment may set more: {variable}"] = None
        return Deployment(
            application.made.framework, name, made.module.path, production, why, settings, tuple(told)
        )

    def is_deployed(self, origin: Class | Module) -> bool:
        """Whether a class or module may be what production loads, by its name and the names it is registered under."""
        if isinstance(origin, Module):
            return is_deployed(origin.path)
        names = self.configurations.record.registered.get(id(origin), ())
        if names and not any(is_deployed("", name) for name in names):
            return False
        return is_deployed(origin.module.path, origin.name)

    # -- settings ------------------------------------------------------------------------------------------------------

    def setting(self, final: Final) -> FinalSetting:
        """What one setting comes to."""
        engine, name = self.engine, final.name
        value = join_all(one.value for one in final.settings)
        shown = render(value, name, engine.force)
        environment: dict[str, Variable] = {}
        reason = ""
        for one in (*final.settings, *final.changes):
            reads, blame = engine.source(one)
            environment.update(reads)
            reason = reason or blame
        variables = [masked(environment[key], name) for key in sorted(environment)]
        state, reason = judge(shown, reason, variables, value)
        told = tuple(dict.fromkeys(part for one in final.history for part in self.told(one)))
        texts = [render(one.value, name, engine.force).text for one in final.settings]
        text = shown.text
        if final.absent:
            texts.append(PLACEHOLDER)
            text = f"{text} | {PLACEHOLDER}"
            state = "alternatives" if state == "known" else state
        if state == "alternatives":
            reason = reason or undecided(told) or "not every run of the program sets it"
        if final.unfollowed:
            state, reason = "unknown", final.unfollowed
        variables += [self.later(variable, name) for variable in final.variables]
        alternatives = tuple(dict.fromkeys(texts)) if state == "alternatives" else ()
        return FinalSetting(
            name,
            state,
            text,
            told,
            value=None if final.absent else shown.value,
            alternatives=alternatives if len(alternatives) > 1 else (),
            environment=tuple(variables),
            reason=reason,
        )

    def later(self, variable: str, name: str) -> Variable:
        """A variable that may override a setting: `FLASK_*` stands for those that end in the names of settings."""
        own = variable.replace("*", name)
        files = self.configurations.log.files
        given = next((one for one in files.variables if own != variable and one.name == own), None)
        if given is None:
            return Variable(own, OPTIONAL, "", 0)
        return masked(Variable(own, OPTIONAL, given.path, given.line, given.value), name)

    def told(self, setting: Setting) -> Iterable[Contribution]:
        """The statements that gave a setting the value that one loader or statement wrote."""
        found = None if setting.frame is not None else self.engine.told.get((owner(setting), setting.name))
        if found:
            return found
        tests = setting.frame.tests if setting.frame is not None else ()
        frame = Frame(setting.module, {}, tests=tests)
        one = self.engine.contribution(setting.name, setting.node, frame, "set")
        return (one if is_python(one.path) else replace(one, text=mask_line(one.text, setting.name)),)


def is_python(path: str) -> bool:
    """Whether a file is Python by its name."""
    return path.endswith((".py", ".pyw"))


def first_fork(application: Application) -> Operation | None:
    """The first operation that loads one of several objects."""
    for operation, cases in application.forks.items():
        if 1 < len(cases) <= FORKS and any(label(case.origin) for case in cases):
            return operation
    return None


def label(origin: Class | Module | None) -> str:
    """What an object is called that is loaded; "" for a file that is executed."""
    if isinstance(origin, Class):
        return f"{origin.module.name}.{origin.qualname}"
    return origin.name if origin is not None and is_python(origin.path) else ""


def shown(place: Place) -> str:
    """A function or module by name."""
    if isinstance(place, Module):
        return place.name
    return f"{place.module.name}.{place.qualname}"


def note(reason: str) -> str:
    """Why there may be settings that no file shows, as a note."""
    return f"{reason}; it may set anything"


def distinct(found: list[tuple[Deployment, str]]) -> list[Deployment]:
    """Deployments of what one place makes: those of several starts that come to the same are one, the others are named after
    their starts."""
    kept: dict[str, list[tuple[Deployment, str]]] = {}
    for deployment, start in found:
        if not deployment.settings:
            continue
        same = kept.setdefault(deployment.name, [])
        twin = next(
            (place for place, (one, _) in enumerate(same) if one.settings == deployment.settings), None
        )
        if twin is None:
            same.append((deployment, start))
        elif deployment.production:
            same[twin] = (deployment, same[twin][1])
    return [
        deployment if len(same) == 1 else replace(deployment, name=f"{deployment.name}, started at {start}")
        for same in kept.values()
        for deployment, start in same
    ]


def numbered(found: list[Deployment]) -> list[Deployment]:
    """Deployments with names of their own: one function may make several applications."""
    counts: dict[str, int] = {}
    made = []
    for one in found:
        counts[one.name] = number = counts.get(one.name, 0) + 1
        made.append(one if number == 1 else replace(one, name=f"{one.name} ({number})"))
    return made
