"""Where a registration answers: its URLs, HTTP methods and names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pentalint.dataclass import dataclass
from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.values import Class, Dict, Function, Value, truth
from pentalint.match.entry_functions import NOWHERE, Url, url_of
from pentalint.match.entry_methods import VERBS, Method, Methods
from pentalint.match.handlers import Handler
from pentalint.match.registrations import UNKNOWN_PART, Registration, texts
from pentalint.match.url_lists import Trail
from pentalint.match.url_owners import joined, one_object
from pentalint.match.url_patterns import Parameter
from pentalint.model import Route

if TYPE_CHECKING:
    from pentalint.match.entries import Entries


@dataclass(slots=True, eq=False)
class Placed:
    """One URL of a registration. `verbs` are those its place allows (empty: any); `actions` the methods of the class that
    answer there, by HTTP method; `extra` the one beyond the usual."""

    url: Url
    name: str = ""
    verbs: tuple[str, ...] = ()
    actions: dict[str, str] | None = None
    extra: str = ""


class Urls:
    """Answers for one project."""

    def __init__(self, found: Entries, methods: Methods, engine: Interpreter) -> None:
        self.found = found
        self.engine = engine
        self.methods = methods
        self.narrows: dict[str, Any] = {
            path: stated for table in found.tables.of("narrows") for path, stated in table.paths.items()
        }
        found.lists.gather(engine)

    def of(self, registration: Registration, handler: Handler) -> list[Placed]:
        """Every URL of a registration."""
        table = registration.table
        if table.route:
            return self.by_name(registration)
        rules = registration.texts(table.rule, self.engine) if table.rule else []
        if not rules:
            rules = [UNKNOWN_PART] if table.rule else [""]
        if table.actions:
            return [
                placed
                for trail in self.below(registration.owner)
                for rule in dict.fromkeys(rules)
                for placed in self.with_actions(registration, handler, trail, rule)
            ]
        if table.listed:
            trails = self.found.lists.trails.get(id(registration.arguments)) or [((UNKNOWN_PART, ""),)]
            return [
                Placed(url_of_trail((*trail, (rule, table.syntax))))
                for trail in dict.fromkeys(trails)
                for rule in dict.fromkeys(rules)
            ]
        prefixes = self.found.owners.prefixes(registration.owner, self.engine)
        if table.prefix_attribute:
            prefixes = [joined(before, own) for before in prefixes for own in self.own_prefix(registration)]
        return [
            Placed(url_of(rooted(joined(before, rule)), table.syntax))
            for before in prefixes
            for rule in dict.fromkeys(rules)
        ]

    def own_prefix(self, registration: Registration) -> list[str]:
        """The prefix that an attribute of the method's class gives, or that is made for the class."""
        handler, table = registration.handler, registration.table
        owner = handler.owner if isinstance(handler, Function) else None
        if owner is None:
            return [UNKNOWN_PART]
        found = self.attribute(owner, table.prefix_attribute)
        if found or not table.prefix_otherwise:
            return found[:1] or [UNKNOWN_PART]
        names = _FIELD.findall(table.prefix_otherwise)
        given = {name: (self.attribute(owner, name) or [owner.name.lower()])[0] for name in names}
        return [table.prefix_otherwise.format_map(given)]

    def attribute(self, cls: Class, name: str) -> list[str]:
        """The texts in a class attribute."""
        for ancestor in self.engine.linear(cls):
            if isinstance(ancestor, Class) and name in ancestor.members:
                return texts(ancestor.members[name], self.engine)
        return []

    def by_name(self, registration: Registration) -> list[Placed]:
        """The URLs of the patterns a registration names; without a name, any place of the tree of resources."""
        table = registration.table
        names = registration.texts(table.route, self.engine)
        if not names:
            view = registration.text(table.name, self.engine)
            return [Placed(Url(f"*/{view}" if view else "*", (), True))]
        found: list[Placed] = []
        for name in names:
            urls = self.found.names.urls(name, table.framework, self.engine)
            for text, verbs, named in urls:
                url = url_of(text, named.table.text("syntax"))
                tail, view = named.table.text("tail"), registration.text(table.name, self.engine)
                if tail and view and text.endswith(tail):
                    url = replace(url, text=f"{text}/{view}")
                found.append(Placed(url, name, verbs))
            if not urls:
                found.append(Placed(NOWHERE, name))
        return found

    def below(self, owner: Value | None) -> list[Trail]:
        """Where the URLs of a router are included."""
        if owner is None:
            return [((UNKNOWN_PART, ""),)]
        forced = self.engine.force(owner)
        nowhere = (UNKNOWN_PART, "")
        found = [trail for value, trail in self.found.lists.owners if one_object(value, forced)]
        known = [trail for trail in found if trail[:1] != (nowhere,)]
        return list(dict.fromkeys(known or found)) or [(nowhere,)]

    def with_actions(
        self, registration: Registration, handler: Handler, trail: Trail, rule: str
    ) -> Iterator[Placed]:
        """The URLs of a class that is registered for several."""
        table = registration.table
        if handler.cls is None:
            return
        available = {name for name, _ in self.methods.members(handler.cls)} | self.methods.provided(
            handler.cls
        )
        lookup = self.lookup(handler.cls)
        for action in table.actions:
            actions = {verb: name for verb, name in action.methods.items() if name in available}
            if actions:
                trailing = (action.path.replace("<lookup>", f"<{lookup}>"), "django-path")
                yield Placed(url_of_trail((*trail, (rule, "regex"), trailing)), "", (), actions)
        for name, function in self.methods.members(handler.cls):
            for decorator in function.decorators:
                extra = next((table.extra[path] for path in decorator.paths if path in table.extra), None)
                if extra is None or decorator.arguments is None:
                    continue
                value = decorator.arguments.keywords.get(extra.get("detail", ""))
                detail = extra.get("always") or (
                    value is not None and truth(self.engine.force(value)) is True
                )
                path = (texts(decorator.arguments.keywords.get("url_path"), self.engine) or [name])[0]
                verbs = texts(decorator.arguments.get("0=methods"), self.engine) or ["get"]
                middle = f"/<{lookup}>/" if detail else "/"
                url = url_of_trail(
                    (*trail, (rule, "regex"), (middle, "django-path"), (path, "regex"), ("/", ""))
                )
                yield Placed(url, "", (), {verb.upper(): name for verb in verbs}, name)

    def lookup(self, cls: Class) -> str:
        """The parameter that names one object of a class."""
        return (*self.attribute(cls, "lookup_url_kwarg"), *self.attribute(cls, "lookup_field"), "pk")[0]

    def verbs(
        self, registration: Registration, handler: Handler, placed: Placed, methods: list[Method]
    ) -> tuple[str, ...]:
        """The HTTP methods of a row, in upper case and order; none is any."""
        table = registration.table
        if placed.actions is not None:
            return tuple(sorted(placed.actions))
        if handler.actions:
            return tuple(sorted(verb.upper() for verb in handler.actions))
        stated = self.stated(registration)
        if not stated and handler.cls is not None and handler.function is None and not table.call:
            names = {method.name.upper() for method in methods}
            names |= {name.upper() for name in self.methods.provided(handler.cls)}
            stated = sorted(names & set(VERBS)) or [
                match[1].upper() for method in methods if (match := _VERB.search(method.name))
            ]
            listed = self.listed(handler.cls, table.verbs_attribute)
            stated = [verb for verb in stated or listed if verb in listed] if listed else stated
        if handler.function is not None:
            stated = stated or self.narrowed(handler.function)
        elif handler.cls is None and not stated:
            nearest = [
                name
                for name in self.found.knowledge.ancestors(handler.label)
                if name in self.methods.provides
            ]
            stated = sorted(name.upper() for name in self.methods.of_library(nearest[:1]))
        stated = stated or list(table.verbs)
        if placed.verbs and stated:
            stated = [verb for verb in stated if verb in placed.verbs] or stated
        stated = stated or list(placed.verbs)
        return () if "ANY" in stated else tuple(sorted(set(stated)))

    def stated(self, registration: Registration) -> list[str]:
        """The HTTP methods among the arguments."""
        key = registration.table.verbs_argument
        if not key:
            return []
        name, _, item = key.partition("[")
        value = registration.find(name, self.engine)
        if item and isinstance(value, Dict):
            value = value.entries.get(item.rstrip("]"))
        return [verb.upper() for verb in texts(value, self.engine) if verb != UNKNOWN_PART]

    def listed(self, cls: Class, attribute: str) -> list[str]:
        """The HTTP methods that an attribute of a class lets through."""
        return [verb.upper() for verb in self.attribute(cls, attribute)]

    def narrowed(self, function: Function) -> list[str]:
        """The HTTP methods that decorators let through."""
        for decorator in function.decorators:
            for path in decorator.paths:
                stated = self.narrows.get(path)
                if isinstance(stated, list):
                    return [str(verb) for verb in stated]
                if isinstance(stated, str) and decorator.arguments is not None:
                    found = texts(decorator.arguments.get(stated), self.engine)
                    return sorted(verb.upper() for verb in found if verb != UNKNOWN_PART) or ["GET"]
        return []

    def included(self, registration: Registration) -> list[Route] | None:
        """For a pattern that includes others: the rows of what libraries answer below it; None for a pattern with a view."""
        lists = self.found.lists
        if not registration.table.listed or id(registration.arguments) not in lists.including:
            return None
        return [
            Route(
                registration.table.framework,
                (),
                f"{url_of_trail(one.trail).text}{UNKNOWN_PART}",
                one.label,
                registration.frame.module.path,
                getattr(registration.node, "lineno", 0),
            )
            for one in lists.foreign.get(id(registration.arguments), ())
        ]


_FIELD = re.compile(r"\{(\w+)\}")
"""A field of the template for the prefix of a class."""

_VERB = re.compile(r"(?:^|_)(get|post|put|patch|delete|head|options)$")


def rooted(text: str) -> str:
    """A URL with the slash it begins with."""
    return text if text.startswith(("/", UNKNOWN_PART)) else f"/{text}"


def url_of_trail(trail: Trail) -> Url:
    """The URL of a chain of patterns."""
    text, complete = "", True
    parameters: list[Parameter] = []
    for part, syntax in trail:
        inner = url_of(part, syntax)
        text += shown_segment(part, syntax)
        parameters.extend(inner.parameters)
        complete = complete and (inner.complete or not syntax)
    if not text.startswith(UNKNOWN_PART):
        text = f"/{text.lstrip('/')}"
    return Url(text, tuple(parameters), complete)


def shown_segment(part: str, syntax: str) -> str:
    """A part of a pattern without the anchors of regular expressions."""
    if syntax != "regex":
        return part
    return re.sub(r"(?<!\\)(\$|\\Z)$", "", re.sub(r"^(\^|\\A)", "", part))
