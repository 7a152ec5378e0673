"""The keys a configuration file may hold:

one row a key, with its parser and the sentence for a wrong value.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from enum import Enum, IntEnum
from typing import TypeVar

from pentalint.dataclass import dataclass
from pentalint.model import FRAMEWORKS, Confidence, Persona, Severity

FORMATS = ("full", "concise", "grouped", "json", "sarif", "github")
"""Names of the report formats, in the order help lists them.

`pentalint.report.FORMATS` holds the functions.
"""

EnumT = TypeVar("EnumT", bound=Enum)


class FailOn(IntEnum):
    """The lowest severity that makes the exit code 1.

    Comparable with `Severity`; `never` is above all of them.
    """

    info = 0
    low = 1
    medium = 2
    high = 3
    critical = 4
    never = 5


@dataclass(frozen=True, slots=True)
class Output:
    """One report to write: a format's name, and the file it goes to (None: standard output)."""

    format: str
    file: str | None = None


class WrongValue(Exception):
    """A value a key does not take. The message says what was expected."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key: its dotted `name` in the file, the field of `Config` it fills, what it does, and its parser.

    `parse` takes the TOML value and returns the field's value, or raises `WrongValue`.
    """

    name: str
    field: str
    about: str
    parse: Callable[[object], object]


def suggestion(word: str, known: Iterable[str]) -> str:
    """`; did you mean "x"?` for the nearest of `known`, or an empty string when none is near."""
    near = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return f'; did you mean "{near[0]}"?' if near else ""


def choice(kind: type[EnumT], text: str) -> EnumT:
    """The member of an enumeration a word names. Raises `WrongValue` with the words there are."""
    if kind is FailOn and text == "any":
        text = "info"
    if text in kind.__members__:
        return kind[text]
    words = [*kind.__members__, *(["any"] if kind is FailOn else [])]
    raise WrongValue(f'must be one of {", ".join(words)}, not "{text}"{suggestion(text, words)}')


def parse_output(text: str) -> Output:
    """`FORMAT` or `FORMAT=FILE`. Raises `WrongValue` for an unknown format or an empty file name."""
    name, equals, file = text.partition("=")
    if name not in FORMATS:
        raise WrongValue(f'must be one of {", ".join(FORMATS)}, not "{name}"{suggestion(name, FORMATS)}')
    if equals and not file:
        raise WrongValue(f"must name a file after {name}=")
    return Output(name, file or None)


def parse_jobs(value: object) -> int:
    """A number of processes, or 0 for `auto`. Raises `WrongValue`."""
    if value == "auto":
        return 0
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    raise WrongValue('must be a positive number or "auto"')


def kind_of(value: object) -> str:
    """What TOML calls the type of a value."""
    names = {
        bool: "a boolean",
        int: "an integer",
        float: "a float",
        str: "a string",
        list: "an array",
        dict: "a table",
    }
    return names.get(type(value), "a date or time")


def _format(value: object) -> tuple[Output]:
    """A format alone: where else a report goes is for the command line to say."""
    text = _string(value)
    if "=" in text:
        raise WrongValue(
            f"must be one of {', '.join(FORMATS)}; files are named with --output on the command line"
        )
    return (parse_output(text),)


def _strings(value: object) -> tuple[str, ...]:
    if isinstance(value, list) and all(isinstance(item, str) and item for item in value):
        return tuple(value)
    found = "an array with something else in it" if isinstance(value, list) else kind_of(value)
    raise WrongValue(f"must be an array of strings, not {found}")


def _string(value: object) -> str:
    if isinstance(value, str) and value:
        return value
    raise WrongValue(f"must be a string, not {'an empty one' if value == '' else kind_of(value)}")


def _boolean(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise WrongValue(f"must be true or false, not {kind_of(value)}")


def _pairs(value: object, parse: Callable[[object], object], shape: str) -> tuple[tuple[str, object], ...]:
    """A table as sorted pairs, each value through `parse`."""
    if not isinstance(value, dict):
        raise WrongValue(f"must be a table of {shape}, not {kind_of(value)}")
    pairs: list[tuple[str, object]] = []
    for name, item in sorted(value.items()):
        try:
            pairs.append((name, parse(item)))
        except WrongValue as wrong:
            raise WrongValue(f'has an entry "{name}" that {wrong}') from None
    return tuple(pairs)


def _frameworks(value: object) -> tuple[tuple[str, object], ...]:
    """A list holds for every unit (kept under "*"); a table maps a unit's path to its list."""
    if isinstance(value, list):
        return (("*", _known_frameworks(value)),)
    pairs = _pairs(value, _known_frameworks, 'unit path = ["framework"], or an array of frameworks')
    return tuple((name.removeprefix("./").rstrip("/") or ".", names) for name, names in pairs)


def _known_frameworks(value: object) -> tuple[str, ...]:
    names = _strings(value)
    for name in names:
        if name not in FRAMEWORKS:
            hint = suggestion(name, FRAMEWORKS)
            raise WrongValue(f'must name frameworks out of {", ".join(FRAMEWORKS)}, not "{name}"{hint}')
    return names


def _word(kind: type[EnumT]) -> Callable[[object], EnumT]:
    return lambda value: choice(kind, _string(value))


KEYS = {
    key.name: key
    for key in (
        Key(
            "select",
            "select",
            "rules to run: ids, packs, globs, category:NAME, severity:NAME or ALL",
            _strings,
        ),
        Key("extend-select", "extend_select", "rules to run besides those of select", _strings),
        Key("ignore", "ignore", "rules not to run", _strings),
        Key("extend-ignore", "extend_ignore", "rules not to run besides those of ignore", _strings),
        Key(
            "per-file-ignores",
            "per_file_ignores",
            "pattern = [selectors]: what not to report in the files a pattern names",
            lambda value: _pairs(value, _strings, "pattern = [selectors]"),
        ),
        Key(
            "severity",
            "severity",
            "selector = severity: report these rules with another severity",
            lambda value: _pairs(value, _word(Severity), "selector = severity"),
        ),
        Key("min-severity", "min_severity", "report findings from this severity up", _word(Severity)),
        Key("min-confidence", "min_confidence", "report findings from this confidence up", _word(Confidence)),
        Key("persona", "persona", "default, pedantic or audit: how much to report", _word(Persona)),
        Key("fail-on", "fail_on", "the lowest severity that makes the exit code 1, or never", _word(FailOn)),
        Key("frameworks", "frameworks", "what is used, instead of detecting it", _frameworks),
        Key("exclude", "exclude", "patterns of files left out, instead of the usual ones", _strings),
        Key(
            "extend-exclude",
            "extend_exclude",
            "patterns of files left out besides those of exclude",
            _strings,
        ),
        Key("respect-gitignore", "respect_gitignore", "leave out what .gitignore names", _boolean),
        Key("force-exclude", "force_exclude", "exclude also files named on the command line", _boolean),
        Key("output-format", "outputs", "the format of the report on standard output", _format),
        Key("jobs", "jobs", 'number of processes, or "auto"', parse_jobs),
        Key("cache-dir", "cache_dir", "directory of the cache", _string),
        Key(
            "required-version", "required_version", "versions of pentalint this configuration is for", _string
        ),
        Key("django.settings", "django_settings", "the settings modules deployed to production", _strings),
    )
}
"""Every key, by name. Patterns are relative to the directory of the file that defines them."""
