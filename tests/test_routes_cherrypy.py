"""The table of routes of small CherryPy projects, and the functions CherryPy calls in them."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from routing import entry_lines, table

ROUTES: list[tuple[str, str | Mapping[str, str], list[str]]] = [
    (
        "tree",
        """
import cherrypy

class Blog:
    @cherrypy.expose
    def index(self): return ""

    @cherrypy.expose
    def default(self, year, month=None): return ""

    @cherrypy.expose(["old", "older"])
    def post(self, id): return ""

    def hidden(self): return ""

class Admin:
    _cp_config = {"tools.auth_basic.on": True}

    def __init__(self):
        self.users = Users()

    @cherrypy.expose
    def index(self): return ""

class Users:
    def list(self): return ""
    list.exposed = True

    @cherrypy.expose
    @cherrypy.tools.auth_digest()
    def add(self, name): return ""

class Root:
    blog = Blog()

    @cherrypy.expose
    def index(self): return ""

    @cherrypy.expose
    @cherrypy.config(**{"tools.session_auth.on": True})
    def private(self): return ""

root = Root()
root.admin = Admin()
cherrypy.tree.mount(root, "/site", {"/": {}})
cherrypy.quickstart(Blog(), "/news")
""",
        [
            "* /news/ Blog.index",
            "* /news/* Blog.default",
            "* /news/old Blog.post",
            "* /news/older Blog.post",
            "* /news/post Blog.post",
            "* /site/ Root.index",
            "* /site/admin/ Admin.index [tools.auth_basic.on]",
            "* /site/admin/users/add Users.add [auth_digest]",
            "* /site/admin/users/list Users.list",
            "* /site/blog/ Blog.index",
            "* /site/blog/* Blog.default",
            "* /site/blog/old Blog.post",
            "* /site/blog/older Blog.post",
            "* /site/blog/post Blog.post",
            "* /site/private Root.private [tools.session_auth.on]",
        ],
    ),
    (
        "verbs",
        """
import cherrypy

@cherrypy.expose
class Songs:
    def GET(self, id=None): return ""
    def POST(self, title): return ""

@cherrypy.popargs("artist", "album")
class Albums:
    exposed = True
    def GET(self, artist, album): return ""

class Api:
    songs = Songs()

if __name__ == "__main__":
    api = Api()
    api.albums = Albums()
    cherrypy.tree.mount(api, "/api", {"/": {"request.dispatch": cherrypy.dispatch.MethodDispatcher()}})
""",
        [
            "GET /api/albums/{artist}/{album} Albums.GET",
            "GET /api/songs Songs.GET",
            "POST /api/songs Songs.POST",
        ],
    ),
    (
        "routes",
        """
import cherrypy

class City:
    @cherrypy.expose
    def index(self, name): return ""
    def update(self, **kw): return ""

dispatcher = cherrypy.dispatch.RoutesDispatcher()
dispatcher.connect("city", "/city/{name}", controller=City())
dispatcher.connect(name="save", route="/city/:name/save", controller=City(), action="update", conditions=dict(method=["PUT", "POST"]))
cherrypy.tree.mount(None, config={"/": {"request.dispatch": dispatcher}})
""",
        [
            "POST,PUT /city/:name/save City.update",
            "* /city/{name} City.index",
        ],
    ),
    (
        "own decorators and parameters",
        """
import cherrypy

def secured(wrapped=None, check=True):
    wrapped.exposed = True
    return wrapped

class Page:
    @secured
    def show(self): return ""

    @secured(check=False)
    def edit(self, x): return ""

class Loose:
    @cherrypy.expose
    def nowhere(self): return ""

def start(page, place):
    cherrypy.tree.mount(page, place)

start(Page(), "/page")
""",
        [
            "* .../nowhere Loose.nowhere",
            "* /page/edit Page.edit",
            "* /page/show Page.show",
        ],
    ),
]


ENTRIES: list[tuple[str, str | Mapping[str, str], list[str]]] = [
    (
        "parameters",
        """
import cherrypy

class Root:
    @cherrypy.expose
    def page(self, x, *args, y=1, **kw): return ""

    @cherrypy.expose
    @cherrypy.tools.json_out()
    def data(self, x): return {}

    @cherrypy.expose
    def stream(self):
        yield ""

    def _cp_dispatch(self, vpath): ...

class Data:
    _cp_config = {"tools.json_out.on": True}
    exposed = True
    def GET(self, id): return {}

cherrypy.tree.mount(Root())
""",
        [
            "Root: Root.page(args: path, kw: query, x: query, y: query) -> html @ /page",
            "Root: Root.data(x: query) @ /data",
            "Root: Root.stream() -> html @ /stream",
            "Root: Root._cp_dispatch(vpath: path)",
            "Data: Data.GET(id: query) @ ...",
        ],
    ),
    (
        "around",
        """
import cherrypy

def late(): ...
cherrypy.tools.late = cherrypy.Tool("before_handler", late)

@cherrypy.tools.register("before_finalize")
def early(): ...

def failed(status, message, traceback, version): return message
def check(realm, username, password): ...

cherrypy.config.update({"error_page.404": failed})

class Root:
    _cp_config = {"error_page.500": failed, "tools.auth_basic.checkpassword": check}
    @cherrypy.expose
    def index(self): return ""
""",
        [
            "late()",
            "early()",
            "failed() -> html",
            "check(password: header, realm: header, username: header)",
            "Root: Root.index() -> html @ .../",
        ],
    ),
]


@pytest.mark.parametrize(("name", "files", "lines"), ROUTES, ids=[case[0] for case in ROUTES])
def test_routes(name: str, files: str | Mapping[str, str], lines: list[str]) -> None:
    assert table("cherrypy", files) == lines


@pytest.mark.parametrize(("name", "files", "lines"), ENTRIES, ids=[case[0] for case in ENTRIES])
def test_entries(name: str, files: str | Mapping[str, str], lines: list[str]) -> None:
    assert entry_lines("cherrypy", files) == lines
