"""The wheel carries the rules; an editable install reads the checkout's; the sdist builds the same wheel."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path, PurePosixPath

import pytest

from pentalint import data
from pentalint.errors import RuleError

ROOT = Path(__file__).resolve().parents[1]

BUILD = """
import os, sys
from hatchling import build
os.chdir(sys.argv[1])
print(getattr(build, "build_" + sys.argv[2])(sys.argv[3]))
"""


def checkout_rules() -> dict[str, bytes]:
    """Every file under the checkout's `rules/`, by path."""
    root = ROOT / "rules"
    return {
        path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()
    }


def checkout_modules() -> set[str]:
    source = ROOT / "src"
    return {
        path.relative_to(source).as_posix()
        for path in source.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def build(kind: str, source: Path, target: Path) -> Path:
    """What the build backend makes of a source tree: `kind` is wheel, sdist or editable."""
    done = subprocess.run(
        [sys.executable, "-c", BUILD, str(source), kind, str(target)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return target / done.stdout.splitlines()[-1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("wheel", ROOT, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("sdist", ROOT, tmp_path_factory.mktemp("sdist"))


def contents(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}


def rules_in(files: dict[str, bytes]) -> dict[str, bytes]:
    prefix = "pentalint/rules/"
    return {name.removeprefix(prefix): text for name, text in files.items() if name.startswith(prefix)}


def test_wheel_carries_the_rules_of_the_checkout(wheel: Path) -> None:
    assert rules_in(contents(wheel)) == checkout_rules()


def test_wheel_carries_every_module_and_nothing_else(wheel: Path) -> None:
    inside = {
        name for name in contents(wheel) if ".dist-info/" not in name and "pentalint/rules/" not in name
    }
    assert inside == checkout_modules()


def test_wheel_says_what_it_is(wheel: Path) -> None:
    files = contents(wheel)
    (name,) = [name for name in files if name.endswith(".dist-info/METADATA")]
    metadata = files[name].decode()
    assert "\nRequires-Python: >=3.10\n" in metadata
    assert "\nLicense-Expression: MIT\n" in metadata
    assert any(PurePosixPath(name).name == "LICENSE" for name in files)
    (scripts,) = [text.decode() for name, text in files.items() if name.endswith("entry_points.txt")]
    assert "pentalint = pentalint.cli:main" in scripts


def test_sdist_builds_the_same_wheel(wheel: Path, sdist: Path, tmp_path: Path) -> None:
    with tarfile.open(sdist) as archive:
        if sys.version_info >= (3, 12):
            archive.extractall(tmp_path, filter="data")
        else:
            archive.extractall(tmp_path)
    (source,) = tmp_path.iterdir()
    rebuilt = contents(build("wheel", source, tmp_path))
    assert rebuilt == contents(wheel)


def test_sdist_has_what_its_tests_and_hooks_need(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    wanted = (
        "Makefile",
        ".pre-commit-hooks.yaml",
        "README.md",
        "CONTRIBUTING.md",
        "LICENSE",
        "docs/rules.md",
    )
    assert [
        name for name in (*wanted, "tests/test_packaging.py", "fixtures/README.md") if name not in names
    ] == []


def ids(python_path: Path, place: Path) -> tuple[str, list[str]]:
    """Where `pentalint` was imported from, and the ids of the rules it lists, with one directory before all others."""
    program = (
        "import pentalint, sys; from pentalint.cli import run_command; "
        "print(pentalint.__file__, file=sys.stderr); sys.exit(run_command(['rules', '--output-format', 'json']))"
    )
    environ = {**os.environ, "PYTHONPATH": str(python_path), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environ, cwd=place
    )
    return done.stderr.strip(), [row["id"] for row in json.loads(done.stdout)]


def test_installed_wheel_lists_the_rules_of_the_checkout(wheel: Path, tmp_path: Path) -> None:
    installed = tmp_path / "site-packages"
    installer = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--no-compile"]
    subprocess.run([*installer, "--target", str(installed), str(wheel)], check=True, capture_output=True)
    imported, listed = ids(installed, tmp_path)
    assert Path(imported).is_relative_to(installed)
    assert (installed / "pentalint" / "rules" / "web").is_dir()
    imported, own = ids(ROOT / "src", tmp_path)
    assert Path(imported).is_relative_to(ROOT / "src")
    assert listed == own
    assert len(listed) > 100


def test_editable_install_reads_the_rules_of_the_checkout(tmp_path: Path) -> None:
    """The editable wheel may carry a copy of the rules; what counts is that `src/` is what gets imported."""
    editable = build("editable", ROOT, tmp_path)
    files = contents(editable)
    assert "pentalint/__init__.py" not in files, "a copy of the code would be used instead of the checkout"
    (pth,) = [text.decode() for name, text in files.items() if name.endswith(".pth")]
    assert Path(pth.strip()) == ROOT / "src"
    installed = tmp_path / "site-packages"
    with zipfile.ZipFile(editable) as archive:
        archive.extractall(installed)
    program = (
        "import site, sys; site.addsitedir(sys.argv[1]); sys.path.insert(0, sys.argv[1]); "
        "from pentalint.data import rules_root; print(rules_root())"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", program, str(installed)],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    assert Path(done.stdout.strip()) == ROOT / "rules"


def test_rules_are_the_checkouts_here() -> None:
    data.rules_root.cache_clear()
    assert data.rules_root() == ROOT / "rules"


def test_a_damaged_installation_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "lib" / "pentalint"
    package.mkdir(parents=True)
    monkeypatch.setattr(data, "__file__", str(package / "data.py"))
    data.rules_root.cache_clear()
    try:
        with pytest.raises(RuleError, match=r"rules: the rules are missing; install pentalint again"):
            data.rules_root()
    finally:
        monkeypatch.undo()
        data.rules_root.cache_clear()
    assert data.rules_root() == ROOT / "rules"


def test_ci_runs_the_test_command_of_the_readme() -> None:
    script = ROOT / ".ci" / "run"
    (command,) = [
        line for line in script.read_text(encoding="utf-8").splitlines() if "make" in line and line[0] != "#"
    ]
    assert command == "exec make test"
    assert os.access(script, os.X_OK)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"^make (?:test|audit)\b", readme, re.MULTILINE) == ["make audit", "make test"]


def test_make_lists_its_targets() -> None:
    """`make` alone explains itself; every target that does something is in the list, and CONTRIBUTING names only such."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (phony,) = re.findall(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    done = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    listed = re.findall(r"^ +make ([\w-]+)", done.stdout, re.MULTILINE)
    assert sorted(listed) == sorted(phony.split())
    named = re.findall(r"`make ([\w-]+)", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))
    assert set(named) <= set(listed)
