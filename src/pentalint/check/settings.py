"""The settings of a project: its deployments, each evaluated with nothing set in the environment and with anything."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path

from pentalint.check.applications import (
    follow,
    interpreter,
    operations_of,
    project_files,
    words_of,
)
from pentalint.check.deep import on_deep_stack
from pentalint.check.deployments import Given, find_deployed, settings_engine
from pentalint.check.distributions import version_of
from pentalint.check.documents import read_document
from pentalint.check.engine import make_engine
from pentalint.check.job import Read, settings_files
from pentalint.check.plan import Plan
from pentalint.dataclass import dataclass
from pentalint.evaluate.modules import Module
from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.values import UNKNOWN, Class
from pentalint.match.ini_files import paste_texts
from pentalint.match.settings import fits_best, settings_classes, settings_modules
from pentalint.model import Failure
from pentalint.project.imports import names_one_of
from pentalint.rule import SettingsModel
from pentalint.settings.applications import Joiner
from pentalint.settings.cherrypy_files import file_deployments
from pentalint.settings.discovery import Deployed
from pentalint.settings.evaluations import find_writers
from pentalint.settings.final import World, class_world, final_settings, module_world, refusals
from pentalint.settings.gathered import Gatherer, gather
from pentalint.settings.gathering import GatheringInterpreter
from pentalint.settings.interpreter import SettingsInterpreter
from pentalint.settings.logged import LoggedInterpreter
from pentalint.settings.model import Deployment
from pentalint.settings.paste import paste_deployments
from pentalint.settings.project_files import SettingsFiles
from pentalint.settings.quiet import Quiet


@dataclass(frozen=True, slots=True)
class Configuration:
    """The deployments of a project, those of production first, and the files that could not be read."""

    deployments: tuple[Deployment, ...]
    failures: tuple[Failure, ...]


def find_settings(plan: Plan, read: Read) -> Configuration:
    """Evaluate what configures the project."""
    return on_deep_stack(lambda: Settings(plan, read).configuration())


class Settings:
    """The work itself: engines by world and given variables, and what they find."""

    def __init__(self, plan: Plan, read: Read) -> None:
        self.plan = plan
        self.read = read
        self.engines: dict[tuple[str, Given, Given], SettingsInterpreter] = {}
        self.models: dict[str, SettingsModel] = {
            name: pack.settings for name, pack in plan.packs.items() if name not in ("web", "pentalint")
        }

    def engine(self, world: str, given: Given = (), required: Given = ()) -> SettingsInterpreter:
        """The engine of a world; one that has evaluated nothing yet when there is none."""
        found = self.engines.get((world, given, required))
        if found is None:
            first = next(iter(self.engines.values()), self.plain)
            found = settings_engine(
                SettingsInterpreter,
                self.plan,
                self.read,
                first,
                world=world,
                given=dict(given),
                present=self.is_there,
                documents=read_document,
            )
            found.version_of = partial(version_of, Path(self.plan.root))
            found.required = dict(required)
            self.engines[(world, given, required)] = found
        return found

    def configuration(self) -> Configuration:
        deployments = self.django() if "django" in self.used() else []
        for framework in sorted(self.used() - {"django"}):
            deployments += (
                self.followed(framework) if self.models[framework].object else self.others(framework)
            )
        failures = {one.path: one for engine in self.engines.values() for one in engine.failures.values()}
        ordered = sorted(deployments, key=lambda one: (not one.production, one.framework, one.name))
        return Configuration(tuple(ordered), tuple(failures[path] for path in sorted(failures)))

    def used(self) -> set[str]:
        """The frameworks in use whose packs know settings."""
        found = {name for one in self.plan.selections.values() for name in one.frameworks}
        return {name for name in found if name in self.models}

    # -- Django ------------------------------------------------------------------------------------------------

    def django(self) -> list[Deployment]:
        deployments = []
        for one in self.django_modules():
            deployments.extend(self.of_module(one, "django"))
        return deployments

    def django_modules(self) -> list[Deployed]:
        """The settings modules, as configuration says or as they are found."""
        candidates = settings_modules(self.fitting("django"), self.models["django"])
        return find_deployed(self.plan, self.read, self.engine("unset").index, candidates)

    def of_module(self, deployed: Deployed, framework: str) -> list[Deployment]:
        """The deployments that a module is: itself, or each of its settings classes."""
        path = deployed.module.path
        engine = self.engine("unset", deployed.given)
        module = engine.load(engine.index.modules[path])
        classes = settings_classes([module], self.models[framework], engine)
        if classes and not module_world(engine, path).names:
            return [
                self.deployment(
                    Deployment(
                        framework,
                        f"{module.name}.{cls.name}",
                        path,
                        fits and deployed.production,
                        deployed.why,
                    ),
                    partial(class_named, path=path, name=cls.name),
                    deployed.given,
                )
                for cls, fits in classes
            ]
        shell = Deployment(framework, module.name, path, deployed.production, deployed.why)
        return [self.deployment(shell, partial(module_world, path=path), deployed.given)]

    def deployment(
        self,
        shell: Deployment,
        world: Callable[[SettingsInterpreter], World],
        given: Given = (),
    ) -> Deployment:
        """A deployment with its settings."""
        required: dict[str, str] = {}
        here = world(self.engine("unset", given))
        while more := {**here.engine.refused(shell.path), **required}.items() - required.items():
            required.update(sorted(more))
            here = world(self.engine("unset", given, tuple(sorted(required.items()))))
        there = world(self.engine("set", given)) if here.engine.has_read else None
        notes = (*here.engine.notes(shell.path), *refusals(required))
        return replace(shell, settings=final_settings(here, there), notes=notes)

    # -- applications that are followed ------------------------------------------------------------------------

    @cached_property
    def joiner(self) -> Joiner:
        """What happens to the configuration objects of all frameworks that are followed, in order."""
        plan, read = self.plan, self.read
        log = operations_of(plan, self.models, read, project_files(plan, read, SettingsFiles))
        assert log is not None
        objects = {name: model.object for name, model in log.models.items()}
        kind = partial(LoggedInterpreter, present=self.is_there, objects=objects)
        engine = interpreter(plan, read, log, kind)
        fills = names_one_of(words_of(log))
        engine.follows = lambda function: not fills(function)
        engine.whole = log.environment
        log.trusting = True
        log.depends = lambda setting: bool(engine.source(setting)[0])
        return Joiner(follow(plan, read, log, engine), engine)

    def followed(self, framework: str) -> list[Deployment]:
        """The applications of a framework, and the settings modules and classes that none of them loads."""
        joiner = self.joiner
        self.engines[("followed", (), ())] = joiner.engine
        deployments = joiner.deployments(framework)
        return unique([*deployments, *self.marked(framework, joiner.taken)])

    def is_there(self, path: str) -> bool:
        """Whether there is a file of the project at a path, whatever it is."""
        return (Path(self.plan.root) / path).exists()

    # -- the others --------------------------------------------------------------------------------------------

    def others(self, framework: str) -> list[Deployment]:
        """What the settings model of another framework finds."""
        model = self.models[framework]
        plan, read = self.plan, self.read
        files = [file for file in plan.files if file.role.main and framework in plan.frameworks(file.path)]
        listener, engine = self.gatherer(model)
        leads = find_writers(files, read, engine, model, listener.writers)
        listener, engine = self.gatherer(model)
        self.engines[(framework, (), ())] = engine
        gathered = gather(framework, files, read, engine, listener, leads)
        rest = [file for file in files if file.path not in listener.files.stubs]
        found = [*file_deployments(framework, model, rest, read, engine), *gathered]
        if framework == "pyramid":
            found += paste_deployments(self.paste_files(), [file.path for file in files])
        return unique([*found, *self.marked(framework, set())])

    def gatherer(self, model: SettingsModel) -> tuple[Gatherer, GatheringInterpreter]:
        """A listener for what code writes into the configuration of a process, and the engine it listens to."""
        plan, read = self.plan, self.read
        listener = Gatherer(plan.knowledge, model, project_files(plan, read, SettingsFiles))
        engine = make_engine(
            GatheringInterpreter,
            plan,
            read,
            listener,
            served=False,
            present=self.is_there,
            containers=model.containers,
        )
        listener.engine = engine
        return listener, engine

    def paste_files(self) -> dict[str, str]:
        """The files of the project that PasteDeploy reads, by path."""
        found = [file.path for file in self.plan.files if file.path.endswith((".ini", ".cfg", ".conf"))]
        return paste_texts((path, self.read(path).decode("utf-8", "replace")) for path in found)

    def marked(self, framework: str, taken: Collection[str]) -> list[Deployment]:
        """The settings modules and classes that are told by the names in them, those `taken` aside."""
        model = self.models[framework]
        deployments: list[Deployment] = []
        if not model.markers:
            return deployments
        ours = self.fitting(framework)
        for module, deployed in settings_modules(ours, model):
            if module.name in taken or module.path in taken:
                continue
            why = "it defines settings" if deployed else "its name is one of development or tests"
            deployments.extend(self.of_module(Deployed(module, deployed, why), framework))
        for cls, deployed in settings_classes(ours, model, self.plain):
            path = cls.module.path
            if f"{cls.module.name}.{cls.qualname}" in taken:
                continue
            why = "it defines settings" if deployed else "its name is one of development or tests"
            shell = Deployment(framework, f"{cls.module.name}.{cls.qualname}", path, deployed, why)
            deployments.append(self.deployment(shell, partial(class_named, path=path, name=cls.name)))
        return deployments

    @cached_property
    def plain(self) -> Interpreter:
        """The interpreter of `check`, which finds what settings are: it does not follow calls with their arguments."""
        return make_engine(Interpreter, self.plan, self.read, Quiet(self.plan.knowledge))

    @cached_property
    def candidates(self) -> list[Module]:
        """The modules that may be settings."""
        engine = self.plain
        return [engine.load(engine.index.modules[path]) for path in settings_files(self.plan, self.read)]

    def fitting(self, framework: str) -> list[Module]:
        """The modules of a framework's settings among those that may be some."""
        model = self.models[framework]
        modules = self.candidates
        return [
            module
            for module in modules
            if framework in self.plan.frameworks(module.path)
            and self.plan.role_of(module.path).main
            and fits_best(module.env, model, self.models.values())
        ]


def class_named(engine: SettingsInterpreter, path: str, name: str) -> World:
    """The settings of a class of a module."""
    module = engine.load(engine.index.modules[path])
    cls = engine.force(module.env.get(name, UNKNOWN))
    return class_world(engine, cls) if isinstance(cls, Class) else World(engine, {})


def unique(deployments: list[Deployment]) -> list[Deployment]:
    """Each deployment once."""
    found: Mapping[str, Deployment] = {one.name: one for one in reversed(deployments)}
    return [one for one in deployments if found[one.name] is one or one.name not in found]
