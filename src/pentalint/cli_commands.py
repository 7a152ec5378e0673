"""The commands, each a thin line from parsed words to a function below."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from pentalint import __version__, cli_check, cli_rules, cli_show, cli_terminal
from pentalint.cli_options import (
    FILES,
    MANNERS,
    OUTPUT,
    RUNNING,
    SELECTION,
    SETTINGS,
    THRESHOLDS,
    declared,
    options_of,
)

_SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 110}
_FORM = click.option(
    "--output-format",
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
)
_PATHS = click.argument("paths", nargs=-1, metavar="[PATHS]...")


@click.group(
    invoke_without_command=True,
    context_settings=_SETTINGS,
    epilog="`pentalint PATH` is short for `pentalint check PATH`.",
)
@click.version_option(__version__, "-V", "--version", message="%(prog)s %(version)s")
@click.pass_context
def pentalint(context: click.Context) -> int:
    """Security and structure checks for Django, Flask, Pyramid, Bottle and CherryPy projects.

    Nothing that is checked is run or imported.
    """
    return _help_unless_more(context)


def _help_unless_more(context: click.Context) -> int:
    """A group named alone prints its help; that is a mistake all the same."""
    if context.invoked_subcommand is None:
        cli_terminal.write(f"{context.get_help()}\n")
    return 2


@pentalint.command()
@_PATHS
@declared(SELECTION, THRESHOLDS, FILES, OUTPUT, SETTINGS, RUNNING, MANNERS)
@click.option("--show-files", is_flag=True, help="List the files with their roles, and check nothing.")
@click.option("--show-settings", is_flag=True, help="List the settings with their origin, and check nothing.")
@click.option("--explain", metavar="FILE:LINE", help="Say what is known on a line, and why data stops there.")
def check(
    paths: tuple[str, ...], show_files: bool, show_settings: bool, explain: str | None, **given: Any
) -> int:
    """Check a project, or report on some of its files.

    RULES are ids (flask/debug-run), packs (flask), globs (flask/*), category:NAME, severity:NAME or ALL, with
    commas between them or the option repeated. PATTERNS are those of .gitignore.

    Exits with 0 when nothing is found, 1 when something is, 2 when something went wrong.
    """
    options = options_of({"paths": paths, **given})
    if show_settings:
        return cli_show.settings(options, Path.cwd())
    if show_files:
        return cli_show.files(options, Path.cwd())
    if explain is not None:
        return cli_show.explain(options, Path.cwd(), explain)
    return cli_check.check(options, Path.cwd())


@pentalint.command()
@click.argument("path", default=".")
@declared(FILES, SETTINGS)
@click.option("--evidence", is_flag=True, help="Show why, with file and line.")
@click.option(
    "--output-format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def detect(path: str, evidence: bool, form: str, **given: Any) -> int:
    """Say which frameworks a project is built on, and how that is known."""
    return cli_show.detect(options_of({"paths": (path,), **given}), Path.cwd(), form, evidence)


@pentalint.command()
@click.argument("path", default=".")
@declared(FILES, SETTINGS)
@_FORM
def routes(path: str, form: str, **given: Any) -> int:
    """List what answers which URL: methods, URL, function, what guards it, and where it is registered.

    Exits with 1 when a file could not be read.
    """
    return cli_show.routes(options_of({"paths": (path,), **given}), Path.cwd(), form)


@pentalint.command()
@click.argument("path", default=".")
@declared(FILES, SETTINGS)
@click.option("--explain", "name", metavar="NAME", help="Tell the story of one setting.")
@_FORM
def settings(path: str, name: str | None, form: str, **given: Any) -> int:
    """List what each setting of the project will be, for each way it is deployed: the value, where it was set, and which
    environment variables it depends on. Secrets are masked. (`check --show-settings` is about pentalint's own.)

    Exits with 1 when a file could not be read.
    """
    return cli_show.project_settings(options_of({"paths": (path,), **given}), Path.cwd(), form, name)


@pentalint.command()
@click.argument("name", required=False, metavar="[ID]")
@click.option("--all", "every", is_flag=True, help="Explain all rules.")
@click.option(
    "--output-format",
    "form",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    show_default=True,
)
def rule(name: str | None, every: bool, form: str) -> int:
    """Explain a rule: what goes wrong, why, and how to fix it."""
    if (name is None) != every:
        raise click.UsageError("name one rule, or give --all")
    return cli_rules.explain(name, form)


@pentalint.command()
@_PATHS
@declared(SELECTION, FILES, SETTINGS)
@click.option(
    "--explain-selection", is_flag=True, help="Say of every rule whether it would run here, and why."
)
@click.option(
    "--output-format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def rules(paths: tuple[str, ...], explain_selection: bool, form: str, **given: Any) -> int:
    """List the rules, or with --explain-selection what would run on a project."""
    if explain_selection:
        return cli_rules.selection(options_of({"paths": paths, **given}), Path.cwd(), form)
    if paths or any(value not in (None, ()) for value in given.values()):
        raise click.UsageError(
            "paths and options are for --explain-selection; without it all rules are listed"
        )
    return cli_rules.listing(form)


@pentalint.group(invoke_without_command=True)
@click.pass_context
def config(context: click.Context) -> int:
    """Look after configuration files."""
    return _help_unless_more(context)


@config.command("check")
@click.argument("paths", nargs=-1, metavar="[DIRECTORIES OR FILES]...")
def config_check(paths: tuple[str, ...]) -> int:
    """Check the configuration that holds here, or in the places named, down to the names of rules."""
    return cli_show.check_config(paths, Path.cwd())


@config.command("keys")
def config_keys() -> int:
    """List the keys a configuration file may have."""
    return cli_show.keys()
