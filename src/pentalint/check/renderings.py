"""Untrusted data in templates: the calls that render them, tied to the places where the templates write it unescaped."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from posixpath import basename

from pentalint.check.plan import Plan
from pentalint.evaluate.rendering import Rendering
from pentalint.match.dispatch import Dispatcher
from pentalint.match.flows import FlowPattern, source_text, trace_of
from pentalint.match.place import Hit
from pentalint.model import Step
from pentalint.templates.dangers import Danger, dangerous
from pentalint.templates.languages import language_of
from pentalint.templates.loaders import load_among
from pentalint.templates.outputs import Template
from pentalint.templates.reader import read_template

KIND = "html"

WORTH = frozenset({"unescaped", "script", "event", "unquoted-attribute"})
"""The reasons that are reported: what a value can do in the other places depends on more than the template."""

ENDINGS = tuple(
    ".html .htm .xhtml .jinja .jinja2 .j2 .mako .mak .pt .zpt .cpt .tpl .stpl .thtml .djhtml .xml .svg".split()  # noqa: SIM905
)
"""How the names of templates end."""


class Shelf:
    """The templates of a project, each read when it is first asked for."""

    def __init__(self, paths: Iterable[str], read: Callable[[str], bytes]) -> None:
        self._read = read
        self._by_name: dict[str, list[str]] = {}
        self._read_already: dict[tuple[str, str], Template | None] = {}
        for path in paths:
            if path.endswith(ENDINGS):
                self._by_name.setdefault(basename(path), []).append(path)

    def find(self, name: str, referrer: str, language: str) -> Template | None:
        """The template a name stands for, seen from a file."""
        base = basename(name.rpartition(":")[2])
        candidates = [
            path
            for ending in ("", ".tpl", ".html", ".thtml", ".stpl", ".pt", ".mako")
            for path in self._by_name.get(base + ending, ())
        ]
        templates = [one for path in candidates if (one := self.template(path, language)) is not None]
        return load_among(templates)(name, referrer) if templates else None

    def template(self, path: str, language: str) -> Template | None:
        """One template, read in its language."""
        key = (path, language)
        if key not in self._read_already:
            spoken = language_of(path, language)
            text = self._read(path).decode("utf-8", "replace") if spoken is not None else ""
            self._read_already[key] = read_template(text, path, spoken) if spoken is not None else None
        return self._read_already[key]


def judge_renderings(
    plan: Plan, renderings: Iterable[Rendering], dispatcher: Dispatcher, read: Callable[[str], bytes]
) -> None:
    """Report every place of a template where data does harm that a rendering call hands it."""
    shelf: Shelf | None = None
    known: dict[tuple[str, str, frozenset[str], str], list[Danger]] = {}
    for rendering in renderings:
        if shelf is None:
            shelf = Shelf((file.path for file in plan.files), read)
        template = template_of(rendering, shelf)
        if template is None:
            continue
        names = frozenset(rendering.variables)
        key = (template.path, rendering.language, names, str(rendering.autoescape))
        dangers = known.get(key) if template.path else None
        if dangers is None:
            loader = partial(load_from, shelf, rendering.language)
            dangers = dangerous(template, names, loader, rendering.autoescape)
            known[key] = dangers
        for danger in dangers:
            if danger.reason in WORTH and not danger.through:
                report(rendering, danger, dispatcher)


def load_from(shelf: Shelf, language: str, name: str, referrer: str) -> Template | None:
    """A template that another one names."""
    return shelf.find(name, referrer, language)


def template_of(rendering: Rendering, shelf: Shelf) -> Template | None:
    """The template of a rendering call: the file its name stands for, or its text."""
    if rendering.text is not None:
        language = language_of("", rendering.language) or rendering.language
        return read_template(rendering.text, "", language)
    return shelf.find(rendering.name, rendering.module.path, rendering.language)


def report(rendering: Rendering, danger: Danger, dispatcher: Dispatcher) -> None:
    """One place of a template, as a hit of every rule that asks about it. The place of a template that is written in
    the code is where it is rendered."""
    path = danger.path or rendering.module.path
    source = rendering.module.source
    if source is None:
        return
    span = danger.output.span if danger.path else source.span(rendering.node)
    for compiled in dispatcher.judging(dispatcher.flows, rendering.module.path):
        assert isinstance(compiled.pattern, FlowPattern)
        for taint in rendering.variables.get(danger.variable, ()):
            if not taint.harms(KIND) or not compiled.pattern.wants(KIND, taint.origin):
                continue
            steps = (
                *trace_of(taint),
                Step(
                    rendering.module.path,
                    source.span(rendering.node),
                    f"handed to the template as {danger.variable}",
                ),
                *(danger.steps if danger.path else ()),
            )
            details = {
                "source": source_text(taint.origin),
                "callee": danger.path or "the template",
                "name": danger.variable,
            }
            dispatcher.found.hits.append(
                Hit(compiled.rule.id, path, span, "", danger.output.expression, details, (), "", steps)
            )
            return
