"""Everything that fills a configuration object, evaluated in one process: the order in which it happens crosses files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from pentalint.check.deployment_files import environment_of, is_compose, is_dockerfile
from pentalint.check.documents import read_document
from pentalint.check.engine import Engine, make_engine
from pentalint.check.plan import Plan
from pentalint.evaluate.events import Call, Silent, Write
from pentalint.evaluate.statements import Interpreter
from pentalint.match.configuration import Configurations
from pentalint.match.deployment import is_deployed
from pentalint.match.operations import Operations
from pentalint.match.project_files import ProjectFiles, Variable
from pentalint.project.imports import names_one_of, words
from pentalint.rule import SettingsModel

Read = Callable[[str], bytes]

ROUNDS = 4
"""Once for what fills a configuration, and again for the functions that call it, and those that call them."""


def operations_of(
    plan: Plan, models: dict[str, SettingsModel], read: Read, files: ProjectFiles | None = None
) -> Operations | None:
    """The log for a project's configuration objects; None when no framework in use has any that is followed."""
    if not any(model.object for model in models.values()):
        return None
    return Operations(models, files or project_files(plan, read))


def project_files(plan: Plan, read: Read, kind: type[ProjectFiles] = ProjectFiles) -> ProjectFiles:
    """The files of a project that configuration may be loaded from."""
    paths = frozenset(file.path for file in plan.files)
    return kind(paths, read, read_document, tuple(variables(plan, read)))


def variables(plan: Plan, read: Callable[[str], bytes]) -> list[Variable]:
    """The environment variables that files of the project set, those for development and examples aside. Of several files
    that set one, the first in order of their paths counts, but what several disagree on is not known."""
    found: dict[str, Variable] = {}
    clashing: set[str] = set()
    for variable in every_variable(plan, read):
        before = found.setdefault(variable.name, variable)
        if before.path != variable.path and before.value != variable.value:
            clashing.add(variable.name)
        elif before.path == variable.path:
            found[variable.name] = variable
    return [variable for name, variable in found.items() if name not in clashing]


def every_variable(plan: Plan, read: Read) -> Iterator[Variable]:
    """What each file of the project that may be deployed sets an environment variable to."""
    for file in plan.files:
        if not file.role.main or not is_deployed(file.path):
            continue
        base = file.path.rpartition("/")[2]
        if base.startswith((".env", ".flaskenv")) or is_dockerfile(base) or is_compose(base):
            yield from environment_of(file.path, read(file.path).decode("utf-8-sig", "replace"))


def set_otherwise(plan: Plan, read: Read, image: str) -> Mapping[str, set[str]]:
    """What files other than an image set variables to."""
    found: dict[str, set[str]] = {}
    for variable in every_variable(plan, read):
        if variable.path != image:
            found.setdefault(variable.name, set()).add(variable.value)
    return found


class Hearer(Silent):
    """A listener for the log alone."""

    def __init__(self, log: Operations, known_paths: frozenset[str]) -> None:
        self.log = log
        self.call_paths, self.write_paths = log.call_paths, log.write_paths
        self.known_paths = known_paths | log.call_paths | log.write_paths
        self.roots = frozenset(path.partition(".")[0] for path in self.known_paths)
        self.invoked = log.invoked

    def knows(self, root: str) -> bool:
        return root in self.roots

    def called(self, event: Call) -> None:
        self.log.called(event)

    def wrote(self, event: Write) -> None:
        self.log.wrote(event)


def interpreter(plan: Plan, read: Read, log: Operations, kind: Callable[..., Engine]) -> Engine:
    """An interpreter, of the given kind, that tells the log what happens."""
    return make_engine(kind, plan, read, Hearer(log, plan.knowledge.paths))


def follow(plan: Plan, read: Read, log: Operations, engine: Interpreter) -> Configurations:
    """What the log says in the end, once everything is evaluated that fills a configuration."""
    log.engine = engine
    complete(plan, engine, log, read)
    return Configurations(log)


def complete(plan: Plan, engine: Interpreter, log: Operations, read: Callable[[str], bytes]) -> None:
    """Evaluate the files and functions that make an application, fill its configuration, or call what does."""
    todo = [
        file.path
        for file in plan.files
        if file.path.endswith((".py", ".pyw"))
        and file.role.main
        and log.models.keys() & plan.frameworks(file.path)
    ]
    wanted = words_of(log)
    before: set[bytes] = set()
    for _ in range(ROUNDS):
        fresh = wanted - before
        if not fresh:
            return
        for path in todo:
            module = engine.index.modules.get(path)
            if module is not None and not fresh.isdisjoint(words(read(path))):
                engine.analyse(module, names_one_of(wanted))
        before, wanted = wanted, wanted | {name.encode() for name in log.helpers()}


def words_of(log: Operations) -> set[bytes]:
    """What a file names that makes or fills a configuration object."""
    paths = [
        *log.makers,
        *(path for path in log.loaders if "_" in path.rpartition(".")[2]),
        *log.containers,
    ]
    return {path.removesuffix("[]").rpartition(".")[2].encode() for path in paths} | {
        path.rpartition(".")[2].encode() for path in log.attributes if "_" in path.rpartition(".")[2]
    }
