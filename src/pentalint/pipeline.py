"""A run that nothing could shorten: survey, select, evaluate, judge, report. Imported only when the cache has
no answer."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from pentalint.check.deep import on_deep_stack
from pentalint.check.evaluation import Evaluation, work
from pentalint.check.job import Outcome, Task, is_judged, tasks
from pentalint.check.judge import OURS, is_reported, judge
from pentalint.check.plan import Plan, compile_rules, deepest_first, knowledge_of, unit_of
from pentalint.check.requirements import judge_requirements
from pentalint.check.triggers import Triggers
from pentalint.config import Config, Options
from pentalint.errors import ConfigError
from pentalint.model import Failure, Finding, Report, Requirement
from pentalint.packs.load import load_packs
from pentalint.packs.select import Selection, Wishes, exact_versions, select
from pentalint.pool import Died, balanced, run_apart, run_shares
from pentalint.progress import Progress
from pentalint.project.imports import body_words
from pentalint.project.selection import reportable
from pentalint.project.survey import Project, Reader
from pentalint.project.survey import survey as survey_project
from pentalint.project.walk import Walk

if TYPE_CHECKING:
    from pentalint.check.routes import Table
    from pentalint.check.settings import Configuration

PARALLEL_BYTES = 400_000
"""Below this many bytes of candidate files a further process costs more than it brings (measured on two cores)."""


def check(walked: Walk, options: Options, config: Config, progress: Progress | None = None) -> Report:
    """Check a project that has been walked."""
    reader, project, plan = planned(walked, options, config)
    outcome = analyse(plan, reader, progress)
    failures = (*project.failures, *reader.failures)
    findings = judge(plan, outcome, reader, failures, date.today())
    return report_of(plan, project, findings, outcome)


def explain(walked: Walk, options: Options, config: Config, path: str, line: int) -> list[str]:
    """What the evaluator knows on one line of a file, and why data stops there. Raises `ConfigError` for a file that is
    not among those checked."""
    if not any(file.path == path for file in walked.files):
        raise ConfigError(f"--explain: {path} is not a file of the project that is checked; correct the name")
    reader, _, plan = planned(walked, replace(options, paths=()), replace(config, jobs=1))
    if not any("flow" in one.rule.match for one in plan.compiled):
        return ["no rule about data flow is selected here"]
    plan.watched = (path, line)
    return analyse(plan, reader).notes


def selection(options: Options, config: Config) -> Selection:
    """The rules of the whole project, and for each that does not run anywhere the reason."""
    project = survey_project(Path(config.root), config=config)
    packs = load_packs()
    wishes = Wishes(config.selected, config.ignored, config.persona)
    pins = pins_of(project)
    chosen = [select(packs, unit, wishes, pins[unit.path]) for unit in project.units]
    rules = {rule.id: rule for one in chosen for rule in one.rules}
    reasons: dict[str, str] = {}
    for one in chosen:
        reasons.update(
            {name: why for name, why in one.reasons.items() if name not in rules and name not in reasons}
        )
    frameworks = tuple(sorted({name for one in chosen for name in one.frameworks}))
    return Selection(".", frameworks, tuple(rules[name] for name in sorted(rules)), reasons)


def routes(options: Options, config: Config, walked: Walk) -> Table:
    """The table of routes. Of a project with several parts, all of them; with paths, what is registered there."""
    from pentalint.check.routes import Table, find_routes

    reader, project, plan = planned(walked, options, config)
    table = find_routes(plan, reader)
    failures = (*project.failures, *reader.failures, *table.failures)
    reported = plan.reported
    if reported is None:
        return replace(table, failures=failures)
    return Table(
        tuple(route for route in table.routes if route.file in reported),
        tuple(entry for entry in table.entries if entry.function.module.path in reported),
        tuple(failure for failure in failures if failure.path in reported),
    )


def settings(options: Options, config: Config, walked: Walk) -> Configuration:
    """The settings of each deployment. With paths, of those whose module or file is among them."""
    from pentalint.check.settings import Configuration, find_settings  # it takes time, and no check needs it

    reader, project, plan = planned(walked, options, config)
    found = find_settings(plan, reader)
    failures = (*project.failures, *reader.failures, *found.failures)
    reported = plan.reported
    if reported is None:
        return Configuration(found.deployments, failures)
    return Configuration(
        tuple(one for one in found.deployments if one.path in reported),
        tuple(failure for failure in failures if failure.path in reported),
    )


def planned(walked: Walk, options: Options, config: Config) -> tuple[CachedReader, Project, Plan]:
    """A project that has been walked, surveyed and planned, with what reads its files."""
    reader = CachedReader(Path(config.root))
    project = survey_project(Path(config.root), config=config, walked=walked, read=reader)
    return reader, project, make_plan(project, options, config)


def make_plan(project: Project, options: Options, config: Config, *, prefilter: bool = True) -> Plan:
    """Which rules judge which file. Only the packs of frameworks that were seen are read."""
    check_units(project, config)
    body_words.cache_clear()  # nobody asks for functions of an earlier project again
    seen = {found.framework for unit in project.units for found in unit.detections}
    packs = load_packs(names={"web", "pentalint", *seen})
    wishes = Wishes(config.selected, config.ignored, config.persona)
    pins = pins_of(project)
    selections = {unit.path: select(packs, unit, wishes, pins[unit.path]) for unit in project.units}
    rules = {rule.id: rule for one in selections.values() for rule in one.rules}
    frameworks = {name for one in selections.values() for name in one.frameworks}
    used = [pack for pack in packs.values() if pack.id == "web" or pack.id in frameworks]
    found = Walk(files=project.files, failures=(), root=project.root)
    chosen = reportable(found, options.paths) if options.paths else None
    return Plan(
        project.root,
        project.files,
        project.units,
        selections,
        packs,
        knowledge_of(used),
        compile_rules([rules[name] for name in sorted(rules)], packs),
        config,
        project.manifests.requirements,
        frozenset(chosen.paths) if chosen is not None else None,
        prefilter,
        dict(project.vendored),
        project.sources,
        named=chosen.single if chosen is not None else (),
    )


def check_units(project: Project, config: Config) -> None:
    """Raise `ConfigError` for frameworks configured for a unit there is not."""
    known = {unit.path for unit in project.units}
    origin = dict(config.origins).get("frameworks", "frameworks")
    for path, _ in config.frameworks:
        if path not in (*known, "*"):
            listed = ", ".join(sorted(known))
            raise ConfigError(
                f"{origin}: there is no unit {path!r}; the units are {listed} (`pentalint detect` shows them)"
            )


def pins_of(project: Project) -> dict[str, dict[str, str]]:
    """By the path of the unit: the exact versions that its manifests state."""
    paths = deepest_first(unit.path for unit in project.units)
    stated: dict[str, list[Requirement]] = {path: [] for path in paths}
    for one in project.manifests.requirements:
        stated.setdefault(unit_of(one.path, paths), []).append(one)
    return {path: exact_versions(requirements) for path, requirements in stated.items()}


class CachedReader:
    """The bytes of project files, each read once."""

    def __init__(self, root: Path) -> None:
        self._reader = Reader(root)
        self._data: dict[str, bytes] = {}

    def __call__(self, path: str) -> bytes:
        data = self._data.get(path)
        if data is None:
            data = self._data[path] = self._reader(path)
        return data

    @property
    def failures(self) -> tuple[Failure, ...]:
        """What could not be read."""
        return self._reader.failures


def analyse(plan: Plan, read: CachedReader, progress: Progress | None = None) -> Outcome:
    """Evaluate the candidate files, in as many processes as it pays, and merge what they found."""
    todo, triggers = tasks(plan, read)
    jobs = job_count(plan.config.jobs, sum(task.weight for task in todo))
    answers = evaluated(plan, todo, triggers, read, jobs, progress)
    merged = Outcome()
    for answer in answers:
        if isinstance(answer, Died):
            merged.failures.append(died(answer))
        else:
            merged.merge(answer)
    hits, facts = judge_requirements(plan)
    merged.hits.extend(hits)
    merged.facts |= facts
    return merged


def evaluated(
    plan: Plan, todo: list[Task], triggers: Triggers, read: CachedReader, jobs: int, progress: Progress | None
) -> list[Outcome | Died[Task]]:
    """What each process found. Of more than two, modules are evaluated in one process, from which as many as there are shares
    are forked. Two begin each by itself: what both evaluate, they evaluate at the same time. So do more when the one process
    dies, so that the file at fault is found."""
    alone = balanced(todo, [task.guessed for task in todo], jobs)
    if len(alone) <= 1:
        return [work(plan, todo, triggers, read, whole=True, progress=progress)]

    def divide() -> list[Outcome | Died[Task]]:
        evaluation = Evaluation(plan, triggers, read)
        evaluation.load(todo)

        def judge_share(share: Sequence[Task], number: int) -> Outcome:
            if number:
                evaluation.leave_to_first()
            return evaluation.judge(share, whole=number == 0)

        return run_shares(balanced(todo, evaluation.weights(todo), jobs), judge_share)

    answers = run_apart(lambda: on_deep_stack(divide)) if len(alone) > 2 else None
    if answers is not None:
        return answers
    return run_shares(alone, lambda share, number: work(plan, share, triggers, read, whole=number == 0))


def job_count(jobs: int, size: int) -> int:
    """The processes to use: as asked, or by the bytes of work at hand (`0` is auto)."""
    if jobs:
        return jobs
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores, size // PARALLEL_BYTES + 1))


def died(answer: Died[Task]) -> Failure:
    """The failure for a file whose evaluation ended its process."""
    message = (
        f"evaluating this file ended the process (signal {answer.signal}): exclude the file, and report it"
    )
    return Failure(answer.item.path, "evaluate", message)


def report_of(plan: Plan, project: Project, findings: tuple[Finding, ...], outcome: Outcome) -> Report:
    """The report."""
    return Report(
        project.root,
        project.units,
        findings,
        tuple(failure for failure in outcome.failures if failure.stage in OURS),
        tuple(sorted({compiled.rule.id for compiled in plan.compiled})),
        sum(1 for file in project.files if is_reported(file, plan)),
        (*project.notices, *nothing_found(plan), *not_judged(plan), *cut_short(outcome)),
        {"evaluated": outcome.evaluated, "cut_short": len(outcome.exhausted)},
    )


def nothing_found(plan: Plan) -> tuple[str, ...]:
    """What to say when no rule about a framework could run."""
    if not plan.files or any(selection.frameworks for selection in plan.selections.values()):
        return ()
    return (
        "none of Django, Flask, Pyramid, Bottle and CherryPy is used here, so no rule looked at the code; "
        "name one under `frameworks` if that is wrong",
    )


def cut_short(outcome: Outcome) -> list[str]:
    """A sentence when data was not followed to the end."""
    if not outcome.exhausted:
        return []
    first, count = min(outcome.exhausted), len(outcome.exhausted)
    files = "1 file" if count == 1 else f"{count} files"
    return [f"data was followed only in part: a budget of calls ran out in {files}, among them {first}"]


def not_judged(plan: Plan) -> list[str]:
    """A sentence for each Python file that was itself named and that no selected rule looks at."""
    return [
        f"{path} is {plan.role_of(path).value} code, which no selected rule looks at"
        for path in plan.named
        if path.endswith((".py", ".pyw")) and not is_judged(plan, path) and plan.frameworks(path)
    ]
