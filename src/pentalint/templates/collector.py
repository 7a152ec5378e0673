"""What a reader gathers on its way through a template, whatever the language."""

from __future__ import annotations

from dataclasses import field

from pentalint.dataclass import dataclass
from pentalint.templates.flows import Flow
from pentalint.templates.frames import Bound, Branch, Frame
from pentalint.templates.languages import escapes_by_name
from pentalint.templates.outputs import (
    Binding,
    Block,
    Call,
    Import,
    Include,
    Macro,
    Output,
    Region,
    Tag,
    Template,
    Value,
)
from pentalint.templates.page import Page, Place, State
from pentalint.templates.places import Finder, Places
from pentalint.templates.treatments import ENVIRONMENT, RAW, force_escape, resolve


@dataclass(slots=True)
class Collector:
    """The parts of one template so far. Offsets are those of `text`; openings and closings need not match."""

    text: str
    path: str
    language: str
    page: Page
    places: Places = field(init=False)
    finder: Finder = field(init=False)
    extends: str | None = None
    _outputs: list[Output] = field(default_factory=list)
    _includes: list[Include] = field(default_factory=list)
    _imports: list[Import] = field(default_factory=list)
    _blocks: list[Block] = field(default_factory=list)
    _macros: list[Macro] = field(default_factory=list)
    _calls: list[Call] = field(default_factory=list)
    _bound: list[Bound] = field(default_factory=list)
    _regions: list[Region] = field(default_factory=list)
    _tags: list[Tag] = field(default_factory=list)
    _literals: list[tuple[int, int]] = field(default_factory=list)
    _comments: list[tuple[int, int]] = field(default_factory=list)
    _open_blocks: list[Frame] = field(default_factory=list)
    _open_macros: list[Frame] = field(default_factory=list)
    _open_scopes: list[list[Bound]] = field(default_factory=lambda: [[]])
    _open_branches: list[Branch] = field(default_factory=list)
    _open_regions: list[tuple[str, int]] = field(default_factory=list)  # -1: a block, not a region
    _asides: list[State] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.places = Places(self.text)
        self.finder = Finder(self.text)

    # What is written.

    def literal(self, start: int, end: int) -> None:
        """The text between two offsets is written as it is."""
        if end > start:
            self._literals.append((start, end))
            self.page.feed(self.text[start:end])

    def comment(self, start: int, end: int) -> None:
        """The text between two offsets is left out."""
        self._comments.append((start, end))

    def tag(self, start: int, end: int, name: str, argument: str) -> None:
        """A statement stands here."""
        self._tags.append(Tag(name, argument, start, end))

    def output(self, start: int, end: int, expression: str, flow: Flow, place: Place | None = None) -> None:
        """The value of an expression is written, here in the page or at another place."""
        where = place or self.page.place
        self.calls(start, end, flow, where)
        values = tuple(self._settled(value) for value in flow.values)
        whole = self._resolve(flow.treatment)
        own = escapes_by_name(self.language, self.path)
        treatments = [value.treatment for value in values] or [whole]
        self._outputs.append(
            Output(
                self.places.span(start, end),
                expression,
                tuple(dict.fromkeys(value.name for value in values)),
                all(resolve(treatment, own) != RAW for treatment in treatments),
                where.context,
                flow.filters,
                values,
                where.quote,
                where.script_quote,
                self._block,
                self._macro,
            )
        )
        if place is None:
            self.page.write()

    def calls(self, start: int, end: int, flow: Flow, where: Place | None = None) -> None:
        """The calls of an expression, whether it is written or not."""
        context = (where or self.page.place).context
        for one in flow.calls:
            span = self.places.span(start, end)
            self._calls.append(Call(one.name, one.arguments, span, context, self._macro))

    def include(
        self,
        start: int,
        end: int,
        name: str,
        passed: tuple[tuple[str, tuple[Value, ...]], ...] = (),
        only: bool = False,
    ) -> None:
        """Another template is put here."""
        span = self.places.span(start, end)
        context = self.page.place.context
        self._includes.append(
            Include(name, span, passed, only, context, self.escaping, self._block, self._macro)
        )

    def imported(
        self, start: int, end: int, name: str, alias: str = "", names: tuple[tuple[str, str], ...] = ()
    ) -> None:
        """Macros of another template get names here."""
        self._imports.append(Import(name, self.places.span(start, end), alias, names))

    # What is open.

    def bind(
        self,
        names: tuple[str, ...],
        flow: Flow,
        kind: str,
        start: int,
        end: int,
        adds: bool = False,
        everywhere: bool = False,
    ) -> None:
        """Names get a meaning, from here to the end of the innermost scope or of the text (`everywhere`).

        Several names for a tuple as written get an item each.
        """
        if len(names) > 1 and len(names) == len(flow.parts):
            for name, part in zip(names, flow.parts):
                self.bind((name,), part, kind, start, end, adds, everywhere)
            return
        branch = self._open_branches[-1].extent if self._open_branches else [0, -1]
        bound = Bound(names, flow.values, kind, start, end, adds, branch)
        self._bound.append(bound)
        self._open_scopes[0 if everywhere else -1].append(bound)

    def open_scope(self) -> None:
        self._open_scopes.append([])

    def close_scope(self, at: int) -> None:
        """The names bound since the scope was opened lose their meaning."""
        if len(self._open_scopes) > 1:
            for bound in self._open_scopes.pop():
                bound.end = at

    def open_branch(self, start: int) -> None:
        """An `if` begins: what is written in one branch is not in the page when another one is."""
        self._open_branches.append(Branch(self.page.state, [start, -1]))

    def next_branch(self, at: int) -> None:
        if self._open_branches:
            branch = self._open_branches[-1]
            branch.extent[1] = at
            branch.extent = [at, -1]
            if branch.first is None:
                branch.first = self.page.state
            self.page.state = branch.state

    def close_branch(self, at: int) -> None:
        if self._open_branches:
            branch = self._open_branches.pop()
            branch.extent[1] = at
            if branch.first is not None:
                self.page.state = branch.first

    def open_region(self, escaping: str, start: int) -> None:
        self._open_regions.append((escaping, start))

    def close_region(self, at: int) -> None:
        """An `autoescape` ends; one that began outside of the innermost block cannot end in it."""
        if self._open_regions and self._open_regions[-1][1] >= 0:
            escaping, start = self._open_regions.pop()
            if escaping != ENVIRONMENT:
                self._regions.append(Region(escaping, self.places.span(start, at)))

    def open_block(self, name: str, start: int, aside: bool, apart: bool) -> None:
        """A block begins. `aside` says that its content is not written here but into another template, `apart`
        that the state of escaping around it does not reach into it."""
        self._open_blocks.append(self._frame(name, start, aside))
        if aside:
            self.page.reset()
        self._open_regions.append((ENVIRONMENT if apart else self.escaping, -1))

    def close_block(self, at: int) -> None:
        if not self._open_blocks:
            return
        frame = self._open_blocks.pop()
        if frame.state is not None:
            self.page.state = frame.state
        while self._open_regions and self._open_regions[-1][1] >= 0:
            self.close_region(at)
        if self._open_regions:
            self._open_regions.pop()
        span = self.places.span(frame.start, at)
        self._blocks.append(Block(frame.name, span, frame.place.context, frame.escaping, frame.inherits))

    def open_aside(self) -> None:
        """What follows is kept under a name and written somewhere else."""
        self._asides.append(self.page.state)
        self.page.reset()

    def close_aside(self) -> None:
        if self._asides:
            self.page.state = self._asides.pop()

    def inherit_block(self) -> None:
        """The innermost block writes the one that it replaces."""
        if self._open_blocks:
            self._open_blocks[-1].inherits = True

    def open_macro(
        self, name: str, parameters: tuple[tuple[str, tuple[Value, ...]], ...], start: int
    ) -> None:
        frame = self._frame(name, start, True)
        frame.parameters = parameters
        self._open_macros.append(frame)
        self.page.reset()
        self.open_scope()

    def close_macro(self, at: int) -> None:
        if self._open_macros:
            frame = self._open_macros.pop()
            if frame.state is not None:
                self.page.state = frame.state
            self.close_scope(at)
            self._macros.append(Macro(frame.name, frame.parameters, self.places.span(frame.start, at)))

    # What is asked.

    @property
    def escaping(self) -> str:
        """environment, on, off, or forced: everything written is escaped once more."""
        return self._open_regions[-1][0] if self._open_regions else ENVIRONMENT

    @property
    def _block(self) -> str:
        return self._open_blocks[-1].name if self._open_blocks else ""

    @property
    def _macro(self) -> str:
        return self._open_macros[-1].name if self._open_macros else ""

    def finish(self) -> Template:
        """The template, with everything closed that was left open."""
        end = len(self.text)
        while self._open_macros:
            self.close_macro(end)
        while self._open_blocks:
            self.close_block(end)
        while self._open_regions:
            self.close_region(end)
        bindings = tuple(self._binding(bound, end) for bound in self._bound)
        return Template(
            self.path,
            self.language,
            tuple(sorted(self._outputs, key=lambda one: one.span)),
            self.extends,
            tuple(self._includes),
            tuple(self._imports),
            tuple(sorted(self._blocks, key=lambda one: one.span)),
            tuple(sorted(self._macros, key=lambda one: one.span)),
            tuple(self._calls),
            bindings,
            tuple(sorted(self._regions, key=lambda one: one.span)),
            escapes_by_name(self.language, self.path),
            tuple(self._tags),
            tuple(self._literals),
            tuple(self._comments),
        )

    def _binding(self, bound: Bound, end: int) -> Binding:
        span = self.places.span
        first, last = bound.branch
        return Binding(
            bound.names,
            bound.values,
            bound.kind,
            span(bound.start, bound.stop),
            span(bound.start, bound.end if bound.end >= 0 else end),
            span(first, last if last >= 0 else end),
            bound.adds,
        )

    def _frame(self, name: str, start: int, aside: bool) -> Frame:
        page = self.page
        state = page.state if aside else None
        return Frame(name, start, state, page.place, self.escaping)

    def _settled(self, value: Value) -> Value:
        treatment = self._resolve(value.treatment)
        if treatment == value.treatment:
            return value
        return Value(value.name, treatment, value.through)

    def _resolve(self, treatment: str) -> str:
        escaping = self.escaping
        if escaping == "forced":
            return force_escape(treatment)
        return treatment if escaping == ENVIRONMENT else resolve(treatment, escaping == "on")
