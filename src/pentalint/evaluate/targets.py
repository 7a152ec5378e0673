"""What assignments bind, what iteration gives, and what the parameters of a function are."""

from __future__ import annotations

import ast

from pentalint.evaluate.attributes import has_decorator
from pentalint.evaluate.calls import Calls
from pentalint.evaluate.events import Frame, FunctionDefined
from pentalint.evaluate.folding import rest_of
from pentalint.evaluate.knowledge import ParameterType
from pentalint.evaluate.methods import copy, forget, soften
from pentalint.evaluate.models import Model
from pentalint.evaluate.modules import Module
from pentalint.evaluate.records import Record
from pentalint.evaluate.slices import set_slice
from pentalint.evaluate.values import (
    NONE,
    UNKNOWN,
    Choice,
    Class,
    Const,
    Dict,
    Function,
    Instance,
    Lazy,
    List,
    Ref,
    Value,
    join_all,
    options,
)
from pentalint.evaluate.walks import Walk, walk


class Targets(Calls):
    """Assignment to every form of target, elements of iterables, and parameters."""

    def element(self, source: Value) -> Value:
        """What iterating over a value gives."""
        if isinstance(source, (Class, Model)):
            source = self.iterated(source)
        if isinstance(source, (List, Dict, Const)):
            found = walk(source)
            return UNKNOWN if found is None else found.element()
        if isinstance(source, Ref):
            path = f"{source.path}[]"
            return Ref(self.aliases.get(path, path))
        if isinstance(source, Choice):
            return join_all(self.element(option) for option in source.values)
        return UNKNOWN

    # -- assignment targets --------------------------------------------------------------------------------------

    def assign(self, target: ast.expr, value: Value, node: ast.AST, frame: Frame) -> None:
        """`target = value` for every form of target."""
        if type(target) is ast.Name:
            self.bind(target.id, value, node, frame)
        elif isinstance(target, ast.Attribute):
            if frame.branches:
                self.detach(target.value, frame)
            self.set_attribute(self.eval(target.value, frame), target.attr, value, node, frame)
        elif isinstance(target, ast.Subscript):
            self.detach(target.value, frame, adding=not isinstance(target.slice, ast.Slice))
            self.note_change(target.value, node, frame)
            container = self.eval(target.value, frame)
            if isinstance(container, (List, Dict)) and not self.may_change(container, target.value, frame):
                container = copy(container)
            if isinstance(target.slice, ast.Slice):
                container = self.force(container)
                bounds = self.bounds(target.slice, frame) if frame.loops <= frame.rounds else None
                for option in options(container):
                    if isinstance(option, List) and not isinstance(option, Record):
                        set_slice(option, bounds, self.iterated(value))
                return
            key = self.force(self.eval(target.slice, frame))
            self.set_item(container, key, value, node, frame)
        elif isinstance(target, (ast.Tuple, ast.List)):
            self.unpack(target, self.force(value), node, frame)
        elif isinstance(target, ast.Starred):
            self.assign(target.value, List([], complete=False), node, frame)

    def bounds(self, node: ast.Slice, frame: Frame) -> slice | None:
        """The bounds of a slice, evaluated; None when one of them is not known."""
        found: list[object] = []
        for bound in (node.lower, node.upper, node.step):
            value: Value = NONE if bound is None else self.force(self.eval(bound, frame))
            if not isinstance(value, Const):
                return None
            found.append(value.value)
        return slice(*found)

    def unpack(self, target: ast.Tuple | ast.List, value: Value, node: ast.AST, frame: Frame) -> None:
        """`a, b = value`."""
        if isinstance(value, (Class, Model)):
            value = self.iterated(value)
        found = walk(value) if isinstance(value, (List, Dict, Const)) else None
        given = None if found is None else handed_out(target.elts, found)
        for place, element in enumerate(target.elts):
            if given is not None:
                self.assign(
                    element.value if isinstance(element, ast.Starred) else element, given[place], node, frame
                )
            else:
                item = Ref(f"{value.path}[]") if isinstance(value, Ref) else UNKNOWN
                self.assign(element, item, node, frame)

    def detach(self, node: ast.expr, frame: Frame, models_only: bool = False, adding: bool = False) -> None:
        """Give the name at the root of `node` its own copy of the container it holds, before a change that
        others must not see: in a branch, of what was imported, or of what belongs to a module whose body has
        been evaluated. Of several containers that a name may hold it gets copies, and what others hold may have
        changed; `adding` says that nothing is taken out."""
        while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call)):
            node = node.func if isinstance(node, ast.Call) else node.value
        if not isinstance(node, ast.Name):
            return
        local = node.id in frame.env
        settled = frame.function is not None and frame.module.state != 1
        value = self.lookup(node.id, frame)
        imported = isinstance(value, Lazy)
        shared = isinstance(value, Choice)  # what is changed is one of several, nobody knows which
        kept = bool(frame.rounds) and (
            any(frame.continues) or any(frame.breaks)
        )  # states the loop goes on from
        uncertain = bool(frame.branches or frame.conditional or kept)
        if not (uncertain or imported or (settled and not local) or shared):
            return
        forced = self.force(value)
        env = frame.env if local or settled or imported else frame.module.env
        if isinstance(forced, Model):
            root = forced.root()
            if root is None:
                forced.forget()
                return
            twin = copy(root)
            renew(env, root, twin)
            env[node.id] = twin if forced is root else forced.following(root, twin) or forced
        elif isinstance(forced, (List, Dict, Choice)) and not models_only:
            twin = copy(forced)
            if isinstance(forced, Choice) and (local or not settled) and not uncertain:
                for option in forced.values:
                    if isinstance(option, (List, Dict)):
                        soften(option) if adding else forget(option)
            renew(env, value, twin)
            env[node.id] = twin

    # -- functions -----------------------------------------------------------------------------------------------

    def parameters(self, function: Function) -> dict[str, Value]:
        """Parameter values: `self`, what packs say of handlers, annotations; the rest is unknown."""
        arguments = function.node.args
        names = [*arguments.posonlyargs, *arguments.args]
        env: dict[str, Value] = {}
        method = function.owner is not None and not (
            function.decorators and has_decorator(function, "builtins.staticmethod")
        )
        listed = [name.arg for name in names]
        if arguments.kwarg is not None:
            listed.append(arguments.kwarg.arg)
        typed = self.typed_parameters(function, listed, method)
        for place, parameter in enumerate([*names, *arguments.kwonlyargs]):
            if place == 0 and method and function.owner is not None:
                class_method = function.decorators and has_decorator(function, "builtins.classmethod")
                env[parameter.arg] = function.owner if class_method else Instance(function.owner)
            elif parameter.arg in typed:
                env[parameter.arg] = Ref(typed[parameter.arg])
            elif parameter.annotation is not None:
                env[parameter.arg] = self.annotated(parameter.annotation, function)
            else:
                env[parameter.arg] = UNKNOWN
        if arguments.vararg is not None:
            env[arguments.vararg.arg] = List([], "tuple", complete=False)
        if arguments.kwarg is not None:
            kwarg = arguments.kwarg.arg
            env[kwarg] = Ref(typed[kwarg]) if kwarg in typed else Dict(complete=False)
        return env

    def parameter_facts(self, module: Module) -> list[ParameterType]:
        """What the packs say of parameters in a module: the facts of its frameworks, and of what it imports."""
        found = self._facts.get(module.path)
        if found is None:
            frameworks = self.frameworks(module.path)
            found = [
                fact
                for fact in self.knowledge.parameters
                if fact.framework in frameworks
                and (
                    not fact.imports
                    or any(
                        name == fact.imports or name.startswith(f"{fact.imports}.")
                        for name in module.imported
                    )
                )
            ]
            if module.state > 1:  # until then it may import more
                self._facts[module.path] = found
        return found

    def typed_parameters(
        self, function: Function, names: list[str], method: bool, owner: Class | None = None
    ) -> dict[str, str]:
        """Parameter name -> API type, from the packs of the frameworks this file uses. `owner` is the class that is meant when
        it is not the one that defines the method."""
        found: dict[str, str] = {}
        if not names:
            return found
        facts = self.parameter_facts(function.module)
        if not facts:
            return found
        decorated = {path for decorator in function.decorators for path in decorator.paths}
        cls = owner or function.owner
        for fact in facts:
            if fact.name:  # of thirty facts one or two are about a name that is there: that is asked first
                if fact.name not in names:
                    continue
                name = fact.name
            elif fact.index is not None and fact.index + method < len(names):
                name = names[fact.index + method]
            else:
                continue
            if fact.function is not None and not fact.function.search(function.name):
                continue
            if fact.decorators and fact.decorators.isdisjoint(decorated):
                continue
            if fact.subclass and (cls is None or not fact.subclass & self.ancestors(cls)):
                continue
            found.setdefault(name, fact.type)
        return found

    def annotated(self, annotation: ast.expr, function: Function) -> Value:
        """An instance of the class an annotation names; unknown for anything less plain."""
        node: ast.expr = annotation
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            try:
                node = ast.parse(node.value, mode="eval").body
            except (SyntaxError, ValueError):
                return UNKNOWN
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            sides = [
                side
                for side in (node.left, node.right)
                if not (isinstance(side, ast.Constant) and side.value is None)
            ]
            return self.annotated(sides[0], function) if len(sides) == 1 else UNKNOWN
        if not isinstance(node, (ast.Name, ast.Attribute)):
            return UNKNOWN
        frame = function.closure or Frame(function.module, function.module.env)
        value = self.eval(node, frame)
        value = self.force(value) if isinstance(value, Lazy) else value
        if isinstance(value, Class):
            return Instance(value)
        if isinstance(value, Ref) and not value.path.startswith(("builtins.", "typing.")):
            path = f"{value.path}()"
            return Ref(self.aliases.get(path, path))
        return UNKNOWN

    def define(self, function: Function, frame: Frame) -> None:
        """Tell the matchers of a function."""
        self.listener.defined(FunctionDefined(function, frame))


def renew(env: dict[str, Value], before: Value, after: Value) -> None:
    """Give all names of a thing its copy, for they see its changes too; and what looks at it under another name."""
    for name, other in list(env.items()):
        if other is before:
            env[name] = after
        elif isinstance(other, Model):
            env[name] = other.following(before, after) or other


def handed_out(targets: list[ast.expr], found: Walk) -> list[Value] | None:
    """What each of several targets gets of the elements of an iterable, a list for one with a star; None when even the
    first is not known."""
    stars = [place for place, target in enumerate(targets) if isinstance(target, ast.Starred)]
    count = len(targets)
    if found.exact:
        if not stars:
            return found.items if len(found.items) == count else None
        after = count - stars[0] - 1
        if len(stars) > 1 or len(found.items) < count - 1:
            return None
        end = len(found.items) - after
        return [*found.items[: stars[0]], List(found.items[stars[0] : end]), *found.items[end:]]
    known = min(found.fixed, len(found.items), stars[0] if stars else count)
    any_item, rest = found.element(), rest_of([*found.items, found.rest])
    return [
        found.items[place]
        if place < known
        else List([], complete=False, rest=rest)
        if place in stars
        else any_item
        for place in range(count)
    ]
