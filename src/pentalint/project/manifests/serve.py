"""How the application is started when it is deployed: evidence of use, and the module that is loaded."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from pentalint.project.manifests import docker, ini, yaml
from pentalint.project.manifests.collect import Collector
from pentalint.project.manifests.docker import VARIABLES, enter_start
from pentalint.project.manifests.records import Serve

_ASSIGNMENT = re.compile(r"^\s*(?:export\s+)?([A-Z][A-Z0-9_]*)\s*=\s*(.*)$")
_EXEC = re.compile(r"^\s*ExecStart\s*=\s*[-@:+!]*(.*)$")
_PASTE = re.compile(r"(app|composite|composit|pipeline|filter|filter-app|server)(:.*)?")
_SECTION = re.compile(
    r"^\[(app|composite|composit|pipeline|filter|filter-app|server|uwsgi|global|/)", re.MULTILINE
)
_UWSGI = frozenset({"module", "wsgi_file", "wsgi", "mount", "file", "paste", "ini_paste"})
_START_KEYS = frozenset({"command", "entrypoint", "startcommand", "app", "cmd", "run", "web"})


def read_procfile(collector: Collector, path: str, text: str) -> None:
    """Enter a Procfile: `web: gunicorn shop.wsgi`."""
    for number, line in enumerate(text.split("\n"), 1):
        process, colon, command = line.partition(":")
        if colon and re.fullmatch(r"[\w-]+", process.strip()):
            enter_start(collector, path, number, "procfile", command)


def read_environment(collector: Collector, path: str, text: str) -> None:
    """Enter the variables of a .flaskenv or .env file that name the application or its mode."""
    for number, line in enumerate(text.split("\n"), 1):
        found = _ASSIGNMENT.match(line)
        if found is not None and found.group(1) in VARIABLES:
            value = re.sub(r"\s+#.*$", "", found.group(2)).strip().strip("\"'")
            collector.serves.append(Serve(path, number, "env", f"{found.group(1)}={value}", value))


def read_shell(collector: Collector, path: str, text: str) -> None:
    """Enter the commands of a shell script that start an application, and the variables that name it."""
    if not re.search(r"gunicorn|uwsgi|uvicorn|flask|manage\.py|pserve|cherryd|waitress|django|\.py\b", text):
        return
    read_environment(collector, path, text)
    joined, start = "", 1
    for number, line in enumerate(text.split("\n"), 1):
        start = number if not joined else start
        if line.endswith("\\"):
            joined += line[:-1] + " "
            continue
        command, joined = joined + line, ""
        if not command.lstrip().startswith("#"):
            enter_start(collector, path, start, "shell", command)


def read_service(collector: Collector, path: str, text: str) -> None:
    """Enter the start command of a systemd unit."""
    for number, line in enumerate(text.split("\n"), 1):
        if (found := _EXEC.match(line)) is not None:
            enter_start(collector, path, number, "systemd", found.group(1))
        elif line.startswith("Environment="):
            for name, value in docker.assignments(line.removeprefix("Environment=").replace('"', "")):
                if name in VARIABLES:
                    collector.serves.append(Serve(path, number, "env", f"{name}={value}", value))


def read_yaml(collector: Collector, path: str, text: str, kind: str) -> None:
    """Enter the start commands of a compose file, app.yaml, render.yaml or serverless.yml."""
    if not re.search(
        r"gunicorn|uwsgi|uvicorn|flask|manage\.py|pserve|cherryd|waitress|wsgi|\.py\b|DJANGO_SETTINGS",
        text,
        re.I,
    ):
        return
    try:
        root = yaml.parse(text)
    except yaml.TooClever as error:
        collector.unclear(
            path, error.line, f"this YAML is beyond what is read without a YAML library ({error})"
        )
        return
    for key, node in root.walk():
        if key.lower() in _START_KEYS and (words := node.words()):
            enter_start(
                collector,
                path,
                node.line,
                kind,
                " ".join(docker.quoted(word) for word in words) if node.items else words[0],
            )
        elif key in VARIABLES and node.text:
            collector.serves.append(Serve(path, node.line, "env", f"{key}={node.text}", node.text))
        elif key == "environment":
            for item in node.items:
                for name, value in docker.assignments(item.text or ""):
                    if name in VARIABLES:
                        collector.serves.append(Serve(path, item.line, "env", f"{name}={value}", value))
    if kind == "serverless" and (application := root.get("custom", "wsgi", "app")).text:
        collector.serves.append(
            Serve(path, application.line, kind, f"wsgi.app: {application.text}", application.text)
        )


def read_toml(collector: Collector, path: str, text: str) -> None:
    """Enter the processes of a fly.toml."""
    document = collector.toml(path, text)
    if document is None:
        return
    for name, value in document.table("processes").items():
        if isinstance(value, str):
            enter_start(collector, path, document.line("processes", name), "fly", value)
    for name, value in document.table("env").items():
        if name in VARIABLES and isinstance(value, str):
            collector.serves.append(Serve(path, document.line("env", name), "env", f"{name}={value}", value))


def read_json(collector: Collector, path: str, text: str, kind: str) -> None:
    """Enter zappa_settings.json (`app_function`, `django_settings`) or the builds of a vercel.json."""
    try:
        data = json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        return  # not a dependency manifest: whoever deploys with it will hear of it
    for key, value in _strings(data, 0):
        module = key in {"app_function", "django_settings"} or (key == "src" and value.endswith(".py"))
        if module and kind == ("vercel" if key == "src" else "zappa"):
            line = text.count("\n", 0, max(text.find(f'"{value}"'), 0)) + 1
            collector.serves.append(Serve(path, line, kind, f"{key}: {value}", value))


def _strings(value: object, depth: int) -> Iterator[tuple[str, str]]:
    if depth > 20:
        return
    if isinstance(value, dict):
        for key, held in value.items():
            if isinstance(held, str):
                yield key, held
            yield from _strings(held, depth + 1)
    elif isinstance(value, list):
        for held in value:
            yield from _strings(held, depth + 1)


def read_ini(collector: Collector, path: str, text: str) -> None:
    """Enter an ini file of PasteDeploy (`[app:main]` with `use =`), of uWSGI, or of CherryPy."""
    if not _SECTION.search(text):
        return
    for option in ini.options(text):
        kind = _ini_kind(option)
        if kind and option.values:
            module = option.text if kind != "cherrypy" else ""
            said = f"[{option.section}] {option.name} = {option.text}"
            collector.serves.append(Serve(path, option.line, kind, said, module))


def _ini_kind(option: ini.Option) -> str:
    """Whose configuration an option is, "" when it starts nothing."""
    if _PASTE.fullmatch(option.section) and (
        option.key in {"use", "pipeline"} or option.name.startswith("paste.")
    ):
        return "paste"
    if option.section == "uwsgi" and option.key in _UWSGI:
        return "uwsgi"
    dotted = option.name.split(".")[0] if "." in option.name else ""
    path_section = option.section.startswith("/") and dotted in {"tools", "request", "response"}
    if path_section or (option.section == "global" and dotted in {"server", "engine"}):
        return "cherrypy"
    return ""
