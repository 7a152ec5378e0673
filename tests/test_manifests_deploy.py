from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from manifest_support import faults, lines, manifests, rows

from pentalint.project.manifests import Manifests, PythonVersion, Serve, commands, yaml


def serves(found: Manifests) -> list[tuple[int, str, str, str]]:
    """line, kind, text and module of what starts the application."""
    return [(one.line, one.kind, one.text, one.module) for one in found.serves]


DOCKERFILE = r"""
ARG FLASK_VERSION=2.3.3
FROM --platform=$BUILDPLATFORM docker.io/library/python:3.11-slim AS base
ENV FLASK_APP=shop.app DJANGO_SETTINGS_MODULE="shop.settings"
ENV GREETING hello
COPY requirements.txt /tmp/
RUN pip install --no-cache-dir -r /tmp/requirements.txt && \
    # a comment between
    pip3 install "gunicorn[gevent]>=20" --index-url https://i.example \
        flask==${FLASK_VERSION} \
        $EXTRA -r /app/needs/more.txt
RUN --mount=type=cache,target=/root python -m pip install -U uwsgi; apt-get install -y bottle
RUN ["pip", "install", "pyramid<3"]
RUN <<EOF
uv pip install --system cherrypy
conda install -y django=4.2 python=3.11
poetry add six@^1.16 && pipenv install requests
EOF
RUN pip install . -e . ./wheels/*.whl -c limits.txt -r/absent.txt
from python:3.12.1
CMD ["gunicorn", "-b", "0.0.0.0:80", "--workers", "4", "shop.wsgi:application"]
ENTRYPOINT flask --app shop run
"""


def test_dockerfile() -> None:
    found = manifests(
        {
            "docker/Dockerfile": DOCKERFILE,
            "docker/requirements.txt": "webob\n",
            "needs/more.txt": "zope\n",
            "docker/limits.txt": "six<2\n",
        }
    )
    assert rows(found, "docker/Dockerfile") == [
        ("gunicorn", ">=20", "floor", "runtime", 9),
        ("flask", "==2.3.3", "pinned", "runtime", 10),
        ("uwsgi", "", "any", "runtime", 12),
        ("pyramid", "<3", "range", "runtime", 13),
        ("cherrypy", "", "any", "runtime", 15),
        ("django", "=4.2", "series", "runtime", 16),
        ("requests", "", "any", "runtime", 17),
        ("six", "", "any", "runtime", 17),
    ]
    assert [(one.name, one.scope, one.via) for one in found.requirements if one.path.endswith(".txt")] == [
        ("six", "constraint", ("docker/Dockerfile",)),
        ("webob", "runtime", ()),
        ("zope", "runtime", ("docker/Dockerfile",)),
    ]
    assert [(line, text) for _, line, text in lines(found)] == [
        (11, "`$EXTRA` holds a shell variable"),
        (19, "the requirements file /absent.txt is not in the project"),
    ]
    assert [(one.line, one.specifier) for one in found.pythons] == [(3, "3.11"), (20, "3.12.1")]
    assert serves(found) == [
        (4, "env", "DJANGO_SETTINGS_MODULE=shop.settings", "shop.settings"),
        (4, "env", "FLASK_APP=shop.app", "shop.app"),
        (21, "docker", "gunicorn -b 0.0.0.0:80 --workers 4 shop.wsgi:application", "shop.wsgi:application"),
        (22, "docker", "flask --app shop run", "shop"),
    ]
    assert "docker/Dockerfile" not in found.manifest_paths


@pytest.mark.parametrize(
    ("path", "scope"),
    [
        ("Dockerfile", "runtime"),
        ("Dockerfile.dev", "dev"),
        ("web.Dockerfile", "runtime"),
        ("Containerfile", "runtime"),
        ("test.dockerfile", "dev"),
    ],
)
def test_names_of_dockerfiles(path: str, scope: str) -> None:
    assert rows(manifests({path: "RUN pip install flask\n"})) == [("flask", "", "any", scope, 1)]


# command, program, module
STARTS = [
    ("gunicorn shop.wsgi", "gunicorn", "shop.wsgi"),
    ("exec gunicorn -c conf.py -w 4 --bind=:80 'shop:create_app()'", "gunicorn", "shop:create_app()"),
    ("/venv/bin/gunicorn --pythonpath /x shop:app --log-file -", "gunicorn", "shop:app"),
    ("gunicorn --paste production.ini", "gunicorn", "production.ini"),
    ("uvicorn --host 0.0.0.0 shop.asgi:application", "uvicorn", "shop.asgi:application"),
    ("daphne -b 0.0.0.0 -p 80 shop.asgi:application", "daphne", "shop.asgi:application"),
    ("waitress-serve --port=80 --call shop:create", "waitress-serve", "shop:create"),
    ("waitress-serve --listen=*:80 shop.wsgi:application", "waitress-serve", "shop.wsgi:application"),
    ("uwsgi --http :80 --module shop.wsgi", "uwsgi", "shop.wsgi"),
    ("uwsgi --wsgi-file=shop/wsgi.py", "uwsgi", "shop/wsgi.py"),
    ("uwsgi etc/uwsgi.ini", "uwsgi", "etc/uwsgi.ini"),
    ("flask --app shop.web run --debug", "flask", "shop.web"),
    ("flask run", "flask", ""),
    ("python -m flask run", "flask", ""),
    ("pserve development.ini --reload", "pserve", "development.ini"),
    ("cherryd -c app.conf -i shop.server", "cherryd", "shop.server"),
    ("python manage.py runserver 0:8000", "python", "manage.py runserver"),
    ("python3.12 -u app.py", "python", "app.py"),
    ("./manage.py migrate", "manage.py", "migrate"),
    ("django-admin runserver", "django-admin", "runserver"),
    ("python -m gunicorn shop:app", "gunicorn", "shop:app"),
    ("poetry run gunicorn shop:app", "gunicorn", "shop:app"),
    ("DEBUG=1 uv run -- gunicorn shop:app", "gunicorn", "shop:app"),
    ("newrelic-admin run-program gunicorn shop:app", "gunicorn", "shop:app"),
    ("bottle.py shop:app", "bottle.py", "shop:app"),
    ("uwsgi", "uwsgi", ""),
]


@pytest.mark.parametrize(("command", "program", "module"), STARTS)
def test_commands_that_start_an_application(command: str, program: str, module: str) -> None:
    (words,) = commands.split(command)
    assert commands.start(words) == commands.Start(program, module)


STARTS_NOTHING = [
    "echo flask",
    "python -m pytest",
    "flask db upgrade",
    "pip install flask",
    "python setup.py sdist",
    "python",
    "celery -A shop worker",
    "poetry run",
    "django-admin",
    "python -c 'x'",
]


@pytest.mark.parametrize("command", STARTS_NOTHING)
def test_commands_that_start_none(command: str) -> None:
    assert [commands.start(words) for words in commands.split(command)] == [None]


INSTALLS = [
    ("pip install flask", ["requirement flask"]),
    ("pip --quiet install 'flask>=2,<3'", ["requirement flask>=2,<3"]),
    ("python3 -m pip install -U pip flask", ["requirement pip", "requirement flask"]),
    ("pip install -r a.txt --requirement=b.txt -rc.txt", ["include a.txt", "include b.txt", "include c.txt"]),
    ("pip install -c d.txt --constraint e.txt", ["constraint d.txt", "constraint e.txt"]),
    ("pip install -e git+https://h/x --editable=./y", ["requirement git+https://h/x", "requirement ./y"]),
    ("pip install --target /x -i https://i flask > /dev/null 2>&1", ["requirement flask"]),
    ("pip install flask >log.txt", ["requirement flask"]),
    ("uv pip install --system flask", ["requirement flask"]),
    ("uv add --dev flask", ["requirement flask"]),
    ("poetry add flask@^2 --group web", ["requirement flask"]),
    ("pipenv install flask --dev", ["requirement flask"]),
    ("micromamba install -y -c conda-forge django=4.2", ["conda django=4.2"]),
    ("pip freeze", []),
    ("npm install flask", []),
    ("pip install -r", []),
]


@pytest.mark.parametrize(("command", "expected"), INSTALLS)
def test_commands_that_install(command: str, expected: list[str]) -> None:
    found = [
        f"{one.kind} {one.text}" for words in commands.split(command) for one in commands.installs(words)
    ]
    assert found == expected


@given(st.text(alphabet="ab &|;'\"\\\n$-=./", max_size=40))
def test_any_command_line_can_be_split(text: str) -> None:
    for words in commands.split(text):
        commands.start(words)
        list(commands.installs(words))


def test_procfile() -> None:
    text = (
        "release: python manage.py migrate\nweb: python manage.py check && gunicorn shop.wsgi --log-file -\n"
    )
    found = manifests({"Procfile": f"{text}# web: flask run\n\nworker: celery\n"})
    assert serves(found) == [
        (1, "procfile", "python manage.py migrate", "manage.py migrate"),
        (2, "procfile", "gunicorn shop.wsgi --log-file -", "shop.wsgi"),
        (2, "procfile", "python manage.py check", "manage.py check"),
    ]


@pytest.mark.parametrize("path", [".flaskenv", ".env", ".env.example", "prod.env"])
def test_environment_files(path: str) -> None:
    text = "# c\nFLASK_APP=shop.py # why\nexport DJANGO_SETTINGS_MODULE='shop.settings'\nSECRET=x\n"
    assert serves(manifests({path: text})) == [
        (2, "env", "FLASK_APP=shop.py", "shop.py"),
        (3, "env", "DJANGO_SETTINGS_MODULE=shop.settings", "shop.settings"),
    ]


def test_shell_scripts() -> None:
    text = (
        "#!/bin/sh\nexport FLASK_APP=shop\n# gunicorn no:no\npython build.py\n"
        "exec gunicorn \\\n  -b :80 \\\n  shop:app\n"
    )
    assert serves(manifests({"boot.sh": text, "other.sh": "echo\n"})) == [
        (2, "env", "FLASK_APP=shop", "shop"),
        (5, "shell", "gunicorn -b :80 shop:app", "shop:app"),
    ]


def test_systemd() -> None:
    text = '[Service]\nEnvironment="FLASK_APP=shop"\nExecStart=-/venv/bin/gunicorn shop:app\n'
    assert serves(manifests({"shop.service": text})) == [
        (2, "env", "FLASK_APP=shop", "shop"),
        (3, "systemd", "/venv/bin/gunicorn shop:app", "shop:app"),
    ]


COMPOSE = """\
services:
  web:
    build: .
    command: gunicorn -b :80 shop:app
    environment:
      FLASK_APP: shop
  other:
    command: ["python", "manage.py", "runserver"]
    environment:
      - DJANGO_SETTINGS_MODULE=shop.settings
  third:
    entrypoint:
      - sh
      - -c
      - cd /x && flask run
"""


@pytest.mark.parametrize(
    "path", ["docker-compose.yml", "compose.yaml", "docker-compose.prod.yml", "compose-dev.yaml"]
)
def test_compose(path: str) -> None:
    assert serves(manifests({path: COMPOSE})) == [
        (4, "compose", "gunicorn -b :80 shop:app", "shop:app"),
        (6, "env", "FLASK_APP=shop", "shop"),
        (8, "compose", "python manage.py runserver", "manage.py runserver"),
        (10, "env", "DJANGO_SETTINGS_MODULE=shop.settings", "shop.settings"),
        (13, "compose", "flask run", ""),
    ]


def test_other_platforms() -> None:
    found = manifests(
        {
            "app.yaml": "runtime: python312\nentrypoint: gunicorn -b :$PORT shop:app\n",
            "render.yaml": "services:\n  - type: web\n    startCommand: gunicorn shop.wsgi\n",
            "serverless.yml": "custom:\n  wsgi:\n    app: shop.app\n",
            "fly.toml": '[env]\nFLASK_APP = "shop"\n[processes]\nweb = "gunicorn shop:app"\n',
            "zappa_settings.json": (
                '{"dev": {\n"app_function": "shop.app",\n"django_settings": "shop.settings"}}'
            ),
            "vercel.json": '{"builds": [\n{"src": "shop/wsgi.py", "use": "@x/python"}]}',
            "bad/vercel.json": "{",
        }
    )
    assert [(one.path, *rest) for one, rest in zip(found.serves, serves(found), strict=True)] == [
        ("app.yaml", 2, "app-engine", "gunicorn -b :$PORT shop:app", "shop:app"),
        ("fly.toml", 2, "env", "FLASK_APP=shop", "shop"),
        ("fly.toml", 4, "fly", "gunicorn shop:app", "shop:app"),
        ("render.yaml", 3, "render", "gunicorn shop.wsgi", "shop.wsgi"),
        ("serverless.yml", 3, "serverless", "wsgi.app: shop.app", "shop.app"),
        ("vercel.json", 2, "vercel", "src: shop/wsgi.py", "shop/wsgi.py"),
        ("zappa_settings.json", 2, "zappa", "app_function: shop.app", "shop.app"),
        ("zappa_settings.json", 3, "zappa", "django_settings: shop.settings", "shop.settings"),
    ]


def test_ini_files() -> None:
    found = manifests(
        {
            "production.ini": """\
            [app:main]
            use = egg:shop#main
            paste.app_factory = shop:main
            pyramid.includes = x
            [pipeline:all]
            pipeline = filter main
            [server:main]
            use = egg:waitress
            [loggers]
            use = nothing
            """,
            "uwsgi.ini": "[uwsgi]\nmodule = shop.wsgi:application\nprocesses = 4\n",
            "cp.conf": "[global]\nserver.socket_port: 80\n[/]\ntools.staticdir.on = True\n[/x]\nother = 1\n",
            "plain.conf": "server { listen 80; }\n",
            "other.ini": "[global]\nname = x\n",
        }
    )
    assert [(one.path, one.line, one.kind, one.text, one.module) for one in found.serves] == [
        ("cp.conf", 2, "cherrypy", "[global] server.socket_port = 80", ""),
        ("cp.conf", 4, "cherrypy", "[/] tools.staticdir.on = True", ""),
        ("production.ini", 2, "paste", "[app:main] use = egg:shop#main", "egg:shop#main"),
        ("production.ini", 3, "paste", "[app:main] paste.app_factory = shop:main", "shop:main"),
        ("production.ini", 6, "paste", "[pipeline:all] pipeline = filter main", "filter main"),
        ("production.ini", 8, "paste", "[server:main] use = egg:waitress", "egg:waitress"),
        ("uwsgi.ini", 2, "uwsgi", "[uwsgi] module = shop.wsgi:application", "shop.wsgi:application"),
    ]


def test_python_versions() -> None:
    found = manifests(
        {
            ".python-version": "# main\n3.12.4\npypy3.10\n3.11 # old\nsystem\n",
            "runtime.txt": "python-3.12.4\n",
            ".tool-versions": "nodejs 20\npython 3.11 3.10\n",
            "mise.toml": '[tools]\npython = ["3.12", "3.11"]\n',
            "a/mise.toml": '[tools]\npython = {version = "3.9"}\n',
        }
    )
    assert found.pythons == (
        PythonVersion(".python-version", 2, "3.12.4"),
        PythonVersion(".python-version", 3, "pypy3.10"),
        PythonVersion(".python-version", 4, "3.11"),
        PythonVersion(".tool-versions", 2, "3.10"),
        PythonVersion(".tool-versions", 2, "3.11"),
        PythonVersion("a/mise.toml", 2, "3.9"),
        PythonVersion("mise.toml", 2, "3.11"),
        PythonVersion("mise.toml", 2, "3.12"),
        PythonVersion("runtime.txt", 1, "3.12.4"),
    )


CONDA = """\
name: shop-env
channels:
  - conda-forge
dependencies:
  - python=3.11
  - django=4.2
  - conda-forge::flask>=3
  - bottle==0.13.1   # pinned
  - cherrypy=18.9=py311_0
  - six 1.16.*
  - webob
  - "numpy[version='>=1']"
  - pip
  - ???
  - pip:
    - pyramid~=2.0
    - -r more.txt
    - -e .
    - x==${X}
"""
CONDA_NAMES = [
    "environment.yml",
    "environment.yaml",
    "conda.yml",
    "my-environment.yml",
    "environment/web.yml",
]


@pytest.mark.parametrize("path", CONDA_NAMES)
def test_conda_environment(path: str) -> None:
    more = f"{path.rpartition('/')[0]}/more.txt".lstrip("/")
    found = manifests({path: CONDA, more: "zope\n"})
    assert rows(found, path) == [
        ("django", "=4.2", "series", "runtime", 6),
        ("flask", ">=3", "floor", "runtime", 7),
        ("bottle", "==0.13.1", "pinned", "runtime", 8),
        ("cherrypy", "=18.9=py311_0", "pinned", "runtime", 9),
        ("six", "1.16.*", "series", "runtime", 10),
        ("webob", "", "any", "runtime", 11),
        ("numpy", "", "any", "runtime", 12),
        ("pyramid", "~=2.0", "series", "runtime", 16),
        ("x", "", "any", "runtime", 19),
    ]
    assert [(one.path, one.name, one.via) for one in found.requirements if one.path == more] == [
        (more, "zope", (path,))
    ]
    assert [line for _, line, _ in lines(found)] == [14, 19]
    assert found.pythons == (PythonVersion(path, 5, "3.11"),)
    assert [one.version for one in found.requirements if one.name == "cherrypy"] == ["18.9"]


def test_yaml_that_is_no_environment_or_too_clever() -> None:
    assert manifests({"environment.yml": "name: x\n"}) == Manifests()
    found = manifests({"environment.yml": "dependencies:\n\t- flask\n"})
    assert [(path, line) for path, line, _ in lines(found)] == [("environment.yml", 2)]
    assert rows(manifests({"environment-dev.yml": "dependencies: [flask, {pip: [bottle]}]\n"})) == [
        ("bottle", "", "any", "dev", 1),
        ("flask", "", "any", "dev", 1),
    ]


def test_inline_script_metadata() -> None:
    block = (
        '# /// script\n# requires-python = ">=3.12"\n# dependencies = [\n#   "flask<4",\n'
        '#   "rich",\n# ]\n# ///\n'
    )
    found = manifests({"tools/run.py": f"#!/usr/bin/env python\n\n{block}import flask\n"})
    assert rows(found) == [("flask", "<4", "range", "script", 6), ("rich", "", "any", "script", 7)]
    assert found.pythons == (PythonVersion("tools/run.py", 4, ">=3.12"),)
    assert found.manifest_paths == ("tools/run.py",)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('# /// script\n# dependencies = ["flask"]\n', None),
        ('# /// other\n# dependencies = ["flask"]\n# ///\n', None),
        ('x = """\n  # /// script\n  # dependencies = ["flask"]\n  # ///\n"""\n', None),
        ("# /// script\n# dependencies = = 1\n# ///\n", 2),
        ("# /// script\n# a = 1\n# ///\n\n# /// script\n# a = 1\n# ///\n", 5),
        ('# /// script\n# dependencies = ["flask=="]\n# ///\n', 2),
    ],
)
def test_script_blocks_that_give_nothing(text: str, fault: int | None) -> None:
    found = manifests({"run.py": text})
    assert found.requirements == ()
    assert faults(found) == ([("run.py", fault)] if fault else [])


def test_tools_never_declare_for_the_runtime() -> None:
    found = manifests(
        {
            ".pre-commit-config.yaml": """\
            repos:
              - repo: https://h.example/mypy
                hooks:
                  - id: mypy
                    additional_dependencies: [flask, "django-stubs>=5"]
                  - id: eslint
                    additional_dependencies:
                      - eslint@8
                      - "@types/x"
                      - pyramid
            """,
            ".github/workflows/ci.yml": """\
            jobs:
              test:
                steps:
                  - run: pip install flask
                  - name: more
                    run: |
                      python -m pip install -r requirements.txt "bottle>=0.13"
                      pip install ${{ matrix.django }} . ./x
            """,
        }
    )
    assert rows(found) == [
        ("flask", "", "any", "tool", 4),
        ("bottle", ">=0.13", "floor", "tool", 7),
        ("django-stubs", ">=5", "floor", "tool", 5),
        ("flask", "", "any", "tool", 5),
        ("pyramid", "", "any", "tool", 10),
    ]
    assert found.manifest_paths == ()
    assert found.failures == ()


YAML = """\
%YAML 1.2
---
plain: value with spaces # comment
"quoted key": 'it''s'
url: http://h.example:80/x#y
list:
- a
- b: 1
  c: 2
-
  - nested
  - deeper: x
flow: [a, "b, c", {d: e, f}, [g]]
map: {x: 1, y: "two"}
anchor: &name text
tagged: !Ref thing
anchored: &block
  k: v
long: first
  second
multi: [a,
  b]
literal: |
  line one

    line two
folded: >-
  one
  two
double: "a\\nb"
empty:
last: end
---
other: document
"""


def test_the_yaml_that_is_read() -> None:
    root = yaml.parse(YAML)
    assert {key: node.text for key, node in root.entries.items() if node.text is not None} == {
        "plain": "value with spaces",
        "quoted key": "it's",
        "url": "http://h.example:80/x#y",
        "anchor": "text",
        "tagged": "thing",
        "long": "first second",
        "literal": "line one\n\n  line two",
        "folded": "one two",
        "double": "a\nb",
        "last": "end",
    }
    items = root.get("list").items
    assert items[0].text == "a"
    assert (items[1].get("b").text, items[1].get("c").text, items[1].line) == ("1", "2", 8)
    assert items[2].items[1].get("deeper").text == "x"
    flow = root.get("flow").items
    assert [flow[0].text, flow[1].text, flow[2].get("d").text, flow[3].items[0].text] == [
        "a",
        "b, c",
        "e",
        "g",
    ]
    assert root.get("map", "y").text == "two"
    assert root.get("anchored", "k").text == "v"
    assert root.get("multi").words() == ["a", "b"]
    assert root.get("absent", "key").words() == []
    assert (root.get("empty").text, root.get("last").line) == (None, 32)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1\nb:\n    c: 2\n  d: 3\n", 4),
        ("a: [1, 2\n", 1),
        ('a: "open\n', 1),
        ("a:\n\tb: 1\n", 2),
        ("a: [b: c]\n", 1),
        ("a: [}]\n", 1),
        ("x: " + "[" * 200 + "]" * 200, 1),
    ],
)
def test_yaml_beyond_what_is_read(text: str, line: int) -> None:
    with pytest.raises(yaml.TooClever) as caught:
        yaml.parse(text)
    assert caught.value.line == line


def test_deep_yaml_is_refused() -> None:
    text = "\n".join("  " * depth + "a:" for depth in range(100))
    with pytest.raises(yaml.TooClever, match="too deep"):
        yaml.parse(text)


@given(st.text(alphabet="ab:-[]{}'\"#&*!|> \n,", max_size=60))
def test_any_text_is_yaml_or_refused(text: str) -> None:
    try:
        yaml.parse(text)
    except yaml.TooClever as error:
        assert 1 <= error.line <= text.count("\n") + 1


def test_an_empty_project() -> None:
    assert manifests({}) == Manifests()
    assert Serve("a", 1, "env", "x").module == ""


@pytest.mark.parametrize("path", ["conf/production.ini.in", "kinto.tpl", "app.ini_tmpl", "x.conf.j2"])
def test_templates_of_ini_files(path: str) -> None:
    assert serves(manifests({path: "[app:main]\nuse = egg:shop\nsecret = {{ secret }}\n"})) == [
        (2, "paste", "[app:main] use = egg:shop", "egg:shop")
    ]


def test_deferred_instructions_and_command_substitution() -> None:
    found = manifests(
        {"Dockerfile": "onbuild RUN pip install flask\nRUN pip install file://`pwd` x-$(arch)\n"}
    )
    assert rows(found) == [("flask", "", "any", "runtime", 1)]
    assert [line for _, line, _ in lines(found)] == [2, 2]
