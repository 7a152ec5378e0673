"""A template while it is rendered: with what names, where in the page, and which of its blocks are in it."""

from __future__ import annotations

from pentalint.dataclass import dataclass
from pentalint.model import Span
from pentalint.templates.outputs import Block, Output, Template
from pentalint.templates.page import Place
from pentalint.templates.trace import Names, Trace, point_of

ROOTED = ("jinja2", "django")
"""Languages in which text of a child template outside of blocks is not written."""
STRICT = frozenset({"script", "style", "event", "attribute-unquoted"})
"""Contexts that also decide for the text of a template, block or macro that stands in them."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A template that is being rendered: with what names, where in the page, and which of its blocks are."""

    trace: Trace
    chain: tuple[Template, ...]
    escapes: bool
    place: Place | None
    hidden: frozenset[str]
    blocks: dict[str, Block]
    rooted: bool

    @property
    def template(self) -> Template:
        return self.trace.template

    def shows(self, block: str, macro: str) -> bool:
        """Whether what stands in a block and a macro is rendered in this scene."""
        if self.trace.macro:
            return macro == self.trace.macro
        if self.rooted and not block and not macro:
            return False
        return macro != "" or block not in self.hidden

    def escapes_in(self, block: str, escaping: str = "environment") -> bool:
        """Whether values are escaped there. Django takes the state of escaping along when it renders."""
        if escaping != "environment":
            return escaping != "off"
        inherited = self.blocks.get(block)
        if self.template.language == "django" and inherited and inherited.escaping != "environment":
            return inherited.escaping != "off"
        return self.escapes

    def place_of(self, output: Output) -> Place:
        """Where an output stands in the whole page."""
        own = Place(output.context, output.quote, output.script_quote)
        if own.context != "text":
            return own
        block = self.blocks.get(output.block)
        if block and block.context in STRICT:
            return Place(block.context)
        return self.place or own


def hidden_blocks(chain: tuple[Template, ...], number: int) -> frozenset[str]:
    """Blocks of one template of a chain that are not in the page: those that a child replaces without writing what
    it replaces, those that no parent has a place for, and all inside of them."""
    template = chain[number]
    replaced = {
        block.name for child in chain[:number] for block in child.blocks if block.name and not block.inherits
    }
    places = {block.name for parent in chain[number + 1 :] for block in parent.blocks}
    complete = template.language in ROOTED and number + 1 < len(chain) and chain[-1].extends is None
    found: set[str] = set()
    open_until = Span(0, 0, 0, 0)
    outer = Span(0, 0, 0, 0)
    for block in template.blocks:
        inside = _inside(block.span, open_until)
        unknown = complete and block.name not in places and not _inside(block.span, outer)
        if not _inside(block.span, outer):
            outer = block.span
        if inside or unknown or block.name in replaced:
            found.add(block.name)
            open_until = open_until if inside else block.span
    return frozenset(found)


def inherited_names(trace: Trace, parent: Template) -> Names:
    """What a parent of a Jinja2 template sees: the names that the child has set outside of blocks, too."""
    template = trace.template
    names = dict(trace.names)
    for binding in template.sets:
        if binding.kind != "set" or any(_inside(binding.span, block.span) for block in template.blocks):
            continue
        at = (binding.reach.end_line, binding.reach.end_column - 1)
        for name in binding.names:
            taints = trace.look_up(name, at)
            names.pop(name, None)
            if taints:
                names[name] = taints
    return names


def _inside(span: Span, outer: Span) -> bool:
    return point_of(outer) <= point_of(span) < (outer.end_line, outer.end_column)
