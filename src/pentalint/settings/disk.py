"""Paths and files: what `os.path` and `pathlib` make of them, whether they are there, and what they hold."""

from __future__ import annotations

import ast
import io
from collections.abc import Callable
from typing import Any

from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.events import Frame
from pentalint.evaluate.models import Model
from pentalint.evaluate.values import (
    FALSE,
    TRUE,
    UNKNOWN,
    Const,
    List,
    Ref,
    Value,
    lift,
)
from pentalint.match.project_files import KINDS, Documents
from pentalint.settings import paths
from pentalint.settings.environment import parsed
from pentalint.settings.paths import ROOT, PathValue
from pentalint.settings.reading import Reading, as_text

OPENED = frozenset(["builtins.open()", "io.open()", "codecs.open()", "pathlib.Path().open()"])


SIZE = 200_000
"""Bytes of a file that is read for what settings take from it."""


class Disk(Reading):
    """`present` says whether a path below the project is there, `documents` reads what TOML and YAML hold."""

    def __init__(
        self,
        *arguments: Any,
        present: Callable[[str], bool] = lambda path: False,
        documents: Documents = lambda kind, text: None,
        **named: Any,
    ) -> None:
        super().__init__(*arguments, **named)
        self.present = present
        self.documents = documents

    def combine(self, op: ast.operator, left: Value, right: Value) -> Value:
        left, right = self.force(left), self.force(right)
        if isinstance(left, PathValue):
            if isinstance(op, ast.Div) and (part := paths.text_of(right)) is not None:
                return left.below(part)
            if isinstance(op, ast.Add) and left.path == "environ.Path()" and isinstance(right, Const):
                return left.below(str(right.value))
            if isinstance(op, ast.Sub) and isinstance(right, Const) and isinstance(right.value, int):
                text = left.text
                for _ in range(min(right.value, paths.LEVELS)):
                    text = paths.parent(text)
                return PathValue(text, "environ.Path")
        return super().combine(op, left, right)

    def formatted(self, node: ast.FormattedValue, frame: Frame) -> Value:
        return as_text(self.force(super().formatted(node, frame)))

    def path_call(self, callee: Ref, arguments: Arguments) -> Value | None:
        """A call about paths."""
        base = callee.base
        if isinstance(callee, PathValue) and callee.path == "environ.Path()":
            return paths.method(callee, "path", arguments)
        if isinstance(base, PathValue):
            method = callee.path.rpartition(".")[2]
            if method in ("exists", "is_file", "is_dir"):
                return self.exists(base.text)
            return paths.method(base, method, arguments)
        if callee.path in ("os.path.exists", "os.path.isfile", "os.path.isdir") and arguments.positional:
            text = paths.text_of(arguments.positional[0])
            return None if text is None else self.exists(text)
        if callee.path == "os.fspath" and arguments.positional:
            return as_text(arguments.positional[0])
        return paths.function(callee.path, arguments)

    def exists(self, text: str) -> Value:
        """Whether a file is there: as it is in the project; elsewhere nobody knows."""
        name = below_root(text)
        if name is None and (not paths.is_absolute(text) or text.startswith(paths.WORKING)):
            return UNKNOWN
        if name is not None and self.present(name):
            return TRUE
        name = name or text
        self.remark(f"{name} is taken not to be there, as it is not in the project")
        return FALSE

    def file_call(self, callee: Ref, arguments: Arguments) -> Value | None:
        """The text of a file of the project, where it is read in one go."""
        base, path = callee.base, callee.path
        if isinstance(base, PathValue) and path.endswith(".read_text"):
            text = self.file_text(base.text)
            return None if text is None else Const(text)
        given = arguments.positional[0] if arguments.positional else None
        if path in KINDS and given is not None:
            text = self.opened_text(given, binary=True) if isinstance(given, Ref) else None
            if text is None and path.startswith("yaml."):
                text = given.value if isinstance(given, Const) and isinstance(given.value, str) else None
            return None if text is None else self.document(KINDS[path], text)
        method = path.rpartition(".")[2]
        if method not in ("read", "readlines") or not isinstance(base, Ref) or given is not None:
            return None
        text = self.opened_text(base)
        if text is None:
            return None
        return Const(text) if method == "read" else lines_of(text)

    def document(self, kind: str, text: str) -> Value | None:
        """What a document holds; None when it is not known."""
        if kind == "json":
            return parsed(text, "json")
        entries = self.documents(kind, text)
        return None if entries is None else lift({key: value for key, (value, _) in entries.items()})

    def opened_text(self, opened: Ref, *, binary: bool = False) -> str | None:
        """The text of a file of the project that has been opened for reading."""
        name, mode = opened_file(opened)
        modes = ("r", "rt", "rb") if binary else ("r", "rt")
        return self.file_text(name) if name is not None and mode in modes else None

    def opens_nothing(self, value: Value) -> bool:
        """Whether a file is opened for reading that is taken not to be there."""
        name, mode = opened_file(value) if isinstance(value, Ref) else (None, "")
        return name is not None and mode in ("r", "rt", "rb") and self.exists(name) is FALSE

    def iterated(self, value: Value) -> Value:
        """A file gives its lines."""
        found = self.force(value)
        text = self.opened_text(found) if isinstance(found, Ref) and found.path in OPENED else None
        if text is None:
            return super().iterated(value)
        return lines_of(text)

    def file_text(self, text: str) -> str | None:
        """The text of a file of the project; None when it is not there, or no text of a moderate size."""
        name = below_root(text)
        if name is None or not self.present(name):
            return None
        data = self.read(name)
        try:
            return data.decode() if 0 < len(data) <= SIZE else None
        except UnicodeDecodeError:
            return None

    def call_model(
        self, receiver: Model, name: str, arguments: Arguments, node: ast.Call, frame: Frame
    ) -> Value:
        """Configuration that is read from files: those of the project; others are taken not to be there."""
        for key, usual in (("vars", None), ("raw", False)):
            given = arguments.keywords.get(key)
            if isinstance(given, Const) and given.value is usual:
                del arguments.keywords[key]
        files = file_names(arguments) if name == "read" else None
        if files is None:
            return super().call_model(receiver, name, arguments, node, frame)
        for text in files:
            there = rooted(text)
            if self.exists(there) is TRUE and (content := self.file_text(there)) is not None:
                text_of_file = Arguments()
                text_of_file.add(Const(content), node)
                receiver.call("read_string", text_of_file)
        return List([])


def opened_file(opened: Ref) -> tuple[str | None, str | None]:
    """The name of the file that a call opens, and how; None for what is not known, or opens nothing."""
    if opened.path not in OPENED or opened.arguments is None:
        return None, None
    method = opened.path == "pathlib.Path().open()"
    given = opened.base.base if method and isinstance(opened.base, Ref) else opened.arguments.get("0")
    mode = opened.arguments.get("0=mode" if method else "1=mode")
    return None if given is None else paths.text_of(given), "r" if mode is None else paths.text_of(mode)


def lines_of(text: str) -> List:
    """The lines of a file, each with its end, as Python reads them."""
    return List([Const(line) for line in io.StringIO(text, newline=None)])


def file_names(arguments: Arguments) -> list[str] | None:
    """The files that `read` of a configuration is given; None when they are not all known."""
    given = arguments.positional[0] if arguments.positional else None
    items = given.items if isinstance(given, List) and given.exact else [given]
    texts = [None if item is None else paths.text_of(item) for item in items]
    known = [text for text in texts if text is not None]
    return known if len(known) == len(texts) else None


def rooted(text: str) -> str:
    """A path from the working directory, which is taken to be that of the project."""
    return text if paths.is_absolute(text) else f"{ROOT}/{text}"


def below_root(text: str) -> str | None:
    """The path below the project's directory; None for any other."""
    found = paths.normal(text)
    inside = found.startswith(f"{ROOT}/") and not found.startswith(f"{ROOT}/..")
    return found[len(ROOT) + 1 :] if inside else None
