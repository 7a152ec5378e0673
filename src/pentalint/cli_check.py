"""`pentalint check`: what holds, the run, the reports, the exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from pentalint import __version__, cli_terminal
from pentalint.config import Config, FailOn, Options, Output, check_selectors, config_selectors
from pentalint.config_file import load
from pentalint.errors import ConfigError
from pentalint.model import Failure, Report, Unit
from pentalint.report import FORMATS, Context
from pentalint.report.context import UNREADABLE, statistics, summary
from pentalint.rule import Rule

TEXT_FORMATS = ("full", "concise", "grouped")
LARGEST = 64 * 1024 * 1024
"""Bytes of a file code is shown from; the run has its own, lower limit."""


class PackRules(Mapping[str, Rule]):
    """All rules of all packs by id, found when first asked for: a clean warm run never does."""

    def __getitem__(self, name: str) -> Rule:
        return all_rules()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(all_rules())

    def __len__(self) -> int:
        return len(all_rules())


class RulesOnDisk(Mapping[str, Rule]):
    """Rule files by id, sorted. To get one rule, only its own pack is read: a report on a Django project needs no other."""

    def __getitem__(self, name: str) -> Rule:
        return pack_rules(name.partition("/")[0])[name]

    def __iter__(self) -> Iterator[str]:
        from pentalint.packs.load import load_packs

        return iter(sorted(rule.id for pack in load_packs().values() for rule in pack.rules))

    def __len__(self) -> int:
        return sum(1 for _ in self)


@lru_cache(maxsize=32)
def pack_rules(pack: str) -> dict[str, Rule]:
    """The rules of one pack by id; none when there is no such pack."""
    from pentalint.packs.load import load_packs

    return {rule.id: rule for found in load_packs(names={pack}).values() for rule in found.rules}


def all_rules() -> Mapping[str, Rule]:
    """Every rule of every pack, by id, sorted."""
    return RulesOnDisk()


def configured(options: Options, cwd: Path) -> Config:
    """What holds for a command line, with every name in it known. Raises `ConfigError` otherwise."""
    config = load(options, cwd)
    check_version(config)
    check_names(config)
    return config


def check_version(config: Config) -> None:
    """That this is the pentalint a configuration asks for."""
    wanted = config.required_version
    if wanted is None:
        return
    origin = dict(config.origins)["required-version"]
    from pentalint.packs.select import within

    try:
        fits = within(__version__, wanted)
    except ValueError:
        example = 'must be a version specifier such as ">=0.2,<1"'
        raise ConfigError(f'{origin}: "required-version" {example}, not "{wanted}"') from None
    if not fits:
        raise ConfigError(f"{origin}: pentalint {wanted} is required, this is {__version__}; install another")


def check_names(config: Config) -> None:
    """That the rules a configuration names exist. The packs are read only when it names any."""
    named = [(selector, key) for selector, key in config_selectors(config) if selector != "ALL"]
    if not named:
        return
    origins = dict(config.origins)
    packs = {rule.pack for rule in all_rules().values()}
    for key, group in groupby(named, key=lambda pair: pair[1]):
        origin = origins.get(key)
        where = key if origin is None else f"--{key}" if origin == "command line" else f"{origin}: {key}"
        check_selectors([selector for selector, _ in group], all_rules().keys(), packs, where)


def check(options: Options, cwd: Path) -> int:
    """Run, report, and say how it ended."""
    config = configured(options, cwd)
    from pentalint import run

    bar = cli_terminal.progress(options.verbosity or 0, os.environ)
    try:
        report = run.run(options, config, progress=bar)
    finally:
        if bar is not None:
            bar.clear()
    report = replace(report, notices=tuple(dict.fromkeys((*config.notices, *report.notices))))
    tell(report, options)
    emit(report, config, options, cwd)
    return exit_code(report, config, options)


def exit_code(report: Report, config: Config, options: Options) -> int:
    """0, 1 or 2. No format changes it; a file that could not be read counts whatever its severity."""
    if report.failures:
        return 2
    if options.exit_zero or config.fail_on is FailOn.never:
        return 0
    return int(any(found.severity >= config.fail_on or found.rule == UNREADABLE for found in report.shown))


def tell(report: Report, options: Options) -> None:
    """What is not data:

    faults always, notes unless asked to be quiet, detections when asked to be verbose.
    """
    verbosity = options.verbosity or 0
    for failure in report.failures:
        where = f"{failure.path}:{failure.line}: " if failure.path else ""
        cli_terminal.say(f"error: {where}{failure.message} (internal failure while at: {failure.stage})")
    if verbosity < 0:
        return
    for notice in report.notices:
        cli_terminal.say(f"note: {notice}")
    if not report.checked:
        cli_terminal.say(
            "warning: no files to check; if .gitignore names them, --no-respect-gitignore brings them back"
        )
    if verbosity > 0:
        for unit in report.units:
            cli_terminal.say(f"note: {_unit(unit)}")
        cli_terminal.say(f"note: rules that ran: {len(report.rules)}")


def emit(report: Report, config: Config, options: Options, cwd: Path) -> None:
    """Every report that was asked for: files first, so that a reader who goes away costs none."""
    contexts = [(output, context_for(output, config, options, cwd)) for output in config.outputs]
    for output, context in contexts:
        if output.file is not None:
            cli_terminal.write_file(output.file, FORMATS[output.format](report, context))
    printed = [pair for pair in contexts if pair[0].file is None]
    for output, context in printed:
        cli_terminal.write(FORMATS[output.format](report, context))
    told = any(output.format in TEXT_FORMATS for output, _ in printed)
    if options.statistics and not told:
        for line in statistics(report).splitlines():
            cli_terminal.say(line)
    if not printed and (options.verbosity or 0) >= 0:
        cli_terminal.say(summary(report))


def context_for(output: Output, config: Config, options: Options, cwd: Path) -> Context:
    """How to render one report. Colour and links are for terminals, never for files or data."""
    screen = output.file is None and output.format in TEXT_FORMATS
    color = screen and cli_terminal.colored(sys.stdout, os.environ)
    workspace = os.environ.get("GITHUB_WORKSPACE") if output.format == "github" else None
    return Context(
        rules=PackRules(),
        text=Reader(config.root),
        base=base(config.root, Path(workspace) if workspace else cwd),
        inside=inside(config.root, Path(workspace) if workspace else cwd),
        color=color,
        show_suppressed=bool(options.show_suppressed),
        statistics=bool(options.statistics),
        summary=(options.verbosity or 0) >= 0,
        links=color and sys.stdout.isatty(),
        width=cli_terminal.columns(sys.stdout) if screen else 100,
    )


def base(root: str, cwd: Path) -> str:
    """The root as seen from `cwd`:

    relative when one is inside the other, else absolute; "" when they are the same.
    """
    place = Path(root)
    if place == cwd:
        return ""
    if place.is_relative_to(cwd) or cwd.is_relative_to(place):
        return Path(os.path.relpath(place, cwd)).as_posix()
    return place.as_posix()


def inside(root: str, cwd: Path) -> str:
    """The place of `cwd` below the root; "" when it is the root or not below it."""
    place = Path(root)
    return cwd.relative_to(place).as_posix() if cwd != place and cwd.is_relative_to(place) else ""


class Reader:
    """The text of project files for code frames and fingerprints, each read once."""

    def __init__(self, root: str) -> None:
        self._root = Path(root)
        self._texts: dict[str, str] = {}

    def __call__(self, path: str) -> str:
        if path not in self._texts:
            self._texts[path] = self._read(path)
        return self._texts[path]

    def _read(self, path: str) -> str:
        """The whole text;

        "" for a file that is gone or cannot be decoded, which the run has reported already.
        """
        from pentalint.syntax.decode import decode

        try:
            decoded = decode(path, (self._root / path).read_bytes(), LARGEST)
        except OSError:
            return ""
        return "" if isinstance(decoded, Failure) else decoded[0]


def _unit(unit: Unit) -> str:
    """`services/web: django 4.2.1 (application)`."""
    found = [
        f"{detection.framework}{f' {detection.version}' if detection.version else ''} ({detection.role})"
        for detection in unit.detections
    ]
    return f"{unit.path}: {', '.join(found) or 'none of the frameworks'}"
