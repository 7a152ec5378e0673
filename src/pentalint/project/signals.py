"""Reading a unit's code for evidence: what names a framework, in main code and elsewhere.

Files are asked cheaply first (their identifiers), then their import statements are read, then, where a
construct may be, their tree. A budget of evidence for each framework bounds the work: what is settled is
not read again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import field

from pentalint.dataclass import dataclass
from pentalint.model import Evidence, File, Role
from pentalint.project import constructs as shapes
from pentalint.project.constructs import Hit
from pentalint.project.contexts import Context
from pentalint.project.imports import Import, read_imports, words
from pentalint.project.knowledge import Facts, Knowledge
from pentalint.project.modules import Modules
from pentalint.project.units import Place, python
from pentalint.project.vendored import Copies

IMPORT_BUDGET = 8
"""Module-level imports in main code after which a framework is no longer looked for in imports."""

CONSTRUCT_BUDGET = 40
"""Files with constructs of one framework after which no more are parsed."""

OTHER_BUDGET = 4
"""Imports outside main code that are kept as evidence."""


_IDLE = frozenset({Context.optional, Context.guarded, Context.typing, Context.dead})
"""Contexts in which an import outside main code says nothing: attempts, and what never runs."""

_EXTENSIONS = {
    "flask": ({b"init_app", b"flask"}, re.compile(rb"def init_app\(\s*self\b")),
    "pyramid": ({b"includeme", b"pyramid"}, re.compile(rb"(?m)^def includeme\(")),
}
"""What extensions look like: words a file must hold, and the definition. Applications have such code too."""


_PLUGGABLE = frozenset({"django.apps.AppConfig", "django.db.migrations"})
"""Imports of Django apps, which are for projects unless settings are here too."""


@dataclass(slots=True)
class Signals:
    """What the code of one unit says about one framework."""

    imports: list[Import] = field(default_factory=list)
    lazy: list[Import] = field(default_factory=list)
    optional: list[Import] = field(default_factory=list)
    plugins: list[Import] = field(default_factory=list)
    elsewhere: list[tuple[Role, Import]] = field(default_factory=list)
    hits: list[Hit] = field(default_factory=list)
    served: list[Evidence] = field(default_factory=list)
    negatives: list[Evidence] = field(default_factory=list)
    harness: bool = False
    extension: bool = False
    pluggable: bool = False
    parsed: int = 0

    @property
    def settled(self) -> bool:
        """Whether more imports would change nothing."""
        return len(self.imports) >= IMPORT_BUDGET


@dataclass(slots=True)
class UnitSignals:
    """All frameworks of one unit. `others` are imports of frameworks without a pack; `python_files` counts
    main code."""

    frameworks: dict[str, Signals]
    others: dict[str, Evidence] = field(default_factory=dict)
    python_files: int = 0
    rule_pairs: int = 0


class Scanner:
    """Reads units. Holds what all units share: the knowledge, the modules, the vendored copies, the
    reader."""

    def __init__(
        self, known: Knowledge, modules: Modules, copies: Copies, read: Callable[[str], bytes],
        roles: dict[str, Role],
    ) -> None:  # fmt: skip
        self.known = known
        self.modules = modules
        self.copies = copies
        self.read = read
        self.roles = roles
        self._words = {name: shapes.words_of(facts) for name, facts in known.frameworks.items()}
        self._roots = {
            name: frozenset(root.partition(".")[0].encode() for root in (*facts.imports, *facts.plugin_roots))
            for name, facts in known.frameworks.items()
        }
        self._others = [(other.name, other.module.partition(".")[0].encode()) for other in known.others]
        self._all = frozenset(root for _, root in self._others).union(
            *self._roots.values(), *(alone for alone, _ in self._words.values())
        )

    def scan(self, place: Place, declared: frozenset[str] = frozenset()) -> UnitSignals:
        """Everything the files of a unit say. A framework that is `declared` is not taken for a module of
        the same name."""
        result = UnitSignals({name: Signals() for name in self.known.frameworks})
        files = [file for file in place.files if python(file)]
        main = [file for file in files if place.main(file) and not self.copies.holds(file.path)]
        result.python_files = len(main)
        result.rule_pairs = _pairs(place, files)
        kept = {root for name in declared for root in self.known.frameworks[name].imports}
        shadows = self.copies.shadows(place.path) - kept
        seen: dict[str, set[str]] = {name: set() for name in self.known.frameworks}
        for file in sorted(main, key=_nearest):
            self._main_file(file, place, result, shadows, seen)
        self._instances(main, result, seen)
        for file in files:
            if not place.main(file) or self.copies.holds(file.path):
                self._other_file(file, place, result)
        return result

    def _main_file(
        self,
        file: File,
        place: Place,
        result: UnitSignals,
        shadows: frozenset[str],
        seen: dict[str, set[str]],
    ) -> None:
        data = self.read(file.path)
        held = words(data)
        if held.isdisjoint(self._all):
            return
        wanted = {
            name for name, signals in result.frameworks.items()
            if not signals.settled and not held.isdisjoint(self._roots[name])
        }  # fmt: skip
        open_ = [root for name, root in self._others if name not in result.others]
        roots = held.intersection(frozenset(open_).union(*(self._roots[name] for name in wanted)))
        if roots:
            for entry in read_imports(file.path, data, roots, self.modules.source):
                self._sort(entry, result, wanted, shadows)
        for name, facts in self.known.frameworks.items():
            alone, beside = self._words[name]
            if result.frameworks[name].parsed >= CONSTRUCT_BUDGET:
                continue
            named = not held.isdisjoint(self._roots[name])
            if not held.isdisjoint(alone) or (named and not held.isdisjoint(beside)):
                if shadows.isdisjoint(facts.imports):
                    self._constructs(file, data, facts, result.frameworks[name], named, seen[name], place)
        for name, (marks, shape) in _EXTENSIONS.items():
            if marks <= held and shape.search(data):
                result.frameworks[name].extension = True

    def _sort(self, entry: Import, result: UnitSignals, wanted: set[str], shadows: frozenset[str]) -> None:
        """Put one import of main code where it counts."""
        if entry.level:
            return
        for other in self.known.others:
            if other.name in result.others:
                continue
            if _under(entry, other.module) and entry.context is not Context.dead:
                text = f"imports {other.module}"
                result.others[other.name] = Evidence(entry.path, entry.line, "imported", text)
        for name in wanted:
            facts, signals = self.known.frameworks[name], result.frameworks[name]
            root = entry.module.partition(".")[0]
            if root in facts.imports:
                if root in shadows or not believed(entry, facts):
                    continue
                if any(_under(entry, module) for module in facts.server_only):
                    text = f"{entry.text}: only the WSGI server"
                    signals.negatives.append(Evidence(entry.path, entry.line, "negative", text))
                    continue
                _file_import(entry, signals)
                if entry.dotted in _PLUGGABLE:
                    signals.pluggable = True
            elif any(_under(entry, plugin) for plugin in facts.plugin_roots) and len(signals.plugins) < 4:
                if entry.context in (Context.module, Context.lazy):
                    signals.plugins.append(entry)

    def _constructs(
        self,
        file: File,
        data: bytes,
        facts: Facts,
        signals: Signals,
        named: bool,
        seen: set[str],
        place: Place,
    ) -> None:
        if facts.name == "django" and b"DJANGO_SETTINGS_MODULE" in data:
            self._settings_name(file, data, signals, place)
        if facts.name == "cherrypy" and named:
            signals.hits.extend(shapes.cherrypy_shapes(file.path, data))
        module = self.modules.load(file.path, data)
        if module is None:
            signals.hits.extend(shapes.unparsed(file.path, data, facts))
            return
        hits = [*shapes.named_constructs(module, self.modules, facts)]
        if facts.name == "pyramid":
            hits.extend(shapes.pyramid_shapes(module, named))
        if facts.name == "django":
            hits.extend(shapes.django_settings(module, self.modules))
        if hits:
            signals.parsed += 1
            signals.hits.extend(hits)
        seen.update(shapes.subclasses(module, self.modules, facts))

    def _settings_name(self, file: File, data: bytes, signals: Signals, place: Place) -> None:
        named = shapes.settings_named(file.path, data)
        if named is None:
            return
        target = self.modules.find(named.module, file.path) if named.module else None
        hit, test = shapes.settings_hit(named, target, lambda path: self._is_main(path, place))
        if hit is not None:
            signals.hits.append(hit)
        else:
            text = f"settings {named.module} are in {test}, which is not the application's code"
            signals.negatives.append(Evidence(file.path, named.line, "negative", text))
            signals.harness = True

    def _is_main(self, path: str, place: Place) -> bool:
        return place.main(File(path, self.roles.get(path, Role.app)))

    def _instances(self, main: Iterable[File], result: UnitSignals, seen: dict[str, set[str]]) -> None:
        """Instances, in other modules, of local subclasses whose own name says nothing of the framework."""
        for name, found in seen.items():
            signals = result.frameworks[name]
            facts = self.known.frameworks[name]
            if not found or any(hit.weight >= 30 for hit in signals.hits):
                continue
            marks = [cls.encode() for cls in sorted(found)]
            for file in main:
                data = self.read(file.path)
                if any(mark in data for mark in marks):
                    module = self.modules.load(file.path, data)
                    if module is not None:
                        signals.hits.extend(
                            shapes.named_constructs(module, self.modules, facts, frozenset(found))
                        )

    def _other_file(self, file: File, place: Place, result: UnitSignals) -> None:
        open_ = {name for name, signals in result.frameworks.items() if len(signals.elsewhere) < OTHER_BUDGET}
        if not open_:
            return
        data = self.read(file.path)
        held = words(data)
        roots = frozenset(root.encode() for name in open_ for root in self.known.frameworks[name].imports)
        roots &= held
        if not roots:
            return
        for entry in read_imports(file.path, data, roots):
            for name in sorted(open_ - self.copies.frameworks_of(file.path)):
                facts = self.known.frameworks[name]
                if (
                    not entry.level
                    and entry.context not in _IDLE
                    and entry.module.partition(".")[0] in facts.imports
                    and believed(entry, facts)
                ):
                    kept = result.frameworks[name].elsewhere
                    if len(kept) < OTHER_BUDGET and all(other.path != file.path for _, other in kept):
                        role = Role.vendored if self.copies.holds(file.path) else place.role(file)
                        kept.append((role, entry))


def _file_import(entry: Import, signals: Signals) -> None:
    if entry.context is Context.module:
        signals.imports.append(entry)
    elif entry.context in (Context.lazy, Context.dynamic):
        signals.lazy.append(entry)
    elif entry.context in (Context.optional, Context.guarded, Context.typing):
        signals.optional.append(entry)
    elif entry.context is Context.test:
        signals.elsewhere.append((Role.test, entry))


def believed(entry: Import, facts: Facts) -> bool:
    """Whether an import can be the framework's: some names need a known submodule, because others had the
    name too."""
    if not facts.submodules:
        return True
    _, _, rest = entry.module.partition(".")
    first = rest.partition(".")[0] if rest else entry.name
    return first in facts.submodules


def _under(entry: Import, module: str) -> bool:
    """Whether an import names a module, something in it, or something below it."""
    below = f"{module}."
    dotted = entry.dotted
    return module in (entry.module, dotted) or entry.module.startswith(below) or dotted.startswith(below)


def _nearest(file: File) -> tuple[int, str]:
    return (file.path.count("/"), file.path)


def _pairs(place: Place, files: list[File]) -> int:
    """How many Python files lie beside a YAML file of the same name: the mark of a corpus of rules and
    their samples."""
    stems = {file.path.rpartition(".")[0] for file in place.files if file.path.endswith((".yaml", ".yml"))}
    return sum(file.path.rpartition(".")[0] in stems for file in files)
