"""What handlers return, as the frameworks send it, and what a schema makes of what it is given."""

from __future__ import annotations

import pytest
from examples import check_files

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
