"""One deployment's settings judged together, defaults of the framework's version included: the `settings` patterns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.values import Const, Dict, List, Value, lift
from pentalint.match.conditions import ConditionError
from pentalint.match.final_settings import Deployment
from pentalint.match.finders import finder_of
from pentalint.match.overlaps import Overlap
from pentalint.match.patterns import Compiler
from pentalint.match.place import Place
from pentalint.match.views import alternatives
from pentalint.rule import SettingsModel, covers


class SettingsPattern:
    """`settings.NAME = COND` for several names: all hold together in one deployment, which sets all of `set` and none of
    `unset`. The finding stands where the first of `at` (by default: of the names) that is set is written."""

    def __init__(self, table: Mapping[str, Any], compiler: Compiler, applies: str = "") -> None:
        tests = table["settings"]
        self.overlap = Overlap(table["overlap"], compiler) if "overlap" in table else None
        self.finder = finder_of(table, compiler)
        if not isinstance(tests, Mapping) or not (tests or self.finder):
            raise ConditionError("`settings` is a table: the name of a setting = a condition")
        self.tests = [(name, compiler.condition(condition)) for name, condition in tests.items()]
        at = table.get("at", list(tests))
        self.at = as_names(at)
        self.names = tuple(tests)
        self.set = as_names(table.get("set", ()))
        self.unset = as_names(table.get("unset", ()))
        self.versions = tuple(text for text in (applies, table.get("versions", "")) if text)
        for text in self.versions:
            covers(text, "1")

    def applies(self, version: str) -> bool:
        """Whether the pattern is about a version of the framework."""
        return all(covers(text, version) for text in self.versions)

    def match(
        self, deployment: Deployment, version: str, model: SettingsModel, engine: Interpreter
    ) -> list[Place]:
        """Where to report it: nowhere unless the deployment has such settings."""
        if any(name not in deployment.written for name in self.set):
            return []
        if any(name in deployment.written for name in self.unset):
            return []
        for name, test in self.tests:
            if not test(deployment.value(name, version, model, engine), engine):
                return []
        if self.overlap is not None and not self.overlap.holds(
            lambda name: deployment.value(name, version, model, engine), engine
        ):
            return []
        if self.finder is not None:
            return list(self.finder(deployment, version, model, engine))
        subject = self.at[0]
        value = deployment.value(subject, version, model, engine)
        for name in self.at:
            setting = deployment.written.get(name)
            if setting is not None:
                note = "" if name == subject else " by default"
                place = Place(setting.module, setting.node, setting.scope, subject, value, subject)
                place.because = setting.because if name == subject else ""
                break
        else:
            note = " by default"
            place = Place(deployment.module, deployment.node, deployment.scope, subject, value, subject)
        place.note, place.deployment = note, deployment.name
        return [place]


def as_names(value: str | Iterable[str]) -> tuple[str, ...]:
    """One name or several."""
    return (value,) if isinstance(value, str) else tuple(value)


def silenced(deployment: Deployment, model: SettingsModel, engine: Interpreter) -> frozenset[str]:
    """The ids of checks that a deployment says are not to be reported, in any of the ways it may go."""
    setting = deployment.written.get(model.silences)
    if setting is None:
        return frozenset()
    return frozenset(
        text.value
        for option in alternatives(setting.value, engine)
        for item in strings_in(option)
        for text in alternatives(item, engine)
        if isinstance(text, Const) and isinstance(text.value, str)
    )


def strings_in(value: Value) -> Iterable[Value]:
    """The members of a container."""
    if isinstance(value, List):
        return value.items
    return [lift(key) for key in value.entries] if isinstance(value, Dict) else ()


def verdicts(
    patterns: Sequence[SettingsPattern], deployment: Deployment, model: SettingsModel, engine: Interpreter
) -> list[tuple[int, Place]]:
    """Which of several alternatives hold, and where, each setting once: one must hold in every version that may be in
    use."""
    kept: dict[str, tuple[int, Place]] | None = None
    for version in deployment.versions:
        found: dict[str, tuple[int, Place]] = {}
        for number, pattern in enumerate(patterns):
            if pattern.applies(version):
                for place in pattern.match(deployment, version, model, engine):
                    found.setdefault(place.name, (number, place))
        kept = found if kept is None else {name: one for name, one in kept.items() if name in found}
        if not kept:
            return []
    return list((kept or {}).values())
