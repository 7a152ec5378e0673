"""Code that builds an application: constructors, decorators, settings modules, management scripts.

Which names count, and how much, is data (`rules/<framework>/detect.toml`); the shapes here are those that
are no name: Django's settings and `manage.py`, and the factory methods of Pyramid.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from pentalint.dataclass import dataclass
from pentalint.project.knowledge import Construct, Facts
from pentalint.project.modules import Modules
from pentalint.project.summaries import Module

_SETTINGS = frozenset(
    {
        "ROOT_URLCONF",
        "MIDDLEWARE",
        "MIDDLEWARE_CLASSES",
        "DATABASES",
        "SECRET_KEY",
        "WSGI_APPLICATION",
        "ASGI_APPLICATION",
        "TEMPLATES",
        "DEFAULT_AUTO_FIELD",
    }
)

SHAPE_WORDS = {
    "django": frozenset({b"INSTALLED_APPS", b"DJANGO_SETTINGS_MODULE", b"ROOT_URLCONF"}),
    "pyramid": frozenset({b"make_wsgi_app"}),
}
"""Words of the shapes that are no resolved name, per framework: a file that has one is worth reading."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One construct found. `weight` and `group` as in the data; `settings` marks a Django settings
    module."""

    path: str
    line: int
    text: str
    weight: int
    group: str
    root: bool = False
    plugin: bool = False
    served: bool = False
    negative: str = ""
    settings: bool = False
    demo: bool = False


def words_of(facts: Facts) -> tuple[frozenset[bytes], frozenset[bytes]]:
    """Words that make a file a candidate: by themselves, and only beside the framework's own name.

    `Flask` alone is enough, because the class may come through a module of the project; `run` and `get` are
    not.
    """
    last = {path.rpartition(".")[2] for path in facts.constructs}
    alone = {name.encode() for name in last if not name.islower() and name not in {"App", "Application"}}
    beside = {name.encode() for name in last} - alone
    if facts.name == "cherrypy":
        beside.add(b"exposed")
    return frozenset(alone) | SHAPE_WORDS.get(facts.name, frozenset()), frozenset(beside)


def named_constructs(
    module: Module, modules: Modules, facts: Facts, local: frozenset[str] = frozenset()
) -> tuple[Hit, ...]:
    """The uses of constructs the data names, one hit for each name and file, at its first line.

    `local` are names of the project's own subclasses, which another module may import.
    """
    table = facts.constructs
    tails = {path.rpartition(".")[2] for path in table} | local
    found: dict[str, Hit] = {}
    for use in module.uses:
        if not _possible(use.name, module, tails):
            continue
        path = modules.resolve(module, use.name, table.__contains__)
        if path is not None and path not in found:
            found[path] = _hit(module, use.line, use.name, path, table[path])
    return tuple(found.values())


def _possible(name: str, module: Module, tails: set[str] | frozenset[str]) -> bool:
    """Whether a name is worth following: it ends like a construct, or stands for something that does, or
    for a class here."""
    head, _, tail = name.rpartition(".")
    if tail in tails or (not head and tail in module.classes):
        return True
    return not head and tail in module.bindings and module.bindings[tail][1].rpartition(".")[2] in tails


def _hit(module: Module, line: int, written: str, path: str, construct: Construct) -> Hit:
    local = written.partition(".")[0]
    if local in module.classes:
        text = f"{local}, a subclass of {path}"
    elif construct.negative:
        text = f"{path}: {construct.negative}"
    else:
        text = path
    return Hit(
        module.path, line, text, construct.weight, construct.group, construct.root, construct.plugin,
        construct.served, construct.negative, demo=module.demo(line) or _demonstrates(module.path),
    )  # fmt: skip


_DEMO = re.compile(r"(.*[-_])?(demo|example|sample)s?([-_].*)?\.py")


def _demonstrates(path: str) -> bool:
    """Whether a file's name says it only shows how something is used."""
    return _DEMO.fullmatch(path.rpartition("/")[2].lower()) is not None


def subclasses(module: Module, modules: Modules, facts: Facts) -> Iterator[str]:
    """Classes of a module that descend from a constructor, by name: their instances elsewhere are
    constructs too."""
    roots = {path for path, construct in facts.constructs.items() if construct.root}
    if any(not path.rpartition(".")[2].islower() for path in roots):
        for name in module.classes:
            if modules.resolve(module, name, roots.__contains__):
                yield name


def pyramid_shapes(module: Module, imports_pyramid: bool) -> Iterator[Hit]:
    """`config.make_wsgi_app()`: the method's name is enough in a file that names Pyramid."""
    if imports_pyramid:
        for use in module.uses:
            if use.name.endswith(".make_wsgi_app"):
                yield Hit(module.path, use.line, "make_wsgi_app()", 10, "make_wsgi_app")
                return


def cherrypy_shapes(path: str, data: bytes) -> Iterator[Hit]:
    """`index.exposed = True`, or `exposed = True` in a class: how methods were published before the
    decorator.
    """
    if match := re.search(rb"(?m)^[^\S\n]*(?:\w+\.)?exposed[^\S\n]*=[^\S\n]*True\b", data):
        yield Hit(path, _line(data, match.start()), "exposed = True", 15, "cherrypy.expose")


def django_settings(module: Module, modules: Modules) -> Iterator[Hit]:
    """A settings module or class (its name does not matter), or `settings.configure(...)` in a single
    file."""
    if (line := module.assigned.get("INSTALLED_APPS")) and _SETTINGS & module.assigned.keys():
        yield Hit(module.path, line, "settings module", 40, "settings", True, settings=True)
    for name, members in module.members.items():
        if (line := members.get("INSTALLED_APPS")) and _SETTINGS & members.keys():
            yield Hit(module.path, line, f"settings class {name}", 40, "settings", True, settings=True)
            break
    for use in module.uses:
        if use.kind != "call" or not use.name.endswith("configure"):
            continue
        if modules.resolve(module, use.name, "django.conf.settings.configure".__eq__):
            urls = "ROOT_URLCONF" in use.keywords
            yield Hit(module.path, use.line, "settings.configure()", 25 if urls else 15, "configure", urls)


_MODULE = re.compile(rb"""DJANGO_SETTINGS_MODULE['"]\s*(?:,|\]\s*=)\s*[rubRUB]?['"]([A-Za-z_][\w.]*)['"]""")


_COMMANDS = (b"execute_from_command_line", b"execute_manager", b"call_command", b"ManagementUtility")


@dataclass(frozen=True, slots=True)
class SettingsName:
    """A file that names the Django settings module to use. `command`: it is a management script."""

    path: str
    line: int
    module: str
    command: bool


def settings_named(path: str, data: bytes) -> SettingsName | None:
    """`os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")` and its variants.

    The module is "" when a management script computes it.
    """
    command = any(word in data for word in _COMMANDS)
    match = _MODULE.search(data)
    if match is not None:
        return SettingsName(path, _line(data, match.start()), match.group(1).decode(), command)
    if command:
        return SettingsName(path, _line(data, data.index(b"DJANGO_SETTINGS_MODULE")), "", True)
    return None


def settings_hit(
    named: SettingsName, target: str | None, main: Callable[[str], bool]
) -> tuple[Hit | None, str]:
    """What a named settings module says: a hit when it belongs to main code, or the path when it is a
    test's."""
    if target is not None and not main(target):
        return None, target
    if not named.module:
        weight, text = 20, "management script that computes its settings"
    elif target is None:
        weight = 20
        text = f"uses settings {named.module}, which are not in the repository"
    else:
        weight = 35 if named.command else 20
        text = f"{'management script' if named.command else 'uses'} with settings {named.module}"
    return Hit(named.path, named.line, text, weight, "manage", named.command), ""


def defines_class(data: bytes, name: str) -> str | None:
    """The `__version__` of a vendored single-file framework that defines the class, "" when it has none,
    else None."""
    if not re.search(rb"(?m)^class %s\(" % name.encode(), data):
        return None
    match = re.search(rb"""(?m)^__version__\s*=\s*['"](\d[\w.+-]*)['"]""", data)
    return match.group(1).decode() if match else ""


_SPACE = rb"[^\S\n]*"


def unparsed(path: str, data: bytes, facts: Facts) -> Iterator[Hit]:
    """Constructs of a file that no parser reads: a call of the full name, or of the name a plain import
    gives it.

    Only constructs that make an application are looked for, and a file with template marks says nothing.
    """
    if b"{{" in data or b"{%" in data:
        return
    if facts.name == "django" and re.search(rb"(?m)^INSTALLED_APPS" + _SPACE + rb"=", data):
        if any(re.search(rb"(?m)^%s%s=" % (name.encode(), _SPACE), data) for name in _SETTINGS):
            line = _line(data, data.index(b"INSTALLED_APPS"))
            yield Hit(path, line, "settings module", 40, "settings", True, settings=True)
    for construct in facts.constructs.values():
        if construct.weight >= 25 and (at := _called(data, construct.path)) is not None:
            yield Hit(
                path,
                _line(data, at),
                construct.path,
                construct.weight,
                construct.group,
                True,
                construct.plugin,
            )


def _called(data: bytes, path: str) -> int | None:
    """Where a file first calls a dotted name, by its full name or imported from its module, outside
    comments."""
    module, _, last = (re.escape(part.encode()) for part in path.rpartition("."))
    plain = rb"(?m)^%simport\s[^\n#]*\b%s\b" % (_SPACE, module.partition(b".")[0].rstrip(b"\\"))
    names = [path.encode()] if re.search(plain, data) else []
    if re.search(rb"(?m)^%sfrom\s+%s\s+import\b[^\n#]*\b%s\b" % (_SPACE, module, last), data):
        names.append(last)
    for name in names:
        for match in re.finditer(rb"(?<![\w.])%s%s\(" % (re.escape(name), _SPACE), data):
            start = data.rfind(b"\n", 0, match.start()) + 1
            if not re.search(rb"#|^\s*(def|class)\b", data[start : match.start()]):
                return match.start()
    return None


def _line(data: bytes, offset: int) -> int:
    return data.count(b"\n", 0, offset) + 1
