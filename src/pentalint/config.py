"""What the user typed (`Options`), what holds (`Config`), and how one becomes the other.

Precedence: command line, then environment, then the closest configuration file, then the defaults. `--select`
on the command line replaces the file's `select`, `extend-select`, `ignore` and `extend-ignore` (as in ruff);
`--ignore`, `--extend-select` and `--extend-ignore` adjust them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import field, fields, replace
from fnmatch import fnmatchcase
from typing import Any

from pentalint.config_keys import KEYS, FailOn, Output, WrongValue, parse_output, suggestion
from pentalint.dataclass import dataclass
from pentalint.errors import ConfigError
from pentalint.model import Confidence, Persona, Severity
from pentalint.rule import CATEGORIES

__all__ = [
    "Config",
    "FailOn",
    "Options",
    "Origin",
    "Output",
    "check_selectors",
    "config_selectors",
    "with_environment",
]


@dataclass(frozen=True, slots=True)
class Options:
    """What the user typed. None means "not said"; `jobs` 0 means `auto`; paths and patterns are as typed."""

    paths: tuple[str, ...] = ()
    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] | None = None
    extend_ignore: tuple[str, ...] | None = None
    min_severity: Severity | None = None
    min_confidence: Confidence | None = None
    persona: Persona | None = None
    fail_on: FailOn | None = None
    exit_zero: bool | None = None
    statistics: bool | None = None
    show_suppressed: bool | None = None
    frameworks: tuple[str, ...] | None = None
    exclude: tuple[str, ...] | None = None
    extend_exclude: tuple[str, ...] | None = None
    respect_gitignore: bool | None = None
    force_exclude: bool | None = None
    outputs: tuple[Output, ...] | None = None
    jobs: int | None = None
    cache: bool | None = None
    cache_dir: str | None = None
    parser: str | None = None
    config: str | None = None
    isolated: bool | None = None
    verbosity: int | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a table came from: a file's name as people see it, and the line of each dotted key."""

    label: str
    lines: Mapping[str, int] = field(default_factory=dict)

    def at(self, key: str) -> str:
        """`pyproject.toml:12` for a key, or the label alone when its line is not known."""
        line = self.lines.get(key, 0)
        return f"{self.label}:{line}" if line else self.label


@dataclass(frozen=True, slots=True)
class Config:
    """What holds for a run.

    `root` is the absolute path of the project root; every pattern is relative to it, as .gitignore patterns
    are. `file` is the configuration file read, if any. `exclude` None means the usual patterns
    (`pentalint.project` knows them). `frameworks` pairs a unit's path, or "*" for every unit, with what is
    used there. `jobs` 0 means `auto`. `origins` pairs each key that was set with the place that set it.
    """

    root: str = "."
    file: str | None = None
    select: tuple[str, ...] = ("ALL",)
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    extend_ignore: tuple[str, ...] = ()
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    severity: tuple[tuple[str, Severity], ...] = ()
    min_severity: Severity = Severity.info
    min_confidence: Confidence = Confidence.low
    persona: Persona = Persona.default
    fail_on: FailOn = FailOn.low
    frameworks: tuple[tuple[str, tuple[str, ...]], ...] = ()
    exclude: tuple[str, ...] | None = None
    extend_exclude: tuple[str, ...] = ()
    respect_gitignore: bool = True
    force_exclude: bool = True
    outputs: tuple[Output, ...] = (Output("full"),)
    jobs: int = 0
    cache: bool = True
    cache_dir: str | None = None
    parser: str = "auto"
    required_version: str | None = None
    django_settings: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    origins: tuple[tuple[str, str], ...] = ()

    @classmethod
    def default(cls) -> Config:
        """What holds when nothing is configured."""
        return cls()

    @property
    def selected(self) -> tuple[str, ...]:
        """Selectors of the rules to run: `select` and `extend_select`."""
        return self.select + self.extend_select

    @property
    def ignored(self) -> tuple[str, ...]:
        """Selectors of the rules not to run: `ignore` and `extend_ignore`."""
        return self.ignore + self.extend_ignore

    def forced(self, unit: str) -> tuple[str, ...] | None:
        """The frameworks configured for a unit's path, or None when they are to be detected."""
        table = dict(self.frameworks)
        return table.get(unit, table.get("*"))

    def apply(self, table: Mapping[str, Any], origin: Origin) -> Config:
        """This configuration with the keys of a TOML table set.

        Raises `ConfigError` naming file, line and remedy.
        """
        changes: dict[str, Any] = {}
        origins = dict(self.origins)
        for name, value in _flat(table, origin):
            key = KEYS[name]
            try:
                changes[key.field] = key.parse(value)
            except WrongValue as wrong:
                raise ConfigError(f'{origin.at(name)}: "{name}" {wrong}') from None
            origins[name] = origin.at(name)
        return replace(self, origins=tuple(sorted(origins.items())), **changes)

    def with_options(self, options: Options, prefix: str = "") -> Config:
        """This configuration as the command line changes it.

        `prefix` is the working directory relative to the root ("" when it is the root): patterns typed there
        that hold a slash are relative to it.
        """
        typed = {item.name: getattr(options, item.name) for item in fields(options)}
        changes = {name: typed[name] for name in _PLAIN if typed[name] is not None}
        changes |= _selection(self, options)
        for name in ("exclude", "extend_exclude"):
            if typed[name] is not None:
                changes[name] = tuple(rebase(pattern, prefix) for pattern in typed[name])
        if options.frameworks is not None:
            changes["frameworks"] = (("*", options.frameworks),)
        told = [name for name in changes if typed[name] is not None or changes[name] != getattr(self, name)]
        origins = dict(self.origins) | {_key_name(name): "command line" for name in told}
        return replace(self, origins=tuple(sorted(origins.items())), **changes)


def with_environment(options: Options, environ: Mapping[str, str]) -> Options:
    """The options with what the environment says where the user typed nothing.

    `PENTALINT_OUTPUT_FORMAT`, `PENTALINT_CONFIG`, `PENTALINT_CACHE_DIR` and `PENTALINT_NO_CACHE`; empty ones
    count as unset. Raises `ConfigError` for a format there is not.
    """
    changes: dict[str, Any] = {}
    if options.outputs is None and (text := environ.get("PENTALINT_OUTPUT_FORMAT")):
        try:
            changes["outputs"] = (parse_output(text),)
        except WrongValue as wrong:
            raise ConfigError(f"PENTALINT_OUTPUT_FORMAT {wrong}") from None
    if options.config is None and not options.isolated and (text := environ.get("PENTALINT_CONFIG")):
        changes["config"] = text
    if options.cache_dir is None and (text := environ.get("PENTALINT_CACHE_DIR")):
        changes["cache_dir"] = text
    if options.cache is None and environ.get("PENTALINT_NO_CACHE", "").lower() not in (
        "",
        "0",
        "false",
        "no",
    ):
        changes["cache"] = False
    return replace(options, **changes)


_PLAIN = (
    "min_severity",
    "min_confidence",
    "persona",
    "fail_on",
    "respect_gitignore",
    "force_exclude",
    "outputs",
    "jobs",
    "cache",
    "cache_dir",
    "parser",
)
"""Fields `Options` and `Config` share with the same meaning."""


def _key_name(field_name: str) -> str:
    """The key that fills a field, or the field's name as an option is spelt."""
    return next((key.name for key in KEYS.values() if key.field == field_name), field_name.replace("_", "-"))


def _flat(table: Mapping[str, Any], origin: Origin) -> Iterable[tuple[str, Any]]:
    """The known keys of a table with dotted names, in order. Raises `ConfigError` for a key nobody knows."""
    groups = {name.split(".")[0] for name in KEYS if "." in name}
    for name, value in table.items():
        if name in groups:
            if not isinstance(value, dict):
                raise ConfigError(f'{origin.at(name)}: "{name}" must be a table')
            for inner, item in value.items():
                yield _known(f"{name}.{inner}", origin), item
        else:
            yield _known(name, origin), value


def _known(name: str, origin: Origin) -> str:
    if name in KEYS:
        return name
    near = suggestion(name.replace("_", "-"), KEYS) or f"; the keys are {', '.join(KEYS)}"
    raise ConfigError(f'{origin.at(name)}: unknown key "{name}"{near}')


def _selection(config: Config, options: Options) -> dict[str, tuple[str, ...]]:
    """How `--select` and its kin change the selection.

    What is asked for on the command line is not taken away by the same selector in the file, either way
    round.
    """
    select, ignore = options.select, options.ignore or ()
    more, less = options.extend_select or (), options.extend_ignore or ()
    if select is None and not (ignore or more or less):
        return {}
    if select is not None:
        return {"select": select, "extend_select": more, "ignore": ignore, "extend_ignore": less}
    asked, refused = set(more), {*ignore, *less}
    return {
        "extend_select": tuple(item for item in config.extend_select if item not in refused) + more,
        "ignore": tuple(item for item in config.ignore if item not in asked) + ignore,
        "extend_ignore": tuple(item for item in config.extend_ignore if item not in asked) + less,
    }


def rebase(pattern: str, prefix: str) -> str:
    """A pattern written in the directory `prefix` as one written in the root.

    A bare name stays: it matches anywhere.
    """
    negated, body = ("!", pattern[1:]) if pattern.startswith("!") else ("", pattern)
    body = body.removeprefix("./")
    if not prefix or "/" not in body.rstrip("/"):
        return negated + body
    return f"{negated}/{prefix}/{body.removeprefix('/')}"


def config_selectors(config: Config) -> tuple[tuple[str, str], ...]:
    """Every selector in use with the key it stands under: what `check_selectors` is to be asked about."""
    found = [
        (selector, key)
        for key in ("select", "extend_select", "ignore", "extend_ignore")
        for selector in getattr(config, key)
    ]
    found += [
        (selector, "per_file_ignores") for _, selectors in config.per_file_ignores for selector in selectors
    ]
    found += [(selector, "severity") for selector, _ in config.severity]
    return tuple((selector, _key_name(key)) for selector, key in found)


def check_selectors(
    selectors: Iterable[str], known_ids: Collection[str], packs: Collection[str], where: str = "select"
) -> None:
    """Raises `ConfigError` with a suggestion for the first selector that names no rule.

    A selector is `ALL`, a rule's id, a pack's name, a glob over ids (`flask/*`), `category:NAME` or
    `severity:NAME`.
    """
    groups = [f"category:{name}" for name in CATEGORIES] + [f"severity:{level.name}" for level in Severity]
    for selector in selectors:
        if selector in known_ids or selector in packs or selector in (*groups, "ALL"):
            continue
        if any(fnmatchcase(known, selector) for known in known_ids):
            continue
        hint = suggestion(selector, [*known_ids, *packs, *groups, "ALL"])
        hint = hint or "; `pentalint rules` lists the rules"
        raise ConfigError(f'{where}: no rule is named "{selector}"{hint}')
