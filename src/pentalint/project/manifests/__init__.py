"""What the manifests of a project declare, read without running anything.

`read_manifests` is the way in. Each family of files has a module; which reader gets a file is decided here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from pentalint.model import File
from pentalint.project.manifests import (
    conda,
    docker,
    hatch,
    locks,
    pipfile,
    pixi,
    pyproject,
    pyversion,
    requirements,
    script,
    serve,
    setup_cfg,
    setup_py,
    tools,
    tox,
    uv,
    uv_lock,
)
from pentalint.project.manifests.collect import Collector, beside
from pentalint.project.manifests.records import Manifests, ProjectMetadata, PythonVersion, Serve, Unresolved
from pentalint.project.manifests.requirement import normalise

__all__ = ["Manifests", "ProjectMetadata", "PythonVersion", "Serve", "Unresolved", "read_manifests"]

Reader = Callable[[Collector, str, str], None]

_NAMES: dict[str, Reader] = {
    "pyproject.toml": pyproject.read,
    "uv.toml": uv.read_file,
    "hatch.toml": hatch.read_file,
    "pixi.toml": pixi.read,
    "tox.toml": tox.read_file,
    "tox.ini": tox.read,
    "setup.cfg": setup_cfg.read,
    "Pipfile": pipfile.read,
    "Pipfile.lock": locks.read_pipfile,
    "poetry.lock": locks.read_poetry,
    "pdm.lock": locks.read_pdm,
    "uv.lock": uv_lock.read,
    "pixi.lock": locks.read_pixi,
    ".python-version": pyversion.read_lines,
    "runtime.txt": pyversion.read_lines,
    ".tool-versions": pyversion.read_tool_versions,
    "mise.toml": pyversion.read_mise,
    ".mise.toml": pyversion.read_mise,
    "fly.toml": serve.read_toml,
    ".pre-commit-config.yaml": tools.read_precommit,
    ".travis.yml": tools.read_workflow,
    ".gitlab-ci.yml": tools.read_workflow,
}


def _yaml(kind: str) -> Reader:
    return lambda collector, path, text: serve.read_yaml(collector, path, text, kind)


def _json(kind: str) -> Reader:
    return lambda collector, path, text: serve.read_json(collector, path, text, kind)


_PATTERNS: tuple[tuple[re.Pattern[str], Reader], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), reader)
    for pattern, reader in (
        (r"(.*\.)?(dockerfile|containerfile)(\..*)?", docker.read),
        (r"procfile(\..*)?", serve.read_procfile),
        (r".*\.py\.lock", uv_lock.read),
        (r"pylock(\..+)?\.toml", locks.read_pylock),
        (r"conda-lock\.ya?ml", locks.read_conda),
        (r"\.env(\..*)?|\.flaskenv(\..*)?|.*\.env", serve.read_environment),
        (r"(docker-)?compose([-.].*)?\.ya?ml", _yaml("compose")),
        (r"app\.ya?ml", _yaml("app-engine")),
        (r"render\.ya?ml", _yaml("render")),
        (r"serverless\.ya?ml", _yaml("serverless")),
        (r"zappa_settings\.json", _json("zappa")),
        (r"vercel\.json", _json("vercel")),
        (r".*\.service", serve.read_service),
        (r".*\.sh", serve.read_shell),
        (r"buildout.*\.cfg", tools.read_buildout),
        (r".*\.(ini|conf|cfg)([-_.](in|tpl|tmpl|jinja2?|j2|mako))?|.*\.tpl", serve.read_ini),
    )
)
_CONDA = re.compile(
    r"(.*[-_.])?(environment|env|conda)([-_.].*)?\.ya?ml|(.*/)?environments?/[^/]+\.ya?ml", re.IGNORECASE
)
_WORKFLOW = re.compile(r"(.*/)?\.github/workflows/[^/]+\.ya?ml")


def read_manifests(files: Sequence[File], read: Callable[[str], bytes]) -> Manifests:
    """Everything the project's manifests, lock files and deployment files say.

    `read` gives the bytes of a path relative to the root and may raise OSError. A broken file becomes a
    failure and the rest goes on; a value that only running something would tell is listed in `unresolved`.
    """
    collector = Collector(read, {file.path: file for file in files})
    candidates: list[str] = []
    # Locks last: one without groups is understood by what the manifest beside it declares.
    for file in sorted(files, key=lambda file: (file.path.endswith(".lock"), file.path)):
        if file.path.endswith((".py", ".pyw")):
            _python(collector, file)
        elif requirements.named_like_requirements(file.path):
            candidates.append(file.path)
        else:
            for reader in _readers(file.path):
                text = collector.text(file.path)
                if text is not None:
                    reader(collector, file.path, text)
    requirements.read(collector, candidates)
    _name_directories(collector)
    return _manifests(collector)


def _readers(path: str) -> list[Reader]:
    name = path.rpartition("/")[2]
    if name in _NAMES:
        return [_NAMES[name]]
    found = [reader for pattern, reader in _PATTERNS if pattern.fullmatch(name)][:1]
    if not found and name.endswith((".yml", ".yaml")):
        if _CONDA.fullmatch(name) or _CONDA.fullmatch(path):
            found.append(conda.read)
        elif _WORKFLOW.fullmatch(path):
            found.append(tools.read_workflow)
    return found


def _python(collector: Collector, file: File) -> None:
    """Python files that are manifests: setup.py, noxfile.py, and scripts with a metadata block."""
    if file.size > _MOST:
        return
    data = collector.data(file.path)
    if data is None:
        return
    name = file.path.rpartition("/")[2]
    if name == "setup.py":
        setup_py.read(collector, file.path, data)
    elif name == "noxfile.py":
        tools.read_nox(collector, file.path, data)
    if script.MARK in data:
        script.read(collector, file.path, data)


_MOST = 2 * 1024 * 1024


def _name_directories(collector: Collector) -> None:
    """Give requirements on directories (`-e .`, `./lib`) the name that the metadata found there states.

    pip takes such a path from where it runs: the project's directory rather than that of `requirements/`.
    """
    names: dict[str, str] = {}
    for project in collector.projects:
        directory, _, manifest = project.path.rpartition("/")
        if project.name and (directory not in names or manifest == "pyproject.toml"):
            names[directory] = project.name
    for found in collector.locals:
        target = found.specifier.partition("[")[0].removeprefix("file:")
        places = [beside(found.path, target), beside(_unit_file(found.path), target), beside("", target)]
        name = next((names[place] for place in places if place in names), "")
        if name:
            collector.requirements.append(replace(found, name=normalise(name)))
        elif target.strip("./"):
            # The project itself (`.`) declares nothing more than what is read anyway.
            collector.unclear(found.path, found.line, f"no metadata names the directory {found.specifier}")


def _unit_file(path: str) -> str:
    """The path as if the file lay beside its `requirements/` directory."""
    directory, _, name = path.rpartition("/")
    while directory and re.fullmatch(r"requirements?|reqs|deps|pip", directory.rpartition("/")[2]):
        directory = directory.rpartition("/")[0]
    return f"{directory}/{name}" if directory else name


def _manifests(collector: Collector) -> Manifests:
    ordered = sorted(
        set(collector.requirements),
        key=lambda found: (found.path, found.line, found.name, found.scope, found.specifier, found.marker),
    )
    return Manifests(
        tuple(ordered),
        tuple(sorted(collector.projects, key=lambda found: found.path)),
        tuple(
            sorted(set(collector.serves), key=lambda found: (found.path, found.line, found.kind, found.text))
        ),
        tuple(sorted(set(collector.pythons), key=lambda found: (found.path, found.line, found.specifier))),
        tuple(sorted(set(collector.unresolved), key=lambda found: (found.path, found.line, found.text))),
        tuple(sorted(set(collector.failures), key=lambda found: (found.path, found.line, found.message))),
        tuple(sorted(collector.manifests)),
    )
