"""What the functions and methods that templates call do to a value.

Known by the last part of their names, as templates get them under many roots (`h.literal`, `markupsafe.Markup`).
"""

from __future__ import annotations

from dataclasses import replace

from pentalint.templates.flows import (
    MOST,
    Flow,
    Passing,
    attribute,
    join,
    mix,
    named,
    silent,
    through,
    treat,
)
from pentalint.templates.treatments import DUMPED, ENVIRONMENT, URL, escape, mark_safe
from pentalint.templates.words import words

_ESCAPES = words("escape e h html_escape html_quote xml_escape conditional_escape quoteattr")
_MARKS = words("Markup literal mark_safe HTML SafeString SafeText")
_URLS = words("quote quote_plus urlencode url_quote urlquote url_escape")
_DUMPS = words("dumps to_json json_dumps json_encode")
_CLEANS = words(
    "int float len bool abs round ord hash id any all isinstance issubclass hasattr callable range sum",
    "count find rfind index rindex startswith endswith isdigit isalpha isalnum isnumeric isdecimal",
    "islower isupper istitle isspace timestamp total_seconds defined url_for url route_url route_path",
    "static_url static_path resource_url resource_path current_route_url current_route_path model_url",
    "app_url asset_url static get_csrf_token csrf_token csrf_input get_flashed_messages has_permission",
    "has_perm",
)
"""Functions and methods, by the last part of their name, whose result is a number, a truth, or a URL that the
application built: arguments are percent-encoded there."""
_KEEPS = words(
    "str unicode text_type bytes repr list tuple set frozenset dict sorted reversed zip enumerate iter",
    "next min max getattr get_attr map filter namespace cycler joiner _ gettext ugettext ngettext",
    "ungettext pgettext npgettext lazy_gettext translate trans format format_map join strip lstrip",
    "rstrip lower upper title capitalize replace split rsplit splitlines partition rpartition encode",
    "decode get pop setdefault items values keys cycle center ljust rjust zfill expandtabs swapcase",
    "casefold copy removeprefix removesuffix append extend iteritems itervalues iterkeys",
)
"""Functions and methods whose result is made of their arguments and of the object they are called on."""


_KNOWN = _ESCAPES | _MARKS | _URLS | _DUMPS | _CLEANS | _KEEPS
_LOOKUPS = frozenset({"get", "setdefault", "context.get", "econtext.get", "pageargs.get"})
"""Functions of templates that look a variable up by its name."""


def call(name: str, receiver: Flow | None, positional: list[Flow], keywords: list[tuple[str, Flow]]) -> Flow:
    """What a call gives. `name` is the dotted path of the function as written ("" when it has none), `receiver`
    what a method is called on."""
    last = name.rpartition(".")[2]
    arguments = [*positional, *(flow for _, flow in keywords)]
    inner = join([*([receiver] if receiver else []), *arguments])
    if last in _CLEANS:
        return silent(inner)
    made = _made(name, last, receiver, arguments)
    calls = inner.calls
    if name and (receiver is None or last not in _KNOWN):
        pairs = [("", flow) for flow in positional] + keywords
        passing = Passing(name, tuple((key, flow.values) for key, flow in pairs[:MOST]))
        calls = (passing, *calls)[:MOST]
    return replace(made, calls=calls, filters=inner.filters, parts=())


def apply_function(name: str, flow: Flow) -> Flow:
    """What a function gives that is called on a value by the language itself, as a filter."""
    last = name.rpartition(".")[2]
    if last in _KNOWN:
        return call(name, None, [flow], [])
    return through(flow, name)


def _made(name: str, last: str, receiver: Flow | None, arguments: list[Flow]) -> Flow:
    several = join(arguments)
    if arguments and last in _ESCAPES:
        return treat(several, escape, markup=True)
    if arguments and last in _MARKS:
        return treat(several, mark_safe, markup=True)
    if arguments and last in _URLS:
        return treat(several, lambda _: URL)
    if arguments and last in _DUMPS:
        return treat(several, lambda before: DUMPED if before == ENVIRONMENT else before)
    key = arguments[0].constants[0] if arguments and arguments[0].constants else ""
    if name in _LOOKUPS and key:
        return join([named(key), *arguments[1:]])
    if receiver is None:
        return several if last in _KEEPS else join([named(name), through(several, name)])
    if last == "get" and key:
        return join([attribute(receiver, key), *arguments[1:]])
    own = replace(attribute(receiver, last), markup=receiver.markup)
    if last in _KEEPS:
        return mix([own, *arguments])
    return join([own, through(several, name.lstrip("."))])
