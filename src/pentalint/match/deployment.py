"""Which settings modules and configuration files are plainly not what is deployed."""

from __future__ import annotations

import re

_WORKPLACE = (
    "dev|devel|develop|development|debug|local|localhost|localdev|test|tests|testing|unittest|pytest|smoketest|ci|travis|github|"
    "functest|functests|e2e|benchmark|vagrant|playground|selenium|sandbox|conftest|build"
)

_PATTERN = "example|examples|sample|samples|demo|docs|doc|template|dist"

_NOT_DEPLOYED = re.compile(f"^({_WORKPLACE}|{_PATTERN})$")

_NOT_DEPLOYED_DIRECTORY = re.compile(f"^({_WORKPLACE})$")
"""A directory called `example` may be the project's own package; whether it holds examples its files' roles say."""

_PRODUCTION = frozenset(["production", "prod", "live", "deploy", "deployment"])

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def is_deployed(path: str, name: str = "") -> bool:
    """Whether a settings file (or class `name` in it) may be what production runs: no word of its base name says
    development, test or example. Only the last two parts of the path count."""
    parts = path.split("/")[-2:]
    base = [word.lower() for word in _WORDS.findall(parts[-1])]
    if any(_NOT_DEPLOYED.match(word) for word in base):
        return False
    if len(parts) > 1 and any(
        _NOT_DEPLOYED_DIRECTORY.match(word.lower()) for word in _WORDS.findall(parts[0])
    ):
        return False
    return not any(_NOT_DEPLOYED.match(word.lower()) for word in _WORDS.findall(name))


def is_production(path: str) -> bool:
    """Whether a file says in its base name that production runs it."""
    base = path.rpartition("/")[2]
    return is_deployed(path) and any(word.lower() in _PRODUCTION for word in _WORDS.findall(base))
