"""Django templates: every verdict is held against what the engine writes."""

from __future__ import annotations

from typing import Any

import pytest
from templating import EVIL, context, raw_in, says_raw

from pentalint.templates.django_filters import apply_filter
from pentalint.templates.flows import NOTHING, constant, named
from pentalint.templates.reader import read_template

engine = pytest.importorskip("django.template.engine")
base = pytest.importorskip("django.template.base")
defaultfilters = pytest.importorskip("django.template.defaultfilters")
conf = pytest.importorskip("django.conf")

OTHERS = {
    "inner.html": "{{ x }}",
    "raw.html": "{{ x|safe }}",
    "given.html": "{{ title|safe }}",
    "base.html": "<h1>{% block title %}{% endblock %}</h1>{% block body %}{{ x|safe }}{% endblock %}",
    "off.html": "{% autoescape off %}{% block body %}{% endblock %}{% endautoescape %}",
    "clean.html": "{% block body %}{% endblock %}",
}

IDIOMS = [
    "{{ x }}",
    "{{ x|safe }}",
    "{{ x|escape }}",
    "{{ x|force_escape }}",
    "{{ x|escape|safe }}",
    "{{ x|safe|escape }}",
    "{{ x|safe|force_escape }}",
    "{{ x|safe|upper }}",
    "{{ x|safe|lower }}",
    "{{ x|upper|safe }}",
    "{{ x | safe }}",
    "{{ x|length|safe }}",
    "{{ x|slugify|safe }}",
    "{{ x|urlencode|safe }}",
    "{{ x|escapejs|safe }}",
    "{{ x|json_script:'i' }}",
    "{{ x|default:'a'|safe }}",
    "{{ nothing|default:x }}",
    "{{ nothing|default:x|safe }}",
    "{{ 'a'|add:x|safe }}",
    "{{ 'a'|add:x }}",
    "{{ x|linebreaks }}",
    "{{ x|linebreaks|safe }}",
    "{{ x|safe|linebreaks }}",
    "{{ x|linebreaksbr|safe }}",
    "{{ x|urlize|safe }}",
    "{{ x|truncatechars:50|safe }}",
    "{{ x|truncatechars:50 }}",
    "{{ items|join:', ' }}",
    "{{ items|join:', '|safe }}",
    "{{ items|safeseq|join:', ' }}",
    "{{ items|unordered_list }}",
    "{{ items.0|safe }}",
    "{{ pairs.a|safe }}",
    "{{ thing.a }}",
    "{{ thing.a|safe }}",
    "{{ x|yesno:'a,b'|safe }}",
    "{{ x|date:'Y'|safe }}",
    "{{ x|floatformat:2|safe }}",
    "{{ x|stringformat:'d'|safe }}",
    "{{ x|stringformat:'s'|safe }}",
    "{{ x|cut:' '|safe }}",
    "{% autoescape off %}{{ x }}{% endautoescape %}",
    "{% autoescape on %}{{ x }}{% endautoescape %}",
    "{% autoescape off %}{{ x|escape }}{% endautoescape %}",
    "{% autoescape off %}{{ x|linebreaks }}{% endautoescape %}",
    "{% autoescape off %}{% autoescape on %}{{ x }}{% endautoescape %}{% endautoescape %}",
    "{% autoescape off %}{% endautoescape %}{{ x }}",
    "{% autoescape off %}{% include 'inner.html' %}{% endautoescape %}",
    "{% autoescape off %}{% block b %}{{ x }}{% endblock %}{% endautoescape %}",
    "{% filter force_escape %}{{ x|safe }}{% endfilter %}",
    "{% filter upper %}{{ x|safe }}{% endfilter %}",
    "{% filter lower %}{{ x }}{% endfilter %}",
    "{% firstof x %}",
    "{% firstof nothing x|safe %}",
    "{% firstof nothing 'a' %}",
    "{% autoescape off %}{% firstof x %}{% endautoescape %}",
    "{% firstof x as y %}{{ y }}",
    "{% cycle x 'a' %}",
    "{% cycle x|safe 'a' %}",
    "{% load i18n %}{% translate x %}",
    "{% load i18n %}{% translate x|safe %}",
    "{% load i18n %}{% trans 'a' %}",
    "{% load i18n %}{% blocktranslate with y=x %}a {{ y }}{% endblocktranslate %}",
    "{% load i18n %}{% blocktranslate with y=x|safe %}a {{ y }}{% endblocktranslate %}",
    "{% load i18n %}{% blocktranslate with x|safe as y %}a {{ y }}{% endblocktranslate %}",
    "{% with y=x %}{{ y|safe }}{% endwith %}",
    "{% with y=x|safe %}{{ y }}{% endwith %}",
    "{% with x|safe as y %}{{ y }}{% endwith %}",
    "{% with y=x|escape %}{{ y|safe }}{% endwith %}",
    "{% with x='a' %}{{ x|safe }}{% endwith %}",
    "{% with x='a' %}{% endwith %}{{ x|safe }}",
    "{% for one in items %}{{ one|safe }}{% endfor %}",
    "{% for one in items %}{{ one }}{% endfor %}",
    "{% for one in items reversed %}{{ forloop.counter|safe }}{% endfor %}",
    "{% for key, value in pairs.items %}{{ value|safe }}{% endfor %}",
    "{% for x in 'abc' %}{{ x|safe }}{% empty %}{% endfor %}",
    "{% regroup items by a as groups %}{% for one in groups %}{% for i in one.list %}{{ i|safe }}{% endfor %}{% endfor %}",
    "{% include 'inner.html' %}",
    "{% include 'raw.html' %}",
    "{% include 'raw.html' only %}",
    "{% include 'raw.html' with x='a' %}",
    "{% include 'given.html' with title=x %}",
    "{% include 'given.html' with title=x only %}",
    "{% include 'given.html' with title=x|escape only %}",
    "{% with title=x %}{% include 'given.html' %}{% endwith %}",
    "{% extends 'base.html' %}",
    "{% extends 'base.html' %}{% block body %}{% endblock %}",
    "{% extends 'base.html' %}{% block body %}{{ block.super }}{% endblock %}",
    "{% extends 'base.html' %}{% block body %}{% endblock %}{% block title %}{{ x|safe }}{% endblock %}",
    "{% extends 'base.html' %}{% block body %}{% endblock %}{% block other %}{{ x }}{% endblock %}",
    "{% extends 'off.html' %}{% block body %}{{ x }}{% endblock %}",
    "{% extends 'off.html' %}{% block body %}{% include 'inner.html' %}{% endblock %}",
    "{% extends 'off.html' %}{% block body %}{{ x|escape }}{% endblock %}",
    "{% extends 'clean.html' %}{% autoescape off %}{% block body %}{{ x }}{% endblock %}{% endautoescape %}",
    "{% extends 'clean.html' %}{% block body %}{% autoescape off %}{{ x }}{% endautoescape %}{% endblock %}",
    "{% comment %}{{ x|safe }}{% endcomment %}",
    "{# {{ x|safe }} #}",
    "{% verbatim %}{{ x|safe }}{% endverbatim %}",
    "{% verbatim a %}{% verbatim %}{{ x|safe }}{% endverbatim a %}",
    "{{ x\n|safe }}",
    "{% if x %}{{ x|safe }}{% else %}a{% endif %}",
    "{% ifchanged x %}{{ x|safe }}{% endifchanged %}",
    "{% spaceless %}{{ x|safe }}{% endspaceless %}",
]


@pytest.fixture(scope="module")
def engines() -> Any:
    settings = conf.settings
    if not settings.configured:
        settings.configure(USE_I18N=False)
    pytest.importorskip("django").setup()
    libraries = {"i18n": "django.templatetags.i18n"}
    loaders = [("django.template.loaders.locmem.Loader", OTHERS)]
    return {on: engine.Engine(autoescape=on, loaders=loaders, libraries=libraries) for on in (True, False)}


def render(engines: Any, text: str, autoescape: bool) -> str:
    context_class = pytest.importorskip("django.template.context").Context
    return str(engines[autoescape].from_string(text).render(context_class(context(), autoescape=autoescape)))


@pytest.mark.parametrize("autoescape", [True, False])
@pytest.mark.parametrize("text", IDIOMS)
def test_the_engine_agrees(text: str, autoescape: bool, engines: Any) -> None:
    page = render(engines, text, autoescape)
    assert says_raw(text, "django", autoescape, OTHERS) == raw_in(page), page


ARGUMENTS = {
    "add": ":'a'", "cut": ":'z'", "default": ":'a'", "default_if_none": ":'a'", "center": ":15", "ljust": ":15",
    "rjust": ":15", "json_script": ":'i'", "slice": "::50", "stringformat": ":'s'", "truncatechars": ":60",
    "truncatechars_html": ":60", "truncatewords": ":60", "truncatewords_html": ":60", "urlizetrunc": ":50",
    "wordwrap": ":50", "yesno": ":'a,b'", "get_digit": ":2", "length_is": ":3",
}  # fmt: skip
ARGUMENTS["slice"] = ":':50'"
NO_STRING = frozenset(
    [
        *(
            "dictsort",
            "dictsortreversed",
            "divisibleby",
            "escapeseq",
            "first",
            "iriencode",
            "join",
            "last",
            "make_list",
        ),
        *(
            "phone2numeric",
            "random",
            "safeseq",
            "striptags",
            "timesince",
            "timeuntil",
            "unordered_list",
            "json_script",
        ),
    ]
)
"""Filters that do not take a string, take it apart into letters, or write or drop tags of their own."""


@pytest.mark.parametrize("autoescape", [True, False])
@pytest.mark.parametrize("name", sorted(set(defaultfilters.register.filters) - NO_STRING))
def test_every_filter_that_takes_a_string(name: str, autoescape: bool, engines: Any) -> None:
    step = f"{name}{ARGUMENTS.get(name, '')}"
    for chain in (step, f"safe|{step}", f"{step}|safe", f"force_escape|{step}|safe", f"safe|{step}|escape"):
        text = f"{{{{ x|{chain} }}}}"
        page = render(engines, text, autoescape)
        assert says_raw(text, "django", autoescape) == raw_in(page), (text, page)


@pytest.mark.parametrize("name", sorted(defaultfilters.register.filters))
def test_every_filter_is_known(name: str) -> None:
    flow = apply_filter(name, named("x"), NOTHING)
    assert flow.filters == (name,)
    assert not any(value.through for value in flow.values), "a filter of which nothing is known"


def test_a_literal_is_safe_as_it_stands(engines: Any) -> None:
    assert raw_in(render(engines, f"{{{{ '{EVIL[:8]}' }}}}", True))
    (output,) = read_template("{{ '<script>' }}", "a.html", "django").outputs
    assert (output.names, output.escaped) == ((), False)
    assert apply_filter("add", constant("a"), named("x")).values


def test_a_tag_of_the_project_binds_a_name() -> None:
    template = read_template("{% render x as y %}{{ y|safe }}", "a.html", "django")
    (binding,) = template.sets
    assert (binding.names, binding.values[0].through) == (("y",), ("render",))
