"""What the rules of the bottle pack claim about Bottle, asked of the installed Bottle itself.

Every test builds a small application in this process and sends it one request: no server, no socket.
"""

from __future__ import annotations

import functools
import io
import threading
import warnings
from collections.abc import Callable
from typing import Any

import pytest

bottle = pytest.importorskip("bottle")

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.skipif(not bottle.__version__.startswith("0.13"), reason="the claims are about Bottle 0.13"),
]


def ask(app: Any, path: str, method: str = "GET", **environ: Any) -> tuple[int, dict[str, list[str]], str]:
    """Status, headers and body of one request."""
    seen: dict[str, Any] = {}

    def start(status: str, headers: list[tuple[str, str]], error: Any = None) -> None:
        seen["status"] = int(status.split()[0])
        found: dict[str, list[str]] = {}
        for name, value in headers:
            found.setdefault(name.lower(), []).append(value)
        seen["headers"] = found

    request = {
        "PATH_INFO": path,
        "REQUEST_METHOD": method,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        **environ,
    }
    body = b"".join(app(request, start)).decode("utf-8")
    return seen["status"], seen["headers"], body


def refuse(handler: Callable[..., Any]) -> Callable[..., Any]:
    """A guard that lets nobody through."""

    @functools.wraps(handler)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        bottle.abort(401, "no")

    return guarded


@pytest.mark.parametrize(("guard_first", "expected"), [(True, 200), (False, 401)])
def test_a_decorator_above_the_route_does_not_run(guard_first: bool, expected: int) -> None:
    app = bottle.Bottle()

    def page() -> str:
        return "secret"

    if guard_first:
        refuse(app.get("/")(page))
    else:
        app.get("/")(refuse(page))
    assert ask(app, "/")[0] == expected


def test_view_above_the_route_sends_json() -> None:
    app = bottle.Bottle()

    @bottle.view("<p>{{name}}</p>")
    @app.get("/")
    def page() -> dict[str, str]:
        return {"name": "x"}

    assert ask(app, "/")[1]["content-type"] == ["application/json"]


@pytest.mark.parametrize(
    "refusal",
    [lambda: bottle.HTTPError(401), lambda: False, lambda: "sign in first"],
    ids=["error", "false", "text"],
)
def test_what_a_before_request_hook_returns_is_ignored(refusal: Callable[[], Any]) -> None:
    app = bottle.Bottle()
    app.add_hook("before_request", refusal)
    app.get("/")(lambda: "secret")
    assert ask(app, "/")[0] == 200


@pytest.mark.parametrize("key", [None, ""])
def test_without_a_key_the_cookie_is_read_unsigned(key: str | None) -> None:
    app = bottle.Bottle()
    app.get("/")(lambda: bottle.request.get_cookie("user", secret=key))
    assert ask(app, "/", HTTP_COOKIE="user=admin")[2] == "admin"


def test_a_signed_cookie_of_an_object_is_a_pickle() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        bottle.BaseResponse().set_cookie("prefs", {"a": 1}, secret="k")
    assert any("ickl" in str(warning.message) for warning in caught)


def test_cookies_have_no_flags_and_no_path_by_default() -> None:
    response = bottle.BaseResponse()
    response.set_cookie("sid", "1")
    assert dict(response.headerlist)["Set-Cookie"] == "sid=1"


def test_samesite_none_is_sent_as_an_attribute() -> None:
    response = bottle.BaseResponse()
    response.set_cookie("sid", "1", samesite=None)
    assert "SameSite=none" in dict(response.headerlist)["Set-Cookie"]


@pytest.mark.parametrize("option", ["http_only", "ttl", "expiry", "signed"])
def test_an_unknown_cookie_option_raises(option: str) -> None:
    with pytest.raises(Exception, match=r"(?i)attribute|reserved|invalid"):
        bottle.BaseResponse().set_cookie("sid", "1", **{option: 3})


def test_a_returned_response_replaces_the_collected_cookies() -> None:
    app = bottle.Bottle()

    @app.get("/lost")
    def lost() -> Any:
        bottle.response.delete_cookie("sid", path="/")
        return bottle.HTTPResponse(status=302, headers={"Location": "/"})

    @app.get("/kept")
    def kept() -> Any:
        bottle.response.delete_cookie("sid", path="/")
        bottle.redirect("/")

    assert "set-cookie" not in ask(app, "/lost")[1]
    assert "set-cookie" in ask(app, "/kept")[1]


def test_hooks_of_a_mounted_application_do_not_run() -> None:
    child = bottle.Bottle()
    child.add_hook("before_request", lambda: bottle.abort(401))
    child.get("/")(lambda: "secret")
    root = bottle.Bottle()
    root.mount("/copied/", child)
    assert ask(root, "/copied/")[0] == 200

    other = bottle.Bottle()
    other.add_hook("before_request", lambda: bottle.abort(401))
    other.get("/")(lambda: "secret")
    root.mount("/wsgi", other)
    assert ask(root, "/wsgi/")[0] == 401


def test_plugins_of_the_parent_do_not_cover_the_child() -> None:
    child = bottle.Bottle()
    child.get("/")(lambda: "secret")
    root = bottle.Bottle()
    root.install(refuse)
    root.get("/own")(lambda: "secret")
    root.mount("/child/", child)
    assert ask(root, "/own")[0] == 401
    assert ask(root, "/child/")[0] == 200


@pytest.mark.parametrize(
    ("returned", "expected"),
    [(42, 500), (True, 500), ([{"a": 1}], 500), ({"a": 1}, 200), (0, 200)],
    ids=["number", "true", "list", "dictionary", "zero"],
)
def test_what_a_handler_may_return(returned: Any, expected: int) -> None:
    app = bottle.Bottle()
    app.get("/")(lambda: returned)
    assert ask(app, "/")[0] == expected


def test_an_async_handler_is_an_error() -> None:
    app = bottle.Bottle()

    async def page() -> str:
        return "x"

    made: list[Any] = []
    app.get("/")(lambda: made.append(page()) or made[0])
    assert ask(app, "/")[0] == 500
    made[0].close()


def test_debug_shows_the_traceback() -> None:
    app = bottle.Bottle()
    app.get("/")(lambda: 1 / 0)
    bottle.debug(True)
    try:
        assert "Traceback" in ask(app, "/")[2]
    finally:
        bottle.debug(False)
    assert "Traceback" not in ask(app, "/")[2]


def test_catchall_off_lets_exceptions_through() -> None:
    app = bottle.Bottle()
    app.catchall = False
    app.get("/")(lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        ask(app, "/")


def test_noescape_and_jinja2_leave_markup() -> None:
    assert bottle.template("<i>{{x}}</i>", x="<b>", template_settings={"noescape": True}) == "<i><b></i>"
    pytest.importorskip("jinja2")
    assert bottle.jinja2_template("{{ x }}\n", x="<b>").strip() == "<b>"
    escaped = bottle.jinja2_template("<u>{{ x }}\n", x="<b>", template_settings={"autoescape": True})
    assert escaped.strip() == "<u>&lt;b&gt;"


def test_existing_request_attributes_cannot_be_assigned() -> None:
    request = bottle.BaseRequest({"PATH_INFO": "/"})
    for name in ("auth", "json", "forms", "path"):
        with pytest.raises(AttributeError):
            setattr(request, name, 1)
    request.current_user = 1


def test_remote_addr_is_the_clients_word() -> None:
    request = bottle.BaseRequest({"REMOTE_ADDR": "10.0.0.9", "HTTP_X_FORWARDED_FOR": "127.0.0.1"})
    assert request.remote_addr == "127.0.0.1"


def test_outside_a_request_there_is_a_placeholder_or_an_error() -> None:
    seen: list[object] = []

    def look() -> None:
        try:
            seen.append(bottle.request.headers.get("Host"))
        except RuntimeError as error:
            seen.append(type(error))

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [RuntimeError]
    assert bottle.LocalRequest().headers.get("Host") is None


def test_shortcuts_register_on_the_default_application() -> None:
    app = bottle.Bottle()
    with bottle.Bottle():  # keeps the shared default application clean
        bottle.get("/")(lambda: "home")
    assert ask(app, "/")[0] == 404


def test_old_wildcards_are_deprecated() -> None:
    app = bottle.Bottle()
    for rule in ("/user/:id", "/any/:/x", "/file/:name#.+#"):
        with pytest.warns(DeprecationWarning):
            app.route(rule, callback=lambda **parts: "old")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        app.get("/user/<name:re:[a-z:]+>")(lambda name: name)
    app.get(r"/time/12\:30")(lambda: "noon")
    assert ask(app, "/time/12:30")[2] == "noon"
