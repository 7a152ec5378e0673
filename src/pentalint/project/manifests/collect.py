"""What the readers of manifests find, and the book they enter it in."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterable
from dataclasses import field, replace
from typing import Any

from pentalint import toml
from pentalint.dataclass import dataclass
from pentalint.errors import TomlError
from pentalint.model import Failure, File, Requirement, Role
from pentalint.project.manifests.records import ProjectMetadata, PythonVersion, Serve, Unresolved
from pentalint.project.manifests.requirement import NotARequirement, Parsed, parse
from pentalint.syntax.ini import read_entries


@dataclass(frozen=True, slots=True)
class Include:
    """A reference to a requirements file, followed at the end."""

    path: str
    line: int
    target: str
    scope: str


@dataclass(slots=True)
class Collector:
    """The book of one run. Readers get it with the path and the text of one file and enter what they find."""

    read: Callable[[str], bytes]
    files: dict[str, File]
    requirements: list[Requirement] = field(default_factory=list)
    projects: list[ProjectMetadata] = field(default_factory=list)
    serves: list[Serve] = field(default_factory=list)
    pythons: list[PythonVersion] = field(default_factory=list)
    unresolved: list[Unresolved] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    includes: list[Include] = field(default_factory=list)
    locals: list[Requirement] = field(default_factory=list)
    manifests: set[str] = field(default_factory=set)
    _texts: dict[str, str | None] = field(default_factory=dict)

    def text(self, path: str) -> str | None:
        """The text of a file with `\n` line ends; None, and a failure entered, when it cannot be read."""
        if path not in self._texts:
            data = self.data(path)
            self._texts[path] = None if data is None else decode(data)
            if data is not None and path.endswith(".toml"):
                self._check_utf8(path, data)
        return self._texts[path]

    def _check_utf8(self, path: str, data: bytes) -> None:
        """TOML is UTF-8 by definition; what other tools refuse is still read here as far as it goes."""
        try:
            data.decode("utf-8")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            self.fail(path, line, "TOML must be UTF-8 and this line is not; save it as UTF-8")

    def data(self, path: str) -> bytes | None:
        """The bytes of a file; None, and a failure entered, when it cannot be read."""
        try:
            return self.read(path)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            self.failures.append(
                Failure(path, "read", f"the file cannot be read ({reason}); mend its permissions")
            )
            return None

    def toml(self, path: str, text: str) -> Document | None:
        """The parsed TOML document, or None when it is broken, which is then entered as a failure."""
        try:
            return Document(path, toml.loads(text, path), text)
        except TomlError as error:
            self.fail(path, error.line, str(error).removeprefix(f"{path}:{error.line}: "))
            return None

    def check_ini(self, path: str, text: str) -> None:
        """Enter the first line of an ini file that means nothing; a template of one cannot be judged."""
        _, faults = read_entries(text)
        for fault in faults[:1]:
            if "{{" in text or "{%" in text:
                self.unclear(path, fault.line, fault.message)
            else:
                self.fail(path, fault.line, fault.message)

    def fail(self, path: str, line: int, message: str) -> None:
        """Enter a fault of the manifest; in tests, examples, templates and copied code only as unresolved."""
        file = self.files.get(path)
        if file is not None and file.role in {
            Role.template,
            Role.test,
            Role.vendored,
            Role.docs,
            Role.example,
        }:
            self.unclear(path, line, message)
        else:
            self.failures.append(Failure(path, "manifest", message, max(line, 1)))

    def unclear(self, path: str, line: int, text: str) -> None:
        """Enter a place that cannot be decided statically."""
        self.unresolved.append(Unresolved(path, line, text))

    def python(self, path: str, line: int, specifier: object) -> None:
        """Enter a wish for a Python version, if it is one."""
        if isinstance(specifier, str) and specifier.strip():
            self.pythons.append(PythonVersion(path, line, specifier.strip()))

    def requirement(
        self,
        text: str,
        scope: str,
        path: str,
        line: int,
        *,
        via: tuple[str, ...] = (),
        marker: str = "",
        conditional: bool = False,
        locked: bool = False,
    ) -> str:
        """Enter one requirement in pip's notation, or the failure that it is none. Returns its name or ""."""
        try:
            parsed = parse(text)
        except NotARequirement as error:
            if "{{" in text or "{%" in text:  # a template of a manifest
                self.unclear(path, line, text)
                return ""
            self.fail(path, line, f"`{_short(text)}` is not a requirement pip accepts ({error}); correct it")
            return ""
        if marker:
            parsed = replace(parsed, marker=f"({parsed.marker}) and ({marker})" if parsed.marker else marker)
        self.enter(parsed, scope, path, line, via=via, conditional=conditional, locked=locked)
        return parsed.name

    def enter(
        self,
        parsed: Parsed,
        scope: str,
        path: str,
        line: int,
        *,
        via: tuple[str, ...] = (),
        conditional: bool = False,
        locked: bool = False,
    ) -> None:
        """Enter a requirement that is already taken apart."""
        found = Requirement(
            parsed.name,
            parsed.specifier,
            parsed.kind,
            scope,
            path,
            line,
            version=parsed.version,
            marker=parsed.marker,
            extras=parsed.extras,
            via=via,
            locked=locked,
            conditional=conditional,
        )
        # A requirement on a directory gets its name at the end, from the metadata found there.
        (self.requirements if parsed.name else self.locals).append(found)

    def via_last(self, via: tuple[str, ...]) -> None:
        """Say of the requirement entered last who pulls it in."""
        self.requirements[-1] = replace(self.requirements[-1], via=via)

    def include(self, path: str, line: int, target: str, scope: str) -> None:
        """Enter a reference to a requirements file (relative to the root)."""
        self.includes.append(Include(path, line, target, scope))


@dataclass(frozen=True, slots=True)
class Document:
    """A TOML document and its text, whose first line has the number `first`.

    `get` never raises: what is not there, or not a table, is None.
    """

    path: str
    data: dict[str, Any]
    text: str
    first: int = 1

    def get(self, *keys: str) -> Any:
        """The value at a path of keys, or None."""
        value: Any = self.data
        for key in keys:
            if not isinstance(value, dict):
                return None
            value = value.get(key)
        return value

    def table(self, *keys: str) -> dict[str, Any]:
        """The table at a path of keys; empty when there is none."""
        value = self.get(*keys)
        return value if isinstance(value, dict) else {}

    def line(self, *keys: str | int) -> int:
        """The line of a key or array item, or of what encloses it."""
        return toml.key_line(self.text, *keys) + self.first - 1

    def strings(self, *keys: str | int) -> list[tuple[int, str]]:
        """The strings of an array, or the one string, at a path of keys, with their lines."""
        value: Any = self.data
        for key in keys:
            if isinstance(value, dict):
                value = value.get(str(key))
            elif isinstance(value, list) and isinstance(key, int) and key < len(value):
                value = value[key]
            else:
                return []
        if isinstance(value, str):
            return [(self.line(*keys), value)]
        if not isinstance(value, list):
            return []
        return [(self.line(*keys, at), item) for at, item in enumerate(value) if isinstance(item, str)]


def texts(value: object) -> tuple[str, ...]:
    """The strings of a list; nothing for anything else."""
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def beside(path: str, target: str) -> str:
    """`target`, written in the file `path`, relative to the root; with `..` in front when outside."""
    directory = path.rpartition("/")[0]
    parts = directory.split("/") if directory else []
    for part in target.replace("\\", "/").split("/"):
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        elif part not in {"", "."}:
            parts.append(part)
    return "/".join(parts)


def decode(data: bytes) -> str:
    """Text of a manifest: UTF-8, UTF-16 with its mark (PowerShell), else Latin-1.

    NULs are dropped and line ends made `\n`.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = data.decode("utf-16", "replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("latin-1")
    return text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 80 else f"{line[:77]}..."


def items(lines: Iterable[tuple[int, str]]) -> Iterable[tuple[int, str]]:
    """The lines of an ini value without comments and blanks."""
    for line, text in lines:
        stripped = text.split(" #", 1)[0].strip()
        if stripped and not stripped.startswith(("#", ";")):
            yield line, stripped
