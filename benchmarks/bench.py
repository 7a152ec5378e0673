"""pentalint against bandit and ruff on the same files, in one run on one machine.

    python benchmarks/bench.py PROJECT [--rounds 5] [--jobs 1]

The project is copied without its `.git`, so that no tool leaves files out that another reads, and each tool
reads the copy from a warm page cache, itself compiled to byte code by the first run, as an installed tool is.
Rounds are interleaved (one run of each tool, then the next round), so that a machine that slows down slows all
of them; what counts are the ratios within a round. Every tool is held to one core, and pentalint runs once
more on all of them. Caches are off. Wall time, processor time and peak memory are those of the process and its children.

bandit and ruff do other work than pentalint: `bandit -r` applies all of its tests, ruff its rules of the
groups S (bandit's, rewritten) and DJ (Django). Neither reads manifests, settings, templates or configuration files.
Last it says how pentalint's time grows: the project against one that holds it twice.
semgrep takes part when it is installed, with the five rules of `semgrep.yaml`, one of which follows data within functions.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

LEFT_OUT = (".git", ".hg", ".svn", "node_modules", "__pycache__", ".pentalint-cache")
"""What is not copied: no source of the project's own."""
ALL_CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
SUBJECT = "pentalint"
SEMGREP_RULES = Path(__file__).resolve().parent / "semgrep.yaml"
MEGABYTE = 1024 * 1024
RSS_UNIT = 1 if sys.platform == "darwin" else 1024
"""Bytes in the unit `ru_maxrss` is in."""


@dataclass(frozen=True, slots=True)
class Tool:
    """One row of the table: a name, a command (the copy is its working directory), and whether it may use all cores."""

    name: str
    command: tuple[str, ...]
    parallel: bool = False


@dataclass(frozen=True, slots=True)
class Sample:
    """One run: seconds on the clock, seconds of processor time, bytes at the peak."""

    wall: float
    cpu: float
    memory: int


@dataclass(frozen=True, slots=True)
class Project:
    """What is measured on: Python files and their lines, and bytes."""

    place: Path
    files: int
    lines: int


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print. Returns 2, with a sentence, when a tool is missing or fails."""
    options = parser().parse_args(argv)
    source = options.project.resolve()
    if not source.is_dir():
        return refuse(f"{options.project}: there is no such directory")
    with tempfile.TemporaryDirectory(prefix="pentalint-bench-") as directory:
        project = copied(source, Path(directory) / source.name)
        if not project.files:
            return refuse(f"{options.project}: there are no Python files in it")
        try:
            tools = tools_for(options.jobs)
            samples = measured(tools, project, options.rounds)
            growth = doubled(tools[0], source, Path(directory) / "doubled", options.rounds)
        except Fault as fault:
            return refuse(str(fault))
    print(report(project, samples, options.rounds), end="")
    print(f"Twice the code, as two directories of one project, takes {growth:.2f} times the processor time.")
    return 0


class Fault(Exception):
    """Why there is nothing to compare. One sentence."""


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(description="Time pentalint, bandit and ruff on the same files.")
    made.add_argument("project", type=Path, metavar="PROJECT", help="a directory with Python files")
    made.add_argument("--rounds", type=positive, default=5, help="runs of each tool (default: 5)")
    made.add_argument(
        "--jobs", type=positive, default=1, help="processes of the one-core run of pentalint (default: 1)"
    )
    return made


def positive(text: str) -> int:
    """A number from 1 up. Raises for anything else, as argparse wants it."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def refuse(sentence: str) -> int:
    """Say why not."""
    print(f"error: {sentence}", file=sys.stderr)
    return 2


def copied(source: Path, place: Path) -> Project:
    """A copy of a project as one directory of its own, and how large it is. Links stay links: none is followed."""
    shutil.copytree(source, place, symlinks=True, ignore=shutil.ignore_patterns(*LEFT_OUT))
    (place / ".git").mkdir(exist_ok=True)  # the root of the project for every tool
    paths = [path for path in place.rglob("*.py") if path.is_file() and not path.is_symlink()]
    return Project(place, len(paths), sum(path.read_bytes().count(b"\n") for path in paths))


def tools_for(jobs: int) -> tuple[Tool, ...]:
    """The commands to compare, from this interpreter's environment. Raises `Fault` when one is not installed."""
    ours = (
        "check",
        "--no-cache",
        "--exit-zero",
        "--quiet",
        "--no-respect-gitignore",
        f"--output=json={os.devnull}",
    )
    tools = [
        Tool(SUBJECT, (program("pentalint"), *ours, f"--jobs={jobs}", ".")),
        Tool("bandit -r", (program("bandit"), "--quiet", "--exit-zero", "--format=json", "--recursive", ".")),
        Tool(
            "ruff --select S,DJ",
            (program("ruff"), "check", "--no-cache", "--isolated", "--no-respect-gitignore", "--select=S,DJ",
             "--exit-zero", "--quiet", "."),
        ),
    ]  # fmt: skip
    semgrep = shutil.which("semgrep", path=sysconfig.get_path("scripts")) or shutil.which("semgrep")
    if semgrep is not None:
        tools.append(
            Tool(
                "semgrep, 5 rules",
                (
                    semgrep,
                    "scan",
                    f"--config={SEMGREP_RULES}",
                    "--metrics=off",
                    "--disable-version-check",
                    "--no-git-ignore",
                    "--jobs=1",
                    "--quiet",
                    "--json",
                    f"--output={os.devnull}",
                    ".",
                ),
            )
        )
    if len(ALL_CORES) > 1:
        tools.append(
            Tool(f"{SUBJECT}, {len(ALL_CORES)} cores", (*tools[0].command[:-2], "--jobs=auto", "."), True)
        )
    return tuple(tools)


def program(name: str) -> str:
    """The path of a command in this environment. Raises `Fault` when it is not there."""
    found = shutil.which(name, path=sysconfig.get_path("scripts"))
    if found is None:
        raise Fault(f"{name} is not installed here; `make bench PROJECT=path` installs it")
    return found


def measured(tools: Sequence[Tool], project: Project, rounds: int) -> dict[str, list[Sample]]:
    """The samples of each tool, in the order of the tools: one run each to warm up, then the rounds, interleaved."""
    samples: dict[str, list[Sample]] = {tool.name: [] for tool in tools}
    for number in range(rounds + 1):
        for tool in tools:
            sample = run(tool, project.place)
            if number:
                samples[tool.name].append(sample)
    return samples


def doubled(tool: Tool, source: Path, place: Path, rounds: int) -> float:
    """How many times the processor time a project takes that holds the code twice: the smallest of some rounds each."""
    taken: list[float] = []
    for number, names in enumerate((("one",), ("one", "two"))):
        project = place / str(number)
        for name in names:
            copied(source, project / name)
            (project / name / ".git").rmdir()
        (project / ".git").mkdir()
        run(tool, project)
        taken.append(min(run(tool, project).cpu for _ in range(rounds)))
    return taken[1] / taken[0]


def run(tool: Tool, place: Path) -> Sample:
    """Run one tool once. Raises `Fault` when it fails: every command is told to exit with 0 whatever it finds."""
    environ = {**os.environ, "RAYON_NUM_THREADS": str(len(ALL_CORES) or 1) if tool.parallel else "1"}
    environ.pop("PYTHONDONTWRITEBYTECODE", None)  # or a checkout would be compiled in every round
    with tempfile.TemporaryFile() as said:
        start = time.perf_counter()
        child = subprocess.Popen(
            tool.command, cwd=place, env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said,
            preexec_fn=None if tool.parallel else one_core(),
        )  # fmt: skip
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            said.seek(0)
            last = said.read().decode(errors="replace").strip().rpartition("\n")[2]
            raise Fault(f"{tool.name} ended with {child.returncode}: {last}")
    return Sample(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * RSS_UNIT)


def one_core() -> Callable[[], None] | None:
    """What holds a child to the last core we may use, where the system can do that."""
    if not ALL_CORES:
        return None
    return lambda: os.sched_setaffinity(0, {ALL_CORES[-1]})


def report(project: Project, samples: dict[str, list[Sample]], rounds: int) -> str:
    """The table: medians and, for a noisy machine, the smallest; ratios to the first tool."""
    ours = next(iter(samples.values()))
    rows = [
        ("", "lines/s", "wall", "wall min", "cpu", "cpu min", "memory", "wall ratio", "cpu ratio", "by round")
    ]
    rows += [row(name, taken, ours, project.lines) for name, taken in samples.items()]
    widths = [max(len(cells[column]) for cells in rows) for column in range(len(rows[0]))]
    table = [
        "  ".join(
            [
                cells[0].ljust(widths[0]),
                *(cell.rjust(width) for cell, width in zip(cells[1:], widths[1:], strict=True)),
            ]
        )
        for cells in rows
    ]
    pins = "one core each" if ALL_CORES else "not held to one core: this system cannot"
    return "\n".join(
        [
            f"{project.place.name}: {project.files} Python files, {project.lines} lines; median of {rounds} rounds, {pins}",
            f"Python {platform.python_version()}, {', '.join(map(installed, ('pentalint', 'bandit', 'ruff')))}",
            "",
            *table,
            "",
            f"Ratios are to {SUBJECT}, above 1 is slower: of the median wall and processor times, and the median of the",
            "ratios of wall time within each round. Seconds; memory is that of the largest process, in MB.",
            "",
        ]
    )


def row(name: str, taken: Sequence[Sample], ours: Sequence[Sample], lines: int) -> tuple[str, ...]:
    """One line of the table."""
    wall, cpu = median(taken, wall_of), median(taken, cpu_of)
    by_round = statistics.median(one.wall / other.wall for one, other in zip(taken, ours, strict=True))
    return (
        name,
        f"{lines / wall:.0f}",
        f"{wall:.2f}",
        f"{min(map(wall_of, taken)):.2f}",
        f"{cpu:.2f}",
        f"{min(map(cpu_of, taken)):.2f}",
        f"{statistics.median(one.memory for one in taken) / MEGABYTE:.0f}",
        f"{wall / median(ours, wall_of):.2f}",
        f"{cpu / median(ours, cpu_of):.2f}",
        f"{by_round:.2f}",
    )


def wall_of(sample: Sample) -> float:
    return sample.wall


def cpu_of(sample: Sample) -> float:
    return sample.cpu


def median(taken: Sequence[Sample], of: Callable[[Sample], float]) -> float:
    return statistics.median(map(of, taken))


def installed(name: str) -> str:
    """A distribution with its version."""
    try:
        return f"{name} {version(name)}"
    except PackageNotFoundError:
        return name


if __name__ == "__main__":
    sys.exit(main())
