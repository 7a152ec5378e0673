"""Report -> text, one format a module. Pure: nothing here reads a file but through `Context.text`."""

from __future__ import annotations

from collections.abc import Callable

from pentalint.model import Report
from pentalint.report.context import Context
from pentalint.report.github import github
from pentalint.report.json import json
from pentalint.report.sarif import sarif
from pentalint.report.text import concise, full, grouped

__all__ = ["FORMATS", "Context"]

FORMATS: dict[str, Callable[[Report, Context], str]] = {
    "full": full,
    "concise": concise,
    "grouped": grouped,
    "json": json,
    "sarif": sarif,
    "github": github,
}
"""Every format by the name `--output-format` takes. Each ends its text with a line end unless it is empty."""
