"""What a run would work on: files, settings, frameworks; and the commands about configuration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from enum import Enum
from json import dumps
from pathlib import Path
from typing import Any

from pentalint import cli_check, cli_terminal
from pentalint.config import Config, Options, Output
from pentalint.config_file import find_config, shown
from pentalint.config_keys import KEYS
from pentalint.errors import ConfigError


def settings(options: Options, cwd: Path) -> int:
    """Print every setting with the place that set it."""
    config = cli_check.configured(options, cwd)
    origins = dict(config.origins)
    lines = [f"root = {_value(config.root)}", f"file = {_value(config.file)}"]
    names = {key.field: name for name, key in KEYS.items()}
    for item in fields(Config):
        if item.name in ("root", "file", "notices", "origins"):
            continue
        name = names.get(item.name, item.name.replace("_", "-"))
        lines.append(f"{name} = {_value(getattr(config, item.name))}  # {origins.get(name, 'default')}")
    cli_terminal.write("".join(f"{line}\n" for line in lines))
    return 0


def files(options: Options, cwd: Path) -> int:
    """Print the files a run would look at, each with its role."""
    config = cli_check.configured(options, cwd)
    from pentalint import run

    found = run.survey(options, config)
    place = cli_check.base(config.root, cwd)
    for file in found.files:
        cli_terminal.write(f"{f'{place}/' if place else ''}{file.path}  {file.role.value}\n")
    return 0


def detect(options: Options, cwd: Path, form: str, evidence: bool) -> int:
    """Print the frameworks of each unit."""
    config = cli_check.configured(options, cwd)
    from pentalint import run
    from pentalint.report.detection import render_json, render_text

    units = run.detections(options, config)
    root = cli_check.base(config.root, cwd) or "."
    cli_terminal.write(render_json(root, units) if form == "json" else render_text(units, evidence))
    return 0


def routes(options: Options, cwd: Path, form: str) -> int:
    """Print the table of routes."""
    config = cli_check.configured(options, cwd)
    from pentalint import run
    from pentalint.report.routes import render_json, render_text

    found, failures = run.routes(options, config)
    place = cli_check.base(config.root, cwd)
    for failure in failures:
        where = f"{place}/{failure.path}" if place else failure.path
        cli_terminal.say(f"error: {where}:{failure.line}: {failure.message}")
    cli_terminal.write(
        render_json(place or ".", found, failures) if form == "json" else render_text(found, place)
    )
    return 1 if failures else 0


def project_settings(options: Options, cwd: Path, form: str, name: str | None) -> int:
    """Print the settings of the project, or the story of one of them."""
    config = cli_check.configured(options, cwd)
    from pentalint import run
    from pentalint.report.settings import render_json, render_story, render_text, title

    found, failures = run.settings(options, config)
    place = cli_check.base(config.root, cwd)
    if name is not None:
        kept = tuple(
            replace(one, settings=tuple(each for each in one.settings if name in (each.name, title(each))))
            for one in found
        )
        found = tuple(one for one in kept if one.settings)
        if not found:
            raise ConfigError(
                f"--explain: no deployment has a setting {name}; `pentalint settings` lists those there are"
            )
    for failure in failures:
        where = f"{place}/{failure.path}" if place else failure.path
        cli_terminal.say(f"error: {where}:{failure.line}: {failure.message}")
    if form == "json":
        cli_terminal.write(render_json(place or ".", found, failures))
    else:
        cli_terminal.write(render_text(found, place) if name is None else render_story(name, found, place))
    return 1 if failures else 0


def explain(options: Options, cwd: Path, place: str) -> int:
    """Print what the evaluator knows on a line, given as FILE:LINE."""
    name, _, number = place.rpartition(":")
    if not name or not number.isdigit():
        raise ConfigError(f"--explain: {place!r} is not FILE:LINE; write for instance app/views.py:12")
    file = (cwd / name).resolve()
    if not file.is_file():
        raise ConfigError(f"--explain: there is no file {name}; correct the path")
    config = cli_check.configured(options, cwd)
    root = Path(config.root).resolve()
    if not file.is_relative_to(root):
        raise ConfigError(f"--explain: {name} is outside of the project {config.root}; correct the path")
    from pentalint import run

    lines = run.explain(options, config, file.relative_to(root).as_posix(), int(number))
    told = lines or ["nothing is evaluated on this line"]
    cli_terminal.write("".join(f"{line}\n" for line in (f"{name}:{number}", *told)))
    return 0


def check_config(paths: Sequence[str], cwd: Path) -> int:
    """Check the configuration of each place, the working directory when none is named."""
    for path in paths or (".",):
        place = cwd / path
        if not place.exists():
            raise ConfigError(f"{path}: there is no such file or directory; correct the path")
        found = None if place.is_file() else find_config(place.resolve())
        if found is None and place.is_dir():
            cli_terminal.write(f"{path}: no configuration file; the defaults hold\n")
            continue
        file = place if found is None else found.path
        cli_check.configured(Options(config=str(file)), cwd)
        for notice in found.notices if found is not None else ():
            cli_terminal.say(f"note: {notice}")
        cli_terminal.write(f"{shown(file, cwd)}: valid\n")
    return 0


def keys() -> int:
    """Print the keys of a configuration file."""
    wide = max(map(len, KEYS))
    cli_terminal.write("".join(f"{name:<{wide}}  {key.about}\n" for name, key in KEYS.items()))
    return 0


def _value(value: Any) -> str:
    """A value as TOML would have it, near enough to read."""
    return dumps(_plain(value), ensure_ascii=False)


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, Output):
        return value.format if value.file is None else f"{value.format}={value.file}"
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value
