"""The quick way to the mask of a Django template is held against the reader."""

from __future__ import annotations

import random

import pytest

from pentalint.templates.django_mask import mask_django
from pentalint.templates.elements import masked
from pentalint.templates.reader import read_template

PIECES = [
    "{%", "%}", "{{", "}}", "{#", "#}", "{", "%", "}", "#", " ", "\n", "\t", '"', "'", "<a>", "x", "if", "endif", "comment", "endcomment",
    "verbatim", "endverbatim", "verbatim x", " endverbatim x", "{% if a %}", "{% comment %}", "{% endcomment %}", "{% verbatim %}",
    "{% endverbatim %}", "{{ x }}", "{# x #}",
]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "{% if x %}<a {{ y }}>{% endif %}",
        "<a>{# {% comment %} #}</a>{% comment %}<b>{{ x }}{% endcomment %}",
        "{% verbatim x %}{{ y }}{# z #}{% endverbatim x %}{{ y }}",
        "{% verbatim %}{{ y }}",
        "{% comment %}<b>",
        "{{ x\n}}{% if y\n%}<a>{{% if z %}",
        "{%if'x'%}{%if'x%}{% %}{%%}{{}}{##}",
    ],
)
def test_the_mask_is_that_of_the_reader(text: str) -> None:
    assert mask_django(text) == read(text)


def test_the_mask_is_that_of_the_reader_whatever_the_text() -> None:
    dice = random.Random(7)
    for _ in range(3000):
        text = "".join(dice.choices(PIECES, k=dice.randint(1, 14)))
        assert mask_django(text) == read(text), text


def read(text: str) -> tuple[str, list[tuple[int, int]]]:
    template = read_template(text, "x.html", "django", outline=True)
    return masked(text, template), sorted(template.comments)
