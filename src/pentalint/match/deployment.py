"""Which settings modules and configuration files are plainly not what is deployed."""

from __future__ import annotations

import re

_NOT_DEPLOYED = re.compile(
    r"^(dev|devel|develop|development|debug|local|localhost|localdev|test|tests|testing|unittest|pytest|ci|travis|github|"
    r"example|examples|sample|samples|demo|docs|doc|functest|functests|e2e|benchmark|template|dist|vagrant|playground|selenium|"
    r"staging_test|sandbox|conftest)$"
)

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def is_deployed(path: str, name: str = "") -> bool:
    """Whether a settings file (or class `name` in it) may be what production runs: no word of its base name says
    development, test or example. Only the last two parts of the path count."""
    parts = path.split("/")[-2:]
    words = [word.lower() for part in parts for word in _WORDS.findall(part)]
    base = [word.lower() for word in _WORDS.findall(parts[-1])]
    if any(_NOT_DEPLOYED.match(word) for word in base):
        return False
    if (
        len(parts) > 1
        and any(_NOT_DEPLOYED.match(word.lower()) for word in _WORDS.findall(parts[0]))
        and len(words) > len(base)
    ):
        return False
    return not any(_NOT_DEPLOYED.match(word.lower()) for word in _WORDS.findall(name))
