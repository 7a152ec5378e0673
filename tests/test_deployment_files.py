"""What Dockerfiles, compose files, Procfiles, units and environment files say about how an application is started."""

from __future__ import annotations

import pytest

from pentalint.check.deployment_files import environment_of, read_deployment
from pentalint.check.documents import UNREAD, read_document

DOCKERFILE = """\
FROM python:3.12 AS base
# comment
ENV A=1 \\
    # between
    B="two words" C=$A
ENV OLD form
FROM base AS development
ENV A=2
CMD ["flask", "run", "--debug"]
FROM base AS web
CMD flask run
ENTRYPOINT ["sh", "-c", "gunicorn app:app"]
CMD ["gunicorn", "app:app"]
"""

COMPOSE = """\
services:
  web:
    command: ["flask", "run"]
    environment:
      - A=1
      - B=${HOST_B}
  worker:
    command: celery -A shop worker
    environment:
      C: "yes"
      D: ${D:-1}
"""

UNIT = '[Service]\nEnvironment="A=1"\nExecStart=-/srv/venv/bin/flask run\n'

PROCFILE = "# processes\nweb: gunicorn app:app\nrelease: flask db upgrade\n"


def rows(path: str, text: str) -> list[tuple[str, str, str, int]]:
    found = read_deployment(path, text)
    assert found is not None
    return [(one.section, one.key, one.value, one.line) for one in found.entries]


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (
            "Dockerfile",
            DOCKERFILE,
            [
                ("environment", "A", "1", 3),
                ("environment", "B", "two words", 5),
                ("environment", "OLD", "form", 6),
                ("command", "CMD", "gunicorn app:app", 13),
                ("command", "ENTRYPOINT", "sh -c gunicorn app:app", 12),
            ],
        ),
        (
            "deploy/docker-compose.prod.yml",
            COMPOSE,
            [
                ("environment", "A", "1", 5),
                ("environment", "C", "yes", 10),
                ("command", "command", "flask run", 3),
                ("command", "command", "celery -A shop worker", 8),
            ],
        ),
        (
            "shop.service",
            UNIT,
            [("environment", "A", "1", 2), ("command", "ExecStart", "/srv/venv/bin/flask run", 3)],
        ),
        (
            "Procfile",
            PROCFILE,
            [("command", "web", "gunicorn app:app", 2), ("command", "release", "flask db upgrade", 3)],
        ),
    ],
)
def test_entries(path: str, text: str, expected: list[tuple[str, str, str, int]]) -> None:
    assert rows(path, text) == expected


@pytest.mark.parametrize(
    ("path", "deployed"),
    [
        ("Dockerfile", True),
        ("Dockerfile.dev", False),
        ("docker/test.Dockerfile", False),
        ("compose.yml", False),
        ("docker-compose.production.yaml", True),
        ("docker-compose.override.yml", False),
        ("Procfile", True),
        ("Procfile.dev", False),
    ],
)
def test_what_is_for_production(path: str, deployed: bool) -> None:
    found = read_deployment(path, "")
    assert found is not None
    assert found.deployed is deployed


@pytest.mark.parametrize("path", ["app.py", "compose.py", "notes/dockerfiles.txt", "settings.yml"])
def test_other_files_start_nothing(path: str) -> None:
    assert read_deployment(path, DOCKERFILE) is None


def test_environment_file() -> None:
    text = "A=1\nexport B='x # y' # z\n# C=3\nD=a b # comment\nE=${A}\nF=\n"
    found = {one.name: (one.value, one.line) for one in environment_of(".env", text)}
    assert found == {"A": ("1", 1), "B": ("x # y", 2), "D": ("a b", 4), "F": ("", 6)}


def test_broken_files_say_nothing() -> None:
    assert rows("compose.prod.yml", "a: [\n\tb") == []
    assert rows("Dockerfile", 'CMD ["a", \n') == [("command", "CMD", '["a",', 1)]
    for kind in ("json", "toml", "yaml"):
        assert read_document(kind, "{ [ = :\n\t-") is None
    assert read_document("ini", "a = 1") is None


def test_yaml_that_takes_more_knowledge_is_not_read() -> None:
    found = read_document(
        "yaml", 'a: 2024-01-01\nb: 0o17\nc: 1e3\nd: "1e3"\ne: on\nf: null\ng: text\nh: -5\n'
    )
    assert found is not None
    values = {name: value for name, (value, _) in found.items()}
    assert [name for name, value in values.items() if value is UNREAD] == ["a", "b", "c"]
    assert {name: value for name, value in values.items() if value is not UNREAD} == {
        "d": "1e3", "e": True, "f": None, "g": "text", "h": -5,
    }  # fmt: skip
