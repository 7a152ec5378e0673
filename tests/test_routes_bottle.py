"""The table of routes of small Bottle projects, and the functions Bottle calls in them."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from routing import entry_lines, table

ROUTES: list[tuple[str, str | Mapping[str, str], list[str]]] = [
    (
        "decorators",
        """
from bottle import Bottle, route, get, post, run, auth_basic

@route("/")
@route("/index", method=["GET", "POST"])
def index(): return ""

@get("/a/<n:int>")
@auth_basic(lambda u, p: True)
def a(n): return ""

@post(["/b", "/c/<x>"])
def b(x=""): return ""

app = Bottle()

@app.route("/any", method="ANY")
def any_(): return ""

@app.delete("/d")
def d(): return ""

@login_required
@app.put("/e")
@admin_required
def e(): return ""
""",
        [
            "GET / index",
            "GET /a/<n:int> a [auth_basic]",
            "* /any any_",
            "POST /b b",
            "POST /c/<x> b",
            "DELETE /d d",
            "PUT /e e [admin_required]",
            "GET,POST /index index",
        ],
    ),
    (
        "calls",
        """
import bottle
from bottle import Bottle

class Pages:
    def __init__(self, app):
        self.app = app
        self.routes()

    def routes(self):
        self.app.route("/pages", callback=self.show)
        self.app.route("/pages/<name>", "POST", self.save)

    def show(self): return ""
    def save(self, name): return ""

def plain(): return ""

app = Bottle()
Pages(app)
bottle.route("/plain", callback=plain)
app.get("/got", callback=plain)
app.route("/later")(plain)
for path, method in [("/x", "GET"), ("/y", "PUT")]:
    app.route(path, method, plain)
""",
        [
            "GET /got plain",
            "GET /later plain",
            "GET /pages Pages.show",
            "POST /pages/<name> Pages.save",
            "GET /plain plain",
            "GET /x plain",
            "PUT /y plain",
        ],
    ),
    (
        "mounts",
        """
from bottle import Bottle, default_app, mount, route
main = Bottle()
office = Bottle()
inner = Bottle()
extra = Bottle()

@office.get("/desk")
def desk(): return ""

@inner.get("/deep")
def deep(): return ""

@extra.get("/merged")
def merged(): return ""

office.mount("/inner/", inner)
main.mount("/office/", office)
main.merge(extra)

def build():
    app = Bottle()
    @app.get("/built")
    def built(): return ""
    return app

main.mount("/built", build())
""",
        [
            "GET /built/built build.built",
            "GET /merged merged",
            "GET /office/desk desk",
            "GET /office/inner/deep deep",
        ],
    ),
]


ENTRIES: list[tuple[str, str | Mapping[str, str], list[str]]] = [
    (
        "parameters",
        """
from bottle import route, error, hook, auth_basic, install, Bottle, response
app = Bottle()

@route("/a/<n:int>/<x>/<r:re:[a-z]+>")
def a(n, x, r): return x

@app.get("/b/<p:path>")
def b(**kw): return ""

@error(404)
def missing(err): return ""

@app.hook("before_request")
def before(): ...

def check(user, password): ...

@route("/c")
@auth_basic(check)
def c(): return {}

def plugin(callback):
    def wrapper(*args, **kwargs):
        return callback(*args, **kwargs)
    return wrapper

class Plugin:
    api = 2
    def apply(self, callback, route):
        def wrapped(*a, **kw): ...
        return wrapped

install(plugin)
app.install(Plugin())
""",
        [
            "a(x: path) -> html @ /a/<n:int>/<x>/<r:re:[a-z]+>",
            "b(kw: path) -> html @ /b/<p:path>",
            "missing(err: bottle.HTTPError()) -> html",
            "before()",
            "check(password: header, user: header)",
            "c() -> html @ /c",
            "plugin.wrapper(args: path, kwargs: path) -> html",
            "Plugin.apply.wrapped(a: path, kw: path) -> html",
        ],
    ),
]


@pytest.mark.parametrize(("name", "files", "lines"), ROUTES, ids=[case[0] for case in ROUTES])
def test_routes(name: str, files: str | Mapping[str, str], lines: list[str]) -> None:
    assert table("bottle", files) == lines


@pytest.mark.parametrize(("name", "files", "lines"), ENTRIES, ids=[case[0] for case in ENTRIES])
def test_entries(name: str, files: str | Mapping[str, str], lines: list[str]) -> None:
    assert entry_lines("bottle", files) == lines
