"""The document for machines that commands other than `check` print."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from pentalint.model import Failure


def render_document(
    version: int, root: str, name: str, rows: list[dict[str, Any]], failures: Sequence[Failure]
) -> str:
    """Rows under a name, and the files that could not be read. Ends in a newline."""
    document = {
        "version": version,
        "root": root,
        name: rows,
        "failures": [
            {"path": one.path, "line": one.line, "stage": one.stage, "message": one.message}
            for one in failures
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
