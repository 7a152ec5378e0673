"""Which code may name a source of untrusted data, told by its words: the prefilter of data flow."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from pentalint.dataclass import dataclass
from pentalint.evaluate.flow_model import FlowModel
from pentalint.evaluate.knowledge import Knowledge

GENERIC = frozenset(
    {b"get", b"pop", b"items", b"values", b"copy", b"read", b"name", b"keys", b"getlist", b"getall"}
)
"""Words that stand in every second function: another word of the path decides."""


COMMON = frozenset(
    {b"data", b"to_dict", b"json", b"payload", b"parse", b"form", b"query", b"params", b"attrs", b"kwargs"}
)
"""Names that anything may go by."""


@dataclass(frozen=True, slots=True)
class Named:
    """What must stand in a function for a source to be named there: `words`, and one of `carriers`, the names by which the
    object goes that it is read from; in a method of a class that inherits from one of `bases`, the words alone."""

    words: frozenset[bytes]
    carriers: frozenset[bytes]
    bases: frozenset[str]


class SourceWords:
    """The words without which no source is named. `typing_decorators` and `typing_classes` give parameters types, whatever
    their names."""

    def __init__(self, model: FlowModel, knowledge: Knowledge) -> None:
        names: dict[str, set[bytes]] = {}
        for alias, target in knowledge.aliases.items():
            names.setdefault(target, set()).add(telling(alias))
        for parameter in knowledge.parameters:
            names.setdefault(parameter.type, set()).add(parameter.name.encode())
        for child in knowledge.inherits:
            own = {last(child), *names.get(f"{child}()", ())}
            for base in knowledge.ancestors(child)[1:]:
                names.setdefault(f"{base}()", set()).update(own)
        facts = knowledge.parameters
        self.typing_decorators = frozenset(path for fact in facts for path in fact.decorators)
        self.typing_classes = frozenset(path for fact in facts for path in fact.subclass)
        self.by_word: dict[bytes, list[Named]] = {}
        for path in model.sources:
            self.add(path, names)
        for alias, target in knowledge.aliases.items():
            if target in model.sources:
                self.add(alias, names)
        if any(kind == "exception" for kind, _ in model.wanted):
            self.by_word[b"except"] = [Named(frozenset(), frozenset({b"except"}), frozenset())]
        kinds = {sink for kind, sink in model.wanted if kind == "secret"}
        self.ends = frozenset(
            last(path) for path, sinks in model.sinks.items() if any(sink.kind in kinds for sink in sinks)
        )
        self.items = [pattern for pattern, _ in model.items]
        self.item_words: set[bytes] = set()
        self.tried: set[bytes] = set()

    def add(self, path: str, names: Mapping[str, set[bytes]]) -> None:
        """Enter the words of one source."""
        holder = holder_of(path, names)
        rest = [last(part) for part in path[len(holder) :].split(".") if part.strip("()")]
        words = frozenset(word for word in rest if word and word not in GENERIC) or frozenset(
            filter(None, rest)
        )
        carriers = frozenset({last(holder), *names.get(holder, ())} - {b""})
        if not words <= GENERIC:
            pass
        elif carriers - COMMON:
            carriers -= COMMON
        else:
            return  # what is read from a parameter of such a name: its type says so, not its words
        words = words or carriers
        bases = (
            frozenset({holder[:-2]}) if holder.endswith("()") and last(holder)[:1].isupper() else frozenset()
        )
        key = max(words, key=len)
        entry = Named(words, carriers, bases)
        listed = self.by_word.setdefault(key, [])
        if entry not in listed:
            listed.append(entry)

    def named(self, held: Collection[bytes], ancestors: frozenset[str] | None = None) -> bool:
        """Whether code with these words may name a source, in a class with these ancestors (None: any)."""
        return self.paths(held, ancestors) or (
            bool(self.items) and not self.ends.isdisjoint(held) and self.has_item(held)
        )

    def paths(self, held: Collection[bytes], ancestors: frozenset[str] | None = None) -> bool:
        """The same of sources with a path, those known by the name of an item left out."""
        telling = self.by_word.keys() & held
        held = frozenset(held) if telling else ()
        for word in telling:
            for entry in self.by_word[word]:
                if entry.words.issubset(held) and (
                    not entry.carriers.isdisjoint(held)
                    or (
                        bool(entry.bases)
                        and b"self" in held
                        and (ancestors is None or bool(ancestors & entry.bases))
                    )
                ):
                    return True
        return False

    def has_item(self, held: Collection[bytes]) -> bool:
        """Whether an item of one of these names is a source, whatever holds it."""
        for word in frozenset(held) - self.tried:
            self.tried.add(word)
            text = word.decode("utf-8", "replace")
            if any(pattern.search(text) is not None for pattern in self.items):
                self.item_words.add(word)
        return not self.item_words.isdisjoint(held)


def holder_of(path: str, names: Mapping[str, set[bytes]]) -> str:
    """The object a source is read from: the longest beginning of its path that goes by names of its own, else a call, else
    a name in a module."""
    parts = [match.start() for match in re.finditer(r"\.|\[|$", path)]
    beginnings = [path[:end] for end in parts]
    known = [beginning for beginning in beginnings if beginning in names and beginning != path]
    if known:
        return known[-1]
    for beginning in beginnings:
        if beginning.endswith("()"):
            return beginning
    return beginnings[-2] if len(beginnings) > 1 else beginnings[0]


def telling(path: str) -> bytes:
    """The last word of a path that is not one of every second function's: `FILES` of `HttpRequest().FILES.get()`."""
    for part in reversed(path.split(".")):
        word = last(part)
        if word and word not in GENERIC:
            return word
    return last(path)


def last(path: str) -> bytes:
    """The last word of a path."""
    return path.replace("()", "").replace("[]", "").rpartition(".")[2].partition("[")[0].encode()
