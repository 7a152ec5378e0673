"""The nouns of a template: what one text says, before anybody asks which of it is dangerous."""

from __future__ import annotations

from pentalint.dataclass import dataclass
from pentalint.model import Span

LANGUAGES = ("jinja2", "django", "mako", "chameleon", "simpletemplate")

CONTEXTS = (
    "text",
    "attribute",
    "attribute-unquoted",
    "url",
    "script",
    "style",
    "comment",
    "event",
    "plain",
)
"""Where in the page something is written. `attribute` is inside quotes; `attribute-unquoted` also stands for the
name of a tag or an attribute; `url` is the beginning of an attribute whose URL the browser follows or loads as
code; `event` is code in an attribute (`on*`, `javascript:`, `srcdoc`); `plain` is a file that is no page (mail,
CSV)."""


@dataclass(frozen=True, slots=True)
class Value:
    """A variable whose value reaches somewhere.

    `name` is its dotted path as far as it is constant (`user.name`, `request.args.get`); `treatment` a word of
    `treatments`; `through` the functions and filters on the way of which nothing is known.
    """

    name: str
    treatment: str = "environment"
    through: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Output:
    """One place where a value is written into the page.

    `span` covers the delimiters; `names` are the variables whose values are written; `escaped` holds for an
    environment of the template's own `autoescape`; `filters` are all filters of the expression in order. `quote`
    encloses the attribute and `script_quote` the JavaScript string in which the output stands ("" for none).
    `block` and `macro` name the innermost ones around it.
    """

    span: Span
    expression: str
    names: tuple[str, ...]
    escaped: bool
    context: str
    filters: tuple[str, ...]
    values: tuple[Value, ...] = ()
    quote: str = ""
    script_quote: str = ""
    block: str = ""
    macro: str = ""


@dataclass(frozen=True, slots=True)
class Binding:
    """Names that stand for values of other names: `kind` is set, with, loop, define or parameter.

    `reach` is where the names mean that; `branch` the innermost branch of an `if` around the binding, inside which
    it holds for certain. With `adds` the earlier meaning of the names stays as well.
    """

    names: tuple[str, ...]
    values: tuple[Value, ...]
    kind: str
    span: Span
    reach: Span
    branch: Span
    adds: bool = False


@dataclass(frozen=True, slots=True)
class Include:
    """Another template whose output is put here. `passed` are names and what they are bound to; `only` says that
    it sees nothing else; `escaping` is the state here: environment, on, off or forced."""

    name: str
    span: Span
    passed: tuple[tuple[str, tuple[Value, ...]], ...] = ()
    only: bool = False
    context: str = "text"
    escaping: str = "environment"
    block: str = ""
    macro: str = ""


@dataclass(frozen=True, slots=True)
class Import:
    """Macros of another template: `alias` names the whole of it, `names` are pairs of its name and ours (`*` for
    all of them)."""

    name: str
    span: Span
    alias: str = ""
    names: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """A part that a template of the other end of the inheritance may replace. `inherits` says that it writes the
    replaced block, too."""

    name: str
    span: Span
    context: str = "text"
    escaping: str = "environment"
    inherits: bool = False


@dataclass(frozen=True, slots=True)
class Macro:
    """A function of templates: its parameters with the values of their defaults."""

    name: str
    parameters: tuple[tuple[str, tuple[Value, ...]], ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Call:
    """A call of something that may be a macro. `arguments` are pairs of keyword ("" for a positional one) and
    values."""

    name: str
    arguments: tuple[tuple[str, tuple[Value, ...]], ...]
    span: Span
    context: str = "text"
    macro: str = ""


@dataclass(frozen=True, slots=True)
class Region:
    """A stretch of text where the template itself switches escaping `on` or `off`, or escapes all that is written
    (`forced`: a filter of a whole block)."""

    escaping: str
    span: Span


@dataclass(frozen=True, slots=True)
class Tag:
    """A statement of the template language as written: `{% name argument %}`, Mako's `<%name ...>` and control lines.

    `start` and `end` are offsets that cover its delimiters; the end of a block is a tag of its own (`endfor`, `/def`)."""

    name: str
    argument: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Template:
    """One template as read. Everything is in the order of the text; `autoescape` is what the language does with a
    file of that name when the application says nothing else. `literals` are the stretches of text that are written as they
    stand, `comments` those that nobody sees, as pairs of offsets."""

    path: str
    language: str
    outputs: tuple[Output, ...] = ()
    extends: str | None = None
    includes: tuple[Include, ...] = ()
    imports: tuple[Import, ...] = ()
    blocks: tuple[Block, ...] = ()
    macros: tuple[Macro, ...] = ()
    calls: tuple[Call, ...] = ()
    bindings: tuple[Binding, ...] = ()
    regions: tuple[Region, ...] = ()
    autoescape: bool = False
    tags: tuple[Tag, ...] = ()
    literals: tuple[tuple[int, int], ...] = ()
    comments: tuple[tuple[int, int], ...] = ()

    @property
    def sets(self) -> tuple[Binding, ...]:
        """Assignments: `set`, `with`, `tal:define`, Python code."""
        return tuple(one for one in self.bindings if one.kind != "loop")

    @property
    def loops(self) -> tuple[Binding, ...]:
        """Loop variables, tied to what they run over."""
        return tuple(one for one in self.bindings if one.kind == "loop")
