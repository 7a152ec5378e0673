from __future__ import annotations

import copy
import json
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reporting import APP, DEBUG_RUN, FAT_VIEW, context, finding, report, step
from sarif_schema import SCHEMA

from pentalint.model import Confidence, Failure, Report, Severity, Span, Suppression
from pentalint.report import FORMATS, Context
from pentalint.report.fingerprint import line_hashes
from pentalint.report.sarif_rules import descriptor, pascal

VALIDATOR = jsonschema.Draft7Validator(SCHEMA)


def run_of(given: Report, how: Context | None = None) -> dict[str, Any]:
    """The one run of a valid log."""
    document = json.loads(FORMATS["sarif"](given, how or context()))
    VALIDATOR.validate(document)
    run: dict[str, Any] = document["runs"][0]
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    return run


def test_the_schema_is_one() -> None:
    jsonschema.Draft7Validator.check_schema(SCHEMA)


def test_a_result() -> None:
    run = run_of(report(finding(steps=(step(1, "the request enters"), step(3, "and is run.", "b.py")))))
    value = line_hashes(APP)[5]
    assert run["results"] == [
        {
            "ruleId": "flask/debug-run",
            "ruleIndex": 0,
            "level": "error",
            "message": {"text": "`app.run(debug=True)` lets visitors run code."},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": "app.py", "uriBaseId": "%SRCROOT%"},
                        "region": {"startLine": 6, "startColumn": 5, "endLine": 6, "endColumn": 24},
                    }
                }
            ],
            "fingerprints": {"pentalint/v1": "aa11"},
            "partialFingerprints": {"primaryLocationLineHash": value, "pentalint/v1": "aa11"},
            "codeFlows": [
                {
                    "threadFlows": [
                        {
                            "locations": [
                                {"location": place("app.py", 1, "the request enters.")},
                                {"location": place("b.py", 3, "and is run.")},
                            ]
                        }
                    ]
                }
            ],
            "properties": {"severity": "high", "confidence": "high"},
        }
    ]


def place(path: str, line: int, note: str) -> dict[str, Any]:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": path, "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": line, "startColumn": 1, "endLine": line, "endColumn": 5},
        },
        "message": {"text": note},
    }


def test_every_rule_is_described_whether_it_fired_or_not() -> None:
    silent, loud = run_of(report()), run_of(report(finding()))
    assert silent["tool"] == loud["tool"]
    assert [rule["id"] for rule in silent["tool"]["driver"]["rules"]] == [
        "flask/debug-run",
        "pentalint/unreadable-file",
        "web/fat-view",
    ]
    assert silent["results"] == []


def test_a_security_rule() -> None:
    rule = descriptor(DEBUG_RUN)
    assert {
        key: rule[key] for key in ("name", "shortDescription", "fullDescription", "helpUri", "properties")
    } == {
        "name": "FlaskDebugRun",
        "shortDescription": {"text": "Flask's interactive debugger is switched on."},
        "fullDescription": {"text": "The debugger runs any Python a visitor types."},
        "helpUri": "https://flask.palletsprojects.com/en/stable/debugging/",
        "properties": {
            "tags": ["security", "flask", "external/cwe/cwe-489", "external/cwe/cwe-094", "owasp-a02-2025"],
            "precision": "high",
            "security-severity": "8.0",
        },
    }
    assert rule["help"]["markdown"].startswith("# flask/debug-run\n")
    assert "```" not in rule["help"]["text"]


def test_another_rule_has_no_security_score() -> None:
    assert descriptor(FAT_VIEW)["properties"] == {
        "tags": ["structure", "web"],
        "precision": "medium",
        "problem.severity": "recommendation",
    }


@pytest.mark.parametrize(
    ("severity", "level", "low", "high"),
    [
        ("critical", "error", 9.0, 10.0),
        ("high", "error", 6.9, 8.9),
        ("medium", "warning", 3.9, 6.9),
        ("low", "note", 0.0, 3.9),
        ("info", "note", 0.0, 3.9),
    ],
)
def test_scores_fall_into_the_bands_of_github(severity: str, level: str, low: float, high: float) -> None:
    rule = descriptor(replace(DEBUG_RUN, severity=Severity[severity]))
    assert low < float(rule["properties"]["security-severity"]) <= high
    assert rule["defaultConfiguration"] == {"level": level}
    assert run_of(report(finding(severity=Severity[severity])))["results"][0]["level"] == level


def test_long_texts_and_many_tags_fit() -> None:
    rule = replace(DEBUG_RUN, summary="word " * 400, why="reason " * 400, cwe=tuple(range(1, 30)))
    run = run_of(report(), context(rules={rule.id: rule}))
    described = run["tool"]["driver"]["rules"][0]
    assert len(described["properties"]["tags"]) == 10
    assert described["fullDescription"]["text"].endswith("reason...")


def test_ids_become_pascal_case() -> None:
    assert pascal("django/xss-safe-filter") == "DjangoXssSafeFilter"
    assert pascal("web/x509-9") == "WebX5099"


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("a b/c.py", "a%20b/c.py"),
        ("a,b#c?d.py", "a%2Cb%23c%3Fd.py"),
        ("日本.py", "%E6%97%A5%E6%9C%AC.py"),
        ("100%.py", "100%25.py"),
        ("a:b.py", "a%3Ab.py"),
        ("\udcff.py", "%FF.py"),
    ],
)
def test_paths_are_percent_encoded(path: str, uri: str) -> None:
    [result] = run_of(report(finding(path=path)))["results"]
    found = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert found == uri
    assert unquote(found, errors="surrogateescape") == path


def test_root_is_a_uri_that_ends_in_a_slash() -> None:
    for root, uri in (("/srv/my shop", "file:///srv/my%20shop/"), ("/", "file:///"), ("shop", "shop/")):
        bases = run_of(replace(report(), root=root))["originalUriBaseIds"]
        assert bases == {"%SRCROOT%": {"uri": uri}}


def test_fingerprints_are_left_out_when_they_cannot_be_known() -> None:
    gone, bare = run_of(report(finding(path="gone.py"), finding(path="zz.py", fingerprint="")))["results"]
    assert gone["partialFingerprints"] == {"pentalint/v1": "aa11"}
    assert "partialFingerprints" not in bare and "fingerprints" not in bare
    [late] = run_of(report(finding(span=Span(99, 1, 99, 2))))["results"]
    assert late["partialFingerprints"] == {"pentalint/v1": "aa11"}


def test_our_fingerprints_are_unique_in_a_report() -> None:
    found = [finding(span=Span(number, 1, number, 2)) for number in (1, 3, 5)]
    results = run_of(report(*found))["results"]
    assert [result["fingerprints"]["pentalint/v1"] for result in results] == ["aa11", "aa11-2", "aa11-3"]


def test_suppressed_and_baselined_are_left_out_unless_asked_for() -> None:
    hidden = report(
        finding(suppressed=Suppression(5, "local")),
        finding(path="b.py", suppressed=Suppression(5)),
        finding(path="c.py", baselined=True),
    )
    assert run_of(hidden)["results"] == []
    results = run_of(hidden, context(show_suppressed=True))["results"]
    assert [result["suppressions"] for result in results] == [
        [{"kind": "inSource", "justification": "local"}],
        [{"kind": "inSource"}],
        [{"kind": "external"}],
    ]


def test_failures_unreadable_files_and_notices_become_notifications() -> None:
    run = run_of(
        report(
            finding(rule="pentalint/unreadable-file", path="bad.py", message="cannot be parsed"),
            failures=(Failure("x.py", "rule", "flask/debug-run crashed", 3, 4), Failure("", "config", "odd")),
            notices=("pentalint.toml is used",),
        )
    )
    [invocation] = run["invocations"]
    assert invocation["executionSuccessful"] is False
    said = invocation["toolExecutionNotifications"]
    assert [(entry["level"], entry["message"]["text"]) for entry in said] == [
        ("error", "rule: flask/debug-run crashed."),
        ("error", "config: odd."),
        ("error", "cannot be parsed."),
        ("note", "pentalint.toml is used."),
    ]
    assert said[0]["locations"][0]["physicalLocation"]["region"]["startLine"] == 3
    assert "locations" not in said[1]
    assert [result["ruleId"] for result in run["results"]] == ["pentalint/unreadable-file"]
    assert run_of(report())["invocations"][0]["executionSuccessful"] is True


def test_the_worst_5000_are_kept_and_the_rest_is_told() -> None:
    low = [finding(severity=Severity.low, span=Span(number, 1, number, 2)) for number in range(1, 5001)]
    run = run_of(report(*low, finding(path="z.py"), finding(path="zz.py", confidence=Confidence.low)))
    assert len(run["results"]) == 5000
    assert [result["level"] for result in run["results"][-3:]] == ["note", "error", "error"]
    assert run["results"][-3]["locations"][0]["physicalLocation"]["region"]["startLine"] == 4998
    said = run["invocations"][0]["toolExecutionNotifications"]
    assert [entry["message"]["text"] for entry in said] == [
        "2 more results, none more severe than those here, were left out."
    ]


def test_a_flow_too_long_keeps_its_ends() -> None:
    steps = tuple(step(number, "hop") for number in range(1, 1202))
    [result] = run_of(report(finding(steps=steps)))["results"]
    hops = result["codeFlows"][0]["threadFlows"][0]["locations"]
    lines = [hop["location"]["physicalLocation"]["region"]["startLine"] for hop in hops]
    assert lines == [*range(1, 501), *range(702, 1202)]


def test_automation_details_are_never_written() -> None:
    assert "automationDetails" not in run_of(report(finding()))


def test_order_does_not_depend_on_the_order_of_findings() -> None:
    found = [finding(path=path) for path in "cab"]
    assert FORMATS["sarif"](report(*found), context()) == FORMATS["sarif"](report(*found[::-1]), context())


@given(st.text(min_size=1), st.text(st.characters(exclude_characters="/\x00"), min_size=1, max_size=20))
def test_any_message_and_path_make_a_valid_log(message: str, name: str) -> None:
    if name in (".", ".."):
        return
    run_of(report(finding(message=message, path=f"d/{name}")))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("version",), "2.0.0"),
        (("runs", 0, "automationDetails"), {}),
        (("runs", 0, "results", 0, "message", "text"), "no stop"),
        (("runs", 0, "results", 0, "locations"), []),
        (
            ("runs", 0, "results", 0, "locations", 0, "physicalLocation", "artifactLocation", "uri"),
            "./app.py",
        ),
        (("runs", 0, "results", 0, "locations", 0, "physicalLocation", "region", "startColumn"), 0),
        (("runs", 0, "tool", "driver", "rules", 0, "properties", "security-severity"), "9.0"),
        (("runs", 0, "tool", "driver", "rules", 0, "properties", "problem.severity"), "error"),
        (("runs", 0, "tool", "driver", "rules", 0, "help"), {"text": "x"}),
    ],
)
def test_the_schema_can_refuse(path: tuple[str | int, ...], value: Any) -> None:
    document = copy.deepcopy(json.loads(FORMATS["sarif"](report(finding()), context())))
    where = document
    for key in path[:-1]:
        where = where[key]
    where[path[-1]] = value
    assert not VALIDATOR.is_valid(document)
