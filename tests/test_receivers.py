"""Methods of the project's classes on objects of which only the kind is known, or nothing."""

from __future__ import annotations

import pytest
from examples import check_files

RULES = ("web/sql-injection", "web/command-injection")

MODELS = """
import os
from django.db import connection, models


class ReportQuerySet(models.QuerySet):
    def named(self, name):
        return self.extra(where=["name = '%s'" % name])  # finding

    def by_owner(self, owner):
        return self.raw("SELECT * FROM report WHERE owner = '%s'" % owner)  # finding

    def latest_of(self, name):
        return self.filter(name=name)


class ReportManager(models.Manager):
    def run_query(self, where):
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM report WHERE " + where)  # finding


class Report(models.Model):
    name = models.CharField(max_length=20)
    objects = ReportQuerySet.as_manager()
    other = ReportManager()

    def run(self, sql):
        with connection.cursor() as cursor:
            cursor.execute(sql)  # finding

    def convert(self, options):
        os.system("convert " + options)  # finding

    def fixed(self, name):
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 WHERE name = %s", [name])


class Mail(models.Model):
    def deliver(self, to):
        os.system("mail " + to)


class Print(models.Model):
    def deliver(self, to):
        os.system("print " + to)


class Fax(models.Model):
    def deliver(self, to):
        os.system("fax " + to)


class Post(models.Model):
    def deliver(self, to):
        os.system("post " + to)


class Tool:
    def run_with_options(self, options):
        os.system("tool " + options)  # finding

    def start(self, options):
        os.system("tool " + options)
"""

VIEWS = """
from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from shop.models import Report


def listing(request, pk, tool):
    report = get_object_or_404(Report, pk=pk)
    report.run("SELECT " + request.GET["columns"])
    report.fixed(request.GET["name"])
    Report.objects.get(pk=pk).convert(request.GET["options"])
    Report.objects.named(request.GET["name"])
    Report.objects.filter(pk=pk).by_owner(request.GET["owner"])
    Report.objects.latest_of(request.GET["name"])
    Report.other.run_query(request.GET["where"])
    tool.run_with_options(request.GET["options"])
    tool.start(request.GET["options"])
    report.deliver(request.GET["to"])
    return JsonResponse({})


urlpatterns = [path("a/<int:pk>/", listing)]
"""


@pytest.mark.parametrize("prefilter", [True, False])
def test_methods_that_can_be_meant_are_followed(prefilter: bool) -> None:
    """A manager has the methods of query sets, a model those of the project's models; a name that four classes define, or a
    plain one on an object of which nothing is known, is not followed."""
    files = {
        "shop/__init__.py": "",
        "shop/models.py": MODELS,
        "shop/views.py": VIEWS,
        "shop/settings.py": "ROOT_URLCONF = 'shop.views'\n",
    }
    expected = {number for number, line in enumerate(MODELS.splitlines(), 1) if "# finding" in line}
    found = check_files(files, RULES, "django", prefilter=prefilter)
    assert {(one.path, one.span.line) for one in found} == {("shop/models.py", line) for line in expected}


def test_constants_are_silent() -> None:
    views = VIEWS
    for name in ("columns", "options", "name", "owner", "where", "to"):
        views = views.replace(f'request.GET["{name}"]', '"a"')
    files = {"shop/__init__.py": "", "shop/models.py": MODELS, "shop/views.py": views}
    assert not check_files(files, RULES, "django")


def test_keys_of_its_own_are_no_mass_assignment() -> None:
    """What is put under keys that the program computes decides values, not fields."""
    text = """
from django.http import JsonResponse
from django.urls import path
from shop.models import Report


def listing(request):
    found, prefix = {}, ""
    for part in request.GET["path"].split("/"):
        found[f"{prefix}name"] = part
        prefix = f"parent__{prefix}"
    Report.objects.filter(**found)
    posted = {}
    for key, value in request.GET.items():
        posted[key] = value
    Report.objects.filter(**posted)  # finding
    return JsonResponse({})


urlpatterns = [path("a/", listing)]
"""
    files = {"shop/__init__.py": "", "shop/models.py": MODELS, "shop/views.py": text}
    found = check_files(files, ("web/mass-assignment",), "django")
    expected = [number for number, line in enumerate(text.splitlines(), 1) if "# finding" in line]
    assert [one.span.line for one in found] == expected
