"""Fields of forms, whichever way they are read; keys of dictionaries that a query or a record is made of; dataclasses."""

from __future__ import annotations

import pytest
from examples import assert_marked

RULES = ("web/path-traversal", "web/mass-assignment", "web/code-injection")


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
