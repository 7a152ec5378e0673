"""The prefilter: which files, and which functions, can matter to the rules at all.

Derived from the compiled rules, never from lists kept by hand; tests hold runs with and without it against each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pentalint.check.plan import Plan
from pentalint.evaluate.knowledge import Knowledge
from pentalint.match.compile import Compiled, MissingSetting
from pentalint.match.definitions import ClassPattern, DecoratorPattern, FunctionPattern
from pentalint.match.patterns import CallPattern, OrderPattern, UsePattern, WritePattern
from pentalint.match.settings import SettingPattern
from pentalint.rule import SettingsModel

_NOT_WORD = bytes(
    c if (48 <= c <= 57 or 65 <= c <= 90 or 97 <= c <= 122 or c == 95 or c >= 128) else 32 for c in range(256)
)

_WORD = re.compile(r"\w+")

_CLASS = re.compile(rb"^[ \t]*class[ \t]+(\w+)[ \t]*\(([^):]*)", re.M)

_IMPORT = re.compile(
    rb"^[ \t]*(?:from[ \t][^\n]*|import[ \t][^\n]*|\w+[ \t]+as[ \t]+\w+[ \t]*,?[ \t]*\)?[ \t]*(?:\#[^\n]*)?)$",
    re.M,
)
"""A line that may be (part of) an import with `as`."""

_AS = re.compile(rb"\b(\w+)[ \t]+as[ \t]+(\w+)")


def words_of(data: bytes) -> set[bytes]:
    """Every identifier (and number) in the bytes of a file."""
    return set(data.translate(_NOT_WORD).split())


def last_word(path: str) -> str:
    """The last identifier of an API path: `run` of `flask.Flask().run`, `DEBUG` of `flask.Flask().config[DEBUG]`."""
    found = _WORD.findall(path)
    return found[-1] if found else ""


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """What the class statements and renaming imports of a project say, by bare names: `below` a name, the names of its subclasses
    and its other names; `bases` of each file, the names its class statements inherit from."""

    below: dict[bytes, set[bytes]]
    bases: dict[str, set[bytes]]

    def closure(self, names: Iterable[bytes]) -> set[bytes]:
        """The names and everything below them."""
        found = set(names)
        pending = list(found)
        while pending:
            for name in self.below.get(pending.pop(), ()):
                if name not in found:
                    found.add(name)
                    pending.append(name)
        return found


def hierarchy(files: Mapping[str, bytes]) -> Hierarchy:
    """Read class statements and renames out of the bytes of files, without parsing."""
    below: dict[bytes, set[bytes]] = {}
    bases: dict[str, set[bytes]] = {}
    for path, data in files.items():
        for match in _CLASS.finditer(data):
            for base in _NAME.findall(match[2]):
                below.setdefault(base, set()).add(match[1])
                bases.setdefault(path, set()).add(base)
        if b" as " in data:
            for line in _IMPORT.finditer(data):
                for match in _AS.finditer(line[0]):
                    below.setdefault(match[1], set()).add(match[2])
    return Hierarchy(below, bases)


_NAME = re.compile(rb"\w+")


class Trigger:
    """The words of a set of rules.

    `expressions` are met by evaluating function bodies, `definitions` announce decorated functions, `classes`
    are names that a class statement must inherit from.
    """

    def __init__(
        self, rules: Iterable[Compiled], knowledge: Knowledge, models: Iterable[SettingsModel]
    ) -> None:
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
        self.constructors: set[bytes] = set()
        self.classes: set[bytes] = set()
        self.everything = False
        models = list(models)
        for compiled in rules:
            self.add(compiled, models)

    def add(self, compiled: Compiled, models: list[SettingsModel]) -> None:
        """The words of one pattern."""
        pattern = compiled.pattern
        if isinstance(pattern, OrderPattern):
            self.expressions |= self.words(pattern.then)
        elif isinstance(pattern, (CallPattern, WritePattern, UsePattern)):
            self.expressions |= self.words(pattern.paths)
            self.constructors |= self.words(
                self.family(path for path in pattern.paths if last_word(path)[:1].isupper())
            )
        elif isinstance(pattern, DecoratorPattern):
            wanted = pattern.above or pattern.below or pattern.with_ or pattern.wanted
            if wanted:
                self.definitions |= self.words(wanted)
            else:
                self.everything = True
        elif isinstance(pattern, FunctionPattern):
            if pattern.decorator:
                self.definitions |= self.words(pattern.decorator)
            elif pattern.subclass:
                self.classes |= self.words(self.family(pattern.subclass))
            else:
                self.everything = True
        elif isinstance(pattern, ClassPattern):
            if pattern.ancestors is not None:
                self.classes |= self.words(self.family(pattern.ancestors))
            elif pattern.attributes:
                self.definitions |= {name.partition(".")[0].encode() for name in pattern.attributes}
            else:
                self.everything = True
        elif isinstance(pattern, (SettingPattern, MissingSetting)):
            self.settings(pattern, models)

    def settings(self, pattern: SettingPattern | MissingSetting, models: list[SettingsModel]) -> None:
        """Settings are announced by their own names, by what loads them, and by class attributes that hold them."""
        if isinstance(pattern, SettingPattern):
            for _, name in pattern.names:
                found = _WORD.findall(name.pattern.replace(".*", " ").replace("\\", ""))
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

    def close(self, tree: Hierarchy) -> None:
        """Follow class statements and `as` names through the project: a subclass, by any name, announces its ancestors."""
        self.expressions |= tree.closure(self.constructors)
        self.classes = tree.closure(self.classes)

    def names_file(self, words: set[bytes], bases: set[bytes]) -> bool:
        """Whether a file with these words, whose class statements inherit from `bases`, can matter."""
        return (
            self.everything
            or not self.expressions.isdisjoint(words)
            or not self.definitions.isdisjoint(words)
            or not self.classes.isdisjoint(bases)
        )

    def names_function(self, text: str, more: set[bytes]) -> bool:
        """Whether the body of a function with this source can matter. `more` are further words of its module."""
        words = words_of(text.encode("utf-8", "replace"))
        return not self.expressions.isdisjoint(words) or not more.isdisjoint(words)

    def asks(self, word: bytes) -> bool:
        """Whether a word is one that a function's body is evaluated for."""
        return word in self.expressions


class Triggers:
    """One trigger for each set of rules that judges some file."""

    def __init__(self, plan: Plan, models: Sequence[SettingsModel], files: Mapping[str, bytes]) -> None:
        self.plan = plan
        self.models = models
        self.tree = hierarchy(files)
        self._found: dict[tuple[frozenset[str], frozenset[str]], Trigger] = {}

    def of(self, path: str) -> Trigger:
        """The trigger of a file's rules."""
        key = (self.plan.active(path), self.plan.aware(path))
        trigger = self._found.get(key)
        if trigger is None:
            active, aware = key
            rules = [one for one in self.plan.compiled if one.rule.id in (aware if one.fact else active)]
            trigger = self._found[key] = Trigger(rules, self.plan.knowledge, self.models)
            trigger.close(self.tree)
        return trigger

    def names_file(self, path: str, data: bytes) -> bool:
        """Whether some rule can match in a file."""
        return self.of(path).names_file(words_of(data), self.tree.bases.get(path, set()))
