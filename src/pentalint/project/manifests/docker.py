"""Dockerfiles: what they install, the Python they build on, what starts the application."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from pentalint.dataclass import dataclass
from pentalint.project.manifests import commands
from pentalint.project.manifests.collect import Collector
from pentalint.project.manifests.conda import match_spec
from pentalint.project.manifests.records import PythonVersion, Serve
from pentalint.project.manifests.requirement import dev_like
from pentalint.project.manifests.requirements import named_like_requirements

VARIABLES = (
    "FLASK_APP",
    "DJANGO_SETTINGS_MODULE",
    "GUNICORN_CMD_ARGS",
    "APP_MODULE",
    "MODULE_NAME",
    "FLASK_DEBUG",
    "FLASK_ENV",
)
"""Environment variables that name the application or its settings, or the mode it runs in."""

_INSTRUCTION = re.compile(r"\s*([A-Za-z]+)\s+(.*)", re.DOTALL)
_ONBUILD = re.compile(r"ONBUILD\s+", re.IGNORECASE)
_FROM = re.compile(r"(?:--\S+\s+)*(?:[\w./-]*/)?python:(\d[\w.]*)")
_HEREDOC = re.compile(r"<<-?\s*[\"']?(\w+)[\"']?")


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction with its first line; `text` has continued lines joined, `raw` the lines as written."""

    line: int
    name: str
    text: str
    raw: list[str]


def instructions(text: str) -> Iterator[Instruction]:
    """The instructions of a Dockerfile."""
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        start, held = at, ""
        while at < len(lines):
            line = lines[at]
            at += 1
            if line.lstrip().startswith("#"):
                start = start if held else at
                continue  # comments stand between continued lines
            held += line[:-1] + " " if line.rstrip().endswith("\\") and line.endswith("\\") else line
            if not line.rstrip().endswith("\\"):
                break
        if (heredoc := _HEREDOC.search(held)) is not None:
            body = list[str]()
            while at < len(lines) and lines[at].strip() != heredoc.group(1):
                body.append(lines[at])
                at += 1
            at += 1
            held = _HEREDOC.sub("", held) + "\n" + "\n".join(body)
        # What `ONBUILD` defers is what the image that builds on this one runs.
        if (found := _INSTRUCTION.fullmatch(_ONBUILD.sub("", held.strip()))) is not None:
            yield Instruction(start + 1, found.group(1).upper(), found.group(2), lines[start:at])


def read(collector: Collector, path: str, text: str) -> None:
    """Enter a Dockerfile."""
    values: dict[str, str] = {}
    scope = (
        "dev"
        if dev_like(re.sub(r"dockerfile|containerfile", "", path.rpartition("/")[2], flags=re.I))
        else "runtime"
    )
    for instruction in instructions(text):
        body = _substitute(instruction.text, values)
        line = instruction.line
        if instruction.name == "FROM" and (found := _FROM.match(body)) is not None:
            collector.pythons.append(PythonVersion(path, line, found.group(1)))
        elif instruction.name in {"ARG", "ENV"}:
            for name, value in assignments(body):
                values[name] = value
                if name in VARIABLES and instruction.name == "ENV":
                    collector.serves.append(Serve(path, line, "env", f"{name}={value}", value))
        elif instruction.name == "RUN":
            lines = (line, instruction.raw)
            for command in commands.split(_shell(body)):
                enter_installs(collector, path, lines, command, scope)
        elif instruction.name in {"CMD", "ENTRYPOINT"}:
            enter_start(collector, path, line, "docker", _shell(body))


def enter_installs(
    collector: Collector, path: str, lines: tuple[int, list[str]], words: list[str], scope: str
) -> None:
    """Enter what one shell command installs; `lines` are the number of its first line and the lines."""
    for install in commands.installs(words):
        line = _line_of(install.text, lines)
        if "$" in install.text or "`" in install.text:
            collector.unclear(path, line, f"`{install.text}` holds a shell variable")
        elif install.kind == "conda":
            parsed = match_spec(install.text)
            if parsed is not None and parsed.name not in {"python", "pip"}:
                collector.enter(parsed, scope, path, line)
        elif install.kind == "requirement":
            if not re.match(r"[./~]", install.text) and "*" not in install.text.split("=")[0]:
                collector.requirement(install.text, scope, path, line)
        else:
            _include(collector, path, line, install, scope)


def _line_of(word: str, lines: tuple[int, list[str]]) -> int:
    """The line a word stands on. A word with a variable filled in is found by its name."""
    first, held = lines
    for sought in (word, re.split(r"[^\w.-]", word)[0]):
        if sought and (found := next((first + at for at, line in enumerate(held) if sought in line), 0)):
            return found
    return first


def _include(collector: Collector, path: str, line: int, install: commands.Install, scope: str) -> None:
    """Find the requirements file that a path in the image means: its longest tail that the project has."""
    parts = [part for part in install.text.split("/") if part not in {"", "."}]
    directory = path.rpartition("/")[0]
    while True:
        for at in range(len(parts)):
            target = "/".join([directory, *parts[at:]] if directory else parts[at:])
            if target in collector.files:
                # A file named like requirements is read anyway, with the scope its name gives.
                if not named_like_requirements(target):
                    collector.include(
                        path, line, target, "constraint" if install.kind == "constraint" else scope
                    )
                return
        if not directory:
            break
        directory = directory.rpartition("/")[0]
    collector.unclear(path, line, f"the requirements file {install.text} is not in the project")


def enter_start(collector: Collector, path: str, line: int, kind: str, text: str) -> None:
    """Enter every command of a command line that starts an application."""
    for words in commands.split(text):
        if words[0].rpartition("/")[2] in {"sh", "bash"} and words[1:2] in (["-c"], ["-lc"]):
            enter_start(collector, path, line, kind, " ".join(words[2:]))
            continue
        found = commands.start(words)
        if found is None or (
            kind == "shell" and found.program == "python" and "manage.py" not in found.module
        ):
            continue  # a shell script runs many scripts; only servers tell something
        collector.serves.append(Serve(path, line, kind, " ".join(words), found.module))


def _shell(text: str) -> str:
    """The command of a RUN or CMD, whose exec form is a JSON list."""
    stripped = text.strip()
    if stripped.startswith("["):
        try:
            words = json.loads(stripped)
        except (json.JSONDecodeError, RecursionError):
            return stripped.strip("[]").replace('",', '" ').replace("',", "' ")
        if isinstance(words, list):
            return " ".join(quoted(str(word)) for word in words)
    return re.sub(r"--(mount|network|security)=\S+\s*", "", stripped)


def quoted(word: str) -> str:
    """A word as the shell must be given it."""
    return word if re.fullmatch(r"[\w@%+=:,./${}-]+", word) else "'" + word.replace("'", "'\"'\"'") + "'"


def assignments(text: str) -> Iterator[tuple[str, str]]:
    """The names and values of `NAME=value NAME="value"`, or of the old `NAME value`."""
    found = list(re.finditer(r"""([A-Za-z_]\w*)=("(?:[^"\\]|\\.)*"|'[^']*'|\S*)""", text))
    for pair in found:
        yield pair.group(1), pair.group(2).strip("\"'")
    if not found and len(words := text.split(None, 1)) == 2:
        yield words[0], words[1].strip().strip("\"'")


def _substitute(text: str, values: dict[str, str]) -> str:
    def value(found: re.Match[str]) -> str:
        name, default = found.group(1) or found.group(3), found.group(2)
        return values.get(name, default if default is not None else found.group(0))

    return re.sub(r"\$\{([A-Za-z_]\w*)(?::-([^}]*))?\}|\$([A-Za-z_]\w*)", value, text)
