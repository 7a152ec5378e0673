"""What a template does to a value before it stands in the page, and where that is not enough.

A treatment is a word. Three are open questions that only the environment answers: `environment` (a plain value,
escaped if the engine escapes by itself), `settled` (escaped or not at that very moment, so that a later `safe`
changes nothing: Django's `linebreaks`, Jinja2's `~` next to markup) and `dumped` (the text of `json.dumps`, which
keeps `<`). The others are facts: `raw`, `html`, `json` (Jinja2's `tojson`: no `<`, `>`, `&` or `'`, but `"`),
`json-html` (the same with its quotes escaped), `js` (Django's `escapejs`), `url` (percent-encoded) and `clean`
(numbers, dates, slugs: nothing that could harm anywhere).

Sources: MarkupSafe "Working With Markup", Jinja2 "Template Designer Documentation" (HTML Escaping, List of Builtin
Filters), Django "Built-in template tags and filters" and "Custom template tags and filters" (Filters and
auto-escaping), Mako "Filtering and Buffering", Chameleon "Language Reference", Bottle "SimpleTemplate Engine";
OWASP "Cross Site Scripting Prevention Cheat Sheet" for the contexts.
"""

from __future__ import annotations

ENVIRONMENT, SETTLED, DUMPED = "environment", "settled", "dumped"
RAW, HTML, JSON, JSON_HTML, JS, URL, CLEAN = "raw", "html", "json", "json-html", "js", "url", "clean"

REASONS = (
    "unescaped",
    "attribute",
    "unquoted-attribute",
    "url",
    "script",
    "script-string",
    "event",
    "style",
)
"""Why a place is dangerous: the value is not escaped at all; its double quotes end the attribute; there are no
quotes to keep it inside the attribute; it may begin with `javascript:`; it is code; it is a quoted string of code,
where HTML escaping keeps quotes out and a backslash not; it is the code of an event handler, whose entities the
browser undoes; it is CSS."""


def resolve(treatment: str, escapes: bool) -> str:
    """A treatment as a fact, in an environment that escapes by itself or does not."""
    if treatment in (ENVIRONMENT, SETTLED):
        return HTML if escapes else RAW
    if treatment == DUMPED:
        return JSON_HTML if escapes else RAW
    return treatment


def compose(inner: str, outer: str) -> str:
    """What becomes of a value that was bound to a name with one treatment and written through another."""
    if outer in (CLEAN, URL, JSON, JS, JSON_HTML):
        return outer
    if inner == ENVIRONMENT:
        return outer
    if inner == DUMPED:
        return {HTML: JSON_HTML, RAW: RAW}.get(outer, DUMPED)
    if inner == SETTLED and outer == HTML:
        return HTML
    return inner


def mark_safe(treatment: str) -> str:
    """After `safe`, `Markup()` or `mark_safe()`: what is not escaped by now never will be."""
    return RAW if treatment in (ENVIRONMENT, DUMPED) else treatment


def escape(treatment: str) -> str:
    """After `escape`, which leaves alone what is marked as safe."""
    if treatment == DUMPED:
        return JSON_HTML
    return HTML if treatment in (ENVIRONMENT, SETTLED) else treatment


def force_escape(treatment: str) -> str:
    """After an escape that ignores the mark."""
    if treatment in (JSON, DUMPED):
        return JSON_HTML
    return treatment if treatment in (CLEAN, URL, JS, JSON_HTML) else HTML


def unmark(treatment: str) -> str:
    """After a function that gives a plain string for a safe one."""
    return ENVIRONMENT if treatment == RAW else treatment


def settle(treatment: str) -> str:
    """After a function that escapes as the environment says and marks the result as safe."""
    return SETTLED if treatment == ENVIRONMENT else treatment


def harm(context: str, quote: str, script_quote: str, treatment: str, whole: bool = True) -> str:
    """One of `REASONS`, or "" where the value can do nothing.

    `treatment` is a fact; `quote` encloses the attribute, `script_quote` the string of JavaScript (both may be
    ""). `whole` says that both kinds of quotes are escaped, as every engine does but Chameleon in text.
    """
    if treatment == CLEAN or context == "plain":
        return ""
    if treatment == RAW:
        return "unescaped"
    if context in ("text", "comment"):
        return ""
    if treatment == URL:
        return ""
    if context in ("attribute", "url") and treatment == JSON:
        return "attribute" if quote == '"' else ""
    if context == "attribute":
        return ""
    if context == "attribute-unquoted":
        return "unquoted-attribute"
    if context == "url":
        return "" if treatment == JSON_HTML else "url"
    if context == "style":
        return "style"
    return _harm_in_script(context, quote, script_quote, treatment, whole)


def _harm_in_script(context: str, quote: str, script_quote: str, treatment: str, whole: bool) -> str:
    reason = "event" if context == "event" else "script"
    if treatment == JS:
        return "" if script_quote in ('"', "'") else reason
    if treatment == JSON_HTML:
        # A script sees the entities as they are, an event handler sees the JSON text.
        return reason if context == "event" and script_quote not in ("", "'") else ""
    if treatment == JSON:
        if context == "event" and quote != "'":
            return reason
        return "" if script_quote in ("", "'") else reason
    if context == "script" and whole and script_quote in ('"', "'"):
        return "script-string"
    return reason
