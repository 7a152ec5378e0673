"""pentalint: framework-aware checks for Django, Flask, Pyramid, Bottle and CherryPy, without running the code."""

from __future__ import annotations

__version__ = "0.1.0"
