"""A stand-in for the run, for the tests of the command line."""

from __future__ import annotations

import io
import types
from collections.abc import Callable
from typing import Any

from reporting import RULES

from pentalint.config import Config, Options
from pentalint.model import Confidence, Detection, File, Report, Role, Unit
from pentalint.packs.select import Selection

Result = tuple[int, str, str]


Command = Callable[..., Result]


class Stand:
    """A run that returns what it is told to, and keeps what it was asked."""

    def __init__(self) -> None:
        self.report = Report(root=".", checked=3)
        self.error: BaseException | None = None
        self.options = Options()
        self.config = Config()

    def run(self, options: Options, config: Config, progress: Any = None) -> Report:
        self.options, self.config = options, config
        if progress is not None:
            progress(1, 3)
        if self.error is not None:
            raise self.error
        return self.report

    def survey(self, options: Options, config: Config) -> Any:
        files = (File("app.py", Role.app), File("tests/test_app.py", Role.test))
        return types.SimpleNamespace(files=files)

    def detections(self, options: Options, config: Config) -> tuple[Unit, ...]:
        return (Unit(".", (Detection(".", "flask", "application", Confidence.high, version="3.0"),)),)

    def selection(self, options: Options, config: Config) -> Selection:
        chosen = (RULES["flask/debug-run"],)
        return Selection(".", ("flask",), chosen, {"web/fat-view": "not among the selected rules"})


CLEAN = "No findings in 3 files checked.\n"


FOUND = (
    "app.py:6:5: high[flask/debug-run] `app.run(debug=True)` lets visitors run code\n"
    "\n"
    "1 finding (1 high) in 1 file; 3 files checked.\n"
)


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True
