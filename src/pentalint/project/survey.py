"""A project seen from outside, in one call: its files, its manifests, its units and what they are built
on."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field, replace
from datetime import date
from pathlib import Path

from pentalint.config import Config
from pentalint.dataclass import dataclass
from pentalint.model import Failure, File, Role, Unit
from pentalint.project.detect import detect
from pentalint.project.knowledge import load
from pentalint.project.manifests import Manifests, read_manifests
from pentalint.project.vendored import find_copies
from pentalint.project.walk import Walk, walk
from pentalint.syntax.source import Source


@dataclass(frozen=True, slots=True)
class Project:
    """`root` is the absolute path; `files` are sorted; `failures` is everything that could not be read,
    sorted; `sources` are the files that detection had to parse."""

    root: str
    files: tuple[File, ...]
    units: tuple[Unit, ...]
    manifests: Manifests
    failures: tuple[Failure, ...] = ()
    notices: tuple[str, ...] = ()
    vendored: tuple[tuple[str, str], ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict, repr=False, compare=False)


class Reader:
    """Gives the bytes of a file by its path relative to the root. What cannot be read is empty, and noted
    once."""

    def __init__(self, root: Path) -> None:
        self._root = os.fspath(root)
        self._failures: dict[str, Failure] = {}

    def __call__(self, path: str) -> bytes:
        try:
            # A project has thousands of files, and `Path.read_bytes` takes twice as long.
            with open(f"{self._root}/{path}", "rb", buffering=0) as file:  # noqa: PTH123
                return file.readall()
        except OSError as error:
            reason = error.strerror or type(error).__name__
            message = f"the file cannot be read ({reason}); mend its permissions or exclude it"
            self._failures[path] = Failure(path, "read", message)
            return b""

    @property
    def failures(self) -> tuple[Failure, ...]:
        """What could not be read, sorted by path."""
        return tuple(self._failures[path] for path in sorted(self._failures))


def survey(
    root: Path,
    *,
    config: Config | None = None,
    user: Sequence[str] = (),
    today: date | None = None,
    read: Callable[[str], bytes] | None = None,
    walked: Walk | None = None,
) -> Project:
    """Walk a project (unless `walked` is given), read its manifests, and detect what each unit is built on.

    `today` defaults to the date of the run. `read` replaces the reader (its failures are then the
    caller's). Raises ConfigError when the root is not a directory.
    """
    config = config or Config.default()
    found = walked or walk(
        root,
        exclude=config.exclude or (),
        extend_exclude=config.extend_exclude,
        respect_gitignore=config.respect_gitignore,
    )
    reader = Reader(root)
    give = read or reader
    manifests = read_manifests(found.files, give)
    sources: dict[str, Source] = {}
    day = today or date.today()
    units = detect(found.files, manifests, give, today=day, config=config, user=user, sources=sources)
    copies = find_copies(load(), found.files, (), give)
    failures = {*found.failures, *manifests.failures, *reader.failures}
    ordered = sorted(failures, key=lambda failure: (failure.path, failure.line, failure.message))
    vendored = tuple(sorted(copies.aliases.items()))
    files = (
        tuple(replace(file, role=Role.vendored) if copies.holds(file.path) else file for file in found.files)
        if vendored
        else found.files
    )
    return Project(found.root, files, units, manifests, tuple(ordered), found.notices, vendored, sources)
