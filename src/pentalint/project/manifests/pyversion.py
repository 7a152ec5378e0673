"""Files that state the Python version of a project: a ceiling for what can be installed."""

from __future__ import annotations

import re

from pentalint.project.manifests.collect import Collector


def read_lines(collector: Collector, path: str, text: str) -> None:
    """Enter a .python-version (one version a line) or a runtime.txt (`python-3.12.4`)."""
    for number, line in enumerate(text.split("\n"), 1):
        version = line.partition("#")[0].strip().removeprefix("python-")
        if re.match(r"(pypy-?|cpython-?)?\d", version):
            collector.python(path, number, version)


def read_tool_versions(collector: Collector, path: str, text: str) -> None:
    """Enter the python line of a .tool-versions."""
    for number, line in enumerate(text.split("\n"), 1):
        words = line.partition("#")[0].split()
        if words[:1] == ["python"]:
            for version in words[1:]:
                collector.python(path, number, version)


def read_mise(collector: Collector, path: str, text: str) -> None:
    """Enter the python tool of a mise.toml."""
    document = collector.toml(path, text)
    if document is None:
        return
    for line, version in document.strings("tools", "python"):
        collector.python(path, line, version)
    collector.python(path, document.line("tools", "python"), document.get("tools", "python", "version"))
