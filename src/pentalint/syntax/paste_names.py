"""The names of PasteDeploy: what sections are called, and what is wrong with a reference."""

from __future__ import annotations

import configparser
import re

PREFIXES: dict[str, tuple[tuple[str, ...], ...]] = {
    "app": (("app", "application"), ("composite", "composit"), ("pipeline",), ("filter-app",)),
    "filter": (("filter",),),
    "server": (("server",),),
}
"""The sections that may hold an object of a kind; of those in one group the first that is there counts."""

PROTOCOLS: dict[str, tuple[str, ...]] = {
    "app": ("paste.app_factory", "paste.composite_factory", "paste.composit_factory"),
    "filter": ("paste.filter_factory", "paste.filter_app_factory"),
    "server": ("paste.server_factory", "paste.server_runner"),
}


def mounts(option: str, name: str) -> bool:
    """Whether an option of a composite puts an application of that name at a path."""
    return option.startswith("/") and re.fullmatch(r"[\w-]+", name) is not None


def object_name(section: str) -> tuple[str, str] | None:
    """The kind and the name of the object that a section describes; None when it describes none."""
    prefix, _, name = section.partition(":")
    for kind, groups in PREFIXES.items():
        if any(prefix in group for group in groups):
            return kind, name.strip() or "main"
    return None


def is_named(section: str, prefix: str, name: str | None) -> bool:
    """Whether a section is the one of a prefix and a name; without a name also `[prefix]` alone."""
    if section == prefix:
        return name is None
    return section.startswith(f"{prefix}:") and section[len(prefix) + 1 :].strip() == (name or "main")


def wrong_reference(error: configparser.InterpolationError, option: str) -> str:
    """What is wrong with a value that refers to others, and the remedy."""
    if isinstance(error, configparser.InterpolationDepthError):
        return f"`{option}` refers to itself through `%(...)s`; break the circle"
    return f"`%` in `{option}` stands neither before `(name)s` nor before another `%`; write `%%` for the sign itself"
