"""From a call in a template to the macro it runs, and to what each parameter gets."""

from __future__ import annotations

from collections.abc import Iterator

from pentalint.templates.loaders import Loader
from pentalint.templates.outputs import Call, Macro, Template, Value

_SELVES = frozenset({"self", "local", "parent", "next", "caller"})
"""Namespaces of Mako that stand for the template itself and its relatives."""


def is_macro(chain: tuple[Template, ...], template: Template, name: str) -> bool:
    """Whether a called name is a macro, of this template or imported, whether or not it is found."""
    root, _, rest = name.partition(".")
    if root in _SELVES and rest:
        return any(macro.name == rest for one in chain for macro in one.macros)
    if any(macro.name == name for macro in template.macros):
        return True
    return any(
        (one.alias == root and rest != "") or any(ours == name for _, ours in one.names)
        for one in template.imports
    )


def find_macro(
    chain: tuple[Template, ...], template: Template, name: str, loader: Loader
) -> tuple[Template, Macro] | None:
    """The macro that a call runs and the template that defines it; None for something else."""
    root, _, rest = name.partition(".")
    if root in _SELVES and rest:
        return _among(chain, rest)
    own = _among((template,), name)
    if own is not None:
        return own
    for one in template.imports:
        wanted = rest if one.alias == root and rest else ""
        for theirs, ours in one.names:
            if ours == name or theirs == "*":
                wanted = name if theirs == "*" else theirs
        if wanted and (found := loader(one.name, template.path)) is not None:
            if target := _among((found,), wanted):
                return target
    return None


def _among(templates: tuple[Template, ...], name: str) -> tuple[Template, Macro] | None:
    return next(((one, macro) for one in templates for macro in one.macros if macro.name == name), None)


def arguments_of(call: Call, macro: Macro) -> Iterator[tuple[str, tuple[Value, ...]]]:
    """The parameters of a macro with the values that a call gives them."""
    names = [name for name, _ in macro.parameters]
    place = 0
    for keyword, values in call.arguments:
        if keyword:
            yield (keyword if keyword in names else "kwargs"), values
        else:
            yield (names[place] if place < len(names) else "varargs"), values
            place += 1
