"""The `template` pattern: what templates themselves say, without any data flow."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from pentalint.evaluate.statements import Interpreter
from pentalint.evaluate.values import UNKNOWN, Const, Value
from pentalint.match.conditions import ConditionError
from pentalint.match.patterns import Compiler
from pentalint.match.place import Hit
from pentalint.match.template_files import TemplateFile
from pentalint.model import Span
from pentalint.rule import covers
from pentalint.templates.elements import Element
from pentalint.templates.outputs import CONTEXTS, LANGUAGES, Output
from pentalint.templates.outputs import Value as Written
from pentalint.templates.treatments import REASONS, harm, resolve

PARTS: dict[str, frozenset[str]] = {
    "output": frozenset(
        [
            *("harm", "context", "position", "filters", "not-filters", "expression", "not-expression"),
            *("names", "not-names", "attribute", "within", "known"),
        ]
    ),
    "tag": frozenset(["name", "argument", "holds"]),
    "element": frozenset(["name", "attributes", "some-attribute", "content", "lacks", "has", "plain"]),
}  # fmt: skip
"""What can be asked about, with the keys of each."""

COMMON = frozenset(["language", "files", "not-files", "versions"])
"""Keys that all have."""

_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something matched: its place, what it is called, and its text."""

    span: Span
    name: str
    value: str


class TemplatePattern:
    """`template.output`, `template.tag` or `template.element` with their conditions; see docs/rules.md, "Templates"."""

    def __init__(self, table: Mapping[str, Any], compiler: Compiler) -> None:
        asked = table["template"]
        if not isinstance(asked, Mapping):
            raise ConditionError("`template` is a table: one of output, tag, element")
        kinds = [kind for kind in PARTS if kind in asked]
        if len(kinds) != 1:
            raise ConditionError(f"`template` needs exactly one of {', '.join(PARTS)}")
        self.kind = kinds[0]
        keys_of(asked, COMMON | {self.kind}, "template")
        part = asked[self.kind]
        keys_of(part, PARTS[self.kind], f"template.{self.kind}")
        self.languages = one_of(asked.get("language", []), LANGUAGES, "template.language")
        if not self.languages:
            raise ConditionError("`template.language` is missing")
        self.files = listed(asked.get("files", []))
        self.not_files = listed(asked.get("not-files", []))
        self.versions = str(asked.get("versions", ""))
        covers(self.versions, "1")
        self.at = str(table.get("at", ""))
        self.test = compile_test(self.kind, part, compiler)

    def possible(self, data: bytes) -> bool:
        """Whether a file with these bytes can have what is asked for: the prefilter."""
        return self.test.possible(data)

    def applies(self, path: str, language: str, versions: tuple[str, ...]) -> bool:
        """Whether it is about such a file, with one of these versions of the framework."""
        return (
            language in self.languages
            and (not self.files or any(fnmatch.fnmatch(path, name) for name in self.files))
            and not any(fnmatch.fnmatch(path, name) for name in self.not_files)
            and (
                not self.versions or (bool(versions) and all(covers(self.versions, one) for one in versions))
            )
        )

    def match(
        self,
        file: TemplateFile,
        rule: str,
        facts: tuple[tuple[str, bool], ...],
        once: str,
        engine: Interpreter,
        check: str = "",
    ) -> list[Hit]:
        """The hits in one template."""
        return [
            Hit(
                rule,
                file.path,
                spot.span,
                "",
                file.written(spot.span),
                {"name": spot.name, "value": shortened(spot.value), "callee": file.path, "scope": ""},
                facts,
                once,
                (),
                check,
            )
            for spot in self.test.spots(file, engine, self.at)
        ]


Test: TypeAlias = "OutputTest | TagTest | ElementTest"


def compile_test(kind: str, table: Mapping[str, Any], compiler: Compiler) -> Test:
    """The test of one of `PARTS`."""
    if kind == "output":
        return OutputTest(table, compiler)
    return TagTest(table, compiler) if kind == "tag" else ElementTest(table, compiler)


class OutputTest:
    """Expressions that are written into the page."""

    def __init__(self, table: Mapping[str, Any], compiler: Compiler) -> None:
        self.harm = one_of(table.get("harm", []), REASONS, "output.harm")
        self.context = one_of(table.get("context", []), CONTEXTS, "output.context")
        self.position = one_of(table.get("position", []), ("name", "value"), "output.position")
        self.filters = frozenset(listed(table.get("filters", [])))
        self.not_filters = frozenset(listed(table.get("not-filters", [])))
        self.expression = regex(table, "expression")
        self.not_expression = regex(table, "not-expression")
        self.names = regex(table, "names")
        self.not_names = regex(table, "not-names")
        self.attribute = regex(table, "attribute")
        self.within = regex(table, "within")
        self.known = bool(table.get("known", False))

    def possible(self, data: bytes) -> bool:
        if self.filters and not any(name.encode() in data for name in self.filters):
            return False
        if self.position == ("value",) and _UNQUOTED.search(data) is None:
            return False
        contexts = set(self.context)
        if contexts and contexts <= {"script", "event"}:
            return _CODE.search(data) is not None
        return True

    def spots(self, file: TemplateFile, engine: Interpreter, at: str) -> Iterator[Spot]:
        for output in file.template.outputs:
            if self.holds(output, file):
                yield Spot(output.span, ", ".join(output.names), output.expression)

    def holds(self, output: Output, file: TemplateFile) -> bool:
        """Whether one output is as asked for."""
        if self.context and output.context not in self.context:
            return False
        if self.filters and self.filters.isdisjoint(output.filters):
            return False
        if not self.not_filters.isdisjoint(output.filters):
            return False
        if self.expression is not None and not self.expression.search(output.expression):
            return False
        if self.not_expression is not None and self.not_expression.search(output.expression):
            return False
        if self.position and position_of(output, file) not in self.position:
            return False
        if self.attribute is not None and not self.attribute.fullmatch(attribute_of(output, file)):
            return False
        if self.within is not None and not self.within.fullmatch(tag_of(output, file)):
            return False
        if not (self.harm or self.names or self.not_names or self.known):
            return True
        return any(self.harms(value, output, file) for value in output.values)

    def harms(self, value: Written, output: Output, file: TemplateFile) -> bool:
        """Whether one of the values written is as asked for, in an environment that escapes."""
        if self.known and value.through:
            return False
        if self.names is not None and not self.names.search(value.name):
            return False
        if self.not_names is not None and self.not_names.search(value.name):
            return False
        treatment = resolve(value.treatment, True)
        whole = file.language != "chameleon"
        return (
            not self.harm
            or harm(output.context, output.quote, output.script_quote, treatment, whole) in self.harm
        )


_UNQUOTED = re.compile(rb"=[ \t]*[^\s\"'>=]{0,200}(?:\{\{|\$\{|\{%)")
_CODE = re.compile(rb"(?i)<script|javascript:|\son[a-z]{3,}\s*=|srcdoc")
_VALUE = re.compile(r"=\s*[^\s\"'>=]*\Z")
_TAG = re.compile(r"<([a-zA-Z][^\s/>]*)")
_NAMED = re.compile(r"([^\s=/>\"']+)\s*=\s*(?:\"[^\"]*|'[^']*|[^\s\"'>]*)\Z")


def position_of(output: Output, file: TemplateFile) -> str:
    """Whether an output in a tag outside of quotes is (part of) a value, or of a name."""
    return "value" if _VALUE.search(before(output, file)) else "name"


def attribute_of(output: Output, file: TemplateFile) -> str:
    """The attribute that an output is written into; "" for none."""
    found = _NAMED.search(before(output, file))
    return found.group(1).lower() if found else ""


def tag_of(output: Output, file: TemplateFile) -> str:
    """The name, as written, of the tag that an output stands in; "" for none."""
    text = before(output, file)
    found = _TAG.match(text, max(text.rfind("<"), 0))
    return found.group(1) if found else ""


def before(output: Output, file: TemplateFile) -> str:
    """What stands before an output, with holes."""
    start = file.offset(output.span.line, output.span.column)
    return file.mask[max(start - 2000, 0) : start]


class TagTest:
    """Statements of the template language."""

    def __init__(self, table: Mapping[str, Any], compiler: Compiler) -> None:
        self.names = frozenset(listed(table["name"]))
        self.argument = compiler.condition(table["argument"]) if "argument" in table else None
        inner = table.get("holds")
        if inner is not None:
            keys_of(inner, PARTS["output"], "template.tag.holds")
        self.inner = OutputTest(inner, compiler) if inner is not None else None

    def possible(self, data: bytes) -> bool:
        return any(name.encode() in data for name in self.names)

    def spots(self, file: TemplateFile, engine: Interpreter, at: str) -> Iterator[Spot]:
        for tag in file.template.tags:
            if tag.name not in self.names:
                continue
            if self.argument is not None and not self.argument(Const(tag.argument), engine):
                continue
            if self.inner is not None:
                block = file.block_of(tag)
                if block is None or not any(self.inner.holds(one, file) for one in file.outputs_in(*block)):
                    continue
            yield Spot(tag.span, tag.name, tag.argument)


class ElementTest:
    """HTML elements."""

    def __init__(self, table: Mapping[str, Any], compiler: Compiler) -> None:
        self.names = frozenset(name.lower() for name in listed(table["name"]))
        self.attributes = {
            name.lower(): compiler.condition(wanted) for name, wanted in table.get("attributes", {}).items()
        }
        self.some = [
            (re.compile(one["name"]), compiler.condition(one["value"]))
            for one in table.get("some-attribute", [])
        ]
        self.content = compiler.condition(table["content"]) if "content" in table else None
        self.lacks = regex(table, "lacks")
        self.has = regex(table, "has")
        self.plain = regex(table, "plain")

    def possible(self, data: bytes) -> bool:
        return _tags(self.names).search(data) is not None

    def spots(self, file: TemplateFile, engine: Interpreter, at: str) -> Iterator[Spot]:
        for element in file.elements(self.names):
            if self.holds(element, file, engine):
                named = element.named(at) if at else []
                span = named[0].span if named else element.span
                yield Spot(span, element.name, named[0].text if named else file.written(span))

    def holds(self, element: Element, file: TemplateFile, engine: Interpreter) -> bool:
        """Whether an element is as asked for. Conditions see attributes as they are written, what the language writes
        included; an attribute that branches write differently, or that may be added, is not known."""
        for name, condition in self.attributes.items():
            if not condition(value_of(element, name), engine):
                return False
        for name, condition in self.some:
            if not any(
                name.fullmatch(one.name) and condition(Const(one.text), engine) for one in element.attributes
            ):
                return False
        if self.content is not None:
            if element.inside is None or not self.content(Const(file.visible(*element.inside)), engine):
                return False
        if self.has is not None:
            if element.inside is None or not self.has.search(file.visible(*element.inside)):
                return False
        if self.lacks is None:
            return True
        return element.inside is not None and file.certainly_lacks(
            self.lacks, self.plain, element.inside[0], element.inside[1]
        )


def value_of(element: Element, name: str) -> Value | None:
    """An attribute's text as written; None when the element certainly has none."""
    texts = {one.text for one in element.named(name)}
    if len(texts) == 1:
        return Const(texts.pop())
    return UNKNOWN if texts or element.open else None


def _tags(names: frozenset[str]) -> re.Pattern[bytes]:
    if "*" in names:
        return re.compile(b"<[a-zA-Z]")
    return re.compile(
        b"(?i)<(?:" + b"|".join(re.escape(name.encode()) for name in sorted(names)) + b")[\\s/>{]"
    )


def keys_of(table: Any, known: frozenset[str], where: str) -> None:
    """Raise `ConditionError` for a key that there is not."""
    if not isinstance(table, Mapping):
        raise ConditionError(f"`{where}` is a table")
    for key in table:
        if key not in known:
            raise ConditionError(f"`{where}.{key}` is not a key; one of {', '.join(sorted(known))}")


def one_of(value: Any, known: tuple[str, ...], where: str) -> tuple[str, ...]:
    """One word or several of a closed list. Raises `ConditionError` for another."""
    found = tuple(listed(value))
    for word in found:
        if word not in known:
            raise ConditionError(f"`{where}`: {word} is none of {', '.join(known)}")
    return found


def listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def regex(table: Mapping[str, Any], key: str) -> re.Pattern[str] | None:
    """The regular expression under a key."""
    return re.compile(table[key]) if key in table else None


def shortened(text: str) -> str:
    """One line, cut to what a message can hold."""
    line = " ".join(text.split())
    return line if len(line) < _SHOWN else line[: _SHOWN - 1] + "…"
