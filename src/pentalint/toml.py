"""TOML in, plain values out, and where in the text a value stands. The only door to the TOML parser."""

from __future__ import annotations

import pathlib
import re
import sys
from functools import lru_cache
from typing import Any

from pentalint.errors import TomlError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_AT = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)$")

Key = tuple[str | int, ...]
"""Where a value stands: table and key names, and 0-based indices of arrays (of tables)."""


def loads(text: str, path: str) -> dict[str, Any]:
    """Parse TOML text; `path` names the document in the error. Raises TomlError with a 1-based `line`."""
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise TomlError(f"{path}:1: the TOML is nested too deeply to read; flatten it", 1) from None
    except tomllib.TOMLDecodeError as error:
        said = str(error)
        at = _AT.search(said)
        line = int(at.group(1)) if at and at.group(1) else text.count("\n") + 1
        reason = _AT.sub("", said).rstrip(".")
        raise TomlError(f"{path}:{line}: this is not valid TOML: {reason}; correct that line", line) from None


def load(path: pathlib.Path) -> dict[str, Any]:
    """Read and parse a TOML file (UTF-8). Raises TomlError when it cannot be read, decoded or parsed."""
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise TomlError(f"{path}: the file cannot be read ({reason}); check that it exists") from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"{path}:{line}: TOML must be UTF-8 and this line is not; save it as UTF-8"
        raise TomlError(message, line) from None
    return loads(text.replace("\r\n", "\n"), str(path))


def key_line(text: str, *keys: str | int) -> int:
    """The 1-based line of a key, table or array item of a valid TOML text.

    `key_line(text, "project", "dependencies", 2)` is the line of the third dependency. When the text does not
    show the key in a form that is understood, the line of the nearest enclosing key is given, or else 1.
    """
    lines = key_lines(text)
    for end in range(len(keys), 0, -1):
        if (line := lines.get(keys[:end])) is not None:
            return line
    return 1


@lru_cache(maxsize=8)
def key_lines(text: str) -> dict[Key, int]:
    """The line of every key, table and array item of a valid TOML text (best effort on an invalid one)."""
    scan = _Scan(text)
    try:
        scan.document()
    except (_Lost, RecursionError):
        return scan.lines
    return scan.lines


class _Lost(Exception):
    """The text is not what the scanner expects; what was found so far stands."""


_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_KEY = re.compile(r"""([^\s"'=.\[\]{},#]+)|"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)'""")
_TEXT = re.compile(
    r'"""(?:[^"\\]|\\[\s\S]|"(?!""))*"""(?:""?(?!"))?'
    r"|'''(?:[^']|'(?!''))*'''(?:''?(?!'))?"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'"
)
_BARE = re.compile(r"[^,\]}\n#]+")


class _Scan:
    """One pass over the text that notes positions and skips over values."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.lines: dict[Key, int] = {}
        self._counted = 0
        self._line = 1
        self._tables: dict[Key, int] = {}

    def document(self) -> None:
        prefix: Key = ()
        while self._blank():
            if self._take("[["):
                prefix = self._header("]]", array=True)
            elif self._take("["):
                prefix = self._header("]", array=False)
            else:
                self._pair(prefix)

    def _header(self, close: str, *, array: bool) -> Key:
        line = self._here()
        names = self._names()
        if not self._take(close):
            raise _Lost
        prefix: Key = ()
        for at, name in enumerate(names):
            prefix += (name,)
            last = at == len(names) - 1
            if last and array:
                index = self._tables.get(prefix, -1) + 1
                self._tables[prefix] = index
                self.lines.setdefault(prefix, line)
                prefix += (index,)
            elif prefix in self._tables:
                prefix += (self._tables[prefix],)
            self.lines.setdefault(prefix, line)
        return prefix

    def _pair(self, prefix: Key) -> None:
        line = self._here()
        for name in self._names():
            prefix += (name,)
            self.lines.setdefault(prefix, line)
        if not self._take("="):
            raise _Lost
        self._value(prefix)

    def _names(self) -> list[str]:
        names: list[str] = []
        while True:
            self._match(_SPACE)
            found = _KEY.match(self.text, self.position)
            if found is None:
                raise _Lost
            bare, quoted, literal = found.groups()
            names.append(bare or literal or _unescape(quoted or ""))
            self.position = found.end()
            self._match(_SPACE)
            if not self._take("."):
                return names

    def _value(self, key: Key) -> None:
        self._match(_SPACE)
        if self._take("["):
            index = 0
            while self._blank() and not self._take("]"):
                self.lines.setdefault((*key, index), self._here())
                self._value((*key, index))
                self._blank()
                self._take(",")
                index += 1
        elif self._take("{"):
            while self._blank() and not self._take("}"):
                self._pair(key)
                self._blank()
                self._take(",")
        elif not (self._match(_TEXT) or self._match(_BARE)):
            raise _Lost

    def _blank(self) -> bool:
        """Skip space, line ends and comments; whether text is left."""
        self._match(_BLANK)
        return self.position < len(self.text)

    def _match(self, pattern: re.Pattern[str]) -> bool:
        found = pattern.match(self.text, self.position)
        if found is None or found.end() == self.position:
            return False
        self.position = found.end()
        return True

    def _take(self, token: str) -> bool:
        if not self.text.startswith(token, self.position):
            return False
        self.position += len(token)
        return True

    def _here(self) -> int:
        self._line += self.text.count("\n", self._counted, self.position)
        self._counted = self.position
        return self._line


def _unescape(quoted: str) -> str:
    """The text of a quoted key. Keys with escapes are rare enough to ask the parser itself."""
    if "\\" not in quoted:
        return quoted
    try:
        return str(tomllib.loads(f'key = "{quoted}"')["key"])
    except tomllib.TOMLDecodeError:
        return quoted
