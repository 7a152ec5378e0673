"""Which unit and framework a line that starts an application belongs to."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable

from pentalint.model import Evidence
from pentalint.project.knowledge import Knowledge
from pentalint.project.manifests import Manifests, Serve
from pentalint.project.modules import Modules
from pentalint.project.signals import Signals, UnitSignals
from pentalint.project.units import Place, hidden, owner

_SAID = (
    (
        "flask",
        re.compile(r"\bFLASK_APP\b|\bflask\b(\s+--?\w+(=|\s+)\S+)*\s+(run|shell|db)\b|\bflask\s+--app\b"),
    ),
    (
        "django",
        re.compile(r"\bDJANGO_SETTINGS_MODULE\b|\bmanage\.py\s+\w+|\bdjango-admin\b|\bdjango_settings\b"),
    ),
)


def assign(
    manifests: Manifests,
    places: Iterable[Place],
    found: dict[str, UnitSignals],
    modules: Modules,
    known: Knowledge,
) -> dict[tuple[str, str], list[Evidence]]:
    """Enter each deployment line as evidence of the framework it starts; what belongs to none is left
    out.

    Returns the PasteDeploy lines of Pyramid's units, which weigh more than the others, by unit and
    framework.
    """
    roots = {place.path for place in places}
    files = {file.path: place for place in places for file in place.files}
    paste: dict[tuple[str, str], list[Evidence]] = {}
    for serve in manifests.serves:
        place = files.get(serve.path)
        if hidden(serve.path) or (place is not None and not _counts(place, serve.path)):
            continue
        home = owner(serve.path, roots)
        for unit, framework in _meant(serve, home, found, modules, known, roots):
            evidence = Evidence(serve.path, serve.line, "served", f"{serve.kind}: {_short(serve.text)}")
            if serve.kind == "paste":
                if framework == "pyramid":
                    paste.setdefault((unit, framework), []).append(evidence)
                continue
            found[unit].frameworks[framework].served.append(evidence)
    return paste


def _counts(place: Place, path: str) -> bool:
    return any(file.path == path and place.role(file).main for file in place.files)


def _meant(
    serve: Serve,
    home: str,
    found: dict[str, UnitSignals],
    modules: Modules,
    known: Knowledge,
    roots: set[str],
) -> list[tuple[str, str]]:
    units = [home, *sorted(set(found) - {home})]
    said = _framework(serve, known)
    if said:
        holders = [unit for unit in units if _evident(found[unit].frameworks[said])]
        return [(holders[0], said)] if holders and (holders[0] == home or len(holders) == 1) else []
    if not serve.module:
        return []
    path = _path(serve, modules)
    if path is not None:
        unit = owner(path, roots)
        names = [name for name, signals in found[unit].frameworks.items() if _touches(signals, path)]
        if names:
            return [(unit, name) for name in names]
        builders = [name for name, signals in found[unit].frameworks.items() if _builds(signals)]
        return [(unit, builders[0])] if len(builders) == 1 else []
    return []


def _framework(serve: Serve, known: Knowledge) -> str:
    if serve.kind == "paste":
        return "pyramid"
    if serve.kind in known.frameworks:
        return serve.kind
    for name, pattern in _SAID:
        if pattern.search(serve.text):
            return name
    for name, facts in known.frameworks.items():
        if any(
            re.search(rb"(?<![\w./-])%s\b" % command.encode(), serve.text.encode())
            for command in facts.commands
        ):
            return name
    return ""


def _evident(signals: Signals) -> bool:
    return bool(signals.imports or signals.lazy or signals.plugins or signals.hits)


def _builds(signals: Signals) -> bool:
    return any(hit.weight >= 20 for hit in signals.hits)


def _touches(signals: Signals, path: str) -> bool:
    return any(hit.path == path for hit in signals.hits) or any(
        entry.path == path for entry in signals.imports + signals.lazy
    )


def _path(serve: Serve, modules: Modules) -> str | None:
    """The file that holds what is served: `shop.wsgi:application`, `shop/wsgi.py`, `app.py`."""
    module = serve.module.partition(":")[0].partition("(")[0]
    if module.endswith(".py"):
        module = module[:-3]
    module = module.strip("./").replace("/", ".")
    if not module or not all(part.isidentifier() for part in module.split(".")):
        return None
    beside = posixpath.join(posixpath.dirname(serve.path), "x.py")
    found = modules.find(module, beside)
    while found is None and "." in module:
        # `shop.factory.create_app` names a function in a module.
        module = module.rpartition(".")[0]
        found = modules.find(module, beside)
    return found


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 100 else f"{line[:97]}..."
