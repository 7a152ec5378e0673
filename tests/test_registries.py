"""Decorators of the project: they write functions down for others to call, and hand them data of their own."""

from __future__ import annotations

import pytest
from examples import check_files

RULE = "web/command-injection"

HEAD = """\
import functools, os
from flask import Flask, request

app = Flask(__name__)
HANDLERS, LISTENERS = {}, []


def handler(name):
    def register(function):
        HANDLERS[name] = function
        return function
    return register


def by_name(function):
    HANDLERS[function.__name__] = function
    return function


def listener(function):
    LISTENERS.append(function)
    return function


def with_values(*names):
    def decorate(function):
        @functools.wraps(function)
        def inner(*args, **kwargs):
            values = {name: request.values.get(name) for name in names}
            return function(*args, **values, **kwargs)
        return inner
    return decorate


def with_number(function):
    @functools.wraps(function)
    def inner(*args, **kwargs):
        return function(*args, number=int(request.values["number"]), **kwargs)
    return inner


"""

FOUND = {
    "key": '@handler("run")\ndef work(data):\n    os.system(data["x"])  # bad\n\n\n'
    '@app.post("/")\ndef view():\n    return HANDLERS["run"](request.get_json())\n',
    "any-key": '@handler("run")\ndef work(data):\n    os.system(data["x"])  # bad\n\n\n'
    '@app.post("/<name>")\ndef view(name):\n    found = HANDLERS.get(name)\n    return found(request.get_json())\n',
    "second": '@handler("one")\ndef one(data):\n    return ""\n\n\n@handler("two")\ndef two(data):\n    os.system(data["x"])  # bad\n\n\n'
    '@app.post("/<name>")\ndef view(name):\n    return HANDLERS[name](request.get_json())\n',
    "name": "@by_name\ndef work(data):\n    os.system(data)  # bad\n\n\n"
    '@app.get("/")\ndef view():\n    return HANDLERS["work"](request.args["x"])\n',
    "list": "@listener\ndef work(data):\n    os.system(data)  # bad\n\n\n"
    '@app.get("/")\ndef view():\n    for one in LISTENERS:\n        one(request.args["x"])\n    return ""\n',
    "handed": '@app.get("/")\n@with_values("host", "port")\ndef view(host, port):\n    os.system("ping " + host)  # bad\n    return ""\n',
    "handed-class": "class Views:\n    pass\n\n\n"
    '@app.get("/<int:pk>")\n@with_values("host")\ndef view(pk, host):\n    os.system("ping " + host)  # bad\n    return ""\n',
}

SILENT = {
    "other-key": '@handler("run")\ndef work(data):\n    os.system(data["x"])\n\n\n@handler("safe")\ndef safe(data):\n    return ""\n\n\n'
    '@app.post("/")\ndef view():\n    return HANDLERS["safe"](request.get_json())\n',
    "constant": '@handler("run")\ndef work(data):\n    os.system(data)\n\n\n@app.post("/<name>")\ndef view(name):\n    return HANDLERS[name]("ls")\n',
    "number": '@app.get("/")\n@with_number\ndef view(number):\n    os.system("kill %s" % number)\n    return ""\n',
    "other-value": '@app.get("/")\n@with_values("host", "port")\ndef view(host, port):\n    os.system("ping localhost")\n    return ""\n',
}


def check(body: str) -> None:
    text = HEAD + body
    expected = {number for number, line in enumerate(text.splitlines(), 1) if line.endswith("# bad")}
    for prefilter in (True, False):
        found = check_files({"app.py": text}, (RULE,), "flask", prefilter=prefilter)
        assert {one.span.line for one in found} == expected, prefilter


@pytest.mark.parametrize("name", FOUND)
def test_what_decorators_arrange_is_followed(name: str) -> None:
    assert "# bad" in FOUND[name]
    check(FOUND[name])


@pytest.mark.parametrize("name", SILENT)
def test_what_is_safe_is_silent(name: str) -> None:
    check(SILENT[name])
