"""argv -> options; report -> standard output and an exit code; nothing else.

Exit codes: 0 nothing at or above `--fail-on`; 1 findings, or a file that could not be read; 2 a mistake in
the configuration or on the command line, or a fault of this program (which `--exit-zero` does not hide).
"""

from __future__ import annotations

import gc
import os
import re
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

from pentalint.errors import UserError

COMMANDS = ("check", "detect", "routes", "settings", "rule", "rules", "config")
_JOINED = re.compile(r"(-[A-Za-z]|--[a-z][a-z-]*) +(\S.*)", re.DOTALL)
INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> None:
    """The program. Ends the process with the exit code.

    It ends at once: taking apart millions of objects that the system is about to take back costs up to a sixth
    of a run."""
    gc.disable()  # one short run builds trees without cycles; collecting over them costs up to a quarter
    code = run_command(list(sys.argv[1:] if argv is None else argv))
    if not flushed():
        code = code or 2
    os._exit(code)


def flushed() -> bool:
    """Write out what is buffered; False when nobody reads any more."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (ValueError, OSError, AttributeError):
        return False
    return True


def run_command(argv: list[str]) -> int:
    """One command line from beginning to end; returns the exit code and lets no exception out."""
    from pentalint import cli_terminal

    if sys.stdout is None:
        cli_terminal.say("error: standard output is closed; send it somewhere")
        return 2
    cli_terminal.prepare()
    try:
        return _dispatch(argv)
    except UserError as error:
        cli_terminal.say(f"error: {error}")
        return 2
    except BrokenPipeError:
        cli_terminal.close_quietly()
        return 2
    except KeyboardInterrupt:
        cli_terminal.say("interrupted")
        return INTERRUPTED
    except Exception as error:
        cli_terminal.say(_bug(error))
        return 2


def arguments(argv: list[str]) -> tuple[list[str], list[str]]:
    """The command line as the parser wants it, and what was odd about it.

    `pentalint PATH` and `pentalint --select X` mean `check`; `"-s A"` given as one argument, which YAML lists
    invite, is read as two.
    """
    result: list[str] = []
    odd: list[str] = []
    for position, word in enumerate(argv):
        if word == "--":
            result += argv[position:]
            break
        if joined := _JOINED.fullmatch(word):
            odd.append(
                f'"{word}" came as one argument and is read as two; write {joined[1]}, then {joined[2]}'
            )
            result += [joined[1], joined[2]]
        else:
            result.append(word)
    if result[:1] and result[0] not in (*COMMANDS, "--help", "-h", "--version", "-V"):
        result.insert(0, "check")
    return result, odd


def _dispatch(argv: list[str]) -> int:
    import click

    from pentalint import cli_terminal
    from pentalint.cli_commands import pentalint

    words, odd = arguments(argv)
    for sentence in odd:
        cli_terminal.say(f"warning: {sentence}")
    try:
        code = pentalint.main(words, prog_name="pentalint", standalone_mode=False)
    except click.exceptions.Abort:
        raise KeyboardInterrupt from None
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx else "pentalint"
        cli_terminal.say(f"error: {error.format_message().rstrip('.')}; `{path} --help` lists what there is")
        return 2
    except click.ClickException as error:
        cli_terminal.say(f"error: {error.format_message()}")
        return 2
    return code if isinstance(code, int) else 0


def _bug(error: Exception) -> str:
    """The sentence for a fault of ours; the traceback too when PENTALINT_TRACEBACK is set."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    said = " ".join(f"{type(error).__name__}: {error}".split()).rstrip(": ")
    sentence = (
        f"internal error{where}: {said}. This is a bug in pentalint, not in your code: please report it with "
        "the command you ran and what it prints when PENTALINT_TRACEBACK=1 is set"
    )
    if os.environ.get("PENTALINT_TRACEBACK"):
        return sentence + "\n" + "".join(traceback.format_exception(error)).rstrip()
    return sentence
