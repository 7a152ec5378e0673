"""The functions a framework calls, gathered from events: `Entries` is fed while modules are evaluated and asked at the end.

What it looks for are the packs' `[[entry-points]]` (docs/rules.md, "Entry points"); it knows no framework.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable

from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.events import Call, ClassDefined, Frame, FunctionDefined
from pentalint.evaluate.knowledge import Knowledge
from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.values import Bound, Choice, Class, Decorator, Function, Instance, Lazy, Ref, Value
from pentalint.match.entry import Entry
from pentalint.match.entry_rows import Rows
from pentalint.match.entry_tables import EntryTable, EntryTables
from pentalint.match.registrations import Registration
from pentalint.match.setting_entries import SettingEntries
from pentalint.match.specialised import Specialised
from pentalint.match.url_lists import Lists
from pentalint.match.url_names import Names
from pentalint.match.url_objects import Objects
from pentalint.match.url_owners import Owners
from pentalint.model import Route

__all__ = ["Entries", "Entry"]


class Entries:
    """Fed by events, asked at the end. `call_paths` are the calls it wants to hear of. A file holds no entry points that contains
    none of `words()` and whose classes inherit from none of `class_words`, by whatever name."""

    def __init__(self, tables: EntryTables, knowledge: Knowledge) -> None:
        self.tables = tables
        self.knowledge = knowledge
        self.by_decorator = index(tables.tables, "decorators")
        self.by_call = index(tables.tables, "calls")
        self.applied = {f"{path}()": found for path, found in self.by_decorator.items()}
        self.owners = Owners(tables, knowledge)
        self.names = Names(tables, knowledge)
        self.objects = Objects(tables, knowledge)
        self.lists = Lists.of(tables)
        self.settings = SettingEntries(tables)
        self.parts = (self.owners, self.names, self.objects, self.lists, self.settings)
        paths = frozenset(self.by_call).union(
            self.by_decorator, *(part.call_paths for part in self.parts if part is not self.settings)
        )
        self.call_paths = paths | self.applied.keys() | self.settings.call_paths
        made = {path[: path.rindex("().")] for path in paths if "()." in path}
        self.receivers = frozenset(f"{path}()" for path in family(made, knowledge))
        self.known_paths = self.call_paths | made
        classes = [path for table in tables.tables if table.kind == "subclass" for path in table.paths]
        self.class_words = words_of(family(classes, knowledge), knowledge)
        exposing = [path for table in tables.of("objects") for path in table.keys.get("exposed", ())]
        self.registering = {path.rpartition(".")[2] for path in paths}
        self.paths = (*paths, *exposing)
        self.other_words = self.settings.words.union(
            (
                name.encode()
                for table in tables.of("lists")
                for name in (*table.paths, *table.keys.get("roots", ()))
            ),
            (table.text("attribute").encode() for table in tables.of("objects")),
        )
        self.specialised = Specialised(self)
        self.registrations: list[Registration] = []
        self.classes: list[Class] = []

    def words(self, reachable: Callable[[str], bool] | None = None) -> frozenset[bytes]:
        """The words for a file to hold one of: those of paths that can be `reachable` in the project alone, where that can be
        said."""
        paths = self.paths if reachable is None else filter(reachable, self.paths)
        return words_of(paths, self.knowledge) | self.other_words

    # -- events ------------------------------------------------------------------------------------------------

    def called(self, event: Call) -> None:
        """A call of one of `call_paths`."""
        for part in self.parts:
            if event.path in part.call_paths:
                part.called(event)
                if part is not self.settings:
                    self.specialised.registered(event.node, event.frame, event.arguments.every())
        made = event.receiver
        owner = made.base if isinstance(made, Ref) else None
        for table in self.by_call.get(event.path, ()):
            self.register(event, table, table.paths[event.path], event.arguments, owner, event.path)
        for table in self.applied.get(event.path, ()):
            if isinstance(made, Ref) and isinstance(owner, Ref):
                self.register(event, table, "0", made.arguments, owner.base, owner.path)
        if event.path in self.by_decorator and is_callable(event.arguments.get("0")):
            for table in self.by_decorator[event.path]:
                self.register(event, table, "0", None, owner, event.path)

    def invoked(self, function: Function, arguments: Arguments, node: ast.AST, frame: Frame) -> None:
        """A call of one of the project's own functions."""
        self.specialised.invoked(function, arguments, node, frame)

    def register(
        self,
        event: Call,
        table: EntryTable,
        key: str,
        arguments: Arguments | None,
        owner: Value | None,
        path: str,
    ) -> None:
        """A function that a call hands over."""
        signature = self.knowledge.signatures.get(path, ())
        given = self.knowledge.signatures.get(event.path, ())
        handler = event.arguments.get(key, given)
        if handler is not None:
            node = event.arguments.node(key, given)
            self.specialised.registered(
                event.node, event.frame, [handler, *(arguments.every() if arguments is not None else ())]
            )
            self.registrations.append(
                Registration(table, handler, arguments, owner, event.node, event.frame, signature, -1, node)
            )

    def defined(self, event: FunctionDefined) -> None:
        """A function with its decorators."""
        if event.function.decorators:
            self.decorated(event.function, event.function.decorators, event.frame)

    def declared(self, event: ClassDefined) -> None:
        """A class with its decorators and bases."""
        if event.cls.decorators:
            self.decorated(event.cls, event.cls.decorators, event.frame)
        self.classes.append(event.cls)
        self.settings.declared(event)

    def decorated(self, target: Function | Class, decorators: tuple[Decorator, ...], frame: Frame) -> None:
        """Register what stands below the decorators of tables."""
        for place, decorator in enumerate(decorators):
            if isinstance(decorator.value, Function):
                self.specialised.applied(decorator, decorator.value, target, frame)
            found = callees(decorator)
            made_here = decorator.arguments is not None and not decorator.paths
            if made_here and any(self.tables_of(made.path) for made in found):
                self.specialised.made(decorator, target, frame, place)
            for made in found:
                arguments = arguments_of(decorator, made)
                self.decorate(made, arguments, target, decorator.node, frame, place)

    def decorate(
        self,
        made: Ref,
        arguments: Arguments | None,
        target: Function | Class,
        node: ast.AST,
        frame: Frame,
        place: int,
    ) -> None:
        """Register what stands below one decorator, if tables name it."""
        for path, table in self.tables_of(made.path):
            given = arguments.every() if arguments is not None else []
            self.specialised.registered(node, frame, given)
            signature = self.knowledge.signatures.get(path, ())
            self.registrations.append(
                Registration(table, target, arguments, made.base, node, frame, signature, place)
            )

    def tables_of(self, path: str) -> list[tuple[str, EntryTable]]:
        """The tables that name a decorator, or the same method of a class its owner inherits from."""
        owner, _, member = path.rpartition("().")
        names = [f"{name}().{member}" for name in self.knowledge.ancestors(owner)] if owner else [path]
        for name in names:
            if name in self.by_decorator:
                return [(name, table) for table in self.by_decorator[name]]
        return []

    def helpers(self) -> set[str]:
        """The names of functions with parameters that register something, or call one that does: who calls them may say what."""
        return self.specialised.helpers()

    # -- results -----------------------------------------------------------------------------------------------

    def entries(self, engine: Interpreter) -> list[Entry]:
        """Every entry point, by file and line. Looking at imported names may evaluate further modules, whose events are
        taken in as well."""
        return self.rows(engine).entries

    def routes(self, engine: Interpreter) -> list[Route]:
        """The table of routes, by framework, URL and method; it holds what libraries answer as well."""
        return self.rows(engine).routes

    def rows(self, engine: Interpreter) -> Rows:
        """Both, from all that has been heard."""
        self.specialised.evaluate(engine)
        return Rows(self, engine)


def is_callable(value: Value | None) -> bool:
    """Whether a value may be the function a decorator is applied to by a call."""
    return isinstance(value, (Function, Bound, Class, Instance, Lazy))


def callees(decorator: Decorator) -> list[Ref]:
    """What a decorator may be: what is called, or named, and what a function of the project that is called returns."""
    value = decorator.value
    found: list[Ref] = []
    for option in value.values if isinstance(value, Choice) else (value,):
        if not isinstance(option, Ref):
            continue
        if decorator.arguments is None:
            found.append(option)
        elif isinstance(option.base, Ref):
            found.append(option.base)
    return found


def arguments_of(decorator: Decorator, made: Ref) -> Arguments | None:
    """The arguments a decorator was made with: its own, or those of the call that a function of the project makes for it."""
    value = decorator.value
    for option in value.values if isinstance(value, Choice) else (value,):
        if isinstance(option, Ref) and option.base is made:
            return option.arguments
    return decorator.arguments


def index(tables: Iterable[EntryTable], kind: str) -> dict[str, list[EntryTable]]:
    """Path -> the tables of a kind that name it."""
    found: dict[str, list[EntryTable]] = {}
    for table in tables:
        if table.kind == kind:
            for path in table.paths:
                found.setdefault(path, []).append(table)
    return found


def words_of(paths: Iterable[str], knowledge: Knowledge) -> frozenset[bytes]:
    """The last identifier of each path, under every alias."""
    names: dict[str, set[str]] = {}
    for other, target in knowledge.aliases.items():
        names.setdefault(target, set()).add(other)
    return frozenset(
        one.replace("()", "").rpartition(".")[2].encode()
        for path in paths
        for one in (path, *names.get(path, ()))
    )


def family(paths: Iterable[str], knowledge: Knowledge) -> list[str]:
    """Class paths with every API class that inherits from them."""
    children: dict[str, list[str]] = {}
    for child, bases in knowledge.inherits.items():
        for base in bases:
            children.setdefault(base, []).append(child)
    found = list(dict.fromkeys(paths))
    for path in found:
        found.extend(child for child in children.get(path, ()) if child not in found)
    return found
