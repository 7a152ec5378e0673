"""Hold detection against hand labels: a Markdown table, one row a repository.

    python benchmarks/detection_table.py CHECKOUTS LABELS.tsv

CHECKOUTS holds one directory a repository, named OWNER_NAME. LABELS.tsv has at least the columns `repo`
(OWNER/NAME), `primary_frameworks`, `incidental_frameworks` and `subprojects`
(`path:framework;path:framework`; `-` for none). A primary framework must be found as an application; an
incidental one must be found, but not as an application; nothing else may be an application. Labels of
sub-projects count where detection sees a unit. Exit code 1 when an answer is wrong.
"""

from __future__ import annotations

import csv
import sys
import time
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from pentalint.model import FRAMEWORKS, Unit
from pentalint.project.detect import rollup
from pentalint.project.survey import survey


def names(text: str) -> set[str]:
    """The frameworks a label lists; `-` lists none."""
    return {name for name in text.split(",") if name in FRAMEWORKS}


def labelled_units(text: str) -> Iterator[tuple[str, set[str]]]:
    """The sub-projects of a label: a path pattern and its frameworks. Remarks in brackets are dropped."""
    for part in text.split(";"):
        path, separator, frameworks = part.partition(":")
        if separator:
            alternatives = frameworks.split("(")[0].strip()
            for pattern in braces(path.strip()):
                yield pattern, names(alternatives)


def braces(pattern: str) -> Iterator[str]:
    """`a/{b,c}` is `a/b` and `a/c`."""
    head, separator, rest = pattern.partition("{")
    if not separator:
        yield pattern
        return
    inner, _, tail = rest.partition("}")
    for choice in inner.split(","):
        yield f"{head}{choice}{tail}"


def judge(units: Sequence[Unit], row: dict[str, str]) -> list[str]:
    """What is wrong with a detection, in short sentences."""
    roles = {found.framework: found.role for found in rollup(units)}
    applications = {name for name, role in roles.items() if role == "application"}
    primary, incidental = names(row["primary_frameworks"]), names(row["incidental_frameworks"])
    wrong = [f"missed {name}" for name in sorted(primary - applications)]
    wrong += [f"{name} is no application here" for name in sorted(applications - primary)]
    wrong += [f"missed {name} (incidental)" for name in sorted(incidental - roles.keys())]
    for pattern, expected in labelled_units(row["subprojects"]):
        for unit in units:
            if unit.path != pattern and not fnmatchcase(unit.path, pattern):
                continue
            held = {
                found.framework for found in unit.detections if found.role in ("application", "integration")
            }
            wrong += [f"{unit.path}: missed {name}" for name in sorted(expected - held)]
            if not expected:
                wrong += [
                    f"{unit.path}: {found.framework} is no application here"
                    for found in unit.detections if found.role == "application"
                ]  # fmt: skip
    return wrong


def main(arguments: Sequence[str]) -> int:
    """Print the table. Returns the exit code."""
    if len(arguments) != 2:
        print("usage: detection_table.py CHECKOUTS LABELS.tsv", file=sys.stderr)
        return 2
    checkouts, labels = Path(arguments[0]), Path(arguments[1])
    with labels.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t"))
    print(
        "| repository | applications | other roles | units | seconds | wrong |\n|---|---|---|---:|---:|---|"
    )
    failures = 0
    for row in rows:
        start = time.perf_counter()
        units = survey(checkouts / row["repo"].replace("/", "_")).units
        seconds = time.perf_counter() - start
        wrong = judge(units, row)
        failures += len(wrong)
        best = rollup(units)
        applications = ", ".join(
            f"{found.framework}{f' {found.version}' if found.version else ''} ({found.confidence.name})"
            for found in best if found.role == "application"
        )  # fmt: skip
        others = ", ".join(
            f"{found.framework}: {found.role}" for found in best if found.role != "application"
        )
        cells = [row["repo"], applications or "none", others or "none", str(len(units)), f"{seconds:.2f}"]
        print(f"| {' | '.join([*cells, '; '.join(wrong) or 'no'])} |")
    print(f"\n{len(rows)} repositories, {failures} wrong answers.")
    return 1 if failures else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
