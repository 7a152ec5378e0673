"""A run: walk, ask the cache, else check. What only a full check needs is imported only then."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from pentalint.cache import Cache, cache_directory, run_key, stamps
from pentalint.config import Config, Options
from pentalint.data import rules_root
from pentalint.model import Failure, File, Report, Route, Unit
from pentalint.progress import Progress
from pentalint.project.roles import role_of
from pentalint.project.selection import reportable
from pentalint.project.walk import Walk, walk

if TYPE_CHECKING:
    from pentalint.packs.select import Selection
    from pentalint.project.survey import Project
    from pentalint.settings.model import Deployment


def run(options: Options, config: Config, progress: Progress | None = None) -> Report:
    """Check a project.

    Raises `ConfigError` for a path that is not there or no part of the project, `RuleError` for a broken rule file.
    """
    walked = walk_project(options, config)
    if not config.cache:
        return check(walked, options, config, progress)
    directory = cache_directory(config.cache_dir, os.environ)
    cache = Cache(directory, walked.root, run_key(question(walked, options, config), rules_root()))
    now = stamps(walked.root, (file.path for file in walked.files))
    report = cache.load(now)
    if report is None:
        report = check(walked, options, config, progress)
        cache.store(now, report)
    return report


def check(walked: Walk, options: Options, config: Config, progress: Progress | None) -> Report:
    """The check itself."""
    from pentalint import pipeline

    return pipeline.check(walked, options, config, progress)


def explain(options: Options, config: Config, path: str, line: int) -> list[str]:
    """What is known on one line of a file of the project."""
    from pentalint import pipeline

    return pipeline.explain(walk_project(options, config), options, config, path, line)


def walk_project(options: Options, config: Config) -> Walk:
    """The files of the project. Files named on the command line that are excluded stay so, unless
    `force-exclude` is off."""
    found = walk(
        Path(config.root),
        exclude=config.exclude or (),
        extend_exclude=config.extend_exclude,
        respect_gitignore=config.respect_gitignore,
    )
    left_out = reportable(found, options.paths).left_out if options.paths else ()
    if not left_out:
        return found
    if config.force_exclude:
        notices = tuple(
            f"{path} is excluded, or of no kind that is checked: it is left out" for path in left_out
        )
        return replace(found, notices=(*found.notices, *notices))
    more = [File(path, role_of(path), size_of(Path(config.root) / path)) for path in left_out]
    return replace(found, files=tuple(sorted((*found.files, *more), key=lambda file: file.path)))


def size_of(path: Path) -> int:
    """The size of a file in bytes, 0 when it cannot be told."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def question(walked: Walk, options: Options, config: Config) -> tuple[object, ...]:
    """Everything besides the contents of files that decides the report: what is configured, the paths asked
    for, and the day (support ends and suppressions expire)."""
    asked = reportable(walked, options.paths).paths if options.paths else None
    settled = replace(
        config, outputs=(), jobs=0, cache=True, cache_dir=None, origins=(), notices=(), file=None
    )
    roles = tuple((file.path, file.role.value) for file in walked.files)
    failures: tuple[Failure, ...] = walked.failures
    return (settled, asked, roles, failures, walked.notices, date.today().isoformat())


def survey(options: Options, config: Config) -> Project:
    """The project from outside: files, manifests, units, detections."""
    from pentalint.project.survey import survey as survey_project

    return survey_project(Path(config.root), config=config, walked=walk_project(options, config))


def detections(options: Options, config: Config) -> tuple[Unit, ...]:
    """What each unit is built on."""
    return survey(options, config).units


def routes(options: Options, config: Config) -> tuple[tuple[Route, ...], tuple[Failure, ...]]:
    """What answers which URL, in order, and the files that could not be read."""
    from pentalint import pipeline

    table = pipeline.routes(options, config, walk_project(options, config))
    return table.routes, table.failures


def settings(options: Options, config: Config) -> tuple[tuple[Deployment, ...], tuple[Failure, ...]]:
    """What each setting of each deployment will be, and the files that could not be read."""
    from pentalint import pipeline

    found = pipeline.settings(options, config, walk_project(options, config))
    return found.deployments, found.failures


def selection(options: Options, config: Config) -> Selection:
    """The rules that run, and for each other rule the reason why not."""
    from pentalint import pipeline

    return pipeline.selection(options, config)
