"""The framework as the referee: what the rules of the django pack claim, asked of the installed Django in this process."""

from __future__ import annotations

import datetime
import functools
import gc
import importlib
import importlib.util
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from pentalint.toml import loads

django = pytest.importorskip("django")

from django.apps import apps  # noqa: E402
from django.conf import settings  # noqa: E402

URLS: list[Any] = []
urlpatterns = URLS

if not settings.configured:
    settings.configure(
        SECRET_KEY="referee",
        ROOT_URLCONF=__name__,
        ALLOWED_HOSTS=["testserver"],
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions"],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
        ],
        SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
        USE_TZ=True,
    )
if not apps.ready:
    django.setup()

from django.contrib.auth.base_user import AbstractBaseUser  # noqa: E402
from django.contrib.auth.decorators import login_required  # noqa: E402
from django.contrib.auth.mixins import LoginRequiredMixin  # noqa: E402
from django.core.checks.security import base as security  # noqa: E402
from django.core.exceptions import ImproperlyConfigured  # noqa: E402
from django.db import models  # noqa: E402
from django.dispatch import Signal, receiver  # noqa: E402
from django.http import HttpResponse, JsonResponse  # noqa: E402
from django.test import Client, RequestFactory, override_settings  # noqa: E402
from django.test.utils import isolate_apps  # noqa: E402
from django.urls import path  # noqa: E402
from django.utils import timezone  # noqa: E402
from django.utils.decorators import method_decorator  # noqa: E402
from django.utils.html import format_html  # noqa: E402
from django.views import View  # noqa: E402
from django.views.decorators.csrf import csrf_exempt  # noqa: E402

VERSION = Version(django.get_version())
RULES = Path(__file__).parent.parent / "rules" / "django"


class Page(View):
    def get(self, request: Any) -> HttpResponse:
        return HttpResponse("page")

    def post(self, request: Any) -> HttpResponse:
        return HttpResponse("posted")


def answer(view: Any, method: str = "get") -> int:
    """The status of one request to a view, through all the middleware, with the CSRF check on."""
    URLS[:] = [path("", view)]
    from django.urls import clear_url_caches

    clear_url_caches()
    return int(getattr(Client(enforce_csrf_checks=True), method)("/").status_code)


def field_errors(**fields: Any) -> set[str]:
    """The ids of the checks that a model with these fields fails."""
    with isolate_apps("django.contrib.contenttypes"):
        meta = type("Meta", (), {"app_label": "contenttypes"})
        members = {
            "__module__": __name__,
            "Meta": meta,
            "id": models.BigAutoField(primary_key=True),
            **fields,
        }
        model = type("Sample", (models.Model,), members)
        return {message.id for message in model.check(databases=[])}


def test_cookie_flags_are_off_unless_given() -> None:
    response = HttpResponse()
    response.set_cookie("token", "x")
    cookie = response.cookies["token"]
    assert not cookie["secure"] and not cookie["httponly"] and not cookie["samesite"]


def test_access_mixin_behind_the_view_is_not_asked() -> None:
    behind = type("Behind", (Page, LoginRequiredMixin), {})
    before = type("Before", (LoginRequiredMixin, Page), {})
    assert answer(behind.as_view()) == 200  # type: ignore[attr-defined]
    assert answer(before.as_view()) == 302  # type: ignore[attr-defined]


def test_mixin_behind_a_guarded_base_is_asked() -> None:
    class Never(LoginRequiredMixin):
        def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
            return HttpResponse(status=418)

    guarded = type("Guarded", (LoginRequiredMixin, Page), {})
    assert guarded.__mro__.index(LoginRequiredMixin) < guarded.__mro__.index(View)
    assert answer(type("Both", (Never, guarded), {}).as_view()) == 418  # type: ignore[attr-defined]


def test_csrf_exempt_works_on_dispatch_only() -> None:
    on_post = type("OnPost", (Page,), {"post": method_decorator(csrf_exempt)(Page.post)})
    named = method_decorator(csrf_exempt, name="post")(type("Named", (Page,), {"post": Page.post}))
    dispatch = method_decorator(csrf_exempt, name="dispatch")(type("Whole", (Page,), {}))
    assert answer(on_post.as_view(), "post") == 403  # type: ignore[attr-defined]
    assert answer(named.as_view(), "post") == 403
    assert answer(dispatch.as_view(), "post") == 200


def test_csrf_exempt_works_on_either_side_of_login_required() -> None:
    def view(request: Any) -> HttpResponse:
        return HttpResponse("x")

    assert login_required(csrf_exempt(view)).csrf_exempt is True
    assert csrf_exempt(login_required(view)).csrf_exempt is True


def test_receiver_connects_what_it_is_given() -> None:
    signal, calls = Signal(), []

    def outer(function: Any) -> Any:
        def wrapped(**kwargs: Any) -> None:
            calls.append("outer")
            function(**kwargs)

        return wrapped

    @outer
    @receiver(signal)
    def handler(**kwargs: Any) -> None:
        calls.append("handler")

    signal.send(None)
    assert calls == ["handler"]
    handler()
    assert calls == ["handler", "outer", "handler"]


@pytest.mark.parametrize(
    ("key", "weak"),
    [
        ("django-insecure-" + "k9x2p7vq1m5c8r3t6w0z4b2n8h6j1l5s9d3f7g1a5q9e3y7u1i", True),
        ("a" * 64, True),
        ("short", True),
        ("k9x2p7vq1m5c8r3t6w0z4b2n8h6j1l5s9d3f7g1a5q9e3y7u1i", False),
    ],
)
def test_which_secret_keys_the_deployment_check_calls_weak(key: str, weak: bool) -> None:
    with override_settings(SECRET_KEY=key):
        assert bool(security.check_secret_key(None)) is weak


def test_any_host_passes_the_deployment_check_and_reaches_the_application() -> None:
    with override_settings(ALLOWED_HOSTS=["*"], DEBUG=False):
        assert security.check_allowed_hosts(None) == []
        assert RequestFactory(headers={"host": "evil.test"}).get("/").get_host() == "evil.test"


def test_a_list_setting_given_as_a_string_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.conf import Settings

    for name in ("ALLOWED_HOSTS", "INSTALLED_APPS", "SECRET_KEY_FALLBACKS"):
        fake = SimpleNamespace(SECRET_KEY="x", **{name: "shop.example"})
        monkeypatch.setattr(importlib, "import_module", lambda *args, module=fake: module)
        with pytest.raises(ImproperlyConfigured, match=name):
            Settings("shop.settings")
        monkeypatch.undo()


def test_middleware_checks_take_a_string_for_a_list() -> None:
    with override_settings(MIDDLEWARE="x django.middleware.security.SecurityMiddleware y"):
        assert security.check_security_middleware(None) == []


def test_authentication_before_sessions_fails_every_request() -> None:
    order = [
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
    ]
    with override_settings(MIDDLEWARE=order), pytest.raises(ImproperlyConfigured):
        answer(Page.as_view())


def test_proxy_header_must_be_spelt_as_a_wsgi_variable() -> None:
    factory = RequestFactory(headers={"x-forwarded-proto": "https"})
    with override_settings(SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https")):
        assert factory.get("/").is_secure()
    with override_settings(SECURE_PROXY_SSL_HEADER=("X-Forwarded-Proto", "https")):
        assert not factory.get("/").is_secure()
    with (
        override_settings(SECURE_PROXY_SSL_HEADER="HTTP_X_FORWARDED_PROTO"),
        pytest.raises(ImproperlyConfigured),
    ):
        factory.get("/").is_secure()


def test_debug_is_on_for_any_true_value() -> None:
    with override_settings(DEBUG="False"):
        assert security.check_debug(None) == [security.W018]


def test_defaults_that_the_field_checks_refuse() -> None:
    assert "fields.E010" in field_errors(meta=models.JSONField(default={}))
    assert "fields.E010" not in field_errors(meta=models.JSONField(default=dict))
    assert "fields.W161" in field_errors(at=models.DateTimeField(default=timezone.now()))
    assert "fields.W161" not in field_errors(at=models.DateTimeField(default=timezone.now))


def test_a_mutable_default_is_one_object() -> None:
    field: Any = models.JSONField(default=[])
    assert field.get_default() is field.get_default()
    field = models.JSONField(default=list)
    assert field.get_default() is not field.get_default()


def test_on_delete_that_cannot_work() -> None:
    target = "contenttypes.ContentType"
    errors = field_errors(
        a=models.ForeignKey(target, models.SET_NULL, related_name="+"),
        b=models.ForeignKey(target, models.SET_DEFAULT, related_name="+"),
    )
    assert {"fields.E320", "fields.E321"} <= errors
    with pytest.raises(TypeError):
        models.ForeignKey(target)  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        models.ForeignKey(target, on_delete="CASCADE")


@pytest.mark.skipif(Version("5.1") > VERSION, reason="removed in 5.1")
def test_index_together_is_gone() -> None:
    with isolate_apps("django.contrib.contenttypes"), pytest.raises(TypeError):
        meta = type("Meta", (), {"app_label": "contenttypes", "index_together": [("id",)]})
        type("Sample", (models.Model,), {"__module__": __name__, "Meta": meta})


@pytest.mark.skipif(Version("5.1") > VERSION, reason="deprecated in 5.1")
def test_check_constraint_takes_no_check() -> None:
    with pytest.raises((TypeError, DeprecationWarning, PendingDeprecationWarning)):
        models.CheckConstraint(check=models.Q(id=1), name="one")  # type: ignore[call-arg]


def test_is_authenticated_as_a_method_is_always_true(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.contrib.auth.checks import check_user_model

    def is_authenticated(self: Any) -> bool:
        return False

    with isolate_apps("django.contrib.contenttypes"):
        members = {
            "__module__": __name__,
            "Meta": type("Meta", (), {"app_label": "contenttypes"}),
            "name": models.CharField(max_length=9, unique=True),
            "USERNAME_FIELD": "name",
            "is_authenticated": is_authenticated,
        }
        model: Any = type("Member", (AbstractBaseUser,), members)
    assert bool(model().is_authenticated)
    fake = SimpleNamespace(get_model=lambda name: model)
    monkeypatch.setattr("django.contrib.auth.checks.apps", fake)
    assert "auth.C010" in {message.id for message in check_user_model()}


def test_samesite_false_and_none_drop_the_attribute() -> None:
    for value in (None, False):
        response = HttpResponse()
        response.set_cookie("sessionid", "x", samesite=value)  # type: ignore[arg-type]
        assert "samesite" not in response.cookies.output().lower()


def test_static_routes_nothing_unless_debug() -> None:
    from django.conf.urls.static import static

    with override_settings(DEBUG=False):
        assert static("/media/", document_root="media") == []


def test_upload_mode_written_as_a_decimal() -> None:
    assert oct(644) == "0o1204" and not 644 & 0o400


def test_async_guard_gives_way_to_any_text(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.core.checks.async_checks import check_async_unsafe

    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "false")
    assert [message.id for message in check_async_unsafe(None)] == ["async.E001"]
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "")
    assert check_async_unsafe(None) == []


def removed_names() -> list[str]:
    """What the upgrade rules for this version say is gone."""
    found: list[str] = []
    for slug in ("removed-api", "removed-in-5", "removed-in-6", "url-function-removed"):
        rule = loads((RULES / f"{slug}.toml").read_text(encoding="utf-8"), slug)
        if VERSION in SpecifierSet(rule["applies"]):
            for part in rule["match"].get("any", [rule["match"]]):
                names = part.get("import", [])
                found.extend([names] if isinstance(names, str) else names)
    return found


@pytest.mark.parametrize("name", removed_names())
def test_removed_names_are_gone(name: str) -> None:
    owner, _, last = name.rpartition(".")
    try:
        module = importlib.import_module(owner)
    except ImportError:
        return
    except ImproperlyConfigured:
        pytest.skip("needs a library that is not installed")
    assert not hasattr(module, last)
    assert importlib.util.find_spec(name) is None if hasattr(module, "__path__") else True


def test_the_clock_of_a_default_stands_still() -> None:
    field: Any = models.DateTimeField(default=datetime.datetime(2020, 1, 1))
    assert field.get_default() == field.get_default() == datetime.datetime(2020, 1, 1)


def test_a_handler_without_an_owner_is_never_called() -> None:
    signal, calls = Signal(), []

    def setup() -> None:
        def nested(**kwargs: Any) -> None:
            calls.append("nested")

        signal.connect(nested)
        signal.connect(lambda **kwargs: calls.append("lambda"))
        signal.connect(functools.partial(calls.append, "partial"))
        signal.connect(lambda **kwargs: calls.append("kept"), weak=False)

    setup()
    gc.collect()
    signal.send(None)
    assert calls == ["kept"]


def test_format_html_does_not_escape_its_template() -> None:
    name = "<script>"
    assert "<script>" in format_html(f"<b>{name}</b>{{}}", "x")
    assert "<script>" not in format_html("<b>{}</b>", name)


def test_json_in_a_plain_response_is_html() -> None:
    assert HttpResponse('{"a": "<b>"}')["Content-Type"].startswith("text/html")
    assert JsonResponse({"a": 1})["Content-Type"] == "application/json"


def test_settings_that_cannot_be_set_together() -> None:
    from django.core.mail.backends.smtp import EmailBackend
    from django.template.backends.django import DjangoTemplates

    with pytest.raises(ValueError, match="mutually exclusive"):
        EmailBackend(use_tls=True, use_ssl=True)
    options = {"loaders": ["django.template.loaders.filesystem.Loader"]}
    with pytest.raises(ImproperlyConfigured):
        DjangoTemplates({"NAME": "x", "DIRS": [], "APP_DIRS": True, "OPTIONS": options})


def test_field_options_that_contradict_each_other() -> None:
    target = "contenttypes.ContentType"
    errors = field_errors(
        one=models.ForeignKey(target, models.CASCADE, unique=True, related_name="+"),
        many=models.ManyToManyField(target, null=True, related_name="+"),
        at=models.DateTimeField(auto_now=True, auto_now_add=True),
        number=models.IntegerField(max_length=5),
        file=models.FileField(upload_to="/files"),
    )
    assert {"fields.W342", "fields.W340", "fields.E160", "fields.W122", "fields.E202"} <= errors


def test_routes_that_the_checks_refuse() -> None:
    from django.urls import include, re_path
    from django.urls.resolvers import URLPattern

    def ids(pattern: Any) -> set[str]:
        return {message.id for message in pattern.check()}

    view = Page.as_view()
    assert "urls.W002" in ids(path("/orders", view))
    assert "2_0.W001" in ids(path(r"^items/(?P<pk>\d+)/", view))
    assert "urls.W003" in ids(path("orders/", view, name="shop:orders"))
    assert "urls.W001" in ids(re_path(r"^shop/$", include(([path("x", view)], "shop"))))
    assert isinstance(path("orders/", Page.as_view()), URLPattern)


def test_clean_method_without_return_loses_the_value() -> None:
    from django import forms

    def clean_number(self: Any) -> None:
        return None

    form = type("Order", (forms.Form,), {"number": forms.CharField(), "clean_number": clean_number})(
        {"number": "7"}
    )
    assert form.is_valid() and form.cleaned_data == {"number": None}
