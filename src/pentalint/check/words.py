"""The prefilter: which files, and which functions, can matter to the rules at all.

Derived from the compiled rules, never from lists kept by hand; tests hold runs with and without it against each other.

It goes by bare names. What it follows: imports under another name, plain assignments of one name to another at the left margin, and
class statements. What it cannot see is a thing that reaches code without any of its names: taken out of a container or off an
attribute that has another name, made by `type(self)()`, or under a key that is computed.
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

_WHOLE = re.compile(r"(?<![\w*])\w+(?![\w*])")
"""A word of a glob that no `*` continues."""

_CLASS = re.compile(
    rb"^[ \t]*class[ \t]+([\w\x80-\xff]+)[ \t]*(?:\[[^\]]*\][ \t]*)?\(((?:[^():]|\([^()]*\))*)", re.M
)
"""A class statement with bases: its name, and their text."""

_NAMED = re.compile(rb"^([\w\x80-\xff]+)[ \t]*=[ \t]*([\w\x80-\xff.]+)[ \t]*(?:#[^\n]*)?\r?$", re.M)
"""At the left margin: another name for something that has one."""

_NESTED = re.compile(r"\n[ \t]*(?:async[ \t]+def|def|class)[ \t]")
"""A definition inside a function."""

_IMPORT = re.compile(
    rb"^[ \t]*(?:from[ \t][^\n]*|import[ \t][^\n]*|[\w.]+[ \t]+as[ \t]+\w+[^\n]*)$",
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
    """What the class statements, renaming imports and plain assignments of a project say, by bare names: `below` a name, the names
    of its subclasses; its `other` names; `bases` of each file, the names its class statements inherit from."""

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
        for match in _CLASS.finditer(data):
            for base in _NAME.findall(match[2]):
                below.setdefault(base, set()).add(match[1])
                bases.setdefault(path, set()).add(base)
        if b" as " in data:
            for line in _IMPORT.finditer(data):
                for match in _AS.finditer(line[0]):
                    other.setdefault(match[1], set()).add(match[2])
        for match in _NAMED.finditer(data):
            other.setdefault(match[2].rpartition(b".")[2], set()).add(match[1])
    return Hierarchy(below, other, bases)


_NAME = re.compile(rb"[\w\x80-\xff]+")


@dataclass(slots=True)
class Clause:
    """What a file must say for one pattern to match in it: one of `words` (or a name below one of `constructors`), and of each set of
    `required` at least one."""

    words: set[bytes]
    constructors: set[bytes]
    required: frozenset[frozenset[bytes]] = frozenset()


class Trigger:
    """The words of a set of rules.

    `clauses` are met by evaluating expressions, `definitions` announce decorated functions, `classes` are names that a class
    statement must inherit from.
    """

    def __init__(
        self, rules: Iterable[Compiled], knowledge: Knowledge, models: Iterable[SettingsModel]
    ) -> None:
        self.knowledge = knowledge
        self.names: dict[str, set[str]] = {}
        self.children: dict[str, list[str]] = {}
        for child, bases in knowledge.inherits.items():
            for base in bases:
                self.children.setdefault(base, []).append(child)
        for name, target in knowledge.aliases.items():
            self.names.setdefault(target.removesuffix("()"), set()).add(last_word(name))
            self.names.setdefault(target, set()).add(last_word(name))
        self.clauses: dict[frozenset[frozenset[bytes]], Clause] = {}
        self.definitions: set[bytes] = set()
        self.classes: set[bytes] = set()
        self.everything = False
        self.every_class = False
        self.every_subclass = False
        models = list(models)
        for compiled in rules:
            self.add(compiled, models)

    def add(self, compiled: Compiled, models: list[SettingsModel]) -> None:
        """The words of one pattern."""
        pattern = compiled.pattern
        if isinstance(pattern, OrderPattern):
            self.expressions(pattern.then, pattern.needs)
        elif isinstance(pattern, CallPattern):
            for path in pattern.paths:
                signature = self.knowledge.signatures.get(path, ())
                keywords = [
                    frozenset({key.encode(), b"**"}) for key in pattern.keywords if key not in signature
                ]
                self.expressions([path], (*pattern.needs, *keywords))
        elif isinstance(pattern, (WritePattern, UsePattern)):
            self.expressions(pattern.paths, pattern.needs)
        elif isinstance(pattern, DecoratorPattern):
            wanted = pattern.above or pattern.below or pattern.with_
            if not wanted and pattern.named is None:
                wanted = pattern.wanted or frozenset()
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
            else:
                self.any_class(pattern)
        elif isinstance(pattern, (SettingPattern, MissingSetting)):
            self.settings(pattern, models)

    def any_class(self, pattern: ClassPattern) -> None:
        """A class of whatever ancestor announces itself by an attribute it must have, or whose value it inherits."""
        needed = {name.partition(".")[0].encode() for name in pattern.needed}
        if not needed:
            self.every_class = True
            return
        self.definitions |= needed
        self.every_subclass = self.every_subclass or pattern.inherited

    def clause(self, required: Iterable[frozenset[bytes]] = ()) -> Clause:
        """The clause with these requirements."""
        key = frozenset(required)
        return self.clauses.setdefault(key, Clause(set(), set(), key))

    def expressions(self, paths: Iterable[str], required: Iterable[frozenset[bytes]]) -> None:
        """Expressions that reach one of the paths; a class may be reached as any of its subclasses."""
        clause = self.clause(required)
        paths = list(paths)
        clause.words |= self.words(paths)
        clause.constructors |= self.words(
            self.family(path for path in paths if last_word(path)[:1].isupper())
        )

    def settings(self, pattern: SettingPattern | MissingSetting, models: list[SettingsModel]) -> None:
        """Settings are announced by their own names, by what loads them, and by class attributes that hold them."""
        clause = self.clause()
        if isinstance(pattern, SettingPattern):
            for _, name in pattern.names:
                found = _WHOLE.findall(name.pattern.replace(".*", "*").replace("\\", ""))
                if found:
                    clause.words.add(found[-1].encode())
                else:
                    clause.words |= {
                        last_word(path).encode() for model in models for path in model.containers
                    }
        for model in models:
            clause.words |= {last_word(path).encode() for path in (*model.loaders, *model.attributes)}
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
        """Follow class statements and other names through the project: a subclass, by any name, announces its ancestors."""
        for clause in self.clauses.values():
            clause.words = tree.named(clause.words) | tree.closure(clause.constructors)
        self.definitions = tree.named(self.definitions)
        self.classes = tree.closure(self.classes)

    def asked(self, words: set[bytes]) -> set[bytes]:
        """The words that expressions of a file with these words are to be evaluated for."""
        found: set[bytes] = set()
        for clause in self.clauses.values():
            if not clause.words.isdisjoint(words) and not any(
                one.isdisjoint(words) for one in clause.required
            ):
                found |= clause.words
        return found

    def names_file(self, words: set[bytes], bases: set[bytes]) -> bool:
        """Whether a file with these words, whose class statements inherit from `bases`, can matter."""
        return (
            self.everything
            or not self.definitions.isdisjoint(words)
            or not self.classes.isdisjoint(bases)
            or (self.every_subclass and bool(bases))
            or (self.every_class and b"class" in words)
            or bool(self.asked(words))
        )

    def names_within(self, text: str, words: set[bytes]) -> bool:
        """Whether a function with this source, and these words in it, may hold a definition that can matter."""
        return _NESTED.search(text) is not None and (
            self.everything
            or self.every_class
            or self.every_subclass
            or not self.definitions.isdisjoint(words)
            or not self.classes.isdisjoint(words)
        )


class Triggers:
    """One trigger for each set of rules that judges some file."""

    def __init__(self, plan: Plan, models: Sequence[SettingsModel], files: Mapping[str, bytes]) -> None:
        self.plan = plan
        self.models = models
        self.tree = hierarchy(files)
        self._found: dict[tuple[frozenset[str], frozenset[str]], Trigger] = {}
        self._asked: dict[str, frozenset[bytes]] = {}

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
        return self.of(path).names_file(file_words(data), self.tree.bases.get(path, set()))

    def asked(self, path: str, data: bytes) -> frozenset[bytes]:
        """The words a function of the file must hold one of for its body to matter."""
        found = self._asked.get(path)
        if found is None:
            found = self._asked[path] = frozenset(self.of(path).asked(file_words(data)))
        return found


def file_words(data: bytes) -> set[bytes]:
    """The words of a file; `**` counts as one, for any keyword may hide behind it."""
    words = words_of(data)
    if b"**" in data:
        words.add(b"**")
    return words
