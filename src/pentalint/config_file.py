"""Find the configuration file that holds, read it, and decide the project's root.

The closest directory upwards that has a `pentalint.toml`, a `.pentalint.toml` or a `pyproject.toml` with a
`[tool.pentalint]` section wins whole: nothing is merged from further up. The project's root is the directory
of that file; without one, the nearest directory upwards with a `.git`; without that, the directory asked
about.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from pathlib import Path
from typing import Any

from pentalint import toml
from pentalint.config import Config, Options, Origin
from pentalint.dataclass import dataclass
from pentalint.errors import ConfigError, TomlError

OWN_NAMES = ("pentalint.toml", ".pentalint.toml")
SECTION = ("tool", "pentalint")


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """A configuration file as read:

    our table, the line of each of its dotted keys, and what is worth saying.
    """

    path: Path
    table: Mapping[str, Any]
    lines: Mapping[str, int] = field(default_factory=dict)
    notices: tuple[str, ...] = ()


def find_config(start: Path) -> ConfigFile | None:
    """The configuration that holds in a directory, or None.

    Raises `ConfigError` for a file that cannot be read.
    """
    for directory in (start, *start.parents):
        own = [directory / name for name in OWN_NAMES if (directory / name).is_file()]
        try:
            section = _pyproject(directory / "pyproject.toml")
        except ConfigError:
            if not own:
                raise
            section = None  # not ours to read: the check reports it as a broken manifest
        if own:
            losers = [path.name for path in own[1:]] + (
                ["[tool.pentalint] in pyproject.toml"] if section else []
            )
            found = read_config(own[0])
            return replace(
                found, notices=tuple(f"{own[0].name} is used; {loser} is not read" for loser in losers)
            )
        if section:
            return section
    return None


def read_config(path: Path) -> ConfigFile:
    """A file named as configuration.

    Raises `ConfigError` when it is missing, not TOML, or has no section of ours.
    """
    if not path.is_file():
        raise ConfigError(f"{shown(path)}: there is no such configuration file")
    if path.name == "pyproject.toml":
        section = _pyproject(path)
        if section is None:
            raise ConfigError(f"{shown(path)}: has no [tool.pentalint] section")
        return section
    text = _decoded(path, _bytes(path))
    return ConfigFile(path, _parse(path, text), key_lines(text, ()))


def load(options: Options, cwd: Path) -> Config:
    """What holds for a command line typed in `cwd`. Raises `ConfigError` with the sentence to show."""
    start = start_of(options.paths, cwd)
    found = _chosen(options, start, cwd)
    root = _root(found, start, explicit=bool(options.config))
    config = Config(root=str(root), file=str(found.path) if found else None)
    if found:
        config = replace(config, notices=found.notices)
        config = config.apply(found.table, Origin(shown(found.path, cwd), found.lines))
    prefix = cwd.relative_to(root).as_posix() if cwd.is_relative_to(root) else "."
    return config.with_options(options, "" if prefix == "." else prefix)


def start_of(paths: Sequence[str], cwd: Path) -> Path:
    """The directory configuration is looked for from.

    Files inside the working directory do not move it, so a hook that gets its files in batches reads one
    configuration; a directory, or a path elsewhere, does.
    """
    given = [Path(os.path.normpath(cwd / path)) for path in paths]
    for path, place in zip(paths, given, strict=True):
        try:
            found = place.exists()
            if found and place.is_dir():
                next(place.iterdir(), None)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise ConfigError(f"{path}: cannot be entered ({reason}); mend its permissions") from None
        if not found:
            raise ConfigError(f"{path}: there is no such file or directory; correct the path")
    if not given or (
        any(path.is_file() for path in given) and all(path.is_relative_to(cwd) for path in given)
    ):
        return cwd
    try:
        common = Path(os.path.commonpath(given))
    except ValueError:
        raise ConfigError(f"{', '.join(paths)}: paths on different drives cannot be one project") from None
    return common.parent if common.is_file() else common


def key_lines(text: str, section: tuple[str, ...]) -> dict[str, int]:
    """The 1-based line where each dotted key under `section` is first written."""
    found: dict[str, int] = {}
    for path, line in toml.key_lines(text).items():
        if path[: len(section)] == section:
            found.setdefault(".".join(map(str, path[len(section) :])), line)
    return found


def shown(path: Path, cwd: Path | None = None) -> str:
    """A path as people see it: relative to the working directory when it is inside it."""
    base = cwd or Path.cwd()
    return path.relative_to(base).as_posix() if path.is_relative_to(base) else path.as_posix()


def _chosen(options: Options, start: Path, cwd: Path) -> ConfigFile | None:
    if options.isolated and options.config:
        raise ConfigError("--isolated and --config exclude each other; drop one of them")
    if options.isolated:
        return None
    if options.config:
        return read_config(Path(os.path.normpath(cwd / options.config)))
    return find_config(start)


def _root(found: ConfigFile | None, start: Path, *, explicit: bool) -> Path:
    """A file from elsewhere, or of a name that is not searched for, does not move the root to itself when it is
    given with `--config`."""
    moves = found is not None and (not explicit or found.path.name in (*OWN_NAMES, "pyproject.toml"))
    if found and moves and start.is_relative_to(found.path.parent):
        return found.path.parent
    return next((place for place in (start, *start.parents) if (place / ".git").exists()), start)


def _pyproject(path: Path) -> ConfigFile | None:
    """The section of a pyproject.toml, or None.

    One that is not TOML matters only if it seems to be about us.
    """
    if not path.is_file():
        return None
    data = _bytes(path)
    if b"pentalint" not in data:
        return None
    text = _decoded(path, data)
    tool = _parse(path, text).get("tool")
    table = tool.get("pentalint") if isinstance(tool, dict) else None
    if table is None:
        return None
    if not isinstance(table, dict):
        raise ConfigError(f"{shown(path)}: tool.pentalint must be a table")
    return ConfigFile(path, table, key_lines(text, SECTION))


def _decoded(path: Path, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{shown(path)}: is not UTF-8 (byte {error.start}); TOML files must be") from None


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{shown(path)}: cannot be read: {error.strerror}") from None


def _parse(path: Path, text: str) -> Mapping[str, Any]:
    try:
        return toml.loads(text, shown(path))
    except TomlError as error:
        raise ConfigError(str(error)) from None
