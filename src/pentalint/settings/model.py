"""The nouns of settings: what runs, what it will be configured with, and who said so."""

from __future__ import annotations

from dataclasses import field
from typing import Any, Literal

from pentalint.dataclass import dataclass

State = Literal["known", "alternatives", "environment", "unknown"]
"""known: one value, perhaps the default of environment variables; alternatives: one of a few; environment: whatever a
variable without a default says; unknown: cannot be told."""


OPTIONAL = ""
"""The default of a variable of which is asked whether it is set."""


@dataclass(frozen=True, slots=True)
class Variable:
    """An environment variable that is read. `default` is what its absence gives, as Python; None when there is none, so
    that it has to be set; `OPTIONAL` when there is none and it need not be. `given` is the value a file of the deployment
    sets. `path` and `line` are where it is read."""

    name: str
    default: str | None
    path: str
    line: int
    given: str | None = None


@dataclass(frozen=True, slots=True)
class Contribution:
    """One statement that had a part in a value. `how` is set, default, add, append, update, remove, delete, or the name of
    another method; `text` is the statement, secrets masked; `condition` is the test it stands under, "" for none."""

    path: str
    line: int
    how: str
    text: str
    condition: str = ""


@dataclass(frozen=True, slots=True)
class FinalSetting:
    """What a setting is in the end. `text` is the value as Python would write it, secrets masked, "" when nothing is known of
    it; `value` is it as JSON when it is plain data, else None. `alternatives` are the values it may have. `section` is that
    of a configuration file or a path of CherryPy."""

    name: str
    state: State
    text: str
    contributions: tuple[Contribution, ...]
    section: str = ""
    value: Any = None
    alternatives: tuple[str, ...] = ()
    environment: tuple[Variable, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Deployment:
    """One way the project runs. `name` is the settings module, class or file; `why` the evidence for `production`;
    `notes` say what may still change the whole, such as a module that is not in the project."""

    framework: str
    name: str
    path: str
    production: bool
    why: str
    settings: tuple[FinalSetting, ...] = field(default=())
    notes: tuple[str, ...] = ()
