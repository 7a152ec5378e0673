"""Requirements of the tools around a project: nox sessions, pre-commit hooks, CI workflows."""

from __future__ import annotations

import ast
import re

from pentalint.project.manifests import commands, ini, yaml
from pentalint.project.manifests.collect import Collector, beside, items
from pentalint.project.manifests.docker import enter_installs
from pentalint.project.manifests.requirement import Parsed, normalise
from pentalint.project.manifests.requirements import parse_lines
from pentalint.syntax.statements import module_statements

_EXPRESSION = re.compile(r"\$\{\{.*?\}\}")
_VERSION = re.compile(r"[=~<>!]*\s*\d[\w.*,<>=!~ ]*")


def read_nox(collector: Collector, path: str, data: bytes) -> None:
    """Enter the literals of `session.install(...)` and the versions given to `nox.parametrize`."""
    tree = module_statements(data)
    if tree is None:
        collector.unclear(path, 1, "the script could not be read")
        return
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if node.func.attr in {"install", "run_install"} and isinstance(node.func.value, ast.Name):
            _install(collector, path, node)
        elif node.func.attr == "parametrize":
            _parametrize(collector, path, node)


def _install(collector: Collector, path: str, node: ast.Call) -> None:
    literals = [
        (argument.lineno, argument.value)
        for argument in node.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]
    skip = False
    for at, (line, text) in enumerate(literals):
        if skip:
            skip = False
        elif text in {"-r", "--requirement", "-c", "--constraint"} and at + 1 < len(literals):
            skip = True
            scope = "constraint" if text in {"-c", "--constraint"} else "dev"
            collector.include(path, line, beside(path, literals[at + 1][1]), scope)
        elif not text.startswith("-") and not text.startswith("."):
            collector.requirement(text, "dev", path, line)


def _parametrize(collector: Collector, path: str, node: ast.Call) -> None:
    """`parametrize("django", ["4.2", "5.2"])` names a distribution and the versions it is tested with."""
    if (
        len(node.args) < 2
        or not isinstance(node.args[0], ast.Constant)
        or not isinstance(node.args[0].value, str)
    ):
        return
    name = normalise(node.args[0].value)
    if not isinstance(node.args[1], ast.List | ast.Tuple) or name in {"python", "py"}:
        return
    for item in node.args[1].elts:
        value = item.value if isinstance(item, ast.Constant) else None
        if isinstance(value, str) and _VERSION.fullmatch(value):
            collector.enter(Parsed(name, value, "series"), "dev", path, item.lineno)


def read_precommit(collector: Collector, path: str, text: str) -> None:
    """Enter the `additional_dependencies` of a .pre-commit-config.yaml."""
    if "additional_dependencies" not in text:
        return
    root = _yaml(collector, path, text)
    for key, node in root.walk() if root is not None else ():
        if key == "additional_dependencies":
            for item in node.items:
                _literal(collector, path, item)


def _literal(collector: Collector, path: str, item: yaml.Node) -> None:
    """Enter one literal. Hooks of other languages have their own notation (`eslint@8`), passed over."""
    text = item.text or ""
    if re.fullmatch(r"[A-Za-z][\w.-]*(\[[\w,-]*\])?\s*([=<>~!]=?.*)?", text):
        for line in parse_lines(text):
            if line.kind == "requirement":
                collector.requirement(line.text, "tool", path, item.line)


def read_buildout(collector: Collector, path: str, text: str) -> None:
    """Enter the `eggs` of a buildout, a way to install that can be older than any manifest beside it."""
    for option in ini.options(text):
        if option.key == "eggs":
            for line, item in items(option.values):
                for name in item.split():
                    if "$" not in name and not name.startswith("["):
                        collector.requirement(name, "tool", path, line)


def read_workflow(collector: Collector, path: str, text: str) -> None:
    """Enter what the `run:` steps of a CI workflow install."""
    if not re.search(r"pip3?\s+install|uv\s+(?:pip|add)|conda\s+install", text):
        return
    root = _yaml(collector, path, text)
    for key, node in root.walk() if root is not None else ():
        if key in {"run", "script", "install", "before_install", "before_script"}:
            for step in [node, *node.items]:
                if step.text is None:
                    continue
                held = (step.line, text.split("\n")[step.line - 1 : step.line + step.text.count("\n") + 2])
                for words in commands.split(_EXPRESSION.sub("$", step.text.replace("\\\n", " "))):
                    _tool_installs(collector, path, held, words)


def _tool_installs(collector: Collector, path: str, lines: tuple[int, list[str]], words: list[str]) -> None:
    for install in commands.installs(words):
        if install.kind == "requirement" and not re.search(r"[$*{}]|^[./~]|/", install.text):
            enter_installs(collector, path, lines, ["pip", "install", install.text], "tool")


def _yaml(collector: Collector, path: str, text: str) -> yaml.Node | None:
    try:
        return yaml.parse(text)
    except yaml.TooClever as error:
        collector.unclear(
            path, error.line, f"this YAML is beyond what is read without a YAML library ({error})"
        )
        return None
