"""The way into the readers of all languages."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import cache

from pentalint.templates.outputs import Template
from pentalint.templates.page import Nowhere, Page, start_of


@cache
def reader_of(language: str) -> Callable[[str, str, Page], Template]:
    """The reader of a language. A project has templates in one or two, so that the others need not be imported."""
    if language == "jinja2":
        from pentalint.templates.jinja import read_jinja

        return read_jinja
    if language == "django":
        from pentalint.templates.django import read_django

        return read_django
    if language == "mako":
        from pentalint.templates.mako import read_mako

        return read_mako
    if language == "chameleon":
        from pentalint.templates.chameleon import read_chameleon

        return read_chameleon
    if language == "simpletemplate":
        from pentalint.templates.simpletemplate import read_simple

        return read_simple
    raise KeyError(language)


def read_template(text: str, path: str, language: str, *, outline: bool = False) -> Template:
    """Read a template. It never fails: of broken text as much is read as makes sense.

    `path` decides where the file begins (a page, a script, no page at all) and what `autoescape` is. With `outline` the
    contexts of what is written are not found out, which takes half of the time (Chameleon needs them itself). Raises KeyError
    for a language that is not one of `outputs.LANGUAGES`.
    """
    with warnings.catch_warnings():
        # The parser of Python warns of `"\d"` and of `x is 1`, which is not ours to print.
        warnings.simplefilter("ignore")
        page = Nowhere() if outline and language != "chameleon" else Page(start_of(path))
        return reader_of(language)(text, path, page)
