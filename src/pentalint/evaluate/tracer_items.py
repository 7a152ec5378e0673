"""The tracer's items and operators: what is taken out of containers, put into them, and built of tainted data. See `tracing`."""

from __future__ import annotations

import ast
import re

from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.attributes import PATH_LIMIT
from pentalint.evaluate.dictionaries import Mapping as Defaults
from pentalint.evaluate.events import Frame
from pentalint.evaluate.expressions import Expressions
from pentalint.evaluate.models import Model
from pentalint.evaluate.operations import slice_of, subscript
from pentalint.evaluate.taint import (
    ALL,
    EVERY,
    KEYS,
    MOST,
    NOTHING,
    SEGMENT,
    Taint,
    changed,
    derived,
    elements,
    string,
    taints_of,
)
from pentalint.evaluate.tracer_forms import TracerForms
from pentalint.evaluate.tracer_values import ANYTHING
from pentalint.evaluate.values import (
    REST,
    UNKNOWN,
    Bound,
    Choice,
    Class,
    Const,
    Dict,
    Instance,
    List,
    Ref,
    Text,
    Unknown,
    Value,
    join,
    join_all,
    options,
)

NUMERIC = re.compile(r"%(?:\([^)]*\))?[-#0 +]*(?:\d+|\*)?(?:\.(?:\d+|\*))?[hlL]?(.)")
"""One conversion of a `%` format; its letter."""

ONE_LINE = frozenset({"log", "header", "email-header"})
"""The kinds of sink that only line ends do harm in."""


class TracerItems(TracerForms):
    """Items, elements and operators."""

    def clear(self, value: Value, node: ast.expr | None, kinds: frozenset[str], frame: Frame) -> None:
        """A check has shown a value to be safe. Provided by `tracer_guards`."""
        raise NotImplementedError

    # -- items ---------------------------------------------------------------------------------------------------

    def subscription(self, node: ast.Subscript, frame: Frame) -> Value:
        container = self.force(self.eval(node.value, frame))
        if isinstance(node.slice, ast.Slice):
            return self.sliced(container, node.slice, frame)
        index = self.force(self.eval(node.slice, frame))
        if isinstance(index, Const) and isinstance(index.value, str) and index.value in self.segments:
            found = join_all(self.item(option, index, node, frame) for option in options(container))
            return self.segment(found, index)
        if taints_of(index) and isinstance(node.ctx, ast.Load) and not taints_of(container):
            found = join_all(self.item(option, index, node, frame) for option in options(container))
            self.clear(index, node.slice, EVERY, frame)  # it was one of the keys, or this has raised
            return found
        found = join_all(self.item(option, index, node, frame) for option in options(container))
        return apart(found) if under_rest(container, index) else found

    def segment(self, value: Value, key: Const) -> Value:
        """What was taken from the URL under a name: no more than the patterns with that name let through."""
        kinds = self.segments.get(key.value, NOTHING) if isinstance(key.value, str) else NOTHING
        taints = taints_of(value)
        if not kinds or not taints or any(taint.origin.detail != "path" for taint in taints):
            return value
        if ALL in kinds:
            return UNKNOWN
        if "path" in kinds:
            kinds = (kinds - {"path"}) | {SEGMENT}
        return changed(value, lambda taint: taint.sanitized(kinds))

    def sliced(self, container: Value, node: ast.Slice, frame: Frame) -> Value:
        """`container[lower:upper]`."""
        bounds = [
            None if bound is None else self.force(self.eval(bound, frame))
            for bound in (node.lower, node.upper, node.step)
        ]
        if isinstance(container, Ref):
            return container
        result = slice_of(container, *bounds)
        if isinstance(result, Unknown):
            return string(derived(taints_of(container)))
        return result

    def item(self, container: Value, index: Value, node: ast.Subscript, frame: Frame) -> Value:
        """`container[index]`."""
        if isinstance(container, (Class, Model, Defaults)):
            found = self.stateful_item(container, index, node, frame)
            if found is None and isinstance(container, Defaults) and container.default is not None:
                found = self.made_entry(container, index, node, frame)
            if found is not None:
                return found
        if isinstance(container, Ref):
            return self.ref_item(container, index, node, frame)
        if isinstance(container, Class):
            return container
        if isinstance(container, Instance):
            method = self.instance_attribute(container, "__getitem__", node, frame)
            if isinstance(method, Bound):
                arguments = Arguments()
                arguments.positional.append(index)
                return self.apply(method.function, container, arguments, node, frame)
            for ancestor in self.linear(container.cls):
                if isinstance(ancestor, str):
                    return self.ref_item(Ref(f"{ancestor}()"), index, node, frame)
            return UNKNOWN
        result = subscript(container, index)
        if isinstance(container, Dict) and not isinstance(index, Const):
            return some_element(container)
        if isinstance(result, Unknown):
            if isinstance(container, Dict) and REST in container.entries:
                known = isinstance(index, Const)
                return container.entries[REST] if known else some_element(container)
            if (isinstance(container, List) and not isinstance(index, Const)) or (
                isinstance(container, List) and not container.complete
            ):
                return elements(container)
            if isinstance(container, (Dict, Text)):
                return string(derived(taints_of(container))) if isinstance(container, Text) else result
        return result

    def made_entry(
        self, container: Defaults, index: Value, node: ast.Subscript, frame: Frame
    ) -> Value | None:
        """The entry that a `defaultdict` may have made just now, in a loop or under a key that is not known: what is put into
        it is there from then on. None for an entry that is there."""
        key = index.value if isinstance(index, Const) else REST
        if key in container.entries or (key is REST and container.entries):
            return None
        if REST in container.entries:
            return container.entries[REST]
        assert container.default is not None
        call = ast.copy_location(ast.Call(ast.Name("default", ast.Load()), [], []), node)
        made = self.invoke(self.force(container.default), Arguments(), call, frame)
        if not isinstance(made, (List, Dict)):
            return None
        container.complete = made.complete = False  # others may have filled it
        container.entries[key] = made
        return made

    def item_under(self, container: Ref, key: Value, node: ast.AST, frame: Frame) -> Value:
        return self.ref_item(container, key, node, frame)

    def ref_item(self, container: Ref, index: Value, node: ast.AST, frame: Frame) -> Value:
        """`api[index]`."""
        if container.path[:1] == ANYTHING:
            return Ref(ANYTHING, None, False, derived(container.taint))
        taint = derived(container.taint) if container.taint else ()
        arguments = Arguments()
        arguments.positional.append(index)
        exact = (
            f"{container.path}[{index.value}]"
            if isinstance(index, Const) and isinstance(index.value, (str, int))
            else ""
        )
        child = f"{container.path}[]"
        if len(child) > PATH_LIMIT:
            return Ref(ANYTHING, None, False, taint)
        if exact and (
            exact in self.aliases
            or self.known(exact, self.model.sources) is not None
            or self.known(exact, self.model.cleaners) is not None
        ):
            return self.tag(self.aliases.get(exact, exact), arguments, taint, node, frame)
        if taint and isinstance(container.base, Dict) and isinstance(index, Const):
            parsed = container.base.entries.get(index.value)
            if parsed is not None:
                return parsed
        if taint and isinstance(container.base, Instance) and exact:
            found, taint = self.form_field(container, index, taint, node, frame)
            if found is not None:
                return found
        return self.tag(self.aliases.get(child, child), arguments, taint, node, frame)

    def element(self, source: Value) -> Value:
        if isinstance(source, Ref):
            path = f"{source.path}[]"
            if source.path[:1] == ANYTHING or len(path) > PATH_LIMIT:
                return Ref(ANYTHING, None, False, derived(source.taint))
            path = self.aliases.get(path, path)
            taint = derived(source.taint) if source.taint else ()
            if self.place is not None:
                return self.tag(path, None, taint, *self.place)
            return Ref(path, None, False, self.cleaned(path, None, taint) if taint else ())
        if isinstance(source, List) and not source.complete and source.items:
            return elements(source)
        if isinstance(source, Text):
            return string(derived(taints_of(source)))
        if isinstance(source, Dict) and REST in source.entries:
            return string(derived(taints_of(source.entries[REST])))  # its keys came from where its values did
        return super().element(source)

    def set_item(self, target: Value, key: Value, value: Value, node: ast.AST, frame: Frame) -> None:
        target = self.force(target)
        if isinstance(target, Dict) and not named_by(self.force(key)):
            if all(not isinstance(one, (List, Dict, Instance)) for one in options(value)):
                value = changed(value, by_own_name)
        if isinstance(target, Ref):
            if isinstance(target, Model):
                self.set_stateful(target, key, value, frame)
            self.assigned_item(target, key, value, node, frame)
        elif isinstance(target, Instance) and not self.linear_api(target.cls):
            method = self.instance_attribute(target, "__setitem__", node, frame)
            if isinstance(method, Bound):
                arguments = Arguments()
                arguments.positional.extend([key, value])
                self.apply(method.function, target, arguments, node, frame)
        else:
            super().set_item(target, key, value, node, frame)

    def linear_api(self, cls: Class) -> bool:
        """Whether a class inherits from an API that has items of its own."""
        return any(isinstance(one, str) and not one.startswith("builtins.object") for one in self.linear(cls))

    def assigned_item(self, target: Ref, key: Value, value: Value, node: ast.AST, frame: Frame) -> None:
        """`api[key] = value`. Provided by `tracer_sinks`."""
        raise NotImplementedError

    def may_change(self, container: List | Dict, node: ast.expr, frame: Frame) -> bool:
        return True

    def set_field(self, target: Instance, name: str, value: Value, frame: Frame) -> None:
        if not target.traced:
            return  # an object of a module's own: what one request puts there another may, or may not, see
        before = target.attributes.get(name)
        target.attributes[name] = (
            join(before, value) if before is not None and (frame.branches or frame.conditional) else value
        )

    def unpack(self, target: ast.Tuple | ast.List, value: Value, node: ast.AST, frame: Frame) -> None:
        if isinstance(value, Choice):
            value = self.place_by_place(value, len(target.elts))
        if isinstance(value, List):
            super().unpack(target, value, node, frame)
            return
        item = self.element(value)
        for place, element in enumerate(target.elts):
            if isinstance(value, Ref) and f"{value.path}[{place}]" in self.model.cleaners:
                item = self.ref_item(value, Const(place), element, frame)
            if isinstance(element, ast.Starred):
                self.assign(element.value, List([item], complete=False), node, frame)
            else:  # what is found out about one says nothing of the others
                own = changed(item, Taint.sanitized, 2)
                self.assign(element, own, node, frame)

    def place_by_place(self, value: Choice, length: int) -> Value:
        """Several tuples as one, when all have the same length; else the one that carries something."""
        lists = [
            one for one in value.values if isinstance(one, List) and one.complete and len(one.items) == length
        ]
        if lists and len(lists) == len(value.values):
            return List([join_all(one.items[place] for one in lists) for place in range(length)], "tuple")
        return next((option for option in value.values if taints_of(option)), value.values[0])

    # -- operators -----------------------------------------------------------------------------------------------

    def combine(self, op: ast.operator, left: Value, right: Value) -> Value:
        if isinstance(op, ast.Mod):
            right = self.formatted_values(left, right)
        elif isinstance(op, ast.BitAnd) and (is_set(left) or is_set(right)):
            met = in_both(left, right)
            if met is not None:
                return met
        result = super().combine(op, left, right)
        escapes = isinstance(left, Ref) and left.path in self.model.escaping
        if (not escapes and isinstance(result, (Text, List, Dict, Choice))) or (
            isinstance(result, Ref) and result.taint
        ):
            return result
        if isinstance(op, (ast.Sub, ast.Pow, ast.FloorDiv, ast.LShift, ast.RShift)):
            return result
        taints = (*taints_of(left), *taints_of(right))
        if not taints:
            return result
        for side in (left, right):
            if isinstance(side, Ref) and side.path in self.model.escaping:
                return Ref(side.path, None, False, derived(taints, frozenset({"html"}))[:MOST])
        if isinstance(op, ast.Div):
            base = left.path if isinstance(left, Ref) else ANYTHING
            return Ref(base, None, False, derived(taints)[:MOST])
        if isinstance(op, ast.Add) and not isinstance(left, Const) and not isinstance(right, Const):
            return Text(
                (left, right), "+"
            )  # two strings neither of which is known: order matters to some sinks
        return string(derived(taints))

    def formatted_values(self, template: Value, right: Value) -> Value:
        """The right side of `%` without the values that are written as numbers."""
        if not (isinstance(template, Const) and isinstance(template.value, str)):
            return right
        letters = [letter for letter in NUMERIC.findall(template.value) if letter != "%"]
        if isinstance(right, List) and right.kind == "tuple" and len(letters) == len(right.items):
            items = [
                item
                if isinstance(item, Const)
                else UNKNOWN
                if letter in "dioxXeEfFgGc"
                else quoted(item)
                if letter == "r"
                else item
                for letter, item in zip(letters, right.items)
            ]
            return List(items, "tuple", right.complete)
        if not isinstance(right, (List, Dict)) and letters == ["r"]:
            return quoted(right)
        if (
            not isinstance(right, (List, Dict, Const))
            and letters
            and all(one in "dioxXeEfFgGc" for one in letters)
        ):
            return UNKNOWN
        return right

    def formatted(self, node: ast.FormattedValue, frame: Frame) -> Value:
        value = Expressions.formatted(self, node, frame)
        spec = node.format_spec
        if isinstance(spec, ast.JoinedStr) and spec.values:
            last = spec.values[-1]
            if isinstance(last, ast.Constant) and str(last.value)[-1:] in "bcdeEfFgGnoxX%":
                return (
                    value if isinstance(value, Const) else UNKNOWN
                )  # only a number can be written like this
        if isinstance(value, Instance):
            return self.shown(value, node, frame)
        return quoted(value) if node.conversion == ord("r") else value

    def shown(self, value: Instance, node: ast.AST, frame: Frame) -> Value:
        """`str(instance)`."""
        method = self.instance_attribute(value, "__str__", node, frame)
        if isinstance(method, Bound):
            return self.apply(method.function, value, Arguments(), node, frame)
        return UNKNOWN

    def stepped(self, value: Value, note: str, node: ast.AST, frame: Frame) -> Value:
        """The value with a step of the trace in each of its taints."""
        return changed(value, lambda taint: taint.step(note, frame.module, node), 2)


def is_set(value: Value) -> bool:
    """Whether a value is a set."""
    if isinstance(value, List):
        return value.kind == "set"
    return isinstance(value, Ref) and value.path in ("builtins.set()", "builtins.frozenset()")


def in_both(left: Value, right: Value) -> Value | None:
    """What two sets have in common when one of them carries nothing: no more than that one has. None for others."""
    if bool(taints_of(left)) is bool(taints_of(right)):
        return None
    clean = right if taints_of(left) else left
    return List(clean.items if isinstance(clean, List) else [UNKNOWN], "set", complete=False)


def some_element(container: Dict) -> Value:
    """What is found under a key that is not known: a secret has a name, and is seldom meant."""
    value = elements(container)
    taints = taints_of(value)
    if any(taint.origin.kind == "secret" for taint in taints):
        return string(tuple(taint for taint in taints if taint.origin.kind != "secret"))
    return value


def under_rest(container: Value, key: Value | None) -> bool:
    """Whether what is found under a key is what any key that is not known may hold."""
    return (
        isinstance(container, Dict)
        and isinstance(key, Const)
        and isinstance(key.value, str)
        and key.value not in container.entries
        and REST in container.entries
    )


def apart(value: Value) -> Value:
    """What was found under one of the keys that are not known: what is found out about it says nothing of the others."""
    return changed(value, Taint.sanitized, 2)


def quoted(value: Value) -> Value:
    """What `repr` makes of a string: no line ends are left in it."""
    return changed(value, lambda taint: taint.sanitized(ONE_LINE), 2)


def named_by(key: Value) -> tuple[Taint, ...]:
    """The taints of a key that may be any name: what is one of a list, or was found to be harmless, decides no key."""
    taints = taints_of(key)
    return taints if any(taint.harms(kind) for taint in taints for kind in KEYS) else ()


def by_own_name(taint: Taint) -> Taint:
    """What is put under a key that the program chose decides no key."""
    return taint if taint.cleared >= KEYS else taint.sanitized(KEYS)
