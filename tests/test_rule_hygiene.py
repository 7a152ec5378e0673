"""What every rule file owes its readers, whatever it is about."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import libcst
import pytest
from examples import MARK, marked_lines

from pentalint.check.plan import compile_rules
from pentalint.data import rules_root
from pentalint.errors import RuleError
from pentalint.match.compile import KINDS, OWN, SHARED
from pentalint.model import FRAMEWORKS, Persona
from pentalint.packs.load import NOT_RULES, load_pack, load_rule
from pentalint.rule import Pack, Rule

ROOT = Path(__file__).resolve().parents[1]
FILES = sorted(path for path in rules_root().glob("*/*.toml") if path.name not in NOT_RULES)
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
CURES = re.compile(r"^(use|avoid|prefer|enable|disable|ensure|always|never|dont|should)-|-(used|rule)$")
"""Slugs that name the cure, or nothing: a slug names the fault (`debug-run`)."""
EQUIVALENT = re.compile(r"[a-z][a-z0-9-]*:\S+")
SUMMARY_LENGTH = 90
WHY_LENGTH = 80
UNPARSABLE = "pentalint/unreadable-file"
"""The one rule whose examples are not Python on purpose."""
LEAST_RULES = 20


def id_of(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@lru_cache(maxsize=1)
def packs() -> dict[str, Pack]:
    """Every pack that loads: the test of each file tells which does not."""
    found: dict[str, Pack] = {}
    for directory in sorted(path for path in rules_root().iterdir() if path.is_dir()):
        try:
            found[directory.name] = load_pack(directory)
        except RuleError:
            continue
    return found


every_file = pytest.mark.parametrize("path", FILES, ids=id_of)


@every_file
def test_loads_and_compiles(path: Path) -> None:
    rule = load_rule(path)
    load_pack(path.parent)
    compile_rules([rule], packs())


def test_only_rules_and_packs_lie_under_rules() -> None:
    stray = [
        path.relative_to(rules_root()).as_posix()
        for path in sorted(rules_root().rglob("*"))
        if path.is_file() and (path.suffix != ".toml" or path.parent.parent != rules_root())
    ]
    assert stray == []


@every_file
def test_is_described(path: Path) -> None:
    rule = load_rule(path)
    assert list(faults(rule)) == []


def faults(rule: Rule) -> Iterator[str]:
    """A sentence for everything a rule's prose lacks."""
    if not SLUG.fullmatch(rule.slug):
        yield f"the slug {rule.slug} is not in kebab-case"
    if CURES.search(rule.slug):
        yield f"the slug {rule.slug} names the cure; it names the fault"
    if "\n" in rule.summary or not 0 < len(rule.summary) <= SUMMARY_LENGTH:
        yield f"the summary is one line of at most {SUMMARY_LENGTH} characters, not {len(rule.summary)}"
    if rule.summary.endswith((".", "!", " ")):
        yield "the summary ends without a full stop"
    if len(rule.why) < WHY_LENGTH:
        yield f"`why` says what goes wrong, in {WHY_LENGTH} characters or more"
    if not rule.fix:
        yield "`fix` says what to write instead"
    if rule.security and not rule.cwe:
        yield "a security rule has `cwe`"
    if not all(isinstance(number, int) and 0 < number < 2000 for number in rule.cwe):
        yield "`cwe` is a list of numbers"
    if not rule.references and rule.pack != "pentalint":
        yield "`references` tells where the knowledge comes from"
    for reference in rule.references:
        if not re.fullmatch(r"https://[^\s.]+\.\S+", reference):
            yield f"{reference} is no https address"
    for equivalent in rule.equivalents:
        if not EQUIVALENT.fullmatch(equivalent):
            yield f"{equivalent} is not tool:code"
    for kind in ("owasp", "references", "equivalents", "cwe"):
        values = getattr(rule, kind)
        if len(set(values)) != len(values):
            yield f"`{kind}` repeats itself"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"slug": "use-https"}, "the slug use-https names the cure; it names the fault"),
        ({"slug": "Debug_Run"}, "the slug Debug_Run is not in kebab-case"),
        ({"summary": "It is on."}, "the summary ends without a full stop"),
        ({"summary": "x" * 91}, "the summary is one line of at most 90 characters, not 91"),
        ({"why": "bad"}, "`why` says what goes wrong, in 80 characters or more"),
        ({"fix": ""}, "`fix` says what to write instead"),
        ({"cwe": ()}, "a security rule has `cwe`"),
        ({"references": ("http://flask.example",)}, "http://flask.example is no https address"),
        ({"references": ()}, "`references` tells where the knowledge comes from"),
        ({"equivalents": ("B201",)}, "B201 is not tool:code"),
        ({"equivalents": ("bandit:B201", "bandit:B201")}, "`equivalents` repeats itself"),
    ],
)
def test_a_fault_is_noticed(changes: dict[str, Any], sentence: str) -> None:
    from dataclasses import replace

    rule = load_rule(rules_root() / "flask" / "debug-run.toml")
    assert list(faults(rule)) == []
    assert list(faults(replace(rule, **changes))) == [sentence]


@every_file
def test_examples_are_complete(path: Path) -> None:
    rule = load_rule(path)
    assert rule.bad, "`bad` has at least one example"
    assert rule.good, "`good` has at least one example"
    for example in (*rule.bad, *rule.gaps):
        assert marked_lines(example.files), "a `bad` or `gaps` example marks its lines: # finding"
    for example in rule.good:
        assert not MARK.search(example.code), "a `good` example marks no line"
    codes = [example.code for example in (*rule.bad, *rule.good, *rule.gaps)]
    assert len(set(codes)) == len(codes), "an example stands there twice"


@every_file
def test_python_of_examples_parses(path: Path) -> None:
    rule = load_rule(path)
    if rule.id == UNPARSABLE:
        return
    for example in (*rule.bad, *rule.good, *rule.gaps):
        for name, text in example.files.items():
            if name.endswith((".py", ".pyi")):
                parse(text)


def parse(text: str) -> None:
    """Raises for what no Python reads: newer syntax than this interpreter's is libcst's to judge."""
    try:
        ast.parse(text)
    except SyntaxError:
        libcst.parse_module(text)


def test_titles_are_unique_within_a_pack() -> None:
    for pack in packs().values():
        counted = Counter(rule.summary for rule in pack.rules)
        assert [summary for summary, times in counted.items() if times > 1] == [], pack.id


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_framework_has_enough_rules(framework: str) -> None:
    rules = [rule for rule in packs()[framework].rules if rule.persona is Persona.default]
    security = sum(rule.security for rule in rules)
    assert len(rules) >= LEAST_RULES
    assert security >= LEAST_RULES // 4
    assert len(rules) - security >= LEAST_RULES // 4


CONDITIONS = ("first", "each", "some-item", "some", "not", "part", "returns", "value")
NAMED_CONDITIONS = (
    "where", "beside", "prefixed", "where-any", "where-none", "attributes", "key", "argument", "settings"
)  # fmt: skip
"""Keys whose tables have names of the project as keys, and conditions as values."""


def words(value: Any, *, names: bool = False) -> Iterator[str]:
    """The words of the rule language in a match table or condition; what projects name is left out."""
    if isinstance(value, list):
        for item in value:
            yield from words(item, names=names)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if not names:
                yield key
            yield from words(inner, names=not names and key in NAMED_CONDITIONS)


def test_words_are_told_from_names() -> None:
    table = {
        "call": "a.b",
        "where": {"debug": {"some": {"equals": True}}, "0": {"key": {"ssl": {"absent": True}}}},
        "where-any": [{"host": {"any": [{"matches": "x"}]}}],
    }
    assert sorted(set(words(table))) == [
        "absent",
        "any",
        "call",
        "equals",
        "key",
        "matches",
        "some",
        "where",
        "where-any",
    ]


@lru_cache(maxsize=1)
def documented() -> frozenset[str]:
    """Every word of docs/rules.md that stands in code: between backticks or in a block."""
    text = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    code = re.findall(r"```.*?```|`[^`\n]+`", text, re.DOTALL)
    return frozenset(word for part in code for word in re.findall(r"[a-z]+(?:-[a-z]+)*", part))


@every_file
def test_words_of_the_rule_are_documented(path: Path) -> None:
    assert set(words(load_rule(path).match)) - {"own"} - documented() == set()


def test_words_of_the_language_are_documented() -> None:
    known = {*KINDS, *SHARED, *(word for group in OWN.values() for word in group)} - {"own"}
    assert known - documented() == set()


def checks_of(table: Any) -> Iterator[str]:
    """The ids of a framework's own checks that a match table names."""
    if isinstance(table, Mapping):
        if isinstance(table.get("check"), str):
            yield table["check"]
        for inner in table.values():
            yield from checks_of(inner)
    elif isinstance(table, list):
        for inner in table:
            yield from checks_of(inner)


@every_file
def test_checks_are_equivalents(path: Path) -> None:
    rule = load_rule(path)
    named = {f"{rule.pack}:{check}" for check in checks_of(rule.match)}
    assert named <= set(rule.equivalents)
