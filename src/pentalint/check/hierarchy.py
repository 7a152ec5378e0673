"""What the class statements, imports and assignments of a project say about names, read out of bytes without parsing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from pentalint.dataclass import dataclass
from pentalint.project.imports import words

_CLASS = re.compile(
    rb"\n[ \t]*class[ \t]+([\w\x80-\xff]+)[ \t]*(?:\[[^\]]*\][ \t]*)?\(((?:[^():]|\([^()]*\))*)"
)
"""A class statement with bases: its name, and their text. (A pattern that starts with a newline is found
several times as fast as one with `^`.)"""

_NAMED = re.compile(rb"\n([\w\x80-\xff]+)[ \t]*=[ \t]*([\w\x80-\xff.]+)[ \t]*(?:#[^\n]*)?\r?$", re.M)
"""At the left margin: another name for something that has one."""

_BASE = re.compile(rb"[\w\x80-\xff]+(?![\w\x80-\xff]|[ \t]*\.)")
"""A name among bases that no further dot follows: of `models.Model`, the class is `Model`."""

_IMPORT = re.compile(rb"[ \t]*(?:from[ \t]|import[ \t]|[\w.]+[ \t]+as[ \t]+\w)")
"""How a line begins that may be (part of) an import with `as`."""

_AS = re.compile(rb"\b(\w+)[ \t]+as[ \t]+(\w+)")


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """What the class statements, renaming imports and plain assignments of a project say, by bare names:
    `below` a name, the names of its subclasses; its `other` names; `bases` of each file, the names its class
    statements inherit from."""

    below: dict[bytes, set[bytes]]
    other: dict[bytes, set[bytes]]
    bases: dict[str, set[bytes]]

    def closure(self, names: Iterable[bytes]) -> set[bytes]:
        """The names, by any name, and everything below them."""
        return closed(names, self.below, self.other)

    def named(self, names: Iterable[bytes]) -> set[bytes]:
        """The names and their other names."""
        return closed(names, self.other)


def closed(names: Iterable[bytes], *steps: Mapping[bytes, set[bytes]]) -> set[bytes]:
    """The names and all that the steps lead to from them."""
    found = set(names)
    pending = list(found)
    while pending:
        name = pending.pop()
        for step in steps:
            for following in step.get(name, ()):
                if following not in found:
                    found.add(following)
                    pending.append(following)
    return found


def hierarchy(files: Mapping[str, bytes]) -> Hierarchy:
    """Read class statements and renames out of the bytes of files, without parsing."""
    below: dict[bytes, set[bytes]] = {}
    other: dict[bytes, set[bytes]] = {}
    bases: dict[str, set[bytes]] = {}
    for path, data in files.items():
        held = words(data)
        data = b"\n" + data
        for match in _CLASS.finditer(data) if b"class" in held else ():
            for base in _BASE.findall(match[2]):
                below.setdefault(base, set()).add(match[1])
                bases.setdefault(path, set()).add(base)
        for line in lines_with_as(data) if b"as" in held else ():
            if _IMPORT.match(line):
                for match in _AS.finditer(line):
                    other.setdefault(match[1], set()).add(match[2])
        for match in _NAMED.finditer(data):
            other.setdefault(match[2].rpartition(b".")[2], set()).add(match[1])
    return Hierarchy(below, other, bases)


def lines_with_as(data: bytes) -> Iterator[bytes]:
    """The lines of a file that have the word `as` between blanks."""
    if b"as\t" in data:
        data = data.replace(b"\t", b" ")
    at = data.find(b" as ")
    while at >= 0:
        end = data.find(b"\n", at)
        end = len(data) if end < 0 else end
        yield data[data.rfind(b"\n", 0, at) + 1 : end]
        at = data.find(b" as ", end)
