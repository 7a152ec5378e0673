"""Bytes of a Python file to its text: byte order marks, PEP 263 cookies, and one sentence for everything
else.
"""

from __future__ import annotations

import codecs
import re

from pentalint.model import Failure

_COOKIE = re.compile(rb"[ \t\f]*#[^\r\n]*?coding[:=][ \t]*([-\w.]+)")
_BLANK = re.compile(rb"[ \t\f]*(?:#[^\r\n]*)?(?:\r\n|\r|\n)")
_NAME_OF_UTF8 = re.compile(r"utf[-_]?8(?:[-_].*)?\Z")

# Text codecs no source file is written in, whose decoders take quadratic time (or, `undefined`, always fail):
# a hostile cookie must not hang the run.
_REFUSED = frozenset({"idna", "punycode", "undefined"})


def decode(path: str, data: bytes, max_bytes: int) -> tuple[str, str] | Failure:
    """The text of `data` without its byte order mark, and the name of its encoding; a Failure of stage
    "decode" if none fits.

    Newlines are left as they are. The rules are PEP 263's, as CPython applies them: a cookie in one of the
    first two lines (the second only below a blank or comment line), UTF-8 otherwise, and a UTF-8 mark
    contradicts any other cookie.
    """
    if len(data) > max_bytes:
        return _failure(
            path,
            f"the file has {len(data):,} bytes, more than the limit of {max_bytes:,}: exclude it or split it",
        )
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _failure(path, "the file is UTF-16, which Python cannot read: save it as UTF-8")
    marked = data.startswith(codecs.BOM_UTF8)
    body = data[3:] if marked else data
    at = body.find(b"\0")
    if at >= 0:
        return _failure(path, _nul_sentence(body), _line_at(body, at))
    cookie, line = _cookie(body)
    if cookie is None or _NAME_OF_UTF8.match(cookie.lower()):
        return _decoded(path, body, "utf-8", declared=cookie is not None)
    if marked:
        return _failure(
            path,
            f"a UTF-8 byte order mark contradicts the declared encoding {cookie!r}: remove one of the two",
            line,
        )
    try:
        name = codecs.lookup(cookie).name
    except (LookupError, ValueError):
        return _failure(
            path,
            f"unknown encoding {cookie!r}: declare one that Python knows, or save the file as UTF-8",
            line,
        )
    if name in _REFUSED:
        return _failure(path, f"{cookie!r} is not an encoding for source files: save the file as UTF-8", line)
    return _decoded(path, body, name, declared=True, cookie_line=line)


def _decoded(
    path: str, body: bytes, name: str, *, declared: bool, cookie_line: int = 1
) -> tuple[str, str] | Failure:
    try:
        return body.decode(name), name
    except UnicodeDecodeError as error:
        at = min(max(error.start, 0), len(body))
        byte = body[at] if at < len(body) else 0
        remedy = (
            "save it in that encoding or correct the declaration"
            if declared
            else ("save it as UTF-8, or declare its encoding in the first line (`# -*- coding: latin-1 -*-`)")
        )
        message = f"the file is not valid {name} (byte 0x{byte:02x}): {remedy}"
        return _failure(path, message, _line_at(body, at))
    except LookupError:
        return _failure(path, f"{name!r} is not a text encoding: save the file as UTF-8", cookie_line)
    except (ValueError, ArithmeticError) as error:
        return _failure(
            path, f"the file cannot be decoded as {name} ({error}): save it as UTF-8", cookie_line
        )


def _cookie(body: bytes) -> tuple[str | None, int]:
    """The declared encoding, if any, and the line (1 or 2) that declares it."""
    found = _COOKIE.match(body)
    if found:
        return found[1].decode("ascii", "replace"), 1
    first = _BLANK.match(body)
    if first:
        found = _COOKIE.match(body, first.end())
        if found:
            return found[1].decode("ascii", "replace"), 2
    return None, 1


def _nul_sentence(body: bytes) -> str:
    head = body[:64]
    # Text in UTF-16 has a zero in every second byte.
    if len(head) >= 8 and (head[1::2].count(0) * 4 >= len(head) or head[::2].count(0) * 4 >= len(head)):
        return (
            "the file looks like UTF-16 without a byte order mark, which Python cannot read: save it as UTF-8"
        )
    return "the file contains a NUL byte, so it is not Python source: exclude it if it is binary"


def _line_at(body: bytes, at: int) -> int:
    head = body[:at]
    return head.count(b"\n") + head.count(b"\r") - head.count(b"\r\n") + 1


def _failure(path: str, message: str, line: int = 1) -> Failure:
    return Failure(path=path, stage="decode", message=message, line=line)
