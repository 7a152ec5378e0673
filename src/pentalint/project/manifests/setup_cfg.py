"""`setup.cfg`: setuptools' declarative form, and the tox sections some projects keep there."""

from __future__ import annotations

from collections.abc import Iterable

from pentalint.project.manifests import ini, tox
from pentalint.project.manifests.collect import Collector, beside, items
from pentalint.project.manifests.records import ProjectMetadata
from pentalint.project.manifests.requirement import normalise

_SCOPES = {
    "install_requires": "runtime",
    "requires": "runtime",
    "setup_requires": "build",
    "tests_require": "dev",
}


def read(collector: Collector, path: str, text: str) -> None:
    """Enter a setup.cfg: metadata, requirements, extras, entry points."""
    name, python = "", ""
    classifiers: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    points: list[tuple[str, str, str]] = []
    for option in ini.options(text):
        where = (option.section, option.key)
        if option.section == "metadata" and option.key == "name":
            name = option.text
        elif option.section == "metadata" and option.key in {"classifiers", "classifier"}:
            classifiers = tuple(item for _, item in items(option.values) if not item.startswith("file:"))
        elif where == ("metadata", "keywords"):
            keywords = tuple(word for word in option.text.replace(",", " ").split() if word)
        elif option.section == "options" and option.key in _SCOPES and option.key != "requires":
            _requirements(collector, path, option.values, _SCOPES[option.key])
        elif where == ("options", "python_requires"):
            python = option.text
            collector.python(path, option.line, python)
        elif option.section == "options.extras_require":
            _requirements(collector, path, option.values, f"extra:{normalise(option.key)}")
        elif option.section in {"options.entry_points", "entry_points"}:
            points += _points(option)
        elif option.section in {"metadata", "options"} and option.key in {"requires_dist"}:
            _requirements(collector, path, option.values, "runtime")
    if name or points:
        collector.projects.append(ProjectMetadata(path, name, classifiers, keywords, python, tuple(points)))
        collector.manifests.add(path)
    _pbr(collector, path, text)
    collector.check_ini(path, text)
    tox.read_ini(collector, path, text)


def _requirements(collector: Collector, path: str, values: Iterable[tuple[int, str]], scope: str) -> None:
    collector.manifests.add(path)
    for line, item in items(values):
        if item.startswith("file:"):
            for target in item.removeprefix("file:").split(","):
                collector.include(path, line, beside(path, target.strip()), scope)
        else:
            collector.requirement(item, scope, path, line)


def _points(option: ini.Option) -> list[tuple[str, str, str]]:
    """The `name = value` lines below a group of entry points."""
    found = []
    for _, item in items(option.values):
        name, equals, value = item.partition("=")
        if equals:
            found.append((option.key, name.strip(), value.strip()))
    return found


def _pbr(collector: Collector, path: str, text: str) -> None:
    """A project built with pbr takes its requirements from requirements.txt beside it."""
    section = ini.sections(text)
    target = beside(path, "requirements.txt")
    if "pbr" in section or "backwards_compat" in section:
        if target in collector.files:
            collector.include(path, section.get("pbr", section.get("backwards_compat", 1)), target, "runtime")
