"""Which files of a walk a command line names."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from pentalint.dataclass import dataclass
from pentalint.errors import ConfigError
from pentalint.project.walk import Walk


@dataclass(frozen=True, slots=True)
class Selection:
    """The files a command line names, sorted.

    `left_out` are named files that the walk does not hold: excluded, ignored, or of no interest. `single` are those of the
    files that are named themselves, not by a directory they lie in.
    """

    paths: tuple[str, ...]
    left_out: tuple[str, ...]
    single: tuple[str, ...] = ()


def reportable(found: Walk, paths: Sequence[str], cwd: Path | None = None) -> Selection:
    """Which files of a walk the paths of a command line name.

    Paths may be relative to `cwd`, absolute, linked, files or directories (which name everything below
    them). Raises ConfigError for a path that does not exist or lies outside the root.
    """
    here = Path(cwd) if cwd is not None else Path.cwd()
    known = {file.path for file in found.files}
    chosen: set[str] = set()
    left_out: set[str] = set()
    single: set[str] = set()
    for given in paths:
        candidates = _relative(given, here, Path(found.root))
        if not candidates:
            raise ConfigError(f"{given}: this path is outside the project {found.root}; name files below it")
        if not (here / given).exists():
            raise ConfigError(f"{given}: there is no such file or directory; correct the path")
        # As written first: a link to a file is a file of its own.
        named = next((held for candidate in candidates if (held := _below(candidate, known))), [])
        chosen.update(named)
        single.update(known.intersection(candidates))
        if not named and not (here / given).is_dir():
            left_out.add(candidates[0])
    return Selection(tuple(sorted(chosen)), tuple(sorted(left_out)), tuple(sorted(single)))


def _relative(given: str, here: Path, root: Path) -> list[str]:
    """The path relative to the root, as written and with links resolved; "." for the root itself."""
    written = Path(os.path.normpath(here / given))
    places = ((written, Path(os.path.normpath(root))), (Path(os.path.realpath(here / given)), root.resolve()))
    found = [
        place.relative_to(base).as_posix() for place, base in places if place == base or base in place.parents
    ]
    return list(dict.fromkeys(found))


def _below(candidate: str, known: set[str]) -> list[str]:
    if candidate in known:
        return [candidate]
    if candidate == ".":
        return list(known)
    return [path for path in known if path.startswith(f"{candidate}/")]
