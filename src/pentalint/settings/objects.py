"""Objects of the standard library whose attributes are known, files whose text is, and modules that only the place of the
deployment has."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.values import Const, Ref, Value, lift
from pentalint.settings.paths import PREFIX

URLS = frozenset(["urllib.parse.urlparse", "urllib.parse.urlsplit"])

PARTS = ("scheme", "netloc", "path", "query", "fragment", "username", "password", "hostname", "port")


LEVELS = {"DEBUG": 10, "INFO": 20, "WARNING": 30, "WARN": 30, "ERROR": 40}

CONSTANTS = (
    {f"logging.{name}": level for name, level in {**LEVELS, "CRITICAL": 50, "FATAL": 50, "NOTSET": 0}.items()}
    | {
        f"django.contrib.messages.constants.{name}": level
        for name, level in {**LEVELS, "SUCCESS": 25}.items()
    }
    | {
        "os.sep": "/",
        "os.path.sep": "/",
        "os.pathsep": ":",
        "os.linesep": "\n",
        "os.curdir": ".",
        "os.pardir": "..",
    }
    | dict.fromkeys(["sys.prefix", "sys.exec_prefix"], PREFIX)
)
"""Constants of libraries by path; those of systems are the ones of POSIX."""


class Fields(Ref):
    """An object with known attributes, made of a text."""

    __slots__ = ("fields", "text")

    def __init__(self, path: str, text: str, fields: Mapping[str, Value]) -> None:
        super().__init__(path, Arguments())
        self.text = text
        self.fields = fields


class AbsentModule(Ref):
    """A module that the project imports by name and that is written where it is deployed."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        super().__init__(name, Arguments())
        self.name = name


def split_url(path: str, arguments: Arguments) -> Fields | None:
    """`urlparse("https://...")`; None when the address is not known."""
    given = arguments.positional[0] if arguments.positional else None
    if path not in URLS or not isinstance(given, Const) or not isinstance(given.value, str):
        return None
    try:
        parts = urlsplit(given.value)
        found = {name: lift(getattr(parts, name)) for name in PARTS}
    except ValueError:
        return None
    return Fields(f"{path}()", given.value, found)
