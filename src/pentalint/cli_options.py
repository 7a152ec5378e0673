"""The options of `pentalint check`, declared once; some are shared by `detect` and `rules`."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from pentalint.config import FailOn, Options, Output, with_environment
from pentalint.config_keys import FORMATS, WrongValue, parse_jobs, parse_output
from pentalint.model import FRAMEWORKS, Confidence, Persona, Severity

Command = TypeVar("Command", bound=Callable[..., Any])
Parameters = dict[str, Any]

if TYPE_CHECKING:
    _Choice = click.Choice[str]
    _ParamType = click.ParamType[Any]
else:  # before click 8.2 they take no type arguments
    _Choice = click.Choice
    _ParamType = click.ParamType


class _Member(_Choice):
    """One of an enumeration's names, as its member."""

    def __init__(self, kind: type[Severity] | type[Confidence] | type[Persona] | type[FailOn]) -> None:
        self._kind = kind
        super().__init__([*kind.__members__, *(["any"] if kind is FailOn else [])])

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if isinstance(value, self._kind):
            return value
        word = str(super().convert(value, param, ctx))
        return self._kind["info" if word == "any" else word]


class _Parsed(_ParamType):
    """A word through a parser of the configuration, so that both say the same."""

    def __init__(self, name: str, parse: Callable[[str], Any]) -> None:
        self.name = name
        self._parse = parse

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            return self._parse(value) if isinstance(value, str) else value
        except WrongValue as wrong:
            self.fail(str(wrong), param, ctx)


def commas(
    context: click.Context, parameter: click.Parameter, values: Sequence[str]
) -> tuple[str, ...] | None:
    """Comma lists and repeats alike, in order; None when the option was not given."""
    items = tuple(item.strip() for value in values for item in value.split(",") if item.strip())
    if values and not items:
        raise click.BadParameter("needs at least one name", context, parameter)
    return items or None


def _many(*names: str, **extra: Any) -> Callable[[Command], Command]:
    return click.option(*names, multiple=True, callback=commas, **extra)


def _frameworks(
    context: click.Context, parameter: click.Parameter, values: Sequence[str]
) -> tuple[str, ...] | None:
    names = commas(context, parameter, values)
    for name in names or ():
        if name not in FRAMEWORKS:
            raise click.BadParameter(f'"{name}" is not one of {", ".join(FRAMEWORKS)}', context, parameter)
    return names


SELECTION = (
    _many("-s", "--select", metavar="RULES", help="Rules to run, instead of the configured ones."),
    _many("--ignore", metavar="RULES", help="Rules not to run."),
    _many("--extend-select", metavar="RULES", help="Rules to run besides the configured ones."),
    _many("--extend-ignore", metavar="RULES", help="Rules not to run besides the configured ones."),
    click.option("--persona", type=_Member(Persona), help="How much to report: default, pedantic or audit."),
    click.option(
        "--framework",
        "frameworks",
        multiple=True,
        callback=_frameworks,
        metavar="NAME",
        help=f"Take this framework as used, instead of detecting it: {', '.join(FRAMEWORKS)}. Repeatable.",
    ),
)
THRESHOLDS = (
    click.option("--min-severity", type=_Member(Severity), help="Report from this severity up."),
    click.option("--min-confidence", type=_Member(Confidence), help="Report from this confidence up."),
)
FILES = (
    _many("--exclude", metavar="PATTERNS", help="Files to leave out, instead of the usual ones."),
    _many("--extend-exclude", metavar="PATTERNS", help="Files to leave out besides the usual ones."),
    click.option(
        "--respect-gitignore/--no-respect-gitignore",
        default=None,
        help="Leave out what .gitignore names (the default).",
    ),
    click.option(
        "--force-exclude/--no-force-exclude",
        default=None,
        help="Leave excluded files out even when they are named here (the default).",
    ),
)
SETTINGS = (
    click.option("--config", metavar="PATH", help="Read this configuration file, not the closest."),
    click.option("--isolated", is_flag=True, default=None, help="Read no configuration file."),
)
OUTPUT = (
    click.option(
        "--output",
        "outputs",
        multiple=True,
        type=_Parsed("output", parse_output),
        metavar="FORMAT[=FILE]",
        help="Write a report, to FILE or standard output. Repeatable: one run, many reports.",
    ),
    click.option("--output-format", type=click.Choice(FORMATS), help="The format on standard output."),
    click.option("--statistics", is_flag=True, default=None, help="Count findings per rule."),
    click.option("--show-suppressed", is_flag=True, default=None, help="Report suppressed findings too."),
    click.option(
        "--fail-on", type=_Member(FailOn), help="Exit with 1 for findings from this severity up; default low."
    ),
    click.option("--exit-zero", is_flag=True, default=None, help="Exit with 0 whatever is found."),
)
RUNNING = (
    click.option(
        "-j",
        "--jobs",
        type=_Parsed("jobs", parse_jobs),
        metavar="N|auto",
        help="Number of processes; auto suits the machine and the work.",
    ),
    click.option("--no-cache", is_flag=True, default=None, help="Neither read nor write the cache."),
    click.option("--cache-dir", metavar="DIRECTORY", help="Where the cache is."),
    click.option("--parser", type=click.Choice(["auto", "ast", "libcst"]), help="Which parser reads Python."),
)
MANNERS = (
    click.option("-q", "--quiet", count=True, help="Say less: no notes and no progress bar."),
    click.option("-v", "--verbose", count=True, help="Say more: what was detected and which rules ran."),
)


def declared(*groups: Sequence[Callable[[Any], Any]]) -> Callable[[Command], Command]:
    """A decorator that adds groups of options to a command, in the order help lists them."""

    def decorate(command: Command) -> Command:
        for option in reversed([option for group in groups for option in group]):
            command = option(command)
        return command

    return decorate


def options_of(given: Parameters) -> Options:
    """Parsed parameters, and the environment where they are silent, as `Options`."""
    given = dict(given)
    output_format = given.pop("output_format", None)
    outputs = tuple(given.pop("outputs", ()))
    if output_format:
        outputs = (Output(output_format), *outputs)
    if sum(output.file is None for output in outputs) > 1:
        raise click.UsageError("two reports cannot both go to standard output; give one a file: FORMAT=FILE")
    quiet, verbose = given.pop("quiet", 0), given.pop("verbose", 0)
    options = Options(
        outputs=outputs or None,
        cache=False if given.pop("no_cache", None) else None,
        verbosity=verbose - quiet,
        **given,
    )
    return with_environment(options, os.environ)
