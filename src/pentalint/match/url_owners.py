"""URLs below the objects they are registered on: an application, or something that is placed below a prefix of another
(`owners` and `mounts` tables)."""

from __future__ import annotations

from pentalint.dataclass import dataclass
from pentalint.evaluate.events import Call
from pentalint.evaluate.knowledge import Knowledge
from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.values import Choice, Instance, Ref, Value
from pentalint.match.entry_tables import EntryTables, PlaceTable
from pentalint.match.registrations import UNKNOWN_PART, texts

DEPTH = 10
"""Objects within objects are followed this deep."""

WAYS = 50
"""An object that is placed in more ways than this is listed for so many."""


@dataclass(slots=True, eq=False)
class Mount:
    """`child` was placed on `parent`; `prefix` replaces its own when it is not None."""

    parent: Value | None
    child: Value
    prefix: Value | None


class Owners:
    """Knows which object was placed where. `call_paths` are the calls to be told of."""

    def __init__(self, tables: EntryTables, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.owners = {path: table for table in tables.of("owners") for path in table.paths}
        self.by_call = {path: table for table in tables.of("mounts") for path in table.paths}
        self.call_paths = frozenset(self.by_call)
        self.mounts: list[Mount] = []
        self._prefixes: dict[int, tuple[int, Value, list[str]]] = {}

    def called(self, event: Call) -> None:
        """A call that places one object on another."""
        table = self.by_call.get(event.path)
        if table is None:
            return
        signature = self.knowledge.signatures.get(event.path, ())
        receiver = event.receiver.base if isinstance(event.receiver, Ref) else None
        given = event.arguments.get(table.paths[event.path], signature)
        if given is None:
            return
        prefix = event.arguments.get(table.text("prefix"), signature) if table.text("prefix") else None
        if table.keys.get("reversed"):
            if receiver is not None:
                self.mounts.append(Mount(given, receiver, prefix))
        else:
            self.mounts.append(Mount(receiver, given, prefix))

    def table_of(self, owner: Value, engine: Interpreter) -> PlaceTable | None:
        """What the packs say of an object; None for an application."""
        if isinstance(owner, Instance):
            for name in engine.linear(owner.cls):
                if isinstance(name, str) and f"{name}()" in self.owners:
                    return self.owners[f"{name}()"]
        if isinstance(owner, Ref):
            for name in self.knowledge.ancestors(owner.path.removesuffix("()")):
                if f"{name}()" in self.owners:
                    return self.owners[f"{name}()"]
        return None

    def prefixes(self, owner: Value | None, engine: Interpreter, above: tuple[Value, ...] = ()) -> list[str]:
        """What stands before the URLs registered on an object: one text for each way to it, that leads by none of
        those `above` again."""
        if owner is None:
            return [""]
        owner = engine.force(owner)
        if not above:  # a thousand routes stand on one blueprint; what is placed later makes it other ways
            known = self._prefixes.get(id(owner))
            if known is None or known[0] != len(self.mounts):
                known = (len(self.mounts), owner, self.ways(owner, engine, above))
                self._prefixes[id(owner)] = known
            return list(known[2])
        return self.ways(owner, engine, above)

    def ways(self, owner: Value, engine: Interpreter, above: tuple[Value, ...]) -> list[str]:
        """The answer of `prefixes` for an object."""
        if len(above) > DEPTH or any(one_object(owner, other) for other in above):
            return []
        if isinstance(owner, Choice):
            found = [text for option in owner.values for text in self.prefixes(option, engine, above)]
            return list(dict.fromkeys(found))
        above = (*above, owner)
        table = self.table_of(owner, engine)
        mounts = [mount for mount in self.mounts if holds(mount.child, owner, engine)]
        own = self.own_prefix(owner, table, engine)
        found = [
            joined(before, prefix)
            for mount in mounts
            for prefix in (texts(mount.prefix, engine)[:1] or [own])
            for before in self.prefixes(mount.parent, engine, above)
        ]
        parent = self.parent(owner, table, engine)
        if parent is not None:
            found.extend(joined(before, own) for before in self.prefixes(parent, engine, above))
        if not found and table is not None and table.keys.get("placed", True):
            return [joined(UNKNOWN_PART, own)]
        return list(dict.fromkeys(found))[:WAYS] or [own]

    def own_prefix(self, owner: Value, table: PlaceTable | None, engine: Interpreter) -> str:
        """The prefix an object was made with."""
        arguments = owner.arguments if isinstance(owner, (Ref, Instance)) else None
        if table is None or arguments is None:
            return ""
        path = next(iter(table.paths)) if isinstance(owner, Instance) else owner_path(owner)
        signature = self.knowledge.signatures.get(path.removesuffix("()"), ())
        key = table.paths.get(path, next(iter(table.paths.values())))
        found = texts(arguments.get(key, signature), engine) if key else []
        if not found and table.text("otherwise"):
            found = [f"/{text}" for text in texts(arguments.get(table.text("otherwise"), signature), engine)]
        return found[0] if found else ""

    def parent(self, owner: Value, table: PlaceTable | None, engine: Interpreter) -> Value | None:
        """The object that an object was made on: as an argument, or by a method of it."""
        arguments = owner.arguments if isinstance(owner, (Ref, Instance)) else None
        if table is None or arguments is None:
            return None
        if isinstance(owner, Ref) and isinstance(owner.base, Ref) and owner.base.base is not None:
            if self.table_of(owner.base.base, engine) is not None:
                return owner.base.base
        if not table.text("parent"):
            return None
        found = arguments.get(table.text("parent"))
        found = engine.force(found) if found is not None else None
        return found if isinstance(found, (Ref, Instance, Choice)) else None


def owner_path(owner: Value) -> str:
    """The API path of an object."""
    return owner.path if isinstance(owner, Ref) else ""


def holds(value: Value, owner: Value, engine: Interpreter) -> bool:
    """Whether a value is, or may be, that very object."""
    value = engine.force(value)
    if isinstance(value, Choice):
        return any(holds(option, owner, engine) for option in value.values)
    return one_object(value, owner)


def one_object(left: Value, right: Value) -> bool:
    """Whether two values are one object: made by one call, or known by one path that is no call."""
    if left is right:
        return True
    if isinstance(left, Ref) and isinstance(right, Ref):
        if left.arguments is None and right.arguments is None:
            return left.path == right.path
        return left.arguments is right.arguments and left.path == right.path
    if isinstance(left, Instance) and isinstance(right, Instance):
        return left.cls is right.cls and (
            left.arguments is right.arguments or None in (left.home, right.home)
        )
    return False


def joined(before: str, after: str) -> str:
    """Two parts of a URL with one slash between them."""
    if not before or not after:
        return before or after
    return f"{before.rstrip('/')}/{after.lstrip('/')}"
