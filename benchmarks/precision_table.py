"""Holds the findings on real projects against judgements made by hand, and prints a Markdown table.

usage: python benchmarks/precision_table.py CHECKOUTS JUDGEMENTS.tsv [JUDGEMENTS.tsv ...]

CHECKOUTS holds one directory for each project. Each judgement is a line `rule<TAB>project<TAB>path:line<TAB>verdict<TAB>why` with
the verdict true, debatable or false; the project is the directory's name. Findings nobody judged are listed at the end, and end
the program with 1. Nothing in the checkouts is executed.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

from pentalint.config import Config, Options
from pentalint.run import run

VERDICTS = ("true", "debatable", "false")


def judgements(paths: list[Path]) -> dict[tuple[str, str, str], str]:
    """(rule, project, place) -> verdict."""
    found: dict[tuple[str, str, str], str] = {}
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            parts = line.split("\t")
            if len(parts) >= 4 and parts[3] in VERDICTS:
                found[(parts[0], parts[1], parts[2])] = parts[3]
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("checkouts", type=Path)
    parser.add_argument("judgements", type=Path, nargs="+")
    arguments = parser.parse_args()
    known = judgements(arguments.judgements)
    rules: dict[tuple[str, str], Counter[str]] = {}
    open_ones: list[str] = []
    for project in sorted(path for path in arguments.checkouts.iterdir() if path.is_dir()):
        config = replace(Config.default(), root=str(project), cache=False)
        for finding in run(Options(), config).shown:
            place = f"{finding.path}:{finding.span.line}"
            verdict = known.get((finding.rule, project.name, place), "unjudged")
            rules.setdefault((finding.rule, finding.confidence.name), Counter())[verdict] += 1
            if verdict == "unjudged":
                open_ones.append(f"{finding.rule} {project.name} {place} {finding.message}")
    print("| rule | confidence | findings | true | debatable | false | share true |")
    print("|---|---|---:|---:|---:|---:|---:|")
    total: Counter[str] = Counter()
    for (rule, confidence), counts in sorted(rules.items()):
        total += counts
        judged = sum(counts[verdict] for verdict in VERDICTS)
        share = f"{100 * counts['true'] / judged:.0f} %" if judged else "-"
        cells = " | ".join(str(counts[verdict]) for verdict in VERDICTS)
        print(f"| {rule} | {confidence} | {sum(counts.values())} | {cells} | {share} |")
    judged = sum(total[verdict] for verdict in VERDICTS)
    cells = " | ".join(str(total[verdict]) for verdict in VERDICTS)
    share = f"{100 * total['true'] / judged:.0f} %" if judged else "-"
    print(f"| **all** | | {sum(total.values())} | {cells} | {share} |")
    for one in open_ones:
        print(f"unjudged: {one}", file=sys.stderr)
    return 1 if open_ones else 0


if __name__ == "__main__":
    sys.exit(main())
