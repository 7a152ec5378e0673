"""The part of SARIF 2.1.0 that pentalint writes, as a JSON schema made from the standard's text (OASIS,
section 3).

Stricter than the standard's own schema: no key but those named here, and what GitHub code scanning requires
is required.
"""

from __future__ import annotations

from typing import Any


def closed(properties: dict[str, Any], *optional: str) -> dict[str, Any]:
    """An object with exactly these keys, the optional ones aside."""
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


def array(items: dict[str, Any], **limits: int) -> dict[str, Any]:
    """An array of one kind of item."""
    return {"type": "array", "items": items, **limits}


TEXT = {"type": "string", "minLength": 1}
SHORT = {"type": "string", "minLength": 1, "maxLength": 1024, "pattern": r"[.!?]$"}
LEVEL = {"enum": ["note", "warning", "error"]}
COUNT = {"type": "integer", "minimum": 1}
MESSAGE = closed({"text": {"type": "string", "pattern": r"[.!?]$"}})
URI = {"type": "string", "pattern": r"^(?!\./|/)(?!.*//)([A-Za-z0-9._~/-]|%[0-9A-F]{2})+$"}
REGION = closed({"startLine": COUNT, "startColumn": COUNT, "endLine": COUNT, "endColumn": COUNT})
ARTIFACT = closed({"uri": URI, "uriBaseId": {"const": "%SRCROOT%"}})
PHYSICAL = closed({"artifactLocation": ARTIFACT, "region": REGION})
LOCATION = closed({"physicalLocation": PHYSICAL})
STEP = closed({"location": closed({"physicalLocation": PHYSICAL, "message": MESSAGE}, "message")})
PROPERTIES = closed(
    {
        "tags": {**array(TEXT, minItems=1, maxItems=10), "uniqueItems": True},
        "precision": {"enum": ["very-high", "high", "medium", "low"]},
        "security-severity": {
            "type": "string",
            "pattern": r"^(10\.0|[0-9]\.[0-9])$",
            "not": {"enum": ["0.0", "9.0"]},
        },
        "problem.severity": {"enum": ["error", "warning", "recommendation"]},
    },
    "security-severity",
    "problem.severity",
)
RULE = closed(
    {
        "id": {"type": "string", "pattern": "^[a-z0-9-]+/[a-z0-9-]+$"},
        "name": {"type": "string", "pattern": "^[A-Z][A-Za-z0-9]*$", "maxLength": 255},
        "shortDescription": closed({"text": SHORT}),
        "fullDescription": closed({"text": {"type": "string", "minLength": 1, "maxLength": 1024}}),
        "help": closed({"text": TEXT, "markdown": TEXT}),
        "helpUri": {"type": "string", "pattern": "^https://"},
        "defaultConfiguration": closed({"level": LEVEL}),
        "properties": {
            **PROPERTIES,
            "oneOf": [{"required": ["security-severity"]}, {"required": ["problem.severity"]}],
        },
    },
    "helpUri",
)
RESULT = closed(
    {
        "ruleId": TEXT,
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": LEVEL,
        "message": MESSAGE,
        "locations": array(LOCATION, minItems=1, maxItems=1),
        "fingerprints": closed({"pentalint/v1": TEXT}),
        "partialFingerprints": {
            **closed(
                {
                    "primaryLocationLineHash": {"type": "string", "pattern": "^[0-9a-f]+:[0-9]+$"},
                    "pentalint/v1": TEXT,
                }
            ),
            "required": [],
            "minProperties": 1,
        },
        "codeFlows": array(
            closed(
                {
                    "threadFlows": array(
                        closed({"locations": array(STEP, minItems=1, maxItems=1000)}), minItems=1
                    )
                }
            )
        ),
        "suppressions": array(
            closed({"kind": {"enum": ["inSource", "external"]}, "justification": TEXT}, "justification")
        ),
        "properties": closed({"severity": TEXT, "confidence": TEXT}),
    },
    "fingerprints",
    "partialFingerprints",
    "codeFlows",
    "suppressions",
)
NOTIFICATION = closed({"level": LEVEL, "message": MESSAGE, "locations": array(LOCATION)}, "locations")
DRIVER = closed(
    {
        "name": {"const": "pentalint"},
        "version": TEXT,
        "semanticVersion": {"type": "string", "pattern": r"^\d+\.\d+\.\d+"},
        "rules": {**array(RULE), "uniqueItems": True},
    }
)
RUN = closed(
    {
        "tool": closed({"driver": DRIVER}),
        "columnKind": {"const": "unicodeCodePoints"},
        "originalUriBaseIds": closed({"%SRCROOT%": closed({"uri": {"type": "string", "pattern": "/$"}})}),
        "invocations": array(
            closed(
                {
                    "executionSuccessful": {"type": "boolean"},
                    "toolExecutionNotifications": array(NOTIFICATION),
                }
            ),
            minItems=1,
            maxItems=1,
        ),
        "results": array(RESULT, maxItems=5000),
    }
)
SCHEMA = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    **closed(
        {
            "$schema": {"type": "string", "pattern": "^https://.*sarif.*2[.]1[.]0"},
            "version": {"const": "2.1.0"},
            "runs": array(RUN, minItems=1, maxItems=1),
        }
    ),
}
