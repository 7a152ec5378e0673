"""Inline script metadata (PEP 723): the block that makes a Python file a project of its own."""

from __future__ import annotations

import re
from dataclasses import replace

from pentalint import toml
from pentalint.errors import TomlError
from pentalint.project.manifests.collect import Collector, Document, decode

MARK = b"# /// script"
_BLOCK = re.compile(r"(?m)^# /// script[ \t]*\n((?:^#(?:| .*)\n)*?)^# ///[ \t]*$(?!\n# ///)")


def read(collector: Collector, path: str, data: bytes) -> None:
    """Enter the metadata block of a Python file that has one. A block that is never closed is none."""
    text = decode(data)
    blocks = list(_BLOCK.finditer(text if text.endswith("\n") else f"{text}\n"))
    if not blocks:
        return
    first = text.count("\n", 0, blocks[0].start()) + 1
    if len(blocks) > 1:
        line = text.count("\n", 0, blocks[1].start()) + 1
        collector.fail(path, line, f"a second script metadata block (the first is on line {first}); keep one")
        return
    body = "\n".join(line[2:] for line in blocks[0].group(1).split("\n"))
    try:
        parsed = toml.loads(body, path)
    except TomlError as error:
        reason = str(error).partition(": ")[2]
        collector.fail(path, first + error.line, f"in the script metadata block, {reason}")
        return
    document = Document(path, parsed, body, first + 1)
    collector.python(path, document.line("requires-python"), document.get("requires-python"))
    before = len(collector.requirements)
    for line, item in document.strings("dependencies"):
        collector.requirement(item, "script", path, line)
    for at in range(before, len(collector.requirements)):
        collector.requirements[at] = replace(collector.requirements[at], scope="script")
    collector.manifests.add(path)
