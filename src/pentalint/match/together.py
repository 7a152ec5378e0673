"""The rules about several settings of one deployment: who speaks of which check, and what has been said already."""

from __future__ import annotations

from collections.abc import Iterator

from pentalint.evaluate.statements import Interpreter
from pentalint.match.compile import Compiled
from pentalint.match.deployments import SettingsPattern, silenced, verdicts
from pentalint.match.final_settings import Deployment
from pentalint.match.place import Place
from pentalint.rule import SettingsModel

PlaceKey = tuple[str, str, int, int, str]
"""A rule, a place, and the name of the setting written there."""


class Together:
    """The alternatives by rule and check: those of one check stand for each other, each in its versions."""

    def __init__(self) -> None:
        self.groups: dict[tuple[str, str], list[Compiled]] = {}
        self.seen: set[PlaceKey] = set()
        self.muted: set[PlaceKey] = set()

    def __bool__(self) -> bool:
        return bool(self.groups)

    def add(self, compiled: Compiled) -> None:
        """One more alternative."""
        group = compiled.check or f"#{len(self.groups)}"
        self.groups.setdefault((compiled.rule.id, group), []).append(compiled)

    def judge(
        self, deployment: Deployment, framework: str, model: SettingsModel, engine: Interpreter
    ) -> Iterator[tuple[Compiled, Place]]:
        """What holds of a deployment, but for the checks it silences: of those no alternative of the rule is to speak."""
        quiet = silenced(deployment, model, engine)
        self.muted = set()
        for group in self.groups.values():
            rule = group[0].rule
            if rule.pack != framework or not (deployment.deployed or rule.deployment == "any"):
                continue
            patterns = [one.pattern for one in group if isinstance(one.pattern, SettingsPattern)]
            for number, place in verdicts(patterns, deployment, model, engine):
                if group[number].check in quiet:
                    self.muted.add(place_key(group[number], place))
                else:
                    yield group[number], place

    def is_new(self, compiled: Compiled, place: Place) -> bool:
        """Whether a rule has not spoken yet of the setting written there: of its check, if it stands for several. Alternatives
        that are no checks wait for facts of their own, and each may be the one whose facts hold."""
        key = place_key(compiled, place)
        own = (f"{key[0]}{compiled.check or compiled.facts}", *key[1:])
        if key in self.muted or own in self.seen or (not compiled.check and key in self.seen):
            return False
        self.seen |= {key, own} if compiled.check else {own}
        return True


def place_key(compiled: Compiled, place: Place) -> PlaceKey:
    """What a rule has spoken of when it has reported a setting."""
    line, column = getattr(place.node, "lineno", 0), getattr(place.node, "col_offset", 0)
    return (compiled.rule.id + compiled.fact, place.module.path, line, column, place.name)
