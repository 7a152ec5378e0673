"""What the rules of the pyramid pack claim about Pyramid, asked of the installed Pyramid itself.

Every test builds a small application in this process and sends it one request: no server, no socket.
"""

from __future__ import annotations

import gc
import inspect
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    pytest.importorskip("pyramid")
    from pyramid import authentication, authorization, csrf, httpexceptions, security, session
    from pyramid.config import Configurator
    from pyramid.request import Request
    from pyramid.response import Response

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]
SECRET = "0123456789abcdef" * 4


class Refusing:
    """A security policy that knows nobody and allows nothing."""

    answer: Any = security.Denied("no")

    def identity(self, request: Any) -> None:
        return None

    def authenticated_userid(self, request: Any) -> None:
        return None

    def permits(self, request: Any, context: Any, permission: str) -> Any:
        return self.answer

    def remember(self, request: Any, userid: str, **kw: Any) -> list[tuple[str, str]]:
        return [("Set-Cookie", "ticket=1")]

    def forget(self, request: Any, **kw: Any) -> list[tuple[str, str]]:
        return [("Set-Cookie", "ticket=")]


def open_view(request: Any) -> Any:
    return Response("served")


def status(config: Any, path: str, **options: Any) -> int:
    """The status the application of `config` gives for one request."""
    app = config if callable(config) else config.make_wsgi_app()
    return int(Request.blank(path, **options).get_response(app).status_int)


def protected(policy: Any = None) -> Any:
    config = Configurator(security_policy=policy)
    config.add_route("admin", "/admin")
    config.add_view(open_view, route_name="admin", permission="admin")
    return config


def test_a_permission_without_a_policy_protects_nothing() -> None:
    assert status(protected(), "/admin") == 200
    assert status(protected(Refusing()), "/admin") == 403


@pytest.mark.parametrize("answer", ["denied", security.Denied, httpexceptions.HTTPForbidden(), (False, "no")])
def test_permits_is_only_asked_for_truth(answer: Any) -> None:
    policy = Refusing()
    policy.answer = answer
    assert status(protected(policy), "/admin") == 200


def test_an_async_permits_allows_everything() -> None:
    class Later(Refusing):
        async def permits(self, request: Any, context: Any, permission: str) -> Any:
            return security.Denied("no")

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert status(protected(Later()), "/admin") == 200


@pytest.mark.parametrize(("failure", "name"), [([], "root"), (False, "root"), ("", "root"), (None, None)])
def test_basic_auth_accepts_every_answer_but_none(failure: Any, name: str | None) -> None:
    policy = authentication.BasicAuthAuthenticationPolicy(lambda user, password, request: failure)
    request = Request.blank("/", authorization=("Basic", "cm9vdDp3cm9uZw=="))
    assert policy.authenticated_userid(request) == name


INHERITED = """
from pyramid.response import Response
from pyramid.view import view_config, view_defaults


@view_defaults(permission="admin")
class Base:
    def __init__(self, request):
        self.request = request


@view_defaults(route_name="lost")
class Lost(Base):
    @view_config()
    def show(self):
        return Response("served")


@view_defaults(permission="admin")
class Switched:
    def __init__(self, request):
        self.request = request

    @view_config(route_name="switched", permission=None)
    def show(self):
        return Response("served")

    @view_config(route_name="kept")
    def other(self):
        return Response("served")
"""


Scan = Callable[..., list[int]]


@pytest.fixture
def scan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scan]:
    """The statuses of the routes `names` once a module with that source has been scanned."""

    def statuses(source: str, names: list[str], policy: Any = None) -> list[int]:
        (tmp_path / "referee_views.py").write_text(source, encoding="utf-8")
        monkeypatch.syspath_prepend(tmp_path)
        config = Configurator(security_policy=policy)
        for name in names:
            config.add_route(name, f"/{name}")
        config.scan("referee_views")
        app = config.make_wsgi_app()
        return [status(app, f"/{name}") for name in names]

    yield statuses
    sys.modules.pop("referee_views", None)


def test_a_view_may_lose_the_permission_of_its_class(scan: Scan) -> None:
    assert scan(INHERITED, ["lost", "switched", "kept"], Refusing()) == [200, 200, 403]


def test_defaults_after_a_commit_come_too_late() -> None:
    def build(late: bool, autocommit: bool = False) -> Any:
        config = Configurator(security_policy=Refusing(), autocommit=autocommit)
        config.add_route("home", "/")
        config.add_view(open_view, route_name="home")
        if late:
            config.commit()
        config.set_default_permission("view")
        return config

    assert status(build(late=False), "/") == 403
    assert status(build(late=True), "/") == 200
    assert status(build(late=False, autocommit=True), "/") == 200


def test_an_acl_belongs_to_the_context_not_to_the_view() -> None:
    class Acl(Refusing):
        def permits(self, request: Any, context: Any, permission: str) -> Any:
            return authorization.ACLHelper().permits(context, [authorization.Everyone], permission)

    class Edit:
        __acl__ = [authorization.DENY_ALL]

        def __init__(self, request: Any) -> None:
            self.request = request

        def __call__(self) -> Any:
            return open_view(self.request)

    class Root:
        __acl__ = [(authorization.Allow, authorization.Everyone, "edit")]

        def __init__(self, request: Any) -> None:
            pass

    config = Configurator(security_policy=Acl(), root_factory=Root)
    config.add_route("edit", "/edit")
    config.add_view(Edit, route_name="edit", permission="edit")
    assert status(config, "/edit") == 200


def test_principals_in_a_string_match_by_substring() -> None:
    class Doc:
        __acl__ = [(authorization.Allow, "user:1", "edit")]

    permits = authorization.ACLHelper().permits
    assert permits(Doc(), "user:12", "edit")
    assert not permits(Doc(), ["user:12"], "edit")


def test_the_first_entry_of_an_acl_wins() -> None:
    class Doc:
        __acl__ = [authorization.DENY_ALL, (authorization.Allow, "user:1", "edit")]

    class Flat:
        __acl__ = (authorization.Allow, "user:1", "edit")

    class Comma:
        __acl__ = [(authorization.Allow, "user:1", "add,edit")]

    permits = authorization.ACLHelper().permits
    assert not permits(Doc(), [authorization.Everyone, "user:1"], "edit")
    assert not permits(Comma(), ["user:1"], "edit")
    with pytest.raises(ValueError, match="unpack"):
        permits(Flat(), ["user:1"], "edit")


def test_a_failing_acl_property_falls_back_to_the_parent() -> None:
    class Root:
        __parent__ = None
        __acl__ = [(authorization.Allow, authorization.Everyone, "edit")]

    class Doc:
        __parent__ = Root()

        @property
        def __acl__(self) -> Any:
            return [authorization.DENY_ALL, self.missing]  # type: ignore[attr-defined]

    assert authorization.ACLHelper().permits(Doc(), [authorization.Everyone], "edit")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, 400),
        ({"token": None, "header": None}, 200),
        ({"require_csrf": False}, 200),
        ({"safe_methods": ("GET", "POST")}, 200),
        ({"callback": lambda request: False}, 200),
    ],
)
def test_csrf_options_that_disable_the_check(options: dict[str, Any], expected: int) -> None:
    config = Configurator(session_factory=session.SignedCookieSessionFactory(SECRET))
    config.set_default_csrf_options(**options)
    config.add_route("save", "/")
    config.add_view(open_view, route_name="save")
    assert status(config, "/", method="POST") == expected


def test_csrf_checks_are_off_until_asked_for() -> None:
    config = Configurator(session_factory=session.SignedCookieSessionFactory(SECRET))
    config.add_route("save", "/")
    config.add_view(open_view, route_name="save")
    assert status(config, "/", method="POST") == 200


def default(function: Callable[..., Any], name: str) -> Any:
    return inspect.signature(function).parameters[name].default


def test_cookie_defaults_are_the_weak_ones() -> None:
    tickets, policy = authentication.AuthTktCookieHelper, authentication.AuthTktAuthenticationPolicy
    for factory, httponly in (
        (session.SignedCookieSessionFactory, "httponly"),
        (session.BaseCookieSessionFactory, "httponly"),
        (csrf.CookieCSRFStoragePolicy, "httponly"),
        (tickets, "http_only"),
        (policy, "http_only"),
    ):
        assert (default(factory, "secure"), default(factory, httponly)) == (False, False)
        assert default(factory, "samesite") == "Lax"
    for set_cookie in (Response.set_cookie,):
        assert [default(set_cookie, name) for name in ("secure", "httponly", "samesite")] == [
            False,
            False,
            None,
        ]
    assert default(tickets, "timeout") is None and default(policy, "timeout") is None
    assert default(tickets, "hashalg") == default(policy, "hashalg") == "sha512"
    assert {default(f, "hashalg") for f in (authentication.AuthTicket, authentication.parse_ticket)} == {
        "md5"
    }


def test_parent_domain_gives_the_ticket_to_the_siblings() -> None:
    helper = authentication.AuthTktCookieHelper(SECRET, parent_domain=True)
    headers = helper.remember(Request.blank("/", base_url="http://shop.eu.example.com"), "ann")
    assert all("Domain=eu.example.com" in value for _, value in headers)


def test_static_views_serve_whatever_lies_below() -> None:
    config = Configurator(security_policy=Refusing(), default_permission="view")
    config.add_static_view("static", "pyramid:")
    assert status(config, "/static/csrf.py") == 200


def test_a_static_view_at_the_root_hides_later_routes() -> None:
    def build(root_first: bool) -> Any:
        config = Configurator()
        if root_first:
            config.add_static_view("/", "pyramid:scripts")
        config.add_route("home", "/home")
        config.add_view(open_view, route_name="home")
        return config

    assert status(build(False), "/home") == 200
    assert status(build(True), "/home") == 404


def test_forget_only_returns_headers() -> None:
    def logout(request: Any) -> Any:
        security.forget(request)
        return open_view(request)

    config = Configurator(security_policy=Refusing())
    config.add_route("out", "/")
    config.add_view(logout, route_name="out")
    assert "Set-Cookie" not in Request.blank("/").get_response(config.make_wsgi_app()).headers


DECORATED = """
import functools
from pyramid.response import Response
from pyramid.view import view_config


def wrapping(function):
    @functools.wraps(function)
    def inner(subject):
        return function(subject)

    return inner


@wrapping
@view_config(route_name="above")
def above(request):
    return Response("served")


@view_config(route_name="below")
@wrapping
def below(request):
    return Response("served")


class Views:
    def __init__(self, request):
        self.request = request

    @wrapping
    @view_config(route_name="method")
    def method(self):
        return Response("served")
"""


def test_a_decorator_above_view_config_unregisters_a_function(scan: Scan) -> None:
    assert scan(DECORATED, ["above", "below", "method"]) == [404, 200, 200]


async def later(request: Any) -> Any:
    return Response("never")


@pytest.mark.parametrize("answer", [None, {"a": 1}, "text", ["list"]])
def test_views_without_a_renderer_must_return_a_response(answer: Any) -> None:
    config = Configurator()
    config.add_route("x", "/")
    config.add_view(lambda request: answer, route_name="x")
    with pytest.raises(ValueError, match="Could not convert return value"):
        status(config, "/")


def test_async_views_are_never_awaited() -> None:
    config = Configurator()
    config.add_route("x", "/")
    config.add_view(later, route_name="x")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(ValueError, match="coroutine"):
            status(config, "/")
        gc.collect()  # the coroutine that nobody awaits says so when it goes: here, not in another test


def test_http_exceptions_are_plain_exceptions() -> None:
    assert issubclass(httpexceptions.HTTPFound, Exception)
    assert issubclass(httpexceptions.HTTPForbidden, Response)


def test_names_that_pyramid_2_removed() -> None:
    for name in ("authenticated_userid", "unauthenticated_userid", "effective_principals", "has_permission"):
        assert not hasattr(security, name)
    for name in ("UnencryptedCookieSessionFactoryConfig", "signed_serialize", "signed_deserialize"):
        assert not hasattr(session, name)
    assert not hasattr(Configurator, "set_request_property")
    with pytest.raises(ImportError):
        __import__("pyramid.compat")


def test_sessions_need_a_factory() -> None:
    with pytest.raises(AttributeError, match="session factory"):
        request = Request.blank("/")
        request.registry = Configurator().registry
        _ = request.session
