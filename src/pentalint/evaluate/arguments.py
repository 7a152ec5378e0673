"""The arguments of one call, and the one place where parameter names meet positions."""

from __future__ import annotations

import ast

from pentalint.evaluate.enumerations import Member, Named
from pentalint.evaluate.values import MAYBE, Choice, Const, Dict, List, Value, join_all


class Arguments:
    """Positional and keyword values of a call, with the nodes they came from.

    `open_positional` and `open_keyword` say that a `*args` or `**kwargs` of unknown content was passed, so that absence
    cannot be concluded; `spare` are those.
    """

    __slots__ = (
        "keyword_nodes",
        "keywords",
        "nodes",
        "open_keyword",
        "open_positional",
        "positional",
        "spare",
    )

    def __init__(self) -> None:
        self.positional: list[Value] = []
        self.nodes: list[ast.expr] = []
        self.keywords: dict[str, Value] = {}
        self.keyword_nodes: dict[str, ast.AST] = {}
        self.open_positional = False
        self.open_keyword = False
        self.spare: dict[str, Value] = {}

    def add(self, value: Value, node: ast.expr) -> None:
        """One positional argument."""
        if self.open_positional:
            return  # its position is not known any more
        self.positional.append(value)
        self.nodes.append(node)

    def spread(self, value: Value, node: ast.expr) -> None:
        """`*value`."""
        if isinstance(value, List) and value.exact and not self.open_positional:
            for item in value.items:
                self.add(item, node)
            value.use_up()
        else:
            if isinstance(value, List) and value.kind in ("list", "tuple"):
                for item in value.items[: value.fixed]:
                    self.add(item, node)
            self.open_positional = True
            self.spare["*"] = value

    def name(self, keyword: str, value: Value, node: ast.AST) -> None:
        """`keyword=value`."""
        self.keywords[keyword] = value
        self.keyword_nodes[keyword] = node

    def unpack(self, value: Value, node: ast.AST) -> None:
        """`**value`."""
        if isinstance(value, Choice) and all(isinstance(option, (Dict, Const)) for option in value.values):
            value = common([option for option in value.values if isinstance(option, Dict)])  # `**None` raises
        if not isinstance(value, Dict):
            self.open_keyword = True
            self.spare["**"] = value
            return
        for key, item in value.entries.items():
            if isinstance(key, str):
                self.name(key, item, value.nodes[key][1] if key in value.nodes else node)
        if not value.complete:
            self.open_keyword = True
            self.spare["**"] = value

    def get(self, key: str, signature: tuple[str, ...] = ()) -> Value | None:
        """The value of a parameter, `MAYBE` when a star may have supplied it, None when it is certainly absent.

        `key` is a keyword (`debug`), a position (`0`), or both (`0=location`). A keyword found in `signature` also
        stands for its position.
        """
        position, keyword = split_key(key)
        if keyword and keyword in self.keywords:
            return self.keywords[keyword]
        if position is None and keyword in signature:
            position = signature.index(keyword)
        if position is not None:
            if position < len(self.positional):
                return self.positional[position]
            if self.open_positional:
                return MAYBE
            if not keyword and position < len(signature):
                keyword = signature[position]
                if keyword in self.keywords:
                    return self.keywords[keyword]
        if keyword and self.open_keyword:
            return MAYBE
        return None

    def node(self, key: str, signature: tuple[str, ...] = ()) -> ast.AST | None:
        """Where the parameter was written, for a precise span."""
        position, keyword = split_key(key)
        if keyword in self.keyword_nodes:
            return self.keyword_nodes[keyword]
        if position is None and keyword in signature:
            position = signature.index(keyword)
        if position is not None and position < len(self.nodes):
            return self.nodes[position]
        return None

    def opened(self) -> Arguments:
        """The same arguments, to which others may be added: none is certainly absent."""
        twin = Arguments()
        twin.positional, twin.nodes = list(self.positional), list(self.nodes)
        twin.keywords, twin.keyword_nodes = dict(self.keywords), dict(self.keyword_nodes)
        twin.open_positional = twin.open_keyword = True
        twin.spare = dict(self.spare)
        return twin

    def every(self) -> list[Value]:
        """All values passed, in order."""
        return [*self.positional, *self.keywords.values(), *self.spare.values()]


def common(dictionaries: list[Dict]) -> Dict:
    """One dictionary for one of several: what only some of them have may be missing."""
    result = Dict(complete=all(one.complete for one in dictionaries))
    for key in dict.fromkeys(key for one in dictionaries for key in one.entries):
        values = [one.entries.get(key, MAYBE) for one in dictionaries]
        result.entries[key] = join_all(values)
    for one in dictionaries:
        result.nodes.update(one.nodes)
    return result


def split_key(key: str) -> tuple[int | None, str]:
    """`"0=location"` -> (0, "location"); `"0"` -> (0, ""); `"location"` -> (None, "location")."""
    position, sign, keyword = key.partition("=")
    if position.isdigit():
        return int(position), keyword if sign else ""
    return None, key


def constant_key(value: Value) -> object:
    """The hashable constant a subscript or dictionary key is. Raises `ValueError` when it is not one."""
    if type(value) is Const:
        return value.value
    if isinstance(value, Member) and not value.own_equality:
        return value
    if isinstance(value, Named) and value.textual:
        return value.value
    if isinstance(value, List) and value.kind == "tuple" and value.exact:
        return tuple(constant_key(item) for item in value.items)
    raise ValueError("not a constant key")
