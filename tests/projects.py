"""Small projects in memory, checked with rules written for the occasion."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from pentalint.check.evaluation import work
from pentalint.check.job import tasks
from pentalint.check.judge import judge
from pentalint.check.plan import Plan, compile_rules, knowledge_of
from pentalint.check.requirements import judge_requirements
from pentalint.config import Config
from pentalint.data import rules_root
from pentalint.model import Confidence, Detection, File, Finding, Persona, Role, Unit
from pentalint.packs.load import load_pack
from pentalint.packs.schema import read_pack, read_rule
from pentalint.packs.select import Wishes, exact_versions, select
from pentalint.pool import Died, balanced, run_shares
from pentalint.project.manifests import read_manifests
from pentalint.rule import Pack, Rule
from pentalint.toml import loads

TODAY = date(2026, 1, 1)

RULE = {
    "summary": "Something is odd",
    "category": "correctness",
    "severity": "medium",
    "confidence": "high",
    "why": "It is odd.",
    "fix": "Mend it.",
    "bad": [],
    "good": [],
}

PACK = """
title = "Api"

[aliases]
"api.other.f" = "api.f"
"api.made()" = "api.Thing()"

[signatures]
"api.f" = ["a", "b"]
"api.deco" = ["a"]

[inherits]
"api.Special" = ["api.Base"]

[updates]
"api.Thing().config.load" = "api.Thing().config"

[groups]
both = ["api.f", "api.g"]
none = []

[settings]
markers = ["MARK_ONE", "MARK_TWO", "MARK_THREE"]
containers = ["api.Thing().config"]
attributes = { "api.Thing().debug" = "DEBUG" }
loaders = { "api.load" = "mapping:0", "api.load_object" = "object:0", "api.sections" = "sections:0=config", "api.keywords" = "keywords" }
class_attributes = ["_settings"]

[[parameters]]
function = "^handler$"
name = "request"
type = "api.Request()"
"""


def rule(text: str, slug: str = "probe", pack: str = "flask", **keys: Any) -> Rule:
    """A rule from the TOML lines of its `match` (each key written without `match.`) and further keys."""
    match = loads(text, "match")
    return read_rule({**RULE, **keys, "match": match}, f"{pack}/{slug}", f"{pack}/{slug}.toml")


@lru_cache(maxsize=1)
def own_pack() -> Pack:
    """The rules about files and comments themselves."""
    return load_pack(rules_root() / "pentalint")


def make_plan(
    texts: Mapping[str, str | bytes],
    rules: Sequence[Rule],
    *,
    pack: str = PACK,
    prefilter: bool = True,
    roles: Mapping[str, Role] | None = None,
    config: Config | None = None,
    reported: frozenset[str] | None = None,
    units: Sequence[str] = (".",),
) -> tuple[Plan, Callable[[str], bytes], Any]:
    """The plan of a project whose units use the made-up framework, its reader and its manifests."""
    data = {path: text if isinstance(text, bytes) else text.encode() for path, text in texts.items()}
    files = tuple(File(path, (roles or {}).get(path, Role.app), len(data[path])) for path in sorted(data))
    packs = {
        "flask": read_pack(loads(pack, "pack"), "flask", "flask/pack.toml", tuple(rules)),
        "pentalint": own_pack(),
    }
    config = config or Config.default()
    manifests = read_manifests(files, data.__getitem__)
    wishes = Wishes(config.selected, config.ignored, Persona.audit)
    described = tuple(
        Unit(path, (Detection(path, "flask", "application", Confidence.high),)) for path in units
    )
    pins = exact_versions(manifests.requirements)
    selections = {unit.path: select(packs, unit, wishes, pins) for unit in described}
    chosen = {one.id: one for selection in selections.values() for one in selection.rules}
    plan = Plan(
        "/project", files, described, selections, packs, knowledge_of([packs["flask"]]),
        compile_rules(list(chosen.values()), packs), config, manifests.requirements, reported, prefilter,
    )  # fmt: skip
    return plan, data.__getitem__, manifests


def check(
    texts: Mapping[str, str | bytes] | str, *rules: Rule, jobs: int = 1, today: date = TODAY, **options: Any
) -> tuple[Finding, ...]:
    """The findings over a project given as path -> text (or one module, `app.py`)."""
    files = {"app.py": texts} if isinstance(texts, str) else texts
    plan, read, manifests = make_plan(files, rules, **options)
    todo, triggers = tasks(plan, read)
    shares = balanced(todo, [task.size for task in todo], jobs) or [[]]
    answers = run_shares(shares, lambda share, number: work(plan, share, triggers, read, whole=number == 0))
    outcome, *others = answers
    assert not isinstance(outcome, Died)
    for other in others:
        assert not isinstance(other, Died)
        outcome.merge(other)
    hits, facts = judge_requirements(plan)
    outcome.hits.extend(hits)
    outcome.facts |= facts
    return judge(plan, outcome, read, manifests.failures, today)


def place(finding: Finding) -> str:
    """`app.py 3:1-8`, `app.py 3:1-4:5` when it ends on another line."""
    span = finding.span
    end = f"{span.end_line}:{span.end_column}" if span.end_line != span.line else f"{span.end_column}"
    return f"{finding.path} {span.line}:{span.column}-{end}"


def places(texts: Mapping[str, str | bytes] | str, *rules: Rule, **options: Any) -> list[str]:
    """Where the rules report, with and without the prefilter: the two must agree."""
    found = [place(one) for one in check(texts, *rules, **options) if one.suppressed is None]
    every = [place(one) for one in check(texts, *rules, prefilter=False, **options) if one.suppressed is None]
    assert found == every, "the prefilter loses findings"
    return found
