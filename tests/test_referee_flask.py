"""The claims of the Flask pack, put to the real packages in-process. Extensions that are not installed are skipped."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

import pytest

from pentalint import toml
from pentalint.data import rules_root

flask = pytest.importorskip("flask")
HTTPException = pytest.importorskip("werkzeug.exceptions").HTTPException
werkzeug_security = pytest.importorskip("werkzeug.security")

EVIL = "https://evil.test"


def make_app(**config: Any) -> Any:
    app = flask.Flask("referee", root_path=str(Path(__file__).parent))
    app.config.update(SECRET_KEY="a key for this test only", **config)
    return app


def deny(view: Any) -> Any:
    """A guard that lets nobody in."""

    @functools.wraps(view)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        flask.abort(401)

    return wrapped


def cookie_of(app: Any) -> str:
    def view() -> str:
        flask.session["user"] = 1
        return "ok"

    app.add_url_rule("/", view_func=view)
    return str(app.test_client().get("/").headers["Set-Cookie"])


def test_a_guard_above_the_route_leaves_the_view_open() -> None:
    app = make_app()

    @deny
    @app.get("/open")
    def open_view() -> str:
        return "secret"

    @app.get("/above")
    @deny
    @app.get("/below", endpoint="below")
    def stacked() -> str:
        return "secret"

    client = app.test_client()
    statuses = [client.get(path).status_code for path in ("/open", "/above", "/below")]
    assert statuses == [200, 401, 200]


def test_the_session_cookie_has_neither_secure_nor_samesite_by_default() -> None:
    plain = cookie_of(make_app())
    assert "HttpOnly" in plain and "Secure" not in plain and "SameSite" not in plain
    hardened = cookie_of(make_app(SESSION_COOKIE_SECURE=True, SESSION_COOKIE_SAMESITE="Lax"))
    assert "Secure" in hardened and "SameSite=Lax" in hardened


@pytest.mark.parametrize(
    ("fallbacks", "accepted"), [("old key", True), (["old key"], False)], ids=["string", "list"]
)
def test_a_string_of_fallback_keys_makes_each_letter_a_key(fallbacks: object, accepted: bool) -> None:
    signer = make_app()
    signer.config["SECRET_KEY"] = "o"
    forged = cookie_of(signer).partition(";")[0].partition("=")[2]
    app = make_app(SECRET_KEY_FALLBACKS=fallbacks)
    app.add_url_rule("/who", view_func=lambda: str(flask.session.get("user")))
    client = app.test_client()
    client.set_cookie("session", forged)
    assert client.get("/who").text == ("1" if accepted else "None")


def test_lower_case_keys_are_dropped_or_never_read() -> None:
    app = flask.Flask("referee", root_path=str(Path(__file__).parent))
    app.config.from_mapping(secret_key="x", session_cookie_secure=True)
    assert "secret_key" not in app.config
    app.config.update(secret_key="x")
    assert app.secret_key is None and app.config["SESSION_COOKIE_SECURE"] is False


def test_the_string_false_switches_testing_on() -> None:
    assert bool(make_app(TESTING="False").testing)


def test_an_optional_argument_of_run_is_what_decides_about_the_debugger(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[dict[str, Any]] = []
    monkeypatch.setattr(
        "werkzeug.serving.run_simple", lambda *args, **options: seen.append({"host": args[0], **options})
    )
    monkeypatch.setattr("flask.cli.show_server_banner", lambda *args: None)
    monkeypatch.delenv("FLASK_RUN_FROM_CLI", raising=False)
    monkeypatch.delenv("FLASK_DEBUG", raising=False)
    for options in ({}, {"debug": True}, {"debug": "False"}, {"host": "0.0.0.0"}):
        make_app().run(load_dotenv=False, **options)
    configured = make_app()
    configured.config["DEBUG"] = True
    configured.run(load_dotenv=False)
    assert [run["use_debugger"] for run in seen] == [False, True, True, False, True]
    assert [run["host"] for run in seen][:4] == ["127.0.0.1"] * 3 + ["0.0.0.0"]


@pytest.mark.parametrize(
    ("name", "escaped"),
    [
        ("a.html", True),
        ("a.htm", True),
        ("a.html.j2", False),
        ("a.html.jinja", False),
        ("A.HTML", False),
        (None, True),
    ],
)
def test_escaping_depends_on_the_end_of_the_name(name: str | None, escaped: bool) -> None:
    assert make_app().select_jinja_autoescape(name) is escaped


def test_json_text_is_sent_as_html() -> None:
    app = make_app()
    app.add_url_rule("/text", "text", lambda: json.dumps({"name": "<b>"}))
    app.add_url_rule("/pair", "pair", lambda: (json.dumps([1]), 200))
    app.add_url_rule("/response", "response", lambda: flask.make_response(json.dumps([1])))
    app.add_url_rule("/dict", "dict", lambda: {"name": "<b>"})
    client = app.test_client()
    kinds = [client.get(path).mimetype for path in ("/text", "/pair", "/response", "/dict")]
    assert kinds == ["text/html"] * 3 + ["application/json"]


def test_a_handler_for_exception_swallows_not_found() -> None:
    app = make_app()
    app.register_error_handler(Exception, lambda error: ("failed", 500))
    assert app.test_client().get("/nowhere").status_code == 500
    app = make_app()
    app.register_error_handler(Exception, lambda error: ("failed", 500))
    app.register_error_handler(HTTPException, lambda error: error)
    assert app.test_client().get("/nowhere").status_code == 404


def test_a_blueprint_does_not_handle_unknown_addresses() -> None:
    app = make_app()
    bp = flask.Blueprint("api", "referee", url_prefix="/api")
    bp.add_url_rule("/known", view_func=lambda: "ok", endpoint="known")
    bp.add_url_rule("/aborts", view_func=lambda: flask.abort(404), endpoint="aborts")
    bp.register_error_handler(404, lambda error: ("mine", 404))
    bp.register_error_handler(405, lambda error: ("mine", 405))
    app.register_blueprint(bp)
    client = app.test_client()
    assert client.get("/api/unknown").text != "mine"
    assert client.post("/api/known").text != "mine"
    assert client.get("/api/aborts").text == "mine"


def test_abort_inside_try_does_not_reach_the_client() -> None:
    app = make_app()

    def view() -> str:
        try:
            flask.abort(403)
        except Exception:
            return "went on"

    app.add_url_rule("/", view_func=view)
    assert app.test_client().get("/").status_code == 200


def test_what_fails_at_import() -> None:
    with pytest.raises(TypeError, match="list of strings"):
        make_app().add_url_rule("/x", view_func=deny, methods="POST")
    with pytest.raises(ValueError, match="must start with a slash"):
        make_app().add_url_rule("x", view_func=deny)
    with pytest.raises(ValueError, match="dot"):
        flask.Blueprint("a.b", "referee")
    app = make_app()
    app.add_url_rule("/", "home", lambda: "ok")
    app.test_client().get("/")
    with pytest.raises(AssertionError, match="can no longer be called"):
        app.add_url_rule("/late", "late", lambda: "late")


def test_an_after_request_function_without_a_return_breaks_the_request() -> None:
    app = make_app(PROPAGATE_EXCEPTIONS=True)
    app.add_url_rule("/", view_func=lambda: "ok", endpoint="home")
    app.after_request(lambda response: None)
    with pytest.raises(TypeError):
        app.test_client().get("/")


def test_set_cookie_sets_no_flags() -> None:
    response = flask.Response()
    response.set_cookie("token", "1")
    assert response.headers["Set-Cookie"] == "token=1; Path=/"


def test_werkzeug_refuses_plain_hashes_and_accepts_few_rounds() -> None:
    for method in ("plain", "md5", "sha1", "sha256"):
        with pytest.raises(ValueError, match="Invalid hash method"):
            werkzeug_security.generate_password_hash("x", method=method)
    assert werkzeug_security.generate_password_hash("x", "pbkdf2:sha256:1000").startswith(
        "pbkdf2:sha256:1000$"
    )
    assert (
        int(werkzeug_security.generate_password_hash("x", "pbkdf2:sha256").split("$")[0].split(":")[2])
        >= 600_000
    )


def test_a_limit_on_bodies_has_to_be_set() -> None:
    assert flask.Flask.default_config["MAX_CONTENT_LENGTH"] is None
    assert flask.Flask.default_config["MAX_FORM_PARTS"] is not None


@pytest.mark.parametrize(
    "slug",
    [
        "removed-api",
        "removed-api-2-3",
        "removed-api-2-2",
        "werkzeug-removed-api",
        "werkzeug-removed-urls",
        "jinja-removed-api",
    ],
)
def test_the_names_said_to_be_gone_are_gone(slug: str) -> None:
    match = toml.load(rules_root() / "flask" / f"{slug}.toml")["match"]
    for path in sorted({path for table in match.get("any", [match]) for path in table.get("use", [])}):
        module, _, name = path.partition("()")[0].rpartition(".")
        owner = pytest.importorskip(module) if path.count("()") == 0 else None
        if owner is None:
            owner, name = getattr(flask, path.split("()")[0].rpartition(".")[2]), path.rpartition(".")[2]
        assert not hasattr(owner, name), path


def test_every_signature_of_flask_in_the_pack_is_the_real_one() -> None:
    import inspect

    import werkzeug.debug
    import werkzeug.middleware.proxy_fix
    import werkzeug.serving

    real = {
        "flask.Flask().run": flask.Flask.run,
        "flask.Flask().route": flask.Flask.route,
        "flask.Flask().add_url_rule": flask.Flask.add_url_rule,
        "flask.Flask().errorhandler": flask.Flask.errorhandler,
        "flask.Flask().register_error_handler": flask.Flask.register_error_handler,
        "flask.Blueprint": flask.Blueprint,
        "flask.Blueprint().app_errorhandler": flask.Blueprint.app_errorhandler,
        "flask.Response": flask.Response,
        "flask.Response().set_cookie": flask.Response.set_cookie,
        "flask.render_template": flask.render_template,
        "werkzeug.debug.DebuggedApplication": werkzeug.debug.DebuggedApplication,
        "werkzeug.serving.run_simple": werkzeug.serving.run_simple,
        "werkzeug.middleware.proxy_fix.ProxyFix": werkzeug.middleware.proxy_fix.ProxyFix,
        "werkzeug.security.generate_password_hash": werkzeug_security.generate_password_hash,
    }
    told = toml.load(rules_root() / "flask" / "pack.toml")["signatures"]
    for path, thing in real.items():
        parameters = [
            name
            for name, parameter in inspect.signature(thing).parameters.items()
            if name != "self"
            and parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.POSITIONAL_ONLY)
        ]
        assert parameters[: len(told[path])] == told[path], path


# -- extensions ------------------------------------------------------------------------------------------------------


def test_flask_cors_gives_credentials_to_any_origin() -> None:
    cors = pytest.importorskip("flask_cors")
    app = make_app()
    app.add_url_rule("/", view_func=lambda: "ok", endpoint="home")
    cors.CORS(app, supports_credentials=True)
    headers = app.test_client().get("/", headers={"Origin": EVIL}).headers
    assert headers["Access-Control-Allow-Origin"] == EVIL
    assert headers["Access-Control-Allow-Credentials"] == "true"


@pytest.mark.parametrize(
    ("pattern", "origin"),
    [
        ("https://*.shop.test", "https://xshop.test"),
        (r"https://.*\.shop\.test", "https://app.shop.test.evil.test"),
        ("null", "null"),
    ],
)
def test_flask_cors_reads_origins_as_unanchored_expressions(pattern: str, origin: str) -> None:
    cors = pytest.importorskip("flask_cors")
    app = make_app()
    app.add_url_rule("/", view_func=lambda: "ok", endpoint="home")
    cors.CORS(app, origins=[pattern])
    assert (
        app.test_client().get("/", headers={"Origin": origin}).headers["Access-Control-Allow-Origin"]
        == origin
    )


def test_flask_login_lets_options_through() -> None:
    login = pytest.importorskip("flask_login")
    app = make_app()
    login.LoginManager(app).user_loader(lambda number: None)
    app.add_url_rule(
        "/", view_func=login.login_required(lambda: "secret"), endpoint="x", methods=["GET", "OPTIONS"]
    )
    client = app.test_client()
    assert client.get("/").status_code == 401
    assert client.options("/").text == "secret"


def test_flask_wtf_form_is_not_protected() -> None:
    wtf = pytest.importorskip("flask_wtf")
    with make_app().test_request_context("/", method="POST", data={}):
        assert wtf.Form().validate() is True
        assert wtf.FlaskForm().validate() is False


def test_a_decorator_list_under_another_name_is_ignored() -> None:
    from flask.views import MethodView

    class Item(MethodView):
        decorator = [deny]

        def get(self) -> str:
            return "open"

    app = make_app()
    app.add_url_rule("/", view_func=Item.as_view("item"))
    assert app.test_client().get("/").status_code == 200


def test_jwt_required_without_parentheses_breaks_the_view() -> None:
    extended = pytest.importorskip("flask_jwt_extended")
    app = make_app(JWT_SECRET_KEY="x" * 32)
    extended.JWTManager(app)
    app.add_url_rule("/", view_func=extended.jwt_required(lambda: "secret"), endpoint="x")
    assert app.test_client().get("/").status_code == 500
