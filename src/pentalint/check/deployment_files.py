"""What starts an application where it is deployed: the commands and the environment variables of Dockerfiles, compose files,
Procfiles and systemd units, and the variables of environment files."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from pentalint.dataclass import dataclass
from pentalint.match.config_files import ConfigFile
from pentalint.match.deployment import is_deployed
from pentalint.match.project_files import Variable
from pentalint.project.manifests import docker, yaml
from pentalint.syntax.ini import Entry, read_entries

ENVIRONMENT, COMMAND = "environment", "command"
"""The sections under which rules find them: `[environment] FLASK_DEBUG`, `[command] CMD`."""

_STAGE = re.compile(r"\s+AS\s+(\S+)\s*$", re.IGNORECASE)

_PRODUCTION = re.compile(r"(?i)(^|[-._])(prod|production|live|deploy|deployment|stack|swarm)([-._]|$)")
"""A compose file of such a name is for production; one of no particular name is what developers start."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command line that a file starts, under the key that says so."""

    key: str
    text: str
    line: int


def read_deployment(path: str, text: str) -> ConfigFile | None:
    """A deployment file's variables and commands as entries; None for any other file."""
    base = path.rpartition("/")[2]
    if not (is_dockerfile(base) or is_compose(base) or is_procfile(base) or base.endswith(".service")):
        return None
    lines = text.split("\n")
    entries = [entry(ENVIRONMENT, one.name, one.value, one.line, lines) for one in environment_of(path, text)]
    entries += [entry(COMMAND, one.key, one.text, one.line, lines) for one in commands(path, text)]
    deployed = is_deployed(path) and (not is_compose(base) or _PRODUCTION.search(base) is not None)
    return ConfigFile(path, tuple(entries), deployed)


def entry(section: str, key: str, value: str, line: int, lines: list[str]) -> Entry:
    """An entry on a line, at the word `key` in it."""
    text = lines[line - 1] if 0 < line <= len(lines) else ""
    column = max(text.find(key), 0) + 1
    return Entry(section, key, value, line, column, len(text.rstrip()) + 1)


def is_dockerfile(base: str) -> bool:
    """Whether a file of that base name builds an image."""
    return (
        re.match(r"(?i)(dockerfile|containerfile)([.-].*)?$|.*\.(dockerfile|containerfile)$", base)
        is not None
    )


def is_compose(base: str) -> bool:
    """Whether a file of that base name says which containers run."""
    return re.fullmatch(r"(docker-)?compose([-.].*)?\.ya?ml", base) is not None


def is_procfile(base: str) -> bool:
    """Whether a file of that base name lists the processes to run."""
    return base == "Procfile" or base.startswith("Procfile.")


# -- variables ---------------------------------------------------------------------------------------------------------


def environment_of(path: str, text: str) -> Iterator[Variable]:
    """The variables that an environment file, a Dockerfile, a compose file or a systemd unit sets. Those that are put
    together of others are left out."""
    base = path.rpartition("/")[2]
    if base.startswith((".env", ".flaskenv")) or base.endswith(".env"):
        yield from dotenv(path, text)
    elif is_dockerfile(base):
        yield from dockerfile(path, text)
    elif is_compose(base):
        yield from compose(path, text)
    elif base.endswith(".service"):
        for number, line in enumerate(text.split("\n"), 1):
            if line.startswith("Environment="):
                for name, value in docker.assignments(line.removeprefix("Environment=").strip('"')):
                    yield Variable(name, value, path, number)


def dotenv(path: str, text: str) -> Iterator[Variable]:
    """`NAME=value` lines as python-dotenv reads them, interpolation aside."""
    for one in read_entries(text)[0]:
        value = one.value.partition("\n")[0]
        if value[:1] in ("'", '"') and value.find(value[0], 1) > 0:
            value = value[1 : value.index(value[0], 1)]
        else:
            value = re.sub(r"\s+#.*$", "", value).strip()
        if "${" not in value:
            yield Variable(one.key, value, path, one.line)


def deployed_instructions(text: str) -> Iterator[docker.Instruction]:
    """The instructions of a Dockerfile outside stages that are plainly for development or tests."""
    deployed = True
    for instruction in docker.instructions(text):
        if instruction.name == "FROM":
            stage = _STAGE.search(instruction.text)
            deployed = stage is None or is_deployed("", stage.group(1))
        if deployed:
            yield instruction


def dockerfile(path: str, text: str) -> Iterator[Variable]:
    """`ENV` of a Dockerfile."""
    for instruction in deployed_instructions(text):
        if instruction.name == "ENV":
            for name, value in docker.assignments(instruction.text):
                lines = enumerate(instruction.raw, instruction.line)
                if "$" not in value:
                    line = next((at for at, raw in lines if name in raw), instruction.line)
                    yield Variable(name, value, path, line)


def compose(path: str, text: str) -> Iterator[Variable]:
    """`environment:` of the services of a compose file."""
    for key, node in walked(text):
        if key != ENVIRONMENT:
            continue
        for name, value in node.entries.items():
            if value.text is not None and "${" not in value.text:
                yield Variable(name, value.text, path, value.line)
        for item in node.items:
            for name, given in docker.assignments(item.text or ""):
                if "${" not in given:
                    yield Variable(name, given, path, item.line)


def walked(text: str) -> list[tuple[str, yaml.Node]]:
    """Every key of a YAML file with its value; none when the file is beyond what is read."""
    try:
        return list(yaml.parse(text).walk())
    except yaml.TooClever:
        return []


# -- commands ----------------------------------------------------------------------------------------------------------


def commands(path: str, text: str) -> Iterator[Command]:
    """What a deployment file starts."""
    base = path.rpartition("/")[2]
    if is_dockerfile(base):
        yield from image_commands(text)
    elif is_compose(base):
        for key, node in walked(text):
            if key in ("command", "entrypoint") and node.words():
                yield Command(key, " ".join(node.words()), node.line)
    elif is_procfile(base):
        for number, line in enumerate(text.split("\n"), 1):
            process, colon, command = line.partition(":")
            if colon and re.fullmatch(r"[\w-]+", process.strip()):
                yield Command(process.strip(), command.strip(), number)
    else:
        for number, line in enumerate(text.split("\n"), 1):
            found = re.match(r"\s*ExecStart\s*=\s*[-@:+!]*(.*)$", line)
            if found is not None:
                yield Command("ExecStart", found.group(1).strip(), number)


def image_commands(text: str) -> list[Command]:
    """The last CMD and ENTRYPOINT of an image: the ones that count."""
    found: dict[str, Command] = {}
    for one in deployed_instructions(text):
        if one.name == "FROM":
            found = {}
        elif one.name in ("CMD", "ENTRYPOINT"):
            found[one.name] = Command(one.name, command_line(one.text), one.line)
    return list(found.values())


def command_line(text: str) -> str:
    """A CMD in either form as one line."""
    try:
        words = json.loads(text.strip())
    except (ValueError, RecursionError):
        return text.strip()
    return " ".join(map(str, words)) if isinstance(words, list) else text.strip()
