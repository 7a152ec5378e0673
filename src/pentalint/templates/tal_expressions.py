"""The expressions of page templates (TALES) as flows.

Source: Chameleon "Language Reference", Expressions (TALES): python (the default), string, structure, not, exists,
load, import, and `|` between alternatives. Path expressions are those of Zope's page templates.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pentalint.templates.flows import NOTHING, Flow, constant, join, named, silent, through, treat
from pentalint.templates.places import Finder
from pentalint.templates.python_expressions import read_expression
from pentalint.templates.treatments import mark_safe, unmark

_PREFIX = re.compile(r"\s*([a-zA-Z_][\w-]*)\s*:(?!=)\s*")
_STRUCTURE = re.compile(r"\s*structure(?:\s+|\s*:\s*)")
_PATH = re.compile(r"[^\W\d]\w*(?:/[\w.-]+)+")
_ALTERNATIVES = re.compile(r"\|\s*[a-zA-Z]+:(?!=)")
_DOLLARS = re.compile(r"(\$+)(?:(\{)|([^\W\d]\w*))?")
_LAMBDA = re.compile(r"lambda\b")
_DEEPEST = 5


def read_tales(text: str, depth: int = 0) -> Flow:
    """The flow of an expression with its prefix and alternatives."""
    if depth > _DEEPEST:
        return NOTHING
    structure = _STRUCTURE.match(text)
    if structure:
        return treat(read_tales(text[structure.end() :], depth + 1), mark_safe, markup=True)
    if _ALTERNATIVES.search(text) and not text.lstrip().startswith("string:"):
        return join(read_tales(part, depth + 1) for part in text.split("|")[:20])
    prefix = _PREFIX.match(text)
    if prefix is None or _LAMBDA.match(text.lstrip()):
        return _plain(text)
    rest = text[prefix.end() :]
    kind = prefix.group(1)
    if kind == "string":
        return read_string(rest, depth)
    if kind == "python":
        return read_expression(rest)
    if kind in ("path", "nocall"):
        return named(".".join(rest.strip().split("/"))) if _PATH.fullmatch(rest.strip()) else _plain(rest)
    if kind in ("not", "exists", "import"):
        return silent(read_tales(rest, depth + 1))
    if kind == "load":
        return constant(rest.strip())
    return through(read_tales(rest, depth + 1), kind)


def _plain(text: str) -> Flow:
    code = text.strip()
    if _PATH.fullmatch(code):
        return named(code.replace("/", "."))
    if code in ("nothing", "default", "None"):
        return NOTHING
    return read_expression(code)


def read_string(text: str, depth: int = 0) -> Flow:
    """The flow of a string with `${expression}` and `$name` in it; a constant if it has none."""
    found = list(interpolations(text, 0, len(text), Finder(text)))
    flows = [read_tales(text[start + 2 : end - 1], depth + 1) for start, end in found]
    flows += [
        named(one.group(3)) for one in _DOLLARS.finditer(text) if one.group(3) and len(one.group(1)) % 2
    ]
    return treat(join(flows), unmark, markup=False) if flows else constant(text.strip())


def interpolations(text: str, start: int, stop: int, finder: Finder) -> Iterator[tuple[int, int]]:
    """The ranges of `${...}` between two offsets; `$${` is text."""
    at = start
    while found := _DOLLARS.search(text, at, stop):
        at = found.end()
        if not found.group(2) or len(found.group(1)) % 2 == 0:
            continue
        ends = finder.brace_end(at, stop)
        if ends is not None:
            yield at - 2, ends[0] + 1
            at = ends[0] + 1


def split_parts(text: str) -> Iterator[tuple[int, str]]:
    """The parts between semicolons, each with its offset; `;;` is a semicolon, and one ends an entity."""
    at = 0
    for part in re.split(
        r"(?<!;)(?<!&amp)(?<!&lt)(?<!&gt)(?<!&quot)(?<!&apos)(?<!&#39)(?<!&#34);(?!;)", text
    ):
        if part.strip():
            yield at + len(part) - len(part.lstrip()), part.strip().replace(";;", ";")
        at += len(part) + 1
