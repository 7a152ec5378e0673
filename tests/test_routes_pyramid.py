"""The table of routes of small Pyramid projects, and the functions Pyramid calls in them."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from routing import entry_lines, table

ROUTES: list[tuple[str, str | Mapping[str, str], list[str]]] = [
    (
        "views",
        """
from pyramid.config import Configurator
from pyramid.view import view_config, view_defaults, notfound_view_config
from pyramid.security import NO_PERMISSION_REQUIRED

@view_config(route_name="home", renderer="home.pt", permission=NO_PERMISSION_REQUIRED)
def home(request): return {}

@view_config(route_name="item", request_method="GET", permission="view")
@view_config(route_name="item", request_method="POST", permission="edit", require_csrf=True)
def item(context, request): return {}

@view_defaults(route_name="desk", permission="desk", renderer="json")
class Desk:
    def __init__(self, request): ...
    @view_config(request_method="GET")
    def show(self): return {}
    @view_config(request_method=("PUT", "PATCH"), permission="admin")
    def save(self): return {}

@view_config(route_name="whole", attr="render")
class Whole:
    def __init__(self, context, request): ...
    def render(self): return {}

@view_config(route_name="call")
class Callable:
    def __init__(self, request): ...
    def __call__(self): return {}

@notfound_view_config()
def missing(request): return {}

@view_config(context=ValueError)
def wrong(exc, request): return {}

@view_config(name="edit", context="app.Page")
def edit(context, request): return {}

@view_config(route_name="tree", name="edit")
def edit_tree(context, request): return {}

@view_config(route_name="unnamed")
def lost(request): return {}

def main(global_config, **settings):
    config = Configurator(settings=settings)
    config.add_route("home", "/")
    config.add_route("item", "items/{id:[0-9]+}/{slug}")
    config.add_route("desk", "/desk", request_method=("GET", "PUT"))
    config.add_route("whole", "/whole/*rest")
    config.add_route("call", "/call")
    config.add_route("tree", "/tree/*traverse")
    config.add_route("added", "/added")
    config.add_view("app.added", route_name="added", renderer="string")
    config.add_view(Whole, attr="render", name="whole.html")
    config.scan()
    return config.make_wsgi_app()

def added(request): return ""
""",
        [
            "* */edit edit",
            "* */whole.html Whole.render",
            "* ... lost",
            "* / home",
            "* /added added",
            "* /call Callable",
            "GET /desk Desk.show [permission=desk]",
            "PUT /desk Desk.save [permission=admin]",
            "GET /items/{id:[0-9]+}/{slug} item [permission=view]",
            "POST /items/{id:[0-9]+}/{slug} item [permission=edit, require_csrf]",
            "* /tree/*traverse/edit edit_tree",
            "* /whole/*rest Whole.render",
        ],
    ),
    (
        "includes",
        {
            "site/__init__.py": """
from pyramid.config import Configurator

def main(global_config, **settings):
    with Configurator(settings=settings) as config:
        config.include(".routes")
        config.include("site.api", route_prefix="/api/v1")
        config.include(local, route_prefix="local")
        with config.route_prefix_context("ctx"):
            config.add_route("ctx", "/inside")
        config.scan(".views")
    return config.make_wsgi_app()

def local(config):
    config.add_route("local", "/here")
    deeper(config)
    config.include(nested, route_prefix="nested")

def deeper(config):
    config.add_route("deeper", "/deeper")

def nested(config):
    config.add_route("nested", "")
""",
            "site/routes.py": """
NAMES = [("one", "/one"), ("two", "/two/{x}")]

def includeme(config):
    config.add_route("home", "/")
    for name, pattern in NAMES:
        config.add_route(name, pattern)
""",
            "site/api.py": """
def includeme(config):
    config.add_route("api", "things/{id}")
""",
            "site/views.py": """
from pyramid.view import view_config

@view_config(route_name="home")
@view_config(route_name="api")
@view_config(route_name="local")
@view_config(route_name="deeper")
@view_config(route_name="nested")
@view_config(route_name="ctx")
@view_config(route_name="one")
@view_config(route_name="two")
def v(request): ...
""",
        },
        [
            "* / site.views.v",
            "* /api/v1/things/{id} site.views.v",
            "* /ctx/inside site.views.v",
            "* /local/deeper site.views.v",
            "* /local/here site.views.v",
            "* /local/nested/ site.views.v",
            "* /one site.views.v",
            "* /two/{x} site.views.v",
        ],
    ),
    (
        "cornice",
        """
from cornice import Service
from cornice.resource import resource, view

users = Service(name="users", path="/users/{name}", description="x")

@users.get()
def get_user(request): ...

@users.post(permission="edit")
def set_user(request): ...

@resource(collection_path="/things", path="/things/{id}")
class Thing:
    def __init__(self, request, context=None): ...
    def collection_get(self): ...
    def get(self): ...
    @view(permission="edit")
    def put(self): ...
""",
        [
            "GET /things Thing",
            "GET,PUT /things/{id} Thing",
            "GET /users/{name} get_user",
            "POST /users/{name} set_user [permission=edit]",
        ],
    ),
    (
        "imperative",
        """
from pyramid.config import Configurator

def hello(request): ...
def bye(request): ...

class Page:
    def __init__(self, request): ...
    def __call__(self): ...
    def more(self): ...

if __name__ == "__main__":
    config = Configurator()
    config.add_route("hello", "/hello/{name}")
    config.add_view(hello, route_name="hello")
    config.add_route("bye", "/bye")
    config.add_view(view=bye, route_name="bye", request_method="DELETE")
    config.add_view(Page, route_name="bye")
    config.add_view("app.Page", attr="more", route_name="hello", request_method="POST")
    config.add_static_view("static", "site:static")
""",
        [
            "* /bye Page",
            "DELETE /bye bye",
            "* /hello/{name} hello",
            "POST /hello/{name} Page.more",
        ],
    ),
]


ENTRIES: list[tuple[str, str | Mapping[str, str], list[str]]] = [
    (
        "views",
        """
from pyramid.config import Configurator
from pyramid.view import view_config, view_defaults, notfound_view_config
from pyramid.security import NO_PERMISSION_REQUIRED

@view_config(route_name="home", renderer="home.pt", permission=NO_PERMISSION_REQUIRED)
def home(request): return {}

@view_config(route_name="item", request_method="GET", permission="view")
@view_config(route_name="item", request_method="POST", permission="edit", require_csrf=True)
def item(context, request): return {}

@view_defaults(route_name="desk", permission="desk", renderer="json")
class Desk:
    def __init__(self, request): ...
    @view_config(request_method="GET")
    def show(self): return {}
    @view_config(request_method=("PUT", "PATCH"), permission="admin")
    def save(self): return {}

@view_config(route_name="whole", attr="render")
class Whole:
    def __init__(self, context, request): ...
    def render(self): return {}

@view_config(route_name="call")
class Callable:
    def __init__(self, request): ...
    def __call__(self): return {}

@notfound_view_config()
def missing(request): return {}

@view_config(context=ValueError)
def wrong(exc, request): return {}

@view_config(name="edit", context="app.Page")
def edit(context, request): return {}

@view_config(route_name="tree", name="edit")
def edit_tree(context, request): return {}

@view_config(route_name="unnamed")
def lost(request): return {}

def main(global_config, **settings):
    config = Configurator(settings=settings)
    config.add_route("home", "/")
    config.add_route("item", "items/{id:[0-9]+}/{slug}")
    config.add_route("desk", "/desk", request_method=("GET", "PUT"))
    config.add_route("whole", "/whole/*rest")
    config.add_route("call", "/call")
    config.add_route("tree", "/tree/*traverse")
    config.add_route("added", "/added")
    config.add_view("app.added", route_name="added", renderer="string")
    config.add_view(Whole, attr="render", name="whole.html")
    config.scan()
    return config.make_wsgi_app()

def added(request): return ""
""",
        [
            "home(request: pyramid.request.Request()) @ /",
            "item(request: pyramid.request.Request()) @ /items/{id:[0-9]+}/{slug}",
            "item(request: pyramid.request.Request()) @ /items/{id:[0-9]+}/{slug}",
            "Desk: Desk.__init__(request: pyramid.request.Request()) @ /desk",
            "Desk: Desk.__init__(request: pyramid.request.Request()) @ /desk",
            "Desk: Desk.show() @ /desk",
            "Desk: Desk.save() @ /desk",
            "Whole: Whole.__init__(request: pyramid.request.Request()) @ */whole.html",
            "Whole: Whole.__init__(request: pyramid.request.Request()) @ /whole/*rest",
            "Whole: Whole.render() @ */whole.html",
            "Whole: Whole.render() @ /whole/*rest",
            "Callable: Callable.__init__(request: pyramid.request.Request()) @ /call",
            "Callable: Callable.__call__() @ /call",
            "missing(request: pyramid.request.Request())",
            "wrong(request: pyramid.request.Request())",
            "edit(request: pyramid.request.Request()) @ */edit",
            "edit_tree(request: pyramid.request.Request()) @ /tree/*traverse/edit",
            "lost(request: pyramid.request.Request()) @ ...",
            "added(request: pyramid.request.Request()) @ /added",
        ],
    ),
    (
        "around",
        """
from pyramid.config import Configurator
from pyramid.events import subscriber, NewRequest, BeforeRender
from pyramid.authentication import BasicAuthAuthenticationPolicy

@subscriber(NewRequest)
def started(event): ...

def rendering(event): ...

def timing(handler, registry):
    def tween(request): ...
    return tween

class Root:
    __acl__ = []
    def __init__(self, request): ...
    def __getitem__(self, key): ...

class Folder:
    def __init__(self, parent):
        self.__parent__ = parent
    def __getitem__(self, name): ...

def user(request): ...
def check(username, password, request): ...

def main(global_config, **settings):
    config = Configurator(root_factory=Root)
    config.add_subscriber(rendering, BeforeRender)
    config.add_tween("app.timing")
    config.add_request_method(user, reify=True)
    config.set_authentication_policy(BasicAuthAuthenticationPolicy(check))
""",
        [
            "started(event: pyramid.events.NewRequest())",
            "rendering(event: pyramid.events.BeforeRender())",
            "timing.tween(request: pyramid.request.Request())",
            "Root: Root.__init__(request: pyramid.request.Request())",
            "Root: Root.__getitem__(key: path)",
            "Folder: Folder.__getitem__(name: path)",
            "user(request: pyramid.request.Request()) -> attribute:pyramid.request.Request().user",
            "check(password: header, request: pyramid.request.Request(), username: header)",
        ],
    ),
]


@pytest.mark.parametrize(("name", "files", "lines"), ROUTES, ids=[case[0] for case in ROUTES])
def test_routes(name: str, files: str | Mapping[str, str], lines: list[str]) -> None:
    assert table("pyramid", files) == lines


@pytest.mark.parametrize(("name", "files", "lines"), ENTRIES, ids=[case[0] for case in ENTRIES])
def test_entries(name: str, files: str | Mapping[str, str], lines: list[str]) -> None:
    assert entry_lines("pyramid", files) == lines
