"""Page templates: every verdict is held against what Chameleon writes."""

from __future__ import annotations

from pathlib import Path

import pytest
from templating import ask, context, raw_in, says_raw

from pentalint.templates.reader import read_template

OTHERS = {
    "inner.pt": "<p>${x}</p>",
    "raw.pt": "<p tal:content='structure x'/>",
    "given.pt": "<p tal:content='structure title|nothing'/>",
    "layout.pt": "<html metal:define-macro='layout'><b metal:define-slot='body'>a</b>"
    "<i tal:content='structure title|nothing'/></html>",
}

IDIOMS = [
    "<p>${x}</p>",
    "<p>${structure: x}</p>",
    "<p>${structure:x}</p>",
    "<p>${python: x}</p>",
    "<p>$${x}</p>",
    "<p>$$${structure: x}</p>",
    "<p a='${x}'/>",
    "<p a='${structure: x}'/>",
    "<p tal:content='x'/>",
    "<p tal:content='text x'/>",
    "<p tal:content='structure x'/>",
    "<p tal:content='structure: x'/>",
    "<p tal:replace='x'/>",
    "<p tal:replace='structure x'/>",
    "<p tal:attributes='a x'/>",
    "<p tal:attributes='a structure: x'/>",
    "<p tal:attributes='a string:${x}'/>",
    "<p tal:attributes='pairs'/>",
    "<p tal:attributes=\"a 'b;;c'; d x\"/>",
    "<p tal:content='structure len(x)'/>",
    "<p tal:content='structure x.upper()'/>",
    "<p tal:content='structure x[:40]'/>",
    "<p tal:content='structure items[0]'/>",
    "<p tal:content=\"structure pairs['a']\"/>",
    "<p tal:content='structure thing.a'/>",
    "<p tal:content=\"structure thing.get('q')\"/>",
    "<p tal:content=\"structure 'a' + x\"/>",
    "<p tal:content=\"structure '%s' % x\"/>",
    "<p tal:content=\"structure 'a' if x else 'b'\"/>",
    "<p tal:content=\"structure x == 'a'\"/>",
    "<p tal:content='structure not: x'/>",
    "<p tal:content='structure exists: x'/>",
    "<p tal:content='structure absent | x'/>",
    "<p tal:content='absent | x'/>",
    '<p tal:content="absent | structure: x"/>',
    "<p tal:content='structure string:a ${x}'/>",
    "<p tal:content='string:a ${x}'/>",
    "<p tal:content='string:a ${structure: x}'/>",
    "<p tal:content='structure x'>${x}</p>",
    "<p tal:content='x'>${structure: x}</p>",
    "<p tal:define='y x' tal:content='structure y'/>",
    "<p tal:define='y x'>${structure: y}</p>",
    "<p tal:define='y x'>${y}</p>",
    "<p tal:define='y structure: x'>${y}</p>",
    "<p tal:define='y len(x)'>${structure: y}</p>",
    "<p tal:define=\"x 'a'\">${structure: x}</p>",
    "<p><b tal:define=\"x 'a'\"/>${structure: x}</p>",
    "<p tal:define=\"y 'a'; z x\">${structure: y}</p>",
    "<p tal:define=\"y 'a'; z x\">${structure: z}</p>",
    "<p tal:define=\"(y, z) ('a', x)\">${structure: z}</p>",
    "<p tal:define=\"(y, z) ('a', x)\">${structure: y}</p>",
    "<p><b tal:define='global y x'/><i tal:content='structure y'/></p>",
    "<p tal:repeat='one items'>${structure: one}</p>",
    "<p tal:repeat='one items'>${one}</p>",
    "<p tal:repeat='one items'>${structure: repeat.one.number}</p>",
    "<p tal:repeat='(key, value) pairs.items()'>${structure: value}</p>",
    "<p tal:repeat=\"x 'abc'\">${structure: x}</p>",
    "<p tal:condition='x'>${structure: x}</p>",
    "<p tal:condition='x'>${x}</p>",
    "<p tal:switch='x'><b tal:case='x'>${structure: x}</b></p>",
    "<p tal:omit-tag=''>${structure: x}</p>",
    "<tal:block>${structure: x}</tal:block>",
    "<tal:block content='structure x'/>",
    "<tal:block content='x'/>",
    "<tal:block repeat='one items'>${structure: one}</tal:block>",
    "<tal:block define='y x' replace='structure y'/>",
    "<p tal:on-error='structure x'>${1 / 0}</p>",
    "<p tal:on-error='x'>${1 / 0}</p>",
    "<p><!-- ${x} --></p>",
    "<p><!-- ${structure: x} --></p>",
    "<p><![CDATA[${x}]]></p>",
    "<p><?python y = x ?>${structure: y}</p>",
    "<p><?python y = x ?>${y}</p>",
    "<p meta:interpolation='false'>${structure: x}</p>",
    "<p meta:interpolation='true'>${structure: x}</p>",
    "<script a=''>${x}</script>",
    "<script a=''>if (1 < 2) { '${structure: x}' }</script>",
    "<style>${x}</style>",
    "<p i18n:translate=''>a <b i18n:name='n'>${structure: x}</b></p>",
    "<p metal:define-macro='m'>${structure: x}</p>",
    "<div><p metal:use-macro='load: inner.pt'/></div>",
    "<div><p metal:use-macro='load: raw.pt'/></div>",
    "<div><p metal:use-macro='load: given.pt'/></div>",
    "<div tal:define='title x'><p metal:use-macro='load: given.pt'/></div>",
    "<html metal:use-macro='load: layout.pt'><b metal:fill-slot='body'>${structure: x}</b></html>",
    "<html metal:use-macro='load: layout.pt'><b metal:fill-slot='body'>${x}</b></html>",
    "<html tal:define='title x' metal:use-macro='load: layout.pt'><b metal:fill-slot='body'>a</b></html>",
    "<p tal:content='structure x or &quot;&quot;'/>",
    "<p>${'}' + x}</p>",
    "<p tal:content='structure python: x'/>",
    '<p tal:attributes="a string:b;; ${x}; c x"/>',
    "<p>${structure: string:a}</p>",
    "<p tal:attributes='a string:$x'/>",
    "<p tal:content='structure string:$x'/>",
    "<p tal:content='structure string:$$x'/>",
    "<p tal:content='import: os.sep'/>",
    "<ul><li tal:repeat='one items' tal:content='structure one'/></ul><p>${x}</p>",
    "<p tal:condition='not: absent|nothing'>${structure: x}</p>",
    "<p>${structure: {'a': x}['a']}</p>",
    "<br/><input value='${x}'/><p tal:content='structure x'/>",
]


@pytest.mark.parametrize("text", IDIOMS)
def test_the_engine_agrees(text: str, tmp_path: Path) -> None:
    chameleon = pytest.importorskip("chameleon")
    for name, other in {**OTHERS, "main.pt": text}.items():
        (tmp_path / name).write_text(other, encoding="utf-8")
    page = chameleon.PageTemplateFile(str(tmp_path / "main.pt")).render(**context())
    assert says_raw(text, "chameleon", True, OTHERS, ".pt") == raw_in(page), page


def test_text_templates_escape_nothing() -> None:
    template = read_template("<b>${x}</b>", "mail.txt", "chameleon")
    (output,) = template.outputs
    assert (output.escaped, output.context) == (False, "plain")


def test_quotes_are_not_escaped_in_text() -> None:
    """A string in a script is no protection here, as it is with the other engines."""
    text = "<script>var a = '${x}';</script>"
    assert [one.reason for one in ask(text, "chameleon")] == ["script"]
    assert [one.reason for one in ask(text.replace("${x}", "{{ x }}"), "jinja2")] == ["script-string"]


@pytest.mark.parametrize(
    ("text", "context_"),
    [
        ('<a tal:attributes="href x"/>', "url"),
        ('<a tal:attributes="href string:/a/${x}"/>', "attribute"),
        ('<a tal:attributes="href string:${x}/a"/>', "url"),
        ('<img tal:attributes="src x"/>', "attribute"),
        ('<a tal:attributes="onclick x"/>', "event"),
        ('<a tal:attributes="style x"/>', "style"),
        ('<script tal:content="x"/>', "script"),
        ('<p tal:content="x"/>', "text"),
        ('<script type="text/template" tal:content="x"/>', "text"),
        ('<a href="${x}"/>', "url"),
        ('<p tal:define="y x"><script>${y}</script></p>', "script"),
    ],
)
def test_contexts_of_statements(text: str, context_: str) -> None:
    (output,) = read_template(text, "a.pt", "chameleon").outputs
    assert output.context == context_
