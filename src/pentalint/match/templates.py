"""The `template` pattern: what templates themselves say, without any data flow."""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping
from typing import Any, TypeAlias

from pentalint.evaluate.statements import Interpreter
from pentalint.match.conditions import ConditionError
from pentalint.match.patterns import Compiler
from pentalint.match.place import Hit
from pentalint.match.template_elements import ElementTest
from pentalint.match.template_files import TemplateFile
from pentalint.match.template_keys import COMMON, PARTS, keys_of, listed, one_of
from pentalint.match.template_outputs import OutputTest, TagTest
from pentalint.rule import covers
from pentalint.templates.outputs import LANGUAGES

_SHOWN = 60


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
        self.plain = bool(asked.get("plain", False))
        self.versions = str(asked.get("versions", ""))
        covers(self.versions, "1")
        self.at = str(table.get("at", ""))
        self.test = compile_test(self.kind, part, compiler)

    def possible(self, data: bytes, low: bytes) -> bool:
        """Whether a file with these bytes, which are `low` in lower case, can have what is asked for: the prefilter."""
        return self.test.possible(data, low)

    def is_for(self, versions: tuple[str, ...]) -> bool:
        """Whether it is about all versions of the framework that may be in use."""
        return not self.versions or (bool(versions) and all(covers(self.versions, one) for one in versions))

    def applies(self, path: str, language: str) -> bool:
        """Whether it is about such a file."""
        return (
            language in self.languages
            and (not self.files or any(fnmatch.fnmatch(path, name) for name in self.files))
            and not any(fnmatch.fnmatch(path, name) for name in self.not_files)
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


def shortened(text: str) -> str:
    """One line, cut to what a message can hold."""
    line = " ".join(text.split())
    return line if len(line) < _SHOWN else line[: _SHOWN - 1] + "…"
