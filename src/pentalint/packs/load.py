"""`rules/` from disk: every pack with its rules. The only door to rule files."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from pentalint.data import rules_root
from pentalint.errors import RuleError, TomlError
from pentalint.packs.schema import read_pack, read_rule
from pentalint.rule import Pack, Rule
from pentalint.toml import loads

NOT_RULES = frozenset({"pack.toml", "detect.toml", "other-frameworks.toml"})
"""Files of a pack that are data about the framework, not rules."""


def load_packs(root: Path | None = None, names: Iterable[str] | None = None) -> dict[str, Pack]:
    """Pack id -> pack, sorted: all of them, or those of `names` that exist. `root` is a directory like
    `rules/`; ours by default.

    Raises `RuleError` for the first file that is not a rule or a pack.
    """
    root = root or rules_root()
    if not root.is_dir():
        raise RuleError(f"{root}: there is no rule directory here; reinstall pentalint.")
    directories = sorted(path for path in root.iterdir() if path.is_dir())
    return {path.name: load_pack(path) for path in directories if names is None or path.name in names}


@lru_cache(maxsize=32)
def load_pack(directory: Path) -> Pack:
    """One pack, read once in a process. Raises `RuleError`."""
    rules = tuple(load_rule(path) for path in sorted(directory.glob("*.toml")) if path.name not in NOT_RULES)
    path = directory / "pack.toml"
    table = read_toml(path) if path.is_file() else {}
    return read_pack(table, directory.name, shown(path), rules)


def load_rule(path: Path) -> Rule:
    """One rule. Raises `RuleError`."""
    return read_rule(read_toml(path), f"{path.parent.name}/{path.stem}", shown(path))


def read_toml(path: Path) -> dict[str, Any]:
    """A TOML file of ours. Raises `RuleError`."""
    try:
        return loads(path.read_text(encoding="utf-8"), shown(path))
    except TomlError as error:
        raise RuleError(str(error)) from None


def shown(path: Path) -> str:
    """How error sentences name a rule file: from the `rules` directory on."""
    return f"{path.parent.name}/{path.name}"
