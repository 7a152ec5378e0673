"""The tracer's renderings: which variables of a template carry data from outside. See `tracing`."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import Any

from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.events import Frame
from pentalint.evaluate.rendering import Renderer, Rendering
from pentalint.evaluate.taint import Taint, taints_of
from pentalint.evaluate.tracer_apis import carries_taint
from pentalint.evaluate.tracer_guards import TracerGuards
from pentalint.evaluate.values import Class, Const, Dict, Function, List, Ref, Value, options

TEMPLATE = "template:"
"""How what becomes of the value that a function returns begins when it holds the variables of a template."""

UNCERTAIN: Any = object()
"""It is not known whether values are escaped."""


class TracerRenderings(TracerGuards):
    """Calls of template engines."""

    renderings: list[Rendering]

    def call_api(self, callee: Ref, arguments: Arguments, node: ast.Call, frame: Frame) -> Value:
        if not callee.taint:
            dull = self.dull.get(callee.path)
            if dull is not None:  # half of all calls
                return Ref(dull, arguments)
            rest = self.functions.get(callee.path)
            if rest is None:
                rest = self.functions[callee.path] = self.function_result(callee.path)
            if rest:
                if not carries_taint(arguments):
                    return self.call_function(callee.path, rest, arguments, node, frame)
                return self.call_long(callee, arguments, node, frame)
            plain = self.plain_call(callee, arguments, node, frame)
            if plain is not None:
                return plain
        return self.call_long(callee, arguments, node, frame)

    def call_long(self, callee: Ref, arguments: Arguments, node: ast.Call, frame: Frame) -> Value:
        """A call that the packs may have something to say of."""
        if self.model.renderers:
            renderer = self.model.renderers.get(callee.path)
            if renderer is not None:
                self.render(renderer, callee, arguments, node, frame)
        return super().call_api(callee, arguments, node, frame)

    def render(
        self, renderer: Renderer, callee: Ref, arguments: Arguments, node: ast.Call, frame: Frame
    ) -> None:
        """Keep a call whose variables carry something."""
        signature = self.knowledge.signatures.get(callee.path, ())
        found: dict[str, tuple[Taint, ...]] = {}
        for key in renderer.variables:
            if key == "**":
                taken = {name for name in (renderer.template.partition("=")[2],) if name}
                for name, value in arguments.keywords.items():
                    if name not in taken:
                        self.take_variable(name, value, found)
                self.take_variables(arguments.spare.get("**"), found)
            else:
                self.take_variables(arguments.get(key, signature), found)
        if not found:
            return
        escapes = self.environment_escapes(callee) if renderer.made else renderer.autoescape
        if escapes is UNCERTAIN:
            return
        renderer = replace(renderer, autoescape=escapes)
        named = callee.arguments if renderer.made else arguments
        template = named.get(renderer.template, signature) if named is not None else None
        self.keep(renderer, template, found, node, frame)

    def environment_escapes(self, callee: Ref) -> Any:
        """Whether the environment that a template was got from escapes (None: as the file's name says); `UNCERTAIN`
        when that cannot be told."""
        made = callee.base.arguments if isinstance(callee.base, Ref) else None
        if made is None:
            return UNCERTAIN
        stated = made.get("autoescape")
        if stated is None:
            filters = made.get("default_filters")
            if filters is None:
                return UNCERTAIN if made.open_keyword else False
            listed = self.force(filters)
            if not (isinstance(listed, List) and listed.complete):
                return UNCERTAIN
            return any(isinstance(one, Const) and one.value == "h" for one in listed.items)
        value = self.force(stated)
        if isinstance(value, Const):
            return bool(value.value)
        return None if isinstance(value, Ref) and value.path == "jinja2.select_autoescape()" else UNCERTAIN

    def keep(
        self,
        renderer: Renderer,
        template: Value | None,
        variables: dict[str, tuple[Taint, ...]],
        node: ast.AST,
        frame: Frame,
    ) -> None:
        """Keep a rendering for each template it may be of."""
        value = self.force(template) if template is not None else None
        templates = value.items if isinstance(value, List) else options(value) if value is not None else ()
        for option in templates:
            if isinstance(option, Const) and isinstance(option.value, str):
                is_text = renderer.text or not set(renderer.marks).isdisjoint(option.value)
                name, text = ("", option.value) if is_text else (option.value, None)
                self.renderings.append(
                    Rendering(
                        name, text, variables, renderer.language, renderer.autoescape, frame.module, node
                    )
                )

    def take_variable(self, name: str, value: Value, found: dict[str, tuple[Taint, ...]]) -> None:
        """One variable of a template, its entries apart."""
        for option in options(self.force(value)):
            if isinstance(option, Dict):
                held = {
                    f"{name}.{key}": taints_of(self.force(item))
                    for key, item in option.entries.items()
                    if isinstance(key, str)
                }
            else:
                held = {name: tuple(one for one in taints_of(option) if one.harms("html"))}
            for path, taints in held.items():
                if taints:
                    found[path] = tuple(dict.fromkeys((*found.get(path, ()), *taints)))

    def take_variables(self, value: Value | None, found: dict[str, tuple[Taint, ...]]) -> None:
        """The variables of a dictionary."""
        for option in options(self.force(value)) if value is not None else ():
            if isinstance(option, Dict):
                for key, item in option.entries.items():
                    if isinstance(key, str):
                        self.take_variable(key, item, found)

    def decorated_renderer(self, function: Function) -> tuple[Renderer, str] | None:
        """The template that a decorator gives to what a handler returns."""
        for decorator in function.decorators:
            for path in decorator.paths:
                renderer = self.model.rendering_decorators.get(path)
                if renderer is not None and decorator.arguments is not None:
                    value = decorator.arguments.get(
                        renderer.template, self.knowledge.signatures.get(path, ())
                    )
                    name = self.force(value) if value is not None else None
                    if isinstance(name, Const) and isinstance(name.value, str):
                        return renderer, name.value
        return None

    def template_of(self, cls: Class | None, returns: str) -> tuple[Renderer, str] | None:
        """The template that an attribute of a class names, as `returns` says."""
        _, language, attribute = returns.split(":")
        name = self.declared(cls, attribute) if cls is not None else None
        if not isinstance(name, Const) or not isinstance(name.value, str):
            return None
        return Renderer("", (), language, True), name.value

    def rendered_return(self, value: Value, node: ast.AST, frame: Frame) -> None:
        """What a handler returns whose decorator names a template."""
        if frame.renders is None:
            return
        renderer, name = frame.renders
        found: dict[str, tuple[Taint, ...]] = {}
        self.take_variables(value, found)
        if found:
            self.keep(renderer, Const(name), found, node, frame)
