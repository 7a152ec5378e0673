"""Settings of frameworks that are written where the application is made: items of a configuration object, loaders,
configuration files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pentalint.evaluate.knowledge import Knowledge
from pentalint.model import File
from pentalint.rule import SettingsModel
from pentalint.settings.model import Deployment


@dataclass(frozen=True, slots=True)
class Gathering:
    """What is looked at: the files, how they are read, and which frameworks apply to each."""

    files: Sequence[File]
    read: Callable[[str], bytes]
    frameworks: Callable[[str], frozenset[str]]


def gather(
    framework: str, model: SettingsModel, gathering: Gathering, knowledge: Knowledge
) -> list[Deployment]:
    """The deployments of a framework that its files and calls make."""
    return []
