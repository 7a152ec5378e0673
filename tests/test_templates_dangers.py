"""Untrusted variables followed through templates that belong together."""

from __future__ import annotations

import pytest
from templating import ask

from pentalint.templates.dangers import dangerous
from pentalint.templates.loaders import load_among
from pentalint.templates.reader import read_template


def notes(language: str, main: str, **others: str) -> list[list[str]]:
    """For each danger, its variable and the notes of its steps."""
    named = {f"{name}.html": text for name, text in others.items()}
    return [[one.variable, *(step.note for step in one.steps)] for one in ask(main, language, True, named)]


def test_the_steps_lead_from_the_first_template_to_the_output() -> None:
    found = notes(
        "jinja2",
        "{% from 'forms.html' import field %}{% for one in items %}{{ field(one) }}{% endfor %}",
        forms="{% macro field(a) %}{% set b = a %}{{ b|safe }}{% endmacro %}",
    )
    assert found == [
        ["items", "loop over `one`", "passed to `field`", "bound to `b`", "written to the page"],
    ]


def test_the_steps_of_an_include() -> None:
    found = notes("django", "{% with y=x %}{% include 'a.html' with z=y %}{% endwith %}", a="{{ z|safe }}")
    assert found == [["x", "bound to `y`", "included `a.html`", "written to the page"]]


def test_a_step_says_where() -> None:
    (danger,) = ask("\n{% set y = x %}\n{{ y|safe }}", "jinja2")
    assert [(step.path, step.span.line) for step in danger.steps] == [("main.html", 2), ("main.html", 3)]
    assert (danger.path, danger.output.expression, danger.treatment) == ("main.html", "y|safe", "raw")


def test_no_variable_no_danger() -> None:
    assert dangerous(read_template("{{ x|safe }}", "a.html", "jinja2"), []) == []
    assert dangerous(read_template("{{ x|safe }}", "a.html", "jinja2"), ["y", "x.a"]) == []


def test_a_path_stands_for_all_of_its_parts() -> None:
    template = read_template("{{ a.b.c|safe }}{{ a.d|safe }}{{ a.bb|safe }}", "a.html", "jinja2")
    assert [one.output.names for one in dangerous(template, ["a.b"])] == [("a.b.c",)]


def test_a_loop_comes_across_the_parts() -> None:
    template = read_template(
        "{% for key, value in a.items() %}{{ value|safe }}{% endfor %}", "a.html", "jinja2"
    )
    assert [one.variable for one in dangerous(template, ["a.b"])] == ["a.b"]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("jinja2", "{{ x }}", False),
        ("django", "{{ x }}", False),
        ("mako", "${x}", True),
        ("chameleon", "<p>${x}</p>", False),
        ("simpletemplate", "{{x}}", False),
    ],
)
def test_the_environment_decides(language: str, text: str, expected: bool) -> None:
    template = read_template(text, "a.html", language)
    assert bool(dangerous(template, ["x"])) == expected
    assert bool(dangerous(template, ["x"], autoescape=True)) is False
    assert bool(dangerous(template, ["x"], autoescape=False)) is True
    assert bool(dangerous(template, ["x"], autoescape=lambda path: path.endswith(".txt"))) is True


def test_the_environment_decides_for_each_template() -> None:
    load = load_among(
        [read_template("{{ x }}", "inner.txt.html", "jinja2"), read_template("{{ x }}", "b.j2", "jinja2")]
    )
    main = read_template("{% include 'inner.txt.html' %}{% include 'b.j2' %}", "a.html", "jinja2")
    assert [one.path for one in dangerous(main, ["x"], load)] == ["b.j2"]


def test_templates_in_a_circle() -> None:
    others = {"a.html": "{% extends 'b.html' %}", "b.html": "{% extends 'a.html' %}{{ x|safe }}"}
    assert len(ask("{% extends 'a.html' %}", "jinja2", True, others)) <= 1
    tree = {
        "tree.html": "{{ node|safe }}{% for node in node.children %}{% include 'tree.html' %}{% endfor %}"
    }
    assert len(ask("{% set node = x %}{% include 'tree.html' %}", "jinja2", True, tree)) == 1
    macro = "{% macro m(a) %}{{ a|safe }}{{ m(a ~ a|odd) }}{% endmacro %}{{ m(x) }}"
    assert len(ask(macro, "jinja2", True)) >= 1


def test_names_that_mean_themselves() -> None:
    assert ask("{% set x = x|e %}{{ x|safe }}", "jinja2", True) == []
    assert len(ask("{% set x = x ~ x %}" * 60 + "{{ x|safe }}", "jinja2", True)) <= 1


def test_a_chain_of_three() -> None:
    others = {
        "base.html": "<head>{% block head %}{% endblock %}</head>{% block body %}{% endblock %}",
        "page.html": "{% extends 'base.html' %}{% block body %}<p>{% block main %}{{ x|safe }}{% endblock %}{% endblock %}",
    }
    for language in ("jinja2", "django"):
        assert len(ask("{% extends 'page.html' %}", language, True, others)) == 1
        assert ask("{% extends 'page.html' %}{% block main %}{% endblock %}", language, True, others) == []
        assert ask("{% extends 'page.html' %}{% block body %}{% endblock %}", language, True, others) == []


def test_an_unknown_parent_hides_nothing_in_blocks() -> None:
    assert len(ask("{% extends 'absent.html' %}{% block a %}{{ x|safe }}{% endblock %}", "jinja2", True)) == 1
    assert len(ask("{% extends layout %}{% block a %}{{ x|safe }}{% endblock %}", "jinja2", True)) == 1


@pytest.mark.parametrize(
    ("name", "referrer", "path"),
    [
        ("base.html", "app/templates/a.html", "app/templates/base.html"),
        ("auth/base.html", "app/templates/auth/login.html", "app/templates/auth/base.html"),
        ("/base.html", "app/templates/a.html", "app/templates/base.html"),
        ("base.html", "app/templates/auth/login.html", "app/templates/auth/base.html"),
        ("./base.html", "app/templates/auth/login.html", "app/templates/auth/base.html"),
        ("../base.html", "app/templates/auth/login.html", "app/templates/base.html"),
        ("base.html", "other/templates/a.html", "other/templates/base.html"),
        ("app:templates/base.html", "other/templates/a.html", "app/templates/base.html"),
        ("layout", "views/index.tpl", "views/layout.tpl"),
        ("absent.html", "app/templates/a.html", None),
        ("ase.html", "app/templates/a.html", None),
        ("", "app/templates/a.html", None),
        ("..", "app/templates/a.html", None),
    ],
)
def test_a_template_by_its_name(name: str, referrer: str, path: str | None) -> None:
    paths = (
        "app/templates/base.html",
        "app/templates/auth/base.html",
        "other/templates/base.html",
        "views/layout.tpl",
    )
    found = load_among([read_template("", one, "jinja2") for one in paths])(name, referrer)
    assert (found.path if found else None) == path


def test_what_is_passed_through_something_unknown_is_said() -> None:
    (danger,) = ask("{{ x|markdown|safe }}", "jinja2", True)
    assert danger.through == ("markdown",)
    (danger,) = ask("{{ x|markdown|safe }}{% set y = x %}{{ y|safe }}", "jinja2", True)[1:]
    assert danger.through == ()


def test_a_macro_is_not_something_unknown() -> None:
    text = "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(x)|safe }}"
    assert ask(text, "jinja2", True) == []
    assert len(ask("{{ m(x)|safe }}", "jinja2", True)) == 1


def test_a_macro_in_a_script() -> None:
    text = "{% macro m(a) %}{{ a }}{% endmacro %}<script>{{ m(x) }}</script><p>{{ m(x) }}</p>"
    assert [one.reason for one in ask(text, "jinja2", True)] == ["script"]


def test_macros_of_other_templates_see_only_their_arguments() -> None:
    others = {"m.html": "{% macro m(a) %}{{ a|safe }}{{ x|safe }}{% endmacro %}"}
    assert ask("{% from 'm.html' import m %}{{ m('a') }}", "jinja2", True, others) == []
    found = ask("{% from 'm.html' import m %}{{ m(x) }}", "jinja2", True, others)
    assert [one.output.names for one in found] == [("a",)]
