"""Methods of strings of which only the ends are known."""

from __future__ import annotations

from typing import Any

from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.folding import FAULTS, is_codec, ordered
from pentalint.evaluate.texts import cut, text
from pentalint.evaluate.values import FALSE, TRUE, UNKNOWN, Choice, Const, List, Text, Value

CASES = frozenset(["lower", "upper", "casefold", "swapcase"])
"""Methods that change each character for itself, of ASCII strings."""

STRIPS = frozenset(["strip", "lstrip", "rstrip"])

KEEPS_TEXT = CASES | STRIPS | frozenset(["title", "capitalize", "encode", "decode", "replace"])
"""String methods after which a built string is still the same built string, for the purposes of rules."""

ASCII = frozenset(["ascii", "utf-8", "iso8859-1", "iso8859-15", "cp1252"])
"""Encodings in which ASCII characters are themselves."""

EACH = frozenset(
    ["isdigit", "isdecimal", "isnumeric", "isalpha", "isalnum", "isascii", "isspace", "isprintable"]
)
"""Methods that are false when they are false of one character."""


def text_method(receiver: Text, name: str, arguments: Arguments) -> Value:
    """A call of a method of a built string."""
    try:
        if arguments.open_positional or arguments.open_keyword:
            raise ValueError
        given = [ordered(item) for item in arguments.positional]
        named = {key: ordered(item) for key, item in arguments.keywords.items()}
    except ValueError:
        if name == "replace":
            return text((receiver, *arguments.every()), "replace")
        if name in KEEPS_TEXT:
            return Text(receiver.parts, receiver.how)
        return text((receiver, *arguments.every()), "format") if name == "format" else UNKNOWN
    try:
        found = _known(receiver, name, given, named)
    except FAULTS:
        found = None
    if found is not None:
        return found
    if name in KEEPS_TEXT:
        return Text(receiver.parts, receiver.how)
    if name == "format":
        return text((receiver, *arguments.every()), "format")
    return UNKNOWN


def _known(receiver: Text, name: str, given: list[Any], named: dict[str, Any]) -> Value | None:
    head: Any = receiver.head
    tail: Any = receiver.tail
    if name == "startswith" and len(given) == 1:
        return begins(head, given[0], False)
    if name == "endswith" and len(given) == 1:
        return begins(tail, given[0], True)
    if name in EACH and not given:
        return FALSE if any(not getattr(one, name)() for edge in (head, tail) for one in each(edge)) else None
    if name in CASES and not given and head.isascii() and tail.isascii():
        return Text(receiver.parts, receiver.how, getattr(head, name)(), getattr(tail, name)(), 0)
    if name in STRIPS:
        # what is unknown may be empty, or all of it be stripped
        return Text(receiver.parts, receiver.how, *(getattr(edge, name)(*given) for edge in (head, tail)))
    if name in ("encode", "decode"):
        codec = [*given, *named.values()][:1] or ["utf-8"]
        if is_codec(codec[0], ASCII) and head.isascii() and tail.isascii():
            return Text(
                receiver.parts, receiver.how, *(getattr(edge, name)("ascii") for edge in (head, tail))
            )
        return None
    if named:
        return _split(receiver, name, given, named.get("maxsplit")) if set(named) == {"maxsplit"} else None
    if name == "replace" and len(given) == 2:
        return Text(receiver.parts, receiver.how, replaced(head, given[0], given[1]))
    if name == "removeprefix":
        verdict = begins(head, given[0], False)
        if verdict is TRUE:
            return cut(receiver, slice(len(given[0]), None))
        return receiver if verdict is FALSE else Text(receiver.parts, "slice")
    if name == "removesuffix":
        verdict = begins(tail, given[0], True)
        if verdict is TRUE:
            return cut(receiver, slice(0, -len(given[0]) or None))
        return receiver if verdict is FALSE else Text(receiver.parts, "slice")
    if name == "partition" and given[0] and given[0] in head:
        before, sep, after = head.partition(given[0])
        rest = cut(receiver, slice(len(before) + len(sep), None))
        return List([Const(before), Const(sep), rest], "tuple")
    if name == "rpartition" and given[0] and given[0] in tail:
        before, sep, after = tail.rpartition(given[0])
        rest = cut(receiver, slice(0, -(len(sep) + len(after))))
        return List([rest, Const(sep), Const(after)], "tuple")
    if name in ("partition", "rpartition") and given[0]:
        middle: Value = Choice((Const(given[0]), Const(given[0][:0])))
        return List([Text(receiver.parts, "slice"), middle, Text(receiver.parts, "slice")], "tuple")
    return _split(receiver, name, given, None)


def _split(receiver: Text, name: str, given: list[Any], most: Any) -> Value | None:
    """`split` and `rsplit`: the pieces that lie within what is known."""
    if name not in ("split", "rsplit") or len(given) > 2:
        return None
    most = given[1] if len(given) > 1 else most
    separator: Any = given[0] if given else None
    head: Any = receiver.head
    piece = Text(receiver.parts, "split")
    if most is not None and not isinstance(most, int):
        return None
    if separator is None:
        if name == "rsplit" or (most is not None and most >= 0):
            return List([], complete=False, rest=piece)
        known = head.split()
        if known and not head[-1:].isspace():
            known.pop()
        return List([Const(one) for one in known], complete=False, rest=piece)
    if not separator or not isinstance(separator, type(head)):
        return List([], complete=False, rest=piece)
    if name == "rsplit":
        tail: Any = receiver.tail
        if most == 1 and separator in tail:
            after = tail.rsplit(separator, 1)[1]
            return List([cut(receiver, slice(0, -(len(separator) + len(after)))), Const(after)])
        return List([], complete=False, rest=piece)
    if most is not None and 0 <= most <= head.count(separator):
        *known, rest = head.split(separator, most)
        return List([*map(Const, known), cut(receiver, slice(len(head) - len(rest), None))])
    *known, partial = head.split(separator)
    following = Text(receiver.parts, "split", unfinished(partial, separator))
    return List([*map(Const, known), following], complete=False, rest=piece)


def begins(edge: Any, wanted: Any, backward: bool) -> Value | None:
    """Whether a string with this known beginning (or end) begins (ends) with another, or one of several."""
    undecided = False
    for one in wanted if isinstance(wanted, tuple) else (wanted,):
        if not one:
            return TRUE
        if not edge:
            undecided = True
            continue
        if edge.endswith(one) if backward else edge.startswith(one):
            return TRUE
        undecided = undecided or bool(one.endswith(edge) if backward else one.startswith(edge))
    return None if undecided else FALSE


def each(edge: Any) -> list[Any]:
    """The characters of a string, as strings."""
    return [edge[place : place + 1] for place in range(len(edge))]


def unfinished(edge: Any, separator: Any) -> Any:
    """A known beginning without what may turn out to be the beginning of a separator."""
    for size in range(min(len(separator) - 1, len(edge)), 0, -1):
        if edge.endswith(separator[:size]):
            return edge[:-size]
    return edge


def replaced(edge: Any, old: Any, new: Any) -> Any:
    """The known beginning after `replace`."""
    if not old:
        return edge[:0]
    *known, partial = edge.split(old)
    return new.join([*known, unfinished(partial, old)])
