"""What a value cannot be: of a class, from the client, a page; and what decides an address."""

from __future__ import annotations

from examples import assert_marked

from pentalint.evaluate.tracer_guards import after_in

RULES = (
    "web/cross-site-scripting",
    "web/open-redirect",
    "web/server-side-request-forgery",
    "web/unsafe-deserialization",
    "web/code-injection",
    "web/template-name-injection",
)


CLASSES = """
from flask import Flask, Response, request

app = Flask(__name__)


class Reply:
    pass


def parameter(name):
    try:
        return request.values[name]
    except KeyError:
        return Response("missing", status=400)


@app.route("/a")
def answered():
    found = parameter("question")
    for one in [found, parameter("other")]:
        if isinstance(one, Response):
            return one
    if isinstance(found, Reply):
        return found
    if not isinstance(found, str):
        return found
    return found  # finding


@app.route("/b")
def numbered():
    value = request.args["x"]
    if isinstance(value, (int, float)):
        return value
    if isinstance(value, (str, Response)):
        return value  # finding
    return "x"


@app.route("/c")
def parsed():
    value = request.get_json()["x"]
    if not isinstance(value, str):
        return {"value": value}
    return value  # finding
"""


def test_a_test_of_the_class_says_what_is_no_text() -> None:
    assert_marked({"app.py": CLASSES}, RULES, "flask")


LOADERS = """
import io
import pickle

from flask import Flask, request

app = Flask(__name__)
KNOWN = {"collections": {"deque"}}


class Careful(pickle.Unpickler):
    def __init__(self, file):
        super().__init__(file, encoding="utf8")

    def find_class(self, module, name):
        if name not in KNOWN.get(module, ()):
            raise pickle.UnpicklingError(name)
        return getattr(__import__(module), name)


class Short(Careful):
    pass


class Loud(pickle.Unpickler):
    def persistent_load(self, pid):
        return pid


class Open(pickle.Unpickler):
    def __init__(self, file):
        super().__init__(file, encoding="utf8")  # finding


@app.post("/load")
def load():
    Careful(io.BytesIO(request.data)).load()
    Short(io.BytesIO(request.data)).load()
    Loud(io.BytesIO(request.data)).load()  # finding
    Open(io.BytesIO(request.data)).load()
    return "ok"
"""


def test_a_loader_that_chooses_its_classes_is_none_that_runs_what_it_is_given() -> None:
    assert_marked({"app.py": LOADERS}, RULES, "flask")


HOSTS = """
import re
from urllib.parse import urlparse
from urllib.request import build_opener

import requests
from flask import Flask, request

app = Flask(__name__)
HOST = re.compile(r"^sns(?:[.][a-z0-9-]+)?\\\\.amazonaws\\\\.com(?:\\\\.cn)?$")
OPENER = build_opener()


@app.route("/a")
def held():
    url = request.args["u"]
    parsed = urlparse(url)
    if parsed.scheme != "https" or not HOST.fullmatch(parsed.hostname or ""):
        raise ValueError(url)
    fetch = OPENER.open
    with fetch(url) as response:
        return {"x": len(response.read())}


@app.route("/b")
def begins():
    url = request.args["u"]
    if not re.match(r".*\\\\.amazonaws\\\\.com", urlparse(url).hostname):
        raise ValueError(url)
    OPENER.open(url)  # finding
    return {"x": 1}


@app.route("/c")
def another_part():
    url = request.args["u"]
    if not HOST.fullmatch(urlparse(url).path):
        raise ValueError(url)
    OPENER.open(url)  # finding
    return {"x": 1}


@app.route("/d")
def prepared():
    one = requests.Request("POST", request.args["u"]).prepare()
    requests.Session().send(one)  # finding
    return {"x": len(requests.Request("POST", request.args["u"]).prepare().url)}
""".replace("\\\\", "\\")


def test_a_pattern_holds_an_address_when_it_ends_with_a_domain() -> None:
    assert_marked({"app.py": HOSTS}, RULES, "flask")


SERVER = """
import configparser
import importlib
import json

from flask import Flask, Response, redirect, render_template, request
from werkzeug.datastructures import Headers

app = Flask(__name__)
CONFIG = configparser.ConfigParser()


def option(section, name):
    return CONFIG.get(section, name)


@app.route("/a")
def environment():
    if request.args.get("z"):
        return redirect(request.environ["HTTP_X_NEXT"])  # finding
    if request.args.get("y"):
        return redirect(request.environ[request.args["y"]])  # finding
    return redirect(request.environ["issuer"])


@app.route("/b")
def looked_up():
    importlib.import_module(option("policy", "package-" + request.args["x"]))
    return "<p>" + request.environ.get("vo", "x") + request.environ.get("HTTP_X", "x")  # finding


def made():
    return Headers()


@app.route("/c")
def with_headers():
    headers = made()
    headers["Content-Type"] = "application/octet-stream"
    return json.dumps([request.args["x"]]), 206, headers


@app.route("/d")
def with_status():
    return request.args["x"], 206  # finding


@app.route("/e")
def unavailable():
    if request.args.get("z"):
        return Response(status=302, headers={"Location": request.args["next"]})  # finding
    return Response(status=503, headers={"Location": request.args["next"]})


def dashboard(request, kind):
    return render_template(f"{request['type']}/index.html")


def listed(kind):
    return render_template(f"{kind}/index.html")  # finding


app.add_url_rule(app.config["ROUTES"]["x"], view_func=dashboard)
app.add_url_rule(app.config["ROUTES"]["y"], view_func=listed)
"""


def test_what_comes_from_the_server_and_what_is_no_page() -> None:
    assert_marked({"app.py": SERVER}, RULES, "flask")


UNKNOWN_URLS = """
import acme
import zunclient.v1
from flask import Blueprint, render_template, request
from somewhere import login_required, pass_community

bp = Blueprint("x", __name__)


@bp.post("/kept")
def kept():
    data = request.form.copy()
    data["file"] = "x"
    open(data.get("file"))
    return render_template(data.get("other"))  # finding


@login_required
@pass_community(expand=True)
def about(pid, community, view=None):
    return "<p>" + community["title"] + pid


def plain(pid, template="a.html", *, other="b.html", third: int):
    return render_template(template) + render_template(other) + "<p>" + str(third)


def open_to_all(pid, third: int):
    return "<p>" + pid  # finding


def shown(pid, view):
    return view(pid, 1)


def create(app):
    blueprint = Blueprint("z", __name__)
    routes = app.config["ROUTES"]
    for number, view in enumerate([about, plain, open_to_all, shown]):
        blueprint.add_url_rule(routes[number], view_func=view)
    blueprint.add_url_rule(routes["a"], view_func=about)
    blueprint.add_url_rule(routes["b"], view_func=plain)
    blueprint.add_url_rule(routes["c"], view_func=open_to_all)
    blueprint.add_url_rule(routes["d"], view_func=shown)
    return blueprint


@bp.route("/run/<name>")
def run(name):
    zunclient.v1.client.Client().containers.execute(name)
    acme.db.connect().execute("SELECT " + name)  # finding
    return {}
"""


def test_what_a_url_that_is_not_known_hardly_fills() -> None:
    """Nor is every `execute` one of a database, nor what was put under a key what came under it."""
    assert_marked({"app.py": UNKNOWN_URLS}, (*RULES, "web/sql-injection"), "flask")


PLACES = """
from pathlib import Path

from flask import Flask, redirect, render_template, render_template_string, request, send_file

app = Flask(__name__)
ROOT = Path("/srv")


@app.route("/a")
def a():
    target = request.form.get("RelayState")
    if not target.startswith(request.url_root):
        target = request.url_root[:-1] + target
    return redirect(target)


@app.route("/b")
def b():
    params = {}
    params["filters"] = request.args.get("filters")
    params["start"] = int(request.args.get("start", 0))
    if request.args.get("z"):
        params = {"filters": "", "start": 1}
    return render_template_string("<script>var a = {{ params['start'] }};</script>", params=params)


@app.route("/b2")
def b2():
    params = {}
    params["filters"] = request.args.get("filters")
    params["start"] = int(request.args.get("start", 0))
    if request.args.get("z"):
        params = {"filters": "", "start": 1}
    return render_template_string("<script>var a = {{ params['filters'] }};</script>", params=params)  # finding


@app.route("/c")
def c():
    path = ROOT / request.args["name"]
    return path.read_text()  # finding


@app.route("/d")
def d():
    found = make(request.args["name"])
    return found.open("rb")


def make(x):
    import acme

    return acme.root / x
"""


def test_entries_of_a_variable_files_behind_a_name_and_the_own_host() -> None:
    assert_marked({"app.py": PLACES}, (*RULES, "web/path-traversal"), "flask")


def test_what_stands_after_in_is_read_in_one_go() -> None:
    """A comment of many marks once took longer than anybody waits."""
    assert after_in("x in " + "# (" * 60 + "\n" + "names") == {"names", "names."}
    assert after_in("in" + "#" * 60) == set()


ERRORS = """
from flask import Flask, request

app = Flask(__name__)


class Refused(Exception):
    pass


@app.route("/a")
def failing():
    try:
        work(request.args["x"])
    except Exception as error:
        if isinstance(error, (ValueError, Refused)):
            return str(error), 500  # finding
        raise
    return "ok"


def work(x):
    raise Refused(x)
"""

DOCUMENTS = """
import pymongo
from flask import Flask, request

app = Flask(__name__)
users = pymongo.MongoClient().shop.users


@app.post("/a")
def found():
    name = request.json["name"]
    if not isinstance(name, str):
        return {}
    users.find_one({"name": name})
    users.find_one({"name": request.json["other"]})  # finding
    return {}
"""


def test_an_exception_of_a_class_is_an_exception_still() -> None:
    assert_marked({"app.py": ERRORS}, ("web/error-detail-leak",), "flask")


def test_a_text_is_no_query_of_a_document_database() -> None:
    assert_marked({"app.py": DOCUMENTS}, ("web/nosql-injection",), "flask")
