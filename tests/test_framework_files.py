"""Configuration files mean to pentalint what CherryPy and Bottle make of them: the frameworks' own readers are the referees."""

from __future__ import annotations

import tempfile
from pathlib import Path
from random import Random

import bottle
import pytest
from cherrypy.lib.reprconf import Parser
from hypothesis import given, settings
from hypothesis import strategies as st

from pentalint.syntax.framework_files import (
    UNDECIDED,
    NotAValue,
    bottle_entries,
    cherrypy_entries,
    python_value,
)

DIRECTORY = tempfile.TemporaryDirectory()
FILE = Path(DIRECTORY.name, "site.conf")
TALLY: dict[str, int] = {}

EXPRESSIONS = (
    "True", "False", "None", "1", "-5", "0.5", "'/srv/static'", '"text"', "'a' + 'b'", "60 * 24", "[1, 2]", "('a', 'b')", "{'a': 1}",
    "-(1)", "[]", "{}", "cherrypy.lib.sessions.FileSession", "os.path", "int('4')", "'%%d'", "b'x'", "...", "", "[1,\n  2]",
    "'a' 'b'", "True # comment", "{'a': [1, {'b': ()}]}", "'a' * 3", "[1] + [2]",
)  # fmt: skip
WRONG = (
    "1 if True else 2", "not True", "/srv/static", "127.0.0.1", "5 - 3", "{1, 2}", "f'x'", "lambda: 1", "1 < 2", "'a' + 1", "~1",
    "'%(name)s/x'", "'%(here)s'", "'5%'", "1; 2", "{[]: 1}",
)  # fmt: skip
SECTIONS = ("global", "/", "/static", "/admin/", "databases", "DEFAULT")
OPTIONS = (
    "tools.staticdir.on",
    "tools.staticdir.dir",
    "environment",
    "server.socket_port",
    "Name",
    "name",
    "log.screen",
)
TEXTS = (
    "true",
    "",
    "5",
    "${bottle:port}/x",
    "$$5",
    "a ${server:port} b",
    "one\n  two",
    "# no",
    "%(name)s",
    "x = y",
)
ODD = ("$x", "${nowhere}", "${name}", "${bottle:name}")


@st.composite
def files(
    draw: st.DrawFn,
    values: tuple[str, ...],
    odd: tuple[str, ...],
    sections: tuple[str, ...],
    options: tuple[str, ...],
) -> str:
    """The text of a file."""
    random = Random(draw(st.integers(0, 2**40)))
    lines = []
    for name in random.sample(sections, random.randint(1, len(sections))):
        lines.append(f"[{name}]")
        chosen = random.sample(options, random.randint(0, 4)) + (["name"] if random.random() < 0.05 else [])
        for option in chosen:
            value = random.choice(values if random.random() < 0.97 else odd)
            sign = random.choice(["=", " = ", ": "])
            lines.append(option if random.random() < 0.01 else f"{option}{sign}{value}")
    if random.random() < 0.05:
        lines.insert(0, random.choice(["x = 1", "words", "[open"]))
    return "\n".join(lines) + "\n"


def count(what: str) -> None:
    TALLY[what] = TALLY.get(what, 0) + 1


@settings(max_examples=800, deadline=None)
@given(files(EXPRESSIONS, WRONG, SECTIONS, OPTIONS))
def check_cherrypy(text: str) -> None:
    FILE.write_text(text, encoding="utf-8")
    try:
        real = Parser.load(str(FILE))
    except Exception:
        real = None
    entries, faults = cherrypy_entries(text)
    if real is None:
        undecided = any(python(entry.value) is UNDECIDED for entry in entries)
        assert faults or undecided, text
        assert all(1 <= fault.line <= text.count("\n") for fault in faults)
        count("refused")
        return
    assert not faults, text
    found: dict[str, dict[str, object]] = {section: {} for section in real}
    for entry in entries:
        value = python(entry.value)
        found[entry.section][entry.key] = real[entry.section][entry.key] if value is UNDECIDED else value
        count("unknown" if value is UNDECIDED else "known")
    assert repr(found) == repr(real), text
    count("loaded")


def python(text: str) -> object:
    try:
        return python_value(text)
    except NotAValue:
        return None


@settings(max_examples=800, deadline=None)
@given(
    files(
        TEXTS,
        ODD,
        ("bottle", "ROOT", "server", "Server", "a.b", "DEFAULT"),
        ("name", "NAME", "port", "a.b", "debug"),
    )
)
def check_bottle(text: str) -> None:
    FILE.write_text(text, encoding="utf-8")
    config = bottle.ConfigDict()
    try:
        config.load_config(str(FILE))
    except Exception:
        count("bottle refused")
        assert bottle_entries(text)[1], text
        return
    entries, faults = bottle_entries(text)
    assert not faults, text
    assert {entry.key: entry.value if entry.known else None for entry in entries} == dict(config), text
    count("bottle loaded")


def test_cherrypy_files_are_what_cherrypy_makes_of_them() -> None:
    TALLY.clear()
    check_cherrypy()
    assert TALLY["loaded"] > 300, TALLY
    assert TALLY["unknown"] < TALLY["known"] / 5, TALLY


def test_bottle_files_are_what_bottle_makes_of_them() -> None:
    TALLY.clear()
    check_bottle()
    assert TALLY["bottle loaded"] > 150, TALLY
    assert TALLY["bottle refused"] > 50, TALLY


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("[/]\ntools.staticdir.dir = /srv/static\n", 2, "is no Python value that CherryPy reads; quote it"),
        ("[/]\na = 1\na = 2\n", 3, "`a` is set twice in [/]; keep one"),
        ("[/]\na = '%(b)s'\n", 2, "refers to `b`, which is not in the file; add it"),
        ("[/]\na = '%(a)s'\n", 2, "refers to itself; break"),
        ("[/]\na = '5%'\n", 2, "double it"),
        ("a = 1\n", 1, "before the first section; add"),
    ],
)
def test_what_cherrypy_refuses_is_told_with_line_and_remedy(text: str, line: int, words: str) -> None:
    (fault,) = cherrypy_entries(text)[1]
    assert fault.line == line
    assert words in fault.message


@settings(max_examples=500, deadline=None)
@given(st.text(max_size=60), st.text(alphabet="[]()'\"+*-=%${}:\n ab1,", max_size=60))
def test_no_text_is_a_traceback(first: str, second: str) -> None:
    for text in (first, second, f"[/]\na = {first}", f"[a]\n{second}"):
        cherrypy_entries(text)
        bottle_entries(text)
