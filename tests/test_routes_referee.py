"""The table of routes held against what the frameworks themselves build from the same source."""

from __future__ import annotations

import linecache
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from routing import routes_of

from pentalint.model import Route

SEARCH = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])


def executed(source: str, name: str = "app") -> ModuleType:
    """A module of this test's own making, run."""
    module = ModuleType(name)
    module.__file__ = __file__
    sys.modules[name] = module
    try:
        exec(compile(source, f"<{name}>", "exec"), module.__dict__)
    finally:
        del sys.modules[name]
    return module


def rows(routes: list[Route]) -> set[tuple[str, str]]:
    """(URL, method) of each route."""
    return {(route.path, verb) for route in routes for verb in route.methods or ("*",)}


# -- Flask -----------------------------------------------------------------------------------------------------

SEGMENT = st.sampled_from(["a", "b-c", "<x>", "<int:y>", "<path:z>", "<string(length=2):w>", "<uuid:u>"])
PREFIX = st.sampled_from([None, "/p", "/q/", "r", "/<lang>", "/deep/er", ""])


@st.composite
def rules(draw: Any) -> str:
    parts = draw(st.lists(SEGMENT, min_size=0, max_size=3, unique=True))
    return "/" + "/".join(parts) + draw(st.sampled_from(["", "/"])) if parts else "/"


@st.composite
def flask_source(draw: Any) -> str:
    lines = [
        "from flask import Flask, Blueprint",
        "from flask.views import MethodView, View",
        "app = Flask('app')",
        "class Item(MethodView):",
        "    def get(self, **kw): return ''",
        "    def delete(self, **kw): return ''",
        "class Old(View):",
        "    methods = ['GET', 'POST']",
        "    def dispatch_request(self, **kw): return ''",
    ]
    count = draw(st.integers(0, 3))
    owners = ["app"]
    for number in range(count):
        prefix = draw(PREFIX)
        given = "" if prefix is None else f", url_prefix={prefix!r}"
        lines.append(f"bp{number} = Blueprint('bp{number}', 'app'{given})")
        owners.append(f"bp{number}")
    for number in range(draw(st.integers(1, 6))):
        owner = draw(st.sampled_from(owners))
        rule = draw(rules())
        kind = draw(st.sampled_from(["route", "verbs", "short", "add", "class", "view", "loop"]))
        if kind == "route":
            lines += [f"@{owner}.route({rule!r})", f"def v{number}(**kw): return ''"]
        elif kind == "verbs":
            lines += [
                f"@{owner}.route(rule={rule!r}, methods=['POST', 'put'])",
                f"def v{number}(**kw): return ''",
            ]
        elif kind == "short":
            verb = draw(st.sampled_from(["get", "post", "put", "patch", "delete"]))
            lines += [f"@{owner}.{verb}({rule!r})", f"def v{number}(**kw): return ''"]
        elif kind == "add":
            lines += [
                f"def v{number}(**kw): return ''",
                f"{owner}.add_url_rule({rule!r}, 'e{number}', v{number})",
            ]
        elif kind == "class":
            lines.append(f"{owner}.add_url_rule({rule!r}, view_func=Item.as_view('e{number}'))")
        elif kind == "view":
            lines.append(f"{owner}.add_url_rule({rule!r}, view_func=Old.as_view('e{number}'))")
        else:
            lines += [
                f"def v{number}(**kw): return ''",
                f"for _rule, _name in [({rule!r}, 'l{number}'), ('/loop{number}', 'm{number}')]:",
                f"    {owner}.add_url_rule(_rule, _name, v{number})",
            ]
    parents: list[str] = ["app"]
    registrations = []
    for number in range(count):
        parent = draw(st.sampled_from(parents))
        prefix = draw(PREFIX)
        given = "" if prefix is None else f", url_prefix={prefix!r}"
        registrations.append(f"{parent}.register_blueprint(bp{number}{given})")
        parents.append(f"bp{number}")
    # A blueprint takes its own blueprints along when it is registered: the deepest come first.
    lines += reversed(registrations)
    return "\n".join(lines) + "\n"


@SEARCH
@given(flask_source())
def test_flask_agrees(source: str) -> None:
    pytest.importorskip("flask")
    try:
        app = executed(source).app
    except (ValueError, AssertionError, SyntaxError):
        return  # not an application Flask accepts
    expected = {
        (str(rule.rule), verb)
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static"
        for verb in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert rows(routes_of("flask", source)) == expected, source


# -- Django ----------------------------------------------------------------------------------------------------

VIEWS = """
from django.http import HttpResponse
from django.views import View
from django.views.generic import TemplateView, RedirectView

def index(request, **kw): return HttpResponse()
def detail(request, *args, **kw): return HttpResponse()

class Page(View):
    def get(self, request, **kw): return HttpResponse()
    def post(self, request, **kw): return HttpResponse()

class Plain(TemplateView):
    template_name = "x.html"
"""

TARGETS = st.sampled_from(
    [
        ("views.index", "index"),
        ("views.detail", "detail"),
        ("views.Page.as_view()", "Page"),
        ("login_required(views.index)", "index"),
        ("csrf_exempt(login_required(views.Page.as_view()))", "Page"),
        ("views.Plain.as_view(template_name='y.html')", "Plain"),
    ]
)
PATHS = st.sampled_from(
    ["", "a/", "b/<int:pk>/", "<slug:s>/", "c/<path:rest>", "<uuid:u>", "d/<str:x>/e/", "<name>/"]
)
REGEXES = st.sampled_from(["^$", "^f/$", r"^(?P<year>[0-9]{4})/$", r"^g/(?P<x>\\w+)/", "h", r"^(\\d+)/i/$"])
OPENINGS = st.sampled_from(["", "in/", "<slug:team>/", "v1/"])


@st.composite
def patterns(draw: Any, depth: int = 0) -> str:
    """The items of a list of patterns."""
    items = []
    for _ in range(draw(st.integers(1, 3))):
        kind = draw(
            st.sampled_from(
                ["path", "path", "re", "list", "module", "tuple"] if depth < 2 else ["path", "re"]
            )
        )
        if kind == "path":
            items.append(f"path({draw(PATHS)!r}, {draw(TARGETS)[0]}, name='n')")
        elif kind == "re":
            items.append(f"re_path(r'{draw(REGEXES)}', {draw(TARGETS)[0]})")
        elif kind == "list":
            items.append(f"path({draw(OPENINGS)!r}, include([{draw(patterns(depth + 1))}]))")
        elif kind == "tuple":
            items.append(f"re_path(r'^t/', include(([{draw(patterns(depth + 1))}], 'app'), namespace='ns'))")
        else:
            items.append(
                f"path({draw(OPENINGS)!r}, include({draw(st.sampled_from(['sub', chr(39) + 'sub' + chr(39)]))}))"
            )
    return ", ".join(items)


HEAD = """from django.urls import include, path, re_path
from django.contrib.auth.decorators import login_required
from django.views.decorators.csrf import csrf_exempt
import views
"""


@st.composite
def django_files(draw: Any) -> dict[str, str]:
    more = draw(
        st.sampled_from(["", "urlpatterns += [{}]", "urlpatterns.append({})", "urlpatterns.extend([{}])"])
    )
    root = f"{HEAD}import sub\nurlpatterns = [{draw(patterns())}]\n"
    root += more.format(f"path('more/', {draw(TARGETS)[0]})") + "\n"
    sub = f"{HEAD}urlpatterns = [{draw(patterns(2))}] + [path('last/', views.index)]\n"
    return {
        "views.py": VIEWS,
        "sub.py": sub,
        "urls.py": root,
        "settings.py": "ROOT_URLCONF = 'urls'\nMIDDLEWARE = []\n",
    }


def django_rows(resolver: Any, before: str = "") -> list[tuple[str, str]]:
    """(URL, name of the view) of every pattern below a resolver."""
    from django.urls.resolvers import RegexPattern

    found = []
    for item in resolver.url_patterns:
        text = str(item.pattern)
        if isinstance(item.pattern, RegexPattern):
            text = text.removeprefix("^").removesuffix("$")
        if hasattr(item, "url_patterns"):
            found += django_rows(item, before + text)
        else:
            view = item.callback
            while hasattr(view, "__wrapped__") and not hasattr(view, "view_class"):
                view = view.__wrapped__
            found.append((f"/{(before + text).lstrip('/')}", getattr(view, "view_class", view).__name__))
    return found


def configure_django() -> Any:
    django = pytest.importorskip("django")
    from django.conf import settings as django_settings

    if not django_settings.configured:
        django_settings.configure(SECRET_KEY="for this test only", ALLOWED_HOSTS=["*"])
        django.setup()
    return django


@SEARCH
@given(django_files())
def test_django_agrees(files: dict[str, str]) -> None:
    configure_django()
    from django.urls import URLResolver
    from django.urls.resolvers import RegexPattern

    names = ("views", "sub", "urls")
    try:
        for name in names:
            module = ModuleType(name)
            sys.modules[name] = module
            exec(compile(files[f"{name}.py"], f"<{name}>", "exec"), module.__dict__)
        resolver = URLResolver(RegexPattern(r"^/"), sys.modules["urls"])
        expected = {(path, name) for path, name in django_rows(resolver)}
    finally:
        for name in names:
            sys.modules.pop(name, None)
    found = {
        (route.path, route.handler.rpartition(".")[2])
        for route in routes_of("django", files)
        if not route.path.startswith("...")  # of the list that nothing includes
    }
    assert found == expected, files


# -- Bottle ----------------------------------------------------------------------------------------------------

BOTTLE_RULES = st.sampled_from(
    ["/", "/a", "/b/<x>", "/c/<n:int>", "/d/<p:path>", "/e/<r:re:[a-z]+>/f", "/:old", "/g/:o#[0-9]+#"]
)


@st.composite
def bottle_source(draw: Any) -> str:
    lines = ["from bottle import Bottle", "app = Bottle()"]
    count = draw(st.integers(0, 2))
    lines += [f"sub{number} = Bottle()" for number in range(count)]
    owners = ["app", *(f"sub{number}" for number in range(count))]
    for number in range(draw(st.integers(1, 5))):
        owner, rule = draw(st.sampled_from(owners)), draw(BOTTLE_RULES)
        kind = draw(st.sampled_from(["route", "methods", "list", "short", "callback", "positional", "two"]))
        if kind == "route":
            lines += [f"@{owner}.route({rule!r})", f"def v{number}(**kw): return ''"]
        elif kind == "methods":
            lines += [f"@{owner}.route({rule!r}, method=['GET', 'post'])", f"def v{number}(**kw): return ''"]
        elif kind == "list":
            lines += [f"@{owner}.route([{rule!r}, '/l{number}'], 'PUT')", f"def v{number}(**kw): return ''"]
        elif kind == "short":
            verb = draw(st.sampled_from(["get", "post", "put", "patch", "delete"]))
            lines += [f"@{owner}.{verb}({rule!r})", f"def v{number}(**kw): return ''"]
        elif kind == "callback":
            lines += [f"def v{number}(**kw): return ''", f"{owner}.route({rule!r}, callback=v{number})"]
        elif kind == "positional":
            lines += [
                f"def v{number}(**kw): return ''",
                f"{owner}.route({rule!r}, 'DELETE', v{number}, 'n{number}')",
            ]
        else:
            lines += [
                f"@{owner}.get({rule!r})",
                f"@{owner}.post('/t{number}')",
                f"def v{number}(**kw): return ''",
            ]
    parents = ["app"]
    joins = []
    for number in range(count):
        parent = draw(st.sampled_from(parents))
        how = draw(st.sampled_from(["mount('/m/', {})", "mount('/n/o/', app={})", "merge({})"]))
        joins.append(f"{parent}.{how.format(f'sub{number}')}")
        parents.append(f"sub{number}")
    lines += reversed(joins)
    return "\n".join(lines) + "\n"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the old syntax of rules, which code still has
@SEARCH
@given(bottle_source())
def test_bottle_agrees(source: str) -> None:
    pytest.importorskip("bottle")
    app = executed(source).app
    found = rows(routes_of("bottle", source))
    expected = {(route.rule, route.method) for route in app.routes}
    assert found == expected, source


# -- Pyramid ---------------------------------------------------------------------------------------------------

PYRAMID_RULES = st.sampled_from(["/", "", "a", "/b/{x}", "c/{n:[0-9]+}/d", "e/*rest", "/f/{y}/"])
PYRAMID_PREFIXES = st.sampled_from([None, "p", "/q/", "r/s", "{lang}"])


@st.composite
def pyramid_files(draw: Any) -> dict[str, str]:
    """An application whose routes are named in several included functions; every view belongs to one route."""
    routes: list[str] = []

    def names(count: int) -> list[str]:
        found = []
        for _ in range(count):
            name = f"r{len(routes)}"
            routes.append(name)
            more = draw(st.sampled_from(["", ", request_method='POST'", ", request_method=('GET', 'PUT')"]))
            found.append(f"    config.add_route('{name}', {draw(PYRAMID_RULES)!r}{more})")
        return found

    def include(target: str) -> str:
        prefix = draw(PYRAMID_PREFIXES)
        return f"    config.include({target}" + (f", route_prefix={prefix!r})" if prefix is not None else ")")

    api = ["def includeme(config):", *(names(draw(st.integers(1, 2)))), "def more(config):", *names(1)]
    main = ["from pyramid.config import Configurator", "import api, pages", "def local(config):", *names(1)]
    main += ["def helper(config):", *names(1), "def outer(config):", include("local"), "    helper(config)"]
    main += ["def main():", "    config = Configurator()", *names(1)]
    main += [
        include(draw(st.sampled_from(["api", "'api'", "api.includeme"]))),
        include(draw(st.sampled_from(["'api:more'", "api.more"]))),
    ]
    main += [include("outer")]
    if draw(st.booleans()):
        main += ["    with config.route_prefix_context('ctx'):", *(f"    {line}" for line in names(1))]
    pages = ["from pyramid.view import view_config, view_defaults", "from pyramid.response import Response"]
    late = []
    for number, name in enumerate(routes):
        kind = draw(st.sampled_from(["function", "class", "defaults", "added", "two", "dotted"]))
        verb = draw(st.sampled_from(["", ", request_method='GET'", ", request_method=('DELETE', 'POST')"]))
        if kind == "function":
            pages += [
                f"@view_config(route_name='{name}'{verb})",
                f"def v{number}(request): return Response()",
            ]
        elif kind == "class":
            pages += [
                f"class C{number}:",
                "    def __init__(self, request): self.request = request",
                f"    @view_config(route_name='{name}'{verb})",
                "    def show(self): return Response()",
            ]
        elif kind == "defaults":
            pages += [
                f"@view_defaults(route_name='{name}')",
                f"class C{number}:",
                "    def __init__(self, context, request): pass",
                "    @view_config(request_method='GET')",
                "    def show(self): return Response()",
                "    @view_config(request_method='POST')",
                "    def save(self): return Response()",
            ]
        elif kind == "two":
            pages += [
                f"@view_config(route_name='{name}', request_method='GET')",
                f"@view_config(route_name='{name}', request_method='PATCH')",
                f"def v{number}(context, request): return Response()",
            ]
        else:
            pages += [f"def v{number}(request): return Response()"]
            view = f"pages.v{number}" if kind == "added" else f"'pages.v{number}'"
            late.append(f"    config.add_view({view}, route_name='{name}'{verb})")
    main += [*late, "    config.scan('pages')", "    return config"]
    return {"api.py": "\n".join(api), "pages.py": "\n".join(pages), "main.py": "\n".join(main)}


def pyramid_rows(config: Any) -> set[tuple[str, str]]:
    """(URL, method) of every view that has a route."""
    config.commit()
    introspector = config.registry.introspector
    patterns = {
        item["introspectable"]["name"]: item["introspectable"]
        for item in introspector.get_category("routes") or ()
    }
    found = set()
    for item in introspector.get_category("views") or ():
        view = item["introspectable"]
        route = patterns.get(view["route_name"])
        if route is None:
            continue
        own, allowed = listed(view["request_methods"]), listed(route["request_methods"])
        verbs = [verb for verb in own if verb in allowed] if own and allowed else own or allowed
        if own and allowed and not verbs:
            verbs = own  # nobody can reach it
        found |= {(f"/{route['pattern'].lstrip('/')}", verb) for verb in verbs or ["*"]}
    return found


def listed(verbs: Any) -> list[str]:
    """HTTP methods as Pyramid keeps them; HEAD comes with GET."""
    if verbs is None:
        return []
    return [verb for verb in ([verbs] if isinstance(verbs, str) else verbs) if verb != "HEAD"]


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")  # its imports
@SEARCH
@given(pyramid_files())
def test_pyramid_agrees(files: dict[str, str]) -> None:
    pytest.importorskip("pyramid")
    from pyramid.exceptions import ConfigurationError

    names = ("api", "pages", "main")
    try:
        for name in names:
            module = ModuleType(name)
            module.__file__ = f"/nowhere/{name}.py"
            sys.modules[name] = module
            lines = files[f"{name}.py"].splitlines(keepends=True)
            linecache.cache[f"<{name}>"] = (1, None, lines, f"<{name}>")  # decorators look at their line
            exec(compile(files[f"{name}.py"], f"<{name}>", "exec"), module.__dict__)
        expected = pyramid_rows(sys.modules["main"].main())
    except ConfigurationError:
        return  # one parameter twice in a pattern
    finally:
        for name in names:
            sys.modules.pop(name, None)
    assert rows(routes_of("pyramid", files)) == expected, "\n".join(files.values())


# -- CherryPy --------------------------------------------------------------------------------------------------

NAMES = st.sampled_from(["index", "default", "show", "save_it", "api"])


@st.composite
def cherrypy_source(draw: Any) -> str:
    lines = ["import cherrypy"]
    count = draw(st.integers(1, 4))
    for number in range(count):
        lines.append(f"class C{number}:")
        if draw(st.booleans()) and number:
            lines += ["    def __init__(self):", f"        self.inner = C{number - 1}()"]
        elif number and draw(st.booleans()):
            lines.append(f"    part = C{number - 1}()")
        chosen = draw(st.lists(NAMES, min_size=1, max_size=3, unique=True))
        for name in chosen:
            how = draw(st.sampled_from(["bare", "called", "attribute", "alias", "hidden"]))
            body = f"    def {name}(self, *args, **kw): return '{number}.{name}'"
            if how == "bare":
                lines += ["    @cherrypy.expose", body]
            elif how == "called":
                lines += ["    @cherrypy.expose()", body]
            elif how == "alias":
                lines += [f"    @cherrypy.expose(['other{number}{name}'])", body]
            elif how == "attribute":
                lines += [body, f"    {name}.exposed = True"]
            else:
                lines += [body]
    lines += [
        "class Resource:",
        "    exposed = True",
        "    def GET(self, **kw): return ''",
        "    def POST(self, **kw): return ''",
    ]
    top = f"C{count - 1}()"
    script = draw(st.sampled_from(["", "/", "/app", "/a/b"]))
    if draw(st.booleans()):
        lines += [f"root = {top}", "root.extra = C0()", f"app = cherrypy.tree.mount(root, {script!r})"]
    else:
        lines.append(f"app = cherrypy.tree.mount({top}, script_name={script!r})")
    return "\n".join(lines) + "\n"


def reached(app: Any, path: str) -> Any:
    """The function CherryPy's dispatcher finds for a path within an application."""
    import cherrypy

    request = cherrypy.serving.request
    request.app = app
    request.config = {}
    request.path_info = path
    handler, _ = cherrypy.dispatch.Dispatcher().find_handler(path)
    return handler


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")
@SEARCH
@given(cherrypy_source())
def test_cherrypy_agrees(source: str) -> None:
    """Every URL of the table leads to the function it names; every exposed method that can be reached is in the table."""
    pytest.importorskip("cherrypy")
    app = executed(source).app
    script = app.script_name
    found = {
        route.path: route.handler.removeprefix("app.")
        for route in routes_of("cherrypy", source)
        if not route.path.startswith("...")
    }
    reachable = set(exposed_paths(app.root, script, ()))
    assert set(found) == reachable, source
    for path, name in found.items():
        inside = path.removeprefix(script).replace("/*", "/anything")
        handler = reached(app, inside or "/")
        assert handler is not None and handler.__func__.__qualname__ == name, (path, source)


def exposed_paths(node: Any, path: str, above: tuple[Any, ...]) -> Iterator[str]:
    """The URLs of the exposed methods of an object and of those below it."""
    if node in above or len(above) > 8:
        return
    for name in dir(node):
        if name.startswith("__"):
            continue
        value = getattr(node, name)
        if callable(value) and getattr(value, "exposed", False) and hasattr(value, "__func__"):
            yield f"{path}/" if name == "index" else f"{path}/*" if name == "default" else f"{path}/{name}"
        elif type(value).__module__ == "app":
            yield from exposed_paths(value, f"{path}/{name}", (*above, node))
