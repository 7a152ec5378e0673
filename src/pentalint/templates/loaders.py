"""From the name by which a template calls another one to that template."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from posixpath import basename, commonprefix, dirname, join, normpath

from pentalint.templates.outputs import Template

Loader = Callable[[str, str], "Template | None"]
"""A template by its name and the path of the template that names it; None for one that is not there."""

_ADDED = ("", ".tpl", ".html", ".thtml", ".stpl", ".pt", ".mako")
"""Extensions that a loader adds to a name; those of `bottle.BaseTemplate.extensions` come first."""


def no_templates(name: str, referrer: str) -> Template | None:
    """A loader that has nothing."""
    return None


def load_among(templates: Iterable[Template]) -> Loader:
    """A loader of templates whose search paths are not known.

    A name fits a path that ends with it, one beside the referrer first, then the one nearest to it in the tree.
    A package before a colon (`app:templates/base.pt`) is looked for as a directory first; a leading slash is dropped.
    """
    shelf: dict[str, list[Template]] = defaultdict(list)
    for template in templates:
        shelf[basename(template.path)].append(template)

    def load(name: str, referrer: str) -> Template | None:
        package, _, rest = name.rpartition(":")
        beside = normpath(join(dirname(referrer), rest))
        wanted = normpath(rest.lstrip("/")).lstrip("./")
        within = f"{package.replace('.', '/')}/{wanted}" if package else ""
        for ending in (within, wanted) if within else (wanted,):
            for added in _ADDED:
                found = [
                    one
                    for one in shelf.get(basename(ending) + added, ())
                    if one.path == ending + added or one.path.endswith(f"/{ending}{added}")
                ]
                if found:
                    return min(found, key=lambda one: distance(one.path, referrer, beside + added))
        return None

    return load


def distance(path: str, referrer: str, beside: str) -> tuple[bool, int, int, str]:
    shared = commonprefix([dirname(path).split("/"), dirname(referrer).split("/")])
    return path != beside, -len(shared), len(path), path
