"""A listener that records what the interpreter reports, for tests of the evaluator."""

from __future__ import annotations

from pentalint.evaluate.events import Call, ClassDefined, FunctionDefined, ModuleDone, Use, Write
from pentalint.evaluate.knowledge import Knowledge
from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.values import Value
from pentalint.model import File, Role


class Everything(frozenset[str]):
    """A set that holds every path: the recorder wants all events."""

    def __contains__(self, item: object) -> bool:
        return True

    def __and__(self, other: object) -> frozenset[str]:
        return frozenset(other) if isinstance(other, frozenset) else frozenset()

    __rand__ = __and__


class Recorder:
    """Keeps every event in order."""

    def __init__(self, known: frozenset[str] = frozenset()) -> None:
        self.call_paths: frozenset[str] = Everything()
        self.write_paths: frozenset[str] = Everything()
        self.use_paths: frozenset[str] = Everything()
        self.known_paths = known
        self.calls: list[Call] = []
        self.writes: list[Write] = []
        self.uses: list[Use] = []
        self.functions: list[FunctionDefined] = []
        self.classes: list[ClassDefined] = []
        self.modules: list[str] = []

    def knows(self, root: str) -> bool:
        return any(path.startswith(f"{root}.") for path in self.known_paths)

    def called(self, event: Call) -> None:
        self.calls.append(event)

    def wrote(self, event: Write) -> None:
        self.writes.append(event)

    def used(self, event: Use) -> None:
        self.uses.append(event)

    def defined(self, event: FunctionDefined) -> None:
        self.functions.append(event)

    def declared(self, event: ClassDefined) -> None:
        self.classes.append(event)

    def finished(self, event: ModuleDone) -> None:
        self.modules.append(event.module.path)


def interpret(
    files: dict[str, str] | str,
    *,
    knowledge: Knowledge | None = None,
    known: frozenset[str] = frozenset(),
    frameworks: frozenset[str] = frozenset(),
    parser: str = "auto",
    recorder: Recorder | None = None,
) -> tuple[Interpreter, Recorder]:
    """Evaluate every module and every function of a project given as path -> source (or one module, `app.py`)."""
    texts = {"app.py": files} if isinstance(files, str) else files
    recorder = recorder or Recorder(known)
    engine = Interpreter(
        [File(path, Role.app) for path in sorted(texts)],
        lambda path: texts[path].encode(),
        knowledge or Knowledge(),
        recorder,
        parser=parser,
        frameworks=lambda path: frameworks,
    )
    for path in sorted(texts):
        engine.analyse(engine.index.modules[path], lambda function: True)
    return engine, recorder


def shown(value: Value | None, engine: Interpreter) -> str:
    """A value as tests write it, imports forced."""
    return "absent" if value is None else repr(engine.force(value))


def probes(files: dict[str, str] | str, **options: object) -> list[str]:
    """What the first argument of each call of `spy.probe` was, in the order the interpreter met them."""
    engine, recorder = interpret(files, **options)  # type: ignore[arg-type]
    return [shown(call.arguments.get("0"), engine) for call in recorder.calls if call.path == "spy.probe"]


def call_paths(files: dict[str, str] | str, **options: object) -> list[str]:
    """The paths called, without `spy.probe` and built-ins."""
    _, recorder = interpret(files, **options)  # type: ignore[arg-type]
    return [call.path for call in recorder.calls if not call.path.startswith(("spy.", "builtins."))]
