"""The files and functions that may register something with a framework, evaluated."""

from __future__ import annotations

from collections.abc import Callable

from pentalint.check.plan import Plan
from pentalint.check.triggers import Triggers
from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.values import Function
from pentalint.match.entries import Entries
from pentalint.project.imports import body_words, words

ROUNDS = 4
"""Once for what registers, and again for the functions that call it with what is registered, and those that call them."""


def evaluate_files(
    plan: Plan,
    engine: Interpreter,
    collector: Entries,
    read: Callable[[str], bytes],
    triggers: Triggers | None = None,
) -> None:
    """Evaluate what a collector may have to hear of: the files that name, or inherit from, what it asks for, and those of their
    functions that do. `triggers` know which libraries there are, where somebody has read them."""
    tree = plan.hierarchy(read)
    classes = tree.closure(collector.class_words)
    wanted = tree.named(collector.words(None if triggers is None else triggers.reach))
    todo = [
        file.path
        for file in plan.files
        if file.path.endswith((".py", ".pyw")) and file.role.main and plan.frameworks(file.path)
    ]
    asked = [path for path in todo if not classes.isdisjoint(tree.bases.get(path, ()))]
    for _ in range(ROUNDS):
        for path in todo:
            module = engine.index.modules.get(path)
            if module is not None and (path in asked or not wanted.isdisjoint(words(read(path)))):
                engine.analyse(module, names_one_of(wanted, engine, classes))
        asked, before, wanted = [], wanted, {name.encode() for name in collector.helpers()}
        if wanted <= before:
            break


def names_one_of(wanted: set[bytes], engine: Interpreter, classes: set[bytes]) -> Callable[[Function], bool]:
    """Whether a function, or the one it is defined in, has one of some words in it. Before a method of a class its constructor is
    evaluated: what that puts on `self` it may get from the method."""

    def test(function: Function) -> bool:
        function = function.outermost
        held = body_words(function)
        found = not wanted.isdisjoint(held) or ("class " in function.text and not classes.isdisjoint(held))
        constructor = function.owner.members.get("__init__") if found and function.owner else None
        if isinstance(constructor, Function) and constructor.state == 0:
            engine.uncertain = False
            engine.result(constructor)
        return found

    return test
