from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pentalint.errors import ConfigError
from pentalint.model import Role
from pentalint.project.excludes import Excludes, Ignores
from pentalint.project.selection import reportable
from pentalint.project.walk import Walk, walk


def make(root: Path, *paths: str, text: str = "") -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")


def paths(found: Walk) -> list[str]:
    return [file.path for file in found.files]


def test_files_of_interest_sorted_with_role_and_size(tmp_path: Path) -> None:
    kept = [
        ".env",
        ".env.production",
        ".flaskenv",
        ".python-version",
        "Containerfile",
        "Dockerfile",
        "Dockerfile.dev",
        "Pipfile",
        "Procfile",
        "a.py",
        "a.pyi",
        "a.pyw",
        "app.Dockerfile",
        "compose.yaml",
        "conf/x.zcml",
        "fly.toml",
        "package.json",
        "poetry.lock",
        "requirements.in",
        "requirements.txt",
        "runtime.txt",
        "setup.cfg",
        "t/a.html",
        "t/a.htm",
        "t/a.j2",
        "t/a.jinja",
        "t/a.jinja2",
        "t/a.mako",
        "t/a.pt",
        "t/a.stpl",
        "t/a.tpl",
        "tests/test_a.py",
        "tox.ini",
        "x.conf",
        "x.yml",
    ]
    left = ["README.md", "a.pyc", "image.png", "LICENSE", "x.css", "x.js", ".gitignore", "a.pyx"]
    make(tmp_path, *kept, *left, text="12345")
    found = walk(tmp_path)
    assert paths(found) == sorted(kept)
    assert found.failures == ()
    assert found.root == str(tmp_path)
    by_path = {file.path: file for file in found.files}
    assert by_path["tests/test_a.py"].role is Role.test
    assert by_path["a.py"].size == 5


def test_xml_counts_only_below_templates(tmp_path: Path) -> None:
    make(tmp_path, "data/a.xml", "app/templates/feed.xml")
    assert paths(walk(tmp_path)) == ["app/templates/feed.xml"]


def test_scripts_without_suffix_are_told_by_their_first_line(tmp_path: Path) -> None:
    make(tmp_path, "run", text="#!/usr/bin/env python3\n")
    make(tmp_path, "old", text="#! /usr/bin/python2.7 -u\n")
    make(tmp_path, "shell", "bin/tool", text="#!/bin/sh\n")
    make(tmp_path, "Makefile", text="all: python\n")
    make(tmp_path, "huge", text="#!/usr/bin/env python3\n" + "x" * 600_000)
    found = walk(tmp_path)
    assert [(file.path, file.role) for file in found.files] == [("old", Role.script), ("run", Role.script)]


def test_default_excludes(tmp_path: Path) -> None:
    gone = [
        ".git/a.py",
        ".hg/a.py",
        ".tox/a.py",
        ".nox/a.py",
        ".venv/a.py",
        "node_modules/a.py",
        "a/__pycache__/a.py",
        "b/site-packages/a.py",
    ]
    gone += [
        "x.egg-info/a.py",
        "htmlcov/a.html",
        "build/lib/a.py",
        "sub/dist/a.py",
        "virtual/pyvenv.cfg",
        "virtual/lib/a.py",
    ]
    stays = [
        "venv/a.py",
        "env/a.py",
        "build2/a.py",
        "pkg/build/__init__.py",
        "pkg/build/steps.py",
        "dist.py",
        "egg-info/a.py",
    ]
    make(tmp_path, *gone, *stays)
    assert paths(walk(tmp_path)) == sorted(stays)


def test_the_root_may_itself_look_excluded(tmp_path: Path) -> None:
    root = tmp_path / "build"
    make(root, "a.py", "pyvenv.cfg")
    assert paths(walk(root)) == ["a.py", "pyvenv.cfg"]


def test_exclude_replaces_and_extend_exclude_adds(tmp_path: Path) -> None:
    make(tmp_path, "node_modules/a.py", "gen/a.py", "gen/keep.py", "b_pb2.py", "c.py")
    assert paths(walk(tmp_path, extend_exclude=["gen/", "*_pb2.py"])) == ["c.py"]
    assert paths(walk(tmp_path, exclude=["gen/"])) == ["b_pb2.py", "c.py", "node_modules/a.py"]
    assert paths(walk(tmp_path, exclude=["gen/*", "!gen/keep.py", "/c.py"])) == [
        "b_pb2.py",
        "gen/keep.py",
        "node_modules/a.py",
    ]


def test_gitignore_nested_negated_and_anchored(tmp_path: Path) -> None:
    make(
        tmp_path,
        "a.py",
        "gen/a.py",
        "sub/a.py",
        "sub/keep.py",
        "sub/deep/skip.py",
        "sub/only.py",
        "local.py",
        "sub/local.py",
        "x/y/z.py",
    )
    (tmp_path / ".gitignore").write_text(
        "# comment\n\ngen/\nskip.py\n/local.py\nx/**\nkeep.py\nonly.py\n", encoding="utf-8"
    )
    (tmp_path / "sub" / ".gitignore").write_text("!keep.py\n/deep/other.py\n", encoding="utf-8")
    assert paths(walk(tmp_path)) == ["a.py", "sub/a.py", "sub/keep.py", "sub/local.py"]
    assert len(paths(walk(tmp_path, respect_gitignore=False))) == 9


def test_an_ignored_directory_cannot_be_taken_back_from_within(tmp_path: Path) -> None:
    make(tmp_path, "gen/a.py")
    (tmp_path / ".gitignore").write_text("gen/\n!gen/a.py\n", encoding="utf-8")
    assert paths(walk(tmp_path)) == []


def test_git_info_exclude_and_ignores_above_the_root(tmp_path: Path) -> None:
    make(
        tmp_path,
        "project/app/a.py",
        "project/app/gen/b.py",
        "project/app/private.py",
        "project/app/c.py",
        "c.py",
    )
    make(tmp_path, ".git/info/exclude", text="private.py\n")
    (tmp_path / ".gitignore").write_text("gen/\n", encoding="utf-8")
    (tmp_path / "project" / ".gitignore").write_text("/app/c.py\n", encoding="utf-8")
    assert paths(walk(tmp_path / "project")) == ["app/a.py"]
    assert paths(walk(tmp_path / "project" / "app")) == ["a.py"]
    assert paths(walk(tmp_path)) == ["c.py", "project/app/a.py"]


def test_a_root_that_is_ignored_itself_is_walked(tmp_path: Path) -> None:
    make(tmp_path, ".git/HEAD", "out/a.py", "out/b_gen.py")
    (tmp_path / ".gitignore").write_text("out/\n", encoding="utf-8")
    assert paths(walk(tmp_path / "out")) == ["a.py", "b_gen.py"]


def test_links(tmp_path: Path) -> None:
    root = tmp_path / "root"
    make(root, "real/a.py")
    make(tmp_path, "outside/b.py", "outside/c.txt")
    (root / "link.py").symlink_to(root / "real" / "a.py")
    (root / "loop").symlink_to(root)
    (root / "real" / "up").symlink_to("..")
    (root / "away.py").symlink_to(tmp_path / "outside" / "b.py")
    (root / "away.txt").symlink_to(tmp_path / "outside" / "c.txt")
    (root / "away").symlink_to(tmp_path / "outside")
    (root / "gone.py").symlink_to(root / "absent.py")
    (root / "gone.txt").symlink_to(root / "absent.txt")
    found = walk(root)
    assert paths(found) == ["link.py", "real/a.py"]
    assert [(one.path, one.stage) for one in found.failures] == [("gone.py", "read")]
    assert "target does not exist" in found.failures[0].message
    assert found.notices == ("away.py links to a file outside the project and was not read",)


def test_a_root_given_by_a_link(tmp_path: Path) -> None:
    make(tmp_path, "real/a.py")
    (tmp_path / "real" / "b.py").symlink_to("a.py")
    (tmp_path / "link").symlink_to("real")
    assert paths(walk(tmp_path / "link")) == ["a.py", "b.py"]


def test_a_directory_named_like_a_file_and_a_pipe(tmp_path: Path) -> None:
    make(tmp_path, "x.py/inner.py")
    os.mkfifo(tmp_path / "pipe.py")
    os.mkfifo(tmp_path / "pipe")
    found = walk(tmp_path)
    assert paths(found) == ["x.py/inner.py"]
    assert found.failures == ()


def test_what_cannot_be_entered_or_read_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, "locked/a.py", "open/b.py")
    make(tmp_path, "script", text="#!/usr/bin/python\n")
    scan, opened = os.scandir, os.open

    def refuse(path: str) -> object:
        if str(path).endswith("locked"):
            raise PermissionError(13, "Permission denied")
        return scan(path)

    def refuse_open(path: str, flags: int) -> int:
        if str(path).endswith("script"):
            raise PermissionError(13, "Permission denied")
        return opened(path, flags)

    monkeypatch.setattr("pentalint.project.walk.os.scandir", refuse)
    monkeypatch.setattr("pentalint.project.walk.os.open", refuse_open)
    found = walk(tmp_path)
    assert paths(found) == ["open/b.py"]
    assert [(one.path, one.stage) for one in found.failures] == [("locked", "read"), ("script", "read")]
    assert "Permission denied" in found.failures[0].message


def test_a_name_that_is_not_text_is_a_failure(tmp_path: Path) -> None:
    os.close(os.open(os.fsencode(tmp_path) + b"/bad\xff.py", os.O_CREAT | os.O_WRONLY))
    found = walk(tmp_path)
    assert paths(found) == []
    assert [one.path for one in found.failures] == ["bad\\xff.py"]


def test_a_root_that_is_no_directory(tmp_path: Path) -> None:
    make(tmp_path, "a.py")
    for place in (tmp_path / "absent", tmp_path / "a.py"):
        with pytest.raises(ConfigError, match="no such directory"):
            walk(place)


def test_a_tree_of_copied_libraries_on_the_path_is_vendored(tmp_path: Path) -> None:
    make(tmp_path, "App.py", text='import sys, os\nsys.path.insert(0, os.path.join(here, "lib"))\n')
    make(tmp_path, "tool", text='#!/usr/bin/env python\nimport sys\nsys.path.insert(0, "more")\n')
    make(tmp_path, "small.py", text='import sys\nsys.path.append("few")\n')
    make(tmp_path, *(f"lib/package{at}/x.py" for at in range(8)), *(f"more/m{at}.py" for at in range(9)))
    make(tmp_path, *(f"few/p{at}.py" for at in range(7)), "lib2/a.py")
    roles = {file.path: file.role for file in walk(tmp_path).files}
    assert roles["lib/package3/x.py"] is Role.vendored
    assert roles["more/m1.py"] is Role.vendored
    assert roles["few/p1.py"] is Role.app
    assert roles["lib2/a.py"] is Role.app


def test_packages_called_like_examples(tmp_path: Path) -> None:
    make(tmp_path, "shop/__init__.py", "shop/demo/__init__.py", "shop/demo/models.py", "demo/__init__.py")
    make(tmp_path, "django/app/manage.py", "django/app/example/__init__.py", "django/app/example/urls.py")
    roles = {file.path: file.role for file in walk(tmp_path).files}
    assert roles["shop/demo/models.py"] is Role.app
    assert roles["demo/__init__.py"] is Role.example
    assert roles["django/app/example/urls.py"] is Role.app


def test_a_large_tree_is_walked_quickly(tmp_path: Path) -> None:
    for directory in range(60):
        make(tmp_path, *(f"d{directory}/m{at}.py" for at in range(50)))
    (tmp_path / ".gitignore").write_text("\n".join(f"*.x{at}" for at in range(40)), encoding="utf-8")
    begin = time.perf_counter()
    found = walk(tmp_path)
    assert len(found.files) == 3000
    # Measured 0.06 s; the bound only has to notice a change of the order of growth.
    assert time.perf_counter() - begin < 1


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a.py", False),
        ("node_modules/a.py", True),
        ("x/.tox/y/a.py", True),
        ("gen/a.py", True),
        ("x/gen/b.py", True),
        ("a_pb2.py", True),
    ],
)
def test_excludes_hold_for_single_files(path: str, expected: bool) -> None:
    assert Excludes.of((), ["gen/", "*_pb2.py"]).excluded(path) is expected


def test_patterns_that_are_none(tmp_path: Path) -> None:
    make(tmp_path, "a.py", "gen/b.py")
    (tmp_path / ".gitignore").write_text("!\n\\\\\n[[a\ngen/\n\\\n", encoding="utf-8")
    assert paths(walk(tmp_path)) == ["a.py"]
    with pytest.raises(ConfigError, match="`!` is not a"):
        walk(tmp_path, extend_exclude=["gen/", "!"])


_IGNORE = st.lists(st.text(alphabet="ab*?![]/\\. #-", max_size=6), max_size=5)


@given(_IGNORE, st.sampled_from(["a", "b/a", "a/", "a.b", "b/a.b/a"]))
def test_the_quick_question_agrees_with_the_patterns(lines: list[str], path: str) -> None:
    """The union of all patterns is only asked to save time: it must never hide a match."""
    quick = Ignores().within("", lines)
    for layer in quick.layers:
        assert layer.verdict(path) == layer.spec.check_file(path).include


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    make(root, "a.py", "pkg/b.py", "pkg/sub/c.py", "pkg2/d.py", "gen/e.py", "notes.md")
    (root / "link.py").symlink_to("a.py")
    (root / "linked").symlink_to("pkg")
    (tmp_path / "alias").symlink_to("root")
    return root


@pytest.mark.parametrize(
    ("given", "cwd", "expected"),
    [
        (["a.py"], ".", ["a.py"]),
        (["./pkg/../a.py"], ".", ["a.py"]),
        (["pkg"], ".", ["pkg/b.py", "pkg/sub/c.py"]),
        (["pkg/"], ".", ["pkg/b.py", "pkg/sub/c.py"]),
        (["."], "pkg", ["pkg/b.py", "pkg/sub/c.py"]),
        (["c.py", "../b.py"], "pkg/sub", ["pkg/b.py", "pkg/sub/c.py"]),
        (["link.py"], ".", ["link.py"]),
        (["linked/b.py"], ".", ["pkg/b.py"]),
        (["linked"], ".", ["pkg/b.py", "pkg/sub/c.py"]),
        (["../alias/a.py"], ".", ["a.py"]),
        (["{root}/pkg2"], "/", ["pkg2/d.py"]),
        (["{root}"], "/", ["a.py", "link.py", "pkg/b.py", "pkg/sub/c.py", "pkg2/d.py"]),
        ([], ".", []),
    ],
)
def test_paths_of_a_command_line(tree: Path, given: list[str], cwd: str, expected: list[str]) -> None:
    found = walk(tree, extend_exclude=["gen/"])
    chosen = reportable(found, [path.format(root=tree) for path in given], tree / cwd)
    assert list(chosen.paths) == expected
    assert chosen.left_out == ()


def test_named_files_that_the_walk_does_not_hold(tree: Path) -> None:
    found = walk(tree, extend_exclude=["gen/"])
    assert reportable(found, ["gen/e.py", "notes.md", "a.py"], tree).left_out == ("gen/e.py", "notes.md")
    assert reportable(found, ["gen"], tree).paths == ()


def test_paths_that_do_not_exist_or_lie_outside(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = walk(tree)
    with pytest.raises(ConfigError, match=r"absent\.py: there is no such file"):
        reportable(found, ["absent.py"], tree)
    with pytest.raises(ConfigError, match="outside the project"):
        reportable(found, ["../other.py"], tree)
    monkeypatch.chdir(tree / "pkg")
    assert reportable(found, ["b.py"]).paths == ("pkg/b.py",)


def test_what_an_installer_put_there_is_vendored(tmp_path: Path) -> None:
    for path in (
        "app/dist/__init__.py",
        "app/dist/lib/core.py",
        "app/main.py",
        "app/dist/lib-1.0.dist-info/METADATA",
    ):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("x = 1\n")
    roles = {file.path: file.role.value for file in walk(tmp_path).files}
    assert roles["app/main.py"] == "app"
    assert roles["app/dist/lib/core.py"] == "vendored"
