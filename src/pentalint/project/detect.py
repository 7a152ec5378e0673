"""Which frameworks each part of a project is built on, in what role, and why."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Sequence
from datetime import date

from pentalint.config import Config
from pentalint.dataclass import dataclass
from pentalint.model import Confidence, Detection, Evidence, File, Requirement, Unit
from pentalint.project import ledger, lifecycle, served, shape
from pentalint.project.decide import Case, Verdict, decide, lowered
from pentalint.project.declared import Declared, declared, scope_of
from pentalint.project.knowledge import Facts, Knowledge, load
from pentalint.project.manifests import Manifests, ProjectMetadata, Unresolved
from pentalint.project.manifests.requirement import normalise
from pentalint.project.modules import Modules
from pentalint.project.signals import Scanner, UnitSignals
from pentalint.project.units import Place, find_units, owner
from pentalint.project.vendored import Copies, find_copies
from pentalint.syntax.source import Source

ROLES = ("application", "framework", "integration", "incidental")
"""Roles from the strongest to the weakest, as the roll-up of a repository ranks them."""


def detect(
    files: Iterable[File],
    manifests: Manifests,
    read: Callable[[str], bytes],
    *,
    today: date,
    config: Config | None = None,
    user: Sequence[str] = (),
    known: Knowledge | None = None,
    sources: dict[str, Source] | None = None,
) -> tuple[Unit, ...]:
    """The units of a project, sorted by path, each with what was detected.

    `read` gives a file's bytes by its relative path and never raises. `today` decides what has reached its
    end of life. `user` (the command line) and `config.frameworks` replace detection in the units they name,
    and are shown as evidence. `sources` takes the files that had to be parsed.
    """
    known = known or load()
    places = find_units(files, manifests)
    kept = {} if sources is None else sources
    return _Detector(
        known, places, manifests, read, today, config or Config.default(), tuple(user), kept
    ).units()


def rollup(units: Iterable[Unit]) -> tuple[Detection, ...]:
    """The strongest detection of each framework in a repository, in report order."""
    best: dict[str, Detection] = {}
    for unit in units:
        for found in unit.detections:
            known = best.get(found.framework)
            if known is None or _strength(found) < _strength(known):
                best[found.framework] = found
    order = list(load().frameworks)
    return tuple(sorted(best.values(), key=lambda found: order.index(found.framework)))


def _strength(found: Detection) -> tuple[int, int]:
    return (ROLES.index(found.role), -found.confidence)


@dataclass(slots=True)
class _Detector:
    known: Knowledge
    places: tuple[Place, ...]
    manifests: Manifests
    read: Callable[[str], bytes]
    today: date
    config: Config
    user: tuple[str, ...]
    sources: dict[str, Source]

    def units(self) -> tuple[Unit, ...]:
        files = [file for place in self.places for file in place.files]
        copies = find_copies(self.known, files, self.places, self.read)
        paths = sorted(file.path for file in files if file.path.endswith(".py"))
        modules = Modules(paths, self.read, copies.aliases, self.sources)
        roles = {file.path: file.role for file in files}
        scanner = Scanner(self.known, modules, copies, self.read, roles)
        stated = {place.path: self._declared(place) for place in self.places}
        found: dict[str, UnitSignals] = {}
        for place in self.places:
            names = frozenset(name for name, one in stated[place.path].items() if one.direct)
            found[place.path] = scanner.scan(place, names)
        paste = served.assign(self.manifests, self.places, found, modules, self.known)
        projects = self._projects()
        cases = {
            (place.path, name): self._case(place, facts, found, stated, projects, copies, paste)
            for place in self.places
            for name, facts in self.known.frameworks.items()
        }
        self._through(cases, projects)
        return tuple(self._unit(place, found[place.path], cases) for place in self.places)

    def _declared(self, place: Place) -> dict[str, Declared]:
        return {
            name: declared(facts, place.requirements, place.manifest_role)
            for name, facts in self.known.frameworks.items()
        }

    def _projects(self) -> dict[str, list[ProjectMetadata]]:
        """The metadata of each unit: those beside its root."""
        found: dict[str, list[ProjectMetadata]] = {place.path: [] for place in self.places}
        for project in self.manifests.projects:
            directory = posixpath.dirname(project.path) or "."
            if directory in found:
                found[directory].append(project)
        return found

    def _case(
        self,
        place: Place,
        facts: Facts,
        found: dict[str, UnitSignals],
        stated: dict[str, dict[str, Declared]],
        projects: dict[str, list[ProjectMetadata]],
        copies: Copies,
        paste: dict[tuple[str, str], list[Evidence]],
    ) -> Case:
        unit, signals = found[place.path], found[place.path].frameworks[facts.name]
        own = [copy for copy in copies.of(facts.name) if owner(copy.path, set(found)) == place.path]
        case = Case(facts, signals, stated[place.path][facts.name], projects[place.path])
        case.copies = own
        case.copied = ledger.copied(own) if signals.imports or signals.hits else ()
        case.itself = shape.itself(facts, projects[place.path], place)
        case.samples = shape.samples(unit, place)
        case.constructed = sum(shape.constructs(other) for other in unit.frameworks.values())
        case.paste = [*paste.get((place.path, facts.name), ()), *shape.factories(facts, projects[place.path])]
        case.inherited = () if case.declared.runtime else self._inherited(place, facts, stated)
        case.adapters = bool(projects[place.path]) and shape.adapters(unit, facts.name)
        return case

    def _inherited(
        self, place: Place, facts: Facts, stated: dict[str, dict[str, Declared]]
    ) -> tuple[Requirement, ...]:
        """What the units above declare: a directory with a manifest of its own may still be installed with
        its parent."""
        if place.path == ".":
            return ()
        above = posixpath.dirname(place.path)
        while True:
            key = above or "."
            if key in stated and stated[key][facts.name].direct:
                return tuple(stated[key][facts.name].direct)
            if not above:
                return ()
            above = posixpath.dirname(above)

    def _through(
        self, cases: dict[tuple[str, str], Case], projects: dict[str, list[ProjectMetadata]]
    ) -> None:
        """Run-time dependencies on a sibling unit whose own run-time dependencies hold the framework."""
        homes = {normalise(project.name): unit for unit, own in projects.items() for project in own}
        homes.pop("", None)
        for place in self.places:
            for requirement in place.requirements:
                home = homes.get(requirement.name)
                if home is None or home == place.path or requirement.locked:
                    continue
                if scope_of(requirement, place.manifest_role(requirement.path)) != "runtime":
                    continue
                for name in self.known.frameworks:
                    sibling, case = cases[home, name], cases[place.path, name]
                    if sibling.declared.direct and sibling.signals.imports and not case.declared.runtime:
                        case.through = requirement

    def _unit(self, place: Place, unit: UnitSignals, cases: dict[tuple[str, str], Case]) -> Unit:
        python_version = self._python(place)
        forced = self.user or self.config.forced(place.path)
        detections = []
        for name in self.known.frameworks:
            case = cases[place.path, name]
            verdict = decide(case)
            if forced is not None and forced != ():
                if name not in forced:
                    continue
                verdict = Verdict("application", Confidence.high, "named by the user")
            elif forced == () and self.config.forced(place.path) is not None:
                continue
            if verdict is not None:
                detections.append(self._detection(place, case, verdict, python_version))
        return Unit(
            place.path,
            tuple(detections),
            self._others(place, unit),
            tuple(f"{entry.path}:{entry.line}: {entry.text}" for entry in self._unresolved(place)),
            python_version,
        )

    def _detection(self, place: Place, case: Case, verdict: Verdict, python_version: str | None) -> Detection:
        stated = case.declared
        locked = stated.locked or self._governing(place, case)
        own = [found for found in stated.named if found.name in case.facts.distributions] or list(
            case.inherited
        )
        chosen = lifecycle.choose(own, locked, stated.constraint)
        if case.copied and (version := case.copies[0].version):
            chosen = lifecycle.Chosen(version, "", case.copies[0].path)
        notes = [verdict.note, lifecycle.ceiling(case.facts, chosen, python_version)]
        sure = verdict.confidence
        if conflict := lifecycle.conflicts(own, locked):
            notes.append(conflict)
            sure = lowered(sure)
        if verdict.role in ("incidental", "framework"):
            ended = None
        else:
            ended = lifecycle.end_of_life(case.facts, chosen, python_version, self.today)
        return Detection(
            place.path,
            case.facts.name,
            verdict.role,
            sure,
            tuple(stated.named),
            tuple(locked),
            chosen.version,
            ended,
            ledger.evidence(case, locked, self._said(place, case.facts.name), verdict.role),
            "; ".join(note for note in notes if note),
        )

    def _governing(self, place: Place, case: Case) -> list[Requirement]:
        """The entries of the nearest lock file above a unit that has none: a workspace shares one."""
        above = place.path
        while above not in ("", "."):
            above = posixpath.dirname(above)
            for other in self.places:
                if other.path == (above or "."):
                    found = [
                        entry for entry in other.requirements
                        if entry.locked and entry.name in case.facts.distributions
                    ]  # fmt: skip
                    if found and (case.declared.runtime or case.inherited or case.through):
                        return found
        return []

    def _said(self, place: Place, name: str) -> tuple[Evidence, ...]:
        if name in self.user:
            return (Evidence("", 0, "user", f"--framework {name}"),)
        if name in (self.config.forced(place.path) or ()):
            where = dict(self.config.origins).get("frameworks", "")
            path, _, line = where.rpartition(":")
            if path and line.isdigit():
                return (Evidence(path, int(line), "user", f"configured: {name}"),)
            return (Evidence(where, 0, "user", f"configured: {name}"),)
        return ()

    def _others(self, place: Place, unit: UnitSignals) -> tuple[Evidence, ...]:
        """Frameworks without a pack that main code imports or run-time requirements declare."""
        found: dict[str, Evidence] = {}
        names = {other.distribution: other.name for other in self.known.others}
        for requirement in place.requirements:
            name = names.get(requirement.name)
            if name and not requirement.locked:
                if scope_of(requirement, place.manifest_role(requirement.path)) == "runtime":
                    found.setdefault(name, Evidence(requirement.path, requirement.line, "declared", name))
        for name, evidence in unit.others.items():
            found[name] = Evidence(evidence.path, evidence.line, "imported", name)
        return tuple(found[name] for name in sorted(found, key=str.lower))

    def _python(self, place: Place) -> str | None:
        roots = {other.path for other in self.places}
        own = [entry.specifier for entry in self.manifests.pythons if owner(entry.path, roots) == place.path]
        if not own and place.path != ".":
            own = [entry.specifier for entry in self.manifests.pythons if owner(entry.path, roots) == "."]
        return lifecycle.python_of(own)

    def _unresolved(self, place: Place) -> list[Unresolved]:
        roots = {other.path for other in self.places}
        return [entry for entry in self.manifests.unresolved if owner(entry.path, roots) == place.path]
