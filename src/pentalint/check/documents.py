"""Documents that configuration is loaded from, and environment files: JSON, TOML, YAML and `NAME=value` lines as plain values."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from pentalint.errors import TomlError
from pentalint.match.project_files import Variable
from pentalint.project.manifests import docker, yaml
from pentalint.syntax.ini import read_entries
from pentalint.toml import key_line, loads

UNREAD = object()
"""A value that is not read: `lift` makes it unknown."""

_WORDS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"), True),
    **dict.fromkeys(("false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"), False),
}
"""Words of YAML 1.1, which is what PyYAML reads."""

_TEXT = re.compile(r"[A-Za-z/][^\n]*")
"""A plain scalar that is certainly text: neither a number nor a date begins so (`.inf` and the words above aside)."""


def read_document(kind: str, text: str) -> dict[str, tuple[Any, int]] | None:
    """The entries of a document with the line of each; None when it is no mapping, or beyond what is read here."""
    if kind == "json":
        return read_json(text)
    if kind == "toml":
        try:
            table = loads(text, "")
        except TomlError:
            return None
        return {key: (value, key_line(text, key)) for key, value in table.items()}
    return read_yaml(text) if kind == "yaml" else None


def read_json(text: str) -> dict[str, tuple[Any, int]] | None:
    try:
        table = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(table, dict):
        return None
    return {key: (value, line_of(json.dumps(key), text)) for key, value in table.items()}


def line_of(word: str, text: str) -> int:
    """The first line that has `word` with a colon after it."""
    found = re.search(rf"{re.escape(word)}\s*:", text)
    return text.count("\n", 0, found.start()) + 1 if found is not None else 1


def read_yaml(text: str) -> dict[str, tuple[Any, int]] | None:
    try:
        root = yaml.parse(text)
    except yaml.TooClever:
        return None
    if not root.entries:
        return None
    lines = text.split("\n")
    return {
        key: (yaml_value(node, lines), key_place(key, node.line, lines)) for key, node in root.entries.items()
    }


def key_place(key: str, line: int, lines: list[str]) -> int:
    """The line a key stands on: that of its value, or above."""
    for at in range(line, 0, -1):
        if at <= len(lines) and lines[at - 1].lstrip().startswith((f"{key}:", f'"{key}"', f"'{key}'")):
            return at
    return line


def yaml_value(node: yaml.Node, lines: list[str]) -> Any:
    """What PyYAML makes of a value; `UNREAD` where that takes more knowledge of YAML than there is here."""
    if node.items:
        return [yaml_value(item, lines) for item in node.items]
    if node.entries:
        return {key: yaml_value(item, lines) for key, item in node.entries.items()}
    text = node.text
    if text is None:
        return UNREAD
    line = lines[node.line - 1] if 0 < node.line <= len(lines) else ""
    if f'"{text}"' in line or f"'{text}'" in line:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if re.fullmatch(r"[-+]?(0|[1-9]\d*)", text):
        return int(text)
    if re.fullmatch(r"[-+]?\d+\.\d+", text):
        return float(text)
    return (
        text
        if _TEXT.fullmatch(text)
        and re.search(rf":\s+{re.escape(text)}\s*(#.*)?$|-\s+{re.escape(text)}\s*$", line)
        else UNREAD
    )


# -- the environment ---------------------------------------------------------------------------------------------------


def environment_of(path: str, text: str) -> Iterator[Variable]:
    """The variables that an environment file, a Dockerfile or a compose file sets."""
    base = path.rpartition("/")[2]
    if base.startswith((".env", ".flaskenv")) or base.endswith(".env"):
        yield from dotenv(path, text)
    elif is_dockerfile(base):
        yield from dockerfile(path, text)
    elif is_compose(base):
        yield from compose(path, text)


def is_dockerfile(base: str) -> bool:
    """Whether a file of that base name builds an image."""
    return (
        re.match(r"(?i)(dockerfile|containerfile)([.-].*)?$|.*\.(dockerfile|containerfile)$", base)
        is not None
    )


def is_compose(base: str) -> bool:
    """Whether a file of that base name says which containers run."""
    return re.fullmatch(r"(docker-)?compose([-.].*)?\.ya?ml", base) is not None


def dotenv(path: str, text: str) -> Iterator[Variable]:
    for entry in read_entries(text)[0]:
        value = entry.value.partition("\n")[0]
        if value[:1] in "\"'" and value[:1] and value.find(value[0], 1) > 0:
            value = value[1 : value.index(value[0], 1)]
        else:
            value = re.sub(r"\s+#.*$", "", value).strip()
        yield Variable(entry.key, value, path, entry.line)


def dockerfile(path: str, text: str) -> Iterator[Variable]:
    for instruction in docker.instructions(text):
        if instruction.name == "ENV":
            for name, value in docker.assignments(instruction.text):
                line = next(
                    (at for at, raw in enumerate(instruction.raw, instruction.line) if name in raw),
                    instruction.line,
                )
                if "$" not in value:
                    yield Variable(name, value, path, line)


def compose(path: str, text: str) -> Iterator[Variable]:
    try:
        root = yaml.parse(text)
    except yaml.TooClever:
        return
    for key, node in root.walk():
        if key != "environment":
            continue
        for name, value in node.entries.items():
            if value.text is not None and "${" not in value.text:
                yield Variable(name, value.text, path, value.line)
        for item in node.items:
            for name, given in docker.assignments(item.text or ""):
                if "${" not in given:
                    yield Variable(name, given, path, item.line)


def commands(path: str, text: str) -> Iterable[tuple[str, str, int]]:
    """What a deployment file starts: (key, command line, line)."""
    base = path.rpartition("/")[2]
    if is_dockerfile(base):
        for instruction in docker.instructions(text):
            if instruction.name in ("CMD", "ENTRYPOINT"):
                yield instruction.name, docker._shell(instruction.text), instruction.line
    elif is_compose(base):
        try:
            root = yaml.parse(text)
        except yaml.TooClever:
            return
        for key, node in root.walk():
            if key in ("command", "entrypoint") and node.words():
                yield key, " ".join(node.words()), node.line
    elif base == "Procfile" or base.startswith("Procfile."):
        for number, line in enumerate(text.split("\n"), 1):
            process, colon, command = line.partition(":")
            if colon and re.fullmatch(r"[\w-]+", process.strip()):
                yield process.strip(), command.strip(), number
    elif base.endswith(".service"):
        for number, line in enumerate(text.split("\n"), 1):
            found = re.match(r"\s*ExecStart\s*=\s*[-@:+!]*(.*)$", line)
            if found is not None:
                yield "ExecStart", found.group(1).strip(), number
