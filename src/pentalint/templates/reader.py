"""The way into the readers of all languages."""

from __future__ import annotations

import warnings

from pentalint.templates.chameleon import read_chameleon
from pentalint.templates.django import read_django
from pentalint.templates.jinja import read_jinja
from pentalint.templates.mako import read_mako
from pentalint.templates.outputs import Template
from pentalint.templates.page import Nowhere, Page, start_of
from pentalint.templates.simpletemplate import read_simple

_READERS = {
    "jinja2": read_jinja,
    "django": read_django,
    "mako": read_mako,
    "chameleon": read_chameleon,
    "simpletemplate": read_simple,
}


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
        return _READERS[language](text, path, page)
