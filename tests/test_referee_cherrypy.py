"""What the rules of the cherrypy pack claim about CherryPy, asked of the installed CherryPy itself.

Every test mounts a small application in this process and sends it one request through WSGI: no server, no socket, no engine.
"""

from __future__ import annotations

import base64
import functools
import gc
import io
import pickle
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

cherrypy = pytest.importorskip("cherrypy")

from cherrypy.lib import auth_basic, auth_digest, cptools, reprconf, sessions  # noqa: E402

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

NO = {
    "tools.auth_basic.on": True,
    "tools.auth_basic.realm": "x",
    "tools.auth_basic.checkpassword": lambda *a: False,
}


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """CherryPy's configuration is global: every test starts from the defaults, and writes no log."""
    cherrypy.config.reset()
    cherrypy.config.update(
        {"log.screen": False, "tools.log_tracebacks.on": False, "tools.log_headers.on": False}
    )
    yield
    cherrypy.config.reset()


def ask(
    root: Any, path: str, conf: dict[str, Any] | None = None, **environ: Any
) -> tuple[int, dict[str, str], str]:
    """Status, headers and body of one request to an application made of `root`."""
    seen: dict[str, Any] = {}

    def start(status: str, headers: list[tuple[str, str]], error: Any = None) -> Callable[[bytes], None]:
        seen["status"] = int(status.split()[0])
        seen["headers"] = {name.lower(): value for name, value in headers}
        return lambda data: None

    path, _, query = path.partition("?")
    request = {
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "10.0.0.9",
        "REMOTE_PORT": "1",
        "HTTP_HOST": "site.example",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        **environ,
    }
    app = cherrypy.Application(root, "", conf)
    app.log.screen = False
    answer = app(request, start)
    body = b"".join(answer).decode("utf-8")
    answer.close()
    return seen["status"], seen["headers"], body


class Page:
    """Something to protect."""

    @cherrypy.expose
    def index(self) -> str:
        return "secret"

    @cherrypy.expose
    def admin_panel(self) -> str:
        return "secret"


def test_path_sections_in_the_global_configuration_do_nothing() -> None:
    cherrypy.config.update({"/": NO})
    assert ask(Page(), "/")[0] == 200
    assert ask(Page(), "/", {"/": NO})[0] == 401


@pytest.mark.parametrize("section", ["/admin_panel/", "[/admin_panel]", "admin_panel", "/admin*"])
def test_sections_that_never_match(section: str) -> None:
    assert ask(Page(), "/admin_panel", {section: NO})[0] == 200


def returns_error() -> Any:
    return cherrypy.HTTPError(401)


def returns_false() -> bool:
    return False


def raises_error() -> None:
    raise cherrypy.HTTPError(401)


@pytest.mark.parametrize(
    ("check", "expected"), [(returns_error, 200), (returns_false, 200), (raises_error, 401)]
)
def test_what_a_tool_returns_is_ignored(check: Callable[[], Any], expected: int) -> None:
    cherrypy.tools.referee = cherrypy.Tool("before_handler", check)
    assert ask(Page(), "/", {"/": {"tools.referee.on": True}})[0] == expected


def test_a_late_tool_runs_after_the_handler() -> None:
    ran: list[str] = []

    class Root:
        @cherrypy.expose
        def index(self) -> str:
            ran.append("handler")
            return "done"

    cherrypy.tools.referee = cherrypy.Tool("before_finalize", raises_error)
    ask(Root(), "/", {"/": {"tools.referee.on": True}})
    assert ran == ["handler"]


def test_only_environment_itself_is_read() -> None:
    class Root:
        @cherrypy.expose
        def index(self) -> str:
            raise ValueError("a detail")

    cherrypy.config.update({"server.environment": "production"})
    assert "Traceback" in ask(Root(), "/")[2]
    assert "Traceback" in ask(Root(), "/", {"/": {"environment": "production"}})[2]
    cherrypy.config["environment"] = "production"
    assert "Traceback" in ask(Root(), "/")[2]
    cherrypy.config.update({"environment": "production"})
    cherrypy.config.update({"log.screen": False})
    assert "Traceback" not in ask(Root(), "/")[2]


def test_messages_of_errors_are_shown_in_production() -> None:
    class Root:
        @cherrypy.expose
        def index(self) -> str:
            with cherrypy.HTTPError.handle(Exception, 500):
                raise ValueError("a detail")

    cherrypy.config.update({"environment": "production"})
    assert "a detail" in ask(Root(), "/")[2]


def test_the_session_cookie_has_no_flags_and_no_samesite() -> None:
    class Root:
        @cherrypy.expose
        def index(self) -> str:
            cherrypy.session["a"] = 1
            return "x"

    plain = ask(Root(), "/", {"/": {"tools.sessions.on": True, "tools.sessions.samesite": "Lax"}})[1][
        "set-cookie"
    ]
    assert not {"secure", "httponly", "samesite"} & {
        part.strip().split("=")[0].lower() for part in plain.split(";")
    }
    flags = {"tools.sessions.on": True, "tools.sessions.secure": True, "tools.sessions.httponly": True}
    assert {"Secure", "HttpOnly"} <= {
        part.strip() for part in ask(Root(), "/", {"/": flags})[1]["set-cookie"].split(";")
    }
    assert ask(Root(), "/")[0] == 500  # the tool is off: there is no session


def test_expire_leaves_the_session_on_the_server() -> None:
    class Root:
        @cherrypy.expose
        def index(self) -> str:
            cherrypy.session.setdefault("user", "ann")
            return str(cherrypy.session.id)

        @cherrypy.expose
        def logout(self) -> str:
            cherrypy.lib.sessions.expire()
            return "bye"

        @cherrypy.expose
        def who(self) -> str:
            return str(cherrypy.session.get("user"))

    conf = {"/": {"tools.sessions.on": True}}
    cookie = f"session_id={ask(Root(), '/', conf)[2]}"
    ask(Root(), "/logout", conf, HTTP_COOKIE=cookie)
    assert ask(Root(), "/who", conf, HTTP_COOKIE=cookie)[2] == "ann"


def test_session_files_are_pickles_and_explicit_locking_asserts(tmp_path: Path) -> None:
    class Root:
        @cherrypy.expose
        def index(self) -> str:
            return str(cherrypy.session.get("planted"))

    files = {
        "tools.sessions.on": True,
        "tools.sessions.storage_class": sessions.FileSession,
        "tools.sessions.storage_path": str(tmp_path),
    }
    planted = ({"planted": "yes"}, __import__("datetime").datetime(2999, 1, 1))
    (tmp_path / "session-abc").write_bytes(pickle.dumps(planted))
    assert ask(Root(), "/", {"/": files}, HTTP_COOKIE="session_id=abc")[2] == "yes"
    assert ask(Root(), "/", {"/": {**files, "tools.sessions.locking": "explicit"}})[0] == 500


def test_session_auth_accepts_anything_by_default() -> None:
    assert cptools.SessionAuth().check_username_and_password("anybody", "anything") is None


@pytest.mark.parametrize(
    ("check", "expected"),
    [
        (lambda realm, user, password: "wrong password", 200),
        (lambda user, password: True, 500),
        (lambda realm, user, password: False, 401),
    ],
    ids=["text", "two parameters", "false"],
)
def test_checkpassword_is_only_tested_for_truth(check: Callable[..., Any], expected: int) -> None:
    sent = "Basic " + base64.b64encode(b"a:b").decode()
    conf = {"/": {**NO, "tools.auth_basic.checkpassword": check}}
    assert ask(Page(), "/", conf, HTTP_AUTHORIZATION=sent)[0] == expected


def test_password_dictionaries_compare_plain_text() -> None:
    assert auth_basic.checkpassword_dict({"a": "b"})("x", "a", "b")
    assert auth_digest.get_ha1_dict_plain({"a": "b"})("x", "a")


def test_the_cache_is_shared_between_users() -> None:
    class Root:
        @cherrypy.expose
        def index(self) -> str:
            return "for " + cherrypy.request.headers.get("X-User", "")

    app_conf = {"/": {"tools.caching.on": True}}
    app = cherrypy.Application(Root(), "", app_conf)
    answers = [ask_app(app, user) for user in ("ann", "bob")]
    cherrypy._cache.clear()
    assert answers == ["for ann", "for ann"]


def ask_app(app: Any, user: str) -> str:
    """One request to a ready application, with a header that names the user."""
    environ = {
        "PATH_INFO": "/", "QUERY_STRING": "", "REQUEST_METHOD": "GET", "SCRIPT_NAME": "", "SERVER_NAME": "localhost",
        "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": "site.example", "HTTP_X_USER": user,
        "wsgi.version": (1, 0), "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(), "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True, "wsgi.multiprocess": False, "wsgi.run_once": False,
    }  # fmt: skip
    answer = app(environ, lambda status, headers, error=None: lambda data: None)
    body = b"".join(answer).decode()
    answer.close()
    return body


def test_the_proxy_tool_overrides_the_base() -> None:
    class Root:
        @cherrypy.expose
        def index(self) -> str:
            return f"{cherrypy.url('/x')} {cherrypy.request.remote.ip}"

    proxy = {"tools.proxy.on": True, "tools.proxy.base": "https://good.example"}
    sent = {"HTTP_X_FORWARDED_HOST": "evil.example", "HTTP_X_FORWARDED_FOR": "127.0.0.1"}
    assert "evil.example/x 127.0.0.1" in ask(Root(), "/", {"/": proxy}, **sent)[2]
    closed = {**proxy, "tools.proxy.local": "", "tools.proxy.remote": ""}
    assert ask(Root(), "/", {"/": closed}, **sent)[2] == "https://good.example/x 10.0.0.9"


def test_referer_patterns_match_from_the_start_only() -> None:
    conf = {"/": {"tools.referer.on": True, "tools.referer.pattern": "http://example.com"}}
    assert ask(Page(), "/", conf, HTTP_REFERER="http://example.com.evil.net/")[0] == 200


def test_unknown_keys_are_silent_and_removed_tools_fail() -> None:
    assert (
        ask(Page(), "/", {"/": {key.replace("tools", "tool"): value for key, value in NO.items()}})[0] == 200
    )
    assert ask(Page(), "/", {"/": {"tools.basic_auth.on": True}})[0] == 500


@pytest.mark.parametrize("name", ["cp_config", "_cpconfig", "_cp_conf"])
def test_a_misspelt_class_configuration_is_not_read(name: str) -> None:
    assert ask(type("Root", (Page,), {name: NO})(), "/")[0] == 200
    assert ask(type("Root", (Page,), {"_cp_config": NO})(), "/")[0] == 401


def test_handlers_that_fail_or_lose_their_answer() -> None:
    class Root:
        @cherrypy.expose
        def keys(self) -> dict[str, bool]:
            return {"ok": True}

        @cherrypy.expose
        def returned(self) -> Any:
            return cherrypy.HTTPRedirect("/x")

        @cherrypy.expose
        def swallowed(self) -> str:
            try:
                raise cherrypy.HTTPRedirect("/x")
            except Exception:
                return "failed"

        @cherrypy.expose
        def json(self) -> str:
            return str(cherrypy.request.json)

        @cherrypy.expose
        def text(self) -> None:
            cherrypy.response.body = "text"

        @cherrypy.expose
        async def later(self) -> str:
            return "x"

    root = Root()
    assert ask(root, "/keys")[2] == "ok"
    assert ask(root, "/returned")[0] == 500
    assert ask(root, "/swallowed")[2] == "failed"
    assert ask(root, "/json")[0] == 500
    assert ask(root, "/text")[0] == 500
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert ask(root, "/later")[0] == 500
        gc.collect()  # the coroutine that nobody awaits says so when it goes: here, not in another test


@pytest.mark.parametrize(("exposed", "expected"), [("class", 200), ("method", 404), ("nothing", 404)])
def test_the_method_dispatcher_asks_the_class(exposed: str, expected: int) -> None:
    def get(self: Any) -> str:
        return "x"

    resource = type("Resource", (), {"GET": cherrypy.expose(get) if exposed == "method" else get})
    if exposed == "class":
        resource = cherrypy.expose(resource)
    assert (
        ask(resource(), "/", {"/": {"request.dispatch": cherrypy.dispatch.MethodDispatcher()}})[0] == expected
    )


def test_a_relative_static_directory_needs_a_root() -> None:
    conf = {"/": {"tools.staticdir.on": True, "tools.staticdir.dir": "static"}}
    assert ask(Page(), "/a.css", conf)[0] == 500


@pytest.mark.parametrize(
    "use",
    [lambda f: cherrypy.tools.json_out(f), lambda f: cherrypy.tools.allow(["POST"])(f)],
    ids=["bare", "positional"],
)
def test_tools_take_keyword_arguments_only(use: Callable[[Any], Any]) -> None:
    with pytest.raises(TypeError):
        use(Page.index)


def test_a_request_outside_a_request_is_a_default() -> None:
    assert cherrypy.request.remote.ip == "127.0.0.1"
    with pytest.raises(AttributeError):
        _ = cherrypy.session["user"]


def test_json_is_read_from_the_listed_types_only() -> None:
    class Root:
        @cherrypy.expose
        def index(self) -> str:
            return str(cherrypy.request.json)

    def post(options: dict[str, Any]) -> int:
        body = b'{"a": 1}'
        return ask(
            Root(), "/", {"/": {"tools.json_in.on": True, **options}}, REQUEST_METHOD="POST", CONTENT_TYPE="text/plain",
            CONTENT_LENGTH=str(len(body)), **{"wsgi.input": io.BytesIO(body)},
        )[0]  # fmt: skip

    assert post({}) == 415
    assert post({"tools.json_in.content_type": ["text/plain"]}) == 200
    assert (
        post({"tools.json_in.force": False}) == 500
    )  # form types are left alone: there is no `request.json`


def test_a_plain_wrapper_loses_the_tools() -> None:
    def plain(handler: Callable[..., Any]) -> Callable[..., Any]:
        return lambda self: handler(self)

    def wrapping(handler: Callable[..., Any]) -> Callable[..., Any]:
        return functools.wraps(handler)(plain(handler))

    def protected(decorate: Callable[..., Any]) -> Any:
        guarded = cherrypy.tools.auth_basic(realm="x", checkpassword=lambda *a: False)(lambda self: "secret")
        return type("Root", (), {"index": cherrypy.expose(decorate(guarded))})()

    assert ask(protected(plain), "/")[0] == 200
    assert ask(protected(wrapping), "/")[0] == 401


def test_configuration_files_hold_python() -> None:
    assert reprconf.unrepr("1 + 1") == 2


def test_a_decorator_on_a_subclass_changes_its_base() -> None:
    """cherrypy/config-decorator-mutates-base."""

    @cherrypy.config(**{"tools.auth_basic.on": True})
    class Desk:
        pass

    @cherrypy.config(**{"tools.auth_basic.on": False})
    class Brochure(Desk):
        pass

    assert Desk._cp_config == {"tools.auth_basic.on": False}  # type: ignore[attr-defined]
    assert Brochure._cp_config is Desk._cp_config  # type: ignore[attr-defined]
