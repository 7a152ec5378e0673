"""What every reader promises: it never fails, its spans lie in the text, and it takes no longer than it must."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pentalint.model import Span
from pentalint.templates.dangers import dangerous
from pentalint.templates.languages import language_of
from pentalint.templates.outputs import CONTEXTS, LANGUAGES, Template
from pentalint.templates.reader import read_template

PIECES = {
    "jinja2": [
        *("{{", "}}", "{%", "%}", "{#", "#}", "{{ x }}", "{{ x|safe }}", "{{ f(x, y=1) }}", "{{ 'a' ~ x }}", "{{-", "-}}"),
        *("{% if x %}", "{% else %}", "{% endif %}", "{% for a, b in x %}", "{% endfor %}", "{% set a = x %}", "{% set a %}"),
        *("{% endset %}", "{% macro m(a, b=1) %}", "{% endmacro %}", "{% block b %}", "{% endblock %}", "{% extends 'a' %}"),
        *("{% include 'a' %}", "{% autoescape false %}", "{% endautoescape %}", "{% raw %}", "{% endraw %}", "{% call m(x) %}"),
        *("{% endcall %}", "{% with a = x %}", "{% endwith %}", "{% filter e %}", "{% endfilter %}", "{% from 'a' import b %}"),
    ],
    "django": [
        *("{{", "}}", "{%", "%}", "{{ x }}", "{{ x|safe }}", "{{ x|default:'a'|join:x }}", "{% if x %}", "{% else %}", "{% endif %}"),
        *("{% for a, b in x %}", "{% empty %}", "{% endfor %}", "{% with a=x %}", "{% endwith %}", "{% block b %}", "{% endblock %}"),
        *("{% extends 'a' %}", "{% include 'a' with b=x only %}", "{% autoescape off %}", "{% endautoescape %}", "{% verbatim %}"),
        *("{% endverbatim %}", "{% comment %}", "{% endcomment %}", "{% firstof x y %}", "{% filter force_escape %}", "{% endfilter %}"),
    ],
    "mako": [
        *("${", "}", "${x}", "${x | n}", "${x|h,n}", "<%", "%>", "<% a = x %>", "<%!", "% for a in x:\n", "% endfor\n", "% if x:\n"),
        *("% else:\n", "% endif\n", "## a\n", "<%def name='f(a)'>", "</%def>", "<%block name='b'>", "</%block>", "<%text>", "</%text>"),
        *("<%doc>", "</%doc>", "<%include file='a'/>", "<%inherit file='a'/>", "<%namespace name='n' file='a'/>", "<%n:f a='${x}'/>"),
    ],
    "chameleon": [
        *("${", "}", "${x}", "${structure: x}", "$", "$$", "<p tal:content='structure x'>", "</p>", "<p tal:define='a x; b y'>", "<?python"),
        *("?>", "<![CDATA[", "]]>", "<p tal:repeat='a x'>", "<p tal:attributes='href x; b y'/>", "<tal:block replace='x'/>", "<p tal:a"),
        *("<p metal:fill-slot='s'>", "<p metal:use-macro='load: a.pt'>", "<p a='", "${string:${x}}", "<br>", "<p meta:interpolation='false'>"),
    ],
    "simpletemplate": [
        *("{{", "}}", "{{x}}", "{{!x}}", "\n% a = x\n", "\n% for a in x:\n", "\n% end\n", "\n<%\n", "\n%>\n", "\n% if x:\n", "\n% else:\n"),
        *("\n% def f(a):\n", "\n% f(x)\n", "\n% include('a', b=x)\n", "\n% rebase('a')\n", "\\%", "%%", "\n% (\n", "\n% '\n"),
    ],
}  # fmt: skip
COMMON = [
    *("<a href='", "<a onclick=\"", "<script>", "</script>", "<style>", "<!--", "-->", "'", '"', "`", ">", "<", "=", "\n", "\r\n", "\r"),
    *("é", "\U0001f600", "a", " ", "\\", "{", "}", "(", ")", "[", "]", "|", "#", ":", ";", "&quot;", "\0"),
]  # fmt: skip


def texts(language: str) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(PIECES[language] + COMMON) | st.text(max_size=3), max_size=25).map(
        "".join
    )


def spans(template: Template) -> Iterator[Span]:
    for several in (template.outputs, template.includes, template.imports, template.blocks, template.macros):
        yield from (one.span for one in several)
    yield from (one.span for one in (*template.calls, *template.regions))
    for binding in template.bindings:
        yield from (binding.span, binding.reach, binding.branch)


def check(text: str, language: str) -> Template:
    """Read a text and hold what came of it against what is promised."""
    template = read_template(text, "a.html", language)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for span in spans(template):
        assert (1, 1) <= (span.line, span.column) <= (span.end_line, span.end_column)
        assert span.end_line <= len(lines)
        assert span.column <= len(lines[span.line - 1]) + 2
        assert span.end_column <= len(lines[span.end_line - 1]) + 2
    for output in template.outputs:
        assert output.context in CONTEXTS
        assert output.span < Span(output.span.end_line, output.span.end_column, 0, 0)
        assert set(output.names) == {value.name for value in output.values}
    assert list(template.outputs) == sorted(template.outputs, key=lambda one: one.span)
    names = {name.split(".")[0] for output in template.outputs for name in output.names}
    dangerous(template, names, lambda name, referrer: template, False)
    return template


@pytest.mark.parametrize("language", LANGUAGES)
@given(data=st.data())
def test_a_reader_takes_anything(language: str, data: st.DataObject) -> None:
    check(data.draw(texts(language)), language)


@pytest.mark.parametrize("language", LANGUAGES)
@given(text=st.text())
def test_a_reader_takes_any_text(language: str, text: str) -> None:
    check(text, language)


@pytest.mark.parametrize(
    ("language", "text", "spans_"),
    [
        ("jinja2", "a\n  {{ x }}b{{ y }}", [Span(2, 3, 2, 10), Span(2, 11, 2, 18)]),
        ("jinja2", "é\U0001f600{{ x\n }}", [Span(1, 3, 2, 4)]),
        ("django", "{{ x }}\r\n{% firstof x %}", [Span(1, 1, 1, 8), Span(2, 1, 2, 16)]),
        ("mako", "a ${x | n}", [Span(1, 3, 1, 11)]),
        ("chameleon", "<p tal:content='x' tal:attributes='a y; b z'/>", [Span(1, 4, 1, 19), Span(1, 36, 1, 39), Span(1, 41, 1, 44)]),
        ("simpletemplate", "a\n{{!x}}", [Span(2, 1, 2, 7)]),
    ],
)  # fmt: skip
def test_where_an_output_is(language: str, text: str, spans_: list[Span]) -> None:
    assert [one.span for one in read_template(text, "a.html", language).outputs] == spans_


HOSTILE = [
    ("jinja2", "{{"),
    ("jinja2", "{{ { }}"),
    ("jinja2", "{{ ' }} "),
    ("jinja2", "<script>=/["),
    ("jinja2", "{% set x = x %}"),
    ("jinja2", "{% if a %}"),
    ("django", "{% "),
    ("django", "{{ a|b:\"c }}"),
    ("mako", "${ {"),
    ("mako", "<%page "),
    ("mako", "<%a b='"),
    ("chameleon", "$"),
    ("chameleon", "<a b=\""),
    ("chameleon", "<a>"),
    ("simpletemplate", "{{"),
    ("simpletemplate", "% x = y\n"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "piece"), HOSTILE)
def test_a_large_text_takes_no_longer_than_it_must(language: str, piece: str) -> None:
    """Seconds for a quarter of a megabyte, where a reader that looks back and forth would take hours."""
    begun = time.process_time()
    read_template(piece * (250_000 // len(piece)), "a.html", language)
    assert time.process_time() - begun < 10


@pytest.mark.parametrize(
    "text", ["(" * 5000, "a" + "+a" * 5000, "[" * 300 + "]" * 300, "a" + ".b" * 5000, "not " * 5000 + "a"]
)
def test_deep_expressions(text: str) -> None:
    for language, form in (
        ("jinja2", "{{ %s }}"),
        ("mako", "${%s}"),
        ("django", "{{ %s }}"),
        ("simpletemplate", "{{%s}}"),
    ):
        check(form % text, language)
    check(f"<p>${{{text}}}</p>", "chameleon")


@pytest.mark.parametrize(
    ("path", "hint", "language"),
    [
        ("a/b.jinja2", "", "jinja2"),
        ("a/b.html.j2", "", "jinja2"),
        ("a/b.HTML", "flask", "jinja2"),
        ("a/b.html", "django", "django"),
        ("a/b.html", "", None),
        ("a/b.html", "pyramid", None),
        ("a/b.mako", "flask", "mako"),
        ("a/b.mak", "", "mako"),
        ("a/b.pt", "", "chameleon"),
        ("a/b.zpt", "django", "chameleon"),
        ("a/b.tpl", "", "simpletemplate"),
        ("a/b.tpl", "flask", "jinja2"),
        ("a/b.stpl", "flask", "simpletemplate"),
        ("a/b.tpl", "bottle", "simpletemplate"),
        ("a\\b.tpl", "bottle", "simpletemplate"),
        ("a/b.djhtml", "", "django"),
        ("a/b.txt", "django", "django"),
        ("a/b", "mako", "mako"),
        ("a.j2/b", "", None),
        ("a/b.png", "django", None),
        ("a/b.py", "flask", None),
    ],
)
def test_a_language_by_the_name_of_the_file(path: str, hint: str, language: str | None) -> None:
    assert language_of(path, hint) == language


def test_an_unknown_language() -> None:
    with pytest.raises(KeyError):
        read_template("", "a.html", "smarty")


def test_what_a_template_says() -> None:
    text = (
        "{% extends 'base.html' %}{% import 'f.html' as f %}{% from 'g.html' import g as h %}"
        "{% set y = x %}{% for a in items %}{% endfor %}{% macro m(a, b=x) %}{% endmacro %}"
        "{% block c %}{{ super() }}{% include 'i.html' %}{% autoescape false %}{% endautoescape %}{% endblock %}"
    )
    template = read_template(text, "a.html", "jinja2")
    assert template.extends == "base.html"
    assert [(one.name, one.alias, one.names) for one in template.imports] == [
        ("f.html", "f", ()),
        ("g.html", "", (("g", "h"),)),
    ]
    assert [(one.names, one.values[0].name) for one in template.sets] == [(("y",), "x")]
    assert [(one.names, one.values[0].name) for one in template.loops] == [(("a",), "items")]
    assert [(one.name, [name for name, _ in one.parameters]) for one in template.macros] == [
        ("m", ["a", "b"])
    ]
    assert [(one.name, one.inherits) for one in template.blocks] == [("c", True)]
    assert [(one.name, one.block) for one in template.includes] == [("i.html", "c")]
    assert [one.escaping for one in template.regions] == ["off"]
    assert template.autoescape


@pytest.mark.parametrize(
    ("language", "text", "names"),
    [
        ("jinja2", "{{ a b.c ? }}", ("a", "b.c")),
        ("jinja2", "{{ 'd' a | }}", ("a",)),
        ("mako", "${print a.b, c}", ("a.b", "c")),
        ("mako", "<% print a\nb = c\n%>${b}", ("b",)),
        ("simpletemplate", "{{!a b}}", ("a", "b")),
        ("simpletemplate", "% for a in b c:\n{{a}}\n% end", ("a",)),
        ("chameleon", "<p tal:content='path:a/b/c'/>", ("a.b.c",)),
        ("chameleon", "<p tal:content='here/title'/>", ("here.title",)),
        ("chameleon", "<p tal:content='provider: a'/>", ("a",)),
    ],
)
def test_what_does_not_parse_counts_as_its_names(language: str, text: str, names: tuple[str, ...]) -> None:
    (output,) = read_template(text, "a.html", language).outputs
    assert output.names == names


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("mako", "<% print x\ny = x\n%>${y | n}"),
        ("mako", "% for y in x z:\n${y | n}\n% endfor"),
        ("simpletemplate", "% for y in x z:\n{{!y}}\n% end"),
        ("jinja2", "{% for y in x $ %}{{ x|safe }}{% endfor %}{{ x }}"),
        ("jinja2", "{% macro m($ %}{{ x|safe }}{% endmacro %}"),
        ("jinja2", "{% with y = $ %}{{ x|safe }}{% endwith %}"),
        ("django", "{% for %}{{ x|safe }}{% endfor %}"),
        ("django", "{% include %}{% extends %}{% block %}{{ x|safe }}{% endblock %}"),
    ],
)
def test_dangers_in_broken_templates(language: str, text: str) -> None:
    assert [one.variable for one in dangerous(read_template(text, "a.html", language), ["x"])] == ["x"]
