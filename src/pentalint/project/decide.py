"""From evidence to a role: application, integration, incidental, or the framework itself.

The rules and their order are explained, with the measurements behind them, in `docs/detection.md`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import field

from pentalint.dataclass import dataclass
from pentalint.model import Confidence, Evidence, Requirement, Role
from pentalint.project.declared import Declared
from pentalint.project.imports import Import
from pentalint.project.knowledge import Facts
from pentalint.project.manifests import ProjectMetadata
from pentalint.project.manifests.requirement import normalise
from pentalint.project.signals import Signals
from pentalint.project.vendored import Copy

APPLICATION = 40
"""The score from which code shows an application."""

LIBRARY = 20
"""The weight of library signals from which a unit is an integration when nothing shows an application."""

_SANDBOX = re.compile(
    r"(sandbox|playground).*|.*[-_](demo|example|sample|sandbox|dev|tests?)"
    r"|dev[-_]?(project|site|env)?|(demo|example|sample|test)[-_].*"
)


@dataclass(slots=True)
class Case:
    """All that is known of one framework in one unit when it is judged.

    `through` names a sibling unit that is a run-time dependency and uses the framework; `samples` says the
    unit is a corpus of unrelated samples; `constructed` counts the frameworks the unit constructs.
    """

    facts: Facts
    signals: Signals
    declared: Declared
    projects: Sequence[ProjectMetadata] = ()
    paste: list[Evidence] = field(default_factory=list)
    copies: Sequence[Copy] = ()
    copied: Sequence[Evidence] = ()
    itself: bool = False
    samples: bool = False
    constructed: int = 0
    through: Requirement | None = None
    inherited: Sequence[Requirement] = ()
    adapters: bool = False

    @property
    def runtime(self) -> list[Requirement]:
        """Run-time declarations that hold here: the unit's own, its parent's, or through a sibling."""
        own = self.declared.runtime
        return own or list(self.inherited) or ([self.through] if self.through else [])

    @property
    def main(self) -> list[Import]:
        """Imports in main code that run, at module level or in functions."""
        return self.signals.imports + self.signals.lazy

    @property
    def score(self) -> int:
        """How much the code and its deployment say there is an application."""
        groups: dict[str, int] = {}
        for hit in self.signals.hits:
            groups[hit.group] = max(groups.get(hit.group, 0), hit.weight)
        total = sum(groups.values())
        if self.declared.direct or self.inherited or self.copied:
            total += 5
        elif self.declared.plugin:
            total += 3
        if self.signals.served:
            total += 5
        return total + 20 * min(len(self.paste), 2)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A role, how sure, and what is odd."""

    role: str
    confidence: Confidence
    note: str = ""


def decide(case: Case) -> Verdict | None:
    """The role of a framework in a unit, None when nothing of it is there."""
    if case.itself:
        return Verdict("framework", Confidence.high)
    signals = case.signals
    if not (case.main or signals.optional or _constructs(case) or case.runtime or case.declared.extra):
        return _outside(case)
    if case.samples and case.main:
        return Verdict("incidental", Confidence.medium, "a collection of samples")
    if case.score >= APPLICATION and _constructs(case):
        return _constructed(case)
    return _used(case)


def _constructs(case: Case) -> bool:
    return any(hit.weight > 0 for hit in case.signals.hits) or (bool(case.paste) and bool(case.runtime))


def _outside(case: Case) -> Verdict | None:
    """Nothing in main code: tests, documentation, examples, copies, development requirements, or nothing at
    all."""
    if case.signals.elsewhere or case.copies or case.declared.development or case.signals.negatives:
        return Verdict("incidental", Confidence.high, _where(case))
    if case.signals.plugins:
        return Verdict("incidental", Confidence.low, "only packages that build on it are imported")
    return None


def _where(case: Case) -> str:
    places = {
        Role.test: "tests", Role.docs: "documentation", Role.example: "examples",
        Role.template: "templates", Role.vendored: "vendored code",
    }  # fmt: skip
    found = {places.get(role, "development files") for role, _ in case.signals.elsewhere}
    if case.declared.development:
        found.add("development requirements")
    if case.copies:
        found.add("vendored code")
    return f"only in {', '.join(sorted(found))}" if found else ""


def _constructed(case: Case) -> Verdict:
    sure = confidence(case)
    settings = [hit for hit in case.signals.hits if hit.settings]
    aside = _harness(case) or all(_sandbox(hit.path) for hit in settings)
    if settings and not (_library(case) and aside):
        return Verdict("application", sure)
    if any(hit.negative for hit in case.signals.hits) and not any(
        hit.weight >= 15 and hit.group != "engine" for hit in case.signals.hits
    ):
        return Verdict("integration", Confidence.low, "only serves another WSGI application")
    if case.constructed >= 3:
        return Verdict(
            "integration", Confidence.medium, f"{case.constructed} frameworks are constructed here"
        )
    if case.adapters:
        return Verdict("integration", Confidence.medium, "one adapter among several")
    served = case.paste or case.signals.served
    if case.declared.extra and not case.runtime and not settings and case.projects and not served:
        return Verdict("integration", Confidence.medium, "optional: declared as an extra only")
    made = [hit for hit in case.signals.hits if hit.weight >= 20]
    if (_library(case) or named(case)) and made and all(hit.demo for hit in made) and not served:
        return Verdict("integration", Confidence.medium, "only run as a demonstration of the module")
    if settings or (named(case) and _library(case) and not case.paste):
        return Verdict("integration", Confidence.medium, "a package for projects that use it")
    return Verdict("application", sure)


def _harness(case: Case) -> bool:
    """Whether the only settings a management script names are those of a test project."""
    return case.signals.harness and not any(hit.group == "manage" for hit in case.signals.hits)


def _sandbox(path: str) -> bool:
    return any(_SANDBOX.fullmatch(part.lower()) for part in path.split("/")[:-1])


def named(case: Case) -> bool:
    """Whether the unit's own name, or that of the package with its constructs, holds the framework's as a
    word.
    """
    words = {word for project in case.projects for word in re.split(r"[-_.]+", project.name.lower())}
    if case.projects:
        for hit in case.signals.hits:
            package = hit.path.removeprefix("src/").partition("/")
            words.update(package[0].split("_") if package[1] else ())
    return case.facts.name in words


def _classified(case: Case) -> bool:
    prefix = f"Framework :: {case.facts.title}"
    return any(
        text == prefix or text.startswith(f"{prefix} ")
        for project in case.projects
        for text in project.classifiers
    )


def _library(case: Case) -> bool:
    """Whether the unit is published for others to build on: classifiers, or a package named after the
    framework."""
    if _classified(case):
        return True
    for project in case.projects:
        if any("Software Development :: Libraries" in text for text in project.classifiers):
            return True
        package = project.name.lower().replace("-", "_").replace(".", "_")
        if case.facts.name in package.split("_") and any(
            f"/{package}/" in f"/{hit.path}" for hit in case.signals.hits
        ):
            return True
    return False


def library_signals(case: Case) -> list[tuple[int, str]]:
    """What says the unit is made for projects that use the framework, each with its weight."""
    found: list[tuple[int, str]] = []
    if named(case):
        found.append((20, f"the project's name holds {case.facts.title}'s"))
    if _classified(case):
        found.append((20, f"classified as Framework :: {case.facts.title}"))
    elif _library(case):
        found.append((20, "classified as a library"))
    if any(normalise(project.name) in case.facts.plugins for project in case.projects):
        found.append((20, f"a known package for {case.facts.title} projects"))
    if case.declared.extra and not case.declared.runtime:
        found.append((20, "declared as an extra only"))
    if case.declared.matrix > 1:
        found.append((20, f"tested against {case.declared.matrix} versions"))
    if _harness(case):
        found.append((30, "its management script runs a test project"))
    if case.signals.extension:
        found.append((20, "has the shape of an extension"))
    if (
        case.signals.pluggable
        and case.projects
        and not any(hit.group in ("settings", "manage") for hit in case.signals.hits)
    ):
        found.append((20, "an app without settings"))
    if case.adapters:
        found.append((20, "one adapter among several"))
    return found


def _used(case: Case) -> Verdict | None:
    """Imported or declared, but nothing shows an application."""
    signals, weight = case.signals, sum(weight for weight, _ in library_signals(case))
    if any(hit.negative for hit in signals.hits):
        return Verdict("integration", Confidence.low, "only serves another WSGI application")
    if case.constructed >= 3:
        return Verdict(
            "integration", Confidence.medium, f"{case.constructed} frameworks are constructed here"
        )
    if signals.imports and weight >= LIBRARY:
        sure = Confidence.medium if case.runtime or case.declared.extra else Confidence.low
        return Verdict("integration", sure)
    if case.main and case.runtime:
        if case.through is not None and not case.declared.runtime:
            return Verdict("application", Confidence.low, f"part of {case.through.name}")
        if weight >= LIBRARY or not (case.declared.direct or case.inherited):
            return Verdict("integration", Confidence.low)
        return Verdict("application", Confidence.low, "the entry point was not found")
    if case.main:
        return Verdict("integration", Confidence.low, "imported, not declared")
    if signals.optional or case.declared.extra:
        return Verdict("integration", Confidence.low, "optional")
    if signals.plugins and case.declared.plugin:
        return Verdict("integration", Confidence.low, "only packages that build on it are imported")
    if case.through is not None and not case.declared.runtime:
        return Verdict("integration", Confidence.low, f"used through {case.through.name}")
    if case.runtime and not case.inherited:
        return Verdict("incidental", Confidence.low, "declared, not seen used")
    return _outside(case)


def confidence(case: Case) -> Confidence:
    """How many independent axes agree: declared, imported, constructed, served."""
    constructed = any(hit.weight >= 20 for hit in case.signals.hits)
    others = [
        bool(case.runtime or case.copied),
        bool(case.signals.imports or case.signals.plugins),
        bool(case.signals.served or case.paste),
    ]
    if constructed and sum(others) >= 2:
        return Confidence.high
    return Confidence.medium if constructed and any(others) else Confidence.low


def lowered(confidence: Confidence) -> Confidence:
    """One step less, for an axis that contradicts."""
    return Confidence(max(confidence - 1, 0))
