"""Configuration files as CherryPy and Bottle read them: sections, options with what they refer to put in, and what stops the
framework from loading the file."""

from __future__ import annotations

import ast
import configparser

from pentalint.syntax.ini import Entry, Fault
from pentalint.syntax.sections import Sections, read_sections

ROOT_SECTIONS = ("bottle", "ROOT")
"""Bottle's sections whose options have no prefix."""


class Undecided:
    """What an expression of a CherryPy file gives when that is only known to a program that imports things. The instance is
    `UNDECIDED`."""

    def __repr__(self) -> str:
        return "UNDECIDED"


UNDECIDED = Undecided()


class NotAValue(Exception):
    """CherryPy cannot make a value of this text."""


def cherrypy_entries(text: str) -> tuple[tuple[Entry, ...], tuple[Fault, ...]]:
    """The options of a CherryPy file by section, those of `[DEFAULT]` in each; and what `cherrypy.lib.reprconf.Parser` of
    CherryPy 18 refuses: it reads with `ConfigParser`, names keep their case, values are Python."""
    sections = read_sections(text)
    entries: list[Entry] = []
    faults = list(sections.faults)
    for section in sections.parser.sections():
        for option in sections.parser.options(section):
            entry, fault = read_option(sections, section, option)
            if fault is None:
                fault = value_fault(entry)
            if fault is not None:
                faults.append(fault)
            entries.append(entry)
    return tuple(entries), tuple(sorted(faults, key=lambda fault: fault.line))


def bottle_entries(text: str, **options: object) -> tuple[tuple[Entry, ...], tuple[Fault, ...]]:
    """The settings of a file that `bottle.ConfigDict.load_config` of Bottle 0.13 reads: `section.option` in lower case, the
    options of `[bottle]` and `[ROOT]` without the section; `${option}` and `${section:option}` are put in. An option
    without a value has an entry that is not `known`. `options` go to `ConfigParser`."""
    given = {"allow_no_value": True, "interpolation": configparser.ExtendedInterpolation(), **options}
    sections = read_sections(text, fold=True, **given)
    entries: list[Entry] = []
    faults = list(sections.faults)
    for section in sections.parser.sections():
        for option in sections.parser.options(section):
            entry, fault = read_option(sections, section, option)
            if fault is not None:
                faults.append(fault)
            name = option if section in ROOT_SECTIONS else f"{section}.{option}"
            place = (entry.line, entry.column, entry.end_column)
            entries.append(Entry(section, name.lower(), entry.value, *place, known=entry.known))
    return tuple(entries), tuple(sorted(faults, key=lambda fault: fault.line))


def read_option(sections: Sections, section: str, option: str) -> tuple[Entry, Fault | None]:
    """One option with what it refers to put in; not known, and a fault, when that is not possible."""
    try:
        value: str | None = sections.parser.get(section, option)
    except (configparser.Error, TypeError) as error:
        entry = sections.entry(section, option, "")
        entry = Entry(section, option, "", entry.line, entry.column, entry.end_column, known=False)
        return entry, Fault(entry.line, wrong_reference(error, option))
    entry = sections.entry(section, option, value or "")
    if value is None:
        entry = Entry(section, option, "", entry.line, entry.column, entry.end_column, known=False)
    return entry, None


def wrong_reference(error: Exception, option: str) -> str:
    """What is wrong with a value that refers to others, and the remedy."""
    if isinstance(error, configparser.InterpolationDepthError):
        return f"`{option}` refers to itself; break the circle"
    if isinstance(error, TypeError):
        return f"`{option}` refers to an option that has no value; give it one"
    if isinstance(error, configparser.InterpolationMissingOptionError):
        return (
            f"`{option}` refers to `{error.reference}`, which is not in the file; add it or correct the name"
        )
    return f"`{option}` has a sign that begins a reference and is none; double it (`%%`, `$$`)"


def value_fault(entry: Entry) -> Fault | None:
    """Why CherryPy cannot load an option, if it certainly cannot."""
    try:
        python_value(entry.value)
    except NotAValue:
        told = f"the value of `{entry.key}` is no Python value that CherryPy reads; quote it if it is text"
        return Fault(entry.line, told)  # the value itself may be a secret
    return None


def python_value(text: str) -> object:
    """What `cherrypy.lib.reprconf.unrepr` makes of a text: literals, containers, `+`, `*` and the minus sign. Names, attributes,
    items and calls stand for what only a running program has: `UNDECIDED`. Raises `NotAValue` for everything else."""
    if not text:
        return text
    try:
        tree = ast.parse(f"__value__ = {text}").body[0]
        assert isinstance(tree, ast.Assign)
        return built(tree.value)
    except (SyntaxError, ValueError, TypeError, MemoryError, RecursionError, OverflowError):
        raise NotAValue(text) from None


def built(node: ast.expr) -> object:
    """The value of one expression. Raises `NotAValue`."""
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, (ast.List, ast.Tuple)):
        items = [built(item) for item in node.elts]
        if any(item is UNDECIDED for item in items):
            return UNDECIDED
        return items if isinstance(node, ast.List) else tuple(items)
    if isinstance(node, ast.Dict):
        if None in node.keys:
            raise NotAValue("**")
        pairs = [
            (built(key), built(value))
            for key, value in zip(node.keys, node.values, strict=True)
            if key is not None
        ]
        return UNDECIDED if any(UNDECIDED in pair for pair in pairs) else dict(pairs)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        held = built(node.operand)
        return held if held is UNDECIDED else -held  # type: ignore[operator]
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Mult)):
        return joined(built(node.left), built(node.right), isinstance(node.op, ast.Add))
    if isinstance(node, (ast.Name, ast.Attribute, ast.Call, ast.Subscript)):
        return UNDECIDED
    raise NotAValue(type(node).__name__)


LIMIT = 10_000
"""A repeated value is followed up to this length."""


def joined(left: object, right: object, adds: bool) -> object:
    """The sum or the product of two values."""
    if left is UNDECIDED or right is UNDECIDED:
        return UNDECIDED
    if adds:
        return left + right  # type: ignore[operator]
    for one, other in ((left, right), (right, left)):
        if isinstance(one, int) and hasattr(other, "__len__") and one * len(other) > LIMIT:
            return UNDECIDED
        if isinstance(one, int) and isinstance(other, int) and abs(one) > 2**64:
            return UNDECIDED
    return left * right  # type: ignore[operator]
