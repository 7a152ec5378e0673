"""SimpleTemplate: every verdict is held against what Bottle writes, with and without `noescape`."""

from __future__ import annotations

from pathlib import Path

import pytest
from templating import context, raw_in, says_raw

from pentalint.templates.reader import read_template

OTHERS = {
    "inner.tpl": "{{x}}",
    "raw.tpl": "{{!x}}",
    "given.tpl": "{{!get('title', 'a')}}",
    "layout.tpl": "<h1>{{!get('title', 'a')}}</h1>{{!base}}",
    "plain.tpl": "<h1>{{get('title', 'a')}}</h1>{{!base}}",
}

IDIOMS = [
    "{{x}}",
    "{{ x }}",
    "{{!x}}",
    "{{! x }}",
    "{{ !x }}",
    "{{len(x)}}",
    "{{!len(x)}}",
    "{{!int(len(x))}}",
    "{{!x.upper()}}",
    "{{x.upper()}}",
    "{{!x[:40]}}",
    "{{!items[0]}}",
    "{{!pairs['a']}}",
    "{{!pairs.get('a')}}",
    "{{!thing.a}}",
    "{{!thing.get('q')}}",
    "{{!'a' + x}}",
    "{{!'<b>%s</b>' % x}}",
    "{{!'<b>{}</b>'.format(x)}}",
    "{{!', '.join(items)}}",
    "{{!x if yes else ''}}",
    "{{!'a' if x else 'b'}}",
    "{{!x == 'a'}}",
    "{{!x or ''}}",
    "{{!get('x')}}",
    "{{!get('absent', x)}}",
    "{{!get('absent', 'a')}}",
    "{{!'}}' + x}}",
    "% y = x\n{{!y}}",
    "% y = x\n{{y}}",
    "% y = len(x)\n{{!y}}",
    "% y = 'a'\n% if yes:\n% y = x\n% end\n{{!y}}",
    "% x = 'a'\n{{!x}}",
    "<%\ny = x\n%>\n{{!y}}",
    "<%\nz = 'a'\ny = z\n%>\n{{!y}}",
    "<%\nif yes:\n  y = x\nend\n%>\n{{!y}}",
    "% import html\n{{!html.escape(x)}}",
    "% from urllib.parse import quote\n{{!quote(x)}}",
    "% for one in items:\n{{!one}}\n% end",
    "% for one in items:\n{{one}}\n% end",
    "% for i, one in enumerate(items):\n{{!i}}\n% end",
    "% for i, one in enumerate(items):\n{{!one}}\n% end",
    "% for key, value in pairs.items():\n{{!value}}\n% end",
    "% for x in 'abc':\n{{!x}}\n% end",
    "% if x:\n{{!x}}\n% else:\na\n% end",
    "% if x:\n{{x}}\n% elif no:\na\n% end",
    "\\% {{x}}",
    "\\% y = x\n{{x}}",
    "% # a comment {{!x}}\na",
    "% def f(a):\n{{!a}}\n% end\n% f(x)",
    "% def f(a):\n{{a}}\n% end\n% f(x)",
    "% def f(a):\n{{!a}}\n% end\n% f('a')",
    "% def f(a, b=''):\n{{!b}}\n% end\n% f('a', b=x)",
    "% include('inner.tpl')",
    "% include('raw.tpl')",
    "% include('raw.tpl', x='a')",
    "% include('given.tpl')",
    "% include('given.tpl', title=x)",
    "% include('given.tpl', title=len(x))",
    "% title = x\n% include('given.tpl')",
    "% rebase('layout.tpl', title=x)\na",
    "% rebase('layout.tpl', title='a')\n{{x}}",
    "% rebase('layout.tpl', title='a')\n{{!x}}",
    "% rebase('plain.tpl', title=x)\na",
    "<%\ny = [\n  x,\n]\n%>\n{{!y[0]}}",
    "% setdefault('absent', x)\n{{!absent}}",
    "% if defined('x'):\n{{!x}}\n% end",
    "  % y = x\n  {{!y}}",
    "a % y\n{{x}}",
]


@pytest.mark.parametrize("text", IDIOMS)
def test_the_engine_agrees(text: str, tmp_path: Path) -> None:
    bottle = pytest.importorskip("bottle")
    for name, other in OTHERS.items():
        (tmp_path / name).write_text(other, encoding="utf-8")
    page = bottle.SimpleTemplate(text, lookup=[str(tmp_path)]).render(**context())
    assert says_raw(text, "simpletemplate", True, OTHERS, ".tpl") == raw_in(page), page


@pytest.mark.parametrize("text", [one for one in IDIOMS if "!" not in one and "(" not in one])
def test_the_engine_agrees_without_escaping(text: str) -> None:
    """`noescape=True` swaps the two forms, so that only templates of one form are asked."""
    bottle = pytest.importorskip("bottle")
    page = bottle.SimpleTemplate(text, noescape=True).render(**context())
    assert says_raw(text, "simpletemplate", False) == raw_in(page), page


def test_a_setting_for_all_templates() -> None:
    (output,) = read_template("{{x}}", "a.tpl", "simpletemplate").outputs
    assert output.escaped
    assert says_raw("{{x}}", "simpletemplate", False)


def test_the_old_form_of_include() -> None:
    template = read_template("%include head title='a', x=q\n%rebase layout", "a.tpl", "simpletemplate")
    assert [one.name for one in template.includes] == ["head", "layout"]
    assert template.extends == "layout"
