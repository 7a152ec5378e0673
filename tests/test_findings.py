"""From hits to findings: identity that survives edits, facts, messages, severities."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from projects import check, rule

from pentalint.check.findings import fingerprinted, message_of, stand
from pentalint.config import Config
from pentalint.match.place import VALUE_LIMIT, Hit
from pentalint.model import Confidence, Finding, Severity, Span

CALL = rule('call = "api.f"')

BASE = """\
from api import f

def view():
    return f("a", [1, 2])

def other():
    f("a")
    f("a")
"""


def prints(source: str) -> list[tuple[str, str]]:
    return [(found.code, found.fingerprint) for found in check(source, CALL)]


@pytest.mark.parametrize(
    "edited",
    [
        "# a comment\n\n" + BASE,
        BASE.replace("import f", "import f, g"),
        BASE.replace("def view", "X = 1\n\n\ndef view"),
        BASE.replace("    return", "    x = 1\n    return"),
        BASE + "\ndef third():\n    f('b')\n",
        BASE.replace('f("a", [1, 2])', 'f("a",\n        [1,  2])'),
        BASE.replace("\n", "\r\n"),
    ],
)
def test_fingerprints_survive_edits_elsewhere(edited: str) -> None:
    before = [mark for _, mark in prints(BASE)]
    after = [mark for _, mark in prints(edited)]
    assert after[: len(before)] == before


@pytest.mark.parametrize(
    "edited",
    [
        BASE.replace("def view", "def show"),
        BASE.replace('f("a", [1, 2])', 'f("b", [1, 2])'),
    ],
)
def test_fingerprints_change_with_the_scope_and_the_code(edited: str) -> None:
    assert prints(edited)[0][1] != prints(BASE)[0][1]
    assert prints(edited)[1:] == prints(BASE)[1:]


def test_equal_calls_in_one_function_differ() -> None:
    found = prints(BASE)
    assert [code for code, _ in found] == ['f("a", [1, 2])', 'f("a")', 'f("a")']
    assert len({mark for _, mark in found}) == 3


def test_the_path_and_the_rule_belong_to_the_identity() -> None:
    files = {"a.py": "from api import f\nf()\n", "b.py": "from api import f\nf()\n"}
    found = check(files, CALL, rule('call = "api.f"', "second"))
    assert len({one.fingerprint for one in found}) == len(found) == 4


FINDINGS = st.builds(
    Finding,
    rule=st.sampled_from(["a/b", "a/c"]),
    path=st.sampled_from(["x.py", "y\udcff.py"]),
    span=st.builds(Span, st.integers(1, 3), st.integers(1, 3), st.just(4), st.just(1)),
    message=st.sampled_from(["m", "n"]),
    severity=st.sampled_from(list(Severity)),
    confidence=st.sampled_from(list(Confidence)),
    scope=st.sampled_from(["", "f"]),
    code=st.sampled_from(["f()", "f( )", "g()"]),
)


@given(st.lists(FINDINGS, max_size=20))
def test_fingerprints_are_unique_and_do_not_depend_on_order(findings: list[Finding]) -> None:
    done = fingerprinted(findings)
    assert len({one.fingerprint for one in done}) == len(findings)
    assert [one.sort_key for one in done] == sorted(one.sort_key for one in findings)
    again = fingerprinted(list(reversed(findings)))
    assert {one.fingerprint for one in again} == {one.fingerprint for one in done}


def hit(path: str = "app.py", line: int = 1, name: str = "r", **more: object) -> Hit:
    return Hit(name, path, Span(line, 1, line, 2), "", "f()", **more)  # type: ignore[arg-type]


class Units:
    """As much of a plan as `stand` asks for."""

    def unit_of(self, path: str) -> str:
        return path.partition("/")[0] if "/" in path else "."


def lines(hits: list[Hit], facts: set[tuple[str, str]]) -> list[tuple[str, int]]:
    return [(one.path, one.span.line) for one in stand(hits, facts, Units())]  # type: ignore[arg-type]


def test_facts_decide_which_hits_stand() -> None:
    hits = [hit(line=1, facts=(("yes", True),)), hit(line=2, facts=(("no", False),)), hit(line=3)]
    assert lines(hits, set()) == [("app.py", 2), ("app.py", 3)]
    assert lines(hits, {(".", "yes"), (".", "no")}) == [("app.py", 1), ("app.py", 3)]
    assert lines(hits, {("other", "yes")}) == [("app.py", 2), ("app.py", 3)]
    both = [hit(line=1, facts=(("yes", True), ("no", False)))]
    assert lines(both, {(".", "yes")}) == [("app.py", 1)]
    assert lines(both, {(".", "yes"), (".", "no")}) == []


def test_what_is_told_once_is_told_first_in_each_unit() -> None:
    hits = [
        hit("b/x.py", 2, once="r"),
        hit("a/y.py", 9, once="r"),
        hit("a/y.py", 3, once="r"),
        hit("a/z.py", 1),
    ]
    assert lines(hits, set()) == [("a/y.py", 3), ("a/z.py", 1), ("b/x.py", 2)]


def test_once_counts_only_hits_that_stand() -> None:
    hits = [hit(line=1, once="r", facts=(("yes", True),)), hit(line=2, once="r")]
    assert lines(hits, set()) == [("app.py", 2)]


def test_one_place_is_told_once_by_each_rule() -> None:
    assert lines([hit(), hit(), hit(name="s")], set()) == [("app.py", 1), ("app.py", 1)]


@pytest.mark.parametrize(
    ("message", "source", "expected"),
    [
        ("", "f(1)", "Something is odd"),
        ("{callee} is called in {scope}.", "def v():\n    f(1)", "api.f is called in v"),
        ("{name} is {value}", "f(1, b='x')", "b is 'x'"),
        ("{value}", "f(1, b=['a', unknown])", "list['a', ?]"),
        ("{nothing} {0} {{x}}", "f(1)", "{nothing} {0} {{x}}"),
        ("{version}", "f(1)", ""),
    ],
)
def test_messages_are_filled_in(message: str, source: str, expected: str) -> None:
    (found,) = check(f"from api import f\n{source}\n", rule('call = "api.f"\nat = "b"', message=message))
    assert found.message == expected


def test_long_values_are_cut_and_braces_in_values_are_text() -> None:
    (found,) = check(
        f"from api import f\nf(1, '{{scope}}{'x' * 500}')\n",
        rule('call = "api.f"\nat = "b"', message="{value}"),
    )
    assert len(found.message) == VALUE_LIMIT
    assert found.message.startswith("'{scope}xxx") and found.message.endswith("…")


def test_a_requirement_fills_in_its_version() -> None:
    found = check(
        {"requirements.txt": "flask==2.0.1\n"},
        rule('requirement = "flask"', message="{name} {version} ({value})"),
    )
    assert [one.message for one in found] == ["flask 2.0.1 (==2.0.1)"]


def test_message_of_takes_the_summary() -> None:
    assert message_of(CALL, {}) == "Something is odd"


@pytest.mark.parametrize(
    ("severity", "expected"),
    [
        ((), Severity.medium),
        ((("flask/probe", Severity.low),), Severity.low),
        ((("category:correctness", Severity.high), ("flask/probe", Severity.info)), Severity.info),
        ((("web", Severity.critical),), Severity.medium),
    ],
)
def test_configuration_may_change_a_severity(
    severity: tuple[tuple[str, Severity], ...], expected: Severity
) -> None:
    (found,) = check("from api import f\nf()\n", CALL, config=Config(severity=severity))
    assert found.severity is expected


@pytest.mark.parametrize(
    ("config", "count"),
    [
        (Config(min_severity=Severity.medium), 1),
        (Config(min_severity=Severity.high), 0),
        (Config(min_confidence=Confidence.high), 1),
        (Config(min_severity=Severity.high, severity=(("flask", Severity.high),)), 1),
        (Config(per_file_ignores=(("app.py", ("flask",)),)), 0),
        (Config(per_file_ignores=(("*.py", ("web", "flask/pro*")),)), 0),
        (Config(per_file_ignores=(("b.py", ("flask",)),)), 1),
        (Config(ignore=("flask/probe",)), 0),
    ],
)
def test_thresholds_and_ignores(config: Config, count: int) -> None:
    assert len(check("from api import f\nf()\n", CALL, config=config)) == count


def test_an_unreadable_file_passes_every_threshold() -> None:
    config = Config(min_severity=Severity.critical)
    found = check(
        {"a.py": "from api import f\nf(\n", "b.py": "from api import f\nf()\n"}, CALL, config=config
    )
    assert [(one.path, one.rule) for one in found] == [("a.py", "pentalint/unreadable-file")]


def test_only_files_that_were_named_are_reported() -> None:
    files = {"a.py": "from api import f\nf()\n", "b.py": "from api import f\nf()\n", "c.py": "f(\n"}
    found = check(files, CALL, reported=frozenset({"b.py"}))
    assert [one.path for one in found] == ["b.py"]


def test_a_finding_says_where_it_comes_from() -> None:
    (found,) = check("from api import f\nclass A:\n    def v(self):\n        f()\n", CALL)
    assert (found.scope, found.framework, found.code) == ("A.v", "flask", "f()")
