"""The nouns that the manifests of a project are told in."""

from __future__ import annotations

from pentalint.dataclass import dataclass
from pentalint.model import Failure, Requirement


@dataclass(frozen=True, slots=True)
class ProjectMetadata:
    """What a project says of itself.

    `entry_points` are (group, name, value); `members` are the patterns of a workspace.
    """

    path: str
    name: str = ""
    classifiers: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    requires_python: str = ""
    entry_points: tuple[tuple[str, str, str], ...] = ()
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Serve:
    """A line that starts or configures the application when it is deployed.

    `kind` names the source: procfile, docker, compose, shell, systemd, env, paste, uwsgi, cherrypy,
    app-engine, fly, render, vercel, zappa, serverless. `text` is the command or setting, as written;
    `module` what it loads (`shop.wsgi:application`, `egg:shop`, `app.py`), "" when it does not say.
    """

    path: str
    line: int
    kind: str
    text: str
    module: str = ""


@dataclass(frozen=True, slots=True)
class PythonVersion:
    """A Python version asked for: `specifier` as written (`>=3.10`, `3.12.4`, `^3.11`, `pypy3.10`)."""

    path: str
    line: int
    specifier: str


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A statement of requirements that only running something would tell; `text` says what and why."""

    path: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Manifests:
    """All that the manifests of a project declare, each part sorted by path and line.

    `manifest_paths` are the files confirmed to be manifests or lock files (not Docker, tox and tool
    configuration).
    """

    requirements: tuple[Requirement, ...] = ()
    projects: tuple[ProjectMetadata, ...] = ()
    serves: tuple[Serve, ...] = ()
    pythons: tuple[PythonVersion, ...] = ()
    unresolved: tuple[Unresolved, ...] = ()
    failures: tuple[Failure, ...] = ()
    manifest_paths: tuple[str, ...] = ()
