"""Which kinds of sink a string is safe for by the characters a regular expression lets through."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

parser: Any = getattr(re, "_parser", None) or getattr(re, "sre_parse", None)
"""The parser of regular expressions: `sre_parse` until Python 3.11, which gave it another name."""

LIMIT = 128
"""Characters beyond ASCII are of no interest: no sink gives them a meaning."""

DANGEROUS: dict[str, str] = {
    "sql": "'\"\\;`",
    "html": "<>\"'`",
    "command": " \t\n;|&$`<>(){}[]*?!~'\"\\#",
    "path": "/",
    "redirect": ":/\\",
    "url": ":/\\@?#",
    "header": "\r\n",
    "log": "\r\n",
    "email-header": "\r\n",
    "cookie": "\r\n;=",
    "ldap": "()*\\\0=",
    "xpath": "'\"[]()/@",
    "regex": "()*+?[{\\|",
    "template-source": "{}<>$%",
    "format-string": "{}%",
    "template-name": "/\\",
}
"""The characters that do harm in each kind of sink: without any of them nothing can be said there."""

_CATEGORIES = {
    "CATEGORY_DIGIT": "0123456789",
    "CATEGORY_WORD": "".join(chr(n) for n in range(LIMIT) if chr(n).isalnum() or chr(n) == "_"),
    "CATEGORY_SPACE": " \t\n\r\f\v",
}


@lru_cache(maxsize=512)
def safe_kinds(pattern: str, whole: bool) -> frozenset[str]:
    """The kinds of sink that a string which matched a pattern is safe for. `whole`: the match is of the whole string
    whatever the pattern says, as `re.fullmatch` does."""
    allowed = characters(pattern, whole)
    if allowed is None:
        return frozenset()
    return frozenset(kind for kind, bad in DANGEROUS.items() if allowed.isdisjoint(bad))


@lru_cache(maxsize=512)
def group_kinds(pattern: str) -> dict[int | str, frozenset[str]]:
    """The kinds of sink that each group of a pattern, by number and by name, is safe for."""
    found: dict[int | str, frozenset[str]] = {}
    try:
        tree = parser.parse(pattern)
        names = {number: name for name, number in tree.state.groupdict.items()}
    except Exception:
        return {}
    for number, inner in subpatterns(tree):
        allowed: set[str] = set()
        if gather(inner, allowed):
            kinds = frozenset(kind for kind, bad in DANGEROUS.items() if allowed.isdisjoint(bad))
            found[number] = kinds
            if number in names:
                found[names[number]] = kinds
    return found


def subpatterns(tree: Any) -> Iterator[tuple[int, Any]]:
    """The groups of a parsed pattern with their numbers, those within others and in branches too."""
    for op, value in tree:
        name = str(op)
        if name == "SUBPATTERN":
            if value[0] is not None:
                yield value[0], value[3]
            yield from subpatterns(value[3])
        elif name.endswith("_REPEAT"):
            yield from subpatterns(value[2])
        elif name == "BRANCH":
            for branch in value[1]:
                yield from subpatterns(branch)
        elif name == "ATOMIC_GROUP":
            yield from subpatterns(value)


@lru_cache(maxsize=512)
def emptied_kinds(pattern: str, replacement: str) -> frozenset[str]:
    """The kinds of sink that a string is safe for from which everything that a pattern matches was replaced: those
    whose harmful characters it matches, one by one."""
    try:
        tree = list(parser.parse(pattern))
    except Exception:
        return frozenset()
    if len(tree) == 1 and str(tree[0][0]) in ("MAX_REPEAT", "MIN_REPEAT") and tree[0][1][0] <= 1:
        tree = list(tree[0][1][2])
    removed: set[str] = set()
    if len(tree) != 1 or str(tree[0][0]) not in ("IN", "LITERAL", "NOT_LITERAL", "CATEGORY", "BRANCH"):
        return frozenset()
    if str(tree[0][0]) == "BRANCH" and any(len(branch) != 1 for branch in tree[0][1][1]):
        return frozenset()
    if not gather(tree, removed):
        return frozenset()
    return frozenset(
        kind for kind, bad in DANGEROUS.items() if removed.issuperset(bad) and not set(replacement) & set(bad)
    )


@lru_cache(maxsize=1024)  # of the parameters of URL patterns, the same few are asked for every row and entry
def characters(pattern: str, whole: bool = False) -> frozenset[str] | None:
    """The ASCII characters a string may have that matches a pattern as a whole; None when the pattern does not
    have to match all of it, or cannot be read."""
    try:
        tree = list(parser.parse(pattern))
    except Exception:
        return None
    if not whole:
        if len(tree) < 2 or not (is_at(tree[0], "AT_BEGINNING") and is_at(tree[-1], "AT_END")):
            return None
    found: set[str] = set()
    return frozenset(found) if gather(tree, found) else None


def is_at(item: Any, prefix: str) -> bool:
    """Whether a part of a pattern is an anchor."""
    return str(item[0]) == "AT" and str(item[1]).startswith(prefix)


def gather(tree: Any, found: set[str]) -> bool:
    """Add the characters a parsed pattern may match; False for what cannot be told."""
    for op, value in tree:
        name = str(op)
        if name == "LITERAL":
            found.add(chr(value))
        elif name == "IN":
            if not gather_class(value, found):
                return False
        elif name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            if not gather(value[2], found):
                return False
        elif name == "SUBPATTERN":
            if not gather(value[3], found):
                return False
        elif name == "ATOMIC_GROUP":
            if not gather(value, found):
                return False
        elif name == "BRANCH":
            if not all(gather(branch, found) for branch in value[1]):
                return False
        elif name == "CATEGORY":
            if not gather_class([(op, value)], found):
                return False
        elif name == "ANY":
            found.update(chr(n) for n in range(LIMIT) if n != 10)
        elif name == "NOT_LITERAL":
            found.update(chr(n) for n in range(LIMIT) if n != value)
        elif name in ("AT", "ASSERT", "ASSERT_NOT", "GROUPREF"):
            continue
        else:
            return False
    return True


def gather_class(items: Any, found: set[str]) -> bool:
    """Add the characters of a class such as `[a-z_]`."""
    mine: set[str] = set()
    negated = False
    for op, value in items:
        name = str(op)
        if name == "NEGATE":
            negated = True
        elif name == "LITERAL":
            mine.add(chr(value))
        elif name == "RANGE":
            mine.update(chr(n) for n in range(value[0], min(value[1], LIMIT - 1) + 1))
        elif name == "CATEGORY":
            known = _CATEGORIES.get(str(value))
            if known is None:
                opposite = _CATEGORIES.get(str(value).replace("NOT_", ""))
                if opposite is None:
                    return False
                known = "".join(chr(n) for n in range(LIMIT) if chr(n) not in opposite)
            mine.update(known)
        else:
            return False
    found |= {chr(n) for n in range(LIMIT)} - mine if negated else mine
    return True
