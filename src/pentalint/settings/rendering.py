"""Values as text and as JSON, with what is not known of them; secrets masked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import field
from typing import Any

from pentalint.dataclass import dataclass
from pentalint.evaluate.values import (
    LEVELS,
    REST,
    Bound,
    Builtin,
    Choice,
    Class,
    Const,
    Dict,
    Function,
    Instance,
    List,
    Package,
    Ref,
    Text,
    Unknown,
    Value,
)
from pentalint.settings.namespaces import Namespace
from pentalint.settings.objects import Fields
from pentalint.settings.paths import PathValue
from pentalint.settings.reading import FromEnvironment
from pentalint.settings.secrets import is_secret, mask

MISSING = "?"
"""Stands for a part that is not known."""

MAKERS = frozenset(
    """datetime.timedelta datetime.datetime datetime.date datetime.time decimal.Decimal re.compile uuid.UUID
    django.urls.reverse_lazy django.core.urlresolvers.reverse_lazy celery.schedules.crontab zoneinfo.ZoneInfo pytz.timezone
    cherrypy.lib.auth_basic.checkpassword_dict cherrypy.lib.auth_digest.get_ha1_dict cherrypy.lib.auth_digest.get_ha1_dict_plain
    datetime.timedelta.total_seconds functools.partial collections.OrderedDict frozenset ipaddress.ip_network
    ipaddress.ip_address logging.getLogger django.utils.functional.lazy django.utils.text.format_lazy""".split()  # noqa: SIM905
)
"""Functions whose result their arguments decide; of other libraries only classes are taken to be so."""

BRACKETS = {"list": "[]", "tuple": "()", "set": "{}"}


@dataclass(slots=True)
class Rendered:
    """A value as text. `plain` says that `value` is all of it, as JSON; `unknown` are the parts that are not known,
    `variables` the environment variables in it, `choice` that it is one of several."""

    text: str = ""
    value: Any = None
    plain: bool = True
    unknown: list[str] = field(default_factory=list)
    variables: list[str] = field(default_factory=list)
    choice: bool = False


def render(value: Value, name: str, force: Callable[[Value], Value]) -> Rendered:
    """A value under the name of its setting. `force` looks at what is imported."""
    found = Rendered()
    found.text, found.value = Renderer(found, force, name).show(value, name, LEVELS)
    if not found.plain:
        found.value = None
    return found


class Renderer:
    """Renders one value, noting what it meets."""

    def __init__(self, found: Rendered, force: Callable[[Value], Value], setting: str) -> None:
        self.found = found
        self.force = force
        self.setting = setting

    def show(self, value: Value, name: str, levels: int) -> tuple[str, Any]:
        """Text and JSON of a value below a name."""
        value = self.force(value)
        if isinstance(value, Const):
            return self.constant(value.value, name)
        if not levels:
            return self.missing("it is nested too deeply")
        if isinstance(value, List):
            return self.sequence(value, name, levels - 1)
        if isinstance(value, Dict):
            return self.dictionary(value, name, levels - 1)
        if isinstance(value, Choice):
            texts = dict.fromkeys(self.show(option, name, levels - 1)[0] for option in value.values)
            self.found.plain = False
            self.found.choice = self.found.choice or len(texts) > 1
            return " | ".join(texts), None
        self.found.plain = False
        if isinstance(value, Ref):
            return self.reference(value, name, levels - 1), None
        if isinstance(value, Text):
            return self.built(value, name, levels - 1), None
        return self.other(value)

    def constant(self, thing: Any, name: str) -> tuple[str, Any]:
        if isinstance(thing, str):
            thing = mask(thing, name)
        elif isinstance(thing, bytes):
            masked = mask(thing.decode("latin-1"), name)
            self.found.plain = False
            return repr(masked.encode("latin-1")), None
        elif isinstance(thing, complex) or thing is ... or thing in (float("inf"), float("-inf")):
            self.found.plain = False
        return repr(thing), thing

    def missing(self, reason: str) -> tuple[str, None]:
        self.found.unknown.append(reason)
        return MISSING, None

    def sequence(self, value: List, name: str, levels: int) -> tuple[str, Any]:
        parts = [self.show(item, name, levels) for item in value.items]
        texts = [part[0] for part in parts]
        if not value.complete:
            self.found.plain = False
            texts.append("…")
            self.found.unknown.append("it may hold more")
        elif value.kind != "set" and not value.exact:
            self.found.unknown.append("the order of its items is not known")
        brackets = BRACKETS.get(value.kind, "[]")
        if value.kind == "set" and not texts:
            return "set()", []
        tail = "," if value.kind == "tuple" and len(texts) == 1 else ""
        return f"{brackets[0]}{', '.join(texts)}{tail}{brackets[1]}", [part[1] for part in parts]

    def dictionary(self, value: Dict, name: str, levels: int) -> tuple[str, Any]:
        """Entries by their keys; below the name of a secret (`PASSWORDS`) they are secrets too, but for keys that are no
        names (`"users.view_token"`)."""
        hidden = is_secret(name) and (name == self.setting or "." not in name)
        texts: list[str] = []
        made: dict[str, Any] = {}
        for key, item in value.entries.items():
            if key is REST:
                self.found.plain = False
                self.found.unknown.append("an entry is set whose key is not known")
                continue
            text, thing = self.show(item, f"{name}_{key}" if hidden else str(key), levels)
            texts.append(f"{key!r}: {text}")
            made[str(key)] = thing
        if not value.complete:
            self.found.plain = False
            texts.append("…")
            self.found.unknown.append("it may hold more entries")
        return "{" + ", ".join(texts) + "}", made

    def built(self, value: Text, name: str, levels: int) -> str:
        """A string of parts: as an f-string where their order is known, else what it is made of."""
        if value.pieces is not None:
            return f"f{self.fields(value.pieces, name, levels)!r}"
        shown = [self.part(part, name, levels) for part in value.parts]
        if not self.found.variables:
            self.missing(f"a text that is made by `{value.how}` is not followed")
        return f"<text made of {', '.join(shown)}>"

    def fields(self, pieces: Sequence[Value], name: str, levels: int) -> str:
        """The inside of an f-string."""
        found = []
        for piece in pieces:
            if isinstance(piece, Text) and piece.pieces is not None and levels:
                found.append(self.fields(piece.pieces, name, levels - 1))
            else:
                shown = self.part(piece, name, levels)
                found.append(shown if isinstance(piece, Const) else "{" + shown + "}")
        return "".join(found)

    def part(self, part: Value, name: str, levels: int) -> str:
        """A part of a string."""
        return mask(str(part.value), name) if isinstance(part, Const) else self.show(part, name, levels)[0]

    def reference(self, value: Ref, name: str, levels: int) -> str:
        """Something of a library: its path, and what it was made with."""
        if isinstance(value, FromEnvironment):
            self.found.variables.append(value.name)
            return "${" + value.name + "}"
        if isinstance(value, Fields):
            return f"{value.path.removesuffix('()')}({mask(value.text)!r})"
        if isinstance(value, PathValue):
            return f"Path({value.text!r})"
        if isinstance(value, Namespace):
            return self.missing("it is the module's own namespace")[0]
        if value.base is None and "(" not in value.path and "[" not in value.path:
            return value.path
        if value.path.endswith("()"):
            return self.made(value, name, levels)
        base = value.base
        if isinstance(base, Ref) and not value.path.endswith("[]"):
            before = len(self.found.unknown)
            text = (
                f"{self.reference(base, name, levels)}.{value.path.rpartition('.')[2]}"
                if levels
                else value.path
            )
            if "(" in base.path and len(self.found.unknown) == before and not self.found.variables:
                self.found.unknown.append(f"`{text}` is not followed")
            return text
        if value.path.endswith("[]"):
            if isinstance(base, Ref) and value.arguments is None and levels:
                return f"{self.reference(base, name, levels - 1)}[…]"
            if isinstance(base, Ref) and levels and value.arguments is not None:
                text = self.reference(base, name, levels - 1)
                key = self.show(value.arguments.positional[0], "", levels - 1)[0]
                if self.found.variables:
                    return f"{text}[{key}]"
            self.found.unknown.append(f"an item of `{value.path[:-2]}` is not known")
        return value.path

    def made(self, value: Ref, name: str, levels: int) -> str:
        """The result of a call."""
        callee = value.path.removesuffix("()")
        owner = value.base
        head = callee
        if isinstance(owner, Ref) and levels and ("(" in callee or "[" in callee):
            head = self.reference(owner, name, levels)
        arguments = value.arguments
        given: list[str] = []
        if arguments is not None and levels:
            given = [self.show(item, name, levels)[0] for item in arguments.positional]
            given += [f"{key}={self.show(item, key, levels)[0]}" for key, item in arguments.keywords.items()]
            if arguments.open_positional or arguments.open_keyword:
                given.append("…")
                self.found.unknown.append(f"not all arguments of `{callee}()` are known")
        last = callee.rpartition(".")[2]
        follows = callee in MAKERS or last[:1].isupper()
        if not follows and not self.found.variables:
            self.found.unknown.append(f"`{callee}()` is not followed")
        return f"{head}({', '.join(given)})"

    def other(self, value: Value) -> tuple[str, Any]:
        """What the project defines, and what nothing is known of."""
        if isinstance(value, Function):
            inner = (
                value.qualname if value.qualname.endswith(value.name) else f"{value.qualname}.{value.name}"
            )
            return f"{value.module.name}.{inner.lstrip('.')}", None
        if isinstance(value, Class):
            return f"{value.module.name}.{value.qualname}", None
        if isinstance(value, Package):
            return value.module.name, None
        if isinstance(value, Instance):
            return f"{value.cls.module.name}.{value.cls.qualname}(…)", None
        if isinstance(value, Bound):
            return f"{value.function.module.name}.{value.function.qualname}", None
        if isinstance(value, (Builtin, Unknown)):
            return self.missing("")
        return self.missing("")
