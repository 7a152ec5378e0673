"""What is known of each framework, read from `rules/<framework>/detect.toml` and
`rules/web/other-frameworks.toml`."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from pentalint import toml
from pentalint.data import rules_root
from pentalint.dataclass import dataclass
from pentalint.errors import RuleError
from pentalint.model import FRAMEWORKS
from pentalint.project.manifests.requirement import normalise

_KEYS = frozenset(
    {
        "title",
        "distributions",
        "imports",
        "submodules",
        "server_only",
        "commands",
        "implied_by",
        "embedding",
        "not_implying",
        "typing_only",
        "constructs",
        "vendored",
        "lifecycle",
    }
)


@dataclass(frozen=True, slots=True)
class Plugin:
    """A distribution that depends on the framework. `below`: only versions under it do, unless `extra` is
    asked for."""

    distribution: str
    root: str
    below: str | None = None
    extra: str | None = None


@dataclass(frozen=True, slots=True)
class Construct:
    """A name whose use in main code builds the framework's application.

    `group`: of several with one group only the heaviest counts. `root`: it makes one application (not a
    part of one). `plugin`: the name belongs to another distribution. `served`: it starts the application
    rather than builds it. `negative` says why the use speaks against the framework.
    """

    path: str
    weight: int
    group: str
    root: bool = False
    plugin: bool = False
    served: bool = False
    negative: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """One release series: dates of its first release and of the end of its security support, Python it
    needs."""

    series: str
    released: date | None = None
    security_ends: date | None = None
    python: str | None = None
    latest: str | None = None


@dataclass(frozen=True, slots=True)
class Vendored:
    """How a copy inside a project is recognised: a single module defining a class, or a package holding a
    marker file."""

    module: str | None = None
    defines: str | None = None
    package: str | None = None
    marker: str | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything detection knows of one framework."""

    name: str
    title: str
    distributions: frozenset[str]
    imports: frozenset[str]
    submodules: frozenset[str]
    server_only: tuple[str, ...]
    commands: frozenset[str]
    plugins: dict[str, Plugin]
    embedding: frozenset[str]
    not_implying: frozenset[str]
    typing_only: frozenset[str]
    constructs: dict[str, Construct]
    vendored: Vendored | None
    lifecycle: tuple[Series, ...]

    @property
    def plugin_roots(self) -> dict[str, str]:
        """Import root of each plugin to its distribution. Dotted roots keep their dots."""
        return {plugin.root: plugin.distribution for plugin in self.plugins.values()}


@dataclass(frozen=True, slots=True)
class Other:
    """A web framework that is recognised but has no pack. `module` may be dotted (`aiohttp.web`)."""

    name: str
    distribution: str
    module: str


@dataclass(frozen=True, slots=True)
class Knowledge:
    """All frameworks with a pack, by name in report order, and the others."""

    frameworks: dict[str, Facts]
    others: tuple[Other, ...]


@lru_cache(maxsize=4)
def load(root: Path | None = None) -> Knowledge:
    """Read the data. Raises RuleError or TomlError naming the file when it is not as it should be."""
    base = root or rules_root()
    frameworks = {name: _facts(name, base / name / "detect.toml") for name in FRAMEWORKS}
    path = base / "web" / "other-frameworks.toml"
    try:
        others = tuple(
            Other(row["name"], normalise(row["distribution"]), row["import"])
            for row in toml.load(path)["frameworks"]
        )
    except (KeyError, TypeError) as error:
        raise RuleError(f"{path}: a framework needs name, distribution and import ({error})") from None
    return Knowledge(frameworks, others)


def _facts(name: str, path: Path) -> Facts:
    table = toml.load(path)
    if unknown := sorted(set(table) - _KEYS):
        raise RuleError(f'{path}: unknown key "{unknown[0]}"; the keys are {", ".join(sorted(_KEYS))}')
    try:
        return Facts(
            name=name,
            title=table["title"],
            distributions=_names(table["distributions"]),
            imports=frozenset(table["imports"]),
            submodules=frozenset(table.get("submodules", ())),
            server_only=tuple(table.get("server_only", ())),
            commands=frozenset(table.get("commands", ())),
            plugins={plugin.distribution: plugin for plugin in map(_plugin, table.get("implied_by", ()))},
            embedding=_names(table.get("embedding", ())),
            not_implying=_names(table.get("not_implying", ())),
            typing_only=_names(table.get("typing_only", ())),
            constructs={row["path"]: _construct(row) for row in table.get("constructs", ())},
            vendored=_vendored(table["vendored"]) if "vendored" in table else None,
            lifecycle=tuple(Series(**row) for row in table.get("lifecycle", ())),
        )
    except (KeyError, TypeError) as error:
        raise RuleError(f"{path}: a key is missing or has the wrong shape ({error})") from None


def _names(names: Any) -> frozenset[str]:
    return frozenset(normalise(name) for name in names)


def _plugin(row: dict[str, str]) -> Plugin:
    name = normalise(row["distribution"])
    return Plugin(name, row.get("import", name.replace("-", "_")), row.get("below"), row.get("extra"))


def _construct(row: dict[str, Any]) -> Construct:
    return Construct(**{"group": row["path"], **row})


def _vendored(row: dict[str, str]) -> Vendored:
    return Vendored(row.get("module"), row.get("class"), row.get("package"), row.get("marker"))
