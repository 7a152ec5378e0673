"""From a call in a template to the macro it runs, and to what each parameter gets."""

from __future__ import annotations

from collections.abc import Iterator

from pentalint.templates.loaders import Loader
from pentalint.templates.outputs import Call, Macro, Template, Value

_SELVES = frozenset({"self", "local", "parent", "next", "caller"})
"""Namespaces of Mako that stand for the template itself and its relatives."""

Found = tuple[Template, Macro]


class Macros:
    """The macros of the templates that one question comes across, by template and name."""

    def __init__(self, loader: Loader) -> None:
        self.loader = loader
        self._known: dict[int, tuple[Template, dict[str, Macro]]] = {}

    def of(self, template: Template) -> dict[str, Macro]:
        """The macros of one template by their names; the first of a name counts."""
        known = self._known.get(id(template))
        if known is None:
            # The template is kept, lest its identity be given to another one.
            index = {macro.name: macro for macro in reversed(template.macros)}
            known = self._known[id(template)] = (template, index)
        return known[1]

    def has(self, chain: tuple[Template, ...], template: Template, name: str) -> bool:
        """Whether a called name is a macro, of this template or imported, whether or not it is found."""
        root, _, rest = name.partition(".")
        if root in _SELVES and rest:
            return self._among(chain, rest) is not None
        if name in self.of(template):
            return True
        return any(
            (one.alias == root and rest != "") or any(ours == name for _, ours in one.names)
            for one in template.imports
        )

    def find(self, chain: tuple[Template, ...], template: Template, name: str) -> Found | None:
        """The macro that a call runs and the template that defines it; None for something else."""
        root, _, rest = name.partition(".")
        if root in _SELVES and rest:
            return self._among(chain, rest)
        own = self._among((template,), name)
        if own is not None:
            return own
        for one in template.imports:
            wanted = rest if one.alias == root and rest else ""
            for theirs, ours in one.names:
                if ours == name or theirs == "*":
                    wanted = name if theirs == "*" else theirs
            if wanted and (found := self.loader(one.name, template.path)) is not None:
                if target := self._among((found,), wanted):
                    return target
        return None

    def _among(self, templates: tuple[Template, ...], name: str) -> Found | None:
        return next(((one, macro) for one in templates if (macro := self.of(one).get(name))), None)


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
