"""The prefilter: which files, and which functions, can matter to the rules at all.

Derived from the compiled rules, never from lists kept by hand; `tests/test_prefilter.py` holds runs with and without it against each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pentalint.evaluate.knowledge import Knowledge
from pentalint.match.compile import Compiled, MissingSetting
from pentalint.match.definitions import ClassPattern, DecoratorPattern, FunctionPattern
from pentalint.match.patterns import CallPattern, OrderPattern, UsePattern, WritePattern
from pentalint.match.settings import SettingPattern
from pentalint.rule import SettingsModel

_NOT_WORD = bytes(c if (48 <= c <= 57 or 65 <= c <= 90 or 97 <= c <= 122 or c == 95 or c >= 128) else 32 for c in range(256))

_WORD = re.compile(r"\w+")

_CLASS = re.compile(rb"^[ \t]*class[ \t]+(\w+)[ \t]*\(([^):]*)", re.M)

_AS = re.compile(rb"\b(\w+)[ \t]+as[ \t]+(\w+)")

EVERYTHING = frozenset({b"*"})
"""The word set of a rule that no word announces: it must look at every file."""


def words_of(data: bytes) -> set[bytes]:
    """Every identifier (and number) in the bytes of a file."""
    return set(data.translate(_NOT_WORD).split())


def last_word(path: str) -> str:
    """The last identifier of an API path: `run` of `flask.Flask().run`, `DEBUG` of `flask.Flask().config[DEBUG]`."""
    found = _WORD.findall(path)
    return found[-1] if found else ""


class Trigger:
    """The words of a set of rules. `expressions` are those that only evaluation of function bodies can meet."""

    def __init__(self, rules: Iterable[Compiled], knowledge: Knowledge, models: Iterable[SettingsModel]) -> None:
        self.names: dict[str, set[str]] = {}
        self.children: dict[str, list[str]] = {}
        for child, bases in knowledge.inherits.items():
            for base in bases:
                self.children.setdefault(base, []).append(child)
        for name, target in knowledge.aliases.items():
            self.names.setdefault(target.removesuffix("()"), set()).add(last_word(name))
            self.names.setdefault(target, set()).add(last_word(name))
        self.expressions: set[bytes] = set()
        self.definitions: set[bytes] = set()
        self.bases: set[bytes] = set()
        self.everything = False
        models = list(models)
        for compiled in rules:
            self.add(compiled, models)

    def add(self, compiled: Compiled, models: list[SettingsModel]) -> None:
        pattern = compiled.pattern
        if isinstance(pattern, OrderPattern):
            self.expressions |= self.words(pattern.then)
        elif isinstance(pattern, (CallPattern, WritePattern, UsePattern)):
            self.expressions |= self.words(pattern.paths)
            self.bases |= self.words(self.family(path for path in pattern.paths if last_word(path)[:1].isupper()))
        elif isinstance(pattern, DecoratorPattern):
            wanted = pattern.above or pattern.below or pattern.with_ or pattern.wanted
            if wanted:
                self.definitions |= self.words(wanted)
            else:
                self.everything = True
        elif isinstance(pattern, FunctionPattern):
            self.everything = True
        elif isinstance(pattern, ClassPattern):
            if pattern.ancestors is None:
                self.everything = True
            else:
                self.bases |= self.words(self.family(pattern.ancestors))
        elif isinstance(pattern, (SettingPattern, MissingSetting)):
            self.settings(pattern, models)

    def settings(self, pattern: SettingPattern | MissingSetting, models: list[SettingsModel]) -> None:
        """Settings are announced by their own names, by what loads them, and by class attributes that hold them."""
        if isinstance(pattern, SettingPattern):
            for _, name in pattern.names:
                literal = name.pattern.replace("\\", "")
                found = [word for word in _WORD.findall(literal.replace(".*", " "))]
                if found:
                    self.expressions.add(found[-1].encode())
        for model in models:
            self.expressions |= {last_word(path).encode() for path in (*model.loaders, *model.attributes)}
            self.definitions |= {name.encode() for name in model.class_attributes}

    def family(self, paths: Iterable[str]) -> list[str]:
        """Class paths with every API class that inherits from them."""
        found = list(paths)
        for path in found:
            found.extend(child for child in self.children.get(path, ()) if child not in found)
        return found

    def words(self, paths: Iterable[str]) -> set[bytes]:
        """The last word of each path, under every alias it has."""
        found: set[bytes] = set()
        for path in paths:
            for word in (last_word(path), *self.names.get(path, ())):
                found.add(word.encode())
        return found - {b""}

    def close(self, files: Iterable[bytes]) -> None:
        """Follow class statements and `as` names through the project: a subclass, by any name, announces its ancestors."""
        edges: dict[bytes, set[bytes]] = {}
        for data in files:
            for match in _CLASS.finditer(data):
                for base in re.findall(rb"\w+", match[2]):
                    edges.setdefault(base, set()).add(match[1])
            for match in _AS.finditer(data):
                edges.setdefault(match[1], set()).add(match[2])
        pending = list(self.bases)
        while pending:
            for name in edges.get(pending.pop(), ()):
                if name not in self.bases:
                    self.bases.add(name)
                    pending.append(name)

    def names_file(self, words: set[bytes]) -> bool:
        """Whether a file with these words can matter."""
        return (
            self.everything
            or not self.expressions.isdisjoint(words)
            or not self.definitions.isdisjoint(words)
            or not self.bases.isdisjoint(words)
        )

    def names_function(self, text: str, more: set[bytes]) -> bool:
        """Whether the body of a function with this source can matter. `more` are further words of its module."""
        words = words_of(text.encode("utf-8", "replace"))
        return not self.expressions.isdisjoint(words) or not self.bases.isdisjoint(words) or not more.isdisjoint(words)

    def renamed(self, text: str) -> set[bytes]:
        """The other names that `import x as y` of a file gives to words that matter."""
        wanted = self.expressions | self.bases
        return {match[2] for match in _AS.finditer(text.encode("utf-8", "replace")) if match[1] in wanted}
