"""Calls of built-ins and libraries that settings modules make: what only computes, and what takes in more than the module says."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from typing import Any

from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.events import Frame
from pentalint.evaluate.methods import MUTATORS
from pentalint.evaluate.values import (
    NONE,
    UNKNOWN,
    Choice,
    Const,
    List,
    Package,
    Ref,
    Unknown,
    Value,
    join,
    join_all,
    options,
)
from pentalint.settings import paths
from pentalint.settings.dynaconf import override
from pentalint.settings.environment import Read, read_of
from pentalint.settings.following import Following
from pentalint.settings.objects import AbsentModule, split_url, type_of
from pentalint.settings.paths import ROOT
from pentalint.settings.quoting import shown
from pentalint.settings.reading import as_text

NAMES = frozenset(
    ["django.utils.translation.gettext_lazy", "django.utils.translation.gettext"]
    + ["django.utils.safestring.mark_safe"]
    + [
        f"django.utils.translation.{name}"
        for name in ("gettext_noop", "ugettext_lazy", "ugettext", "ugettext_noop")
    ]
)
"""Functions that give their text, translated when it is shown, or marked."""


EXECUTING = frozenset(["builtins.exec", "builtins.execfile"])


WHOLE = frozenset(["os.environ.items", "os.environ.keys", "os.environ.values"])
"""All variables: in the world where none is set, none."""


_FILES = "{} reads variables from a file; those in it hold where they are not set"


_DYNACONF = "{} lets Dynaconf replace any setting, by its own files and by variables"


TAKING = {
    **dict.fromkeys(
        [
            "environ.Env.read_env",
            "environ.Env().read_env",
            "environs.Env().read_env",
            "environs.env.read_env",
        ],
        _FILES,
    ),
    **dict.fromkeys(["dotenv.load_dotenv", "dotenv.read_dotenv", "dotenv.main.load_dotenv"], _FILES),
    **dict.fromkeys(["dynaconf.DjangoDynaconf", "dynaconf.contrib.django_dynaconf_v2"], _DYNACONF),
}
"""Calls that take in more than the module says, with the note they are worth."""


VERSIONS = frozenset(["importlib.metadata.version", "importlib_metadata.version"])


class Libraries(Following):
    """`version_of` gives the version of the distribution that the project is, by its name; None for others."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.version_of: Callable[[str], str | None] = lambda name: None

    def call_api(self, callee: Ref, arguments: Arguments, node: ast.Call, frame: Frame) -> Value:
        base = callee.base
        if callee.path.rpartition(".")[2] in MUTATORS and isinstance(base, Ref) and base.path.endswith("[]"):
            self.changed_in_place(base, node, frame)
        arguments.positional = [self.force(item) for item in arguments.positional]
        found = read_of(callee, arguments)
        if found is not None:
            return self.read_variable(found, node, arguments, frame)
        known = self.path_call(callee, arguments) or self.file_call(callee, arguments)
        known = known or self.namespace_call(callee, arguments, node, frame)
        known = known or self.computed(callee.path, arguments, frame)
        known = known or self.taken_in(callee.path, arguments, node, frame)
        if known is not None:
            return known
        if callee.path == "builtins.str":
            arguments.positional = [as_text(item) for item in arguments.positional]
        return super().call_api(callee, arguments, node, frame)

    def computed(self, path: str, arguments: Arguments, frame: Frame) -> Value | None:
        """The result of a function that only computes, or gives back what it is given; None for any other."""
        given = arguments.positional
        if path in NAMES:
            return arguments.get("0=message")
        if path == "inspect.getfile" and given:
            caller = given[0]
            if isinstance(caller, Ref) and caller.path == "inspect.currentframe()":
                return Const(f"{ROOT}/{frame.module.path}")
        if path == "pkg_resources.resource_filename" and len(given) == 2:
            return self.resource(*given)
        if path == "typing.cast" and len(given) == 2:
            return given[1]
        if path == "split_settings.tools.optional" and given:
            return given[0]
        if path in WHOLE and self.world == "unset":
            return List([])
        if path in VERSIONS and len(given) == 1:
            version = self.version_of(paths.text_of(given[0]) or "")
            return None if version is None else Const(version)
        if path == "django.http.request.split_domain_port" and len(given) == 1:
            return split_domain_port(given[0])
        return replaced(arguments) if path == "re.sub" else split_url(path, arguments)

    def resource(self, package: Value, name: Value) -> Value | None:
        """A file of a package of the project; None for one of others."""
        owner, below = paths.text_of(package), paths.text_of(name)
        module = self.index.find(owner) if owner else None
        if module is None or below is None:
            return None
        return Const(paths.joined(ROOT, module.path.rpartition("/")[0], below))

    def taken_in(self, path: str, arguments: Arguments, node: ast.Call, frame: Frame) -> Value | None:
        """A call that takes in more than the module says: other files, code, a module by its name; None for any other."""
        if path in EXECUTING:
            self.open(frame, f"`{shown(node)}` ({self.place(node, frame)}) may set anything")
            return NONE
        if path in TAKING:
            self.remark(TAKING[path].format(self.place(node, frame)))
            if TAKING[path] is _DYNACONF and frame.function is None:
                override(self, arguments, node, frame)
        if path in ("split_settings.tools.include", "split_settings.include"):
            self.include(arguments, node, frame)
            return NONE
        if path != "importlib.import_module" or not arguments.positional:
            return None
        named = [paths.text_of(option) for option in options(arguments.positional[0])]
        found = [self.module_named(name, node, frame) if name else None for name in named]
        return join_all(one or UNKNOWN for one in found) if any(found) else None

    def module_named(self, name: str, node: ast.AST, frame: Frame) -> Value | None:
        """A module that is imported by its name; None for one of another package."""
        module = self.index.find(name, frame.module)
        if module is not None:
            return Package(module)
        if not self.index.owns(name):
            return None
        self.remark(f"{name}, imported at {self.place(node, frame)}, is not in the project")
        return AbsentModule(name)

    def changed_in_place(self, item: Ref, node: ast.Call, frame: Frame) -> None:
        """An item of an object of a library is changed: whoever listens for items may want to know."""
        told = getattr(self.listener, "changed", None)
        key = (
            item.arguments.positional[0] if item.arguments is not None and item.arguments.positional else None
        )
        if told is not None and isinstance(key, Const) and isinstance(key.value, str):
            told(item.path, key.value, node, frame)

    def place(self, node: ast.AST, frame: Frame) -> str:
        """File and line."""
        return f"{frame.module.path}:{getattr(node, 'lineno', 0)}"

    def call_builtin(self, name: str, arguments: Arguments, node: ast.Call, frame: Frame) -> Value | None:
        given = arguments.positional
        target = given[0] if given else None
        if (
            name == "setattr"
            and isinstance(target, Package)
            and len(given) > 1
            and not isinstance(given[1], Const)
        ):
            self.open(
                Frame(target.module, target.module.env),
                f"names that are not known are set at {self.place(node, frame)}",
            )
            return NONE
        if (
            name == "getattr"
            and isinstance(target, Package)
            and len(given) > 2
            and isinstance(given[1], Const)
        ):
            known = self.member(target.module, str(given[1].value))
            return self.force(known) if not isinstance(known, Unknown) else given[2]
        if (
            name == "type"
            and len(given) == 1
            and target is not None
            and (kind := type_of(self.force(target)))
        ):
            return kind
        if isinstance(target, Choice) and name in ("getattr", "hasattr"):
            absent = next((option for option in target.values if isinstance(option, AbsentModule)), None)
            if absent is not None:
                arguments.positional[0] = absent
                found = self.call_builtin(name, arguments, node, frame)
                return UNKNOWN if found is None else join(found, UNKNOWN)
        if isinstance(target, AbsentModule) and name == "dir":
            return List([])
        if isinstance(target, AbsentModule) and len(given) > 1 and isinstance(given[1], Const):
            read = f"{target.name}.{given[1].value}"
            if name in ("getattr", "hasattr") and str(given[1].value).startswith("__"):
                return UNKNOWN  # every module has a file, and is there when it is asked
            if name == "getattr":
                default = given[2] if len(given) > 2 else None
                return self.read_variable(Read(read, default, "str"), node, arguments, frame)
            if name == "hasattr":
                here = self.is_set(read)
                return UNKNOWN if here is None else Const(here)
        return super().call_builtin(name, arguments, node, frame)


def split_domain_port(host: Value) -> Value | None:
    """`split_domain_port("example.org:8000")` of Django 4.2 to 6.0, for hosts without brackets; None for others."""
    text = (paths.text_of(host) or "").lower()
    if not text or not _HOST.fullmatch(text):
        return None
    domain, _, port = text.partition(":")
    return List([Const(domain.removesuffix(".")), Const(port)], "tuple")


_HOST = re.compile(r"[a-z0-9.-]+(:[0-9]+)?")


def replaced(arguments: Arguments) -> Value | None:
    """`re.sub` of single characters by a pattern without repetition; None for what is not followed."""
    texts = [paths.text_of(item) for item in arguments.positional]
    if len(texts) != 3 or arguments.keywords or None in texts or len(texts[0] or "") > 60:
        return None
    pattern, by, text = (one or "" for one in texts)
    if set(pattern) & set("*+?{(|") or "\\" in by:
        return None
    try:
        return Const(re.sub(pattern, by, text))
    except re.error:
        return None
