"""Which deployments a finding about a setting concerns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pentalint.dataclass import dataclass
from pentalint.evaluate.modules import Module
from pentalint.match.finals import Judged
from pentalint.match.place import Hit


@dataclass(frozen=True, slots=True)
class Written:
    """The lines on which a deployment's settings `module` gets a setting, and what the deployment sets `because` of which it
    is what it is ("": nothing)."""

    first: int
    last: int
    module: str
    because: str


def with_concerns(hits: Sequence[Hit], deployed: Sequence[Judged]) -> list[Hit]:
    """The hits with the names of the deployments they concern, where there are several: those that get the setting from
    the place the hit points at, for the same reason."""
    if len(deployed) < 2:
        return list(hits)
    places: dict[tuple[str, str], list[Written]] = {}
    for judged in deployed:
        because = {setting.name: setting.because for setting in judged.settings}
        for name, (path, node) in judged.module.origins.items():
            line = getattr(node, "lineno", 0)
            last = getattr(node, "end_lineno", line)
            place = Written(line, last, judged.module.name, because.get(name, ""))
            places.setdefault((path, name), []).append(place)
    names = {judged.module.path: judged.module for judged in deployed}
    return [
        replace(hit, details={**hit.details, "deployment": ", ".join(concerned(hit, places, names))})
        for hit in hits
    ]


def concerned(
    hit: Hit, places: Mapping[tuple[str, str], list[Written]], deployed: Mapping[str, Module]
) -> list[str]:
    """The names of the settings modules that have a setting from where a hit points, or are where it points."""
    name = hit.details.get("name", "")
    here = [
        one
        for one in places.get((hit.path, name), ())
        if one.first <= hit.span.end_line and hit.span.line <= one.last
    ]
    alike = [one for one in here if one.because == hit.details.get("because", "")]
    found = [one.module for one in alike or here]
    module = deployed.get(hit.path)
    if module is not None and name not in module.origins and module.name not in found:
        found.append(module.name)
    return found
