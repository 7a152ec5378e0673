"""Which language a template is written in, and whether that language escapes by itself.

What the engines do when nobody says anything:

* Jinja2: `Environment(autoescape=False)` is the default ("API", The High Level API), and so it is for
  `bottle.jinja2_template`. Flask escapes files named .html, .htm, .xml, .xhtml and, since 2.2, .svg, and templates
  made from strings ("Templates", Jinja Setup; compared with the case of the letters). `pyramid_jinja2` escapes every
  file ("Settings", jinja2.autoescape). Django's Jinja2 backend does, too ("Templates", django.template.backends.jinja2).
* Django: every template, whatever its name ("The Django template language", Automatic HTML escaping).
* Mako: nothing; the default filter is `str` ("Filtering and Buffering", The default_filters Argument).
  `pyramid_mako` sets `mako.default_filters` to `h`; `bottle.mako_template` sets nothing.
* Chameleon: everything but `structure` ("Language Reference", structure). `PageTextTemplate` escapes nothing, and
  Pyramid uses it for files named .txt.
* SimpleTemplate: `{{x}}`, not `{{!x}}` ("SimpleTemplate Engine", Inline Expressions); `noescape=True` swaps them.
"""

from __future__ import annotations

from pentalint.templates.words import words

_ESCAPED = (".html", ".htm", ".xml", ".xhtml", ".svg")
_EXTENSIONS = {
    ".jinja2": "jinja2",
    ".jinja": "jinja2",
    ".j2": "jinja2",
    ".mako": "mako",
    ".mak": "mako",
    ".mao": "mako",
    ".pt": "chameleon",
    ".zpt": "chameleon",
    ".cpt": "chameleon",
    ".stpl": "simpletemplate",
    ".djhtml": "django",
    ".dtl": "django",
}
_OPEN = words(
    ".html .htm .xml .xhtml .svg .txt .text .tpl .tmpl .thtml .md .rst .js .css .json .csv .eml",
    ".subject .yml .yaml",
)
"""Extensions that any language uses; the hint decides."""
_HINTS = {
    "jinja2": "jinja2",
    "jinja": "jinja2",
    "flask": "jinja2",
    "django": "django",
    "mako": "mako",
    "pyramid_mako": "mako",
    "pyramid_jinja2": "jinja2",
    "chameleon": "chameleon",
    "pyramid_chameleon": "chameleon",
    "tal": "chameleon",
    "zpt": "chameleon",
    "simpletemplate": "simpletemplate",
    "stpl": "simpletemplate",
    "bottle": "simpletemplate",
}


def language_of(path: str, hint: str = "") -> str | None:
    """The language of a template by its extension, or by a hint where the extension says nothing.

    `hint` is a language, a framework or a library that brings one to Pyramid; None means that neither decides.
    """
    name = path.replace("\\", "/").rsplit("/", 1)[-1].lower()
    dot = name.rfind(".")
    extension = name[dot:] if dot >= 0 else ""
    if extension in _EXTENSIONS:
        return _EXTENSIONS[extension]
    if extension in _OPEN or not extension:
        found = _HINTS.get(hint.lower())
        return "simpletemplate" if found is None and extension == ".tpl" and not hint else found
    return None


def escapes_by_name(language: str, path: str) -> bool:
    """Whether values are escaped without being asked for, as far as language and file name tell.

    For Jinja2 that is the rule of Flask and of `jinja2.select_autoescape`; a template without a name is escaped.
    """
    if language == "jinja2":
        return not path or path.endswith(_ESCAPED)
    if language == "chameleon":
        return not path.endswith(".txt")
    return language != "mako"
