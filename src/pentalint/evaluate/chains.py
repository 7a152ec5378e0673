"""`collections.ChainMap`: dictionaries looked at one after the other; the first takes the changes."""

from __future__ import annotations

from collections.abc import Callable

from pentalint.evaluate.arguments import Arguments, constant_key
from pentalint.evaluate.dictionaries import any_value, dict_method, forget_entries, put, value_at
from pentalint.evaluate.models import Model
from pentalint.evaluate.values import NONE, REST, UNKNOWN, Const, Dict, List, Value, join_all
from pentalint.evaluate.walks import Walk, key_value


class Chain(Model):
    """A chain of dictionaries, which it shares with whoever else holds them."""

    METHODS = frozenset(
        ["get", "keys", "values", "items", "pop", "update", "setdefault", "clear", "popitem", "new_child"]
    )
    CHANGES = frozenset(["pop", "update", "setdefault", "clear", "popitem"])

    def __init__(self, path: str, arguments: Arguments, maps: list[Dict]) -> None:
        super().__init__(path, arguments)
        self.maps = maps

    def twin(self, copy: Callable[[Value], Value]) -> Model:
        maps = [copy(one) for one in self.maps]
        return Chain(self.path, Arguments(), [one for one in maps if isinstance(one, Dict)])

    def root(self) -> Model | None:
        return None

    def following(self, before: Value, after: Value) -> Model | None:
        if not isinstance(after, Dict) or not any(one is before for one in self.maps):
            return None
        return Chain(self.path, Arguments(), [after if one is before else one for one in self.maps])

    def forget(self) -> None:
        forget_entries(self.maps[0])

    def item(self, key: Value) -> Value | None:
        try:
            constant = constant_key(key)
        except (TypeError, ValueError):
            return join_all([*(any_value(one) for one in self.maps), UNKNOWN])
        maybe: list[Value] = []
        for one in self.maps:
            if constant in one.entries:
                return join_all([*maybe, one.entries[constant]])
            if not one.complete:
                maybe.append(value_at(one, key))
        return join_all(maybe) if maybe else None

    def call(self, name: str, arguments: Arguments) -> Value | None:
        if arguments.open_positional or arguments.open_keyword:
            if name in self.CHANGES:
                self.forget()
            return None
        given = arguments.positional
        if name == "get" and given:
            found = self.item(given[0])
            default = given[1] if len(given) > 1 else NONE
            if found is None:
                return default
            return found if self.holds(given[0]) else join_all([found, default])
        if name in ("keys", "values", "items") and not given:
            return self._rows(name)
        if name == "new_child":
            fresh = given[0] if given else Dict()
            return Chain(self.path, Arguments(), [fresh, *self.maps]) if isinstance(fresh, Dict) else None
        if name == "setdefault" and given and self.holds(given[0]):
            return self.item(given[0])
        if name == "setdefault" and given and self.holds(given[0]) is None:
            self.forget()
            return None
        return dict_method(self.maps[0], name, arguments)

    def _rows(self, name: str) -> Value | None:
        found = self.keys()
        if found is None:
            return None
        rows: list[Value] = []
        for key in found.items:
            value = self.item(key) or UNKNOWN
            rows.append(key if name == "keys" else value if name == "values" else List([key, value], "tuple"))
        return List(rows, "view", found.complete)

    def set_item(self, key: Value, value: Value) -> None:
        put(self.maps[0], key, value)

    def delete_item(self, key: Value) -> None:
        if isinstance(key, Const):
            self.maps[0].entries.pop(key.value, None)
        else:
            self.forget()

    def set_attribute(self, name: str, value: Value) -> None:
        self.maps = [Dict(complete=False)]

    def holds(self, key: Value) -> bool | None:
        try:
            constant = constant_key(key)
        except (TypeError, ValueError):
            return None
        if any(constant in one.entries for one in self.maps):
            return True
        return False if all(one.complete for one in self.maps) else None

    def keys(self) -> Walk | None:
        names: dict[object, None] = {}
        for one in reversed(self.maps):
            names.update(dict.fromkeys(key for key in one.entries if key is not REST))
        complete = all(one.complete for one in self.maps)
        return Walk([key_value(key) for key in names], complete, 1 << 30 if complete else 0)


def make_chain(path: str, arguments: Arguments) -> Chain | None:
    """A new chain; None when not all that it is made of are dictionaries."""
    if arguments.open_positional or arguments.keywords or arguments.open_keyword:
        return None
    maps = [one for one in arguments.positional if isinstance(one, Dict)]
    if len(maps) != len(arguments.positional):
        return None
    return Chain(path, arguments, maps or [Dict()])
