"""The exceptions a person may see. The command line turns each into one sentence; nothing else does."""

from __future__ import annotations


class UserError(Exception):
    """A mistake the user can mend. The message names the file (and line), the fault and the remedy. Exit code 2."""


class ConfigError(UserError):
    """Our configuration, or the command line, asks for something that does not exist."""


class RuleError(UserError):
    """A file under `rules/` is not a rule or a pack. The message names the file and the key."""


class TomlError(UserError):
    """A TOML document does not parse. `line` is 1-based, 0 when the parser did not say."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line
