"""A small tokenizer of HTML that says where the next thing written into a page would stand.

It is fed the literal text of a template piece by piece; between the pieces values are written. It follows the
states of the HTML standard ("Tokenization") that matter for escaping, and crashes on nothing.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from pentalint.templates.scripts import CODE, Scope, decode_quotes, quote_of, scan
from pentalint.templates.words import words

TEXT, TAG, NAME, BEFORE, QUOTED, UNQUOTED, COMMENT, RAW, PLAIN = range(9)

_TAG_START = re.compile(r"<(!--|/?[a-zA-Z][^\s/>]*|/?\Z|[!?])")
_IN_TAG = re.compile(r"[\s/]+|>|=|[^\s/>=]+")
_UNQUOTED_END = re.compile(r"[\s>]")
_RAW_TAGS = frozenset({"script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"})
_CLOSERS = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in _RAW_TAGS}
_URLS = frozenset({"href", "src", "action", "formaction", "xlink:href", "data", "to", "from", "values"})
_MEDIA = frozenset({"img", "audio", "video", "source", "track", "input", "image", "picture"})
_SCRIPT_TYPES = re.compile(
    r"(?:(?:text|application)/(?:x-)?(?:java|ecma|j|live)script(?:1\.\d)?|text/(?:babel|jsx|typescript)|module"
    r"|javascript(?:1\.\d)?)\s*(?:;.*)?",
    re.IGNORECASE | re.DOTALL,
)
_HEAD = 40


class Place(NamedTuple):
    """A context of `outputs.CONTEXTS`, the quote around the attribute and that around the JavaScript string."""

    context: str
    quote: str = ""
    script_quote: str = ""


class State(NamedTuple):
    """All that a page remembers: the mode, the tag and attribute it is in, the beginning of the attribute's value,
    the type of the last script tag, what is open in JavaScript."""

    mode: int = TEXT
    tag: str = ""
    attribute: str = ""
    quote: str = ""
    head: str = ""
    filled: bool = False
    kind: str = ""
    scope: Scope = CODE


class Page:
    """The state of a page while it is written. `state` may be kept and set again, for branches."""

    def __init__(self, state: State | None = None) -> None:
        self.start = state or State()
        self.state = self.start

    def feed(self, text: str) -> None:
        """Literal text is written."""
        at = 0
        while at < len(text):
            at = _STEPS[self.state.mode](self, text, at)

    def write(self) -> None:
        """Something that is not known is written: a value, or what a tag gives."""
        state = self.state
        if state.mode == BEFORE:
            self.state = state._replace(mode=UNQUOTED, quote="", filled=True, head="\0")
        elif state.mode in (QUOTED, UNQUOTED) and not state.filled:
            self.state = state._replace(filled=True, head=state.head + "\0")
        elif state.mode == TAG and not state.tag:
            self.state = state._replace(tag="\0")
        elif state.mode == TAG:
            self.state = state._replace(mode=NAME, attribute="\0")

    def reset(self) -> None:
        """Back to where the page began."""
        self.state = self.start

    @property
    def place(self) -> Place:
        """Where the next thing written stands."""
        state = self.state
        if state.mode == TEXT:
            return Place("text")
        if state.mode == RAW:
            if state.tag == "script" and _is_script(state.kind):
                return Place("script", "", quote_of(state.scope))
            return Place("style" if state.tag == "style" else "text")
        if state.mode in (QUOTED, UNQUOTED, BEFORE):
            return self._in_value()
        return Place({COMMENT: "comment", PLAIN: "plain"}.get(state.mode, "attribute-unquoted"))

    def _in_value(self) -> Place:
        state = self.state
        quote = state.quote if state.mode == QUOTED else ""
        name = state.attribute
        head = state.head.lstrip().lower() if state.mode != BEFORE else ""
        if is_event(name):
            return Place("event", quote, quote_of(state.scope))
        if head.startswith("javascript:"):
            return Place("event", quote, quote_of(state.scope))
        if name == "style":
            return Place("style", quote)
        if not quote:
            return Place("attribute-unquoted")
        if not head and is_url(state.tag, name):
            return Place("url", quote)
        return Place("attribute", quote)

    def _text(self, text: str, at: int) -> int:
        found = _TAG_START.search(text, at)
        if found is None:
            return len(text)
        token = found.group(1)
        if token == "!--":
            self.state = self.state._replace(mode=COMMENT)
        elif token[:1] in ("!", "?"):
            end = text.find(">", found.end())
            return end + 1 if end >= 0 else len(text)
        else:
            self.state = State(TAG, token.lower(), kind="")
        return found.end()

    def _tag(self, text: str, at: int) -> int:
        found = _IN_TAG.match(text, at)
        if found is None:
            return len(text)
        token = found.group()
        if token == ">":
            self._open()
        elif token == "=":
            if self.state.mode == NAME:
                self.state = self.state._replace(mode=BEFORE, head="", filled=False, scope=CODE)
        elif token[0] not in " \t\r\n\f\v/" and not token[0].isspace():
            self.state = self.state._replace(mode=NAME, attribute=token.lower())
        return found.end()

    def _before(self, text: str, at: int) -> int:
        sign = text[at]
        if sign.isspace():
            return at + 1
        if sign == ">":
            self._open()
            return at + 1
        if sign in "\"'":
            self.state = self.state._replace(mode=QUOTED, quote=sign)
            return at + 1
        self.state = self.state._replace(mode=UNQUOTED, quote="")
        return at

    def _quoted(self, text: str, at: int) -> int:
        end = text.find(self.state.quote, at)
        self._value(text, at, end if end >= 0 else len(text))
        if end < 0:
            return len(text)
        self._end_value()
        return end + 1

    def _unquoted(self, text: str, at: int) -> int:
        found = _UNQUOTED_END.search(text, at)
        end = found.start() if found else len(text)
        self._value(text, at, end)
        if found:
            self._end_value()
        return end

    def _value(self, text: str, at: int, end: int) -> None:
        state = self.state
        if end <= at:
            return
        head = state.head + text[at : min(end, at + _HEAD)] if len(state.head) < _HEAD else state.head
        scope = state.scope
        if is_event(state.attribute) or head.lstrip()[:11].lower() == "javascript:":
            scope = scan(scope, decode_quotes(text[at:end]))
        filled = state.filled or not text[at:end].isspace()
        self.state = state._replace(head=head, scope=scope, filled=filled)

    def _end_value(self) -> None:
        state = self.state
        kind = state.kind
        if state.tag == "script" and state.attribute in ("type", "language"):
            kind = state.head.strip()
        self.state = state._replace(mode=TAG, attribute="", quote="", head="", filled=False, kind=kind)

    def _open(self) -> None:
        tag, kind = self.state.tag, self.state.kind
        self.state = State(RAW, tag, kind=kind) if tag in _RAW_TAGS else State()

    def _comment(self, text: str, at: int) -> int:
        end = text.find("-->", at)
        if end < 0:
            return len(text)
        self.state = State()
        return end + 3

    def _raw(self, text: str, at: int) -> int:
        state = self.state
        found = _CLOSERS[state.tag].search(text, at)
        if found:
            self.state = State(TAG, f"/{state.tag}")
            return found.end()
        if state.tag == "script" and _is_script(state.kind):
            self.state = state._replace(scope=scan(state.scope, text[at:]))
        return len(text)

    def _plain(self, text: str, at: int) -> int:
        return len(text)


class Nowhere(Page):
    """A page that keeps no account of where things stand: all is text."""

    def feed(self, text: str) -> None:
        """Whatever is written, this stays as it is."""

    def write(self) -> None:
        """Whatever is written, this stays as it is."""

    @property
    def place(self) -> Place:
        """Not known."""
        return _ANYWHERE


_ANYWHERE = Place("text")

_STEPS = {
    TEXT: Page._text,
    TAG: Page._tag,
    NAME: Page._tag,
    BEFORE: Page._before,
    QUOTED: Page._quoted,
    UNQUOTED: Page._unquoted,
    COMMENT: Page._comment,
    RAW: Page._raw,
    PLAIN: Page._plain,
}


def is_event(name: str) -> bool:
    """Whether an attribute is code, or a document of its own, once the browser has undone its entities."""
    return (name.startswith("on") and len(name) > 4 and name.isalpha()) or name == "srcdoc"


def is_url(tag: str, name: str) -> bool:
    """Whether an attribute names something that the browser runs or goes to: `javascript:` works there."""
    if name not in _URLS:
        return False
    if name in ("to", "from", "values"):
        return tag in ("animate", "set")
    return not (name == "src" and tag in _MEDIA) and not (name == "data" and tag != "object")


def _is_script(kind: str) -> bool:
    """Whether the browser runs a script tag of that type: no type, one of JavaScript, or one not known."""
    return not kind or "\0" in kind or _SCRIPT_TYPES.fullmatch(kind) is not None


_WRAPPINGS = (".jinja2", ".jinja", ".j2", ".mako", ".mak", ".tpl", ".stpl", ".dtl", ".tmpl", ".in")
_NO_PAGES = words(
    ".txt .text .eml .subject .csv .tsv .md .rst .json .yml .yaml .ini .cfg .conf .toml .sh .bash .sql .tex",
    ".py .pyi .po .pot .ics .service .env .lua .rb .scss .sass .less .dot .bib .properties .cnf",
)
_STARTS = {
    ".js": State(RAW, "script"),
    ".mjs": State(RAW, "script"),
    ".ts": State(RAW, "script"),
    ".css": State(RAW, "style"),
    **dict.fromkeys(_NO_PAGES, State(PLAIN)),
}


def start_of(path: str) -> State:
    """Where a file of that name begins: in a page, in a script, in a style sheet, or in no page at all."""
    name = path.rsplit("/", 1)[-1].lower()
    for wrapping in _WRAPPINGS:
        name = name.removesuffix(wrapping)
    dot = name.rfind(".")
    return _STARTS.get(name[dot:], State()) if dot >= 0 else State()
