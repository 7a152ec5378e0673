"""Whatever the input is: one clear sentence that names the file, the right exit code, no traceback, in bounded time."""

from __future__ import annotations

import builtins
import os
import re
import time
from pathlib import Path
from typing import Any

import pytest
from cli_stand import Command, Result

from pentalint import pipeline

pytest_plugins = ["cli_fixtures"]

APP = "from flask import Flask\n\napp = Flask(__name__)\napp.run(debug=True)\n"
LIMIT = 10.0
"""Seconds of processor time that any one of these runs may take."""


@pytest.fixture
def root(scrubbed: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Flask project with one finding, `good.py:4`."""
    directory = tmp_path / "project"
    directory.mkdir()
    (directory / "requirements.txt").write_text("flask==3.1.0\n", encoding="utf-8")
    (directory / "good.py").write_text(APP, encoding="utf-8")
    monkeypatch.chdir(directory)
    return directory


def look(command: Command, *argv: str) -> Result:
    """Check the project in the working directory, within the limit and without a traceback."""
    began = time.process_time()
    code, out, err = command(
        "check",
        "--no-cache",
        "--output-format",
        "concise",
        "--select",
        "flask/debug-run,pentalint",
        "--jobs",
        "1",
        *argv,
    )
    assert time.process_time() - began < LIMIT
    assert "Traceback" not in out + err and "internal error" not in err
    return code, out, err


def about(out: str, name: str) -> list[str]:
    """The lines of a report that concern a file."""
    return [line for line in out.splitlines() if line.startswith(f"{name}:")]


UNREADABLE: list[tuple[str, bytes, int, str]] = [
    ("binary", bytes(range(256)) * 20, 1, "NUL|decode|utf-8|UTF-8"),
    ("a NUL", b"x = 1\nx = '\0'\n", 2, "NUL"),
    ("latin-1 without a cookie", "x = 'é'\n".encode("latin-1"), 1, "UTF-8|utf-8"),
    ("a cookie nobody knows", b"# coding: nonsense\nx = 1\n", 1, "nonsense"),
    ("a cookie that is wrong", "# coding: ascii\nx = 'é'\n".encode(), 2, "ascii"),
    ("UTF-16", "x = 1\n".encode("utf-16"), 1, "UTF-16|NUL"),
    ("too large", b"x = 1\n" * 3_500_000, 1, "bytes|MB|large"),
    ("Python 2", b"import os\nprint 'x'\n", 2, "Python 2"),
    ("an octal of Python 2", b"x = 0777\n", 1, "Python 2"),
    ("a syntax error", b"x = 1\ndef f(:\n    pass\n", 2, "syntax"),
    ("an open bracket", b"x = (1,\n", 1, "syntax|never closed"),
    ("bad indentation", b"if x:\npass\n", 2, "indent"),
    ("nested 300 deep", b"x = " + b"(" * 300 + b"1" + b")" * 300 + b"\n", 1, "nest|parenthes"),
    ("nested 5,000 deep", b"x = " + b"[" * 5000 + b"]" * 5000 + b"\n", 1, "nest|parenthes"),
    ("unary 100,000 deep", b"x = " + b"-" * 100_000 + b"1\n", 1, "nest|deep|large|chained"),
    ("blocks 200 deep", b"".join(b" " * n + b"if x:\n" for n in range(200)) + b" " * 200 + b"pass\n", 101, "indent"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "line", "words"), [pytest.param(*case[1:], id=case[0]) for case in UNREADABLE]
)
def test_a_file_that_cannot_be_read(root: Path, command: Command, data: bytes, line: int, words: str) -> None:
    (root / "bad.py").write_bytes(data)
    code, out, err = look(command)
    assert (code, err) == (1, "")
    (said,) = about(out, "bad.py")
    assert "pentalint/unreadable-file" in said
    assert re.search(words, said, re.I), said
    assert len(about(out, "good.py")) == 1
    if line != 101:
        assert said.startswith(f"bad.py:{line}:"), said


READABLE: list[tuple[str, bytes]] = [
    ("a byte order mark", b"\xef\xbb\xbf" + APP.encode()),
    ("latin-1 with a cookie", ("# -*- coding: latin-1 -*-\nx = 'é'\n" + APP).encode("latin-1")),
    ("CRLF", APP.replace("\n", "\r\n").encode()),
    ("CR", APP.replace("\n", "\r").encode()),
    ("form feeds", APP.replace("\n\n", "\n\f\n").encode()),
    ("no newline at the end", APP.rstrip().encode()),
    ("nested 150 deep", b"x = " + b"(" * 150 + b"1" + b")" * 150 + b"\n" + APP.encode()),
    ("a chain of 2,000", b"x = " + b" + ".join([b"1"] * 2000) + b"\n" + APP.encode()),
    ("a long ladder", b"if x == 0:\n    y = 0\n" + b"".join(b"elif x == %d:\n    y = %d\n" % (n, n) for n in range(900)) + APP.encode()),
    ("a long string", b"x = '" + b"a" * 1_000_000 + b"'\n" + APP.encode()),
    ("many lines", b"x = 1\n" * 100_000 + APP.encode()),
    ("a long list", b"x = [" + b"1," * 100_000 + b"]\n" + APP.encode()),
    ("growing", b"x = 'a'\n" + b"x = x + x\n" * 200 + APP.encode()),
    ("powers", b"x = 9 ** 9 ** 9 ** 9\ny = 1 << 10 ** 10\nz = 'a' * 10 ** 12\n" + APP.encode()),
    ("long calls", b"x = y" + b".z()" * 400 + b"\n" + APP.encode()),
    ("many functions", b"".join(b"def f%d():\n    return f%d()\n" % (n, n + 1) for n in range(2000)) + APP.encode()),
    ("many branches", b"".join(b"if unknown%d:\n    x = %d\n" % (n, n) for n in range(2000)) + APP.encode()),
    ("exponential lists", b"x = [1]\n" + b"x = [x, x]\n" * 40 + b"y = x\n" + APP.encode()),
    ("itself", b"import odd\nfrom odd import *\nx = odd.x\n" + APP.encode()),
]  # fmt: skip


@pytest.mark.parametrize("data", [pytest.param(data, id=name) for name, data in READABLE])
def test_a_file_that_is_only_odd(root: Path, command: Command, data: bytes) -> None:
    (root / "odd.py").write_bytes(data)
    code, out, err = look(command)
    assert (code, err) == (1, "")
    (said,) = about(out, "odd.py")
    assert "flask/debug-run" in said, said


def test_a_chain_of_30_000_terms(root: Path, command: Command) -> None:
    """Too long for one interpreter or another: evaluated or reported, and never the end of the process."""
    (root / "chain.py").write_bytes(b"x = " + b" + ".join([b"1"] * 30_000) + b"\n" + APP.encode())
    code, out, err = look(command)
    assert (code, err) == (1, "")
    (said,) = about(out, "chain.py")
    assert "flask/debug-run" in said or "pentalint/unreadable-file" in said
    assert len(about(out, "good.py")) == 1


def test_no_such_path(root: Path, command: Command) -> None:
    code, out, err = look(command, "nowhere.py")
    assert (code, out) == (2, "")
    assert err == "pentalint: error: nowhere.py: there is no such file or directory; correct the path\n"


def test_a_path_outside_the_project(root: Path, command: Command) -> None:
    (root / "pyproject.toml").write_text("[tool.pentalint]\n", encoding="utf-8")
    code, _, err = look(command, "good.py", str(root.parent / "elsewhere.py"))
    assert code == 2 and err.count("\n") == 1 and "elsewhere.py" in err


def test_an_empty_directory(tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    code, out, err = look(command)
    assert code == 0 and "No findings in 0 files" in out
    assert (
        err
        == "pentalint: warning: no files to check; if .gitignore names them, --no-respect-gitignore brings them back\n"
    )


def test_no_framework(tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain" / "a.py").write_text("import os\nos.system(input())\n", encoding="utf-8")
    (tmp_path / "plain" / "b.py").write_text("def (\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path / "plain")
    code, out, err = look(command)
    assert code == 0 and "No findings" in out
    assert err.count("\n") == 1 and "none of Django, Flask, Pyramid, Bottle and CherryPy is used here" in err


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("pyproject.toml", "[project]\nname = \n", 2),
        ("pyproject.toml", "[project]\nname = 'x'\nname = 'y'\n", 3),
        ("Pipfile", "[packages]\nflask = \n", 2),
        ("poetry.lock", "[[package]\n", 1),
        ("uv.lock", "x = = 1\n", 1),
    ],
)
def test_toml_of_the_project_that_does_not_parse(
    root: Path, command: Command, name: str, text: str, line: int
) -> None:
    (root / name).write_text(text, encoding="utf-8")
    code, out, _ = look(command, "--isolated")
    assert code == 1
    (said,) = about(out, name)
    assert said.startswith(f"{name}:{line}:") and "pentalint/unreadable-file" in said
    assert len(about(out, "good.py")) == 1


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("pyproject.toml", "[tool.pentalint]\nselcet = ['x']\n", "select"),
        ("pyproject.toml", "[tool.pentalint]\nselect = 3\n", "select"),
        ("pyproject.toml", "[tool.pentalint]\nselect = [\n", "pyproject.toml"),
        ("pentalint.toml", "select = ['flask/no-such-rule']\n", "flask/no-such-rule"),
        ("pentalint.toml", "persona = 'nobody'\n", "persona"),
    ],
)
def test_our_configuration_is_wrong(root: Path, command: Command, name: str, text: str, words: str) -> None:
    (root / name).write_text(text, encoding="utf-8")
    code, out, err = command("check", "--no-cache")
    assert (code, out) == (2, "")
    assert err.startswith("pentalint: error: ") and name in err and words in err
    assert err.count("\n") == 1


def test_a_settings_module_that_is_not_there(root: Path, command: Command) -> None:
    (root / "pentalint.toml").write_text("[django]\nsettings = ['no.such']\n", encoding="utf-8")
    (root / "requirements.txt").write_text("flask\ndjango\n", encoding="utf-8")
    code, out, err = command("check", "--no-cache", "--jobs", "1")
    assert (code, out) == (2, "")
    assert "no.such" in err and "pentalint.toml" in err and err.count("\n") == 1


@pytest.mark.parametrize(
    "line",
    [
        "flask===",
        "-r nowhere.txt",
        "???",
        "flask >= ",
        "\x00",
        "--no-such-option",
        "flask==1.0 ; python_version <",
    ],
)
def test_requirement_lines_that_make_no_sense(root: Path, command: Command, line: str) -> None:
    (root / "requirements.txt").write_text(f"flask==3.1.0\n{line}\n", encoding="utf-8")
    code, out, err = look(command)
    assert (code, err) == (1, "")
    assert len(about(out, "good.py")) == 1
    assert len(about(out, "requirements.txt")) <= 1


def test_a_directory_named_like_a_file(root: Path, command: Command) -> None:
    (root / "x.py").mkdir()
    (root / "x.py" / "y.py").write_text(APP, encoding="utf-8")
    code, out, err = look(command)
    assert (code, err) == (1, "")
    assert len(about(out, "x.py/y.py")) == 1
    assert look(command, "x.py")[1].count("flask/debug-run") == 1


def test_a_link_to_nothing(root: Path, command: Command) -> None:
    (root / "dangling.py").symlink_to(root / "nowhere.py")
    code, out, err = look(command)
    assert code == 1 and err == ""
    assert len(about(out, "good.py")) == 1
    assert len(about(out, "dangling.py")) == 1


def test_links_that_go_round(root: Path, command: Command) -> None:
    (root / "a").symlink_to(root / "b")
    (root / "b").symlink_to(root / "a")
    (root / "c.py").symlink_to(root / "c.py")
    (root / "loop").symlink_to(root)
    code, out, err = look(command)
    assert code == 1 and err == ""
    assert len(about(out, "good.py")) == 1


def test_a_pipe_is_not_opened(root: Path, command: Command) -> None:
    os.mkfifo(root / "pipe.py")
    os.mkfifo(root / "requirements-dev.txt")
    code, out, _ = look(command)
    assert code == 1
    assert len(about(out, "good.py")) == 1
    assert len(about(out, "pipe.py")) <= 1


def test_no_permission(root: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / "locked.py").write_text(APP, encoding="utf-8")
    real = builtins.open

    def refuse(path: Any, *arguments: Any, **options: Any) -> Any:
        if str(path).endswith("locked.py"):
            raise PermissionError(13, "Permission denied")
        return real(path, *arguments, **options)

    monkeypatch.setattr(builtins, "open", refuse)
    code, out, err = look(command)
    assert (code, err) == (1, "")
    (said,) = about(out, "locked.py")
    assert "cannot be read (Permission denied); mend its permissions or exclude it" in said
    assert len(about(out, "good.py")) == 1


def test_a_file_that_goes_while_we_look(
    root: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "going.py").write_text(APP, encoding="utf-8")
    real = pipeline.make_plan

    def plan(*arguments: object, **options: object) -> object:
        (root / "going.py").unlink(missing_ok=True)
        return real(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(pipeline, "make_plan", plan)
    code, out, _ = look(command)
    assert code == 1 and len(about(out, "good.py")) == 1
    assert len(about(out, "going.py")) == 1


def test_ini_files_of_every_kind(root: Path, command: Command) -> None:
    (root / "a.ini").write_bytes(b"\xff\xfe\x00[app]\nx")
    (root / "b.cfg").write_bytes(b"no section\n[open\n= = =\n\x00\n")
    (root / ".env").write_bytes(b"A=1\nexport\n====\n")
    code, out, _ = look(command, "--select", "ALL")
    assert code == 1 and len([line for line in about(out, "good.py") if "debug-run" in line]) == 1


def test_names_that_are_no_unicode(root: Path, command: Command) -> None:
    try:
        (root / os.fsdecode(b"odd-\xff.py")).write_text(APP, encoding="utf-8")
    except OSError:
        pytest.skip("the file system refuses such names")
    code, out, err = look(command)
    assert (code, err) == (1, "")
    (said,) = [line for line in out.splitlines() if line.startswith("odd-")]
    assert "rename it" in said
    assert len(about(out, "good.py")) == 1


def test_names_with_line_ends(root: Path, command: Command) -> None:
    (root / "new\nline.py").write_text(APP, encoding="utf-8")
    code, out, _ = look(command)
    assert code == 1
    assert not [line for line in out.splitlines() if line.startswith("line.py")]


def test_two_processes_say_the_same_of_bad_files(root: Path, command: Command) -> None:
    for number, (_, data, _, _) in enumerate(UNREADABLE[:6]):
        (root / f"bad{number}.py").write_bytes(data)
    (root / "big.py").write_bytes(b"x = 1\n" * 200_000)
    serial = look(command)
    parallel = command(
        "check",
        "--no-cache",
        "--output-format",
        "concise",
        "--select",
        "flask/debug-run,pentalint",
        "--jobs",
        "2",
    )
    assert serial == parallel


@pytest.mark.parametrize(
    ("name", "text", "line", "said"),
    [
        ("setup.cfg", "[metadata]\nname = x\n[options\ninstall_requires = flask\n", 3, "closing bracket"),
        ("tox.ini", "[testenv]\ndeps =\n    flask\nusedevelop\n", 4, "neither a section, an option nor"),
    ],
)
def test_an_ini_manifest_with_a_broken_line(
    root: Path, command: Command, name: str, text: str, line: int, said: str
) -> None:
    (root / name).write_text(text, encoding="utf-8")
    code, out, err = look(command)
    assert (code, err) == (1, "")
    (finding,) = about(out, name)
    assert f"{name}:{line}:" in finding and said in finding


@pytest.mark.parametrize("name", ["setup.cfg", "tox.ini"])
def test_an_ini_manifest_that_is_well(root: Path, command: Command, name: str) -> None:
    text = "# c\n[testenv:{a,b}] ; c\ndeps =\n    flask>=3\n  indented\n\nkey: value\nempty =\n"
    (root / name).write_text(text, encoding="utf-8")
    _, out, _ = look(command)
    assert about(out, name) == []


def test_a_pyproject_nobody_can_decode_is_a_finding_and_the_rest_goes_on(
    root: Path, command: Command
) -> None:
    (root / "pyproject.toml").write_bytes('[project]\nname = "x"\n'.encode("utf-16"))
    code, out, _ = look(command)
    assert code == 1
    assert len(about(out, "pyproject.toml")) == 1 and len(about(out, "good.py")) == 1


def test_our_own_file_holds_beside_a_broken_pyproject(root: Path, command: Command) -> None:
    (root / "pyproject.toml").write_text("[tool.pentalint]\nselect = [\n", encoding="utf-8")
    (root / "pentalint.toml").write_text('persona = "default"\n', encoding="utf-8")
    code, out, err = look(command)
    assert (code, err) == (1, "")
    assert len(about(out, "pyproject.toml")) == 1 and len(about(out, "good.py")) == 1
