"""What the standard library's `configparser` makes of a text, with the line of every option and of what stops it.

PasteDeploy, CherryPy and Bottle all read their files with it, each with its own settings; see `read_sections`.
"""

from __future__ import annotations

import configparser
from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Any

from pentalint.dataclass import dataclass
from pentalint.syntax.ini import Entry, Fault

NOT_IN_INI = ("{{", "{%", "<%")
"""What a file that is a template of one holds: it cannot be judged before it is filled in."""


class Lined(dict[str, Any]):
    """A dictionary that remembers at which line each key was set while its reader reads."""

    def __init__(self, reader: LineReader) -> None:
        super().__init__()
        self.reader = reader
        self.lines: dict[str, int] = {}

    def __setitem__(self, key: str, value: Any) -> None:
        super().__setitem__(key, value)
        if self.reader.line:
            self.lines[key] = self.reader.line


class LineReader:
    """Hands out the lines of a text, and knows which one is being read (0: none)."""

    def __init__(self, text: str) -> None:
        self.rows = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        self.line = 0

    def __iter__(self) -> Iterator[str]:
        for number, row in enumerate(self.rows, 1):
            self.line = number
            yield f"{row}\n"
        self.line = 0


@dataclass(slots=True)
class Sections:
    """A file as `configparser` reads it. `parser` gives the values, `lines` of a section those of its options, `headers`
    the line of each section (of the first one, when it is repeated), `faults` what makes the library refuse the file."""

    parser: configparser.ConfigParser
    rows: list[str]
    headers: dict[str, int] = field(default_factory=dict)
    lines: dict[str, Mapping[str, int]] = field(default_factory=dict)
    defaults: Mapping[str, int] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()

    def entry(self, section: str, option: str, value: str) -> Entry:
        """An option at the place where it is written: in its section, or else in the default section."""
        line = self.lines.get(section, {}).get(option) or self.defaults.get(option, 1)
        row = self.rows[line - 1] if line <= len(self.rows) else ""
        return Entry(
            section, option, value, line, len(row) - len(row.lstrip()) + 1, max(len(row.rstrip()), 1) + 1
        )


def read_sections(text: str, *, fold: bool = False, **options: Any) -> Sections:
    """Read a text with `ConfigParser(**options)`; `fold` says that names of options are compared in lower case.

    Where the library raises, the fault is kept, and the rest is read as it can be: the last of two options holds, lines
    that make no sense are left out.
    """
    faults = _read(text, fold, {**options, "strict": True})[1]
    sections, more = _read(text, fold, {**options, "strict": False})
    sections.faults = tuple({fault.line: fault for fault in (*more, *faults)}.values())
    return sections


def _read(text: str, fold: bool, options: Mapping[str, Any]) -> tuple[Sections, list[Fault]]:
    reader = LineReader(text)
    parser = configparser.ConfigParser(dict_type=lambda: Lined(reader), **options)  # type: ignore[call-overload]
    if not fold:
        parser.optionxform = str
    faults: list[Fault] = []
    try:
        parser.read_file(reader)
    except configparser.Error as error:
        faults = list(told(error, reader.rows))
    except (
        AttributeError
    ):  # `configparser` before 3.13 stumbles over lines that go on with an option without a value
        line = reader.line
        sections, faults = _read("\n".join(reader.rows[: line - 1]), fold, options)
        message = (
            "the line goes on with an option that has no value; give it one, or begin the line at the margin"
        )
        return sections, [*faults, Fault(line, message)]
    finally:
        reader.line = 0
    sections = Sections(parser, reader.rows)
    table = parser._sections
    sections.headers = dict(table.lines)
    sections.lines = {name: options.lines for name, options in table.items()}
    defaults = parser.defaults()
    sections.defaults = defaults.lines if isinstance(defaults, Lined) else {}
    return sections, faults


def told(error: configparser.Error, rows: list[str]) -> Iterator[Fault]:
    """What stops the library, in a sentence with the remedy."""
    if isinstance(error, configparser.DuplicateSectionError):
        yield Fault(
            error.lineno or 1, f"the section [{error.section}] stands twice; put its options in one section"
        )
    elif isinstance(error, configparser.DuplicateOptionError):
        yield Fault(
            error.lineno or 1,
            f"`{error.option}` is set twice in [{error.section}]; keep one of the two lines",
        )
    elif isinstance(error, configparser.MissingSectionHeaderError):
        if rows[0].startswith("\ufeff"):
            yield Fault(1, "a byte order mark stands before the first section; save the file without it")
        else:
            yield Fault(
                error.lineno, "an option stands before the first section; add the section's [name] above"
            )
    elif isinstance(error, configparser.ParsingError):
        for line, _ in error.errors:
            row = rows[line - 1].strip()
            yield Fault(line, f"`{row[:40]}` is {_wrong(row)}")
    else:
        yield Fault(1, "the file cannot be read as sections and options; correct it")


def _wrong(row: str) -> str:
    if row.startswith("["):
        return "a section without its closing bracket; add the `]`"
    return "neither a section, an option nor a comment; correct that line"


def is_filled_in(text: str) -> bool:
    """Whether a text is an ini file, not a template of one."""
    return not any(sign in text for sign in NOT_IN_INI)
