"""What an entry point is."""

from __future__ import annotations

from dataclasses import field

from pentalint.dataclass import dataclass
from pentalint.evaluate.values import Class, Function
from pentalint.match.handlers import label_of
from pentalint.match.url_patterns import Parameter
from pentalint.model import Route


@dataclass(slots=True, eq=False)
class Entry:
    """One function that a framework calls.

    `cls` is the class whose instance it is a method of. `tainted` says of parameters (by name, those of `*args` and `**kwargs`
    too) which part of the request they carry: path, query, body, header; `types` which API object they hold. `returns` is
    "html" when the text it returns is sent as an HTML response, "redirect" when it decides where the visitor is sent,
    "template:LANGUAGE:ATTRIBUTE" when it holds the variables of the template that this attribute of the class names,
    "attribute:PATH" when it becomes an attribute of an object that all who answer a request share.
    `route` is None for what has no URL of its own, or none that is
    known.
    `patterns` are the regular expressions that values of tainted parameters match as a whole, where the URL pattern says so,
    and `segments` the parameters of that pattern.
    """

    framework: str
    function: Function
    cls: Class | None
    tainted: dict[str, str]
    types: dict[str, str]
    returns: str
    route: Route | None
    patterns: dict[str, str] = field(default_factory=dict)
    segments: tuple[Parameter, ...] = ()

    @property
    def sort_key(self) -> tuple[str, int, int, str, tuple[str, tuple[str, ...], str]]:
        """By file and line of the function, class and URL."""
        route = self.route
        return (
            self.function.module.path,
            self.function.node.lineno,
            self.function.node.col_offset,
            label_of(self.cls) if self.cls is not None else "",
            (route.path, route.methods, route.file) if route is not None else ("", (), ""),
        )
