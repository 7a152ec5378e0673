"""What handlers return, as the frameworks send it, and what a schema makes of what it is given."""

from __future__ import annotations

import pytest
from examples import assert_marked, check_files

CHERRYPY = """
import cherrypy


class Root:
    @cherrypy.expose
    def parts(self, x):
        return ["<p>", x, "</p>"]  # finding

    @cherrypy.expose
    def built(self, x):
        found = ["<ul>"]
        found.append("<li>%s</li>" % x)
        return found  # finding

    @cherrypy.expose
    def constant(self, x):
        return ["<p>", "x", "</p>"]


cherrypy.quickstart(Root())
"""

BOTTLE = """
from bottle import request, route, run


@route("/a")
def parts():
    return ["<p>", request.query.x, "</p>"]  # finding


@route("/b")
def as_json():
    return dict(request.query)


@route("/c")
def as_json_too():
    return {"x": request.query.x}


run()
"""

PYRAMID = """
import colander, os
from pyramid.config import Configurator
from pyramid.view import view_config


class Person(colander.MappingSchema):
    name = colander.SchemaNode(colander.String())
    age = colander.SchemaNode(colander.Int())
    kind = colander.SchemaNode(colander.String(), validator=colander.OneOf(["a", "b"]))


@view_config(route_name="a", renderer="json")
def view(request):
    data = Person().deserialize(request.POST.mixed())
    os.system("adduser %s" % data["age"])
    os.system("adduser " + data["kind"])
    os.system("adduser " + data["name"])  # finding
    return {}
"""


@pytest.mark.parametrize(
    ("framework", "rule", "text"),
    [
        ("cherrypy", "web/cross-site-scripting", CHERRYPY),
        ("bottle", "web/cross-site-scripting", BOTTLE),
        ("pyramid", "web/command-injection", PYRAMID),
    ],
)
def test_the_marked_lines_are_reported(framework: str, rule: str, text: str) -> None:
    expected = [number for number, line in enumerate(text.splitlines(), 1) if "# finding" in line]
    found = check_files({"app.py": text}, (rule,), framework)
    assert sorted(one.span.line for one in found) == expected


BOTTLE_TYPES = """
import json

import bottle
from bottle import Bottle, request, response, route

app = Bottle()


@app.route("/a")
def a():
    response.set_header("Content-Type", "application/json")
    return json.dumps({"x": request.query.x})


@app.route("/b")
def b():
    response.headers["Content-Type"] = "application/json"
    return json.dumps({"x": request.query.x})


@app.route("/c")
def c():
    response.content_type = "application/json"
    return json.dumps({"x": request.query.x})


@app.route("/d")
def d():
    response.add_header("Content-Type", "application/json")
    return json.dumps({"x": request.query.x})


@app.route("/e")
def e():
    response.set_header("X-Other", "application/json")
    return json.dumps({"x": request.query.x})  # finding


@app.route("/f")
def f():
    quiet()
    return json.dumps({"x": request.query.x})


def quiet():
    response.set_header("Content-Type", "application/json")
"""

FLASK_TYPES = """
import json

from flask import Flask, Response, make_response, request

app2 = Flask(__name__)


@app2.route("/a")
def fa():
    made = make_response(json.dumps({"x": request.args["x"]}))
    made.headers.set("Content-Type", "application/json")
    return made


@app2.route("/b")
def fb():
    made = make_response(request.args["x"])  # finding
    made.headers.set("X-Type", "application/json")
    return made
"""

HOOK = """
import json

import bottle
from bottle import Bottle, request, response


class App(Bottle):
    def __init__(self):
        super().__init__()
        self.add_hook("before_request", self.before)
        self.route("/a", callback=self.a)

    def before(self):
        if request.path == "/x":
            bottle.redirect("/y")
        response.set_header("Content-Type", "application/json")

    def a(self):
        return json.dumps({"x": request.query.x})


app = App()
app.run()
"""


def test_a_call_sets_the_content_type() -> None:
    assert_marked({"app.py": BOTTLE_TYPES}, ("web/cross-site-scripting",), "bottle")
    assert_marked({"app.py": FLASK_TYPES}, ("web/cross-site-scripting",), "flask")


def test_a_hook_sets_the_content_type_of_all_responses_when_it_certainly_does() -> None:
    assert_marked({"app.py": HOOK}, ("web/cross-site-scripting",), "bottle")
    some = HOOK.replace("        response.set", "        if request.path == '/z':\n            response.set")
    some = some.replace("query.x})", "query.x})  # finding")
    assert_marked({"app.py": some}, ("web/cross-site-scripting",), "bottle")
