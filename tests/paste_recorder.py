"""Factories that a real PasteDeploy calls in tests: they note what they get."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

calls: list[tuple[str, dict[str, str], dict[str, str]]] = []


def app(global_conf: dict[str, str], **settings: str) -> Callable[..., Any]:
    calls.append(("app", dict(global_conf), settings))
    return lambda environ, start: []


def filter(global_conf: dict[str, str], **settings: str) -> Callable[..., Any]:
    calls.append(("filter", dict(global_conf), settings))
    return lambda inner: inner


def composite(loader: Any, global_conf: dict[str, str], **settings: str) -> Callable[..., Any]:
    calls.append(("app", dict(global_conf), settings))
    for option, name in settings.items():
        if option.startswith("/"):
            loader.get_app(name, global_conf=global_conf)
    return lambda environ, start: []
