"""From two evaluations of a module, with nothing set in the environment and with anything, to its final settings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from pentalint.dataclass import dataclass
from pentalint.evaluate.values import (
    LEVELS,
    UNKNOWN,
    UNSET,
    Class,
    Const,
    Package,
    Ref,
    Value,
    join_all,
    options,
)
from pentalint.settings.environment import FALSE, TRUE, value_read
from pentalint.settings.interpreter import SettingsInterpreter
from pentalint.settings.model import OPTIONAL, Contribution, FinalSetting, State, Variable
from pentalint.settings.recording import Key, class_owner
from pentalint.settings.rendering import Rendered, render
from pentalint.settings.secrets import MASK, is_secret, mask

WORDS = frozenset(["", *TRUE, *FALSE, "none", "null"])
"""Texts of variables that are no secrets whatever they are called."""

PLACEHOLDER = "not set"
"""The text of a setting that only some environment brings into being."""


@dataclass(frozen=True, slots=True)
class World:
    """One evaluation and the names of one owner in it."""

    engine: SettingsInterpreter
    names: dict[str, tuple[Value, Key]]


def module_world(engine: SettingsInterpreter, path: str) -> World:
    """The settings of a module: its names in capitals, but for what it imports as a module."""
    module = engine.load(engine.index.modules[path])
    names: dict[str, tuple[Value, Key]] = {}
    engine.loading.append(path)
    for name, value in list(module.env.items()):
        if is_name(name):
            forced = engine.force(value)
            if not isinstance(forced, Package):
                names[name] = (forced, (path, name))
    engine.loading.pop()
    return World(engine, names)


def class_world(engine: SettingsInterpreter, cls: Class) -> World:
    """The settings of a class: its attributes in capitals, inherited ones too."""
    names: dict[str, tuple[Value, Key]] = {}
    for ancestor in engine.linear(cls):
        if isinstance(ancestor, Class):
            for name, value in ancestor.members.items():
                if is_name(name):
                    key = (class_owner(ancestor), name)
                    names.setdefault(name, (read_later(engine.force(value), key, engine), key))
    return World(engine, names)


def read_later(value: Value, key: Key, engine: SettingsInterpreter) -> Value:
    """A value that reads its variable when the class is set up, as those of django-configurations do."""
    if not isinstance(value, Ref) or not value.path.startswith("configurations.values."):
        return value
    read = value_read(value, key[1])
    if read is None:
        given = value.arguments.get("0=default") if value.arguments is not None else None
        return UNKNOWN if given is None else given
    engine.reads = {}
    found = engine.read_variable(read, None)
    engine.depends[key] = dict(engine.reads)
    return found


def is_name(name: str) -> bool:
    return name.isupper() and name[0] != "_"


def final_settings(unset: World, anything: World | None) -> tuple[FinalSetting, ...]:
    """Each setting of an owner, sorted by name. `anything` is None when nothing reads the environment."""
    return tuple(finals(unset, anything))


def finals(unset: World, anything: World | None) -> Iterator[FinalSetting]:
    others = anything.names if anything is not None else {}
    for name in sorted({*unset.names, *others}):
        here, there = unset.names.get(name), others.get(name)
        if here is None:
            assert there is not None and anything is not None
            yield absent(name, there, anything)
        else:
            yield final(name, here, there, unset, anything)


def absent(name: str, found: tuple[Value, Key], world: World) -> FinalSetting:
    """A setting that is not set unless some variable says so."""
    value, key = found
    shown = render(when_set(value), name, world.engine.force)
    return FinalSetting(
        name,
        "known",
        PLACEHOLDER,
        tuple(world.engine.told.get(key, ())),
        alternatives=() if shown.unknown else (shown.text,),
        environment=tuple(
            replace(one, default=OPTIONAL) if one.default is None else one for one in variables(world, key)
        ),
    )


def final(
    name: str,
    here: tuple[Value, Key],
    there: tuple[Value, Key] | None,
    unset: World,
    anything: World | None,
) -> FinalSetting:
    whole, key = here
    value = when_set(whole)
    shown = render(value, name, unset.engine.force)
    environment = {variable.name: variable for variable in variables(unset, key)}
    alternatives: list[str] = []
    told = list(unset.engine.told.get(key, ()))
    if anything is not None and there is not None:
        other = render(when_set(there[0]), name, anything.engine.force)
        if other.text != shown.text:
            environment = {
                variable.name: variable for variable in variables(anything, there[1])
            } | environment
            if not other.unknown and not other.variables:
                alternatives = texts(there[0], name, anything)
            both = anything.engine.told.get(there[1], [])
            told = list(both) if set(told) <= set(both) else told + [one for one in both if one not in told]
    state, reason = judge(shown, unset.engine.reasons.get(key, ""), environment.values(), value)
    if state == "environment":
        reason += refusal(shown.variables, unset.engine.required)
    text = shown.text
    if whole is not value:
        text = f"{text} | {PLACEHOLDER}"
        state = "alternatives" if state == "known" else state
    if state == "alternatives" and not alternatives:
        alternatives = texts(whole, name, unset)
    if state == "alternatives" and not reason:
        reason = undecided(told) or unsure(unset.engine.reasons.get(key, ""), environment.values())
    return FinalSetting(
        name,
        state,
        text,
        tuple(told),
        value=shown.value if whole is value else None,
        alternatives=tuple(dict.fromkeys(alternatives)) if len(alternatives) > 1 else (),
        environment=tuple(environment[one] for one in sorted(environment)),
        reason=reason,
    )


def refusal(variables: Iterable[str], required: Mapping[str, str]) -> str:
    """Where the project refuses to be without one of some variables, as the end of a reason."""
    places = dict.fromkeys(required[name] for name in variables if name in required)
    return f"; without it, the project stops at {', '.join(places)}" if places else ""


def refusals(required: Mapping[str, str]) -> tuple[str, ...]:
    """What a project asks of a deployment, as notes: the variables without which it stops with an error."""
    places: dict[str, list[str]] = {}
    for name, place in required.items():
        places.setdefault(place, []).append(name)
    return tuple(
        f"{place} raises an error without {', '.join(names)}; a deployment sets what it asks for"
        for place, names in places.items()
    )


def when_set(value: Value) -> Value:
    """A value without the possibility that nothing sets the name."""
    possible = options(value)
    there = [option for option in possible if option is not UNSET]
    return join_all(there) if 0 < len(there) < len(possible) else value


def texts(value: Value, name: str, world: World) -> list[str]:
    """Each of the values that a name may have."""
    return [
        PLACEHOLDER if option is UNSET else render(option, name, world.engine.force).text
        for option in options(value)
    ]


def variables(world: World, key: Key) -> tuple[Variable, ...]:
    """The variables a setting depends on, their defaults masked where their names say secret."""
    found = world.engine.depends.get(key, {})
    return tuple(masked(found[name], key[1]) for name in sorted(found))


def masked(variable: Variable, name: str) -> Variable:
    default, given = variable.default, variable.given
    secret = is_secret(variable.name) or is_secret(name)
    if default is not None:
        hidden = secret and default[:1] in ("'", '"', "b") and default.strip("b'\"").lower() not in WORDS
        default = repr(MASK) if hidden else mask(default)
    if given is not None:
        given = MASK if secret and given else mask(given)
    return replace(variable, default=default, given=given)


def judge(shown: Rendered, reason: str, environment: Iterable[Variable], value: Value) -> tuple[State, str]:
    """What is known of a value, and the reason when it is not all."""
    required = [one.name for one in environment if one.default is None and one.given is None]
    if shown.unknown:
        told = next((one for one in shown.unknown if one), "")
        if (required or shown.variables) and reason_is_theirs(value):
            decisive = dict.fromkeys(shown.variables or required)
            return "environment", f"the environment decides: {', '.join(decisive)}"
        return "unknown", told or reason or "it is computed in a way that is not followed"
    if shown.variables:
        return "environment", f"the environment decides: {', '.join(dict.fromkeys(shown.variables))}"
    return ("alternatives", "") if shown.choice else ("known", "")


def reason_is_theirs(value: Value) -> bool:
    """Whether nothing but what a variable says stands between a value and being known."""
    return value is UNKNOWN or all(
        isinstance(option, Const) or (isinstance(option, Ref) and not hollow(option))
        for option in options(value)
    )


def hollow(value: Ref, levels: int = LEVELS) -> bool:
    """Whether nothing is known of something that a library's object was made with."""
    given = value.arguments.every() if value.arguments is not None else ()
    inside = [*given, *(() if value.base is None else (value.base,))]
    return levels > 0 and any(
        option is UNKNOWN or (isinstance(option, Ref) and hollow(option, levels - 1))
        for one in inside
        for option in options(one)
    )


def unsure(reason: str, environment: Iterable[Variable]) -> str:
    """Why a value is one of several where no test says so: what can be imported, or what a variable says."""
    if reason.startswith("it depends on"):
        return reason
    required = [one.name for one in environment if one.default is None and one.given is None]
    return f"it depends on {', '.join(required)}" if required else ""


def undecided(told: Iterable[Contribution]) -> str:
    """The tests a value depends on."""
    tests = dict.fromkeys(one.condition for one in told if one.condition)
    return f"it depends on {'; '.join(f'`{test}`' for test in tests)}" if tests else ""
