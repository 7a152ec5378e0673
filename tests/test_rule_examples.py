"""Every example in every rule file behaves as it is marked, line by line."""

from __future__ import annotations

import pytest
from examples import annotated, check_example, marked_lines, packs, project_files

from pentalint.rule import Example, Rule


def cases(kind: str) -> list[object]:
    return [
        pytest.param(rule, example, id=f"{rule.id}:{kind}-{number}")
        for pack in packs().values()
        for rule in pack.rules
        for number, example in enumerate(getattr(rule, kind), 1)
    ]


def reported(rule: Rule, example: Example) -> set[tuple[str, int]]:
    return {
        (found.path, found.span.line) for found in check_example(rule, example) if found.suppressed is None
    }


@pytest.mark.parametrize(("rule", "example"), cases("bad"))
def test_bad_example(rule: Rule, example: Example) -> None:
    files = project_files(example)
    wanted = marked_lines(files)
    assert wanted, "no line is marked `# finding`"
    assert annotated(files, reported(rule, example)) == annotated(files, wanted)


@pytest.mark.parametrize(("rule", "example"), cases("good"))
def test_good_example(rule: Rule, example: Example) -> None:
    files = project_files(example)
    assert not marked_lines(files), "a good example must not mark lines"
    assert annotated(files, reported(rule, example)) == annotated(files, set())


@pytest.mark.parametrize(("rule", "example"), cases("gaps"))
def test_gap_is_still_a_gap(rule: Rule, example: Example) -> None:
    files = project_files(example)
    wanted = marked_lines(files)
    assert wanted, "no line is marked `# finding`"
    assert reported(rule, example) != wanted, "the gap is closed: move the example to `bad`"
