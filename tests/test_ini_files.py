"""Rules about ini files see what the deployed application gets; what PasteDeploy refuses is told once, with line and remedy."""

from __future__ import annotations

import time

import pytest
from examples import check_files
from hypothesis import given, settings
from hypothesis import strategies as st

from pentalint.match.config_files import ConfigFile
from pentalint.match.deployment import is_deployed
from pentalint.match.ini_files import paste_files, paste_texts, roots, started
from pentalint.model import Failure
from pentalint.syntax.paste_objects import CannotLoad, Elsewhere, Final
from pentalint.syntax.pastedeploy import Project

APP = "from pyramid.config import Configurator\n\ndef main(global_config, **settings):\n    return Configurator(settings=settings).make_wsgi_app()\n"
DEBUG = ("pyramid/debug-settings-on",)


def lines(texts: dict[str, str]) -> set[tuple[str, int]]:
    found = check_files({"shop/__init__.py": APP, **texts}, DEBUG, "pyramid")
    return {(one.path, one.span.line) for one in found if one.rule in DEBUG}


def faults(texts: dict[str, str]) -> list[tuple[str, int, str]]:
    found = [one for one in paste_files(texts) if isinstance(one, Failure)]
    return [(one.path, one.line, one.message) for one in found]


def settings_of(texts: dict[str, str], path: str) -> dict[str, Final]:
    """What the application `main` of a file starts with."""
    loaded = Project(texts).load(path, "app", "main")
    apps = [one for one in loaded.walk() if one.kind == "app" and one.use is not None and one.parts is None]
    return dict(apps[0].settings)


def applications(texts: dict[str, str]) -> list[tuple[str, str, str, bool, dict[str, str | None], bool]]:
    """What is started from each file: file, section, factory, whether it may be deployed, settings, whether more come."""
    found = []
    for path in sorted(roots(texts)):
        for kind, name in started(texts[path]):
            try:
                loaded = Project(texts).load(path, kind, name)
            except (CannotLoad, Elsewhere):
                continue
            found += [
                (
                    path,
                    one.section,
                    one.factory,
                    is_deployed(path),
                    {key: final.value for key, final in one.settings.items()},
                    one.open,
                )
                for one in loaded.walk()
                if one.kind == "app" and (one.use is not None or one.open)
            ]
    return found


def test_an_inherited_value_is_told_once_where_it_is_set() -> None:
    base = "[app:main]\nuse = egg:shop\npyramid.debug_all = true\n"
    texts = {"base.ini": base} | {
        f"production-{name}.ini": "[app:main]\nuse = config:base.ini\n" for name in ("eu", "us")
    }
    assert lines(texts) == {("base.ini", 3)}
    (found,) = check_files({"shop/__init__.py": APP, **texts}, DEBUG, "pyramid")
    assert found.message.endswith(" it sends, in production-eu.ini, production-us.ini")


def test_what_only_development_inherits_is_not_deployed() -> None:
    texts = {
        "base.ini": "[app:main]\nuse = egg:shop\npyramid.debug_all = true\n",
        "development.ini": "[app:main]\nuse = config:base.ini\n",
    }
    assert lines(texts) == set()
    del texts["development.ini"]
    assert lines(texts) == {("base.ini", 3)}


def test_a_file_said_to_be_for_production_counts_even_when_another_builds_on_it() -> None:
    texts = {
        "production.ini": "[app:main]\nuse = egg:shop\npyramid.debug_all = true\n",
        "development.ini": "[app:main]\nuse = config:production.ini\n",
    }
    assert roots(texts) == {"production.ini", "development.ini"}
    assert lines(texts) == {("production.ini", 3)}


def test_settings_with_their_places() -> None:
    texts = {
        "production.ini": "[DEFAULT]\nhome = %(here)s/var\n[pipeline:main]\npipeline = log shop\n[filter:log]\nuse = egg:x#log\n"
        "[app:shop]\nuse = config:conf/base.ini#site\nreload = false\nport = %(PORT)s\nget data = home\nkey = ${KEY}\n",
        "conf/base.ini": "[app:site]\nuse = egg:shop\nreload = true\nrate = 100%%\n",
    }
    found = settings_of(texts, "production.ini")
    told = {name: (final.value, final.shown, final.path, final.entry.line) for name, final in found.items()}
    assert told == {
        "reload": ("false", "false", "production.ini", 9),
        "rate": ("100%", "100%", "conf/base.ini", 4),
        "port": (None, "%(PORT)s", "production.ini", 10),
        "data": (None, "%(here)s/var", "production.ini", 2),
        "key": (None, "${KEY}", "production.ini", 12),
    }
    assert [found[name].names for name in ("port", "data", "key")] == [("PORT",), ("here",), ("KEY",)]


def test_the_applications_a_project_starts() -> None:
    texts = {
        "production.ini": "[composite:main]\nuse = egg:Paste#urlmap\n/ = home\n/shop = config:shop.ini\n[app:home]\nuse = egg:home\nx = 1\n",
        "shop.ini": "[app:main]\nuse = egg:shop\ny = 2\n",
        "development.ini": "[app:main]\nuse = config:secret.ini\nz = 3\n",
        "broken.ini": "[app:main]\nuse = main\n",
    }
    found = applications(texts)
    assert found == [
        ("development.ini", "app:main", "", False, {"z": "3"}, True),
        (
            "production.ini",
            "composite:main",
            "egg:Paste#urlmap",
            True,
            {"/": "home", "/shop": "config:shop.ini"},
            False,
        ),
        ("production.ini", "app:home", "egg:home", True, {"x": "1"}, False),
        ("production.ini", "app:main", "egg:shop", True, {"y": "2"}, False),
    ]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("[app:main]\nuse = egg:shop\nuse = egg:other\n", 3, "`use` is set twice in [app:main]; keep one"),
        ("[app:main]\nuse = egg:shop\n\n[app:main]\nx = 1\n", 4, "[app:main] stands twice; put its options"),
        ("debug = true\n[app:main]\nuse = egg:shop\n", 1, "before the first section; add"),
        ("[app:main]\nuse = egg:shop\njust words\n", 3, "`just words` is neither a section, an option"),
        ("[app:main]\nuse = egg:shop\n[filters\n", 3, "without its closing bracket; add"),
        (
            "[app:main]\nuse = egg:shop\na = %(b)s\nb = %(a)s\n",
            3,
            "refers to itself through `%(...)s`; break",
        ),
        ("[app:main]\nuse = egg:shop\na = 5%\n", 3, "write `%%` for the sign itself"),
        ("[app:main]\nuse = shop\n", 2, "there is no section [app:shop] in x.ini; correct the name"),
        ("[app:main]\nuse = main\n", 2, "comes back to itself; let `use` end in an `egg:`"),
        ("[pipeline:main]\nname = shop\n", 1, "[pipeline:main] has no `pipeline`; add it"),
        (
            "[pipeline:main]\npipeline = shop\nx = 1\n[app:shop]\nuse = egg:s\n",
            2,
            "also has `x`; a pipeline lists",
        ),
        ("[app:main]\nuse = egg:s\n[composite:main]\nuse = egg:s\n", 3, "have one name; rename one"),
        ("[app:main]\nuse = egg:s\nget x = y\n", 3, "which nothing sets; add it to [DEFAULT]"),
        ("[composite:main]\nuse = egg:Paste#urlmap\n/ = main\n", 1, "contains itself; take it out"),
        ("[app:main]\nuse = http://shop\n", 2, "is no address; PasteDeploy knows egg:"),
    ],
)
def test_what_pastedeploy_refuses_is_told_with_line_and_remedy(text: str, line: int, words: str) -> None:
    (fault,) = faults({"x.ini": text})
    assert fault[:2] == ("x.ini", line)
    assert words in fault[2]


def test_a_broken_file_is_one_finding_and_the_rest_is_judged() -> None:
    broken = "[app:main]\nuse = egg:shop\nuse = egg:shop\npyramid.debug_all = true\n"
    others = [f"production{number}.ini" for number in range(3)]
    texts = {"base.ini": broken} | dict.fromkeys(others, "[app:main]\nuse = config:base.ini\n")
    assert [fault[:2] for fault in faults(texts)] == [("base.ini", 3)]
    found = check_files({"shop/__init__.py": APP, "production.ini": broken}, DEBUG, "pyramid")
    assert {(one.rule, one.span.line) for one in found} == {
        ("pentalint/unreadable-file", 3),
        ("pyramid/debug-settings-on", 4),
    }


def test_a_circle_of_files_is_told_once() -> None:
    texts = {"a.ini": "[app:main]\nuse = config:b.ini\n", "b.ini": "[app:main]\nuse = config:a.ini\n"}
    assert roots(texts) == {"a.ini"}
    ((path, line, message),) = faults(texts)
    assert (path, line) == ("b.ini", 2)
    assert "comes back to itself" in message


def test_a_byte_order_mark_is_told() -> None:
    texts = paste_texts([("a.ini", "\ufeff[app:main]\nuse = egg:x\n")])
    ((path, line, message),) = faults(texts)
    assert (path, line) == ("a.ini", 1)
    assert "save the file without it" in message


def test_a_large_file_takes_no_time() -> None:
    many = "".join(f"k{number} = %(k{number // 2})s x\n" for number in range(1, 5000))
    text = f"[DEFAULT]\nk0 = 1\n[app:main]\nuse = egg:x\n{many}" + "".join(
        f"[app:a{number}]\nuse = main\n" for number in range(300)
    )
    began = time.process_time()
    list(paste_files({"x.ini": text}))
    assert time.process_time() - began < 5


def test_templates_of_ini_files_and_parts_of_them_are_no_faults() -> None:
    assert (
        faults({"x.ini": "[app:main]\npyramid.debug_all = true\n"}) == []
    )  # another loader may add what is missing
    assert faults({"x.ini": "[app:main]\nuse = egg:{{ name }}\n{% if x %}\n"}) == []
    texts = {"x.ini": "[app:main]\nuse = config:secret.ini\npyramid.debug_all = true\n"}
    assert faults(texts) == []
    (file,) = [one for one in paste_files(texts) if isinstance(one, ConfigFile)]
    assert [(entry.key, entry.known) for entry in file.entries] == [("*", False), ("pyramid.debug_all", True)]


@settings(max_examples=500, deadline=None)
@given(st.text(alphabet="[]app:main=%()s\n use.config;#x$\t\ufeff", max_size=120))
def test_no_text_is_a_traceback(text: str) -> None:
    for path in ("production.ini", "base.ini"):
        list(paste_files({path: f"[app:main]\nuse = egg:x\n{text}", "base.ini": text}))
