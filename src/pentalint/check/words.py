"""The prefilter: which files, and which functions, can matter to the rules at all.

Derived from the compiled rules, never from lists kept by hand; tests hold runs with and without it against each other.

It goes by bare names. What it follows: imports under another name, plain assignments of one name to another at
the left margin, and class statements. What it cannot see is a thing that reaches code without any of its
names: taken out of a container or off an attribute that has another name, made by `type(self)()`, or under a
key that is computed."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import field

from pentalint.check.hierarchy import Hierarchy
from pentalint.check.reach import Reach
from pentalint.dataclass import dataclass
from pentalint.evaluate.knowledge import Knowledge
from pentalint.evaluate.statements import NEVER_RETURNS
from pentalint.evaluate.values import Function
from pentalint.match.compile import Compiled
from pentalint.match.definitions import ClassPattern, DecoratorPattern, FunctionPattern
from pentalint.match.deployments import SettingsPattern
from pentalint.match.patterns import CallPattern, OrderPattern, UsePattern, WritePattern
from pentalint.match.settings import SettingPattern
from pentalint.rule import SettingsModel

_WORD = re.compile(r"\w+")

_WHOLE = re.compile(r"(?<![\w*])\w+(?![\w*])")
"""A word of a glob that no `*` continues."""

_KEY = re.compile(r"\[[^\]]*\]$")
"""The key at the end of a path: it need not stand where the value is used."""

_KEYS = re.compile(r"(?:\[[^\]]*\])+$")
"""All the keys there."""

_DEFINED = re.compile(rb"(?:def|class)[\s\\]+([\w\x80-\xff]+)")
"""A function or class statement, and its name."""

_NESTED = re.compile(r"\n[ \t]*(?:async[ \t]+def|def|class)[ \t]")
"""A definition inside a function."""


def last_word(path: str) -> str:
    """The last identifier of an API path: `run` of `flask.Flask().run`, `DEBUG` of `flask.Flask().config[DEBUG]`."""
    found = _WORD.findall(path)
    return found[-1] if found else ""


@dataclass(slots=True)
class Clause:
    """What a file must say for one pattern to match in it: one of `words` (or a name below one of
    `constructors`), and of each set of `required` at least one."""

    words: set[bytes]
    constructors: set[bytes]
    required: frozenset[frozenset[bytes]] = frozenset()


@dataclass(slots=True)
class Asked:
    """The words of a file that its expressions are evaluated for: any of `words`, and of each of `passed` any of the words in a
    function that also has one of each set of keywords, for who calls something passes them there and then."""

    words: frozenset[bytes]
    passed: tuple[tuple[frozenset[bytes], tuple[frozenset[bytes], ...]], ...] = ()
    either: frozenset[bytes] = field(init=False)
    """The words of both: most functions have none of them, which one look tells."""

    def __post_init__(self) -> None:
        self.either = self.words.union(*(words for words, _ in self.passed))

    def within(self, held: Collection[bytes], unpacks: Callable[[], bool]) -> bool:
        """Whether code with the words `held` has what it takes; `unpacks` says that it may pass any keyword, by `**`."""
        if self.either.isdisjoint(held):
            return False
        if not self.words.isdisjoint(held):
            return True
        for words, required in self.passed:
            if not words.isdisjoint(held) and (
                not any(keywords.isdisjoint(held) for keywords in required) or unpacks()
            ):
                return True
        return False

    def also(self, names: Iterable[bytes], renames: Iterable[tuple[bytes, bytes]]) -> Asked:
        """The same with more words, and with the other names of words: pairs of the name and another."""
        other = list(renames)

        def named(words: frozenset[bytes]) -> frozenset[bytes]:
            return words.union(new for old, new in other if old in words)

        if not other:
            return Asked(self.words.union(names), self.passed)
        return Asked(
            named(self.words).union(names), tuple((named(words), keywords) for words, keywords in self.passed)
        )


class Trigger:
    """The words of a set of rules.

    `clauses` are met by evaluating expressions, `definitions` announce decorated functions, `classes` are
    names that a class statement must inherit from, `pairs` two sets of names of each of which it must inherit
    from one, `defined` what the name of a function or class must match. `written` are attributes whose
    assignment some clause requires, `holders` the names of what items are written to.
    `reach` knows the words of the whole project: a rule that asks for a
    value, or a class attribute, that no file names can match nowhere, and is left out.
    """

    def __init__(
        self,
        rules: Iterable[Compiled],
        knowledge: Knowledge,
        models: Mapping[str, SettingsModel],
        reach: Reach | None = None,
    ) -> None:
        self.knowledge = knowledge
        self.models = models
        self.reach = reach or Reach(knowledge, None)
        self.present = self.reach.present
        self.names: dict[str, set[str]] = {}
        for name, target in knowledge.aliases.items():
            self.names.setdefault(target, set()).add(last_word(name))
        self.clauses: dict[frozenset[frozenset[bytes]], Clause] = {}
        self.by_word: dict[bytes, list[Clause]] = {}
        self.all_words: frozenset[bytes] = frozenset()
        self.definitions: set[bytes] = set()
        self.classes: set[bytes] = set()
        self.pairs: list[tuple[set[bytes], set[bytes]]] = []
        self.written: set[bytes] = set()
        self.holders: set[frozenset[bytes]] = set()
        self.defined: list[re.Pattern[str]] = []
        self.everything = False
        self.every_class = False
        self.every_subclass = False
        for compiled in rules:
            if self.possible(compiled):
                self.add(compiled)

    def possible(self, compiled: Compiled) -> bool:
        """Whether the project has the words without which a pattern can match nowhere."""
        pattern = compiled.pattern
        if self.present is None or (compiled.fact and isinstance(pattern, SettingPattern)):
            return True  # a setting of unknown name and value may be the one a fact asks for
        if isinstance(pattern, ClassPattern):
            parts = [part.encode() for name in pattern.certain for part in name.split(".")]
            if any(part not in self.present for part in parts):
                return False
        if isinstance(pattern, (CallPattern, OrderPattern, WritePattern, SettingPattern, ClassPattern)):
            return all(self.nameable(paths) for paths in pattern.origins)
        return True

    def nameable(self, paths: Iterable[str]) -> bool:
        """Whether a value of one of the paths can come up: some file has its last word, or that of a class
        that inherits from it.

        Parameters have their type without any word, and some values come from operators and special names.
        """
        assert self.present is not None
        for path in paths:
            plain = _KEY.sub("", path)
            word = last_word(plain)
            if path in self.reach.given or path in NEVER_RETURNS or not word or word.startswith("__"):
                return True
            if not self.reach(path):
                continue
            known = {plain, plain.removesuffix("()")}
            if any(found in self.present for found in self.words(self.reach.family(sorted(known)))):
                return True
        return False

    def add(self, compiled: Compiled) -> None:
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
        elif isinstance(pattern, WritePattern):
            for path in pattern.paths:
                if path.endswith("]"):
                    self.items(path, pattern.needs)
                else:
                    self.expressions([path], (*pattern.needs, *self.assignments(path)))
        elif isinstance(pattern, UsePattern):
            self.expressions(pattern.paths, pattern.needs)
        elif isinstance(pattern, DecoratorPattern):
            wanted = pattern.above or pattern.below or pattern.with_
            if not wanted and pattern.named is None:
                wanted = pattern.wanted or frozenset()
            if wanted:
                self.definitions |= self.words(wanted)
            else:
                self.named(pattern.function_name)
        elif isinstance(pattern, FunctionPattern):
            if pattern.decorator:
                self.definitions |= self.words(pattern.decorator)
            elif pattern.subclass:
                self.classes |= self.words(self.reach.family(pattern.subclass))
            else:
                self.named(pattern.name)
        elif isinstance(pattern, ClassPattern):
            self.classes_of(pattern)
        elif isinstance(pattern, SettingPattern):
            self.settings(pattern, compiled.rule.pack)
        elif isinstance(pattern, SettingsPattern):
            self.loaded(frozenset(name.encode() for name in pattern.names), compiled.rule.pack)

    def named(self, name: re.Pattern[str] | None) -> None:
        """A definition that is only known by its name; without one, any may be meant."""
        if name is None:
            self.everything = True
        else:
            self.defined.append(name)

    def assignments(self, path: str) -> list[frozenset[bytes]]:
        """What must be in a file for an attribute to be assigned in it: `.name`, which stands for `setattr` too."""
        names = self.words([path])
        self.written |= names
        return [frozenset(b"." + name for name in names)]

    def items(self, path: str, needs: Iterable[frozenset[bytes]]) -> None:
        """What must be in a file for an item to be written: its key, beside the name of what holds it (`session` of
        `HttpRequest().session[code]`); where that is an object of a class, some file must name the class. Keys are common words:
        of pretix, a sixth of the time that functions were evaluated in was for `code`, `state` and `auth`."""
        holder = _KEYS.sub("", path)
        if self.present is not None and not self.nameable([holder]):
            return
        if holder.endswith(")") or holder in self.reach.given:
            self.expressions([path], needs)
        else:
            names = frozenset(self.words([holder]))
            self.holders.add(names)
            self.expressions([path], (*needs, names))

    def classes_of(self, pattern: ClassPattern) -> None:
        """The names a class statement must inherit from."""
        if pattern.order is not None:
            first, then = (self.words(self.reach.family(paths)) for paths in pattern.order)
            self.pairs.append((first, then))
        elif pattern.ancestors is not None:
            self.classes |= self.words(self.reach.family(pattern.ancestors))
        else:
            self.any_class(pattern)

    def any_class(self, pattern: ClassPattern) -> None:
        """A class of whatever ancestor announces itself by an attribute it must have, or whose value it
        inherits, by a method it must define, or by its own name."""
        needed = {name.partition(".")[0].encode() for name in pattern.needed}
        if not needed and pattern.methods:
            self.definitions.add(pattern.methods[0].encode())
            return
        if not needed and pattern.name is not None:
            self.named(pattern.name)
            return
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
        paths = [path for path in paths if self.reach(path)]
        if not paths:
            return
        clause = self.clause(required)
        clause.words |= self.words(paths)
        clause.constructors |= self.words(
            self.reach.family(path for path in paths if last_word(path)[:1].isupper())
        )

    def settings(self, pattern: SettingPattern, pack: str) -> None:
        """Outside of settings modules, settings are announced by what loads them, by attributes and class
        attributes that hold them, and, where a container of settings may go by any name, by their own names."""
        models = [model for framework, model in self.models.items() if pack in (framework, "web")]
        # All words of a name stand where it is written; the longest is the rarest: `sessions` of `tools.sessions.on`.
        words = [_whole_words(name) for name in pattern.names]
        own = {max(found, key=len).encode() for found in words if found}
        every = all(words)
        clause = self.clause()
        containers = {last_word(path).encode() for model in models for path in model.containers}
        if containers:
            clause.words |= own if every else own | containers
        for model in models:
            for path in model.attributes:
                self.clause(self.assignments(path)).words.add(last_word(path).encode())
            for path, mode in model.loaders.items():
                named = [frozenset(own | {b"**"})] if every and mode == "keywords" else []
                if mode.partition(":")[0] in ("update", "default"):
                    named.append(frozenset(containers))  # a common name: it counts beside what holds settings
                self.clause(named).words.add(last_word(path).encode())
            self.definitions |= {name.encode() for name in model.class_attributes}

    def loaded(self, names: frozenset[bytes], pack: str) -> None:
        """Settings judged together are announced by calls that set some of them."""
        for path, mode in self.models[pack].loaders.items() if pack in self.models else ():
            if mode == "keywords":
                self.clause([names | {b"**"}]).words.add(last_word(path).encode())

    def words(self, paths: Iterable[str]) -> set[bytes]:
        """The last word of each path, under every alias it has."""
        found: set[bytes] = set()
        for path in paths:
            for word in (last_word(path), *self.names.get(path, ())):
                found.add(word.encode())
        return found - {b""}

    def close(self, tree: Hierarchy) -> None:
        """Follow class statements and other names through the project: a subclass, by any name, announces its
        ancestors."""
        other = {names: frozenset(tree.named(names)) for names in self.holders}
        for clause in self.clauses.values():
            clause.required = frozenset(other.get(names, names) for names in clause.required)
            clause.words = tree.named(clause.words) | tree.closure(clause.constructors)
        self.definitions = tree.named(self.definitions)
        self.classes = tree.closure(self.classes)
        self.pairs = [(tree.closure(first), tree.closure(then)) for first, then in self.pairs]
        for clause in self.clauses.values():
            for word in clause.words:
                self.by_word.setdefault(word, []).append(clause)
        self.all_words = frozenset(self.by_word)

    def asked(self, words: frozenset[bytes]) -> Asked:
        """Those of a file's words that its expressions are to be evaluated for. A file has few of all the words, so only the
        clauses of those are looked at: a fifth of the time that going through all of them took."""
        named: dict[int, tuple[Clause, list[bytes]]] = {}
        for word in self.all_words & words:
            for clause in self.by_word[word]:
                named.setdefault(id(clause), (clause, []))[1].append(word)
        plain: set[bytes] = set()
        passed: list[tuple[frozenset[bytes], tuple[frozenset[bytes], ...]]] = []
        for clause, own in named.values():
            if any(map(words.isdisjoint, clause.required)):
                continue
            keywords = tuple(one for one in clause.required if b"**" in one)
            if keywords:
                passed.append((frozenset(own), keywords))
            else:
                plain.update(own)
        return Asked(frozenset(plain), tuple(passed))

    def meets(self, words: frozenset[bytes]) -> bool:
        """Whether a file with these words has what some clause asks for."""
        return any(
            not any(map(words.isdisjoint, clause.required))
            for word in self.all_words & words
            for clause in self.by_word[word]
        )

    def names_file(self, words: frozenset[bytes], bases: set[bytes], data: bytes) -> bool:
        """Whether a file with these words, whose class statements inherit from `bases`, can matter."""
        return (
            self.everything
            or not self.definitions.isdisjoint(words)
            or not self.classes.isdisjoint(bases)
            or any(not first.isdisjoint(bases) and not then.isdisjoint(bases) for first, then in self.pairs)
            or (self.every_subclass and bool(bases))
            or (self.every_class and b"class" in words)
            or self.meets(words)
            or self.defines(data)
        )

    def defines(self, data: bytes) -> bool:
        """Whether a function or class has a name that is asked for."""
        if not self.defined:
            return False
        names = {name.decode("utf-8", "replace") for name in _DEFINED.findall(data)}
        return any(wanted.search(name) is not None for wanted in self.defined for name in names)

    def names_within(self, function: Function, words: Collection[bytes]) -> bool:
        """Whether a function, which has these words in it, may hold a definition that can matter. The words are there already,
        and few have any that counts: the text is looked at last."""
        if (
            self.everything
            or self.every_class
            or self.every_subclass
            or not self.definitions.isdisjoint(words)
            or not self.classes.isdisjoint(words)
            or any(not then.isdisjoint(words) for _, then in self.pairs)
        ):
            return _NESTED.search(function.text) is not None
        if not self.defined:
            return False
        text = function.text
        return _NESTED.search(text) is not None and self.defines(text.encode("utf-8", "replace"))


def _whole_words(name: tuple[object, re.Pattern[str]]) -> list[str]:
    """The words of the name of a setting that no `*` continues."""
    return _WHOLE.findall(name[1].pattern.replace(".*", "*").replace("\\", ""))
