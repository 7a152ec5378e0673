"""The text of a path, as far as it is known: constants, `pathlib`, `os.path`, from the file of a module on."""

from __future__ import annotations

import posixpath

from pentalint.evaluate.values import Const, Ref, Text, Value

PATHS = frozenset({"pathlib.Path()", "pathlib.PurePath()", "pathlib.PosixPath()", "pathlib.PurePosixPath()"})

SAME = frozenset({"os.path.abspath", "os.path.realpath", "os.path.normpath", "os.fspath", "builtins.str"})
"""Functions that leave a path where it is."""

METHODS = frozenset({"resolve", "absolute", "as_posix", "__str__", "__fspath__"})
"""Methods that do."""

DEEP = 30
"""Calls within calls that are followed."""


def path_text(value: Value | None, depth: int = 0) -> str | None:
    """The text of a path; `<project>` at its beginning stands for the project's directory. None when it is not known."""
    if isinstance(value, Const):
        return value.value if isinstance(value.value, str) else None
    if isinstance(value, Text):
        parts = [path_text(part, depth + 1) for part in value.parts]
        known = [part for part in parts if part is not None]
        return "".join(known) if len(known) == len(parts) and depth < DEEP else None
    if not isinstance(value, Ref) or depth > DEEP:
        return None
    if value.path == "__file__":
        return joined(["<project>", *given(value, depth)])
    if value.path.endswith(".__truediv__()"):
        return joined([path_text(value.base, depth + 1), *given(value, depth)])
    if value.arguments is None:  # an attribute; that of a path that is a path again is `parent`
        is_parent = value.path in PATHS or value.path.endswith(".parent")
        return parent(path_text(value.base, depth + 1)) if is_parent else None
    called = value.base.path if isinstance(value.base, Ref) else value.path.removesuffix("()")
    if f"{called}()" in PATHS or called == "os.path.join":
        return joined(given(value, depth))
    if called in SAME:
        return next(iter(given(value, depth)), None)
    if called == "os.path.dirname":
        return parent(next(iter(given(value, depth)), None))
    method = called.rpartition(".")[2]
    if method in METHODS:
        return path_text(receiver(value), depth + 1)
    if method == "joinpath":
        return joined([path_text(receiver(value), depth + 1), *given(value, depth)])
    return None


def receiver(value: Ref) -> Value | None:
    """The object whose method gave a value."""
    return value.base.base if isinstance(value.base, Ref) else None


def given(value: Ref, depth: int) -> list[str | None]:
    """The positional arguments as paths."""
    if value.arguments is None or value.arguments.open_positional:
        return [None]
    return [path_text(part, depth + 1) for part in value.arguments.positional]


def parent(text: str | None) -> str | None:
    """The directory that a path lies in."""
    return None if text is None else f"{text}/.."


def joined(parts: list[str | None]) -> str | None:
    """`os.path.join`, where the directory of the project counts as absolute."""
    known = [part for part in parts if part is not None]
    if not known or len(known) < len(parts):
        return None
    start = max(place for place, part in enumerate(known) if not place or part.startswith(("/", "<")))
    return posixpath.join(*known[start:])
