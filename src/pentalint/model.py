"""The nouns every layer shares. Frozen, slotted, picklable; none holds a syntax tree."""

from __future__ import annotations

from dataclasses import field
from enum import Enum, IntEnum

from pentalint.dataclass import dataclass

FRAMEWORKS = ("django", "flask", "pyramid", "bottle", "cherrypy")
"""The frameworks that have a pack, in the order reports list them."""


class Severity(IntEnum):
    """How bad a finding is if it is true. Ordered: `info < low < medium < high < critical`."""

    info = 0
    low = 1
    medium = 2
    high = 3
    critical = 4


class Confidence(IntEnum):
    """How likely a finding is true when it is reported. Ordered: `low < medium < high`."""

    low = 0
    medium = 1
    high = 2


class Persona(IntEnum):
    """Who wants to hear it. A run shows a persona and everything below it: `default < pedantic < audit`."""

    default = 0
    pedantic = 1
    audit = 2


class Role(str, Enum):
    """What a file is for. A rule names the roles it applies to."""

    app = "app"
    test = "test"
    migration = "migration"
    settings = "settings"
    command = "command"
    script = "script"
    docs = "docs"
    example = "example"
    template = "template"
    vendored = "vendored"

    @property
    def main(self) -> bool:
        """Whether code of this role runs in the deployed application."""
        return self in _MAIN_ROLES


_MAIN_ROLES = frozenset({Role.app, Role.migration, Role.settings, Role.command, Role.script})


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A range of text: lines and columns are 1-based, columns count characters, the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Step:
    """One hop of a flow, in the order the data travels."""

    path: str
    span: Span
    note: str


@dataclass(frozen=True, slots=True)
class Suppression:
    """Why a finding is not reported: the comment's line and the reason it gave (may be empty)."""

    line: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One report of one rule at one place.

    `rule` is the rule's id (`flask/debug-run`); `path` is relative to the project root with forward slashes;
    `scope` is the qualified name of the enclosing function or class ("" at module level); `framework` is the pack
    that raised it; `code` is the flagged source text, from which the fingerprint is made; `lines` are all the lines
    where a suppression comment counts besides the span's own; `check` is the id under which the framework's own
    checks report the same (`security.W004`), "" when they do not.
    """

    rule: str
    path: str
    span: Span
    message: str
    severity: Severity
    confidence: Confidence
    scope: str = ""
    framework: str = ""
    code: str = ""
    lines: tuple[int, ...] = ()
    steps: tuple[Step, ...] = ()
    check: str = ""
    fingerprint: str = ""
    suppressed: Suppression | None = None
    baselined: bool = False

    @property
    def sort_key(self) -> tuple[str, int, int, str, str]:
        """Report order: by file, then position, then rule."""
        return (self.path, self.span.line, self.span.column, self.rule, self.message)


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that could not be done. `stage`: read, decode, parse, manifest, config, evaluate, rule.

    A failure is never silent: stages up to `config` become findings of `pentalint/unreadable-file`; `evaluate`
    and `rule` are faults of this program and end in exit code 2.
    """

    path: str
    stage: str
    message: str
    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True)
class File:
    """A file of the project as the walk found it. `path` is relative to the root, with forward slashes; `size`
    in bytes."""

    path: str
    role: Role
    size: int = 0


@dataclass(frozen=True, slots=True)
class Requirement:
    """One mention of a distribution by a manifest or a lock file.

    `name` is normalised (PEP 503); `specifier` is the text as written; `kind` is one of pinned, series, range,
    floor, any, url, vcs, path; `version` is the exact version when one is stated, never a lower bound. `scope`
    is runtime, `extra:NAME`, `group:NAME`, dev, build, tool, constraint or script. `via` is the include chain,
    outermost first (`-r` lines). `locked` tells a lock file's entry from a declaration. `conditional` marks a
    value found in only one branch of setup.py."""

    name: str
    specifier: str
    kind: str
    scope: str
    path: str
    line: int
    version: str | None = None
    marker: str = ""
    extras: tuple[str, ...] = ()
    via: tuple[str, ...] = ()
    locked: bool = False
    conditional: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a framework was, or was not, detected. `axis`: declared, locked, imported, constructed, served,
    user, negative."""

    path: str
    line: int
    axis: str
    text: str


@dataclass(frozen=True, slots=True)
class Detection:
    """One framework in one unit. `role`: application, integration, incidental, framework. `note` says what is
    odd, if anything."""

    unit: str
    framework: str
    role: str
    confidence: Confidence
    declared: tuple[Requirement, ...] = ()
    locked: tuple[Requirement, ...] = ()
    version: str | None = None
    end_of_life: str | None = None
    evidence: tuple[Evidence, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Unit:
    """A sub-project of a repository: a directory with a dependency manifest. `path` is "." for the root."""

    path: str
    detections: tuple[Detection, ...] = ()
    other_frameworks: tuple[Evidence, ...] = ()
    unresolved: tuple[str, ...] = ()
    python: str | None = None

    def detection(self, framework: str) -> Detection | None:
        """What was decided about one framework here, or None when nothing of it was seen."""
        return next((found for found in self.detections if found.framework == framework), None)


@dataclass(frozen=True, slots=True, order=True)
class Route:
    """One row of the table of routes: what answers which URL.

    `methods` are HTTP methods in upper case, sorted (empty: any). `path` is the whole pattern in the framework's own syntax; it
    begins with `...` when what stands before it is not known, and is `?` when nothing is. `handler` is the dotted name of
    the function or class; `file` and `line` say where it is registered. `guards` are the names of what protects it, outermost
    first."""

    framework: str
    methods: tuple[str, ...]
    path: str
    handler: str
    file: str
    line: int
    guards: tuple[str, ...] = ()
    name: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """Everything a run found out; what the formats render.

    `findings` holds every finding, suppressed and baselined ones too; `failures` those that are this program's fault.
    `rules` are the ids that ran. `checked` counts files looked at.
    """

    root: str
    units: tuple[Unit, ...] = ()
    findings: tuple[Finding, ...] = ()
    failures: tuple[Failure, ...] = ()
    rules: tuple[str, ...] = ()
    checked: int = 0
    notices: tuple[str, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def shown(self) -> tuple[Finding, ...]:
        """The findings a person is to see: neither suppressed nor baselined."""
        return tuple(found for found in self.findings if found.suppressed is None and not found.baselined)
