"""Where the data that ships with the program lies."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from pentalint.errors import RuleError


@lru_cache(maxsize=1)
def rules_root() -> Path:
    """The directory of rules and packs: inside the package in a wheel, at the top of the checkout when
    editable.

    Raises RuleError when neither is there, which means the installation is damaged.
    """
    package = Path(__file__).resolve().parent
    for candidate in (package / "rules", package.parent.parent / "rules"):
        if (candidate / "web").is_dir():
            return candidate
    raise RuleError(f"{package / 'rules'}: the rules are missing; install pentalint again")
