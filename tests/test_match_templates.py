"""Rules about templates: what is a template and in which language, and every word that such rules have."""

from __future__ import annotations

from dataclasses import replace

import pytest
from examples import check_files
from projects import TODAY, check, make_plan, places, rule

from pentalint.check.template_files import is_candidate, is_text, spoken
from pentalint.config import Config
from pentalint.errors import RuleError
from pentalint.match.template_files import TemplateFile
from pentalint.model import Role

ENDINGS = {
    "jinja2": ".html",
    "django": ".djhtml",
    "mako": ".mako",
    "chameleon": ".pt",
    "simpletemplate": ".stpl",
}


def at(match: str, text: str, language: str = "jinja2", **others: str) -> list[str]:
    """The places in a template `a` of a language, with other templates at hand."""
    ending = ENDINGS[language]
    files = {f"templates/a{ending}": text} | {f"templates/{n}{ending}": t for n, t in others.items()}
    found = places(files, rule(f'template.language = "{language}"\n{match}'))
    return [one.partition(" ")[2] for one in found if one.startswith("templates/a.")]


OUTPUTS = [
    ("any", "{}", "{{ a }} {{ b|e }}", ["1:1-8", "1:9-18"]),
    ("filters", '{filters = ["safe", "raw"]}', "<p>{{ a|e }}{{ a|e|safe }}</p>", ["1:13-27"]),
    ("not-filters", '{not-filters = "e"}', "{{ a|e }}{{ b }}", ["1:10-17"]),
    ("harm", '{harm = "unescaped"}', "{{ a|safe }}{{ b }}{{ 1|safe }}{{ c|e|safe }}", ["1:1-13"]),
    ("harm of one of several", '{harm = "unescaped"}', "{{ a|e ~ b|safe }}", ["1:1-19"]),
    ("a block that does not escape", '{harm = "unescaped"}', "{% autoescape false %}{{ a }}{% endautoescape %}{{ a }}", ["1:23-30"]),
    ("context", '{context = ["script", "url"]}', "{{ a }}<script>{{ a }}</script><a href='{{ a }}' title='{{ a }}'>", ["1:16-23", "1:41-48"]),
    ("position value", '{context = "attribute-unquoted", position = "value"}', "<a b={{ c }} {{ d }} {{ e }}='x' f=g-{{ h }}>", ["1:6-13", "1:38-45"]),
    ("position name", '{context = "attribute-unquoted", position = "name"}', "<a b={{ c }} {{ d }} {{ e }}='x'>", ["1:14-21", "1:22-29"]),
    ("attribute", '{attribute = "href|src"}', "<a href='{{ a }}' title='{{ a }}' data-src='{{ a }}'>{{ a }}", ["1:10-17"]),
    ("within", '{within = "[a-z]+"}', "<a b='{{ c }}'><A b='{{ c }}'>{{ c }}", ["1:7-14"]),
    ("expression", '{expression = "^a"}', "{{ a }}{{ ba }}", ["1:1-8"]),
    ("not-expression", '{not-expression = "^a"}', "{{ a }}{{ ba }}", ["1:8-16"]),
    ("names", '{names = "(^|[.])name$"}', "{{ user.name }}{{ name }}{{ names }}{{ f(name) }}", ["1:1-16", "1:16-26", "1:37-50"]),
    ("not-names", '{not-names = "id$"}', "{{ a.id }}{{ a.b }}", ["1:11-20"]),
    ("known", '{known = true}', "{{ a|own }}{{ a|upper }}{{ own(a) }}", ["1:12-25", "1:25-37"]),
    ("characters, not bytes", '{filters = "safe"}', "äöü {{ ß|safe }}", ["1:5-17"]),
    ("over lines", '{filters = "safe"}', "<p>\r\n{{ a\n|safe }}", ["2:1-3:9"]),
    ("in comments and raw text", '{}', "{# {{ a }} #}{% raw %}{{ a }}{% endraw %}", []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("match", "text", "expected"), [one[1:] for one in OUTPUTS], ids=[one[0] for one in OUTPUTS]
)
def test_outputs(match: str, text: str, expected: list[str]) -> None:
    assert at(f"template.output = {match}", text) == expected


TAGS = [
    ("name", '{name = "if"}', "{% if a %}{% elif b %}{% endif %}", ["1:1-11"]),
    ("argument", '{name = "include", argument = {not-matches = "^.?[\\"\']"}}', "{% include 'a' %}{% include b %}{%- include c -%}", ["1:18-33", "1:33-50"]),
    ("written", '{name = ["if", "for"], written = "b"}', "{% if a %}{% if b %}b{% for b in a %}", ["1:11-21", "1:22-38"]),
    ("written, with its end", '{name = "if", written = "b *%}$"}', "{% if b c %}{% if b %}", ["1:13-23"]),
    ("literal argument", '{name = "x", argument = ""}', "{% x %}{% x y %}", ["1:1-8"]),
    ("holds", '{name = "filter", holds = {}}', "{% filter a %}{{ b }}{% endfilter %}{% filter a %}c{% endfilter %}", ["1:1-15"]),
    ("holds such an output", '{name = "if", holds = {filters = "e"}}', "{% if a %}{{ b }}{% endif %}{% if a %}{{ b|e }}{% endif %}", ["1:29-39"]),
    ("holds in the inner one", '{name = "if", holds = {}}', "{% if a %}{% if b %}{% endif %}{{ c }}{% endif %}", ["1:1-11"]),
    ("holds, and never ends", '{name = "if", holds = {}}', "{% if a %}{{ b }}", []),
    ("in a comment", '{name = "if"}', "{# {% if a %} #}", []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("match", "text", "expected"), [one[1:] for one in TAGS], ids=[one[0] for one in TAGS]
)
def test_tags(match: str, text: str, expected: list[str]) -> None:
    assert at(f"template.tag = {match}", text) == expected


def test_tags_of_other_languages() -> None:
    assert at(
        'template.tag = {name = "debug"}', "{% debug %}{% verbatim %}{% debug %}{% endverbatim %}", "django"
    ) == ["1:1-12"]
    mako = '<p>\n% if a:\n<%include file="b.mako"/>\n% endif\n'
    assert at('template.tag = {name = ["if", "include"]}', mako, "mako") == ["2:1-8", "3:1-26"]
    assert at('template.tag = {name = "if"}', "<p>\n% if a:\n% end\n</p>", "simpletemplate") == ["2:1-8"]


ELEMENTS = [
    ("name", '{name = "form"}', "<form><FORM a=b></form></form><formx>", ["1:1-7", "1:7-17"]),
    ("every", '{name = "*"}', "<a><b/></a>", ["1:1-4", "1:4-8"]),
    ("attribute", '{name = "a", attributes = {b = "c"}}', "<a b=c><a b='c'><a B = \"c\"><a b='d'><a>", ["1:1-8", "1:8-17", "1:17-28"]),
    ("attribute as written", '{name = "a", attributes = {b = {matches = "^[{]{2} c"}}}', "<a b='{{ c }}'><a b='x{{ c }}'>", ["1:1-16"]),
    ("quotes in an expression", '{name = "a", attributes = {b = {matches = "f"}}}', """<a b="{{ f("x>") }}" c="d">""", ["1:1-28"]),
    ("absent", '{name = "a", attributes = {b = {absent = true}}}', "<a><a b><a b=''><a c>", ["1:1-4", "1:17-22"]),
    ("absent, where an expression may add it", '{name = "a", attributes = {b = {absent = true}}}', "<a {{ c }}><a {% own %}><a {% if c %}d{% endif %}>", ["1:25-51"]),
    ("branches that agree", '{name = "a", attributes = {b = "c"}}', "<a {% if d %}b=c{% else %}b='c'{% endif %}>", ["1:1-44"]),
    ("branches that differ", '{name = "a", attributes = {b = "c"}}', "<a {% if d %}b=c{% else %}b=d{% endif %}>", []),
    ("some-attribute", '{name = "a", some-attribute = [{name = "on[a-z]+", value = {matches = "."}}]}', "<a onclick='x'><a onclick=''><a don='x'>", ["1:1-16"]),
    ("written", '{name = "a", written = "d"}', "<a b='d'><a c>d</a>", ["1:1-10"]),
    ("content", '{name = "b", content = {matches = "c"}}', "<b>c</b><b>d</b><b c>", ["1:1-4"]),
    ("has", '{name = "b", has = "c"}', "<b>c</b><b>{# c #}</b>", ["1:1-4"]),
    ("raw text holds no elements", '{name = "b"}', "<script>'<b>'</script><textarea><b></textarea><!-- <b> --><b>", ["1:59-62"]),
    ("lacks", '{name = "b", lacks = "c"}', "<b>c</b><b>d</b><b>{{ c }}</b><b>{{ d }}</b>", ["1:9-12", "1:31-34"]),
    ("lacks, with comments", '{name = "b", lacks = "c"}', "<b>{# c #}</b>", ["1:1-4"]),
    ("lacks, never ends", '{name = "b", lacks = "c"}', "<b>d", []),
    ("lacks, a block", '{name = "b", lacks = "c"}', "<b>{% block d %}{% endblock %}</b>", []),
    ("lacks, an unknown tag", '{name = "b", lacks = "c"}', "<b>{% own %}</b>", []),
    ("lacks, an unknown function", '{name = "b", lacks = "c"}', "<b>{{ own(1) }}</b>", []),
    ("lacks, plain ones", '{name = "b", lacks = "c", plain = "^own$"}', "<b>{{ own(1) }}{% own %}{% endown %}</b>", ["1:1-4"]),
    ("lacks, an unknown template", '{name = "b", lacks = "c"}', "<b>{% include 'none.html' %}</b><b>{% include d %}</b>", []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("match", "text", "expected"), [one[1:] for one in ELEMENTS], ids=[one[0] for one in ELEMENTS]
)
def test_elements(match: str, text: str, expected: list[str]) -> None:
    assert at(f"template.element = {match}", text) == expected


def test_what_is_put_in() -> None:
    match = 'template.element = {name = "b", lacks = "token"}'
    text = (
        "<b>{% include 'with.html' %}</b><b>{% include 'without.html' %}</b><b>{% include 'deep.html' %}</b>"
    )
    parts = {"with": "<i>token</i>", "without": "<i>d</i>", "deep": "{% include 'with.html' %}"}
    assert at(match, text, **parts) == ["1:33-36"]
    assert at(match, "<b>{% include 'a.html' %}</b>") == []  # itself: never the end of it


def test_at_an_attribute() -> None:
    match = 'at = "b"\ntemplate.element = {name = "a", attributes = {b = {absent = false}}}'
    assert at(match, "<a c b='d'>") == ["1:6-11"]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("chameleon", """<a b="${c}" tal:content="structure d"/><a tal:attributes="b c"/>""", ["1:1-40"]),
        ("chameleon", "<!--! <a> --><!-- <a> --><a>", ["1:26-29"]),
        ("mako", "<a b='${c}'>\n% if d:\n<a>\n% endif\n<%doc><a></%doc>", ["1:1-13", "3:1-4"]),
        ("simpletemplate", "<a b='{{c}}'>\n% if d:\n<a>\n% end", ["1:1-14", "3:1-4"]),
        ("django", "<a b='{% url \"c\" %}'>{% comment %}<a>{% endcomment %}<a>", ["1:1-22", "1:54-57"]),
    ],
)
def test_elements_of_other_languages(language: str, text: str, expected: list[str]) -> None:
    every = 'template.element = {name = "a", attributes = {x = {or-absent = true, equals = 1}}}'
    assert at(every, text, language) == expected


def test_the_prefilter_knows_where_code_may_stand() -> None:
    match = 'template.output = {context = ["script", "event"]}'
    assert at(match, '<a tal:attributes="title a; onclick b"/>', "chameleon") == ["1:29-38"]
    assert at(match, "<a b='{{ c }}'onclick='{{ d }}'>") == ["1:24-31"]
    assert at(match, "<a ONCLICK='{{ d }}'><a href='JavaScript:{{ e }}'>") == ["1:13-20", "1:42-49"]
    assert at(match, "<iframe srcdoc='{{ d }}'></iframe><SCRIPT>{{ e }}</SCRIPT>") == ["1:17-24", "1:43-50"]


def test_what_was_seen_elsewhere() -> None:
    match = 'template.language = "jinja2"\ntemplate.tag = {name = "x"}\n'
    files = {"templates/a.html": "{% x %}", "templates/b.html": "<b>", "app.py": "import api\napi.f()\n"}
    assert places(files, rule(match + 'project.call = "api.f"')) == ["templates/a.html 1:1-8"]
    assert places(files, rule(match + 'project.call = "api.g"')) == []
    there = 'project-not = {template = {language = "jinja2", element = {name = "b"}}}'
    assert places(files, rule(match + there)) == []
    assert places(files | {"templates/b.html": "{{ b }}"}, rule(match + there)) == ["templates/a.html 1:1-8"]


def test_data_that_was_followed_says_it_better() -> None:
    app = (
        "from flask import Flask, render_template, request\n\napp = Flask(__name__)\n\n\n@app.get('/')\ndef index():\n"
        "    return render_template('a.html', q=request.args['q'], r='r')\n"
    )
    files = {"app.py": app, "templates/a.html": "<p>{{ q|safe }}</p>\n<p>{{ r|safe }}</p>\n"}
    found = check_files(files, ("flask/tmpl-safe-filter", "web/cross-site-scripting"), "flask")
    assert [(one.span.line, one.rule) for one in found] == [
        (1, "web/cross-site-scripting"),
        (2, "flask/tmpl-safe-filter"),
    ]


def test_files_and_versions() -> None:
    tag = 'template.language = "jinja2"\ntemplate.tag = {name = "x"}\n'
    files = {"templates/a.html": "{% x %}", "templates/admin/b.html": "{% x %}"}
    assert places(files, rule(tag + 'template.files = "*/admin/*"')) == ["templates/admin/b.html 1:1-8"]
    assert places(files, rule(tag + 'template.not-files = "*/admin/*"')) == ["templates/a.html 1:1-8"]
    pinned = files | {"requirements.txt": "flask==2.3.1\n"}
    assert len(places(pinned, rule(tag + 'template.versions = ">=2.3"'))) == 2
    assert places(pinned, rule(tag + 'template.versions = ">=3.0"')) == []
    assert places(files, rule(tag + 'template.versions = ">=2.3"')) == []  # nothing says which


def test_the_message_and_the_identity() -> None:
    one = rule(
        'template.language = "jinja2"\ntemplate.output = {filters = "safe"}', message="{name}: {value}"
    )
    (found,) = check({"templates/a.html": "<p>\n{{ a.b\n |safe }}"}, one)
    assert found.message == "a.b: a.b |safe"
    (moved,) = check({"templates/a.html": "<p>\n\n\n{{ a.b\n |safe }}"}, one)
    assert moved.fingerprint == found.fingerprint
    assert moved.span.line == found.span.line + 2


SUPPRESSED = [
    ("a.html", "{# pentalint: ignore[flask/probe] -- known #}\n<form>"),
    ("a.html", "<form>{# pentalint: ignore[flask/probe] #}"),
    ("a.html", "<form\n method=post>{# pentalint: ignore[flask/probe] #}"),
    ("a.html", "<!-- pentalint: file-ignore[flask] -->\n\n<form>"),
    ("a.mako", "## pentalint: ignore[flask/probe]\n<form>"),
    ("a.mak", "## pentalint: ignore[flask/probe]\n<form>"),
    ("a.jinja2", "{# pentalint: ignore[flask/probe] #}\n<form>"),
    ("a.cpt", "<!--! pentalint: ignore[flask/probe] -->\n<form>"),
    ("a.zpt", "<!--! pentalint: ignore[flask/probe] -->\n<form>"),
    ("a.thtml", "<!-- pentalint: ignore[flask/probe] -->\n<form>"),
]


@pytest.mark.parametrize(("name", "text"), SUPPRESSED)
def test_suppressions(name: str, text: str) -> None:
    probe = rule('template.language = ["jinja2", "mako", "chameleon"]\ntemplate.element = {name = "form"}')
    found = check({f"templates/{name}": text}, probe)
    assert [(one.rule, one.suppressed is not None) for one in found] == [("flask/probe", True)]
    silent = check(
        {
            f"templates/{name}": text.replace("form", "div", 1)
            if "<form" not in text
            else text.replace("<form", "<div")
        },
        probe,
    )
    assert [one.rule for one in silent] == ["pentalint/unused-suppression"]


def test_only_what_is_asked_for_is_reported() -> None:
    probe = rule('template.language = "jinja2"\ntemplate.element = {name = "b"}')
    files = {"templates/a.html": "<b>", "templates/c.html": "<b>"}
    only = frozenset({"templates/c.html"})
    assert places(files, probe, reported=only) == ["templates/c.html 1:1-4"]
    assert places(files, probe, jobs=2) == ["templates/a.html 1:1-4", "templates/c.html 1:1-4"]
    ignored = replace(Config.default(), per_file_ignores=(("templates/a.html", ("flask/probe",)),))
    assert places(files, probe, config=ignored) == ["templates/c.html 1:1-4"]


@pytest.mark.parametrize("role", [Role.vendored, Role.test, Role.docs, Role.example, Role.template])
def test_roles_that_are_left_alone(role: Role) -> None:
    probe = rule('template.language = "jinja2"\ntemplate.element = {name = "b"}')
    assert places({"templates/a.html": "<b>"}, probe, roles={"templates/a.html": role}) == []


def test_templates_are_read_only_when_a_rule_asks() -> None:
    plan, read, _ = make_plan({"templates/a.html": "<b>", "app.py": "x = 1\n"}, [rule('call = "api.f"')])
    from pentalint.check.evaluation import work
    from pentalint.check.job import tasks

    asked: list[str] = []

    def spy(path: str) -> bytes:
        asked.append(path)
        return read(path)

    todo, triggers = tasks(plan, spy)
    work(plan, todo, triggers, spy, whole=True)
    assert "templates/a.html" not in asked
    assert TODAY  # the stand's day is fixed


@pytest.mark.parametrize(
    ("match", "sentence"),
    [
        ('template = "x"', "`template` is a table: one of output, tag, element"),
        ('template.language = "jinja2"', "`template` needs exactly one of output, tag, element"),
        ("template.output = {}", "`template.language` is missing"),
        ('template.language = "erb"\ntemplate.output = {}', "erb is none of jinja2, django, mako, chameleon, simpletemplate"),
        ('template.language = "mako"\ntemplate.output = {filter = "x"}', "`template.output.filter` is not a key"),
        ('template.language = "mako"\ntemplate.output = {harm = "bad"}', "bad is none of unescaped"),
        ('template.language = "mako"\ntemplate.output = {context = "bad"}', "bad is none of text"),
        ('template.language = "mako"\ntemplate.tag = {argument = ""}', "`name` is missing"),
        ('template.language = "mako"\ntemplate.tag = {name = "x", holds = {bad = 1}}', "`template.tag.holds.bad` is not a key"),
        ('template.language = "mako"\ntemplate.element = {name = "x", lacks = "("}', "missing )"),
        ('template.language = "mako"\ntemplate.element = {name = "x"}\ntemplate.path = "x"', "`template.path` is not a key"),
        ('template.language = "mako"\ntemplate.element = {name = "x"}\nhow = "assign"', "`match.how` means nothing with `template`"),
    ],
)  # fmt: skip
def test_what_the_language_has_not(match: str, sentence: str) -> None:
    with pytest.raises(RuleError) as caught:
        check({"templates/a.html": "<x>"}, rule(match))
    assert sentence in str(caught.value)
    assert "flask/probe.toml" in str(caught.value)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("shop/templates/a.html", True),
        ("shop/templates/a.txt", False),
        ("shop/templates/a.txt.jinja2", False),
        ("shop/templates/nginx.conf.j2", False),
        ("shop/templates/page.html.j2", True),
        ("shop/static/templates/a.html", False),
        ("shop/static-root/a.html", False),
        ("shop/dist/templates/a.html", False),
        ("shop/templates/emails/a.html", False),
        ("shop/templates/registration/password_reset_email.html", False),
        ("shop/templates/account/email_confirm.html", True),
        ("shop/views/a.tpl", True),
        ("shop/a.pt", True),
        ("shop/a.py", False),
        ("shop/a.vue", False),
    ],
)
def test_candidates(path: str, expected: bool) -> None:
    assert is_candidate(path) is expected


def test_templates_of_plain_text() -> None:
    plain = rule('template.language = "chameleon"\ntemplate.plain = true\ntemplate.element = {name = "b"}')
    pages = rule('template.language = "chameleon"\ntemplate.element = {name = "b"}')
    assert spoken("templates/a.txt", b"a <b>${c}</b>", frozenset(["pyramid"])) == "chameleon"
    assert spoken("templates/a.txt", b"<b>${c}</b>", frozenset(["pyramid"])) is None
    assert spoken("templates/a.txt", b"a <b>c</b>", frozenset(["pyramid"])) is None
    assert spoken("templates/a.txt", b"a <b>${c}</b>", frozenset(["flask"])) is None
    assert is_text("templates/a.txt")
    assert not is_text("a.txt") and not is_text("templates/mail/a.txt") and not is_text("templates/a.pt")
    files = {"templates/a.pt": "<b>${c}</b>", "templates/a.txt": "<b>${c}</b>"}
    assert places(files, pages) == ["templates/a.pt 1:1-4"]
    assert places(files, plain) == []  # the made-up framework has no such renderer


LANGUAGES = [
    ("templates/a.html", b"<p>{{ a }}</p>", {"django"}, "django"),
    ("templates/a.html", b"<p>{{ a }}</p>", {"flask"}, "jinja2"),
    ("templates/a.html", b"<p>{{ a }}</p>", {"django", "flask"}, None),
    ("templates/a.html", b"{% load x %}<p>{{ a }}</p>", {"django", "flask"}, "django"),
    ("templates/a.html", b"{% set a = 1 %}<p>{{ a }}</p>", {"django", "flask"}, "jinja2"),
    ("templates/a.html", b"{% set a = 1 %}<p>{{ a }}</p>", {"django"}, "jinja2"),
    ("templates/a.html", b"{% load x %}<p>{{ a }}</p>", {"flask"}, None),
    ("jinja2/a.html", b"<p>{{ a }}</p>", {"django"}, "jinja2"),
    ("templates/a.html", b"<p>{{ a }}</p>", {"pyramid"}, None),
    ("templates/a.html", b"<p tal:content='a'></p>", {"pyramid"}, "chameleon"),
    ("templates/a.html", b"{% if a() %}<p>{{ a }}</p>{% endif %}", {"pyramid"}, "jinja2"),
    ("templates/a.html", b"<%inherit file='b'/><p>${a}</p>", {"cherrypy"}, "mako"),
    ("views/a.tpl", b"<p>{{f(a)}}</p>", {"bottle"}, "simpletemplate"),
    ("views/a.html", b"{% if a %}<p>{{ a }}</p>{% endif %}", {"bottle"}, "jinja2"),
    ("a.pt", b"<p>${a}</p>", {"django"}, "chameleon"),
    ("a.mak", b"<p>${a}</p>", {"pyramid"}, "mako"),
    ("deploy/unit.j2", b"User={{ user }}", {"flask"}, None),
    ("client/a.html", b"<p>{{ a }}</p>", {"flask"}, None),
    ("client/a.html", b"<p>{% if a %}{{ a }}{% endif %}</p>", {"flask"}, "jinja2"),
    ("templates/a.html", b"<p>{{ a }}</p>", set(), None),
    ("templates/a.html", b"\xff<p>{{ a }}</p>\x00", {"flask"}, "jinja2"),
]


@pytest.mark.parametrize(("path", "data", "frameworks", "expected"), LANGUAGES)
def test_languages(path: str, data: bytes, frameworks: set[str], expected: str | None) -> None:
    assert spoken(path, data, frozenset(frameworks)) == expected


@pytest.mark.parametrize("language", sorted(ENDINGS))
@pytest.mark.parametrize(
    "text",
    ["", "<", "<a", "<a b", "<a b=", "<a b='", "{{", "{%", "${", "<%", "<a {{", "</a>", "<!--", "%", "<script>", "{# <a>", "<a b='{{ c'>", "\r<a>\r\n"],
)  # fmt: skip
def test_broken_text_is_read(language: str, text: str) -> None:
    file = TemplateFile(f"a{ENDINGS[language]}", language, text)
    assert len(file.mask) == len(text)
    for element in file.elements(frozenset("*")):
        assert 0 <= element.start < element.end <= len(text)
        file.written(element.span)


def test_reading_takes_linear_time() -> None:
    """Function calls are counted, which no busy machine changes."""
    import sys

    def calls(number: int) -> int:
        text = "<form a='{{ b }}'>{% if c %}<b>" * number
        file = TemplateFile("a.html", "jinja2", text)
        counted = 0

        def count(frame: object, event: str, argument: object) -> None:
            nonlocal counted
            counted += event in ("call", "c_call")

        sys.setprofile(count)
        try:
            found = file.elements(frozenset(["form"]))
        finally:
            sys.setprofile(None)
        assert len(found) == number
        return counted

    assert calls(2000) < 2.5 * calls(1000)
