"""`pyproject.toml`: the standard tables, and those of setuptools, PDM and Flit."""

from __future__ import annotations

from collections.abc import Iterator

from pentalint.project.manifests import hatch, poetry, tox, uv
from pentalint.project.manifests.collect import Collector, Document, beside, texts
from pentalint.project.manifests.records import ProjectMetadata
from pentalint.project.manifests.requirement import NotARequirement, normalise, parse


def read(collector: Collector, path: str, text: str) -> None:
    """Enter everything a pyproject.toml declares."""
    document = collector.toml(path, text)
    if document is None:
        return
    before = len(collector.requirements) + len(collector.includes)
    name = _metadata(collector, document)
    _project(collector, document, name)
    _groups(collector, document, name)
    poetry.read(collector, document)
    _setuptools(collector, document)
    _others(collector, document)
    uv.read(collector, document)
    hatch.read(collector, document, "tool", "hatch")
    tox.read_toml(collector, document, "tool", "tox")
    _pixi(collector, document)
    after = len(collector.requirements) + len(collector.includes)
    if after > before or name:
        collector.manifests.add(path)
    # Last, since a table that only a tool understands declares nothing of the project.
    for line, item in document.strings("build-system", "requires"):
        collector.requirement(item, "build", path, line)


def _metadata(collector: Collector, document: Document) -> str:
    """Enter what the project says of itself; its name, as written, or ""."""
    project, poetry_table = document.table("project"), document.table("tool", "poetry")
    flit = document.table("tool", "flit", "metadata")
    names = (project.get("name"), poetry_table.get("name"), flit.get("dist-name"), flit.get("module"))
    name = next((value for value in names if isinstance(value, str)), "")
    requires = project.get("requires-python")
    collector.python(document.path, document.line("project", "requires-python"), requires)
    found = ProjectMetadata(
        document.path,
        name,
        next(filter(None, (texts(table.get("classifiers")) for table in (project, poetry_table, flit))), ()),
        texts(project.get("keywords")) or texts(poetry_table.get("keywords")),
        requires if isinstance(requires, str) else "",
        tuple(_entry_points(document)),
        texts(document.get("tool", "uv", "workspace", "members")),
    )
    if name or found.entry_points or found.members:
        collector.projects.append(found)
    return name


def _entry_points(document: Document) -> Iterator[tuple[str, str, str]]:
    """Group, name and value of every entry point, the scripts among them."""
    for where, group in (
        (("project", "scripts"), "console_scripts"),
        (("project", "gui-scripts"), "gui_scripts"),
        (("tool", "poetry", "scripts"), "console_scripts"),
    ):
        for name, value in document.table(*where).items():
            if isinstance(value, str):
                yield (group, name, value)
    for where in (
        ("project", "entry-points"),
        ("tool", "poetry", "plugins"),
        ("tool", "flit", "entrypoints"),
    ):
        for group in document.table(*where):
            for name, value in document.table(*where, group).items():
                if isinstance(value, str):
                    yield (group, name, value)


def _project(collector: Collector, document: Document, name: str) -> None:
    """`[project]`: dependencies and extras; references to own extras are expanded."""
    path = document.path
    _check_arrays(collector, document)
    for line, item in document.strings("project", "dependencies"):
        _one_or_own(collector, document, name, item, "runtime", line)
    for extra in document.table("project", "optional-dependencies"):
        for line, item in document.strings("project", "optional-dependencies", extra):
            _one_or_own(collector, document, name, item, f"extra:{normalise(extra)}", line)
    dynamic = document.strings("project", "dynamic")
    for line, item in dynamic:
        if item == "dependencies" and not _dynamic_source(collector, document):
            collector.unclear(path, line, "the dependencies are computed by the build backend")


def _check_arrays(collector: Collector, document: Document) -> None:
    value = document.get("project", "dependencies")
    if value is not None and not isinstance(value, list):
        message = "`project.dependencies` must be an array of strings; write it as one"
        collector.fail(document.path, document.line("project", "dependencies"), message)


def _dynamic_source(collector: Collector, document: Document) -> bool:
    """Whether another place that is read states the dependencies that are declared dynamic."""
    return bool(
        document.get("tool", "setuptools", "dynamic", "dependencies")
        or document.get("tool", "hatch", "metadata", "hooks", "requirements_txt")
        or document.get("tool", "poetry", "dependencies")
        or beside(document.path, "setup.py") in collector.files
        or beside(document.path, "setup.cfg") in collector.files
    )


def _one_or_own(
    collector: Collector,
    document: Document,
    name: str,
    item: str,
    scope: str,
    line: int,
    seen: frozenset[str] = frozenset(),
) -> None:
    """Enter a requirement; one on the project itself with extras stands for what those extras hold."""
    own = _own_extras(item, name)
    if own is None:
        collector.requirement(item, scope, document.path, line)
        return
    extras = {normalise(extra): extra for extra in document.table("project", "optional-dependencies")}
    for wanted in own:
        if wanted in seen or wanted not in extras:
            continue
        for at, inner in document.strings("project", "optional-dependencies", extras[wanted]):
            _one_or_own(collector, document, name, inner, scope, at, seen | {wanted})


def _own_extras(item: str, name: str) -> tuple[str, ...] | None:
    if not name or "[" not in item:
        return None
    try:
        parsed = parse(item)
    except NotARequirement:
        return None
    return parsed.extras if parsed.name == normalise(name) else None


def _groups(collector: Collector, document: Document, name: str) -> None:
    """`[dependency-groups]` (PEP 735): strings and includes of other groups."""
    table = document.table("dependency-groups")
    by_name: dict[str, str] = {}
    for group in table:
        if normalise(group) in by_name:
            other = by_name[normalise(group)]
            message = f"the dependency groups `{other}` and `{group}` have the same name; rename one"
            collector.fail(document.path, document.line("dependency-groups", group), message)
        by_name.setdefault(normalise(group), group)
    for group in table:
        _group(collector, document, name, by_name, group, f"group:{normalise(group)}", ())


def _group(
    collector: Collector,
    document: Document,
    name: str,
    by_name: dict[str, str],
    group: str,
    scope: str,
    seen: tuple[str, ...],
) -> None:
    entries = document.get("dependency-groups", group)
    for at, item in enumerate(entries if isinstance(entries, list) else []):
        line = document.line("dependency-groups", group, at)
        if isinstance(item, str):
            _one_or_own(collector, document, name, item, scope, line)
            continue
        wanted = item.get("include-group") if isinstance(item, dict) else None
        if not isinstance(wanted, str):
            collector.fail(
                document.path, line, "an entry of a dependency group is a string or {include-group = ...}"
            )
        elif normalise(wanted) not in by_name:
            collector.fail(
                document.path, line, f"the dependency group `{wanted}` does not exist; define or rename it"
            )
        elif by_name[normalise(wanted)] not in (*seen, group):
            _group(collector, document, name, by_name, by_name[normalise(wanted)], scope, (*seen, group))


def _setuptools(collector: Collector, document: Document) -> None:
    """Requirements that setuptools takes from files: a string, a list or a table with `file`."""
    where = ("tool", "setuptools", "dynamic")
    _files(collector, document, (*where, "dependencies"), "runtime")
    for extra in document.table(*where, "optional-dependencies"):
        _files(collector, document, (*where, "optional-dependencies", extra), f"extra:{normalise(extra)}")


def _files(collector: Collector, document: Document, where: tuple[str, ...], scope: str) -> None:
    value = document.get(*where)
    if value is None:
        return
    keys = (*where, "file") if isinstance(value, dict) else where
    named = document.strings(*keys)
    for line, target in named:
        collector.include(document.path, line, beside(document.path, target), scope)
    if not named:
        collector.unclear(
            document.path, document.line(*where), "the dependencies come from code, not from a file"
        )


def _others(collector: Collector, document: Document) -> None:
    """PDM's development dependencies and Flit's metadata from before the standard table."""
    path = document.path
    for group in document.table("tool", "pdm", "dev-dependencies"):
        for line, item in document.strings("tool", "pdm", "dev-dependencies", group):
            collector.requirement(item.removeprefix("-e ").strip(), "dev", path, line)
    for line, item in document.strings("tool", "flit", "metadata", "requires"):
        collector.requirement(item, "runtime", path, line)
    for extra in document.table("tool", "flit", "metadata", "requires-extra"):
        for line, item in document.strings("tool", "flit", "metadata", "requires-extra", extra):
            collector.requirement(item, f"extra:{normalise(extra)}", path, line)


def _pixi(collector: Collector, document: Document) -> None:
    from pentalint.project.manifests import pixi

    pixi.read_tables(collector, document, "tool", "pixi")
