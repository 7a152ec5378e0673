"""libcst string nodes to `ast`: escapes, implicit concatenation, f-strings and (as f-strings) t-strings.

Positions inside f-strings are those of Python 3.12 and later, on every interpreter.
"""

from __future__ import annotations

import ast
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pentalint.syntax.cursor import Cursor, Handler, Mismatch
from pentalint.syntax.scan import COMMENT, tokens

if TYPE_CHECKING:
    import libcst as cst

_SIMPLE = {
    "\n": "",
    "\\": "\\",
    "'": "'",
    '"': '"',
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
}
_TEXT_ESCAPE = re.compile(
    r"\\(?:([0-7]{1,3})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|N\{([^}]*)\}|(.))", re.DOTALL
)
_BYTES_ESCAPE = re.compile(r"\\(?:([0-7]{1,3})|x([0-9a-fA-F]{2})|()()()(.))", re.DOTALL)
_CONVERSIONS = {None: -1, "a": 97, "r": 114, "s": 115}


def _unescape(text: str, *, is_bytes: bool) -> str:
    """Resolve backslashes. Unknown escapes stay as they are, as in the language; malformed ones raise
    ValueError.
    """
    if "\\" not in text:
        return text

    def resolve(found: re.Match[str]) -> str:
        octal, short, four, eight, name, other = found.groups()
        if octal:
            return chr(int(octal, 8) & 0xFF if is_bytes else int(octal, 8))
        digits = short or four or eight
        if digits:
            return chr(int(digits, 16))
        if name:
            return unicodedata.lookup(name)
        if other == "x" or (not is_bytes and other in ("u", "U", "N")):
            raise ValueError(f"malformed \\{other} escape")
        return _SIMPLE.get(other, "\\" + (other or ""))

    try:
        return (_BYTES_ESCAPE if is_bytes else _TEXT_ESCAPE).sub(resolve, text)
    except (KeyError, OverflowError) as error:
        raise ValueError(f"malformed escape ({error})") from error


def _literal(token: str) -> str | bytes:
    """The value of one string token, prefix and quotes included."""
    quote = min(at for at in (token.find('"'), token.find("'")) if at >= 0)
    prefix = token[:quote].lower()
    width = 3 if token[quote : quote + 3] in ('"""', "'''") and len(token) >= quote + 6 else 1
    body = token[quote + width : -width]
    is_bytes = "b" in prefix
    if "r" not in prefix:
        body = _unescape(body, is_bytes=is_bytes)
    return body.encode("latin-1") if is_bytes else body


def _simple(c: Cursor, node: cst.SimpleString, start: int, left: None) -> ast.expr:
    c.take(node.value.encode())
    try:
        value = _literal(node.value)
    except ValueError as error:
        raise Mismatch(str(error), start) from error
    kind = "u" if node.value[0] == "u" else None
    return c.place(ast.Constant(value=value, kind=kind), start)


def _concatenated(c: Cursor, node: cst.ConcatenatedString, start: int, left: None) -> ast.expr:
    pieces: list[ast.expr] = []
    formatted = False
    rest: Any = node
    while True:
        more = type(rest).__name__ == "ConcatenatedString"
        piece = rest.left if more else rest
        begin = c.here()
        if type(piece).__name__ == "SimpleString":
            pieces.append(_simple(c, piece, begin, None))
        else:
            formatted = True
            pieces.extend(_parts(c, piece, begin))
        if not more:
            break
        rest = rest.right
    kind = "u" if c.data[start : start + 1] == b"u" else None
    if formatted:
        return c.place(ast.JoinedStr(values=_merged(pieces)), start)
    values = [piece.value for piece in pieces if isinstance(piece, ast.Constant)]
    texts = [value for value in values if isinstance(value, str)]
    # libcst has seen to it that all are text or all are bytes.
    joined: str | bytes = (
        "".join(texts) if texts else b"".join(value for value in values if isinstance(value, bytes))
    )
    return c.place(ast.Constant(value=joined, kind=kind), start)


def _formatted(
    c: Cursor, node: cst.FormattedString | cst.TemplatedString, start: int, left: None
) -> ast.expr:
    return c.place(ast.JoinedStr(values=_merged(_parts(c, node, start))), start)


def _parts(c: Cursor, node: Any, start: int) -> list[ast.expr]:
    c.take(node.start.encode())
    raw = "r" in node.start.lower()
    found = _content(c, node.parts, raw=raw)
    c.raw(node.end.encode())
    return found


def _content(c: Cursor, parts: Sequence[Any], *, raw: bool) -> list[ast.expr]:
    found: list[ast.expr] = []
    for part in parts:
        if type(part).__name__ in ("FormattedStringText", "TemplatedStringText"):
            found.append(_text(c, part.value, raw=raw))
        else:
            found.extend(_field(c, part, raw=raw))
    return found


def _text(c: Cursor, text: str, *, raw: bool) -> ast.expr:
    start = c.at
    c.raw(text.encode())
    value = text.replace("{{", "{").replace("}}", "}")
    try:
        value = value if raw else _unescape(value, is_bytes=False)
    except ValueError as error:
        raise Mismatch(str(error), start) from error
    return c.place(ast.Constant(value=value, kind=None), start)


def _field(c: Cursor, node: Any, *, raw: bool) -> list[ast.expr]:
    """A replacement field; with `=` in it, the text it shows comes first."""
    start = c.at
    c.raw(b"{")
    value = c.expression(node.expression)
    shown: list[ast.expr] = []
    if node.equal is not None:
        c.take(b"=")
        end = c.here()
        text = _without_comments(c.data[start + 1 : end]).decode()
        shown = [c.place(ast.Constant(value=text, kind=None), start + 1, end)]
    conversion = _CONVERSIONS[node.conversion]
    if node.conversion is not None:
        c.take(b"!")
        c.take(node.conversion.encode())
    spec = None
    if node.format_spec is not None:
        colon = c.take(b":")
        spec = c.place(ast.JoinedStr(values=_merged(_content(c, node.format_spec, raw=raw))), colon)
    elif node.equal is not None and node.conversion is None:
        conversion = _CONVERSIONS["r"]
    c.take(b"}") if spec is None else c.raw(b"}")
    formatted = ast.FormattedValue(value=value, conversion=conversion, format_spec=spec)
    return [*shown, c.place(formatted, start)]


def _without_comments(data: bytes) -> bytes:
    """What `f"{x = }"` shows of its own source leaves out the comments in it."""
    if b"#" not in data:
        return data
    for kind, start, end in reversed(list(tokens(data))):
        if kind == COMMENT:
            data = data[:start] + data[end:]
    return data


def _merged(pieces: list[ast.expr]) -> list[ast.expr]:
    """Neighbouring texts become one, from the first's start to the last's end; empty ones vanish."""
    found: list[ast.expr] = []
    for piece in pieces:
        last = found[-1] if found else None
        if isinstance(piece, ast.Constant) and isinstance(last, ast.Constant):
            last.value = f"{last.value!s}{piece.value!s}"
            last.end_lineno, last.end_col_offset = piece.end_lineno, piece.end_col_offset
        else:
            found.append(piece)
    return [piece for piece in found if not (isinstance(piece, ast.Constant) and not piece.value)]


STRINGS: Mapping[str, Handler] = {
    "ConcatenatedString": _concatenated,
    "FormattedString": _formatted,
    "SimpleString": _simple,
    "TemplatedString": _formatted,
}
