"""Where text leaves the program: encodings, colour, the progress bar, broken pipes."""

from __future__ import annotations

import io
import os
import shutil
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

from pentalint.errors import UserError

_TICK = 0.1
_BAR = 24


def prepare() -> None:
    """Make standard output able to say anything: what its encoding lacks is written as a backslash escape."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def write(text: str) -> None:
    """Data, to standard output. A reader that went away is not an error."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        close_quietly()
    except (OSError, ValueError, AttributeError) as error:
        close_quietly()
        reason = getattr(error, "strerror", None) or "it is closed"
        raise UserError(f"standard output cannot be written to ({reason})") from None


def say(sentence: str) -> None:
    """Everything that is not data, to standard error."""
    if sys.stderr is not None:
        sys.stderr.write(f"pentalint: {sentence}\n")


def write_file(name: str, text: str) -> None:
    """A report to a file, always UTF-8. Raises `UserError` when it cannot be written."""
    try:
        Path(name).write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")
    except OSError as error:
        raise UserError(f"{name}: the report cannot be written there: {error.strerror}") from None


def close_quietly() -> None:
    """Send what is still buffered nowhere, so that the interpreter does not complain as it ends."""
    try:
        descriptor = sys.stdout.fileno()
    except (OSError, ValueError, AttributeError):
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)


def colored(stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Whether to colour: on a terminal that can, unless NO_COLOR is set; with FORCE_COLOR also elsewhere."""
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR"):
        return environ["FORCE_COLOR"] != "0"
    return stream.isatty() and environ.get("TERM") != "dumb"


def columns(stream: TextIO) -> int:
    """The width to write for:

    the terminal's, 100 when there is none so that output does not depend on the place.
    """
    return shutil.get_terminal_size((100, 24)).columns if stream.isatty() else 100


class Progress:
    """A bar on a terminal:

    call it with how many files are done, of how many; `clear` takes it away.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._next = time.monotonic() + _TICK
        self._shown = False

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if now < self._next or not total:
            return
        self._next = now + _TICK
        filled = _BAR * done // total
        self._stream.write(f"\r[{'#' * filled}{' ' * (_BAR - filled)}] {done}/{total} files")
        self._stream.flush()
        self._shown = True

    def clear(self) -> None:
        """Take the bar off the screen, if it came to be shown."""
        if self._shown:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
        self._shown = False


def progress(verbosity: int, environ: Mapping[str, str]) -> Progress | None:
    """A bar when someone is watching: standard error is a terminal, and they did not ask for silence."""
    watched = (
        sys.stderr.isatty() and verbosity >= 0 and environ.get("TERM") != "dumb" and not environ.get("CI")
    )
    return Progress(sys.stderr) if watched else None
