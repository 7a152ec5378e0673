"""Which deployments a finding about a setting concerns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pentalint.evaluate.modules import Module
from pentalint.match.place import Hit


def with_concerns(hits: Sequence[Hit], deployed: Sequence[Module]) -> list[Hit]:
    """The hits with the names of the deployments they concern, where there are several: those that get the setting from
    the place the hit points at."""
    if len(deployed) < 2:
        return list(hits)
    return [
        replace(hit, details={**hit.details, "deployment": ", ".join(concerned(hit, deployed))})
        for hit in hits
    ]


def concerned(hit: Hit, deployed: Sequence[Module]) -> list[str]:
    """The names of the settings modules that have a setting from where a hit points."""
    found = []
    for module in deployed:
        path, node = module.origins.get(hit.details.get("name", ""), (module.path, None))
        line = getattr(node, "lineno", hit.span.line)
        if (
            path == hit.path
            and line <= hit.span.end_line
            and hit.span.line <= getattr(node, "end_lineno", line)
        ):
            found.append(module.name)
    return found
