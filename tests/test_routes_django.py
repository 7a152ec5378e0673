"""The table of routes of small Django projects, and the functions Django calls in them."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from routing import entry_lines, table

VIEWS = """
from django.views import View
from django.views.generic import ListView, FormView
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.decorators import login_required, permission_required
from django.views.decorators.http import require_POST, require_http_methods
from django.utils.decorators import method_decorator

def index(request): ...
def item(request, pk, slug="x"): ...
@login_required
def mine(request, name): ...
@require_POST
@permission_required("shop.change")
def change(request, pk): ...
@require_http_methods(["GET", "POST"])
def both(request): ...

class Items(LoginRequiredMixin, ListView):
    def get_queryset(self): ...

class Item(View):
    http_method_names = ["get", "post"]
    def get(self, request, pk, slug): ...
    def post(self, request, *args, **kwargs): ...
    def delete(self, request, pk): ...

@method_decorator(login_required, name="dispatch")
class Private(View):
    def get(self, request): ...

class Contact(FormView):
    permission_required = "shop.contact"
    def form_valid(self, form): ...
"""

HEAD = """
from django.urls import include, path, re_path
import views
"""


ROUTES: list[tuple[str, str | Mapping[str, str], list[str]]] = [
    (
        "views",
        {
            "views.py": VIEWS
            + """

""",
            "urls.py": HEAD
            + """
from django.contrib import admin
from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_required
from django.views.generic import TemplateView, RedirectView

urlpatterns = [
    path("", views.index, name="home"),
    path("items/<int:pk>/<slug:slug>/", views.item),
    path("mine/<name>", views.mine),
    path("change/<int:pk>", views.change),
    path("both", views.both),
    path("list/", views.Items.as_view()),
    path("item/<pk>/<slug>/", views.Item.as_view()),
    path("private/", views.Private.as_view()),
    path("contact/", views.Contact.as_view()),
    path("wrapped/", login_required(views.Item.as_view())),
    path("admin/", admin.site.urls),
    path("login/", auth.LoginView.as_view()),
    path("about/", TemplateView.as_view(template_name="a.html")),
    re_path(r"^year/(?P<year>[0-9]{4})/$", views.index),
    path("accounts/", include("django.contrib.auth.urls")),
]
""",
        },
        [
            "* / views.index",
            "GET /about/ django.views.generic.TemplateView",
            "* /accounts/... django.contrib.auth.urls",
            "* /admin/... django.contrib.admin.site",
            "GET,POST /both views.both",
            "POST /change/<int:pk> views.change [permission_required]",
            "GET,POST,PUT /contact/ views.Contact [permission_required=shop.contact]",
            "GET,POST /item/<pk>/<slug>/ views.Item",
            "* /items/<int:pk>/<slug:slug>/ views.item",
            "GET /list/ views.Items [LoginRequiredMixin]",
            "GET,POST,PUT /login/ django.contrib.auth.views.LoginView",
            "* /mine/<name> views.mine [login_required]",
            "GET /private/ views.Private [login_required]",
            "GET,POST /wrapped/ views.Item [login_required]",
            "* /year/(?P<year>[0-9]{4})/ views.index",
        ],
    ),
    (
        "nesting",
        {
            "views.py": "def v(request, **kw): ...\n",
            "config/__init__.py": "",
            "config/settings.py": "ROOT_URLCONF = 'config.urls'\n",
            "config/urls.py": """
from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path
import blog.urls
from views import v

extra = [path("x/", v), path("y/<int:n>/", v)]
urlpatterns = [
    path("blog/", include("blog.urls", namespace="b")),
    path("again/<slug:team>/", include(blog.urls)),
    path("extra/", include(extra)),
    path("tuple/", include((extra, "app"), namespace="t")),
    re_path(r"^old/", include("blog.archive")),
]
urlpatterns += i18n_patterns(path("about/", v))
if settings.DEBUG:
    import debug_toolbar
    urlpatterns.append(path("debug/", include(debug_toolbar.urls)))
""",
            "blog/__init__.py": "",
            "blog/urls.py": """
from django.urls import path
from views import v
app_name = "blog"
urlpatterns = [path("", v), path("<str:slug>/", v)]
""",
            "blog/archive.py": """
from django.conf.urls import url
from views import v
urlpatterns = [url(r"^(?P<year>\\d{4})/$", v), url("^any/(.*)$", v)]
""",
            "blog/unused.py": """
from django.urls import path
from views import v
urlpatterns = [path("nowhere/", v)]
""",
        },
        [
            "* ...nowhere/ views.v",
            "* /<language>/about/ views.v",
            "* /again/<slug:team>/ views.v",
            "* /again/<slug:team>/<str:slug>/ views.v",
            "* /blog/ views.v",
            "* /blog/<str:slug>/ views.v",
            "* /debug/... debug_toolbar",
            "* /extra/x/ views.v",
            "* /extra/y/<int:n>/ views.v",
            "* /old/(?P<year>\\d{4})/ views.v",
            "* /old/any/(.*) views.v",
            "* /tuple/x/ views.v",
            "* /tuple/y/<int:n>/ views.v",
        ],
    ),
    (
        "routers",
        {
            "views.py": """
from rest_framework import viewsets, generics, mixins
from rest_framework.decorators import action, api_view, permission_classes
from rest_framework.permissions import IsAuthenticated, AllowAny
from rest_framework.views import APIView

class Users(viewsets.ModelViewSet):
    permission_classes = [IsAuthenticated]
    lookup_field = "name"

    @action(detail=True, methods=["post"], url_path="set-password")
    def set_password(self, request, name=None): ...

    @action(detail=False)
    def recent(self, request): ...

class Reports(viewsets.ReadOnlyModelViewSet):
    permission_classes = [AllowAny]

class Logs(mixins.ListModelMixin, viewsets.GenericViewSet):
    def destroy(self, request, pk=None): ...

class Plain(viewsets.ViewSet):
    def list(self, request): ...

class Status(APIView):
    permission_classes = (IsAuthenticated,)
    def get(self, request, format=None): ...

class Names(generics.ListCreateAPIView):
    pass

@api_view(["GET", "POST"])
@permission_classes([IsAuthenticated])
def ping(request, name): ...
""",
            "urls.py": """
from django.urls import include, path
from rest_framework.routers import DefaultRouter, SimpleRouter
import views

router = DefaultRouter()
router.register(r"users", views.Users)
router.register("reports", views.Reports, basename="report")
other = SimpleRouter()
other.register("logs", views.Logs)
urlpatterns = [
    path("api/", include(router.urls)),
    path("status/", views.Status.as_view()),
    path("names/", views.Names.as_view()),
    path("ping/<name>/", views.ping),
    path("plain/", views.Plain.as_view({"get": "list"})),
] + other.urls
""",
        },
        [
            "GET /api/reports/ views.Reports",
            "GET /api/reports/<pk>/ views.Reports",
            "GET,POST /api/users/ views.Users [permission_classes=IsAuthenticated]",
            "DELETE,GET,PATCH,PUT /api/users/<name>/ views.Users [permission_classes=IsAuthenticated]",
            "POST /api/users/<name>/set-password/ views.Users.set_password [permission_classes=IsAuthenticated]",
            "GET /api/users/recent/ views.Users.recent [permission_classes=IsAuthenticated]",
            "GET /logs/ views.Logs",
            "DELETE /logs/<pk>/ views.Logs",
            "GET,POST /names/ views.Names",
            "GET,POST /ping/<name>/ views.ping [permission_classes]",
            "GET /plain/ views.Plain",
            "GET /status/ views.Status [permission_classes=IsAuthenticated]",
        ],
    ),
    (
        "elsewhere",
        {
            "admin.py": """
from django.contrib import admin
from django.urls import path

class ShopAdmin(admin.ModelAdmin):
    def get_urls(self):
        return [path("import/<name>/", self.admin_site.admin_view(self.load))] + super().get_urls()

    def load(self, request, name): ...
""",
        },
        [
            "* ...import/<name>/ admin.ShopAdmin.load [admin_view]",
        ],
    ),
    (
        "no root",
        {
            "shop/__init__.py": "",
            "shop/urls.py": """
from django.urls import path
def v(request): ...
urlpatterns = [path("a/", v)]
""",
        },
        [
            "* /a/ shop.urls.v",
        ],
    ),
]


ENTRIES: list[tuple[str, str | Mapping[str, str], list[str]]] = [
    (
        "views",
        {
            "views.py": VIEWS
            + """

""",
            "urls.py": HEAD
            + """
urlpatterns = [
    path("items/<int:pk>/<slug:slug>/", views.item),
    path("mine/<name>", views.mine),
    path("item/<pk>/<slug>/", views.Item.as_view()),
    re_path(r"^year/(?P<pk>.*)/$", views.item),
]
""",
        },
        [
            "item(request: django.http.HttpRequest()) @ /items/<int:pk>/<slug:slug>/",
            "item(pk: path, request: django.http.HttpRequest()) @ /year/(?P<pk>.*)/",
            "mine(name: path, request: django.http.HttpRequest()) @ /mine/<name>",
            "Items: Items.get_queryset()",
            "Item: Item.get(pk: path, request: django.http.HttpRequest(), slug: path) @ /item/<pk>/<slug>/",
            "Item: Item.post(kwargs: path, request: django.http.HttpRequest()) @ /item/<pk>/<slug>/",
            "Item: Item.delete(pk: path, request: django.http.HttpRequest()) @ /item/<pk>/<slug>/",
            "Private: Private.get(request: django.http.HttpRequest())",
            "Contact: Contact.form_valid()",
        ],
    ),
    (
        "rest",
        {
            "app.py": """
from rest_framework import serializers, viewsets
from rest_framework.decorators import api_view, action
from rest_framework.permissions import BasePermission

class Users(viewsets.ModelViewSet):
    def retrieve(self, request, pk=None): ...
    def get_queryset(self): ...
    @action(detail=True)
    def act(self, request, pk): ...

class Form(serializers.Serializer):
    def validate_name(self, value): ...
    def validate(self, attrs): ...
    def update(self, instance, validated_data): ...
    def create(self, validated_data): ...
    def to_representation(self, obj): ...

class Mine(BasePermission):
    def has_object_permission(self, request, view, obj): ...

@api_view()
def ping(request, name): ...
""",
        },
        [
            "Users: Users.retrieve(pk: path, request: django.http.HttpRequest())",
            "Users: Users.get_queryset()",
            "Users: Users.act(pk: path, request: django.http.HttpRequest())",
            "Form: Form.validate_name(value: body)",
            "Form: Form.validate(attrs: body)",
            "Form: Form.update(validated_data: body)",
            "Form: Form.create(validated_data: body)",
            "Form: Form.to_representation()",
            "Mine: Mine.has_object_permission(request: django.http.HttpRequest())",
            "ping(name: path, request: django.http.HttpRequest())",
        ],
    ),
    (
        "middleware",
        {
            "settings.py": "MIDDLEWARE = ['shop.middleware.Timing', 'shop.middleware.simple', 'shop.middleware.Old', 'django.x.Y']\n",
            "shop/__init__.py": "",
            "shop/middleware.py": """
from django.utils.deprecation import MiddlewareMixin

class Timing:
    def __init__(self, get_response): ...
    def __call__(self, request): ...
    def process_view(self, request, view_func, view_args, view_kwargs): ...

def simple(get_response):
    def middleware(request): ...
    return middleware

class Old(MiddlewareMixin):
    def process_request(self, request): ...
""",
        },
        [
            "Timing: Timing.__call__(request: django.http.HttpRequest())",
            "Timing: Timing.process_view(request: django.http.HttpRequest())",
            "simple.middleware(request: django.http.HttpRequest())",
            "Old: Old.process_request(request: django.http.HttpRequest())",
        ],
    ),
    (
        "forms, admin, sockets",
        """
from django import forms
from django.contrib import admin
from django.contrib.auth.backends import BaseBackend
from channels.generic.websocket import WebsocketConsumer

class Contact(forms.Form):
    def clean(self): ...
    def clean_name(self): ...
    def helper(self): ...

class ShopAdmin(admin.ModelAdmin):
    actions = ["publish"]
    def save_model(self, request, obj, form, change): ...
    @admin.action
    def publish(self, request, queryset): ...

class Backend(BaseBackend):
    def authenticate(self, request, username=None, password=None): ...

class Chat(WebsocketConsumer):
    def receive(self, text_data=None, bytes_data=None): ...
""",
        [
            "Contact: Contact.clean()",
            "Contact: Contact.clean_name()",
            "ShopAdmin: ShopAdmin.save_model(request: django.http.HttpRequest())",
            "ShopAdmin: ShopAdmin.publish(request: django.http.HttpRequest())",
            "Backend: Backend.authenticate(password: form, request: django.http.HttpRequest(), username: form)",
            "Chat: Chat.receive(bytes_data: body, text_data: body)",
        ],
    ),
]


@pytest.mark.parametrize(("name", "files", "lines"), ROUTES, ids=[case[0] for case in ROUTES])
def test_routes(name: str, files: str | Mapping[str, str], lines: list[str]) -> None:
    assert table("django", files) == lines


@pytest.mark.parametrize(("name", "files", "lines"), ENTRIES, ids=[case[0] for case in ENTRIES])
def test_entries(name: str, files: str | Mapping[str, str], lines: list[str]) -> None:
    assert entry_lines("django", files) == lines
