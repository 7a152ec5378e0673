"""Documents that configuration is loaded from, JSON, TOML and YAML, as plain values."""

from __future__ import annotations

import json
import re
from typing import Any

from pentalint.errors import TomlError
from pentalint.project.manifests import yaml
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
