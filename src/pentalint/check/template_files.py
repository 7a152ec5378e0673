"""The templates of a project: which files are some, in which language, and what rules about templates say of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from posixpath import basename

from pentalint.check.plan import Plan
from pentalint.match.compile import Compiled
from pentalint.match.dispatch import Dispatcher
from pentalint.match.patterns import CallPattern, UsePattern
from pentalint.match.settings import SettingPattern
from pentalint.match.template_files import TemplateFile
from pentalint.match.templates import TemplatePattern
from pentalint.templates.languages import language_of
from pentalint.templates.loaders import distance
from pentalint.templates.page import PLAIN, start_of

Read = Callable[[str], bytes]

ENDINGS = tuple(
    ".html .htm .xhtml .djhtml .jinja .jinja2 .j2 .mako .mak .pt .zpt .cpt .tpl .stpl .thtml".split()  # noqa: SIM905
)
"""How the names of templates end that become pages."""

_OPEN = (".html", ".htm", ".xhtml", ".tpl", ".thtml")
"""Endings that any language uses, and files that are no templates."""

_TEXT = ".txt"
"""How templates of plain text end: mails mostly, and what Pyramid's text renderer takes."""

_PAGES = (".html", ".htm", ".xhtml", ".djhtml", ".pt", ".zpt")
"""Endings of files that hold markup: the others may be any text that a program fills in."""

_HOMES = re.compile(r"(.*[-_])?(templates?|tpls?|tmpl|jinja2?|mako|views?)", re.IGNORECASE)
"""Directories that hold templates."""

_SERVED = re.compile(
    r"(.*[-_.])?(static|assets?|dist|public|media|bower_components|angular)([-_.].*)?", re.IGNORECASE
)
"""Directories whose files are sent as they are."""

_MAILS = re.compile(r"(.*[-_])?(e?mails?|newsletters?|mailers?)([-_]templates?)?", re.IGNORECASE)
_MAIL = re.compile(r"(.*[-_.])?e?mail([-_](base|body|html|message|text|template))?\.[\w.]+", re.IGNORECASE)
"""Names of directories and files with texts of mails: no browser runs them with the rights of a visitor."""

_STATEMENT = re.compile(rb"\{%[-+]?\s*\w")
_JINJA = re.compile(
    rb"\{%[-+]?\s*(?:set|macro|call|import|from|do)\b|\{\{[-+]?[^}|\"']{0,200}[\w\])]\(|\{%[-+]?\s*(?:if|for)\b[^%]{0,200}\w\("
)
_DJANGO = re.compile(
    rb"\{%\s*(?:load|url|csrf_token|static|blocktrans|blocktranslate|trans\s+[\"']|translate\s+[\"']|comment|endcomment"
    rb"|ifequal|with\s+\S+\s+as\s|empty|now|cycle|firstof|regroup|endblock\s+\w+\s*%)|\{[{%][^}]{0,200}\|\w+:\S"
)
_PAGE_WORDS = (b"tal:", b"i18n:", b":tal", b"${")
"""One of these stands wherever `_PAGE_TEMPLATE` fits, which begins anew at each word: looked for first, they save four fifths."""

_PAGE_TEMPLATE = re.compile(rb"\b(?:tal|metal|i18n):[\w-]+\s*=|xmlns:tal|\$\{(?:structure|python|string):")
_MAKO = re.compile(
    rb"<%(?:inherit|page|namespace|def|block|include|!|\s)|^[ \t]*%[ \t]*(?:if|for|endif|endfor)\b",
    re.MULTILINE,
)
_MARKUP = re.compile(rb"</?[a-zA-Z][^<>]*>|<[a-zA-Z][\w-]*[\s/]")

_SPOKEN: dict[str, tuple[str, ...]] = {
    "django": ("django", "jinja2"),
    "flask": ("jinja2", "mako"),
    "pyramid": ("chameleon", "jinja2", "mako"),
    "bottle": ("simpletemplate", "jinja2", "mako"),
    "cherrypy": ("jinja2", "mako", "chameleon"),
}
"""The languages of a framework's templates; the first is what a file of any name is written in, if there is nothing to say
otherwise (none for Pyramid and CherryPy)."""

_DEFAULTS = {"django": "django", "flask": "jinja2", "bottle": "simpletemplate"}


_CODE = (CallPattern, UsePattern, SettingPattern)


def judge_templates(plan: Plan, dispatcher: Dispatcher, read: Read, settled: bool = False) -> None:
    """Judge every template that some rule looks at. `settled` says that what the code tells of the project is known: a rule
    that asks for more than that need not be looked for (without a nonce in its settings, pretix .07 s)."""
    if not dispatcher.templates:
        return
    final = told_by_code(dispatcher.rules) if settled else frozenset()
    facts = dispatcher.found.facts
    templates = Templates(plan, read)
    plain = [one for one in dispatcher.templates if is_plain(one)]
    known: dict[tuple[str, frozenset[str], frozenset[str], bool], list[Compiled]] = {}
    for path in (*templates.paths, *(templates.texts if plain else ())):
        key = (plan.unit_of(path), plan.active(path), plan.aware(path), path.endswith(_TEXT))
        if key not in known:
            rules = [one for one in dispatcher.judging(dispatcher.templates, path) if in_use(one, path, plan)]
            known[key] = [
                one
                for one in rules
                if is_plain(one) is path.endswith(_TEXT)
                and all(
                    not holds or name not in final or (key[0], name) in facts for name, holds in one.facts
                )
            ]
        rules = known[key]
        if plan.reported is not None and path not in plan.reported:
            rules = [one for one in rules if one.fact]
        if not rules:
            continue
        data = read(path)
        if plan.prefilter:
            low = data.lower()
            rules = [one for one in rules if possible(one, data, low)]
        file = templates.file(path, data) if rules else None
        if file is not None:
            dispatcher.judge_template(file, rules)


def told_by_code(rules: Iterable[Compiled]) -> frozenset[str]:
    """The facts about units that only calls, names and settings tell: no template, no requirement, no flow of data does."""
    told = {one.fact for one in rules if isinstance(one.pattern, _CODE)}
    others = {one.fact for one in rules if not isinstance(one.pattern, _CODE)}
    return frozenset(told - others - {""})


def is_plain(compiled: Compiled) -> bool:
    """Whether a rule is about templates of plain text."""
    assert isinstance(compiled.pattern, TemplatePattern)
    return compiled.pattern.plain


def in_use(compiled: Compiled, path: str, plan: Plan) -> bool:
    """Whether a rule is about the versions of the framework that may be in use."""
    assert isinstance(compiled.pattern, TemplatePattern)
    return compiled.pattern.is_for(plan.versions(path, compiled.rule.pack))


def possible(compiled: Compiled, data: bytes, low: bytes) -> bool:
    """Whether a rule can match in a template with these bytes, which are `low` in lower case."""
    assert isinstance(compiled.pattern, TemplatePattern)
    return compiled.pattern.possible(data, low)


class Templates:
    """The templates of a project by path and by name, each read once."""

    def __init__(self, plan: Plan, read: Read) -> None:
        self.plan = plan
        self.read = read
        self.paths = [file.path for file in plan.files if is_candidate(file.path)]
        self.texts = [file.path for file in plan.files if is_text(file.path)]
        self._files: dict[str, TemplateFile | None] = {}
        self._by_name: dict[str, list[str]] = {}
        for path in self.paths:
            self._by_name.setdefault(basename(path), []).append(path)

    def file(self, path: str, data: bytes | None = None) -> TemplateFile | None:
        """A template; None for a file that is none, or whose language is not certain."""
        if path not in self._files:
            data = self.read(path) if data is None else data
            language = spoken(path, data, self.plan.frameworks(path))
            self._files[path] = (
                TemplateFile(path, language, data.decode("utf-8", "replace"), self.find) if language else None
            )
        return self._files[path]

    def find(self, name: str, referrer: str) -> TemplateFile | None:
        """The template that another one names."""
        wanted = name.rpartition(":")[2].lstrip("./")
        found = [
            path
            for ending in ("", ".tpl", ".html")
            for path in self._by_name.get(basename(wanted) + ending, ())
            if f"/{path}".endswith(f"/{wanted}{ending}")
        ]
        if not found:
            return None
        return self.file(min(found, key=lambda path: distance(path, referrer, "")))


def is_candidate(path: str) -> bool:
    """Whether a file may be a template that becomes a page, by its name and its directories."""
    if not path.lower().endswith(ENDINGS) or start_of(path).mode == PLAIN:
        return False
    *directories, name = path.split("/")
    if any(_SERVED.fullmatch(one) or _MAILS.fullmatch(one) for one in directories):
        return False
    return _MAIL.fullmatch(name) is None


def is_text(path: str) -> bool:
    """Whether a file may be a template of plain text, which a rule has to ask for."""
    directories = path.split("/")[:-1]
    return (
        path.endswith(_TEXT)
        and any(map(_HOMES.fullmatch, directories))
        and not any(_SERVED.fullmatch(one) or _MAILS.fullmatch(one) for one in directories)
    )


def spoken(path: str, data: bytes, frameworks: frozenset[str]) -> str | None:
    """The language of a template by its name, by what it says, and by the frameworks that may render it; None when it is no
    template of theirs, or more than one language fits."""
    name = path.lower()
    if name.endswith(_TEXT):
        # Chameleon 4 fills in nothing where such a file begins with a tag.
        is_filled = b"${" in data and not data.startswith(b"<")
        return "chameleon" if "pyramid" in frameworks and is_filled else None
    if not name.endswith(_PAGES) and _MARKUP.search(data) is None:
        return None
    if not name.endswith(_OPEN):
        return language_of(path)
    in_home = any(map(_HOMES.fullmatch, path.split("/")[:-1]))
    said = evident(data)
    if not in_home and said is None and not _STATEMENT.search(data):
        return None
    if "jinja2" in path.split("/")[:-1]:
        return "jinja2"
    return said_by(said, data, frameworks)


def said_by(said: str | None, data: bytes, frameworks: frozenset[str]) -> str | None:
    """The language that frameworks agree on; what the text says decides among those they have."""
    possible = {language_in(framework, said, data) for framework in frameworks & set(_SPOKEN)} - {None}
    return possible.pop() if len(possible) == 1 else None


def language_in(framework: str, said: str | None, data: bytes) -> str | None:
    """The language of a template if a framework renders it; None when it cannot."""
    if framework == "bottle" and not _STATEMENT.search(data):
        said = None  # `{{f(x)}}` is SimpleTemplate as well
    if said is None:
        return default_of(framework, data)
    return said if said in _SPOKEN[framework] else None


def default_of(framework: str, data: bytes) -> str | None:
    """The language of a template of a framework that says nothing about it."""
    default = _DEFAULTS.get(framework)
    if default == "simpletemplate" and _STATEMENT.search(data):
        return "jinja2"
    return default


def evident(data: bytes) -> str | None:
    """The language that only fits the text; None when several do."""
    if any(word in data for word in _PAGE_WORDS) and _PAGE_TEMPLATE.search(data):
        return "chameleon"
    if _STATEMENT.search(data) or b"{{" in data:
        django, jinja = bool(_DJANGO.search(data)), bool(_JINJA.search(data))
        if django != jinja:
            return "django" if django else "jinja2"
    elif _MAKO.search(data):
        return "mako"
    return None
