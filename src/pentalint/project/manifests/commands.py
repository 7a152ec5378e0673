"""Shell commands in deployment files: what they install, and what application they start."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from pentalint.dataclass import dataclass
from pentalint.project.manifests.requirement import word_set

_SEPARATORS = re.compile(r"&&|\|\||;|\||\n|&(?!&)")
_SKIPPED = frozenset(
    {"exec", "sudo", "env", "time", "nohup", "then", "do", "if", "web:", "command", "tini", "--", "dumb-init"}
)
_RUNNERS = (
    ("poetry", "run"),
    ("pipenv", "run"),
    ("uv", "run"),
    ("pdm", "run"),
    ("hatch", "run"),
    ("pixi", "run"),
    ("newrelic-admin", "run-program"),
    ("ddtrace-run",),
    ("opentelemetry-instrument",),
    ("conda", "run"),
    ("gosu",),
    ("su-exec",),
    ("xvfb-run",),
)
_PYTHON = re.compile(r"(?:.*/)?(?:python|pypy)[\d.]*$")
_REDIRECTION = re.compile(r"\d?(>>?|<)(?!=)")
_PIP = re.compile(r"(?:.*/)?pip[\d.]*$")
_MODULE = re.compile(r"[A-Za-z_][\w.]*(?::[A-Za-z_][\w.]*(?:\(.*\))?)?")
_WITH_VALUE = word_set(
    """
    -b --bind -w --workers -k --worker-class -c --config -t --timeout --log-level --log-file
    --access-logfile --error-logfile --chdir --threads --name -n --pid -p --env -e --host --port --user
    --group -u -g --max-requests --max-requests-jitter --keep-alive --graceful-timeout
    --worker-connections --worker-tmp-dir --forwarded-allow-ips --paste --certfile --keyfile --listen
    --backlog --limit-request-line --proxy-headers-from -i --interface --ws --loop --http --lifespan
    --root-path --reload-dir --url-scheme --connection-limit --channel-timeout --umask --server-name -r
    --ssl-keyfile --ssl-certfile
    """
)
_PIP_VALUES = word_set(
    """
    -i --index-url --extra-index-url --find-links -f --trusted-host -t --target --prefix --root
    --cache-dir --timeout --retries --proxy --cert --client-cert --platform --python-version
    --implementation --abi --no-binary --only-binary --progress-bar --log --python -p --src
    --upgrade-strategy --root-user-action --global-option --install-option --config-settings -C --build
    --index --default-index --report --use-feature --use-deprecated --exists-action --group --extra -o
    --output-file --channel -n --name --file
    """
)
_PIP_OPTION = frozenset({"-r", "--requirement", "-c", "--constraint", "-e", "--editable"})


@dataclass(frozen=True, slots=True)
class Install:
    """One thing a command installs: `kind` is requirement, include, constraint or conda."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Start:
    """A command that starts an application: the server or interpreter, and what it is told to load."""

    program: str
    module: str


def split(text: str) -> Iterator[list[str]]:
    """The words of every simple command of a shell line."""
    for part in _split_outside_quotes(text):
        try:
            words = shlex.split(part, comments=True)
        except ValueError:
            words = part.split()
        words = _without_redirections(words)
        while words and (words[0] in _SKIPPED or re.fullmatch(r"[A-Za-z_]\w*=.*", words[0])):
            words = words[1:]
        if words:
            yield words


def _without_redirections(words: list[str]) -> list[str]:
    kept: list[str] = []
    skip = False
    for word in words:
        if skip:
            skip = False
        elif _REDIRECTION.match(word):
            skip = word[-1] in "<>"
        else:
            kept.append(word)
    return kept


def _split_outside_quotes(text: str) -> list[str]:
    parts, at, begin, quote = list[str](), 0, 0, ""
    while at < len(text):
        character = text[at]
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif (found := _SEPARATORS.match(text, at)) is not None:
            parts.append(text[begin:at])
            at = begin = found.end()
            continue
        at += 1
    return [part.strip() for part in [*parts, text[begin:]] if part.strip()]


def installs(words: list[str]) -> Iterator[Install]:
    """What a command installs: pip in its forms, Pipenv, Poetry, uv, conda."""
    rest = _pip_arguments(words)
    if rest is not None:
        yield from _pip(rest)
        return
    head = words[0].rpartition("/")[2]
    if head in {"conda", "mamba", "micromamba"} and len(words) > 1 and words[1] in {"install", "create"}:
        yield from (Install("conda", word) for word in _plain(words[2:]))
    elif (head, words[1] if len(words) > 1 else "") in {
        ("pipenv", "install"),
        ("poetry", "add"),
        ("uv", "add"),
        ("pdm", "add"),
    }:
        yield from (Install("requirement", _poetry_word(word)) for word in _plain(words[2:]))


def _poetry_word(word: str) -> str:
    """`flask@^2.0` is Poetry's way to write a constraint on a command line; its name is what counts."""
    return word.partition("@")[0] if "://" not in word and " @" not in word else word


def _pip_arguments(words: list[str]) -> list[str] | None:
    if _PYTHON.match(words[0]) and words[1:3] == ["-m", "pip"]:
        words = words[2:]
    elif words[0].rpartition("/")[2] == "uv" and words[1:2] == ["pip"]:
        words = words[1:]
    if _PIP.match(words[0]):
        options = words[1:]
        while options and options[0].startswith("-"):
            options = options[1:]
        if options[:1] == ["install"]:
            return options[1:]
    return None


def _pip(words: list[str]) -> Iterator[Install]:
    at = 0
    while at < len(words):
        word = words[at]
        name, equals, value = word.partition("=")
        if name in _PIP_OPTION:
            if not equals:
                at += 1
                value = words[at] if at < len(words) else ""
            kind = (
                "include"
                if name in {"-r", "--requirement"}
                else "constraint"
                if name in {"-c", "--constraint"}
                else "requirement"
            )
            if value:
                yield Install(kind, value)
        elif re.match(r"-[rc][^-]", word):
            yield Install("include" if word[1] == "r" else "constraint", word[2:])
        elif word in _PIP_VALUES:
            at += 1
        elif not word.startswith("-") and word not in {"\\", "."}:
            yield Install("requirement", word)
        at += 1


def _plain(words: list[str]) -> Iterator[str]:
    skip = False
    for word in words:
        if skip or word.startswith("-"):
            skip = not skip and word in {*_PIP_VALUES, "-c", "-G", "--group"}
        else:
            yield word


def start(words: list[str]) -> Start | None:
    """The application a command starts; None when it starts none that is known."""
    for runner in _RUNNERS:
        if tuple(words[: len(runner)]) == runner:
            words = words[len(runner) :]
            while words and words[0].startswith("-"):
                words = words[1:]
    if not words:
        return None
    program = words[0].rpartition("/")[2]
    rest = words[1:]
    if _PYTHON.match(words[0]):
        while rest and rest[0] in {"-u", "-O", "-B", "-E", "-s"}:
            rest = rest[1:]
        if rest[:1] == ["-m"] and len(rest) > 1:
            program, rest = rest[1], rest[2:]
        elif rest and rest[0].endswith(".py") and not rest[0].endswith("setup.py"):
            return Start(
                "python", " ".join(rest[:2]) if rest[0].endswith("manage.py") and len(rest) > 1 else rest[0]
            )
        else:
            return None
    return _server(program, rest)


def _server(program: str, rest: list[str]) -> Start | None:
    if program in {"gunicorn", "uvicorn", "hypercorn", "daphne", "granian", "meinheld", "chaussette"}:
        paste = _option(rest, "--paste", "--paster")
        return Start(program, paste or _first_module(rest))
    if program == "waitress-serve":
        call = _option(rest, "--call")
        return Start(program, call or _first_module([word for word in rest if word != "--call"]))
    if program == "uwsgi":
        module = _option(
            rest, "-w", "--module", "--wsgi", "--wsgi-file", "--file", "--ini", "--paste", "--ini-paste"
        )
        return Start(
            program, module or next((word for word in rest if word.endswith((".ini", ".xml", ".yml"))), "")
        )
    if program == "flask" and "run" in rest:
        return Start(program, _option(rest, "--app", "-A"))
    if program in {"pserve", "paster"}:
        return Start(program, next((word for word in rest if ".ini" in word), ""))
    if program == "cherryd":
        return Start(program, _option(rest, "-i", "--import"))
    if program in {"django-admin", "manage.py"} and rest:
        return Start(program, rest[0])
    if program == "bottle" or program == "bottle.py":
        return Start(program, _first_module(rest))
    return None


def _option(words: list[str], *names: str) -> str:
    for at, word in enumerate(words):
        name, equals, value = word.partition("=")
        if name in names:
            return value if equals else words[at + 1] if at + 1 < len(words) else ""
    return ""


def _first_module(words: list[str]) -> str:
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word.startswith("-"):
            skip = word in _WITH_VALUE
        elif _MODULE.fullmatch(word):
            return word
    return ""
