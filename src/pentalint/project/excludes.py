"""Which paths are left out: our own defaults, the configured patterns, and the project's .gitignore files."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING

from pentalint.dataclass import dataclass
from pentalint.errors import ConfigError

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

DEFAULT_DIRECTORIES = frozenset(
    [
        ".bzr",
        ".direnv",
        ".eggs",
        ".git",
        ".git-rewrite",
        ".hg",
        ".ipynb_checkpoints",
        ".mypy_cache",
        ".nox",
        ".pants.d",
        ".pyenv",
        ".pytest_cache",
        ".pytype",
        ".ruff_cache",
        ".svn",
        ".tox",
        ".venv",
        ".vscode",
        "__pycache__",
        "__pypackages__",
        "_build",
        "bower_components",
        "buck-out",
        "dist-packages",
        "htmlcov",
        "node_modules",
        "site-packages",
    ]
)
"""Directories never entered, whatever they hold; a configured `exclude` replaces them."""

OUTPUT_DIRECTORIES = frozenset({"build", "dist"})
"""Directories not entered unless they are packages: `build/__init__.py` makes `build` source."""


@dataclass(frozen=True, slots=True)
class Excludes:
    """What configuration and defaults leave out; holds for files named on the command line too.

    Patterns are those of .gitignore, relative to the root: `generated/`, `*_pb2.py`, `/docs`,
    `!docs/conf.py`.
    """

    defaults: bool
    spec: GitIgnoreSpec | None

    @classmethod
    def of(cls, exclude: Sequence[str] = (), extend_exclude: Sequence[str] = ()) -> Excludes:
        """A non-empty `exclude` replaces the default directories; `extend_exclude` adds to either.

        Raises ConfigError for what is not a pattern.
        """
        patterns = [*exclude, *extend_exclude]
        for pattern in patterns:
            if _compiled([pattern]) is None:
                raise ConfigError(f"exclude: `{pattern}` is not a .gitignore pattern; correct it")
        return cls(defaults=not exclude, spec=_compiled(patterns) if patterns else None)

    def directory(self, path: str, name: str) -> bool:
        """Whether a directory is not to be entered, output directories excepted; `name` ends `path`."""
        if self.defaults and (name in DEFAULT_DIRECTORIES or name.endswith(".egg-info")):
            return True
        return self.spec is not None and self.spec.match_file(f"{path}/")

    def file(self, path: str) -> bool:
        """Whether a file is left out by a pattern; its directories are judged by `directory`."""
        return self.spec is not None and self.spec.match_file(path)

    def excluded(self, path: str) -> bool:
        """Whether a file is left out, by itself or with one of its directories. Looks at the path only."""
        *directories, _ = path.split("/")
        for depth, name in enumerate(directories, 1):
            if self.directory("/".join(directories[:depth]), name):
                return True
        return self.file(path)


@dataclass(frozen=True, slots=True)
class Layer:
    """One ignore file in `base` ("" for the root), against which it is matched.

    `above` is the root's path below the ignore file, when that lies in a directory above the root.
    """

    base: str
    spec: GitIgnoreSpec
    likely: re.Pattern[str] | None
    above: str = ""

    def verdict(self, path: str) -> bool | None:
        """True for ignored, False for taken back by `!`, None when no pattern speaks of it."""
        relative = self.above + (path[len(self.base) + 1 :] if self.base else path)
        if self.likely is not None and self.likely.search(relative) is None:
            return None
        return self.spec.check_file(relative).include


@dataclass(frozen=True, slots=True)
class Ignores:
    """The ignore files that apply in a directory, outermost first; a deeper one overrules."""

    layers: tuple[Layer, ...] = field(default=())

    def ignored(self, path: str) -> bool:
        """Whether a path below the root is ignored; directories end in a slash."""
        for layer in reversed(self.layers):
            verdict = layer.verdict(path)
            if verdict is not None:
                return verdict
        return False

    def within(self, base: str, lines: Iterable[str]) -> Ignores:
        """The ignores that hold in `base`, whose own ignore file has these lines."""
        layer = _layer(base, lines)
        return self if layer is None else Ignores((*self.layers, layer))


def ignores_of_root(root: Path) -> Ignores:
    """The ignore files that hold for a root before its own: above it in its repository, `.git/info/exclude`.

    When those ignore the root itself they are dropped: whoever names an ignored directory wants to see it.
    """
    root = root.resolve()
    repository = next((place for place in (root, *root.parents) if (place / ".git").exists()), None)
    if repository is None:
        return Ignores()
    layers: list[Layer] = []
    places = [place for place in reversed(root.parents) if place == repository or repository in place.parents]
    sources = [(repository, repository / ".git" / "info" / "exclude")]
    sources += [(place, place / ".gitignore") for place in places]
    for place, source in sources:
        above = "" if place == root else f"{root.relative_to(place).as_posix()}/"
        layer = _layer("", read_lines(source), above)
        if layer is not None and not (above and layer.spec.match_file(above)):
            layers.append(layer)
    return Ignores(tuple(layers))


def read_lines(path: Path) -> list[str]:
    """The lines of an ignore file; none when it is absent or cannot be read."""
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []


def _layer(base: str, lines: Iterable[str], above: str = "") -> Layer | None:
    lines = list(lines)
    spec = _compiled(lines)
    if spec is None:  # git passes over a pattern that is none
        spec = _compiled([line for line in lines if _compiled([line]) is not None])
    if spec is None or not any(pattern.include is not None for pattern in spec.patterns):
        return None
    return Layer(base, spec, _union(spec), above)


def _compiled(lines: Iterable[str]) -> GitIgnoreSpec | None:
    """The patterns of some lines, or None when one of them is no pattern."""
    from pathspec import GitIgnoreSpec  # it costs start-up time, and only ignore files need it

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # `re` on sets like `[[`
        try:
            return GitIgnoreSpec.from_lines(lines)
        except (ValueError, re.error):
            return None


def _union(spec: GitIgnoreSpec) -> re.Pattern[str] | None:
    """One expression for all patterns: asked first, it saves most paths the loop over patterns."""
    sources = [getattr(pattern, "regex", None) for pattern in spec.patterns if pattern.include is not None]
    parts = [re.sub(r"\(\?P<\w+>", "(?:", source.pattern) for source in sources if source is not None]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        return re.compile("|".join(f"(?:{part})" for part in parts)) if parts else None
