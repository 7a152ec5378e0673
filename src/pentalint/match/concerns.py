"""Which deployments a finding about a setting concerns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pentalint.evaluate.modules import Module
from pentalint.match.place import Hit


def with_concerns(hits: Sequence[Hit], deployed: Sequence[Module]) -> list[Hit]:
    """The hits with the names of the deployments they concern, where there are several: those that get the setting from
    the place the hit points at."""
    if len(deployed) < 2:
        return list(hits)
    places: dict[tuple[str, str], list[tuple[int, int, str]]] = {}
    for module in deployed:
        for name, (path, node) in module.origins.items():
            line = getattr(node, "lineno", 0)
            place = (line, getattr(node, "end_lineno", line), module.name)
            places.setdefault((path, name), []).append(place)
    names = {module.path: module for module in deployed}
    return [
        replace(hit, details={**hit.details, "deployment": ", ".join(concerned(hit, places, names))})
        for hit in hits
    ]


def concerned(
    hit: Hit, places: Mapping[tuple[str, str], list[tuple[int, int, str]]], deployed: Mapping[str, Module]
) -> list[str]:
    """The names of the settings modules that have a setting from where a hit points, or are where it points."""
    name = hit.details.get("name", "")
    found = [
        module
        for first, last, module in places.get((hit.path, name), ())
        if first <= hit.span.end_line and hit.span.line <= last
    ]
    here = deployed.get(hit.path)
    if here is not None and name not in here.origins and here.name not in found:
        found.append(here.name)
    return found
