"""The filters that come with Django 5, by what they do to escaping, and the flow of a filter expression.

Source: Django "Built-in template tags and filters", Built-in filter reference; "Custom template tags and filters",
Filters and auto-escaping (`is_safe`, `needs_autoescape`). A literal in a template is safe as it stands. The tests
hold the table against the engine, filter by filter.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from pentalint.templates.flows import NOTHING, Flow, join, named, silent, through, treat
from pentalint.templates.treatments import (
    CLEAN,
    JS,
    RAW,
    URL,
    escape,
    force_escape,
    mark_safe,
    settle,
    unmark,
)
from pentalint.templates.words import words

_CLEAN = words(
    "length length_is wordcount filesizeformat floatformat divisibleby date time timesince timeuntil",
    "pluralize yesno slugify json_script",
)
"""`json_script` writes an element of its own, in which nothing of the value is markup."""
_KEEP = words(
    "add addslashes capfirst center cut default default_if_none dictsort dictsortreversed first",
    "get_digit iriencode last ljust lower make_list phone2numeric pprint random rjust slice",
    "stringformat striptags title truncatechars truncatechars_html truncatewords truncatewords_html",
    "wordwrap localize unlocalize apnumber intcomma intword naturalday naturaltime ordinal",
    "language_name language_name_local language_name_translated localtime utc timezone",
)
_ESCAPING: dict[str, Callable[[str], str]] = {
    "safe": mark_safe,
    "safeseq": mark_safe,
    "escape": escape,
    "escapeseq": escape,
    "force_escape": force_escape,
    "upper": unmark,
    **dict.fromkeys(
        words("linebreaks linebreaksbr linenumbers urlize urlizetrunc unordered_list join"), settle
    ),
    "escapejs": lambda before: before if before == CLEAN else JS,
    "urlencode": lambda before: before if before == CLEAN else URL,
}
_WITH_ARGUMENT = frozenset({"add", "default", "default_if_none", "join"})
"""Filters whose argument reaches the result."""
_NUMBER_FORMAT = re.compile(r"[-#0 +.\d]*[diouxXeEfFgG]")

_STRING = r'"[^"\\]*(?:\\.[^"\\]*)*"|\'[^\'\\]*(?:\\.[^\'\\]*)*\''
_OPERAND = re.compile(rf"\s*(?:_\((?P<lazy>{_STRING})\)|(?P<text>{_STRING})|(?P<name>[-+\w.]+))", re.DOTALL)
_FILTER = re.compile(
    rf"\s*\|\s*(?P<filter>\w+)(?:\s*:\s*(?:_\((?P<lazy>{_STRING})\)|(?P<text>{_STRING})|(?P<name>[-+\w.]+)))?",
    re.DOTALL,
)
_LITERALS = frozenset({"True", "False", "None"})


@lru_cache(maxsize=2048)
def read_expression(text: str) -> Flow:
    """The flow of `variable|filter:argument`; whatever does not belong to it is passed over."""
    found = _OPERAND.match(text)
    if found is None:
        return NOTHING
    flow = _operand(found)
    at = found.end()
    while step := _FILTER.match(text, at):
        at = step.end()
        flow = apply_filter(step.group("filter"), flow, _operand(step))
    return flow


def _operand(found: re.Match[str]) -> Flow:
    literal = found.group("text") or found.group("lazy")
    if literal:
        return Flow((), RAW, constants=(literal[1:-1],))
    name = found.group("name")
    if not name or name in _LITERALS or not (name[0].isalpha() or name[0] == "_"):
        return silent(NOTHING)
    return named(name.strip("."))


def apply_filter(name: str, flow: Flow, argument: Flow) -> Flow:
    """The flow behind `|name:argument`."""
    return replace(_apply(name, flow, argument), filters=(*flow.filters, name))


def _apply(name: str, flow: Flow, argument: Flow) -> Flow:
    if name in _WITH_ARGUMENT:
        if flow.values or argument.values:
            flow = join([replace(flow, constants=()), replace(argument, constants=())])
    if name in _ESCAPING:
        return treat(flow, _ESCAPING[name])
    if name in _CLEAN:
        return silent(flow)
    if name == "stringformat" and any(_NUMBER_FORMAT.fullmatch(text) for text in argument.constants):
        return silent(flow)
    return flow if name in _KEEP or name in _WITH_ARGUMENT else through(flow, name)
