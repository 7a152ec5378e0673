"""Which environments escape by themselves: the claims of `pentalint.templates.languages`, put to the packages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from templating import EVIL, raw_in

from pentalint.templates.languages import escapes_by_name


def test_jinja2_alone_escapes_nothing() -> None:
    jinja2 = pytest.importorskip("jinja2")
    assert raw_in(jinja2.Environment().from_string("{{ x }}").render(x=EVIL))
    assert raw_in(jinja2.Template("{{ x }}").render(x=EVIL))


def test_select_autoescape_goes_by_the_name() -> None:
    jinja2 = pytest.importorskip("jinja2")
    select = jinja2.select_autoescape()
    for name in ("a.html", "a.htm", "a.xml", "a.txt", "a.jinja2", "a.html.j2"):
        assert select(name) == escapes_by_name("jinja2", name), name


def test_mako_alone_escapes_nothing() -> None:
    template = pytest.importorskip("mako.template")
    assert raw_in(template.Template("${x}").render(x=EVIL))
    assert not escapes_by_name("mako", "a.html")


@pytest.mark.parametrize(
    ("function", "text", "raw", "package"),
    [
        ("template", "{{x}}", False, "bottle"),
        ("template", "{{!x}}", True, "bottle"),
        ("jinja2_template", "{{ x }}", True, "jinja2"),
        ("mako_template", "${x}", True, "mako"),
    ],
)
def test_bottle(function: str, text: str, raw: bool, package: str) -> None:
    pytest.importorskip(package)
    bottle = pytest.importorskip("bottle")
    assert raw_in(getattr(bottle, function)(text, x=EVIL)) == raw


@pytest.mark.parametrize("backend", ["django.DjangoTemplates", "jinja2.Jinja2"])
def test_django_escapes_with_both_of_its_backends(backend: str) -> None:
    pytest.importorskip("jinja2")
    conf = pytest.importorskip("django.conf")
    module, name = f"django.template.backends.{backend}".rsplit(".", 1)
    if not conf.settings.configured:
        conf.settings.configure(USE_I18N=False)
    pytest.importorskip("django").setup()
    made = getattr(pytest.importorskip(module), name)(
        {"NAME": "a", "DIRS": [], "APP_DIRS": False, "OPTIONS": {}}
    )
    assert not raw_in(made.from_string("{{ x }}").render({"x": EVIL}))
    assert escapes_by_name("django", "mail.txt")


def rendered(tmp_path: Path, package: str, name: str, text: str, **settings: Any) -> str:
    """A template as Pyramid writes it, with one of its packages for templates."""
    pytest.importorskip(package)
    testing = pytest.importorskip("pyramid.testing")
    renderers = pytest.importorskip("pyramid.renderers")
    (tmp_path / name).write_text(text, encoding="utf-8")
    with testing.testConfig(settings=settings) as config:
        config.include(package)
        if package == "pyramid_jinja2":
            config.add_jinja2_renderer(Path(name).suffix)
            config.add_jinja2_search_path(str(tmp_path))
            return str(renderers.render(name, {"x": EVIL}))
        return str(renderers.render(name if package == "pyramid_mako" else str(tmp_path / name), {"x": EVIL}))


@pytest.mark.filterwarnings("ignore")
def test_the_packages_of_pyramid(tmp_path: Path) -> None:
    assert not raw_in(rendered(tmp_path, "pyramid_jinja2", "a.jinja2", "{{ x }}"))
    directories = {"mako.directories": str(tmp_path)}
    assert not raw_in(rendered(tmp_path, "pyramid_mako", "a.mako", "${x}", **directories))
    trimmed = {**directories, "mako.default_filters": "trim"}
    assert raw_in(rendered(tmp_path, "pyramid_mako", "b.mako", "${x}", **trimmed))
    assert not raw_in(rendered(tmp_path, "pyramid_chameleon", "a.pt", "<p>${x}</p>"))
    assert raw_in(rendered(tmp_path, "pyramid_chameleon", "a.txt", "${x}"))
    assert not escapes_by_name("chameleon", "a.txt")
    assert escapes_by_name("chameleon", "a.pt")
