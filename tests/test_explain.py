from __future__ import annotations

import json
from dataclasses import replace

import pytest
from reporting import DEBUG_RUN, FAT_VIEW, RULES

from pentalint.explain import as_data, markdown, paragraph, plain
from pentalint.model import Persona
from pentalint.rule import Example

PAGE = """\
# flask/debug-run

Flask's interactive debugger is switched on.

- Category: security
- Severity: high, if it is true
- Confidence: high, when it is reported
- Persona: default: everyone
- Versions: flask >=0.9
- Files: app, settings, command, script
- Since: pentalint 0.1.0
- Equivalents: bandit:B201

## What goes wrong

The debugger runs any Python a visitor types.

A second paragraph with `code`.

## What is reported

```python
import flask
app = flask.Flask(__name__)
app.run(debug=True)  # reported
```

## How to fix it

Leave `debug` out, and use `flask --debug run` at your desk.

## What is fine

```python
import flask
app = flask.Flask(__name__)
app.run()
```

## Not reporting it

On the line it is reported on, or on a line of its own above, with the reason:

```python
# pentalint: ignore[flask/debug-run] -- why it is right here
```

In a whole project: `ignore = ["flask/debug-run"]` under `[tool.pentalint]`.

## References

- [CWE-489](https://cwe.mitre.org/data/definitions/489.html)
- [CWE-94](https://cwe.mitre.org/data/definitions/94.html)
- OWASP A02:2025
- <https://flask.palletsprojects.com/en/stable/debugging/>"""


def test_a_whole_page() -> None:
    assert markdown(DEBUG_RUN) == PAGE


def test_the_same_for_a_terminal() -> None:
    assert plain(FAT_VIEW) == (
        "web/fat-view\n"
        "\n"
        "A view does the work of several.\n"
        "\n"
        "- Category: structure\n"
        "- Severity: low, if it is true\n"
        "- Confidence: medium, when it is reported\n"
        "- Persona: default: everyone\n"
        "- Versions: all\n"
        "- Files: app, settings, command, script\n"
        "- Since: pentalint 0.1.0\n"
        "\n"
        "What goes wrong\n"
        "\n"
        "Long views are hard to test.\n"
        "\n"
        "What is reported\n"
        "\n"
        "a.py:\n"
        "\n"
        "    x = 1\n"
        "\n"
        "page.html:\n"
        "\n"
        "    <p>{{ x }}</p>  <!-- reported -->\n"
        "\n"
        "How to fix it\n"
        "\n"
        "Move work to functions.\n"
        "\n"
        "Not reporting it\n"
        "\n"
        "On the line it is reported on, or on a line of its own above, with the reason:\n"
        "\n"
        "    # pentalint: ignore[web/fat-view] -- why it is right here\n"
        "\n"
        'In a whole project: ignore = ["web/fat-view"] under [tool.pentalint].'
    )


def test_links_and_fences_are_gone_from_the_terminal() -> None:
    text = plain(DEBUG_RUN)
    assert "- CWE-489: https://cwe.mitre.org/data/definitions/489.html\n" in text
    assert text.endswith("- https://flask.palletsprojects.com/en/stable/debugging/")
    assert "`" not in text and "    app.run(debug=True)  # reported\n" in text


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("x()  # finding\n", "x()  # reported"),
        ("x()   #finding  \n", "x()   #reported"),
        ("debug = 1  ; finding\n", "debug = 1  ; reported"),
        ("{{ x }} {# finding #}\n", "{{ x }} {# reported #}"),
        ("${x}  ## finding\n", "${x}  ## reported"),
        ("<p>  <!-- finding -->\n", "<p>  <!-- reported -->"),
        ("x = 'no finding'\n", "x = 'no finding'"),
        ("x()  # finding nothing\n", "x()  # finding nothing"),
    ],
)
def test_marks_of_examples_say_reported(code: str, shown: str) -> None:
    page = markdown(replace(DEBUG_RUN, bad=(Example(code),), good=()))
    assert f"```python\n{shown}\n```" in page


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("a.py", "python"),
        ("t/a.html", "html"),
        ("app.ini", "ini"),
        ("setup.cfg", "ini"),
        ("a.mako", ""),
        ("Procfile", ""),
    ],
)
def test_files_of_an_example_have_their_language(name: str, language: str) -> None:
    page = markdown(replace(DEBUG_RUN, bad=(Example(f"# file: {name}\nx\n"),)))
    assert f"`{name}`:\n\n```{language}\nx\n```" in page


def test_a_fence_outgrows_the_code() -> None:
    rule = replace(DEBUG_RUN, bad=(Example('"""\n````\n"""\n'),), good=())
    assert '`````python\n"""\n````\n"""\n`````' in markdown(rule)
    assert '    """\n    ````\n    """\n' in plain(rule)
    assert "## How" not in plain(rule)


def test_gaps_are_named() -> None:
    page = markdown(replace(DEBUG_RUN, gaps=(Example("run(**options)\n"),)))
    heading = "## What is missed\n\nThese have the fault and are not reported yet.\n\n"
    assert heading + "```python\nrun(**options)\n```" in page


def test_empty_sections_are_left_out() -> None:
    bare = replace(FAT_VIEW, bad=(), why="", since="")
    page = markdown(bare)
    for absent in ("## What goes wrong", "## What is reported", "## What is fine", "## References", "Since"):
        assert absent not in page
    assert plain(bare).count("\n\n\n") == 0


@pytest.mark.parametrize("persona", list(Persona))
def test_who_asks_for_it(persona: Persona) -> None:
    page = markdown(replace(DEBUG_RUN, persona=persona))
    assert f"- Persona: {persona.name}: " in page
    assert (f"`--persona {persona.name}`" in page) is (persona is not Persona.default)


def test_paragraph() -> None:
    assert paragraph("\n one\n two \n\nthree") == "one two"
    assert paragraph("") == ""


def test_data_is_json() -> None:
    for rule in RULES.values():
        data = as_data(rule)
        assert json.loads(json.dumps(data)) == data
        assert data["id"] == rule.id and data["roles"] == ["app", "settings", "command", "script"]
    assert as_data(DEBUG_RUN)["bad"] == [DEBUG_RUN.bad[0].code]
