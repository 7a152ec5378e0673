"""What a real Django's checks say of settings modules. Run as a script by the interpreter that has the Django to ask:

    python django_checks.py ROOT < question.json > answer.json

The question is a list of `[module, environments]`; the answer a list, for each module and each of its environments, of the
sorted ids of `check --deploy` that settings decide, or of one text that begins with "!" when the module cannot be loaded."""

from __future__ import annotations

import json
import os
import sys
import types
from importlib.machinery import FileFinder, SourceFileLoader
from pathlib import Path
from typing import Any

import django
from django.conf import LazySettings, Settings, settings
from django.core import checks
from django.core.cache import CacheHandler
from django.core.checks import caches as cache_checks
from django.core.checks import urls as url_checks

ABSENT = "absent.py"
"""The key of an environment that is no variable: what is in a file beside the module, which is there for that time only."""

UNSAFE = "DJANGO_ALLOW_ASYNC_UNSAFE"
"""The variable that a check looks at; a module may set it."""

KNOWN = {
    getattr(checks.Tags, tag)
    for tag in ("security", "caches", "async_support", "compatibility", "mail")
    if hasattr(checks.Tags, tag)
}


def ids_of(module: str, environment: dict[str, str]) -> list[str]:
    """The ids for one module under one environment, silenced ones left out."""
    directory = Path(sys.argv[1]) / module.partition(".")[0]
    forget(directory)
    variables = {name: value for name, value in environment.items() if name != ABSENT}
    os.environ.update(variables)
    if ABSENT in environment:
        (directory / ABSENT).write_text(environment[ABSENT], encoding="utf-8")
    try:
        settings._wrapped = Settings(module)
        for name in [name for name in settings.__dict__ if name.isupper()]:
            del settings.__dict__[name]
        cache_checks.caches = CacheHandler()
        messages = checks.run_checks(tags=KNOWN, include_deployment_checks=True)
        messages += url_checks.check_url_settings(None)
        return sorted({message.id for message in messages if not message.is_silenced()})
    except Exception as error:
        return [f"!{type(error).__name__}: {error}"]
    finally:
        for name in [*variables, UNSAFE]:
            os.environ.pop(name, None)
        if ABSENT in environment:
            (directory / ABSENT).unlink()


def refuse(path: str) -> Any:
    """Leave a directory to the other hooks."""
    raise ImportError(path)


def forget(directory: Path) -> None:
    """Let a package be imported anew."""
    for name in ("", ".settings", ".base", ".values", ".absent", ".helpers", ".views"):
        sys.modules.pop(f"{directory.name}{name}", None)
    sys.path_importer_cache.pop(str(directory), None)


class Loader(SourceFileLoader):
    """Compiles each text once: the packages are loaded many times over."""

    def get_code(self, fullname: str) -> types.CodeType:
        text = Path(self.path).read_bytes()
        code = CODES.get((self.path, text))
        if code is None:
            code = CODES[self.path, text] = compile(text, self.path, "exec", dont_inherit=True)
        return code


CODES: dict[tuple[str, bytes], types.CodeType] = {}


def main() -> None:
    sys.path.insert(0, sys.argv[1])
    hook = FileFinder.path_hook((Loader, [".py"]))
    sys.path_hooks.insert(0, lambda path: hook(path) if path.startswith(sys.argv[1]) else refuse(path))
    sys.dont_write_bytecode = True
    assert isinstance(settings, LazySettings)
    question: list[Any] = json.load(sys.stdin)
    answer = [
        [ids_of(module, environment) for environment in environments] for module, environments in question
    ]
    json.dump({"version": django.get_version(), "ids": answer}, sys.stdout)


if __name__ == "__main__":
    main()
