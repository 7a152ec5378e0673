"""Fields of forms, whichever way they are read; keys of dictionaries that a query or a record is made of; dataclasses."""

from __future__ import annotations

import pytest
from examples import assert_marked

RULES = (
    "web/path-traversal",
    "web/mass-assignment",
    "web/code-injection",
    "web/cross-site-scripting",
    "web/timing-unsafe-compare",
)


FORMS = """
import os
from zipfile import ZipFile

from django import forms
from django_scopes.forms import SafeModelChoiceField
from PIL import Image


class AvatarForm(forms.ModelForm):
    avatar = forms.ImageField(required=False)
    name = forms.CharField()
    owner = SafeModelChoiceField(queryset=None)
    user = forms.CharField()

    def clean_avatar(self):
        file = self.cleaned_data.get("avatar")
        Image.open(file)
        return file

    def clean(self):
        with ZipFile(self.cleaned_data.get("avatar")) as archive:
            archive.testzip()
        open(os.path.join("/srv", self.cleaned_data.get("name")))  # finding
        open(os.path.join("/srv", self.cleaned_data.get("owner")))
        open("/srv/" + self.cleaned_data["user"].login)
        open("/srv/" + self.cleaned_data["user"].strip())  # finding
        return self.cleaned_data

    def store(self):
        opened(self.cleaned_data["avatar"])
        named(self.cleaned_data["name"])


def opened(image):
    Image.open(image)


def named(image):
    Image.open(image)  # finding
"""

VIEWS = """
from django.http import HttpResponse
from PIL import Image

from forms import AvatarForm, opened


def upload(request):
    form = AvatarForm(request.POST, request.FILES)
    if form.is_valid():
        form.store()
        put(**form.cleaned_data)
        data = form.cleaned_data.copy()
        data["more"] = "x"
        opened(data["avatar"])
        open(data["more"])
        open(data["name"])  # finding
    return HttpResponse("ok")


def put(name, avatar, owner, user):
    Image.open(avatar)
    open("/srv/" + owner)
    open("/srv/" + name)  # finding
"""

URLS = """
from django.urls import path

import views

urlpatterns = [path("upload", views.upload)]
"""


def test_each_field_of_a_form_is_what_its_class_says() -> None:
    assert_marked({"forms.py": FORMS, "views.py": VIEWS, "urls.py": URLS}, RULES, "django")


USES = {
    "seek": """
        upload = request.data["x"]
        upload.seek(0)
        Image.open(upload)
        Image.open(request.data["y"])  # finding
    """,
    "in another function": """
        upload = request.data["x"]
        measured(upload)
        Image.open(upload)
    """,
    "only on one way": """
        upload = request.data["x"]
        if request.GET:
            upload.seek(0)
        Image.open(upload)  # finding
    """,
}

USE = """
from django.http import HttpResponse
from PIL import Image
from rest_framework.views import APIView


def measured(image):
    if image.size > 10:
        raise ValueError("too large")


class Upload(APIView):
    def post(self, request):
{body}
        return HttpResponse("ok")
"""


@pytest.mark.parametrize("body", USES.values(), ids=USES.keys())
def test_what_is_used_as_a_file_is_no_name_of_one(body: str) -> None:
    code = USE.replace("{body}", body.strip("\n").rstrip())
    assert_marked(
        {
            "app.py": code,
            "urls.py": "from django.urls import path\nfrom app import Upload\nurlpatterns = [path('', Upload.as_view())]\n",
        },
        RULES,
        "django",
    )


KEYS = """
from django.contrib.auth.models import User
from django.db.models import Q
from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import path


def lookup(name):
    return "%s__istartswith" % name[1:] if name.startswith("^") else f"{name}__icontains"


def find(request):
    term = request.GET.get("q")
    wanted = Q()
    for field in {one.name for one in User._meta.get_fields()} & {"username", "email"}:
        wanted |= Q(**{f"{field}__icontains": term})
        wanted |= Q(**{lookup(field): term})
    for together in User._meta.unique_together:
        wanted |= Q(**{lookup(key): request.GET.get(key) for key in together})
    return JsonResponse({"n": User.objects.filter(wanted).count()})


def listed(request):
    fields = set(one.name for one in User._meta.get_fields())
    fields.remove("locale")
    users = User.objects.all()
    for name, value in request.GET.items():
        if name in fields:
            users = users.filter(**{name + "__exact": value})
            users = users.filter(**{name: value})
    for name, value in request.GET.items():
        users = users.filter(**{name: value})  # finding
    User.objects.create(**{name: value for name, value in request.POST.items() if name in fields})
    User.objects.create(**{name: value for name, value in request.POST.items()})  # finding
    User.objects.create(**{"name": "x", **request.POST.dict()})  # finding
    return JsonResponse({"n": users.count()})


class Chosen:
    def __init__(self, host):
        self.host = host

    @property
    def query(self):
        if not self.host:
            return None
        if ":" in self.host:
            name, port = self.host.split(":", 1)
            return {"hostname": name, "port": port}
        return {"hostname": self.host}


def site(request):
    return JsonResponse({"s": get_object_or_404(User, **Chosen(request.GET.get("site")).query).pk})


urlpatterns = [path("find", find), path("listed", listed), path("site", site)]
"""


def test_keys_that_the_program_or_its_list_chose_decide_nothing() -> None:
    assert_marked({"urls.py": KEYS}, RULES, "django")


RECORDS = """
from dataclasses import dataclass, fields

from flask import Flask, request

app = Flask(__name__)


@dataclass
class Job:
    name: str
    source: str | None = None

    @classmethod
    def from_dict(cls, data):
        known = {field.name for field in fields(cls)}
        return cls(**{key: value for key, value in data.items() if key in known})


def load(given):
    if isinstance(given, Job):
        job = given
    elif isinstance(given, dict):
        job = Job.from_dict(given)
    else:
        raise ValueError(given)
    exec(job.source)  # finding


@app.post("/job")
def make():
    load(request.get_json())
    exec(Job(**request.json).source)  # finding
    exec(Job(**{"source": request.json["x"], "name": "pass"}).name)
    exec(Job("x", request.args["y"]).source)  # finding
    return {"x": 1}
"""


def test_a_dataclass_holds_what_is_spread_over_its_fields() -> None:
    assert_marked({"app.py": RECORDS}, RULES, "flask")


MODELS = """
from django.db import models


class Ticket(models.Model):
    value = models.CharField(max_length=9)
    number = models.IntegerField()
    picture = models.ImageField()
    kind = models.CharField(max_length=2, choices=[("a", "A")])

    @classmethod
    def find(cls, value):
        try:
            return cls.objects.get(value=value)
        except cls.DoesNotExist:
            return None
"""

SERIALIZERS = """
import json
from urllib.parse import urlparse

from django import forms
from django.contrib.auth import get_user_model
from django.http import HttpResponse, JsonResponse
from django.views import View
from PIL import Image
from rest_framework import serializers, viewsets

from models import Ticket

User = get_user_model()


class UserSerializer(serializers.ModelSerializer):
    class Meta:
        model = User
        fields = ["name"]

    def create(self, validated_data):
        self.make(validated_data)
        return User.objects.create_user(**validated_data)

    def update(self, instance, validated_data):
        for key, value in validated_data.items():
            setattr(instance, key, value)
        open("/srv/" + validated_data["name"])  # finding
        return instance

    def make(self, validated_data):
        return User.objects.create_user(**validated_data)


class TicketSerializer(serializers.ModelSerializer):
    avatar = serializers.ImageField()
    other = serializers.CharField()

    class Meta:
        model = Ticket
        fields = ["avatar", "picture"]

    def validate_avatar(self, value):
        Image.open(value)
        return value

    def validate_picture(self, value):
        Image.open(value)
        return value

    def validate_number(self, value):
        open("/srv/" + value)
        return value

    def validate_other(self, value):
        open("/srv/" + value)  # finding
        return value


class TicketForm(forms.ModelForm):
    class Meta:
        model = Ticket
        fields = ["picture", "number", "kind", "value"]

    def clean(self):
        Image.open(self.cleaned_data["picture"])
        open("/srv/" + self.cleaned_data["number"])
        open("/srv/" + self.cleaned_data["kind"])
        open("/srv/" + self.cleaned_data["value"])  # finding


class UserViews(viewsets.ModelViewSet):
    serializer_class = UserSerializer


class Validate(View):
    def get(self, request):
        self.ticket = request.GET.get("ticket")
        if not self.ticket:
            return HttpResponse("missing")
        try:
            self.ticket, proxies = self.process()
            return HttpResponse(self.ticket.flat())
        except ValueError:
            return HttpResponse(self.ticket)  # finding

    def process(self):
        found = Ticket.find(self.ticket)
        return found, []


def origins(request):
    one = urlparse(request.GET["a"])
    other = urlparse("https://x.org")
    return JsonResponse({"x": one.password == other.password})


def kwargs_of(data):
    kwargs = {}
    if not isinstance(data.get("x"), list):
        return None, HttpResponse("x")
    kwargs["name"] = data.get("name")
    kwargs["other"] = data.get("other")
    return kwargs, None


def register(request):
    data = json.loads(request.body)
    made, error = kwargs_of(data)
    if error:
        return error
    ticket = Ticket()
    for field, value in made.items():
        setattr(ticket, field, value)
    for field, value in data.items():
        setattr(ticket, field, value)  # finding
    relations = {one.name for one in Ticket._meta.get_fields()}
    for name in frozenset(relations) & frozenset(data):
        setattr(ticket, name, data[name])
    for name in set(data).intersection(relations):
        setattr(ticket, name, data[name])
    for name in set(data) | relations:
        setattr(ticket, name, data[name])  # finding
    for name in set(data) & set(request.POST):
        setattr(ticket, name, data[name])  # finding
    return JsonResponse({})
"""

ROUTES = """
from django.urls import path
from rest_framework.routers import DefaultRouter

import app

router = DefaultRouter()
router.register("users", app.UserViews)
urlpatterns = [path("v", app.Validate.as_view()), path("o", app.origins), path("r", app.register), *router.urls]
"""


def test_a_model_says_what_fields_are_that_its_forms_and_serializers_do_not_declare() -> None:
    """Nor is a name what two sets have in common when one of them is the program's, or what took the place of a value."""
    assert_marked({"models.py": MODELS, "app.py": SERIALIZERS, "urls.py": ROUTES}, RULES, "django")
