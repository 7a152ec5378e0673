"""What a file is for, judged by its path alone: the first rule that fits decides.

The name of the project's own directory never counts (paths are relative to it), and no role needs the
file's text. The name lists started from the vendored and documentation lists of GitHub's linguist and grew
by what real repositories do.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterator

from pentalint.model import Role

VENDORED_CHILDREN = 8
"""A directory that a script puts on `sys.path` is somebody else's code from this many children on."""

_VENDORED = re.compile(
    r"_?vendor(s|ed)?|third[-_]?party|3rd[-_]?party|extern(als?)?|site-packages|dist-packages|eggs|node_modules"
    r"|bower_components|\.venv|\.tox|\.nox|__pypackages__|\.yarn",
    re.IGNORECASE,
)
_TEST_DIRECTORY = re.compile(
    r"t|tests?|testing|.+[-_]tests|(unit|functional|integration|acceptance|system|e2e)[-_]?tests?|its|e2e|fixtures"
    r"|bench(es|mark(s|ing)?)?|test[-_]?(app|apps|case|cases|data|files|fixtures|harness|helpers|project"
    r"|resources|settings|site|suite|support|util|utils)|__tests__|\.(github|gitlab|circleci|ci)",
    re.IGNORECASE,
)
_TEST_FILE = re.compile(
    r"(test_.*|.*_test|tests?|testing|conftest|run_?tests?|test_?runner)\.(py|pyi|pyw)", re.IGNORECASE
)
_DOCS = re.compile(r"docs?|documentation|javadoc", re.IGNORECASE)
_EXAMPLE = re.compile(
    r"(.+[-_])?(example|sample|demo)s?|(example|sample|demo|tutorial)(s|[-_]?(apps?|code|projects?|site))?|snippets?|cookbooks?|notebooks?|playground",
    re.IGNORECASE,
)
_EXAMPLE_FILE = re.compile(r"(.+[-_])?(example|sample|demo)s?\.(py|pyw|ini|cfg|conf)", re.IGNORECASE)
_TEMPLATE = re.compile(
    r".*(\{\{|\{%).*|(project|app)[-_]templates?|(conf|project)[-_]skel|skel|skeletons?|scaffolds?|cookiecutters?([-_.].*)?"
    r"|\.cookiecutter",
    re.IGNORECASE,
)
_MIGRATION = re.compile(r"\d{4,}_.*\.py")
_SETTINGS_FILE = re.compile(r"(settings|.*_settings|settings_.*)\.py")
_APP_MODULES = frozenset(
    [
        "admin",
        "apps",
        "choices",
        "constants",
        "decorators",
        "exceptions",
        "filters",
        "forms",
        "managers",
        "middleware",
        "mixins",
        "models",
        "permissions",
        "receivers",
        "routes",
        "schemas",
        "serializers",
        "services",
        "signals",
        "tables",
        "tasks",
        "urls",
        "utils",
        "validators",
        "views",
        "viewsets",
        "widgets",
    ]
)
_SCRIPTS = frozenset(
    {
        "manage.py",
        "wsgi.py",
        "asgi.py",
        "setup.py",
        "noxfile.py",
        "fabfile.py",
        "gunicorn.conf.py",
        "gunicorn_conf.py",
    }
)
_SCRIPT_DIRECTORIES = frozenset({"scripts", "script", "bin", "sbin"})


def role_of(
    path: str,
    *,
    strict: bool = False,
    vendored: Collection[str] = (),
    packages: Container[str] = (),
    script: bool = False,
) -> Role:
    """The role of a file, given its path relative to the root with forward slashes.

    `vendored` are directories known to hold copied code (see `path_directories`). `packages` are
    directories that hold an `__init__.py`: `shop/demo/` inside a package `shop/` is part of that package,
    not a demonstration of it. `script` says the file begins with a Python `#!` line. With `strict` the
    documentation, example and template roles are not given: for a sub-project that has no other code, whose
    package happens to be called `example`.
    """
    *directories, name = path.split("/")
    if any(map(_VENDORED.fullmatch, directories)) or any(path.startswith(f"{tree}/") for tree in vendored):
        return Role.vendored
    if any(map(_TEST_DIRECTORY.fullmatch, directories)) or _TEST_FILE.fullmatch(name):
        return Role.test
    if not strict:
        if any(map(_TEMPLATE.fullmatch, directories)) or "{{" in name:
            return Role.template
        if (named := _named(directories, packages)) is not None:
            return named
        if _EXAMPLE_FILE.fullmatch(name) and "/".join(directories) not in packages:
            return Role.example
    return _main_role(directories, name, script)


def _named(directories: list[str], packages: Container[str]) -> Role | None:
    """The role that a directory named docs, examples and so on gives; none to a package in a package."""
    for depth, directory in enumerate(directories):
        role = (
            Role.docs
            if _DOCS.fullmatch(directory)
            else Role.example
            if _EXAMPLE.fullmatch(directory)
            else None
        )
        if role is None:
            continue
        outer, inner = "/".join(directories[:depth]), "/".join(directories[: depth + 1])
        if not (outer in packages and inner in packages):
            return role
    return None


def _main_role(directories: list[str], name: str, script: bool) -> Role:
    parent = directories[-1] if directories else ""
    grandparent = directories[-2] if len(directories) > 1 else ""
    if name.endswith(".py"):
        if parent == "migrations" and _MIGRATION.fullmatch(name):
            return Role.migration
        if parent == "versions" and grandparent in {"migrations", "alembic", "migration"}:
            return Role.migration
        if parent in {"migrations", "alembic"} and name == "env.py":
            return Role.migration
        if "evolve" in directories:  # of repoze.evolution, with copies of the models it evolves from
            return Role.migration
        if parent == "commands" and grandparent == "management":
            return Role.command
        if _SETTINGS_FILE.fullmatch(name):
            return Role.settings
        if parent == "settings" and name[:-3] not in _APP_MODULES:
            return Role.settings
    if name in _SCRIPTS or script or not _SCRIPT_DIRECTORIES.isdisjoint(directories):
        return Role.script
    return Role.app


_PATH_CALL = re.compile(
    r"\bsys\s*\.\s*path\s*\.\s*(?:insert|append|extend)\s*\(|\bsys\s*\.\s*path\s*\+?=|\bsite\.addsitedir\s*\("
)
_LITERAL = re.compile(r"""(?<![\w])[rbu]?(["'])([\w./-]{1,80})\1""")


def path_directories(text: str) -> Iterator[str]:
    """The directories a script in the project's root puts on `sys.path`, as far as literals in the call say.

    `sys.path.insert(0, os.path.join(base, "lib"))` yields `lib`. Whether such a directory is vendored is
    for the caller to judge (`VENDORED_CHILDREN`): a project's own `src` is put on the path as often as
    copied libraries.
    """
    for call in _PATH_CALL.finditer(text):
        statement = _statement(text, call.end())
        parts = [found.group(2).strip("/") for found in _LITERAL.finditer(statement)]
        directory = "/".join(part for part in parts if part not in {"", "."})
        if directory and ".." not in directory.split("/"):
            yield directory.removeprefix("./")


def _statement(text: str, start: int) -> str:
    """The rest of a call or statement, at most 300 characters."""
    depth = 1 if text[start - 1] == "(" else 0
    for at in range(start, min(start + 300, len(text))):
        character = text[at]
        if character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
            if depth <= 0:
                return text[start:at]
        elif character == "\n" and depth == 0:
            return text[start:at]
    return text[start : start + 300]
