"""Patterns on definitions: `decorator`, `function`, `class`."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from typing import Any

from pentalint.evaluate.events import ClassDefined, FunctionDefined
from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.values import UNKNOWN, Class, Const, Decorator, Function, Value
from pentalint.match.conditions import ConditionError, accepts_absence
from pentalint.match.context import compile_context
from pentalint.match.origins import both
from pentalint.match.patterns import NO_ENGINE, Compiler
from pentalint.match.place import Place
from pentalint.match.views import every

FunctionCheck = Callable[[Function, Interpreter], bool]

FUNCTION_KEYS = (
    "decorator", "without", "name", "async", "method", "generator", "subclass", "parameters", "first-parameter",
    "missing-parameters", "returns", "returns-none", "level", "yields",
)  # fmt: skip


def compile_function_test(table: Mapping[str, Any], compiler: Compiler) -> FunctionCheck:
    """The conjunction of the keys of a `function` table. Raises `ConditionError` for an unknown key."""
    checks: list[FunctionCheck] = []
    for key, operand in table.items():
        checks.append(_function_check(key, operand, compiler))
    return checks[0] if len(checks) == 1 else lambda function, engine: every(checks, function, engine)


def _function_check(key: str, operand: Any, compiler: Compiler) -> FunctionCheck:
    if key in ("decorator", "without"):
        wanted = frozenset(compiler.paths(operand))
        expected = key == "decorator"
        return lambda function, engine: (
            any(not wanted.isdisjoint(decorator.paths) for decorator in function.decorators) is expected
        )
    if key in ("name", "first-parameter"):
        pattern = re.compile(operand)
        if key == "name":
            return lambda function, engine: pattern.search(function.name) is not None
        return lambda function, engine: (
            bool(positional(function)) and pattern.search(positional(function)[0]) is not None
        )
    if key == "async":
        return lambda function, engine: function.is_async is operand
    if key == "method":
        return lambda function, engine: (function.owner is not None) is operand
    if key in ("generator", "yields"):
        return lambda function, engine: is_generator(function) is operand
    if key == "subclass":
        wanted = frozenset(compiler.paths(operand))
        return lambda function, engine: (
            function.owner is not None and not wanted.isdisjoint(engine.ancestors(function.owner))
        )
    if key == "parameters":
        return lambda function, engine: same_parameters(positional(function), operand)
    if key == "missing-parameters":
        return lambda function, engine: (
            function.node.args.vararg is None and len(positional(function)) < operand
        )
    if key == "returns":
        test = compiler.condition(operand)
        return lambda function, engine: (
            engine.result(function) is not None and any(test(value, engine) for value in function.returns)
        )
    if key == "returns-none":
        return lambda function, engine: (
            (
                engine.result(function) is not None
                and any(isinstance(value, Const) and value.value is None for value in function.returns)
            )
            is operand
        )
    if key == "level":
        return lambda function, engine: function_level(function) == operand
    raise ConditionError(f"`function.{key}` is not known; one of {', '.join(FUNCTION_KEYS)}")


def positional(function: Function) -> list[str]:
    """The names of a function's positional parameters, `self` included."""
    arguments = function.node.args
    return [parameter.arg for parameter in (*arguments.posonlyargs, *arguments.args)]


def same_parameters(names: list[str], wanted: list[str]) -> bool:
    """Whether the parameters are those named; a final `*` allows more."""
    if wanted and wanted[-1] == "*":
        return names[: len(wanted) - 1] == wanted[:-1]
    return names == wanted


def is_generator(function: Function) -> bool:
    """Whether the body yields, nested functions aside."""
    stack: list[ast.AST] = (
        list(function.node.body) if not isinstance(function.node, ast.Lambda) else [function.node.body]
    )
    while stack:
        node = stack.pop()
        if isinstance(node, (ast.Yield, ast.YieldFrom)):
            return True
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
            stack.extend(ast.iter_child_nodes(node))
    return False


def function_level(function: Function) -> str:
    """module, class or nested."""
    if function.owner is not None:
        return "class"
    closure = function.closure
    return "module" if closure is None or closure.function is None else "nested"


class DecoratorPattern:
    """`decorator = PATHS` and its order among the others (docs/rules.md, "Decorators")."""

    def __init__(self, table: Mapping[str, Any], compiler: Compiler) -> None:
        spec = table["decorator"]
        self.wanted = frozenset(compiler.paths(spec)) if spec != "*" else None
        self.named = re.compile(table["named"]) if "named" in table else None
        if self.named is not None and spec in ([], "*"):
            self.wanted = frozenset()
        self.excepted = frozenset(compiler.paths(table.get("except", [])))
        self.above = frozenset(compiler.paths(table.get("above", [])))
        self.below = frozenset(compiler.paths(table.get("below", [])))
        self.with_ = frozenset(compiler.paths(table.get("with", [])))
        self.without = frozenset(compiler.paths(table.get("without", [])))
        self.called: bool | None = table.get("called")
        self.on: str = table.get("on", "")
        self.of_function = bool(table.get("function"))
        self.function_name = (
            re.compile(table["function"]["name"]) if "name" in table.get("function", {}) else None
        )
        self.function = compile_function_test(table.get("function", {}), compiler)
        ancestor = table.get("ancestor")
        self.ancestor = DecoratorPattern(ancestor, compiler) if ancestor else None
        self.where = compiler.arguments(table)
        self.context = compile_context(table, compiler.groups)

    def match(self, event: FunctionDefined | ClassDefined, engine: Interpreter) -> Place | None:
        if isinstance(event, FunctionDefined):
            decorators = event.function.decorators
            kind = "method" if event.function.owner is not None else "function"
            scope = event.function.qualname
            if not self.function(event.function, engine):
                return None
        else:
            decorators, kind, scope = event.cls.decorators, "class", event.cls.qualname
            if self.of_function or not self.inherits(event, engine):
                return None
        if (self.on and kind != self.on) or not self.context(event.frame, engine):
            return None
        for place, decorator in enumerate(decorators):
            if self.is_it(decorator) and self.fits(place, decorators, engine):
                name = decorator.paths[0] if decorator.paths else decorator.name
                return Place(event.frame.module, decorator.node, scope, name, None, name)
        return None

    def inherits(self, event: ClassDefined, engine: Interpreter) -> bool:
        """`ancestor = {decorator = ..., where...}`: a project class it inherits from carries such a decorator."""
        if self.ancestor is None:
            return True
        above = [one for one in engine.linear(event.cls)[1:] if isinstance(one, Class)]
        return any(self.ancestor.match(ClassDefined(one, event.frame), engine) is not None for one in above)

    def is_it(self, decorator: Decorator) -> bool:
        if not self.excepted.isdisjoint(decorator.paths):
            return False
        if self.named is not None and self.named.search(decorator.name) is not None:
            return True
        if self.wanted is None:
            return self.named is None
        return not self.wanted.isdisjoint(decorator.paths)

    def fits(self, place: int, decorators: tuple[Decorator, ...], engine: Interpreter) -> bool:
        decorator = decorators[place]
        others = [other for other in decorators if other is not decorator]
        if self.called is not None and (decorator.arguments is not None) is not self.called:
            return False
        if decorator.arguments is not None:
            path = decorator.paths[0] if decorator.paths else ""
            if not self.where(decorator.arguments, engine.knowledge.signatures.get(path, ()), engine):
                return False
        return (
            (not self.above or among(self.above, decorators[place + 1 :]))
            and (not self.below or among(self.below, decorators[:place]))
            and (not self.with_ or among(self.with_, tuple(others)))
            and (not self.without or not among(self.without, tuple(others)))
        )


def among(paths: frozenset[str], decorators: tuple[Decorator, ...]) -> bool:
    return any(not paths.isdisjoint(decorator.paths) for decorator in decorators)


class FunctionPattern:
    """`function = {...}`: reported at its `def`."""

    def __init__(self, table: Mapping[str, Any], compiler: Compiler) -> None:
        spec = table["function"]
        self.decorator = frozenset(compiler.paths(spec.get("decorator", [])))
        self.subclass = frozenset(compiler.paths(spec.get("subclass", [])))
        self.test = compile_function_test(spec, compiler)
        self.name = re.compile(spec["name"]) if "name" in spec else None
        self.context = compile_context(table, compiler.groups)

    def match(self, event: FunctionDefined, engine: Interpreter) -> Place | None:
        if not self.context(event.frame, engine) or not self.test(event.function, engine):
            return None
        function = event.function
        return Place(event.frame.module, function.node, function.qualname, function.name)


class ClassPattern:
    """`class = PATHS` with attributes, methods and the order of bases (docs/rules.md, "Classes")."""

    def __init__(self, table: Mapping[str, Any], compiler: Compiler) -> None:
        spec = table["class"]
        self.ancestors = frozenset(compiler.paths(spec)) if spec != "*" else None
        self.attributes = {
            name: compiler.condition(condition)
            for name, condition in flatten(table.get("attributes", {})).items()
        }
        self.origins = both(flatten(table.get("attributes", {})), compiler.groups)
        self.inherited: bool = table.get("inherited", True)
        self.methods: list[str] = table.get("methods", [])
        self.lacks: list[str] = table.get("lacks-methods", [])
        order = table.get("bases-order")
        self.order = (
            (frozenset(compiler.paths(order["first"])), frozenset(compiler.paths(order["then"])))
            if order
            else None
        )
        self.decorator = frozenset(compiler.paths(table.get("decorator", [])))
        self.without = frozenset(compiler.paths(table.get("without", [])))
        self.name = re.compile(table["name"]) if "name" in table else None
        self.ancestor_decorator = frozenset(compiler.paths(table.get("ancestor-decorator", [])))
        self.method_decorator = frozenset(compiler.paths(table.get("method-decorator", [])))
        self.direct: bool = table.get("direct", False)
        self.at: str = table.get("at", "")
        self.context = compile_context(table, compiler.groups)

    @property
    def needed(self) -> list[str]:
        """The attributes a class must have, of its own or inherited: those whose condition absence does not satisfy."""
        return [name for name, test in self.attributes.items() if not accepts_absence(test)]

    @property
    def certain(self) -> list[str]:
        """Those of the needed attributes that must be written somewhere: what an unknown base may bring does
        not satisfy either."""
        return [name for name in self.needed if not self.attributes[name](UNKNOWN, NO_ENGINE)]

    def match(self, event: ClassDefined, engine: Interpreter) -> Place | None:
        cls = event.cls
        if not self.is_one(cls, engine) or not self.context(event.frame, engine):
            return None
        if self.name is not None and self.name.search(cls.name) is None:
            return None
        for name, test in self.attributes.items():
            if not test(self.attribute(cls, name, engine), engine):
                return None
        defined = {name for name, value in cls.members.items() if isinstance(value, Function)}
        if any(name not in defined for name in self.methods):
            return None
        if any(self.defines(cls, name, engine) for name in self.lacks):
            return None
        if self.ancestor_decorator and not any(
            isinstance(one, Class) and among(self.ancestor_decorator, one.decorators)
            for one in engine.linear(cls)[1:]
        ):
            return None
        methods = [value for value in cls.members.values() if isinstance(value, Function)]
        if self.method_decorator and not any(
            among(self.method_decorator, method.decorators) for method in methods
        ):
            return None
        if self.order is not None and not self.misordered(cls, engine):
            return None
        if (self.decorator and not among(self.decorator, cls.decorators)) or (
            self.without and among(self.without, cls.decorators)
        ):
            return None
        node, value = self.place(cls, engine)
        return Place(cls.module, node, cls.qualname, self.at or cls.name, value, cls.name)

    def is_one(self, cls: Class, engine: Interpreter) -> bool:
        if self.ancestors is None:
            return True
        if self.direct:
            return any(
                not self.ancestors.isdisjoint(
                    engine.paths(engine.force(base)) if not isinstance(base, Class) else ()
                )
                for base in cls.bases
            )
        return not self.ancestors.isdisjoint(engine.ancestors(cls))

    def attribute(self, cls: Class, name: str, engine: Interpreter) -> Value | None:
        """A class attribute, by dots through inner classes; None when it is certainly absent."""
        head, _, rest = name.partition(".")
        open_ended = False
        for ancestor in engine.linear(cls) if self.inherited else (cls,):
            if not isinstance(ancestor, Class):
                open_ended = open_ended or not rest
                continue
            if head in ancestor.members:
                member = engine.force(ancestor.members[head])
                if rest:
                    return self.attribute(member, rest, engine) if isinstance(member, Class) else UNKNOWN
                return member
        return UNKNOWN if any(isinstance(base, type(UNKNOWN)) for base in cls.bases) else None

    def defines(self, cls: Class, name: str, engine: Interpreter) -> bool:
        """Whether the class or a project ancestor certainly or possibly defines a method."""
        if any(isinstance(base, type(UNKNOWN)) for base in cls.bases):
            return True
        return any(
            isinstance(ancestor, Class) and name in ancestor.members for ancestor in engine.linear(cls)
        )

    def misordered(self, cls: Class, engine: Interpreter) -> bool:
        assert self.order is not None
        first, then = self.order
        seen = False
        for base in cls.bases:
            base = engine.force(base)
            names = set(engine.knowledge.ancestors(base.path)) if hasattr(base, "path") else set()
            if isinstance(base, Class):
                names = set(engine.ancestors(base))
            if not then.isdisjoint(names) and seen:
                return True
            if not first.isdisjoint(names) and then.isdisjoint(names):
                seen = True
        return False

    def place(self, cls: Class, engine: Interpreter) -> tuple[ast.AST, Value | None]:
        """The attribute named by `at` when this class writes it, else the class."""
        if self.at:
            owner: Class = cls
            *outer, last = self.at.split(".")
            for name in outer:
                inner = engine.force(owner.members.get(name, UNKNOWN))
                if not isinstance(inner, Class):
                    return cls.node, None
                owner = inner
            if last in owner.origins and owner.module is cls.module:
                return owner.origins[last], owner.members.get(last)
        return cls.node, None


def flatten(table: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """`attributes.Meta.fields = X` arrives nested from TOML; a table whose keys are all conditions is a condition."""
    from pentalint.match.conditions import CONDITIONS

    found: dict[str, Any] = {}
    for key, value in table.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping) and not any(inner in CONDITIONS for inner in value):
            found.update(flatten(value, f"{name}."))
        else:
            found[name] = value
    return found
