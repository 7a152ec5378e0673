"""Functions of the standard library that only compute: folded on constants, and on containers element by element."""

from __future__ import annotations

import base64
import binascii
import configparser
import html
import itertools
import json
import posixpath
from collections.abc import Callable
from typing import Any
from urllib import parse

from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.chains import make_chain
from pentalint.evaluate.dictionaries import Mapping, make_dict
from pentalint.evaluate.folding import FAULTS, bounded, is_codec, ordered, plain_arguments
from pentalint.evaluate.iterators import read_later
from pentalint.evaluate.parsers import Parser
from pentalint.evaluate.records import make_shape
from pentalint.evaluate.values import ITEMS, Const, Dict, List, Ref, Value
from pentalint.evaluate.walks import Iterator, Walk, walk


def encoding_is_known(named: dict[str, Any]) -> bool:
    """Whether the encodings among the arguments of a call are folded."""
    return all(is_codec(named[key]) for key in ("encoding",) if key in named and named[key] is not None)


def dumps(*given: Any, **named: Any) -> str:
    """`json.dumps` with what only changes the form."""
    indent = named.get("indent")
    if isinstance(indent, int) and not 0 <= indent <= 16:
        raise ValueError("too much space")
    return json.dumps(*given, **named)


PARSERS = frozenset(
    f"configparser.{name}" for name in ("ConfigParser", "RawConfigParser", "SafeConfigParser")
)
"""The classes this models."""

OPTIONS = frozenset(
    """allow_no_value comment_prefixes default_section delimiters empty_lines_in_values inline_comment_prefixes
    strict""".split()  # noqa: SIM905
)
"""Arguments of their constructors that are passed on when they are constants."""

PURE: dict[str, tuple[Callable[..., Any], frozenset[str]]] = {
    "base64.b64encode": (base64.b64encode, frozenset(["altchars"])),
    "base64.b64decode": (base64.b64decode, frozenset(["altchars", "validate"])),
    "base64.standard_b64encode": (base64.standard_b64encode, frozenset()),
    "base64.standard_b64decode": (base64.standard_b64decode, frozenset()),
    "base64.urlsafe_b64encode": (base64.urlsafe_b64encode, frozenset()),
    "base64.urlsafe_b64decode": (base64.urlsafe_b64decode, frozenset()),
    "base64.b32encode": (base64.b32encode, frozenset()),
    "base64.b32decode": (base64.b32decode, frozenset()),
    "base64.b16encode": (base64.b16encode, frozenset()),
    "base64.b16decode": (base64.b16decode, frozenset()),
    "base64.b85encode": (base64.b85encode, frozenset()),
    "base64.b85decode": (base64.b85decode, frozenset()),
    "binascii.hexlify": (binascii.hexlify, frozenset()),
    "binascii.unhexlify": (binascii.unhexlify, frozenset()),
    "binascii.b2a_hex": (binascii.b2a_hex, frozenset()),
    "binascii.a2b_hex": (binascii.a2b_hex, frozenset()),
    "html.escape": (html.escape, frozenset(["quote"])),
    "html.unescape": (html.unescape, frozenset()),
    "json.dumps": (dumps, frozenset(["indent", "sort_keys", "ensure_ascii", "separators"])),
    "json.loads": (json.loads, frozenset()),
    "os.path.basename": (posixpath.basename, frozenset()),
    "os.path.commonprefix": (posixpath.commonprefix, frozenset()),
    "os.path.dirname": (posixpath.dirname, frozenset()),
    "os.path.isabs": (posixpath.isabs, frozenset()),
    "os.path.join": (posixpath.join, frozenset()),
    "os.path.normpath": (posixpath.normpath, frozenset()),
    "os.path.split": (posixpath.split, frozenset()),
    "os.path.splitext": (posixpath.splitext, frozenset()),
    "urllib.parse.quote": (parse.quote, frozenset(["safe", "encoding", "errors"])),
    "urllib.parse.quote_plus": (parse.quote_plus, frozenset(["safe", "encoding", "errors"])),
    "urllib.parse.quote_from_bytes": (parse.quote_from_bytes, frozenset(["safe"])),
    "urllib.parse.unquote": (parse.unquote, frozenset(["encoding", "errors"])),
    "urllib.parse.unquote_plus": (parse.unquote_plus, frozenset(["encoding", "errors"])),
    "urllib.parse.urlencode": (parse.urlencode, frozenset(["doseq", "safe"])),
    "urllib.parse.urljoin": (parse.urljoin, frozenset()),
}
"""Functions of constants, by path, with the keywords that are understood. Paths are those of POSIX."""


def fold(path: str, arguments: Arguments) -> Value | None:
    """The value of a call of a function of the standard library; None when it is to be treated like any other API."""
    try:
        pure = PURE.get(path)
        if pure is not None:
            given, named = plain_arguments(arguments, pure[1])
            return bounded(pure[0](*given, **named)) if encoding_is_known(named) else None
        maker = MAKERS.get(path)
        return None if maker is None else maker(arguments)
    except FAULTS:
        return None


def make_parser(path: str, arguments: Arguments) -> Parser | None:
    """A new parser; None when it is made in a way that is not followed."""
    if arguments.open_positional or arguments.open_keyword or len(arguments.positional) > 1:
        return None
    try:
        options = {key: ordered(arguments.keywords[key]) for key in OPTIONS & arguments.keywords.keys()}
        configparser.RawConfigParser(**options)
    except (*FAULTS, configparser.Error):
        return None
    rest = arguments.keywords.keys() - OPTIONS - {"defaults", "interpolation"}
    how = arguments.keywords.get("interpolation")
    if rest or (how is not None and not (isinstance(how, Const) and how.value is None)):
        return None
    found = Parser(path, arguments, options, path.endswith("RawConfigParser()") or how is not None)
    defaults = arguments.get("0=defaults")
    if defaults is not None and not (isinstance(defaults, Const) and defaults.value is None):
        given = Arguments()
        given.positional = [Dict({found.default_section: defaults})]
        found.call("read_dict", given)
    return found


def _copied(arguments: Arguments) -> Value | None:
    """`copy.copy`: containers are copied, constants are what they are."""
    (value,) = arguments.positional
    if isinstance(value, List) and value.kind not in ("view", "iterator"):
        return value.like(value.items)
    if isinstance(value, Dict):
        twin = value.like(dict(value.entries))
        twin.nodes = dict(value.nodes)
        return twin
    return value if isinstance(value, Const) else None


def _deeply_copied(arguments: Arguments) -> Value | None:
    from pentalint.evaluate.methods import copy

    (value,) = arguments.positional
    return copy(value) if isinstance(value, (Const, List, Dict)) else None


def _ordered_dict(arguments: Arguments) -> Value | None:
    found = make_dict(arguments)
    return None if found is None else Mapping("OrderedDict", found.entries, found.complete)


def _default_dict(arguments: Arguments) -> Value | None:
    default = arguments.positional[0] if arguments.positional else None
    rest = Arguments()
    rest.positional, rest.keywords = arguments.positional[1:], arguments.keywords
    rest.open_keyword = arguments.open_keyword
    found = make_dict(rest)
    if found is None or arguments.open_positional:
        return None
    if isinstance(default, Const) and default.value is None:
        default = None
    return Mapping("defaultdict", found.entries, found.complete, default)


def _deque(arguments: Arguments) -> Value | None:
    if arguments.keywords or len(arguments.positional) > 1 or arguments.open_positional:
        return None
    found = walk(arguments.positional[0]) if arguments.positional else walk(Const(""))
    return None if found is None else found.listed("deque")


def _chained(arguments: Arguments) -> Value | None:
    """`itertools.chain`."""
    return None if arguments.open_positional else _joined(arguments.positional)


def _chained_from(arguments: Arguments) -> Value | None:
    (source,) = arguments.positional
    found = walk(source)
    return None if found is None or not found.exact else _joined(found.items)


def _joined(sources: list[Value]) -> Value | None:
    result = Iterator(Walk([]), read_later(sources))
    for source in sources:
        found = walk(source)
        if found is None:
            return None
        if result.exact and not found.exact:
            result.fixed = len(result.items) + min(found.fixed, len(found.items))
        result.complete = result.complete and found.complete
        result.items.extend(found.items)
        result.rest = found.rest if result.rest is None else result.rest
    return result if len(result.items) <= ITEMS else None


def _cut(arguments: Arguments) -> Value | None:
    """`itertools.islice`."""
    sources = read_later(arguments.positional[:1])
    found = walk(arguments.positional[0])
    if found is None or not found.exact:
        return None
    bounds = [ordered(one) for one in arguments.positional[1:]]
    return Iterator(Walk(list(itertools.islice(found.items, *bounds))), sources)


def _namespace(arguments: Arguments) -> Value | None:
    """`types.SimpleNamespace`: its attributes are kept apart."""
    found = make_dict(arguments)
    return None if found is None else Ref("types.SimpleNamespace()", arguments, base=found)


MAKERS: dict[str, Callable[[Arguments], Value | None]] = {
    "collections.ChainMap": lambda arguments: make_chain("collections.ChainMap()", arguments),
    "collections.OrderedDict": _ordered_dict,
    "collections.defaultdict": _default_dict,
    "collections.deque": _deque,
    "collections.namedtuple": make_shape,
    "copy.copy": _copied,
    "copy.deepcopy": _deeply_copied,
    "itertools.chain": _chained,
    "itertools.chain.from_iterable": _chained_from,
    "itertools.islice": _cut,
    "types.SimpleNamespace": _namespace,
    **{path: lambda arguments, path=path: make_parser(f"{path}()", arguments) for path in PARSERS},  # type: ignore[misc]
}
"""Functions of values that need not be constants."""

LIBRARY = frozenset(PURE) | frozenset(MAKERS) | {"collections.namedtuple()", "operator.itemgetter()"}
"""The paths whose calls are folded."""
