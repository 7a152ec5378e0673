"""What the tests of templates share: untrusted data, and whether the readers say that it comes out raw."""

from __future__ import annotations

from pentalint.templates.dangers import Danger, dangerous
from pentalint.templates.loaders import load_among
from pentalint.templates.reader import read_template

EVIL = "<script>\"'&"
NAMES = ("x", "items", "pairs", "thing")
"""Variables that carry EVIL: itself, in a list, in a dictionary under `a`, in an object under `a`."""


class Thing:
    """An object with an attribute and a method."""

    a = EVIL

    def get(self, name: str) -> str:
        return EVIL


def context() -> dict[str, object]:
    return {"x": EVIL, "items": [EVIL], "pairs": {"a": EVIL}, "thing": Thing(), "yes": True, "no": False}


def raw_in(text: str) -> bool:
    """Whether a rendered page holds the tag as a tag."""
    return "<script>" in text.lower()


def says_raw(
    main: str, language: str, autoescape: bool, others: dict[str, str] | None = None, suffix: str = ".html"
) -> bool:
    """Whether `dangerous` reports an unescaped value, with the other templates at hand."""
    return any(one.reason == "unescaped" for one in ask(main, language, autoescape, others, suffix))


def ask(
    main: str,
    language: str,
    autoescape: bool | None = None,
    others: dict[str, str] | None = None,
    suffix: str = ".html",
    names: tuple[str, ...] = NAMES,
) -> list[Danger]:
    """The dangers of a template and of others, by their names."""
    templates = [read_template(text, name, language) for name, text in (others or {}).items()]
    template = read_template(main, f"main{suffix}", language)
    return dangerous(template, names, load_among(templates), autoescape)
