"""Ini files with the line of every value, which `configparser` does not tell."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pentalint.dataclass import dataclass

_SECTION = re.compile(r"\[([^\]]+)\]\s*([#;].*)?$")
_OPTION = re.compile(r"([^\s=:\[#;][^=:]*?)\s*([=:])\s?(.*)$")


@dataclass(frozen=True, slots=True)
class Option:
    """One option: its name as written, and its value as stripped (line, text) pairs without blanks."""

    section: str
    name: str
    line: int
    values: tuple[tuple[int, str], ...]

    @property
    def key(self) -> str:
        """The name in one spelling: setuptools takes `install-requires` for `install_requires`."""
        return self.name.lower().replace("-", "_")

    @property
    def text(self) -> str:
        """The value on one line."""
        return " ".join(text for _, text in self.values)


def options(text: str, first: int = 1) -> Iterator[Option]:
    """The options of an ini text in order. Indented lines continue a value; lines that are nothing are
    passed over.

    `first` is the number of the text's first line, for ini text inside another file.
    """
    section = ""
    key, start, values = "", 0, list[tuple[int, str]]()
    for number, raw in enumerate(text.split("\n"), first):
        stripped = raw.strip()
        if not stripped or stripped.startswith(("#", ";")):
            continue
        if raw[0].isspace() and key:
            values.append((number, stripped))
            continue
        if key:
            yield Option(section, key, start, tuple(values))
            key, values = "", []
        if (heading := _SECTION.match(stripped)) is not None:
            section = heading.group(1).strip()
        elif (found := _OPTION.match(stripped)) is not None:
            key, start = found.group(1).strip(), number
            values = [(number, found.group(3).strip())] if found.group(3).strip() else []
    if key:
        yield Option(section, key, start, tuple(values))


def sections(text: str) -> dict[str, int]:
    """The names of the sections with their lines."""
    found: dict[str, int] = {}
    for number, raw in enumerate(text.split("\n"), 1):
        if (heading := _SECTION.match(raw.strip())) is not None and not raw[:1].isspace():
            found.setdefault(heading.group(1).strip(), number)
    return found
