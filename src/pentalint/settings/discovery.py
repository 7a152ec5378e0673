"""Which settings module is deployed: who sets DJANGO_SETTINGS_MODULE where, and what follows from it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from pentalint.dataclass import dataclass
from pentalint.evaluate.modules import Module, ModuleIndex
from pentalint.match.deployment import is_deployed
from pentalint.model import File, Role

VARIABLE = "DJANGO_SETTINGS_MODULE"

_PYTHON = re.compile(
    rb"""os\.environ(?P<how>\.setdefault\(|\[)\s*["']DJANGO_SETTINGS_MODULE["']\s*(?:,|\]\s*=)\s*["'](?P<name>[\w.]+)["']"""
)
_OTHER = re.compile(rb"""DJANGO_SETTINGS_MODULE["']?\s*[=: ]\s*["']?(?P<name>[A-Za-z_][\w.]*)""")
_ENV = re.compile(r"""([A-Za-z_]\w*)=("(?:[^"\\]|\\.)*"|'[^']*'|[^\s"']\S*|)(?=\s|$)""")

_NOT_PRODUCTION = re.compile(
    r"(^|[._-])(dev|devel|devcontainer|develop|development|local|test|tests|testing|ci|override|debug|example)([._-]|$)"
)
_CI = re.compile(
    r"(^|/)(\.github|\.gitlab|\.circleci|\.travis\.yml|\.gitlab-ci\.yml|azure-pipelines[\w.-]*\.yml|tox\.ini|pytest\.ini|setup\.cfg|"
    r"bitbucket-pipelines\.yml|appveyor\.yml|\.drone\.yml|vagrant|docs?)(/|$)"
)
_PRODUCTION_NAME = re.compile(r"(^|_)(prod|production|live|staging|deploy|deployment|heroku)(_|$)")

_DEVELOPMENT = re.compile(rb"(?im)^[ \t]*(?:CMD|ENTRYPOINT)\b(?:\\\r?\n|[^\n])*\brunserver\b")


@dataclass(frozen=True, slots=True)
class Named:
    """Someone names a settings module. `rank`: 1 environment of what is deployed, 2 server entry, 3 other programs,
    4 `manage.py`; 9 is for tests and development."""

    module: str
    path: str
    line: int
    rank: int
    kind: str

    @property
    def evidence(self) -> str:
        """A phrase with the place."""
        return f"{self.kind} in {self.path}:{self.line}"


@dataclass(frozen=True, slots=True)
class Deployed:
    """A settings module that is run, with the reason, and the variables that its `image`, a Dockerfile, sets besides."""

    module: Module
    production: bool
    why: str
    given: tuple[tuple[str, str], ...] = ()
    image: str = ""


def names_settings(files: Iterable[File], read: Callable[[str], bytes]) -> list[Named]:
    """Everyone who sets DJANGO_SETTINGS_MODULE, in order of rank and path."""
    found: list[Named] = []
    for file in files:
        python = file.path.endswith((".py", ".pyw"))
        if file.role in (Role.test, Role.docs, Role.vendored, Role.template) or (
            python and not file.role.main
        ):
            continue
        if not python and not may_configure(file.path):
            continue
        data = read(file.path)
        if b"DJANGO_SETTINGS_MODULE" in data:
            found.extend(python_names(file, data) if python else other_names(file, data))
    return sorted(found, key=lambda one: (one.rank, one.path, one.line))


def may_configure(path: str) -> bool:
    """Whether a file that is no Python may set variables for a program."""
    base = path.rpartition("/")[2]
    return base.startswith(("Dockerfile", "Containerfile", "Procfile", ".env")) or base.endswith(
        (
            ".yml",
            ".yaml",
            ".env",
            ".sh",
            ".service",
            ".toml",
            ".cfg",
            ".ini",
            ".conf",
            "ockerfile",
            "Containerfile",
        )
    )


def python_names(file: File, data: bytes) -> list[Named]:
    base = file.path.rpartition("/")[2]
    found = []
    for match in _PYTHON.finditer(data):
        start = data.rfind(b"\n", 0, match.start()) + 1
        if data[start : match.start()].lstrip().startswith(b"#"):
            continue
        rank = 2 if base in ("wsgi.py", "asgi.py") else 4 if base == "manage.py" else 3
        how = "os.environ.setdefault" if match["how"] != b"[" else "os.environ"
        found.append(Named(match["name"].decode(), file.path, line_of(data, match.start()), rank, how))
    return found


def other_names(file: File, data: bytes) -> list[Named]:
    base = file.path.rpartition("/")[2].lower()
    deployed = not _CI.search(file.path) and not _NOT_PRODUCTION.search(base)
    kind = kind_of(base)
    found = []
    for match in _OTHER.finditer(data):
        start = data.rfind(b"\n", 0, match.start()) + 1
        if data[start : match.start()].lstrip().startswith(b"#"):
            continue
        rank = 1 if deployed and kind else 9
        found.append(
            Named(match["name"].decode(), file.path, line_of(data, match.start()), rank, kind or "a setting")
        )
    return found


def kind_of(base: str) -> str:
    """What a file of the deployment is called; "" when it is none."""
    if "dockerfile" in base or base.startswith("containerfile"):
        return "ENV"
    if base.startswith("procfile"):
        return "the command"
    if base.endswith((".env", ".service", ".sh")) or base.startswith(".env"):
        return "the variable"
    return "the environment" if base.endswith((".yml", ".yaml")) else ""


def line_of(data: bytes, place: int) -> int:
    return data.count(b"\n", 0, place) + 1


def deployed_modules(
    index: ModuleIndex,
    names: Iterable[Named],
    candidates: Iterable[tuple[Module, bool]],
    unit_of: Callable[[str], str],
    read: Callable[[str], bytes],
    files: Iterable[File] = (),
) -> list[Deployed]:
    """The settings modules of a project, those that production runs first. The variables of a unit's only image hold
    (`files` are looked through for it). `candidates` are the modules that look like settings,
    with whether they may be deployed by their names."""
    units: dict[str, list[tuple[Module, Named]]] = {}
    for one in names:
        module = index.find(one.module, index.modules.get(one.path)) or beside(index, one)
        if module is not None:
            units.setdefault(unit_of(module.path), []).append((module, one))
    images = only_images(files, unit_of)
    found: dict[str, Deployed] = {}
    for unit, pairs in units.items():
        for module, one in chosen(pairs):
            image = one.path if one.kind == "ENV" else images.get(unit, "")
            given = docker_variables(image, read)
            found.setdefault(module.path, Deployed(module, True, one.evidence, given, image))
    decided = {unit_of(path) for path in found}
    for module, fits in candidates:
        if module.path in found:
            continue
        stem = module.name.rpartition(".")[2]
        if fits and _PRODUCTION_NAME.search(stem.lower()):
            found[module.path] = Deployed(module, True, "its name")
        elif unit_of(module.path) in decided:
            why = (
                "nothing that starts the project names it"
                if fits
                else "its name is one of development or tests"
            )
            found[module.path] = Deployed(module, False, why)
        else:
            why = "it defines settings, and no other module is built on it"
            found[module.path] = Deployed(
                module, fits, why if fits else "its name is one of development or tests"
            )
    for pairs in units.values():
        for module, one in pairs:
            if module.path not in found:
                found[module.path] = Deployed(module, False, one.evidence)
    return sorted(found.values(), key=lambda one: (not one.production, one.module.path))


def beside(index: ModuleIndex, named: Named) -> Module | None:
    """A module that is found from the directory a program starts in, its own or one below."""
    tail = named.module.replace(".", "/")
    ends = (f"/{tail}.py", f"/{tail}/__init__.py")
    directory = named.path.rpartition("/")[0]
    fitting = [
        module
        for path, module in index.modules.items()
        if f"/{path}".endswith(ends) and path.startswith(f"{directory}/" if directory else "")
    ]
    return fitting[0] if len(fitting) == 1 else None


def chosen(pairs: list[tuple[Module, Named]]) -> list[tuple[Module, Named]]:
    """Those of a unit that production runs: the environment of what is deployed has the last word, then the entry of the server,
    then other programs, at last `manage.py`. What is set outright holds whatever the environment says."""
    fitting = [(module, one) for module, one in pairs if one.rank < 9 and is_deployed(module.path)]
    if not fitting:
        return []
    best = min(one.rank for _, one in fitting)
    return [
        (module, one)
        for module, one in fitting
        if one.rank == best or (one.rank == 2 and one.kind == "os.environ")
    ]


def only_images(files: Iterable[File], unit_of: Callable[[str], str]) -> dict[str, str]:
    """Unit -> the one Dockerfile it has, but for those of development and tests."""
    found: dict[str, list[str]] = {}
    for file in files:
        base = file.path.rpartition("/")[2].lower()
        if kind_of(base) == "ENV" and not not_production(file.path):
            found.setdefault(unit_of(file.path), []).append(file.path)
    return {unit: paths[0] for unit, paths in found.items() if len(paths) == 1}


def docker_variables(path: str, read: Callable[[str], bytes]) -> tuple[tuple[str, str], ...]:
    """The variables that a Dockerfile ("" for none) sets for all that runs in the image, its last stage that is not for
    development or tests; those with references to others are left out."""
    if not path:
        return ()
    found: dict[str, str] = {}
    image: dict[str, str] = found
    stages: dict[str, dict[str, str]] = {}
    text = read(path).decode("utf-8", "replace").replace("\\\r\n", " ").replace("\\\n", " ")
    for line in text.splitlines():
        words = line.strip().split(None, 1)
        if not words or words[0].upper() not in ("ENV", "FROM"):
            continue
        if words[0].upper() == "FROM":
            base = [word for word in words[1].split() if not word.startswith("--")] if len(words) > 1 else []
            found = dict(stages.get(base[0].lower(), {})) if base else {}
            name = base[2].lower() if len(base) == 3 and base[1].upper() == "AS" else ""
            stages[name] = found
            image = found if is_deployed("", name) else image
            continue
        rest = words[1] if len(words) > 1 else ""
        pairs = _ENV.findall(rest)
        if not pairs and " " in rest:
            pairs = [tuple(rest.split(None, 1))]
        for name, value in pairs:
            found[name] = value.strip("\"'")
    return tuple((name, value) for name, value in image.items() if "$" not in value and name != VARIABLE)


def is_for_developers(path: str, read: Callable[[str], bytes]) -> bool:
    """Whether an image is not for production: the path of its Dockerfile says so, or it runs Django's server for development."""
    return not_production(path) or _DEVELOPMENT.search(read(path)) is not None


def not_production(path: str) -> bool:
    """Whether a path says that a file is for development or tests."""
    return _NOT_PRODUCTION.search(path.lower().replace("/", ".")) is not None
