"""Mako templates: every verdict is held against what the engine writes, with and without `h` as the default filter."""

from __future__ import annotations

import pytest
from templating import ask, context, raw_in, says_raw

from pentalint.templates.reader import read_template

OTHERS = {
    "inner.mako": "${x}",
    "raw.mako": "${x | n}",
    "given.mako": "<%page args='title'/>${title | n}",
    "base.mako": "<h1>${self.title()}</h1>${self.body()}<%def name='title()'>a</%def>",
    "blocks.mako": "<%block name='top'>${x | n}</%block>${next.body()}",
    "forms.mako": "<%def name='field(a)'>${a}</%def><%def name='bold(a, b=1)'><b>${a | n}</b></%def>",
}

IDIOMS = [
    "${x}",
    "${ x }",
    "${x | h}",
    "${x | n}",
    "${x | n, h}",
    "${x | h, n}",
    "${x | n, trim}",
    "${x | trim}",
    "${x | u}",
    "${x | n, u}",
    "${x | x}",
    "${x | entity}",
    "${x | n, entity}",
    "${x | str}",
    "${str(len(x)) | n}",
    "${x | n, len, str}",
    "${x.upper() | n}",
    "${x.upper()}",
    "${x[:40] | n}",
    "${items[0] | n}",
    "${pairs['a'] | n}",
    "${thing.a | n}",
    "${thing.get('q') | n}",
    "${'a' + x | n}",
    "${'<b>%s</b>' % x | n}",
    "${'<b>{}</b>'.format(x) | n}",
    "${f'{x}' | n}",
    "${', '.join(items) | n}",
    "${x if yes else '' | n}",
    "${('a' if x else 'b') | n}",
    "${str(x == 'a') | n}",
    "${x or '' | n}",
    "${''.join([i for i in items]) | n}",
    "${''.join(str(len(i)) for i in items) | n}",
    "${list({k: v for k, v in pairs.items()}.values())[0] | n}",
    "${(lambda: x)() | n}",
    "${'a' 'b' if not x else x | n}",
    "${str(-len(x)) | n}",
    "${'a' * 2 + x * 2 | n}",
    "${''.join(map(str, items)) | n}",
    "${[*items][0] | n}",
    "${''.join(i + j for i, j in zip(items, items)) | n}",
    "${getattr(thing, 'a') | n}",
    "${x.replace('&', 'a') | n}",
    "${'a'.replace('a', x) | n}",
    "${str(x.count('a')) | n}",
    "<%\n    y = 'a'\n    y += x\n%>${y | n}",
    "<%\n    y: str = x\n%>${y | n}",
    "<%\n    z = {}\n    z['a'] = x\n%>${z['a'] | n}",
    "<%\n    for y in items:\n        pass\n%>${y | n}",
    "<%\n    try:\n        y = x\n    except ValueError:\n        y = 'a'\n%>${y | n}",
    "<%\n    y = 'a'\n    while y == 'a':\n        y = x\n%>${y | n}",
    "<% y = x %>\n<%\n    z = y\n%>${z | n}",
    "<% y = 'a'; z = x %>${y | n}",
    "<% y = 'a'; z = x %>${z | n}",
    "<% y, z = 'a', x %>${y | n}",
    "<% y, z = 'a', x %>${z | n}",
    "<%def name='f(a, *, b=1)'>${b | n}</%def>${f('a', b=x)}",
    "<%def name='f(a)'><% y = a %>${y | n}</%def>${f(x)}",
    "${''.join(i for i in items) | n}",
    "${'a|b' + x}",
    "${'}' + x | n}",
    "${ {'a': x}['a'] | n}",
    "${context.get('x') | n}",
    "${context['x'] | n}",
    "<% y = x %>${y | n}",
    "<% y = x %>${y}",
    "<%\n    y = 'a'\n    if yes:\n        y = x\n%>${y | n}",
    "<%\n    z = []\n    z.append(x)\n%>${z[0] | n}",
    "<%!\n    import html\n%>${html.escape(x) | n}",
    "<%!\n    from markupsafe import escape, Markup\n%>${escape(x) | n}",
    "<%!\n    from markupsafe import Markup\n%>${Markup(x)}",
    "<%!\n    from markupsafe import Markup\n%>${Markup('<b>%s</b>') % x}",
    "<%!\n    from markupsafe import Markup\n%>${Markup('<b>{}</b>').format(x) | n}",
    "<%!\n    from urllib.parse import quote\n%>${quote(x) | n}",
    "<% context.write(x) %>",
    "% for one in items:\n${one | n}\n% endfor",
    "% for one in items:\n${one}\n% endfor",
    "% for i, one in enumerate(items):\n${one | n}\n% endfor",
    "% for i, one in enumerate(items):\n${str(i) | n}\n% endfor",
    "% for key, value in pairs.items():\n${value | n}\n% endfor",
    "% for x in 'abc':\n${x | n}\n% endfor",
    "% if x:\n${x | n}\n% else:\na\n% endif",
    "% if x:\n${x}\n% else:\na\n% endif",
    "%% ${x}",
    "## ${x | n}",
    "<%doc>${x | n}</%doc>",
    "<%text>${x | n}</%text>",
    "<%page expression_filter='h'/>${x}",
    "<%page expression_filter='n'/>${x}",
    "<%page expression_filter='n'/>${x | h}",
    "<%page expression_filter='h'/>${x | n}",
    "<%page expression_filter='trim'/>${x}",
    "<%def name='f(a)'>${a | n}</%def>${f(x)}",
    "<%def name='f(a)'>${a}</%def>${f(x)}",
    "<%def name='f(a)'>${a | n}</%def>${f('a')}",
    "<%def name='f(a)' filter='h'>${a | n}</%def>${f(x)}",
    "<%def name='f(a)' filter='trim'>${a | n}</%def>${f(x)}",
    "<%def name='f()'>${x | n}</%def>${f()}",
    "<%block name='b'>${x | n}</%block>",
    "<%block filter='h'>${x | n}</%block>",
    "<%block>${x}</%block>",
    "<%include file='inner.mako'/>",
    "<%include file='raw.mako'/>",
    "<%include file='given.mako' args='title=x'/>",
    "<% title = x %><%include file='given.mako' args=\"title='a'\"/>",
    "<%namespace name='forms' file='forms.mako'/>${forms.bold(x)}",
    "<%namespace name='forms' file='forms.mako'/>${forms.field(x)}",
    "<%namespace name='forms' file='forms.mako'/><%forms:bold a=\"${x}\"/>",
    "<%namespace name='forms' file='forms.mako'/><%forms:bold a=\"b\"/>",
    "<%namespace file='forms.mako' import='bold'/>${bold(x)}",
    "<%namespace file='forms.mako' import='*'/>${bold(x)}",
    "<%def name='g(a)'>${a | n}${caller.body()}</%def><%call expr='g(x)'>b</%call>",
    "<%inherit file='base.mako'/>${x | n}",
    "<%inherit file='base.mako'/>${x}",
    "<%inherit file='base.mako'/><%def name='title()'>${x | n}</%def>",
    "<%inherit file='blocks.mako'/>a",
    "<%inherit file='blocks.mako'/><%block name='top'>a</%block>",
    "<%inherit file='blocks.mako'/><%block name='top'>${parent.top()}</%block>",
]


@pytest.mark.parametrize("autoescape", [True, False])
@pytest.mark.parametrize("text", IDIOMS)
def test_the_engine_agrees(text: str, autoescape: bool) -> None:
    lookup_class = pytest.importorskip("mako.lookup").TemplateLookup
    lookup = lookup_class(default_filters=["h"] if autoescape else ["str"])
    for name, other in OTHERS.items():
        lookup.put_string(name, other)
    lookup.put_string("main", text)
    page = lookup.get_template("main").render(**context())
    assert says_raw(text, "mako", autoescape, OTHERS, ".mako") == raw_in(page), page


def test_what_is_escaped_by_name() -> None:
    assert not read_template("${x}", "a.html", "mako").outputs[0].escaped
    assert read_template("${x | h}", "a.html", "mako").outputs[0].escaped


def test_json_in_a_script() -> None:
    """`json.dumps` keeps `<`, so that `</script>` ends the script; its quotes are only escaped where `h` is."""
    text = "<%! import json %><script>var a = ${json.dumps(x) | n}; var b = ${json.dumps(x)};</script>"
    assert [one.reason for one in ask(text, "mako", True)] == ["unescaped"]
    assert [one.reason for one in ask(text, "mako", False)] == ["unescaped", "unescaped"]


def test_a_filter_of_the_project_is_named() -> None:
    (output,) = read_template("${x | h.nl2br, n}", "a.mako", "mako").outputs
    assert (output.filters, output.values[0].through) == (("h.nl2br", "n"), ("h.nl2br",))
