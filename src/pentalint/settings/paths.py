"""Paths of the file system below the project: `__file__`, `os.path`, `pathlib`, `environ.Path`. The project's own directory
is written `<project>`, since nobody knows where it will lie."""

from __future__ import annotations

import posixpath
from itertools import islice, product

from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.values import FALSE, TRUE, Choice, Const, List, Ref, Value, join_all, options

ROOT = "<project>"
"""Stands for the directory of the project."""

HOME = "<home>"
"""Stands for the home directory of who runs it."""

TEMPORARY = "<tmp>"
"""Stands for the directory of temporary files."""

PREFIX = "<prefix>"
"""Stands for the directory that Python is installed in (`sys.prefix`)."""

WORKING = "<cwd>"
"""Stands for the directory that the program is started in."""

PLACES = (ROOT, HOME, TEMPORARY, PREFIX, WORKING)
"""Directories that are absolute, wherever they are."""

STANDING = {
    "pathlib.Path.home": HOME,
    "pathlib.Path.cwd": WORKING,
    "os.getcwd": WORKING,
    "tempfile.gettempdir": TEMPORARY,
}
"""Functions that give one of these directories."""

TEXTS = 32
"""Texts that a path of several alternatives may come to."""

CLASSES = frozenset(
    ["pathlib.Path", "pathlib.PurePath", "pathlib.PosixPath", "pathlib.PurePosixPath", "environ.Path"]
)
"""Classes whose instances are followed."""

SAME = frozenset(["resolve", "absolute", "expanduser", "as_posix", "__str__", "__fspath__"])
"""Methods that leave a path below the project as it is."""

LEVELS = 12
"""The entries of `parents` that are made."""


class PathValue(Ref):
    """A path whose text is known."""

    __slots__ = ("text",)

    def __init__(self, text: str, kind: str = "pathlib.Path") -> None:
        arguments = Arguments()
        arguments.positional.append(Const(text))
        super().__init__(f"{kind}()", arguments)
        self.text = text

    def below(self, *parts: str) -> PathValue:
        """The path with more parts."""
        return PathValue(joined(self.text, *parts), self.path.removesuffix("()"))


def joined(first: str, *parts: str) -> str:
    """`os.path.join`, where the project's directory counts as absolute."""
    for part in parts:
        first = part if is_absolute(part) else posixpath.join(first, part)
    return first


def is_absolute(text: str) -> bool:
    return text.startswith(("/", *PLACES))


def normal(text: str) -> str:
    """`os.path.normpath`."""
    root = next((root for root in PLACES if text.startswith(root)), None)
    if root is None:
        return posixpath.normpath(text)
    rest = posixpath.normpath("./" + text[len(root) :].lstrip("/"))
    return root if rest == "." else f"{root}/{rest}"


def parent(text: str) -> str:
    """`os.path.dirname`; above the project's directory there is `<project>/..`."""
    if text in PLACES[1:]:
        return f"{text}/.."
    if text.startswith(ROOT) and not text[len(ROOT) :].replace("/..", ""):
        return f"{text}/.."
    return posixpath.dirname(text)


def absolute(text: str) -> str:
    """`os.path.abspath`."""
    return normal(text if is_absolute(text) else joined(WORKING, text))


def text_of(value: Value) -> str | None:
    """The text of a path or string."""
    if isinstance(value, PathValue):
        return value.text
    return value.value if isinstance(value, Const) and isinstance(value.value, str) else None


def attribute(value: PathValue, name: str) -> Value | None:
    """An attribute of a path; None for a method or what is not followed."""
    text, kind = value.text, value.path.removesuffix("()")
    if name == "parent":
        return PathValue(parent(text), kind)
    if name == "parents":
        found = []
        for _ in range(LEVELS):
            text = parent(text)
            found.append(PathValue(text, kind))
        return List(found, "tuple", complete=False)
    if name == "name":
        return Const(posixpath.basename(text))
    if name == "root" and kind == "environ.Path":
        return Const(text)
    stem, suffix = posixpath.splitext(posixpath.basename(text))
    return Const(stem) if name == "stem" else Const(suffix) if name == "suffix" else None


def method(value: PathValue, name: str, arguments: Arguments) -> Value | None:
    """The result of a method; None when it is not followed."""
    given = [text_of(item) for item in arguments.positional]
    parts = [part for part in given if part is not None]
    if len(parts) != len(given):
        return None
    if name in SAME:
        if name in ("as_posix", "__str__", "__fspath__"):
            return Const(value.text)
        return PathValue(normal(value.text)) if is_absolute(value.text) else None
    if name in ("joinpath", "path"):
        return value.below(*parts)
    if name in ("with_name", "with_suffix") and len(parts) == 1:
        base = posixpath.basename(value.text)
        new = parts[0] if name == "with_name" else posixpath.splitext(base)[0] + parts[0]
        return PathValue(joined(parent(value.text), new))
    return None


def function(path: str, arguments: Arguments) -> Value | None:
    """A function of `os.path`, or a class of paths; None when it is not followed. Of alternatives each is made."""
    given = arguments.positional
    if not path.startswith("os.path.") or not any(isinstance(one, Choice) for one in given):
        return single(path, arguments)
    made: list[Value] = []
    for case in islice(product(*(options(one) for one in given)), TEXTS + 1):
        one = Arguments()
        one.positional = list(case)
        found = single(path, one)
        if found is None or len(made) == TEXTS:
            return None
        made.append(found)
    return None if arguments.open_positional or arguments.keywords else join_all(made)


def single(path: str, arguments: Arguments) -> Value | None:
    """A function of `os.path`, or a class of paths, for one text of each argument; None when it is not followed."""
    if path in STANDING and not arguments.positional:
        return PathValue(STANDING[path]) if path.startswith("pathlib.") else Const(STANDING[path])
    given = [text_of(item) for item in arguments.positional]
    parts = [part for part in given if part is not None]
    if len(parts) != len(given) or not parts or arguments.open_positional:
        return None
    if path in CLASSES:
        kind = "environ.Path" if path == "environ.Path" else "pathlib.Path"
        whole = joined(*parts)
        return PathValue(normal(whole) if kind == "environ.Path" and is_absolute(whole) else whole, kind)
    if path == "os.path.expanduser":
        return Const(HOME + parts[0][1:] if parts[0] == "~" or parts[0].startswith("~/") else parts[0])
    if path == "os.path.join":
        return Const(joined(*parts))
    if path in ("os.path.abspath", "os.path.realpath"):
        return Const(absolute(parts[0]))
    if path == "os.path.dirname":
        return Const(parent(parts[0]))
    if path == "os.path.normpath":
        return Const(normal(parts[0]))
    if path == "os.path.isabs":
        return TRUE if is_absolute(parts[0]) else FALSE
    return None
