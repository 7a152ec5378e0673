"""The built-in filters of Jinja2 3.1, by what they do to escaping.

Source: Jinja2 "Template Designer Documentation", List of Builtin Filters; MarkupSafe "Working With Markup" for which
string methods keep the mark. The tests hold the table against the engine, filter by filter.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from pentalint.templates.flows import Flow, attribute, join, mix, silent, through, treat
from pentalint.templates.treatments import (
    CLEAN,
    ENVIRONMENT,
    HTML,
    JSON,
    URL,
    escape,
    force_escape,
    mark_safe,
    unmark,
)
from pentalint.templates.words import words

_CLEAN = words("int float length count round abs wordcount filesizeformat sum xmlattr")
"""`xmlattr` writes whole attributes, quotes and all."""
_UNMARK = words("title wordwrap pprint")
_KEEP = words(
    "batch capitalize center dictsort first groupby indent items last list lower max min random reject",
    "rejectattr reverse select selectattr slice sort string trim truncate unique upper",
)
_ESCAPING: dict[str, Callable[[str], str]] = {
    "safe": mark_safe,
    "e": escape,
    "escape": escape,
    "urlize": escape,
    "forceescape": force_escape,
}

Arguments = list[tuple[str, Flow]]


def apply_filter(name: str, flow: Flow, arguments: Arguments) -> Flow:
    """The flow behind `|name(arguments)`; `arguments` are pairs of keyword ("" if positional) and flow."""
    return replace(_apply(name, flow, arguments), filters=(*flow.filters, name))


def _apply(name: str, flow: Flow, arguments: Arguments) -> Flow:
    flows = [value for _, value in arguments]
    if name in _ESCAPING:
        return treat(flow, _ESCAPING[name], markup=True)
    if name in _CLEAN:
        return silent(flow)
    if name == "tojson":
        return treat(flow, lambda before: before if before == CLEAN else JSON, markup=True)
    if name == "urlencode":
        return treat(flow, lambda before: before if before == CLEAN else URL, markup=False)
    if name == "striptags":
        # It decodes entities, too: what was escaped is no longer.
        return treat(flow, lambda before: ENVIRONMENT if before == HTML else unmark(before), markup=False)
    if name in _UNMARK:
        return treat(flow, unmark, markup=False)
    if name in ("format", "replace"):
        return mix([flow, *flows])
    if name in ("default", "d", "join"):
        return join([flow, *flows])
    if name == "attr":
        key = flows[0].constants[0] if flows and flows[0].constants else ""
        return attribute(flow, key)
    if name == "map":
        return _map(flow, arguments)
    return flow if name in _KEEP else through(flow, name)


def _map(flow: Flow, arguments: Arguments) -> Flow:
    for keyword, value in arguments:
        if value.constants and keyword == "attribute":
            return attribute(flow, value.constants[0])
        if value.constants and not keyword:
            return _apply(value.constants[0], flow, arguments[1:])
    return flow
