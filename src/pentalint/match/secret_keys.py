"""The condition `secret`: a value that is a secret in use, or is one where the environment gives nothing else."""

from __future__ import annotations

from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.values import Const, Ref, Value
from pentalint.match.secrets import TESTS, is_secret
from pentalint.match.views import Predicate, alternatives

READERS = {
    "os.environ.get()": "1=default",
    "os.getenv()": "1=default",
    "os.environ.setdefault()": "1=value",
    "decouple.config()": "default",
    "environ.Env()()": "default",
    "environ.Env().str()": "default",
    "environs.Env()()": "1=default",
    "environs.Env().str()": "1=default",
    "starlette.config.Config()()": "default",
}
"""What reads a variable of the environment, with the argument that counts when it is not set."""


class SecretKindError(ValueError):
    """A kind of secret that there is not."""


class SecretKeys:
    """The key `secret`."""

    def key_secret(self, operand: str) -> Predicate:
        if operand not in TESTS:
            raise SecretKindError(f"`{operand}` is no kind of secret; one of {', '.join(TESTS)}")

        def predicate(value: Value | None, engine: Interpreter) -> bool:
            if value is None:
                return False
            return any(holds(option, operand, engine) for option in alternatives(value, engine))

        return predicate


def holds(value: Value, kind: str, engine: Interpreter) -> bool:
    """Whether one value is a secret, or the default of a variable is."""
    if isinstance(value, Ref) and value.path in READERS and value.arguments is not None:
        default = value.arguments.get(READERS[value.path])
        return default is not None and any(
            not isinstance(option, Ref) and holds(option, kind, engine)
            for option in alternatives(default, engine)
        )
    if not isinstance(value, Const):
        return False
    text = value.value
    if isinstance(text, bytes):
        text = text.decode("utf-8", "replace")
    return isinstance(text, str) and is_secret(text, kind)
