"""The tracer's built-in functions and methods of built-in values. See `tracing`."""

from __future__ import annotations

import ast
import re

from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.characters import DANGEROUS, emptied_kinds
from pentalint.evaluate.events import Frame
from pentalint.evaluate.models import Model
from pentalint.evaluate.taint import (
    NOTHING,
    UNROOTED,
    changed,
    derived,
    elements,
    remember,
    string,
    taints_of,
)
from pentalint.evaluate.tracer_items import apart, in_both, under_rest
from pentalint.evaluate.tracer_sinks import TracerSinks
from pentalint.evaluate.tracer_values import ANYTHING
from pentalint.evaluate.values import (
    CHOICES,
    REST,
    UNKNOWN,
    Builtin,
    Class,
    Const,
    Dict,
    Function,
    Instance,
    List,
    Ref,
    Text,
    Unknown,
    Value,
    join_all,
)

_FIELD = re.compile(r"\{(?P<name>[a-zA-Z_]\w*)\.(?P<attribute>[a-zA-Z_]\w*)\}")
"""A template that shows an attribute of one value."""

IDENTIFIERS = frozenset(DANGEROUS)
"""The kinds of sink that the name of an attribute cannot harm, which has no character but letters, digits and `_`."""

ITERATED = frozenset(["map", "filter", "enumerate", "zip", "reversed", "iter", "next"])
"""Built-in functions that hand on the elements of what they are given."""

PARTICULAR = ITERATED | {"getattr", "dict", "str"}
"""Built-in functions whose result depends on more than what is known of their arguments."""

PURE = frozenset(
    """startswith endswith find rfind index rindex count isalpha isalnum isdigit isdecimal isnumeric isascii isidentifier
    islower isupper isspace isprintable istitle __len__ __contains__ bit_length""".split()  # noqa: SIM905
)
"""Methods whose result tells little of the string."""


class TracerBuiltins(TracerSinks):
    """Calls of what the language brings along, with tainted arguments."""

    def call_known(self, name: str, arguments: Arguments, node: ast.Call, frame: Frame) -> Value | None:
        """Built-in functions whose result the tracer computes itself; None for what the packs describe."""
        given = arguments.positional
        if name not in PARTICULAR:
            arguments.positional = [self.force(value) for value in given]
            known = self.call_builtin(name, arguments, node, frame)
            return None if isinstance(known, Unknown) else known
        if (
            name == "getattr"
            and len(given) > 2
            and isinstance(given[1], Const)
            and isinstance(given[1].value, str)
        ):
            found = self.attribute(self.force(given[0]), given[1].value, node, frame)
            return join_all([found, given[2]])
        if name == "getattr" and len(given) == 2 and not isinstance(self.force(given[0]), Ref):
            asked = self.force(given[1])
            if taints_of(asked):
                self.clear(
                    asked, arguments.nodes[1] if len(arguments.nodes) > 1 else None, IDENTIFIERS, frame
                )
        if name == "getattr" and len(given) > 1 and isinstance(given[1], Text):
            named = self.methods_named(self.force(given[0]), given[1], node, frame)
            if named is not None:
                return join_all([named, *given[2:]])
        if name in ITERATED and given:
            known = self.call_builtin(name, arguments, node, frame)
            if (isinstance(known, List) and known.exact) or (name == "next" and isinstance(known, Const)):
                return known
            given = arguments.positional
        if name == "dict" and given and isinstance(first_value := self.force(given[0]), Dict):
            made = Dict()
            made.take(first_value)
            made.entries.update(arguments.keywords)
            for spare in arguments.spare.values():
                remember(made, string(taints_of(spare)) if not isinstance(spare, Dict) else elements(spare))
            return made
        if name in ("map", "filter") and len(given) == 2:
            inner = Arguments()
            inner.positional.append(self.element(self.force(given[1])))
            value = self.invoke(self.force(given[0]), inner, node, frame)
            return List([value if name == "map" else inner.positional[0]], complete=False)
        if name == "str" and len(given) == 1:
            value = self.force(given[0])
            if isinstance(value, Instance):
                return self.shown(value, node, frame)
            if isinstance(value, Text):
                return value
        if name in ("enumerate", "zip", "reversed", "iter"):
            return self.paired(name, [self.force(value) for value in given])
        if name == "next" and given:
            return self.element(self.force(given[0]))
        arguments.positional = [self.force(value) for value in given]
        known = self.call_builtin(name, arguments, node, frame)
        if isinstance(known, Unknown):
            return None
        return known

    def methods_named(self, target: Value, name: Text, node: ast.Call, frame: Frame) -> Value | None:
        """The methods of an object of the project's that a computed name may be that of: `getattr(self, "do_" + action)`."""
        if not isinstance(target, Instance) or len(name.head) < 2:
            return None  # many methods may have one suffix: which is meant, tests say
        head, tail = str(name.head), str(name.tail)
        found = [
            member
            for ancestor in self.linear(target.cls)
            if isinstance(ancestor, Class)
            for member, value in ancestor.members.items()
            if isinstance(value, Function) and member.startswith(head) and member.endswith(tail)
        ]
        if not found or len(found) > CHOICES:
            return None
        return join_all(
            self.instance_attribute(target, member, node, frame) for member in dict.fromkeys(found)
        )

    def paired(self, name: str, given: list[Value]) -> Value:
        """`enumerate`, `zip`, `reversed`, `iter`: their elements keep what the iterables' elements carry."""
        items = [self.element(value) for value in given]
        if not items:
            return List([], complete=False)
        if name == "enumerate":
            return List([List([UNKNOWN, items[0]], "tuple")], complete=False)
        if name == "zip":
            return List([List(items, "tuple")], complete=False)
        return given[0] if isinstance(given[0], List) else List([items[0]], complete=False)

    def call_builtin_method(
        self, callee: Builtin, arguments: Arguments, node: ast.Call, frame: Frame
    ) -> Value:
        receiver, name = callee.receiver, callee.name
        if name == "format" and isinstance(receiver, Const) and isinstance(receiver.value, str):
            shown = self.fields_shown(receiver.value, arguments, node, frame)
            if shown is not None:
                return shown
        if isinstance(receiver, Text):
            self.check_method(name, receiver, node, frame)
        arguments.positional = [self.force(value) for value in arguments.positional]
        result = super().call_builtin_method(callee, arguments, node, frame)
        if name == "intersection" and len(arguments.positional) == 1 and isinstance(receiver, List):
            met = in_both(receiver, arguments.positional[0])
            if met is not None:
                return met
        if isinstance(receiver, (List, Dict)):
            key = arguments.positional[0] if arguments.positional else None
            if name in ("get", "pop") and not isinstance(result, Unknown) and under_rest(receiver, key):
                return apart(result)
            if name == "items" and isinstance(receiver, Dict) and not receiver.complete:
                return List([List([UNKNOWN, elements(receiver)], "tuple")], complete=False)
            if isinstance(result, Unknown) and name in ("get", "pop", "setdefault", "popitem", "popleft"):
                if not isinstance(key, Const):
                    return elements(receiver)
                if isinstance(receiver, Dict) and isinstance(key.value, str):
                    rest = receiver.entries.get(REST, UNKNOWN)
                    return self.segment(receiver.entries.get(key.value, rest), key)
                return elements(receiver)
            return result
        if name in ("replace", "lstrip") and isinstance(receiver, Text):
            kinds = replaced_kinds(name, arguments)
            return changed(result, lambda one: one.sanitized(kinds)) if kinds else result
        if name in PURE or isinstance(result, Const) or taints_of(result) or isinstance(receiver, Model):
            return result  # what an object holds under a name is not the name
        taint = (*taints_of(receiver), *(one for value in arguments.every() for one in taints_of(value)))
        return string(self.cleaned(f"{ANYTHING}.{name}()", arguments, derived(taint))) if taint else result

    def fields_shown(self, template: str, arguments: Arguments, node: ast.AST, frame: Frame) -> Value | None:
        """What `"{value.name}".format(value=...)` gives: the attribute; None for any other template."""
        named = named_field(template)
        value = arguments.keywords.get(named[0]) if named is not None else None
        if named is None or value is None:
            return None
        return self.attribute(self.force(value), named[1], node, frame)


def named_field(template: str) -> tuple[str, str] | None:
    """The name and attribute of a template that is one field: `{uri.hostname}`."""
    match = _FIELD.fullmatch(template)
    return (match["name"], match["attribute"]) if match is not None else None


def replaced_kinds(name: str, arguments: Arguments) -> frozenset[str]:
    """The kinds of sink that `replace` makes a string safe for: those with a single harmful character, which it takes out;
    and whether slashes are stripped from its beginning."""
    given = arguments.positional
    if name.endswith(("lstrip", ".strip")) and len(given) == 1:
        stripped = given[0].value if isinstance(given[0], Const) else ""
        return frozenset({UNROOTED}) if isinstance(stripped, str) and "/" in stripped else NOTHING
    if not name.endswith("replace") or len(given) < 2:
        return NOTHING
    old, new = given[0], given[1]
    if (
        isinstance(old, Const)
        and isinstance(new, Const)
        and isinstance(old.value, str)
        and isinstance(new.value, str)
    ):
        return emptied_kinds(re.escape(old.value), new.value)
    return NOTHING
