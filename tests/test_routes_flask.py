"""The table of routes of small Flask projects, and the functions Flask calls in them."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from routing import entry_lines, table

ROUTES: list[tuple[str, str | Mapping[str, str], list[str]]] = [
    (
        "methods",
        """
from flask import Flask
app = Flask(__name__)

@app.route("/")
def index(): return "x"

@app.route("/both", methods=["GET", "POST"])
def both(): return "x"

@app.post("/made")
def made(): return "x"

@app.route("/old", methods={"put"})
@app.route("/new", methods=("DELETE",))
def moved(): return "x"
""",
        [
            "GET / index",
            "GET,POST /both both",
            "POST /made made",
            "DELETE /new moved",
            "PUT /old moved",
        ],
    ),
    (
        "guards below and above",
        """
from flask import Flask
from flask_login import login_required
app = Flask(__name__)

@app.route("/in")
@login_required
def inside(): return "x"

@login_required
@app.route("/out")
def outside(): return "x"

@app.route("/roles")
@app.login_manager.roles_required("admin")
def roles(): return "x"
""",
        [
            "GET /in inside [login_required]",
            "GET /out outside",
            "GET /roles roles [roles_required]",
        ],
    ),
    (
        "blueprints",
        {
            "app.py": """
from flask import Flask
import pages, api
app = Flask(__name__)
app.register_blueprint(pages.bp)
app.register_blueprint(api.bp, url_prefix="/v2")
""",
            "pages.py": """
from flask import Blueprint
bp = Blueprint("pages", __name__, url_prefix="/pages")

@bp.route("/<slug>")
def page(slug): return slug
""",
            "api.py": """
from flask import Blueprint
import inner
bp = Blueprint("api", __name__, url_prefix="/v1")
bp.register_blueprint(inner.bp, url_prefix="/in")

@bp.get("/things/<int:number>")
def thing(number): return {}
""",
            "inner.py": """
from flask import Blueprint
bp = Blueprint("inner", __name__)
lost = Blueprint("lost", __name__, url_prefix="/lost")

@bp.get("/deep")
def deep(): return ""

@lost.get("/x")
def nowhere(): return ""
""",
        },
        [
            "GET .../lost/x inner.nowhere",
            "GET /pages/<slug> pages.page",
            "GET /v2/in/deep inner.deep",
            "GET /v2/things/<int:number> api.thing",
        ],
    ),
    (
        "factory",
        """
from flask import Flask, Blueprint

bp = Blueprint("bp", __name__)

@bp.route("/home")
def home(): return ""

PREFIX = "/app"

def create_app():
    app = Flask(__name__)
    app.register_blueprint(bp, url_prefix=PREFIX + "/v1")

    @app.route("/health")
    def health(): return "ok"

    return app
""",
        [
            "GET /app/v1/home home",
            "GET /health create_app.health",
        ],
    ),
    (
        "class views",
        """
from flask import Flask
from flask.views import MethodView, View

app = Flask(__name__)

def guard_login_required(view): return view

class Items(MethodView):
    decorators = [guard_login_required]

    def get(self, number): return ""
    def delete(self, number): return ""
    def helper(self): return ""

class More(Items):
    def post(self, number): return ""

class Legacy(View):
    methods = ["GET", "POST"]
    def dispatch_request(self, number): return ""

app.add_url_rule("/items/<int:number>", view_func=Items.as_view("items"))
app.add_url_rule("/more/<number>", view_func=More.as_view("more"), methods=["POST"])
view = Legacy.as_view("legacy")
app.add_url_rule("/legacy/<number>", view_func=view)
""",
        [
            "DELETE,GET /items/<int:number> Items [guard_login_required]",
            "GET,POST /legacy/<number> Legacy",
            "POST /more/<number> More [guard_login_required]",
        ],
    ),
    (
        "wrapped",
        """
from flask import Flask
from auth import login_required, cached
app = Flask(__name__)

def private(f):
    def wrapper(*args, **kwargs): return f(*args, **kwargs)
    return wrapper

def view(name): return name

app.add_url_rule("/a/<name>", view_func=login_required(view))
app.add_url_rule("/b/<name>", "b", cached(60)(login_required(view)))
app.add_url_rule("/c/<name>", "c", private(view))
app.route("/d/<name>")(view)
""",
        [
            "GET /a/<name> view [login_required]",
            "GET /b/<name> view [login_required]",
            "GET /c/<name> view [private]",
            "GET /d/<name> view",
        ],
    ),
    (
        "helpers",
        """
from flask import Flask, Blueprint

def register(owner, rules, view, **options):
    for rule in rules:
        owner.add_url_rule(rule, view_func=view, **options)

def one(): return ""
def two(): return ""

def setup(app):
    bp = Blueprint("bp", __name__)
    register(bp, ["/one", "/uno"], one)
    register(bp, ["/two"], two, methods=["POST"])
    app.register_blueprint(bp, url_prefix="/bp")

app = Flask(__name__)
setup(app)

for rule, view in [("/three", one), ("/four", two)]:
    app.add_url_rule(rule, view_func=view)

TABLE = {"/five": (one, ["GET"]), "/six": (two, ["PUT"])}
for rule, (view, verbs) in TABLE.items():
    app.add_url_rule(rule, view_func=view, methods=verbs)
""",
        [
            "GET /bp/one one",
            "POST /bp/two two",
            "GET /bp/uno one",
            "GET /five one",
            "GET /four two",
            "PUT /six two",
            "GET /three one",
        ],
    ),
    (
        "own decorators",
        """
from flask import Flask
app = Flask(__name__)

def api(path, **options):
    def decorate(view):
        app.add_url_rule("/api" + path, view_func=view, **options)
        return view
    return decorate

def page(path):
    return app.route("/pages" + path)

def ping(view):
    app.add_url_rule("/ping", view_func=view)
    return view

@api("/users", methods=["POST"])
def users(): return ""

@page("/home")
def home(): return ""

@ping
def pong(): return ""
""",
        [
            "POST /api/users users",
            "GET /pages/home home",
            "GET /ping pong",
        ],
    ),
    (
        "restful",
        """
from flask import Flask, Blueprint
from flask_restful import Api, Resource
from flask_login import login_required

app = Flask(__name__)
bp = Blueprint("api", __name__, url_prefix="/bp")
api = Api(app, prefix="/api")
more = Api(bp)
late = Api()
late.init_app(app)
app.register_blueprint(bp)

class User(Resource):
    method_decorators = [login_required]
    def get(self, user_id): return {}
    def put(self, user_id): return {}

class Users(Resource):
    def get(self): return []

api.add_resource(User, "/users/<string:user_id>", "/people/<string:user_id>")
more.add_resource(Users, "/users", endpoint="u")
late.add_resource(Users, "/late")
""",
        [
            "GET,PUT /api/people/<string:user_id> User [login_required]",
            "GET,PUT /api/users/<string:user_id> User [login_required]",
            "GET /bp/users Users",
            "GET /late Users",
        ],
    ),
    (
        "restx",
        """
from flask import Flask
from flask_restx import Api, Namespace, Resource

app = Flask(__name__)
api = Api(app, prefix="/api")
ns = Namespace("cats")
dogs = Namespace("dogs", path="/hounds")
api.add_namespace(ns)
api.add_namespace(dogs, path="/d")
birds = api.namespace("birds")

@ns.route("/", "/all")
class Cats(Resource):
    def get(self): return []
    def post(self): return {}

@dogs.route("/<name>")
class Dog(Resource):
    def get(self, name): return {}

@birds.route("/<int:id>")
class Bird(Resource):
    def delete(self, id): return {}
""",
        [
            "DELETE /api/birds/<int:id> Bird",
            "GET,POST /api/cats/ Cats",
            "GET,POST /api/cats/all Cats",
            "GET /api/d/<name> Dog",
        ],
    ),
    (
        "unknown parts",
        """
import os
from flask import Flask, Blueprint
app = Flask(__name__)
bp = Blueprint("bp", __name__)
app.register_blueprint(bp, url_prefix=os.environ["PREFIX"])

@bp.route("/x")
def x(): return ""

@app.route(os.environ["RULE"])
def y(name): return ""

@app.route("/pre/" + os.environ["RULE"] + "/<id>")
def z(name, id): return ""
""",
        [
            "GET ... y",
            "GET .../x x",
            "GET /pre/.../<id> z",
        ],
    ),
    (
        "subclasses",
        """
from flask import Flask, Blueprint

class App(Flask):
    def setup(self):
        self.add_url_rule("/inside", view_func=self.inside)

    def inside(self): return ""

class Section(Blueprint):
    pass

app = App(__name__)
section = Section("s", __name__, url_prefix="/s")
app.register_blueprint(section)

@app.get("/a")
def a(): return ""

@section.get("/b")
def b(): return ""
""",
        [
            "GET /a a",
            "GET /inside App.inside",
            "GET /s/b b",
        ],
    ),
    (
        "admin and app builder",
        """
from flask_admin import BaseView, expose
from flask_appbuilder import BaseView as View, expose as show
from flask_appbuilder.api import BaseApi, expose as api

class Reports(BaseView):
    @expose("/")
    def index(self): return ""
    @expose("/run/<name>", methods=("POST",))
    def run(self, name): return ""

class Pages(View):
    route_base = "/pages"
    @show("/<int:pk>")
    def page(self, pk): return ""

class Charts(BaseApi):
    resource_name = "chart"
    @api("/<pk>", methods=["DELETE"])
    def remove(self, pk): return ""

class Tables(BaseApi):
    @api("/", methods=["GET"])
    def all(self): return ""
""",
        [
            "GET /admin/reports/ Reports.index",
            "POST /admin/reports/run/<name> Reports.run",
            "DELETE /api/v1/chart/<pk> Charts.remove",
            "GET /api/v1/tables/ Tables.all",
            "GET /pages/<int:pk> Pages.page",
        ],
    ),
]


ENTRIES: list[tuple[str, str | Mapping[str, str], list[str]]] = [
    (
        "parameters",
        """
from flask import Flask, jsonify
app = Flask(__name__)

@app.route("/a/<int:number>/<name>/<path:rest>")
def a(number, name, rest, more=None): return name

@app.route("/b/<x>")
def b(**values): return ""

@app.route("/c/<uuid:x>")
def c(**values): return ""

@app.route("/d/<x>")
@app.route("/d")
def d(x="y"): return ""

@app.route(rule())
def e(x, y): return ""
""",
        [
            "a(name: path, rest: path) -> html @ /a/<int:number>/<name>/<path:rest>",
            "b(values: path) -> html @ /b/<x>",
            "c() -> html @ /c/<uuid:x>",
            "d() -> html @ /d",
            "d(x: path) -> html @ /d/<x>",
            "e(x: path, y: path) -> html @ ...",
        ],
    ),
    (
        "hooks",
        """
from flask import Flask, Blueprint
from werkzeug.exceptions import HTTPException
app = Flask(__name__)
bp = Blueprint("bp", __name__)

@app.before_request
def before(): return None

@bp.after_request
def after(response): return response

@app.errorhandler(404)
def missing(error): return str(error)

@app.errorhandler(ValueError)
def wrong(error): return str(error)

@app.url_value_preprocessor
def pull(endpoint, values): ...

def failed(e): return ""
app.register_error_handler(500, failed)

def early(): ...
bp.before_request(early)
""",
        [
            "before() -> html",
            "after(response: flask.Response())",
            "missing(error: werkzeug.exceptions.HTTPException()) -> html",
            "wrong(error: builtins.ValueError()) -> html",
            "pull(values: path)",
            "failed(e: werkzeug.exceptions.HTTPException()) -> html",
            "early() -> html",
        ],
    ),
    (
        "class views",
        """
from flask import Flask
from flask.views import MethodView
from flask_restful import Resource
app = Flask(__name__)

class Items(MethodView):
    def get(self, number, name): return ""
    def other(self): return ""

class Loose(MethodView):
    def post(self, name): return ""

class Data(Resource):
    def get(self, name): return {}

app.add_url_rule("/items/<int:number>/<name>", view_func=Items.as_view("items"))
""",
        [
            "Items: Items.get(name: path) -> html @ /items/<int:number>/<name>",
            "Loose: Loose.post(name: path) -> html",
            "Data: Data.get(name: path)",
        ],
    ),
    (
        "sockets and credentials",
        """
from flask import Flask
from flask_socketio import SocketIO, Namespace
from flask_httpauth import HTTPBasicAuth
app = Flask(__name__)
socketio = SocketIO(app)
auth = HTTPBasicAuth()

@socketio.on("message")
def message(data): ...

@auth.verify_password
def verify(username, password): ...

class Chat(Namespace):
    def on_say(self, data): ...
    def helper(self, data): ...
""",
        [
            "message(data: body)",
            "verify(password: header, username: header)",
            "Chat: Chat.on_say(data: body)",
        ],
    ),
]


@pytest.mark.parametrize(("name", "files", "lines"), ROUTES, ids=[case[0] for case in ROUTES])
def test_routes(name: str, files: str | Mapping[str, str], lines: list[str]) -> None:
    assert table("flask", files) == lines


@pytest.mark.parametrize(("name", "files", "lines"), ENTRIES, ids=[case[0] for case in ENTRIES])
def test_entries(name: str, files: str | Mapping[str, str], lines: list[str]) -> None:
    assert entry_lines("flask", files) == lines
