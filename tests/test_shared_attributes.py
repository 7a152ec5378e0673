"""What one function puts on an object that all who answer a request share, others find there."""

from __future__ import annotations

import pytest
from examples import check_files

RULE = "web/command-injection"

FLASK = """
import os
from flask import Flask, abort, g, request
from shop.jobs import Job

app = Flask(__name__)


@app.get("/a")
def reads():
    os.system("ls " + g.folder)  # finding


@app.get("/b")
def follows():
    listed(g.folder)


def listed(folder):
    os.system("ls " + folder)  # finding


@app.get("/c")
def checks():
    if g.folder not in ("a", "b"):
        abort(400)
    os.system("ls " + g.folder)


@app.get("/d")
def replaces():
    g.folder = "all"
    os.system("ls " + g.folder)


@app.get("/e")
def others():
    os.system("ls " + g.number + g.unset)


@app.get("/f")
def objects():
    g.job.run("now")
    return g.job.name


@app.before_request
def load():
    g.folder = request.args["folder"]
    g.number = str(int(request.args["number"]))
    fill()


def fill():
    g.job = Job(request.args["job"])
"""

JOBS = """
import os


class Job:
    def __init__(self, name):
        self.name = name

    def run(self, when):
        os.system("at " + when + " " + self.name)  # finding
"""

DJANGO = {
    "shop/urls.py": """
from django.urls import path
from shop import views

urlpatterns = [path("list", views.listing), path("show", views.Show.as_view())]
""",
    "shop/middleware.py": """
class Folder:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.folder = request.GET["folder"]
        request.size = len(request.GET["folder"])
        return self.get_response(request)
""",
    "shop/settings.py": """
MIDDLEWARE = ["shop.middleware.Folder"]
INSTALLED_APPS = []
ROOT_URLCONF = "shop.urls"
""",
    "shop/views.py": """
import os
from django.http import HttpResponse
from django.views import View


def listing(request):
    os.system("ls " + request.folder)  # finding
    os.system("ls -%d" % request.size)
    return HttpResponse("ok")


class Show(View):
    def get(self, request):
        os.system("cat " + self.request.folder)  # finding
        return HttpResponse("ok")
""",
}

PYRAMID = """
import os
from pyramid.events import NewRequest, subscriber
from pyramid.view import view_config


@view_config(route_name="list", renderer="json")
def listing(request):
    os.system("ls " + request.folder)  # finding
    return {}


@subscriber(NewRequest)
def fill(event):
    event.request.folder = event.request.params["folder"]
"""

BOTTLE = """
import os
from bottle import get, hook, request


@get("/list")
def listing():
    os.system("ls " + request.folder)  # finding
    return "ok"


@hook("before_request")
def fill():
    request.folder = request.query.folder
"""

PYRAMID_METHOD = """
import os
from pyramid.config import Configurator
from pyramid.view import view_config


def folder(request):
    return request.params["folder"]


def number(request):
    return int(request.params["number"])


def main(settings):
    config = Configurator()
    config.add_request_method(folder, reify=True)
    config.add_request_method(folder, "directory", property=True)
    config.add_request_method(number, property=True)
    config.add_route("a", "/a")
    config.scan()


@view_config(route_name="a", renderer="json")
def listing(request):
    os.system("ls " + request.folder)  # finding
    os.system("ls " + request.directory)  # finding
    os.system("ls %s" % request.number)
    return {}
"""

CHERRYPY = """
import os
import cherrypy


def fill():
    cherrypy.request.folder = cherrypy.request.params["folder"]


cherrypy.tools.fill = cherrypy.Tool("before_handler", fill)


class Root:
    @cherrypy.expose
    @cherrypy.tools.fill()
    def listing(self):
        os.system("ls " + cherrypy.request.folder)  # finding
        return "ok"
"""


@pytest.mark.parametrize(
    ("framework", "files"),
    [
        ("flask", {"shop/app.py": FLASK, "shop/jobs.py": JOBS, "shop/__init__.py": ""}),
        ("django", DJANGO),
        ("pyramid", {"app.py": PYRAMID}),
        ("pyramid", {"app.py": PYRAMID_METHOD}),
        ("bottle", {"app.py": BOTTLE}),
        ("cherrypy", {"app.py": CHERRYPY}),
    ],
)
def test_attributes_of_shared_objects(framework: str, files: dict[str, str]) -> None:
    expected = {
        (path, number)
        for path, text in files.items()
        for number, line in enumerate(text.splitlines(), 1)
        if "# finding" in line
    }
    for prefilter in (True, False):
        found = check_files(files, (RULE,), framework, prefilter=prefilter)
        assert {(one.path, one.span.line) for one in found} == expected, prefilter
