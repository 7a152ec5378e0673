"""Where in a page a value stands, and whether HTML escaping helps there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from templating import ask

from pentalint.templates.page import Page, Place
from pentalint.templates.reader import read_template
from pentalint.templates.scripts import CODE, quote_of, scan
from pentalint.templates.treatments import REASONS, harm

PLACES = [
    ("", ("text", "", "")),
    ("<p>", ("text", "", "")),
    ("a < b ", ("text", "", "")),
    ('<p class="', ("attribute", '"', "")),
    ("<p class='a ", ("attribute", "'", "")),
    ('<p class = "', ("attribute", '"', "")),
    ('<P CLASS="', ("attribute", '"', "")),
    ('<p title="a > b ', ("attribute", '"', "")),
    ("<p class=", ("attribute-unquoted", "", "")),
    ("<p class=a", ("attribute-unquoted", "", "")),
    ("<p ", ("attribute-unquoted", "", "")),
    ("<p data-", ("attribute-unquoted", "", "")),
    ("<", ("attribute-unquoted", "", "")),
    ("<h", ("attribute-unquoted", "", "")),
    ("</", ("attribute-unquoted", "", "")),
    ('<p class="a" ', ("attribute-unquoted", "", "")),
    ('<p class="a">', ("text", "", "")),
    ('<br/><img alt="a"/>', ("text", "", "")),
    ('<a href="', ("url", '"', "")),
    ('<a href=" ', ("url", '"', "")),
    ("<a href='", ("url", "'", "")),
    ("<a href=", ("attribute-unquoted", "", "")),
    ('<a href="/', ("attribute", '"', "")),
    ('<a href="https://', ("attribute", '"', "")),
    ('<a HREF="', ("url", '"', "")),
    ('<form action="', ("url", '"', "")),
    ('<button formaction="', ("url", '"', "")),
    ('<iframe src="', ("url", '"', "")),
    ('<script src="', ("url", '"', "")),
    ('<img src="', ("attribute", '"', "")),
    ('<object data="', ("url", '"', "")),
    ('<div data="', ("attribute", '"', "")),
    ('<use xlink:href="', ("url", '"', "")),
    ('<a href="javascript:go(', ("event", '"', "")),
    ("<a href=\"javascript:go('", ("event", '"', "'")),
    ('<a href="JavaScript:', ("event", '"', "")),
    ('<a onclick="', ("event", '"', "")),
    ("<a onclick=\"go('", ("event", '"', "'")),
    ("<a onclick='go(\"", ("event", "'", '"')),
    ('<a onclick="go(&quot;', ("event", '"', '"')),
    ('<a onclick="go(&#39;a&#39;, ', ("event", '"', "")),
    ("<a onclick=", ("event", "", "")),
    ("<a onclick=go(", ("event", "", "")),
    ('<iframe srcdoc="', ("event", '"', "")),
    ('<a style="', ("style", '"', "")),
    ("<style>", ("style", "", "")),
    ("<style>a { b: ", ("style", "", "")),
    ("<style></style>", ("text", "", "")),
    ("<!-- ", ("comment", "", "")),
    ("<!-- a -->", ("text", "", "")),
    ("<!DOCTYPE html>", ("text", "", "")),
    ("<textarea>", ("text", "", "")),
    ("<textarea><p class=", ("text", "", "")),
    ("<title>", ("text", "", "")),
    ("<script>", ("script", "", "")),
    ("<SCRIPT>", ("script", "", "")),
    ('<script type="text/javascript">', ("script", "", "")),
    ('<script type="module">', ("script", "", "")),
    ('<script type="application/json">', ("text", "", "")),
    ('<script type="application/ld+json">', ("text", "", "")),
    ('<script type="text/x-template">', ("text", "", "")),
    ('<script defer nonce="a">', ("script", "", "")),
    ("<script></script>", ("text", "", "")),
    ("<script>if (a < b) ", ("script", "", "")),
    ('<script>var a = "', ("script", "", '"')),
    ("<script>var a = 'b\\' ", ("script", "", "'")),
    ("<script>var a = 'b'; ", ("script", "", "")),
    ("<script>var a = `", ("script", "", "`")),
    ("<script>var a = `b ${c}", ("script", "", "`")),
    ("<script>var a = `b ${c(`d`)} ", ("script", "", "`")),
    ("<script>var a = `b ${ {d: ", ("script", "", "")),
    ("<script>// don't\n", ("script", "", "")),
    ("<script>// ", ("script", "", "")),
    ("<script>/* don't */ ", ("script", "", "")),
    ("<script>a.replace(/'/g, ", ("script", "", "")),
    ("<script>a = b / c; d = '", ("script", "", "'")),
    ("<script>a = 'broken\n", ("script", "", "")),
    ('<script>var a = "</script>', ("text", "", "")),
]


@pytest.mark.parametrize(("text", "place"), PLACES)
def test_a_place(text: str, place: tuple[str, str, str]) -> None:
    page = Page()
    page.feed(text)
    assert page.place == Place(*place)


@pytest.mark.parametrize(("text", "place"), PLACES)
def test_pieces_make_the_whole(text: str, place: tuple[str, str, str]) -> None:
    """Text that control tags cut apart is the same text; marks of more than one letter stay in one piece."""
    page = Page()
    for piece in text.replace(" ", " \0").split("\0"):
        page.feed(piece)
    assert page.place == Place(*place)


@pytest.mark.parametrize(
    ("before", "after", "place"),
    [
        ("<a href=", ">", "text"),
        ("<a href=", " class=", "attribute-unquoted"),
        ('<a href="', '" class="', "attribute"),
        ('<a href="', '', "attribute"),
        ("<", ' class="', "attribute"),
        ("<p ", '="', "attribute"),
        ("<p data-", '="', "attribute"),
        ("<p ", ">", "text"),
        ('<script type="', '">', "script"),
        ("<script>var a = ", "; b = '", "script"),
    ],
)  # fmt: skip
def test_what_follows_a_value(before: str, after: str, place: str) -> None:
    page = Page()
    page.feed(before)
    page.write()
    page.feed(after)
    assert page.place.context == place


@given(
    st.lists(
        st.sampled_from(
            [text for text, _ in PLACES] + ['"', "'", ">", "</script>", "-->", "`", "}", "=", "\\"]
        )
    )
)
def test_a_page_takes_anything(pieces: list[str]) -> None:
    page = Page()
    for piece in pieces:
        page.feed(piece)
        page.write()
    assert page.place.context


@given(st.text(alphabet="\"'`${}/*\\\n a"))
def test_a_script_takes_anything(text: str) -> None:
    whole = scan(CODE, text)
    assert quote_of(whole) in ("", '"', "'", "`")


BRANCHES = [
    ('{% if a %}<p class="{% else %}<p id="{% endif %}{{ x }}', "attribute"),
    ('<a href={% if a %}"{{ y }}"{% else %}"b"{% endif %} title="{{ x }}"', "attribute"),
    ('<p class="a {% if a %}b">{% else %}c">{% endif %}{{ x }}', "text"),
    ("{% if a %}<script>{% endif %}{{ x }}", "script"),
    ("{% if a %}<b>{% elif b %}<i>{% else %}<u>{% endif %}{{ x }}", "text"),
    ('<p {% if a %}class="b"{% endif %} id="{{ x }}"', "attribute"),
    ("{% endif %}{% else %}{{ x }}{% if", "text"),
    ('<a href="{% if a %}/b{% endif %}{{ x }}', "attribute"),
]


@pytest.mark.parametrize("language", ["jinja2", "django"])
@pytest.mark.parametrize(("text", "context"), BRANCHES)
def test_branches(language: str, text: str, context: str) -> None:
    assert read_template(text, "a.html", language).outputs[-1].context == context


@pytest.mark.parametrize(
    ("path", "context"),
    [
        ("a.html", "text"),
        ("a.js", "script"),
        ("a.js.j2", "script"),
        ("a.css", "style"),
        ("mail.txt", "plain"),
        ("mail.txt.jinja2", "plain"),
        ("a.jinja2", "text"),
        ("templates/subject", "text"),
        ("a.json", "plain"),
    ],
)
def test_where_a_file_begins(path: str, context: str) -> None:
    assert read_template("{{ x }}", path, "jinja2").outputs[0].context == context


HARMS = [
    # a template of Jinja2 with autoescape, the reasons for `x`
    ("{{ x }}", []),
    ("<p class='{{ x }}'>", []),
    ("<p class={{ x }}>", ["unquoted-attribute"]),
    ("<p class={{ x|int }}>", []),
    ("<p class={{ x|urlencode }}>", []),
    ("<p class={{ x|tojson }}>", ["unquoted-attribute"]),
    ("<p {{ x }}>", ["unquoted-attribute"]),
    ("<p {{ {'a': x}|xmlattr }}>", []),
    ('<p data-a="{{ x|tojson }}">', ["attribute"]),
    ("<p data-a='{{ x|tojson }}'>", []),
    ('<p data-a="{{ x|tojson|forceescape }}">', []),
    ('<a href="{{ x }}">', ["url"]),
    ('<a href="{{ x|safe }}">', ["unescaped"]),
    ('<a href="/{{ x }}">', []),
    ("<a href=\"{{ url_for('a', b=x) }}\">", []),
    ('<a href="{{ x|urlencode }}">', []),
    ('<a href="{{ clean(x) }}">', []),
    ('<a href="{{ x|clean }}">', []),
    ('<img src="{{ x }}">', []),
    ('<a onclick="go({{ x }})">', ["event"]),
    ("<a onclick=\"go('{{ x }}')\">", ["event"]),
    ('<a onclick="go({{ x|int }})">', []),
    ('<a onclick="go({{ x|tojson }})">', ["event"]),
    ("<a onclick='go({{ x|tojson }})'>", []),
    ('<a onclick="go({{ x|tojson|forceescape }})">', []),
    ("<a href=\"javascript:go('{{ x }}')\">", ["event"]),
    ("<script>var a = {{ x }};</script>", ["script"]),
    ('<script>var a = "{{ x }}";</script>', ["script-string"]),
    ("<script>var a = `{{ x }}`;</script>", ["script"]),
    ("<script>var a = {{ x|tojson }};</script>", []),
    ("<script>var a = {{ x|tojson|safe }};</script>", []),
    ("<script>var a = '{{ x|tojson }}';</script>", []),
    ('<script>var a = "{{ x|tojson }}";</script>', ["script"]),
    ("<script>var a = `{{ x|tojson }}`;</script>", ["script"]),
    ("<script>var a = {{ x|length }};</script>", []),
    ("<script>var a = {{ x|safe }};</script>", ["unescaped"]),
    ('<script type="application/json">{{ x|tojson }}</script>', []),
    ("<style>a { color: {{ x }} }</style>", ["style"]),
    ('<p style="color: {{ x }}">', ["style"]),
    ("<!-- {{ x }} -->", []),
    ("<!-- {{ x|safe }} -->", ["unescaped"]),
]


@pytest.mark.parametrize(("text", "reasons"), HARMS)
def test_where_escaping_does_not_help(text: str, reasons: list[str]) -> None:
    assert [one.reason for one in ask(text, "jinja2", True)] == reasons


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("<script>var a = '{{ x|escapejs }}';</script>", []),
        ('<script>var a = "{{ x|escapejs }}";</script>', []),
        ("<script>var a = `{{ x|escapejs }}`;</script>", ["script"]),
        ("<script>var a = {{ x|escapejs }};</script>", ["script"]),
        ("<a onclick=\"go('{{ x|escapejs }}')\">", []),
        ('<a onclick="go({{ x|escapejs }})">', ["event"]),
        ("<p class={{ x|escapejs }}>", ["unquoted-attribute"]),
        ('<p class="{{ x|escapejs }}">', []),
        ("<a href=\"{{ x|escapejs }}\">", ["url"]),
        ("{{ x|json_script:'a' }}", []),
        ("<a href=\"{{ x|urlencode }}\">", []),
        ("<a href=\"{{ thing.get_absolute_url }}\">", []),
        ("<a href=\"{{ thing.url }}\">", ["url"]),
        ("<script>{% include 'inner.html' %}</script>", ["script"]),
        ("<p {% include 'inner.html' %}>", ["unquoted-attribute"]),
        ("<p>{% include 'inner.html' %}</p>", []),
    ],
)  # fmt: skip
def test_where_the_escaping_of_django_does_not_help(text: str, reasons: list[str]) -> None:
    assert [one.reason for one in ask(text, "django", True, {"inner.html": "{{ x }}"})] == reasons


def test_a_block_stands_where_its_parent_has_it() -> None:
    base = "<script>{% block code %}{% endblock %}</script><p>{% block text %}{% endblock %}</p>"
    child = (
        "{% extends 'base.html' %}{% block code %}{{ x }}{% endblock %}{% block text %}{{ x }}{% endblock %}"
    )
    for language in ("jinja2", "django"):
        (danger,) = ask(child, language, True, {"base.html": base})
        assert (danger.reason, danger.context, danger.output.block) == ("script", "script", "code")


def test_flask_names_its_own_request() -> None:
    text = (
        '<a href="{{ request.path }}">{{ request.args.get("q")|safe }}</a><a href="{{ request.args.next }}">'
    )
    found = ask(text, "jinja2", True, names=("request",))
    assert [(one.variable, one.reason, one.output.names) for one in found] == [
        ("request", "unescaped", ("request.args.q",)),
        ("request", "url", ("request.args.next",)),
    ]


@pytest.mark.parametrize(
    "context", ["text", "attribute", "attribute-unquoted", "url", "script", "style", "event"]
)
def test_raw_is_harm_everywhere_and_clean_nowhere(context: str) -> None:
    for quote in ("", '"', "'"):
        for inner in ("", '"', "'", "`"):
            assert harm(context, quote, inner, "raw") == "unescaped"
            assert harm(context, quote, inner, "clean") == ""
            for treatment in ("html", "json", "json-html", "js", "url"):
                assert harm(context, quote, inner, treatment) in ("", *REASONS)
