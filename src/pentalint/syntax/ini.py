"""ini, conf and env files as entries with line numbers. Nothing is interpolated or interpreted."""

from __future__ import annotations

from pentalint.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """`key = value` of a section ("" before the first header). `line` and `column` (1-based) are where the key
    stands; `path` is the file when it is not the one that is read ("": it is), `known` says that the value is not left to
    the deployment, `loaded` are the files through which it is deployed, where that is not its own file alone."""

    section: str
    key: str
    value: str
    line: int
    column: int
    end_column: int
    path: str = ""
    known: bool = True
    loaded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """A line that is no header, entry, continuation or comment."""

    line: int
    message: str


def read_entries(text: str) -> tuple[tuple[Entry, ...], tuple[Fault, ...]]:
    """The entries of an ini-like file in order, and the lines that make no sense.

    Section headers, `key = value` and `key: value`, indented continuation lines, whole-line comments with `#`
    or `;`, and `export KEY=value` of env files. A value keeps inline `#` text, as configparser does by default.
    """
    entries: list[Entry] = []
    faults: list[Fault] = []
    section = ""
    for number, raw in enumerate(text.splitlines(), 1):
        stripped = raw.strip()
        if not stripped or stripped[0] in "#;":
            continue
        inside = raw[0] in " \t" and bool(entries) and entries[-1].section == section
        if inside and not stripped.startswith("["):
            last = entries[-1]
            entries[-1] = Entry(
                section,
                last.key,
                f"{last.value}\n{stripped}".strip("\n"),
                last.line,
                last.column,
                last.end_column,
            )
            continue
        if stripped.startswith("[") and "]" in stripped:
            section = stripped[1 : stripped.rindex("]")].strip()
            continue
        key, value = split_entry(stripped.removeprefix("export "))
        if key is None:
            if not inside:
                faults.append(Fault(number, f"`{stripped[:40]}` is {_wrong(stripped)}"))
            continue
        column = raw.index(stripped[0]) + 1
        entries.append(Entry(section, key, value, number, column, len(raw.rstrip()) + 1))
    return tuple(entries), tuple(faults)


def _wrong(line: str) -> str:
    if line.startswith("["):
        return "a section without its closing bracket; add the `]`"
    return "neither a section, an option nor a comment; correct that line"


def split_entry(line: str) -> tuple[str | None, str]:
    """`key = value` or `key: value`, whichever sign comes first; a quoted CherryPy key may hold a colon."""
    places = [place for sign in "=:" if (place := line.find(sign)) > 0]
    if not places:
        return None, ""
    place = min(places)
    return line[:place].strip(), line[place + 1 :].strip()
