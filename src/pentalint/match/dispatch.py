"""The listener that brings events to patterns, and keeps what they found: hits, and facts about units."""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field, replace
from fnmatch import fnmatch

from pentalint.dataclass import dataclass
from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.events import Call, ClassDefined, Frame, FunctionDefined, ModuleDone, Use, Write
from pentalint.evaluate.flow_model import Flow
from pentalint.evaluate.modules import Module
from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.values import Function, options
from pentalint.match.compile import SCOPED, Compiled, MissingSetting
from pentalint.match.concerns import with_concerns
from pentalint.match.config_files import ConfigFile, ConfigPattern, make_hit, with_bundles
from pentalint.match.configuration import Configurations
from pentalint.match.definitions import ClassPattern, DecoratorPattern, FunctionPattern
from pentalint.match.deployment import is_deployed
from pentalint.match.deployments import SettingsPattern
from pentalint.match.entries import Entries
from pentalint.match.final_settings import Deployment
from pentalint.match.finals import Deployments, Judged
from pentalint.match.flows import FlowPattern
from pentalint.match.operations import Operations
from pentalint.match.patterns import CallPattern, OrderPattern, UsePattern, WritePattern
from pentalint.match.place import Hit, Place, scope_key
from pentalint.match.project_files import ProjectFiles
from pentalint.match.settings import (
    Setting,
    SettingPattern,
    bundled,
    class_attribute_settings,
    class_settings,
    every_attribute_is_seen,
    fits_best,
    function_settings,
    loaded,
    module_settings,
    settings_classes,
    settings_modules,
)
from pentalint.match.template_files import TemplateFile
from pentalint.match.templates import TemplatePattern
from pentalint.match.together import Together
from pentalint.rule import SettingsModel
from pentalint.syntax.framework_files import cherrypy_entries

Versions = Callable[[str, str], tuple[str, ...]]
"""Path and framework -> the versions of it that may be in use there."""

Active = Callable[[str], frozenset[str]]
"""Path -> ids of the rules that judge the file."""


@dataclass(slots=True)
class Findings:
    """What a pass over some files found: hits in order, and `(unit, fact)` pairs that were seen."""

    hits: list[Hit] = field(default_factory=list)
    facts: set[tuple[str, str]] = field(default_factory=set)


class Dispatcher:
    """Implements `events.Listener` for a set of compiled rules.

    `active` says which rules judge a file, `aware` which rules may take facts from it, `unit_of` the unit of a
    file, `settings` the settings models of the packs in use, by framework. Files outside `reported` give facts only.
    A `collector` hears of what it asks for as well; `versions` says which versions of a framework a file may be run with;
    `operations` are the log of what happens to configuration objects; `unread` tells the settings that a file's framework
    does not read any more.
    """

    def __init__(
        self,
        rules: Iterable[Compiled],
        settings: Mapping[str, SettingsModel],
        known_paths: Iterable[str],
        active: Active,
        aware: Active,
        unit_of: Callable[[str], str],
        collector: Entries | None = None,
        versions: Versions | None = None,
        operations: Operations | None = None,
        files: ProjectFiles | None = None,
        unread: Callable[[str], Mapping[str, str]] = lambda path: {},
    ) -> None:
        self.rules = list(rules)
        self.collector = collector
        self.unread = unread
        self.operations = operations if operations is not None and operations.models else None
        self.invoked = invoked_by(collector, self.operations)
        self.settings = settings
        self.files = files or ProjectFiles()
        self.active = active
        self.aware = aware
        self.unit_of = unit_of
        self.versions = versions
        self.found = Findings()
        self.engine: Interpreter | None = None
        self.calls: dict[str, list[Compiled]] = {}
        self.writes: dict[str, list[Compiled]] = {}
        self.uses: dict[str, list[Compiled]] = {}
        self.imports: list[Compiled] = []
        self.decorators: list[Compiled] = []
        self.functions: list[Compiled] = []
        self.classes: list[Compiled] = []
        self.setting_rules: list[Compiled] = []
        self.together = Together()
        self.missing: list[Compiled] = []
        self.config: list[Compiled] = []
        self.flows: list[Compiled] = []
        self.templates: list[Compiled] = []
        self.loaders = {
            path: (framework, mode)
            for framework, model in settings.items()
            for path, mode in model.loaders.items()
            if not model.object
        }
        self.attributes = {
            path: (framework, name)
            for framework, model in settings.items()
            for path, name in model.attributes.items()
        }
        self.containers = {
            f"{path}[]": framework for framework, model in settings.items() for path in model.containers
        }
        for compiled in self.rules:
            self.register(compiled)
        self.needed = {name for compiled in self.rules for name, holds in compiled.facts if holds}
        self.call_paths = frozenset(self.calls) | (
            frozenset(self.loaders) if self.setting_rules or self.together else frozenset()
        )
        if collector is not None:
            self.call_paths |= collector.call_paths
        self.logged = self.operations is not None and bool(self.setting_rules)
        self.logged_calls = self.operations.call_paths if self.operations and self.logged else frozenset()
        self.logged_writes = self.operations.write_paths if self.operations and self.logged else frozenset()
        self.call_paths |= self.logged_calls
        self.write_paths = frozenset(self.writes) | (
            frozenset(self.attributes) | frozenset(self.containers) if self.setting_rules else frozenset()
        )
        self.use_paths = frozenset(self.uses)
        self.known_paths = frozenset(known_paths) | self.call_paths | self.write_paths | self.use_paths
        if collector is not None:
            self.known_paths |= collector.known_paths
        self.roots: frozenset[str] = frozenset()
        self.rules_by_name: dict[str, list[Compiled]] = {}
        self.deferred: deque[FunctionDefined] = deque()
        self.judging_cache: dict[tuple[int, str], list[Compiled]] = {}
        self.judges_cache: dict[str, tuple[frozenset[str], frozenset[str]]] = {}
        self.class_cache: dict[
            tuple[tuple[frozenset[str], frozenset[str]], frozenset[str]], list[tuple[Compiled, ClassPattern]]
        ] = {}

    def register(self, compiled: Compiled) -> None:
        """Index a compiled rule by what it asks for."""
        pattern = compiled.pattern
        if isinstance(pattern, (CallPattern, OrderPattern)):
            for path in pattern.paths:
                self.calls.setdefault(path, []).append(compiled)
        elif isinstance(pattern, WritePattern):
            for path in pattern.paths:
                self.writes.setdefault(path, []).append(compiled)
        elif isinstance(pattern, UsePattern):
            for path in pattern.paths:
                self.uses.setdefault(path, []).append(compiled)
        elif isinstance(pattern, DecoratorPattern):
            self.decorators.append(compiled)
        elif isinstance(pattern, FunctionPattern):
            self.functions.append(compiled)
        elif isinstance(pattern, ClassPattern):
            self.classes.append(compiled)
        elif isinstance(pattern, SettingPattern):
            self.setting_rules.append(compiled)
        elif isinstance(pattern, SettingsPattern):
            self.together.add(compiled)
        elif isinstance(pattern, MissingSetting):
            self.missing.append(compiled)
        elif isinstance(pattern, ConfigPattern):
            self.config.append(compiled)
        elif isinstance(pattern, FlowPattern):
            self.flows.append(compiled)
        elif isinstance(pattern, TemplatePattern):
            self.templates.append(compiled)

    @property
    def interpreter(self) -> Interpreter:
        """The engine that sends the events."""
        assert self.engine is not None
        return self.engine

    # -- events ------------------------------------------------------------------------------------------------

    def knows(self, root: str) -> bool:
        """Whether some rule or pack names anything below a top-level name."""
        if not self.roots:
            self.roots = frozenset(path.partition(".")[0] for path in self.known_paths)
        return root in self.roots

    def called(self, event: Call) -> None:
        if self.collector is not None and event.path in self.collector.call_paths:
            self.collector.called(event)
        for compiled in self.calls.get(event.path, ()):
            if self.judges(compiled, event.frame.module):
                pattern = compiled.pattern
                assert isinstance(pattern, (CallPattern, OrderPattern))
                self.note(compiled, pattern.match(event, self.interpreter))
        if self.operations is not None and event.path in self.logged_calls:
            self.operations.called(event)
        if (self.setting_rules or self.together) and event.path in self.loaders:
            framework, mode = self.loaders[event.path]
            frame = event.frame
            found = loaded(mode, event.arguments, event.node, frame.module, frame.qualname, self.interpreter)
            settings = list(bundled(found, self.settings[framework]))
            if mode == "keywords":
                judged = Judged(frame.module, settings, open=True)
                deployed = is_deployed(frame.module.path)
                self.judge_together(judged, event.node, framework, deployed, frame.qualname)
            for setting in settings:
                self.set(setting, framework)
            self.load_files(mode, event, framework)

    def load_files(self, mode: str, event: Call, framework: str) -> None:
        """Judge the files of the project that a loader is given by name. The configuration of the process takes the section
        `global` alone, that of an application the others."""
        how, _, key = mode.partition(":")
        given = event.arguments.get(key) if how in ("mapping", "sections", "paths", "merged") else None
        for option in () if given is None else options(self.interpreter.force(given)):
            option = self.interpreter.force(option)
            path = self.files.locate(option, event.frame.module.path, None, None, None)
            if path is None or path.endswith((".py", ".pyw")):
                continue
            entries, faults = cherrypy_entries(self.files.text(path))
            if faults:
                self.files.faults.setdefault(path, faults[0])
            taken = tuple(
                entry
                for entry in entries
                if how == "sections" or (entry.section == "global") == (how == "mapping")
            )
            self.judge_settings_file(ConfigFile(path, taken, is_deployed(path)), framework)

    def wrote(self, event: Write) -> None:
        for compiled in self.writes.get(event.path, ()):
            if self.judges(compiled, event.frame.module):
                assert isinstance(compiled.pattern, WritePattern)
                self.note(compiled, compiled.pattern.match(event, self.interpreter))
        if not self.setting_rules:
            return
        if self.operations is not None and event.path in self.logged_writes:
            self.operations.wrote(event)
        elif event.path in self.containers:
            framework = self.containers[event.path]
            if event.key:
                self.set_written(event.key, event, framework)
            else:
                self.open_settings(event.frame, framework)
        elif event.path in self.attributes:
            framework, name = self.attributes[event.path]
            self.set_written(name, event, framework)

    def open_settings(self, frame: Frame, framework: str) -> None:
        """A setting of unknown name is written: none of the framework's settings is certainly missing in the unit."""
        unit = self.unit_of(frame.module.path)
        for compiled in self.setting_rules:
            if compiled.fact in self.needed:
                continue  # that it may be so does not make it so
            if compiled.fact and compiled.rule.pack == framework and self.judges(compiled, frame.module):
                self.found.facts.add((unit, compiled.fact))

    def set_written(self, name: str, event: Write, framework: str) -> None:
        """A setting written through an API object."""
        module = event.frame.module
        value = self.interpreter.force(event.value)
        deployed = is_deployed(module.path)
        scope = event.frame.qualname
        self.set(Setting(name, "", value, module, event.node, scope, deployed, event.frame), framework)

    def used(self, event: Use) -> None:
        probe = event.path
        while probe:
            for compiled in self.uses.get(probe, ()):
                if self.judges(compiled, event.frame.module):
                    assert isinstance(compiled.pattern, UsePattern)
                    self.note(compiled, compiled.pattern.match(event, self.interpreter))
            probe = probe.rpartition(".")[0]

    def defined(self, event: FunctionDefined) -> None:
        if self.collector is not None:
            self.collector.defined(event)
        if self.decorators or self.functions:
            self.deferred.append(event)

    def declared(self, event: ClassDefined) -> None:
        if self.collector is not None:
            self.collector.declared(event)
        path = event.frame.module.path
        ancestors = self.interpreter.ancestors(event.cls)
        for compiled, pattern in self.about_class(path, ancestors):
            self.note(compiled, pattern.match(event, self.interpreter))
        if event.cls.decorators:
            for compiled in self.judging(self.decorators, path):
                assert isinstance(compiled.pattern, DecoratorPattern)
                self.note(compiled, compiled.pattern.match(event, self.interpreter))
        if self.setting_rules:
            for framework, model in self.settings.items():
                for setting in class_attribute_settings(event.cls, model.class_attributes, self.interpreter):
                    self.set(setting, framework)

    def about_class(self, path: str, ancestors: frozenset[str]) -> list[tuple[Compiled, ClassPattern]]:
        """The rules about classes that may match one with these ancestors in a file: few ancestors, and few files that are
        judged alike, ask for each class of a project the same."""
        key = (self.judges_of(path), ancestors)
        found = self.class_cache.get(key)
        if found is None:
            found = self.class_cache[key] = [
                (compiled, pattern)
                for compiled in self.judging(self.classes, path)
                if isinstance(pattern := compiled.pattern, ClassPattern)
                and (
                    pattern.ancestors is None or pattern.direct or not pattern.ancestors.isdisjoint(ancestors)
                )
            ]
        return found

    def finished(self, event: ModuleDone) -> None:
        """The functions of the module that carry settings; settings modules are judged together, at the end."""
        names = [name for model in self.settings.values() for name in model.class_attributes]
        if not names or not self.setting_rules:
            return
        for value in event.module.env.values():
            if isinstance(value, Function) and value.module is event.module and value.attributes:
                for framework, model in self.settings.items():
                    for setting in function_settings(value, model.class_attributes, self.interpreter):
                        self.set(setting, framework)

    def keep(self, mine: Callable[[str], bool]) -> None:
        """Of the functions met so far, those of other files are left to other processes."""
        self.deferred = deque(event for event in self.deferred if mine(event.frame.module.path))

    # -- after evaluation ----------------------------------------------------------------------------------------

    def settle(self) -> None:
        """Judge the functions met so far, now that their bodies can be evaluated in full."""
        while self.deferred:
            event = self.deferred.popleft()
            path = event.frame.module.path
            kinds = (self.decorators, self.functions) if event.function.decorators else (self.functions,)
            for kind in kinds:
                for compiled in self.judging(kind, path):
                    assert isinstance(compiled.pattern, (DecoratorPattern, FunctionPattern))
                    self.note(compiled, compiled.pattern.match(event, self.interpreter))

    def judge_settings(self, modules: list[Module], deployments: Deployments) -> None:
        """Judge settings modules and classes by their final values."""
        engine = self.interpreter
        loaded_from = self.judge_applications()
        for framework, model in self.settings.items():
            ours = [
                module
                for module in modules
                if framework in engine.frameworks(module.path)
                and fits_best(module.env, model, self.settings.values())
            ]
            running = []
            first = len(self.found.hits)
            for module, deployed in deployments.choose(framework, settings_modules(ours, model)):
                is_open = module.unresolved_star or module.maybe_star
                judged = Judged(module, list(module_settings(module, deployed, engine)), is_open)
                if deployed:
                    judged = deployments.final(framework, module, judged)
                    running.append(judged)
                if module.source is not None and module.source.tree.body:
                    self.judge_together(judged, module.source.tree.body[0], framework, deployed)
                for setting in judged.settings if module not in loaded_from else ():
                    self.set(setting, framework)
                self.judge_missing(judged.module, deployed, framework)
            self.found.hits[first:] = with_concerns(self.found.hits[first:], running)
            for cls, deployed in settings_classes(ours, model, engine):
                is_open = not every_attribute_is_seen(cls, engine)
                judged = Judged(cls.module, list(class_settings(cls, deployed, engine)), is_open)
                if deployed:
                    judged = deployments.final(framework, cls, judged)
                self.judge_together(judged, cls.node, framework, deployed, cls.qualname)
                for setting in judged.settings if cls not in loaded_from else ():
                    self.set(setting, framework)

    def judge_together(
        self, judged: Judged, node: ast.AST, framework: str, deployed: bool, scope: str = ""
    ) -> None:
        """`settings`: what the settings of one deployment are together."""
        if not self.together:
            return
        module = judged.module
        model = self.settings[framework]
        deployment = Deployment(
            module,
            node,
            {setting.name: setting for setting in judged.settings},
            judged.open,
            deployed,
            (self.versions(module.path, framework) if self.versions else ()) or model.versions[-1:],
            scope,
        )
        for compiled, place in self.together.judge(deployment, framework, model, self.interpreter):
            if self.judges(compiled, place.module) and self.together.is_new(compiled, place):
                self.note(compiled, place)

    def judge_applications(self) -> set[object]:
        """Judge what is loaded into configuration objects: settings that a later loader certainly overrides tell facts only.
        Returns the classes and modules it is loaded from."""
        if self.operations is None or not self.logged:
            return set()
        found = Configurations(self.operations)
        for framework, setting, final in found.judged():
            self.set(setting, framework, final)
        for operation in found.opened():
            self.open_settings(operation.frame, operation.framework)
        return set(found.origins())

    def judge_missing(self, module: Module, deployed: bool, framework: str) -> None:
        """`missing.setting`: the module certainly never sets any of the names."""
        if module.unresolved_star or not module.source or not module.source.tree.body:
            return
        for compiled in self.missing:
            pattern = compiled.pattern
            assert isinstance(pattern, MissingSetting)
            if compiled.rule.pack != framework or not (deployed or compiled.rule.deployment == "any"):
                continue
            if self.judges(compiled, module) and not any(name in module.env for name in pattern.names):
                self.note(compiled, Place(module, module.source.tree.body[0], "", pattern.names[0]))

    def judge_flows(self, flows: Iterable[Flow]) -> None:
        """Judge what the tracer found, each flow once."""
        seen: set[tuple[str, str, int, int]] = set()
        for flow in flows:
            for compiled in self.judging(self.flows, flow.module.path):
                assert isinstance(compiled.pattern, FlowPattern)
                key = (compiled.rule.id, flow.kind, id(flow.node), id(flow.taint.origin))
                if key not in seen:
                    seen.add(key)
                    self.note(compiled, compiled.pattern.match(flow))

    def judge_config(self, file: ConfigFile) -> None:
        """Judge one ini, conf or env file."""
        base = file.path.rpartition("/")[2]
        for framework, model in self.settings.items():
            if framework in self.interpreter.frameworks(file.path) and any(
                fnmatch(base, name) for name in model.files
            ):
                self.judge_settings_file(file, framework)
        for compiled in self.judging(self.config, file.path):
            pattern = compiled.pattern
            assert isinstance(pattern, ConfigPattern)
            if not (file.deployed or compiled.rule.deployment == "any"):
                continue
            seen = replace(file, entries=(*file.entries, *file.written)) if compiled.fact else file
            hits = pattern.match(seen, compiled.rule.id, compiled.facts, compiled.once, self.interpreter)
            if compiled.fact and hits:
                self.found.facts.add((self.unit_of(file.path), compiled.fact))
            elif not compiled.fact:
                self.found.hits.extend(hits)

    def judge_template(self, file: TemplateFile, rules: Iterable[Compiled]) -> None:
        """Judge one template by some of the rules about templates."""
        for compiled in rules:
            assert isinstance(compiled.pattern, TemplatePattern)
            if not compiled.pattern.applies(file.path, file.language):
                continue
            hits = compiled.pattern.match(
                file, compiled.rule.id, compiled.facts, compiled.once, self.interpreter, compiled.check
            )
            if compiled.fact and hits:
                self.found.facts.add((self.unit_of(file.path), compiled.fact))
            elif not compiled.fact:
                self.found.hits.extend(hits)

    def judge_settings_file(self, file: ConfigFile, framework: str) -> None:
        """Judge the entries of a configuration file as settings of a framework: their values are Python literals."""
        for compiled in self.judging(self.setting_rules, file.path):
            if compiled.rule.pack != framework or not (
                file.deployed or compiled.fact or compiled.rule.deployment == "any"
            ):
                continue
            assert isinstance(compiled.pattern, SettingPattern)
            for entry, value in with_bundles(file.entries, self.settings[framework]):
                if not compiled.pattern.holds(entry.section, entry.key, value, self.interpreter):
                    continue
                if compiled.fact:
                    self.found.facts.add((self.unit_of(file.path), compiled.fact))
                else:
                    self.found.hits.append(
                        make_hit(entry, file, compiled.rule.id, compiled.facts, compiled.once)
                    )

    # -- results -------------------------------------------------------------------------------------------------

    def set(self, setting: Setting, framework: str, final: bool = True) -> None:
        """A setting has a value; when it is not the `final` one, that is a fact only."""
        for compiled in self.rules_for(setting.name):
            if not final and not compiled.fact:
                continue
            if compiled.rule.pack not in (framework, "web") or not self.judges(compiled, setting.module):
                continue
            if not compiled.fact and not setting.deployed and compiled.rule.deployment != "any":
                continue
            assert isinstance(compiled.pattern, SettingPattern)
            place = compiled.pattern.match(setting, self.interpreter)
            if place is not None and compiled.pattern.unread:
                place.callee = self.unread(setting.module.path).get(setting.name, "")
            if place is None or (compiled.pattern.unread and not place.callee):
                continue
            if self.together.is_new(compiled, place):
                self.note(compiled, place)

    def rules_for(self, name: str) -> list[Compiled]:
        """The rules about settings that may be about the one of a name."""
        found = self.rules_by_name.get(name)
        if found is None:
            found = self.rules_by_name[name] = [
                one
                for one in self.setting_rules
                if isinstance(one.pattern, SettingPattern) and one.pattern.may_name(name)
            ]
        return found

    def judging(self, rules: list[Compiled], path: str) -> list[Compiled]:
        """Those of an indexed list that look at a file."""
        key = (id(rules), path)
        found = self.judging_cache.get(key)
        if found is None:
            active, aware = self.judges_of(path)
            found = [one for one in rules if one.rule.id in (aware if one.fact else active)]
            self.judging_cache[key] = found
        return found

    def judges_of(self, path: str) -> tuple[frozenset[str], frozenset[str]]:
        """The ids of the rules that judge a file, and of those that may take facts from it."""
        found = self.judges_cache.get(path)
        if found is None:
            found = self.judges_cache[path] = (self.active(path), self.aware(path))
        return found

    def judges(self, compiled: Compiled, module: Module) -> bool:
        """Whether a rule looks at a file: for hits its roles must fit, for facts it is enough that the unit
        has the pack."""
        active, aware = self.judges_of(module.path)
        return compiled.rule.id in (aware if compiled.fact else active)

    def note(self, compiled: Compiled, place: Place | None) -> None:
        """Keep a match."""
        if place is None:
            return
        if compiled.fact.startswith(SCOPED):
            self.found.facts.add((scope_key(place.module.path, place.scope), compiled.fact))
            return
        if compiled.fact:
            self.found.facts.add((self.unit_of(place.module.path), compiled.fact))
            return
        hit = place.hit(compiled.rule.id, compiled.facts, compiled.once, compiled.check)
        if hit is not None:
            self.found.hits.append(hit)


def invoked_by(
    collector: Entries | None, operations: Operations | None
) -> Callable[[Function, Arguments, ast.AST, Frame], None] | None:
    """Who is to hear of calls of the project's own functions."""
    if operations is None:
        return collector.invoked if collector is not None else None
    if collector is None:
        return operations.invoked

    def both(function: Function, arguments: Arguments, node: ast.AST, frame: Frame) -> None:
        collector.invoked(function, arguments, node, frame)
        operations.invoked(function, arguments, node, frame)

    return both


def scope_of(frame: Frame) -> str:
    """The qualified name for reports."""
    return frame.qualname
