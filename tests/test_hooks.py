"""The hooks users install, run by the real pre-commit on a sample repository."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import pytest

pytestmark = pytest.mark.xdist_group("hooks")  # one process, so that the hook's environment is made once
ROOT = Path(__file__).resolve().parents[1]
SHIPPED = (".pre-commit-hooks.yaml", "pyproject.toml", "LICENSE", "README.md")
INDEX_FAULTS = (
    "Temporary failure in name resolution",
    "Failed to establish a new connection",
    "Network is unreachable",
    "(from versions: none)",
    "Read timed out",
    "ProxyError",
)
"""What pip says when there is no package index to install the hook's environment from."""

APP = {
    "requirements.txt": "Flask==3.1.3\n",
    "switches.py": "DEBUG = True\n",
    "shop.py": """\
        from flask import Flask

        from switches import DEBUG

        app = Flask(__name__)

        if __name__ == "__main__":
            app.run(debug=DEBUG)
        """,
}
FAULT = "shop.py:8:5: high[flask/debug-run]"
PADDING = 800
"""Files whose names alone are more than pre-commit passes at once (128 KiB)."""


@dataclass(frozen=True)
class Result:
    code: int
    output: str

    @property
    def findings(self) -> list[str]:
        """The findings pentalint printed, in order, without their messages."""
        return re.findall(r"^\S+:\d+:\d+: \w+\[\S+\]", self.output, re.MULTILINE)

    @property
    def runs(self) -> int:
        """How often pentalint ran: each run closes with a sentence of its own."""
        return len(
            re.findall(r"^(?:No findings|\d+ findings?\b).* files? checked", self.output, re.MULTILINE)
        )


class Stand:
    """A git repository that uses the hooks, and the pre-commit that runs them."""

    def __init__(self, place: Path, hooks: Path, environ: dict[str, str]) -> None:
        self.place = place
        self.hooks = hooks
        self.environ = environ
        place.mkdir()
        self.call("git", "init", "--quiet")

    def call(self, *words: str) -> Result:
        done = subprocess.run(
            words, cwd=self.place, env=self.environ, text=True, check=False,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        return Result(done.returncode, done.stdout)

    def write(self, files: dict[str, str]) -> None:
        """Write files and stage everything."""
        for name, text in files.items():
            path = self.place / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(text), encoding="utf-8")
        assert self.call("git", "add", "--all").code == 0

    def pre_commit(self, *words: str) -> Result:
        """Run pre-commit; skips the test when it could not install the hook for want of an index."""
        result = self.call(sys.executable, "-m", "pre_commit", *words)
        if result.code == 3 or "An unexpected error has occurred" in result.output:
            fault = next((text for text in INDEX_FAULTS if text in result.output), None)
            if fault is not None:
                pytest.skip(
                    f"pre-commit installs hooks from a package index, and none can be reached: {fault}"
                )
        return result

    def run(self, hook: str, *words: str) -> Result:
        """Run one hook on all files, by the configuration below."""
        return self.pre_commit("run", hook, "--all-files", "--verbose", *words)

    def configure(self) -> None:
        """The configuration a user writes, with one line a finding so that it can be compared."""
        revision = subprocess.run(
            ["git", "rev-parse", "HEAD"], cwd=self.hooks, capture_output=True, text=True, check=True
        ).stdout.strip()
        self.write(
            {
                ".pre-commit-config.yaml": f"""\
                repos:
                  - repo: {self.hooks}
                    rev: {revision}
                    hooks:
                      - id: pentalint
                        args: [--output-format, concise, --no-cache]
                      - id: pentalint-project
                        args: [--output-format, concise, --no-cache]
                      - id: pentalint-config
                """
            }
        )


@pytest.fixture(scope="module")
def environ(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of git and pre-commit: a home of its own, and nobody's git configuration."""
    names = {
        name: text
        for name, text in os.environ.items()
        if not name.startswith(("GIT_", "PRE_COMMIT", "PENTALINT_"))
    }
    author = {
        f"GIT_{who}_{what}": text
        for who in ("AUTHOR", "COMMITTER")
        for what, text in (("NAME", "T"), ("EMAIL", "t@t.example"))
    }
    return {
        **names,
        **author,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "PRE_COMMIT_HOME": str(tmp_path_factory.mktemp("pre-commit")),
        "PRE_COMMIT_COLOR": "never",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory, environ: dict[str, str]) -> Path:
    """A repository of what this checkout holds now, committed: what `repo:` names."""
    place = tmp_path_factory.mktemp("hooks") / "pentalint"
    place.mkdir()
    for name in ("src", "rules"):
        shutil.copytree(ROOT / name, place / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in SHIPPED:
        shutil.copy(ROOT / name, place / name)
    for words in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "state"]):
        subprocess.run(["git", *words], cwd=place, env=environ, check=True)
    return place


@pytest.fixture
def stand(tmp_path: Path, hooks: Path, environ: dict[str, str]) -> Iterator[Stand]:
    made = Stand(tmp_path / "shop", hooks, environ)
    made.write(APP)
    yield made


def test_manifest_is_valid(tmp_path: Path, environ: dict[str, str]) -> None:
    words = [sys.executable, "-m", "pre_commit", "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml")]
    done = subprocess.run(words, capture_output=True, text=True, env=environ, cwd=tmp_path, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_entries_are_commands_there_are() -> None:
    """Every `entry` parses: its words with `--help` behind them end well."""
    entries = re.findall(
        r"^ +entry: (.+)$", (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert len(entries) == 3
    for entry in entries:
        program, *words = entry.split()
        assert program == "pentalint"
        done = subprocess.run(
            [sys.executable, "-m", "pentalint", *words, "--help"], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, entry
        assert "Usage: pentalint" in done.stdout, entry


@pytest.mark.slow
@pytest.mark.network
def test_try_repo_reports_the_fault(stand: Stand) -> None:
    """`try-repo`, as a user meets the hook first: an environment of its own, made from nothing but this checkout."""
    result = stand.pre_commit("try-repo", str(stand.hooks), "pentalint", "--all-files", "--verbose")
    assert result.code == 1, result.output
    assert "flask/debug-run" in result.output
    assert "shop.py:8:5" in result.output
    assert "exit code: 1" in result.output


@pytest.mark.slow
@pytest.mark.network
def test_hook_fails_until_the_fault_is_mended(stand: Stand) -> None:
    stand.configure()
    failed = stand.run("pentalint")
    assert (failed.code, failed.findings, failed.runs) == (1, [FAULT], 1), failed.output
    stand.write({"switches.py": "DEBUG = False\n"})
    mended = stand.run("pentalint")
    assert (mended.code, mended.findings, mended.runs) == (0, [], 1), mended.output


@pytest.mark.slow
@pytest.mark.network
def test_hook_on_one_file_knows_the_others(stand: Stand) -> None:
    """The value comes from a file that is not passed; a file without a finding of its own stays silent."""
    stand.configure()
    seen = stand.pre_commit("run", "pentalint", "--verbose", "--files", "shop.py")
    assert (seen.code, seen.findings) == (1, [FAULT]), seen.output
    other = stand.pre_commit("run", "pentalint", "--verbose", "--files", "switches.py")
    assert (other.code, other.findings) == (0, []), other.output


@pytest.mark.slow
@pytest.mark.network
def test_batches_find_what_one_run_finds(stand: Stand) -> None:
    """So many file names that pre-commit splits them: findings lie at both ends, and rest on files of other batches."""
    padding = {f"pages/page_{number:04}_{'x' * 180}.py": f"NUMBER = {number}\n" for number in range(PADDING)}
    assert sum(map(len, padding)) > 128 * 1024
    first, last = APP["shop.py"], APP["shop.py"]
    stand.write(
        {**padding, "aaa.py": first, "zzz.py": last, "shop.py": "", "pages/switches.py": "DEBUG = True\n"}
    )
    stand.configure()
    batches = stand.run("pentalint")
    assert batches.runs >= 2, batches.output
    whole = stand.run("pentalint-project", "--hook-stage", "manual")
    assert whole.runs == 1
    assert (batches.code, whole.code) == (1, 1)
    assert sorted(batches.findings) == sorted(whole.findings)
    assert [text.partition(":")[0] for text in sorted(whole.findings)] == ["aaa.py", "zzz.py"]


@pytest.mark.slow
@pytest.mark.network
def test_project_hook_runs_once_and_for_files_the_other_cannot_see(stand: Stand) -> None:
    stand.configure()
    seen = stand.run("pentalint-project", "--hook-stage", "manual")
    assert (seen.code, seen.findings, seen.runs) == (1, [FAULT], 1), seen.output
    words = ("run", "pentalint-project", "--hook-stage", "manual", "--verbose", "--files")
    stand.write({"views/page.mako": "${title}\n", "notes.md": "# Notes\n"})
    assert stand.pre_commit(*words, "views/page.mako").runs == 1
    assert stand.pre_commit(*words, "notes.md").runs == 0


@pytest.mark.slow
@pytest.mark.network
def test_config_hook_reports_an_unknown_key(stand: Stand) -> None:
    stand.configure()
    stand.write({"pyproject.toml": '[tool.pentalint]\nfail-on = "high"\n'})
    valid = stand.run("pentalint-config")
    assert (valid.code, "pyproject.toml: valid" in valid.output) == (0, True), valid.output
    stand.write({"pyproject.toml": '[tool.pentalint]\nfail-onn = "high"\n'})
    wrong = stand.run("pentalint-config")
    assert wrong.code == 1, wrong.output
    assert 'error: pyproject.toml:2: unknown key "fail-onn"; did you mean "fail-on"?' in wrong.output
    assert "exit code: 2" in wrong.output
