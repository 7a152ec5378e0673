"""Which settings modules of Django are deployed, and what their settings will be: what `check` judges and `settings` shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from pentalint.check.applications import set_otherwise
from pentalint.check.documents import read_document
from pentalint.check.engine import make_engine
from pentalint.check.plan import Plan
from pentalint.errors import ConfigError
from pentalint.evaluate.modules import Module, ModuleIndex
from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.values import Class
from pentalint.match.finals import Judged
from pentalint.settings.discovery import (
    Deployed,
    deployed_modules,
    docker_variables,
    is_for_developers,
    names_settings,
    only_images,
)
from pentalint.syntax.source import Source

if TYPE_CHECKING:
    from pentalint.settings.cautious import Cautious

Read = Callable[[str], bytes]
Engine = TypeVar("Engine", bound=Interpreter)
Given = tuple[tuple[str, str], ...]
"""Variables, each with its value, or with the place where the project refuses to be without it."""


def find_deployed(
    plan: Plan, read: Read, index: ModuleIndex, candidates: Iterable[tuple[Module, bool]]
) -> list[Deployed]:
    """The settings modules of Django, as configuration says or as they are found. Raises `ConfigError` for one that
    configuration names and that is not there."""
    named = named_settings(plan, index)
    if not named:
        names = names_settings(plan.files, read)
        return deployed_modules(index, names, candidates, plan.unit_of, read, plan.files)
    reason = dict(plan.config.origins).get("django.settings", "configuration")
    images = only_images(plan.files, plan.unit_of)
    found = []
    for module in named:
        image = images.get(plan.unit_of(module.path), "")
        found.append(Deployed(module, True, f"named by {reason}", docker_variables(image, read), image))
    rest = [Deployed(module, False, "configuration does not name it") for module, _ in candidates]
    paths = {one.module.path for one in found}
    return [*found, *(one for one in rest if one.module.path not in paths)]


def named_settings(plan: Plan, index: ModuleIndex) -> list[Module]:
    """The settings modules that configuration says are deployed. Raises `ConfigError` for one that is not there."""
    found: list[Module] = []
    for name in plan.config.django_settings:
        module = index.find(name)
        if module is None:
            origin = dict(plan.config.origins).get("django.settings", "configuration")
            raise ConfigError(
                f"{origin}: there is no settings module {name} in the project; correct the name"
            )
        found.append(module)
    return found


def settings_engine(
    kind: Callable[..., Engine], plan: Plan, read: Read, other: Interpreter, **more: object
) -> Engine:
    """An interpreter of settings of the given kind, which hears nothing. What an`other` has parsed is not parsed again."""
    from pentalint.settings.quiet import Quiet

    sources: dict[str, Source] = {}
    if plan.config.parser == "auto":
        parsed = {path: one.source for path, one in other.index.modules.items()}
        sources = {**plan.sources, **{path: one for path, one in parsed.items() if one is not None}}
    return make_engine(kind, plan, read, Quiet(plan.knowledge), sources=sources, **more)


class FinalSettings:
    """Implements `match.finals.Deployments` for the modules that an interpreter has evaluated: those of Django will be what
    the interpreter of settings makes of them, with the variables that are set where they are deployed."""

    def __init__(self, plan: Plan, read: Read, plain: Interpreter) -> None:
        self.plan = plan
        self.read = read
        self.plain = plain
        self.deployed: dict[str, Deployed] = {}
        self.engines: dict[Given, Cautious] = {}
        named_settings(plan, plain.index)

    def choose(self, framework: str, candidates: list[tuple[Module, bool]]) -> list[tuple[Module, bool]]:
        """The settings modules of Django are the ones that configuration names, else those that what starts the project
        does."""
        if framework != "django":
            return candidates
        found = find_deployed(self.plan, self.read, self.plain.index, candidates)
        if self.plan.config.django_settings:
            found = [one for one in found if one.production]
        self.deployed = {one.module.path: one for one in found}
        return [(self.plain.load(one.module), one.production) for one in found]

    def final(self, framework: str, owner: Module | Class, judged: Judged) -> Judged:
        if framework != "django":
            return judged
        from pentalint.settings.judging import judged_finally

        path = judged.module.path
        deployed = self.deployed.get(path)
        image = deployed.image if deployed is not None else self.images.get(self.plan.unit_of(path), "")
        return judged_finally(self.engine(self.given(image)), self.plain, owner, judged, image)

    def given(self, image: str) -> Given:
        """The variables that hold in an image ("" for none), but for those that another file of the deployment sets
        otherwise; none in an image that developers run."""
        if not image or is_for_developers(image, self.read):
            return ()
        variables = docker_variables(image, self.read)
        others = set_otherwise(self.plan, self.read, image) if variables else {}
        return tuple((name, value) for name, value in variables if others.get(name, {value}) == {value})

    @cached_property
    def images(self) -> Mapping[str, str]:
        """The only image of each unit that has one."""
        return only_images(self.plan.files, self.plan.unit_of)

    def engine(self, given: Given) -> Cautious:
        """The interpreter for a deployment."""
        from pentalint.settings.cautious import Cautious

        found = self.engines.get(given)
        if found is None or found.given != dict(given):  # a module has changed the environment of its process
            found = settings_engine(
                Cautious,
                self.plan,
                self.read,
                self.plain,
                given=dict(given),
                present=self.is_there,
                documents=read_document,
            )
            self.engines[given] = found
        return found

    def is_there(self, path: str) -> bool:
        """Whether a file of the project, or a directory with some, is at a path."""
        return path in self.places

    @cached_property
    def places(self) -> frozenset[str]:
        """The paths of all files, and of the directories they are in."""
        found: set[str] = set()
        for file in self.plan.files:
            path = file.path
            while path and path not in found:
                found.add(path)
                path = path.rpartition("/")[0]
        return frozenset(found)
