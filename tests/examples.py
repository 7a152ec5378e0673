"""Runs the examples of rule files as small projects, and says exactly which lines were reported."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path

from pentalint.check.evaluation import work
from pentalint.check.job import tasks
from pentalint.check.judge import judge
from pentalint.check.plan import Plan, compile_rules, knowledge_of
from pentalint.check.requirements import judge_requirements
from pentalint.config import Config
from pentalint.data import rules_root
from pentalint.errors import RuleError
from pentalint.model import Confidence, Detection, File, Finding, Persona, Requirement, Role, Unit
from pentalint.packs.load import load_pack
from pentalint.packs.select import Wishes, exact_versions, select
from pentalint.project.manifests import read_manifests
from pentalint.rule import Example, Pack, Rule

MARK = re.compile(r"(?:#|;|<!--|\{#|//)\s*finding\b")
IMPORTS = re.compile(
    r"^\s*(?:from|import)\s+(django|rest_framework|flask|pyramid|bottle|cherrypy)", re.MULTILINE
)
OWN_LINE = re.compile(r"^\s*(?:#|;|<!--|\{#)\s*finding\b[^\n]*$")
CONFIG = (
    ".ini", ".conf", ".cfg", ".env", ".flaskenv", ".txt", ".toml", ".lock", ".in", ".yml", ".yaml", ".service", "Dockerfile", "Procfile",
)  # fmt: skip


def marked_lines(files: dict[str, str]) -> set[tuple[str, int]]:
    """The lines an example says must be reported: those with the mark; a line of its own in ini-like files marks the next."""
    found = set()
    for path, text in files.items():
        for number, line in enumerate(text.splitlines(), 1):
            if OWN_LINE.match(line) and (path.endswith(CONFIG) or path.startswith(".")):
                found.add((path, number + 1))
            elif MARK.search(line):
                found.add((path, number))
    return found


def project_files(example: Example) -> dict[str, str]:
    return example.files


@lru_cache(maxsize=1)
def packs() -> dict[str, Pack]:
    """Every pack that loads; that all of them do is `test_rule_hygiene`'s to say, so that one broken file names itself once."""
    found: dict[str, Pack] = {}
    for directory in sorted(path for path in rules_root().iterdir() if path.is_dir()):
        with suppress(RuleError):
            found[directory.name] = load_pack(directory)
    return found


def check_example(
    rule: Rule, example: Example, *, prefilter: bool = True, jobs: int = 1
) -> tuple[Finding, ...]:
    """The findings of one rule over one example, as a project whose only unit uses the rule's framework."""
    return check_files(project_files(example), (rule.id,), rule.pack, prefilter=prefilter)


def check_files(
    texts: dict[str, str],
    rules: tuple[str, ...],
    framework: str,
    *,
    prefilter: bool = True,
    version: str | None = None,
    roles: dict[str, Role] | None = None,
) -> tuple[Finding, ...]:
    """Check a project given as path -> text with the named rules (ids, packs or globs)."""
    every = packs()
    data = {path: text.encode() for path, text in texts.items()}
    wanted = rules
    if framework == "pentalint":
        rules = (*rules, "flask")  # a file that no other rule judges is not looked at
    chosen = [rule for pack in every.values() for rule in pack.rules if rule.id in rules]
    files = tuple(
        File(path, (roles or {}).get(path) or role_for(path, chosen), len(data[path]))
        for path in sorted(data)
    )
    frameworks = {"web": frameworks_of(texts), "pentalint": ("flask",)}.get(framework, (framework,))
    manifests = read_manifests(files, data.__getitem__)
    pins = exact_versions(manifests.requirements)
    version = version or pins.get(framework)
    mention = Requirement("", "", "any", "runtime", "requirements.txt", 1)
    detections = tuple(
        Detection(".", name, "application", Confidence.high, (replace(mention, name=name),), version=version)
        for name in frameworks
    )
    unit = Unit(".", detections)
    config = Config.default()
    wishes = Wishes(rules, (), Persona.audit)
    selection = select(every, unit, wishes, pins)
    used = [pack for pack in every.values() if pack.id in ("web", *frameworks)]
    plan = Plan(
        "/project", files, (unit,), {".": selection}, every, knowledge_of(used), compile_rules(selection.rules, every),
        config, manifests.requirements, None, prefilter,
    )  # fmt: skip
    todo, triggers = tasks(plan, data.__getitem__)
    outcome = work(plan, todo, triggers, data.__getitem__, whole=True)
    hits, facts = judge_requirements(plan)
    outcome.hits.extend(hits)
    outcome.facts |= facts
    found = judge(plan, outcome, data.__getitem__, manifests.failures, date(2026, 1, 1))
    return tuple(one for one in found if framework != "pentalint" or one.rule in wanted)


def assert_marked(files: dict[str, str], rules: tuple[str, ...], framework: str) -> None:
    """The findings of some rules are at the marked lines, and nowhere else, with the prefilter and without."""
    for prefilter in (True, False):
        found = check_files(files, rules, framework, prefilter=prefilter)
        assert {(one.path, one.span.line) for one in found} == marked_lines(files)


def frameworks_of(texts: dict[str, str]) -> tuple[str, ...]:
    """The frameworks that an example of a rule about all of them imports; Flask when it imports none."""
    found = {name for text in texts.values() for name in IMPORTS.findall(text)}
    if "rest_framework" in found:
        found = found - {"rest_framework"} | {"django"}
    return tuple(sorted(found)) or ("flask",)


def role_for(path: str, rules: list[Rule]) -> Role:
    """Examples are application code, unless their path says otherwise and the rule looks at such files."""
    base = path.rpartition("/")[2]
    wanted = {role for rule in rules for role in rule.roles}
    if "settings" in path and Role.settings in wanted:
        return Role.settings
    if path.startswith("tests/") or base.startswith("test_"):
        return Role.test
    return Role.app if Role.app in wanted or not wanted else sorted(wanted)[0]


def annotated(files: dict[str, str], lines: set[tuple[str, int]]) -> str:
    """The example with every line that is in `lines` pointed at, for a readable difference."""
    out: list[str] = []
    for path, text in sorted(files.items()):
        out.append(f"# {path}")
        for number, line in enumerate(text.splitlines(), 1):
            out.append(f"{'>>' if (path, number) in lines else '  '} {line}")
    return "\n".join(out)


ROOT = Path(__file__).resolve().parents[1]
