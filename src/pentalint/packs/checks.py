"""Checks of tables from TOML files, with an error sentence that names the file and the key."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

from pentalint.errors import RuleError


def check_table(table: Mapping[str, Any], keys: Mapping[str, type | tuple[type, ...]], path: str) -> None:
    """Every key is known and of its type. Raises `RuleError` with a suggestion."""
    for key, value in table.items():
        if key not in keys:
            close = difflib.get_close_matches(key, keys, 1)
            hint = f"; did you mean `{close[0]}`?" if close else "."
            raise RuleError(f"{path}: `{key}` is not a key{hint}")
        if not isinstance(value, keys[key]):
            raise RuleError(f"{path}: `{key}` must be a {_name(keys[key])}, not a {type(value).__name__}.")


def _name(kind: type | tuple[type, ...]) -> str:
    names: dict[object, str] = {str: "string", list: "list", dict: "table"}
    return names.get(kind, "value")


def one_of(value: Any, known: Any, key: str, path: str) -> str:
    """`value` when it is one of `known`. Raises `RuleError` otherwise."""
    if value not in known:
        raise RuleError(f"{path}: `{key}` must be one of {', '.join(known)}, not {value!r}.")
    return str(value)
