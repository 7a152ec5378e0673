"""A setting as two evaluations know it, put together for judging: the value it will have, where that is decided, and the
expression that gives it, where rules have something to say of that."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.models import Model
from pentalint.evaluate.values import (
    LEVELS,
    UNKNOWN,
    Choice,
    Const,
    Dict,
    List,
    Ref,
    Text,
    Unknown,
    Value,
    join_all,
    options,
)
from pentalint.settings.namespaces import Namespace
from pentalint.settings.objects import AbsentModule, Fields
from pentalint.settings.paths import PLACES, PathValue
from pentalint.settings.reading import FromEnvironment
from pentalint.settings.secrets import is_secret

_SOMEWHERE = re.compile("|".join(map(re.escape, (*PLACES, "<server>"))))
"""What stands in texts for what only the place of the deployment decides."""

OWN = (FromEnvironment, AbsentModule, Namespace, Fields, Model)
"""Values that only the interpreter of settings understands."""


class Merger:
    """`force` looks at what the evaluation of settings has imported. `given` says that variables of the deployment had a part
    in the setting: then no text in it is held for a secret that stands in the source."""

    def __init__(self, force: Callable[[Value], Value], *, given: bool) -> None:
        self.force = force
        self.given = given
        self.done: dict[tuple[int, int, bool], tuple[Value, Value | None, Value]] = {}
        """What has been put together, by identity, with what it was made of: parts may be shared, or lie in themselves."""

    def merge(self, name: str, written: Value | None, final: Value, levels: int = LEVELS) -> Value:
        """The value under a name: `final` where it is decided, else what is `written` where that is an expression. Nothing
        in it belongs to the evaluation of settings any more."""
        final = self.force(final)
        if not levels:
            return UNKNOWN
        key = (id(written), id(final), self.given and is_secret(name))
        if key not in self.done:
            self.done[key] = (UNKNOWN, written, final)
            self.done[key] = (self.merged(name, written, final, levels), written, final)
        return self.done[key][0]

    def merged(self, name: str, written: Value | None, final: Value, levels: int) -> Value:
        if not isinstance(final, Choice):
            return self.one(name, written, final, levels)
        if written is not None and is_expression(written):
            return written
        found = [self.force(option) for option in final.values]
        return join_all(self.one(name, like(one, found, written), one, levels) for one in found)

    def one(self, name: str, written: Value | None, final: Value, levels: int) -> Value:
        """The same for a value that is no choice."""
        if isinstance(final, Const):
            return self.constant(name, written, final)
        if isinstance(final, List):
            return self.sequence(name, written, final, levels - 1)
        if isinstance(final, Dict):
            return self.dictionary(written, final, levels - 1)
        if written is not None and is_expression(written):
            return written
        if isinstance(final, Unknown):
            return final
        if isinstance(final, Text):
            return self.text(final, levels - 1)
        if isinstance(final, Ref) and not isinstance(final, OWN):
            return final if isinstance(final, PathValue) else self.reference(final, levels - 1)
        return UNKNOWN

    def constant(self, name: str, written: Value | None, final: Const) -> Value:
        if not isinstance(final.value, str):
            return final
        if self.given and is_secret(name) and final.value:
            return UNKNOWN if written is None else written
        if _SOMEWHERE.search(final.value) is None:
            return final
        if written is not None and is_expression(written):
            return written
        return somewhere(final.value)

    def sequence(self, name: str, written: Value | None, final: List, levels: int) -> List:
        paired: Iterable[Value | None] = (None for _ in final.items)
        if isinstance(written, List) and written.exact and final.exact:
            if len(written.items) == len(final.items):
                paired = written.items
        made = List(
            [self.merge(name, before, item, levels) for before, item in zip(paired, final.items)],
            final.kind,
            final.complete,
            final.fixed,
            None if final.rest is None else self.merge(name, None, final.rest, levels),
        )
        return made

    def dictionary(self, written: Value | None, final: Dict, levels: int) -> Dict:
        before = written.entries if isinstance(written, Dict) else {}
        made = Dict(
            {key: self.merge(str(key), before.get(key), item, levels) for key, item in final.entries.items()},
            final.complete,
        )
        made.nodes = dict(final.nodes)
        return made

    def text(self, final: Text, levels: int) -> Text:
        head, tail = final.head, final.tail
        if isinstance(head, str) and (found := _SOMEWHERE.search(head)) is not None:
            head = head[: found.start()]
        if isinstance(tail, str) and _SOMEWHERE.search(tail) is not None:
            tail = _SOMEWHERE.split(tail)[-1]
        parts = tuple(self.merge("", None, part, levels) for part in final.parts)
        return Text(parts, final.how, head, tail, 0 if _SOMEWHERE.search(str(final.head)) else final.least)

    def reference(self, final: Ref, levels: int) -> Ref:
        """What a call gives, with the arguments that are known."""
        if final.arguments is None:
            return Ref(final.path)
        arguments = Arguments()
        arguments.positional = [self.merge("", None, one, levels) for one in final.arguments.positional]
        arguments.keywords = {
            key: self.merge(key, None, one, levels) for key, one in final.arguments.keywords.items()
        }
        arguments.open_positional = final.arguments.open_positional
        arguments.open_keyword = final.arguments.open_keyword
        return Ref(final.path, arguments)


def like(option: Value, found: Sequence[Value], written: Value | None) -> Value | None:
    """The one of several written values that an option stands for: the only container of its kind, or the one in its place."""
    others = options(written) if written is not None else ()
    alike = [one for one in others if isinstance(one, (List, Dict)) and type(one) is type(option)]
    same = [one for one in found if type(one) is type(option)]
    if len(alike) != len(same):
        return None
    return next((left for left, right in zip(alike, same) if right is option), None)


def is_expression(value: Value | None) -> bool:
    """Whether a value says where it comes from, or is something the project defines, rather than what it is."""
    return value is not None and any(
        not isinstance(option, (Const, List, Dict, Unknown)) for option in options(value)
    )


def somewhere(text: str) -> Text:
    """A text with a part that the place of the deployment decides."""
    pieces = _SOMEWHERE.split(text)
    return Text((Const(text),), "path", pieces[0], pieces[-1], sum(map(len, pieces)) + 1)
