from __future__ import annotations

import pytest

from pentalint.model import Role
from pentalint.project.roles import path_directories, role_of

TABLE = [
    # vendored
    ("vendor/bottle.py", "vendored"),
    ("pip/_vendor/requests/api.py", "vendored"),
    ("app/vendored/x.py", "vendored"),
    ("third_party/x.py", "vendored"),
    ("thirdparty/x.py", "vendored"),
    ("src/extern/six.py", "vendored"),
    ("src/externals/six.py", "vendored"),
    ("lib/python3.11/site-packages/django/apps.py", "vendored"),
    ("eggs/x/y.py", "vendored"),
    ("node_modules/x/gyp/a.py", "vendored"),
    ("external_api/x.py", "app"),
    ("vendors_portal/models.py", "app"),
    ("eggs.py", "app"),
    # tests
    ("tests/unit/a.py", "test"),
    ("app/test/a.py", "test"),
    ("app/tests.py", "test"),
    ("app/test_views.py", "test"),
    ("app/views_test.py", "test"),
    ("conftest.py", "test"),
    ("pkg/testing.py", "test"),
    ("pkg/testing/tools.py", "test"),
    ("functional_tests/login.py", "test"),
    ("integration-tests/login.py", "test"),
    ("fixtures/mypkg/setup.py", "test"),
    ("testdata/a.py", "test"),
    ("test_project/settings.py", "test"),
    ("testproject/settings.py", "test"),
    ("testapp/models.py", "test"),
    ("e2e/run.py", "test"),
    ("its/run.py", "test"),
    ("benchmarks/a.py", "test"),
    ("bench/a.py", "test"),
    ("project/settings/test.py", "test"),
    ("latest.py", "app"),
    ("contest/views.py", "app"),
    ("testimonials/models.py", "app"),
    ("attestation.py", "app"),
    ("app/protest.py", "app"),
    ("benchpress/models.py", "app"),
    ("app/fixtures_loader.py", "app"),
    ("greatests/a.py", "app"),
    ("tests\\a.py", "app"),  # a backslash is part of a name, not a separator
    # documentation and examples
    ("docs/conf.py", "docs"),
    ("doc/conf.py", "docs"),
    ("documentation/a.py", "docs"),
    ("backend/docs/conf.py", "docs"),
    ("examples/tutorial/app.py", "example"),
    ("example/app.py", "example"),
    ("samples/a.py", "example"),
    ("demo/a.py", "example"),
    ("demo_app/a.py", "example"),
    ("example_project/settings.py", "example"),
    ("tutorials/a.py", "example"),
    ("snippets/a.py", "example"),
    ("cookbook/a.py", "example"),
    ("notebooks/a.py", "example"),
    ("doctor/models.py", "app"),
    ("sampler/a.py", "app"),
    ("bakerydemo/urls.py", "app"),
    ("democracy/a.py", "app"),
    # templates of projects
    ("{{cookiecutter.project_slug}}/config/urls.py", "template"),
    ("x/{{ name }}.py", "template"),
    ("conf/project_template/manage.py-tpl", "template"),
    ("app_template/models.py", "template"),
    ("skeleton/a.py", "template"),
    ("scaffold/a.py", "template"),
    ("cookiecutter-django/hooks/a.py", "template"),
    ("templates/index.html", "app"),
    ("app/templates/app/list.txt", "app"),
    # main code
    ("shop/migrations/0001_initial.py", "migration"),
    ("shop/migrations/0001_squashed_0012.py", "migration"),
    ("shop/migrations/autodetector.py", "app"),
    ("shop/migrations/__init__.py", "app"),
    ("migrations/versions/ae346256b650_followers.py", "migration"),
    ("kotti/alembic/versions/1063d7178fa_logging.py", "migration"),
    ("migrations/env.py", "migration"),
    ("shop/evolve/evolve3.py", "migration"),
    ("shop/evolve/models/snapshot1.py", "migration"),
    ("shop/evolved.py", "app"),
    ("api/versions/v1.py", "app"),
    ("shop/management/commands/import_stock.py", "command"),
    ("shop/commands/import_stock.py", "app"),
    ("shop/settings.py", "settings"),
    ("shop/settings/base.py", "settings"),
    ("shop/settings/__init__.py", "settings"),
    ("shop/local_settings.py", "settings"),
    ("shop/settings_local.py", "settings"),
    ("shop/settings/views.py", "app"),
    ("shop/settings/static/x.css", "app"),
    ("shop/config.py", "app"),
    ("manage.py", "script"),
    ("shop/wsgi.py", "script"),
    ("shop/asgi.py", "script"),
    ("setup.py", "script"),
    ("scripts/load.py", "script"),
    ("bin/run", "script"),
    ("shop/setup_utils.py", "app"),
    ("shop/views.py", "app"),
    ("shop/description.py", "app"),
]


@pytest.mark.parametrize(("path", "role"), TABLE)
def test_role_of_a_path(path: str, role: str) -> None:
    assert role_of(path) == Role(role)


def test_every_role_is_in_the_table() -> None:
    assert {role for _, role in TABLE} == {role.value for role in Role}


def test_the_first_rule_that_fits_decides() -> None:
    assert role_of("vendor/tests/docs/a.py") is Role.vendored
    assert role_of("docs/tests/a.py") is Role.test
    assert role_of("docs/{{x}}/a.py") is Role.template


def test_a_script_is_told_by_its_first_line() -> None:
    assert role_of("cherrymusicd", script=True) is Role.script
    assert role_of("tests/run", script=True) is Role.test


def test_strict_keeps_only_vendored_and_test() -> None:
    assert role_of("example/urls.py", strict=True) is Role.app
    assert role_of("example/settings.py", strict=True) is Role.settings
    assert role_of("skeleton/{{x}}/a.py", strict=True) is Role.app
    assert role_of("example/tests/a.py", strict=True) is Role.test
    assert role_of("docs/vendor/a.py", strict=True) is Role.vendored


def test_a_package_within_a_package_is_code_whatever_its_name() -> None:
    packages = {"shop", "shop/demo", "docs", "shop/demo/examples"}
    assert role_of("shop/demo/models.py", packages=packages) is Role.app
    assert role_of("shop/demo/examples/a.py", packages=packages) is Role.app
    assert role_of("shop/samples/a.py", packages=packages) is Role.example
    assert role_of("docs/conf.py", packages=packages) is Role.docs


def test_known_vendored_trees() -> None:
    assert role_of("lib/cherrypy/x.py", vendored=["lib"]) is Role.vendored
    assert role_of("library/x.py", vendored=["lib"]) is Role.app


@pytest.mark.parametrize(
    ("text", "directories"),
    [
        ('sys.path.insert(0, os.path.join(os.path.abspath(os.path.dirname(__file__)), "lib"))', ["lib"]),
        ("sys.path.append('./vendor/python')", ["vendor/python"]),
        ('sys.path.insert(0, os.path.join(here, "a", "b"))', ["a/b"]),
        ('sys.path += ["ext"]\n"other"', ["ext"]),
        ("site.addsitedir('third')", ["third"]),
        ("sys.path.insert(0, path)\nname = 'lib'", []),
        ('sys.path.insert(0, "..")', []),
        ('sys.path.insert(0, ".")', []),
        ('print("lib")', []),
        ("sys.path.extend((\n    'one',\n))", ["one"]),
        ("sys.path.insert(0, '" + "x" * 400, []),
        ("sys.path = 'a'", ["a"]),
    ],
)
def test_directories_put_on_the_path(text: str, directories: list[str]) -> None:
    assert list(path_directories(f"import sys\n{text}\n")) == directories
