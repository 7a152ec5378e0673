from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from reporting import context, finding, report, step

from pentalint import __version__
from pentalint.model import Confidence, Detection, Failure, Report, Suppression, Unit
from pentalint.report import FORMATS, Context

SCHEMA = json.loads((Path(__file__).parents[1] / "docs" / "json-schema.json").read_text(encoding="utf-8"))


def strict(schema: Any) -> Any:
    """The schema with nothing allowed it does not name: what we write must all be documented."""
    if isinstance(schema, list):
        return [strict(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: strict(value) for key, value in schema.items()}
    if "properties" in schema and "object" in schema.get("type", ()):
        closed.setdefault("additionalProperties", False)
    return closed


def rendered(given: Report, how: Context) -> Any:
    document = json.loads(FORMATS["json"](given, how))
    jsonschema.Draft202012Validator(strict(SCHEMA)).validate(document)
    return document


FULL = report(
    finding(scope="main", steps=(step(1, "enters", "b.py"),)),
    finding(rule="pentalint/unreadable-file", framework="", suppressed=Suppression(3, "ok")),
    finding(baselined=True),
    units=(
        Unit("."),
        Unit(
            "web",
            (Detection("web", "flask", "application", Confidence.high, version="3.0", end_of_life=None),),
        ),
    ),
    failures=(Failure("x.py", "rule", "crashed", 3, 4),),
    notices=("something",),
)


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_a_whole_document() -> None:
    document = rendered(FULL, context(base="services/api"))
    assert document == {
        "schema_version": 1,
        "tool": {"name": "pentalint", "version": __version__},
        "root": "services/api",
        "units": [
            {"path": ".", "frameworks": []},
            {
                "path": "web",
                "frameworks": [
                    {
                        "name": "flask",
                        "role": "application",
                        "confidence": "high",
                        "version": "3.0",
                        "end_of_life": None,
                    }
                ],
            },
        ],
        "findings": [
            {
                "fingerprint": "aa11",
                "rule": {
                    "id": "flask/debug-run",
                    "summary": "Flask's interactive debugger is switched on",
                    "category": "security",
                },
                "severity": "high",
                "confidence": "high",
                "framework": "flask",
                "path": "app.py",
                "range": {"start": {"line": 6, "column": 5}, "end": {"line": 6, "column": 24}},
                "scope": "main",
                "message": "`app.run(debug=True)` lets visitors run code",
                "check": None,
                "help": "Leave `debug` out, and use `flask --debug run` at your desk.",
                "trace": [
                    {
                        "path": "b.py",
                        "range": {"start": {"line": 1, "column": 1}, "end": {"line": 1, "column": 5}},
                        "note": "enters",
                    }
                ],
                "cwe": [489, 94],
                "owasp": ["A02:2025"],
                "suppressed": None,
                "baselined": False,
            }
        ],
        "failures": [{"path": "x.py", "line": 3, "column": 4, "stage": "rule", "message": "crashed"}],
        "notices": ["something"],
        "summary": {
            "files": 3,
            "findings": 1,
            "severities": {"critical": 0, "high": 1, "medium": 0, "low": 0, "info": 0},
            "suppressed": 1,
            "baselined": 1,
        },
    }


def test_suppressed_findings_on_request() -> None:
    found = rendered(FULL, context(show_suppressed=True))["findings"]
    assert [(entry["suppressed"], entry["baselined"]) for entry in found] == [
        (None, False),
        (None, True),
        ({"line": 3, "reason": "ok"}, False),
    ]
    assert found[2]["rule"]["id"] == "pentalint/unreadable-file"
    assert found[2]["framework"] is None and found[2]["cwe"] == []


def test_an_empty_report_is_a_document_too() -> None:
    document = rendered(Report(root="."), Context())
    assert document["findings"] == [] and document["root"] == "."


@pytest.mark.parametrize("text", ["日本", "\ud800", 'quote " and \\', "\x00"])
def test_any_text_is_valid_json(text: str) -> None:
    document = rendered(report(finding(message=text)), context())
    assert document["findings"][0]["message"] == text


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("schema_version",), 2),
        (("findings", 0, "severity"), "bad"),
        (("findings", 0, "range", "start", "line"), 0),
        (("findings", 0, "rule", "id"), "E501"),
        (("findings", 0, "unheard-of"), 1),
        (("units", 1, "frameworks", 0, "role"), "guest"),
    ],
)
def test_the_schema_can_refuse(path: tuple[str | int, ...], value: Any) -> None:
    document = copy.deepcopy(rendered(FULL, context()))
    place = document
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    assert not jsonschema.Draft202012Validator(strict(SCHEMA)).is_valid(document)
