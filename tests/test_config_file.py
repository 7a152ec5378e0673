from __future__ import annotations

from pathlib import Path

import pytest

from pentalint.config import Options
from pentalint.config_file import find_config, key_lines, load, read_config, start_of
from pentalint.errors import ConfigError


def tree(root: Path, **files: str) -> None:
    """Files by name, `__` for a slash and `_DOT_` for a dot."""
    for name, text in files.items():
        path = root / name.replace("__", "/").replace("_DOT_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


SECTION = '[project]\nname = "x"\n\n[tool.pentalint]\nselect = ["flask"]\n'


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty directory, which is also the working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_closest_file_wins_whole(project: Path) -> None:
    tree(project, pyproject_DOT_toml=SECTION, web__pentalint_DOT_toml='ignore = ["web"]\n', web__api__x="")
    found = find_config(project / "web" / "api")
    assert found is not None
    assert (found.path, found.table) == (project / "web" / "pentalint.toml", {"ignore": ["web"]})
    above = find_config(project)
    assert above is not None and above.table == {"select": ["flask"]}


def test_a_pyproject_without_our_section_is_passed_over(project: Path) -> None:
    tree(project, pyproject_DOT_toml=SECTION, web__pyproject_DOT_toml="[tool.black]\n", web__a="")
    found = find_config(project / "web")
    assert found is not None and found.path == project / "pyproject.toml"
    tree(project, web__pyproject_DOT_toml='[project]\ndependencies = ["pentalint"]\n')
    found = find_config(project / "web")
    assert found is not None and found.path == project / "pyproject.toml"


def test_another_tools_broken_pyproject_is_not_our_business(project: Path) -> None:
    tree(project, pyproject_DOT_toml=SECTION, web__pyproject_DOT_toml="not toml [")
    found = find_config(project / "web")
    assert found is not None and found.path == project / "pyproject.toml"


def test_no_configuration_at_all(project: Path) -> None:
    config = load(Options(), project)
    assert (config.root, config.file, config.notices) == (str(project), None, ())


@pytest.mark.parametrize(
    ("names", "winner", "losers"),
    [
        (
            ("pentalint_DOT_toml", "pyproject_DOT_toml"),
            "pentalint.toml",
            ["[tool.pentalint] in pyproject.toml"],
        ),
        (
            ("_DOT_pentalint_DOT_toml", "pyproject_DOT_toml"),
            ".pentalint.toml",
            ["[tool.pentalint] in pyproject.toml"],
        ),
        (("pentalint_DOT_toml", "_DOT_pentalint_DOT_toml"), "pentalint.toml", [".pentalint.toml"]),
        (("_DOT_pentalint_DOT_toml",), ".pentalint.toml", []),
    ],
)
def test_two_in_one_directory_are_noticed(
    project: Path, names: tuple[str, ...], winner: str, losers: list[str]
) -> None:
    tree(project, **{name: SECTION if "pyproject" in name else 'select = ["web"]\n' for name in names})
    config = load(Options(), project)
    assert config.file == str(project / winner)
    assert config.notices == tuple(f"{winner} is used; {loser} is not read" for loser in losers)
    assert config.select == ("web",)


def test_origins_name_file_and_line(project: Path) -> None:
    tree(project, pyproject_DOT_toml=SECTION + "\n[tool.pentalint.django]\nsettings = ['a.b']\n", web__x="")
    config = load(Options(paths=("web",)), project)
    assert dict(config.origins) == {"select": "pyproject.toml:5", "django.settings": "pyproject.toml:8"}
    assert config.root == str(project)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[tool.pentalint]\nselect = "flask"\n', 'pyproject.toml:2: "select" must be an array of strings'),
        ("[tool.pentalint]\n\nselct = []\n", 'pyproject.toml:3: unknown key "selct"; did you mean "select"?'),
        ("[tool]\npentalint = 1\n", "pyproject.toml: tool.pentalint must be a table"),
        ("[tool.pentalint]\nselect = [\n", "pyproject.toml:3: this is not valid TOML"),
        (
            "[tool.pentalint.per-file-ignores]\n'x' = 1\n",
            'pyproject.toml:1: "per-file-ignores" has an entry "x" that must be an array of strings',
        ),
    ],
)
def test_mistakes_name_file_and_line(project: Path, text: str, message: str) -> None:
    tree(project, pyproject_DOT_toml=text)
    with pytest.raises(ConfigError) as caught:
        load(Options(), project)
    assert str(caught.value).startswith(message)


def test_a_file_that_is_not_text(project: Path) -> None:
    (project / "pentalint.toml").write_bytes(b"a = '\xff'")
    with pytest.raises(ConfigError, match=r"pentalint\.toml: is not UTF-8 \(byte 5\)"):
        load(Options(), project)


def test_a_mark_at_the_beginning_is_no_mistake(project: Path) -> None:
    (project / "pentalint.toml").write_bytes(b'\xef\xbb\xbfselect = ["web"]\r\n')
    assert load(Options(), project).select == ("web",)


def test_a_file_that_cannot_be_read(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree(project, pentalint_DOT_toml="")

    def refuse(*args: object, **kwargs: object) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(ConfigError, match=r"pentalint\.toml: cannot be read: Permission denied"):
        load(Options(), project)


def test_a_file_named_on_the_command_line(project: Path) -> None:
    tree(project, pyproject_DOT_toml=SECTION, other__strict_DOT_toml='select = ["web"]\n')
    config = load(Options(config="other/strict.toml"), project)
    assert (config.select, config.file) == (("web",), str(project / "other" / "strict.toml"))
    assert dict(config.origins) == {"select": "other/strict.toml:1"}


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("gone.toml", "gone.toml: there is no such configuration file"),
        ("pyproject.toml", "pyproject.toml: has no [tool.pentalint] section"),
    ],
)
def test_a_named_file_that_will_not_do(project: Path, name: str, message: str) -> None:
    tree(project, pyproject_DOT_toml="[project]\n")
    with pytest.raises(ConfigError) as caught:
        load(Options(config=name), project)
    assert str(caught.value) == message


def test_a_named_pyproject(project: Path) -> None:
    tree(project, other__pyproject_DOT_toml=SECTION)
    assert read_config(project / "other" / "pyproject.toml").table == {"select": ["flask"]}


def test_isolated_reads_nothing(project: Path) -> None:
    tree(project, pentalint_DOT_toml="nonsense = 1\n")
    assert load(Options(isolated=True), project).file is None
    with pytest.raises(ConfigError, match="--isolated and --config exclude each other"):
        load(Options(isolated=True, config="x"), project)


def test_the_root(project: Path) -> None:
    tree(project, repo__a__b__x="", repo__a__shared__p_DOT_toml="", shared__p_DOT_toml="")
    inner = str(project / "repo" / "a" / "b")
    assert load(Options(paths=(inner,)), project).root == inner
    (project / "repo" / ".git").mkdir()
    assert load(Options(paths=(inner,)), project).root == str(project / "repo")
    assert load(Options(paths=(inner,), config="shared/p.toml"), project).root == str(project / "repo")
    tree(project, repo__a__pentalint_DOT_toml="")
    assert load(Options(paths=(inner,)), project).root == str(project / "repo" / "a")
    named = Options(paths=(inner,), config="repo/a/pentalint.toml")
    assert load(named, project).root == str(project / "repo" / "a")


def test_where_the_search_begins(project: Path) -> None:
    tree(project, a__b__x_DOT_py="", a__c__y_DOT_py="")
    away = project / "a" / "b"
    assert start_of((), project) == project
    assert start_of(("a",), project) == project / "a"
    assert start_of(("a/b", "a/c"), project) == project / "a"
    assert start_of(("a/b/x.py",), project) == project
    assert start_of(("a/b/x.py", "a/c"), project) == project
    assert start_of((str(project / "a" / "c" / "y.py"),), away) == project / "a" / "c"
    assert start_of(("../c/y.py", "x.py"), away) == project / "a"
    assert start_of((".",), away) == away
    assert start_of(("..",), away) == project / "a"


def test_files_in_batches_read_one_configuration(project: Path) -> None:
    tree(project, pentalint_DOT_toml="", a__pentalint_DOT_toml="", a__x_DOT_py="", b_DOT_py="")
    for paths in (("a/x.py",), ("b.py",), ("a/x.py", "b.py")):
        assert load(Options(paths=paths), project).file == str(project / "pentalint.toml")
    assert load(Options(paths=("a",)), project).file == str(project / "a" / "pentalint.toml")


def test_a_path_that_is_not_there(project: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load(Options(paths=("gone.py",)), project)
    assert str(caught.value) == "gone.py: there is no such file or directory; correct the path"


def test_different_drives(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(paths: object) -> str:
        raise ValueError("Paths don't have the same drive")

    tree(project, a__x="", b__x="")
    monkeypatch.setattr("os.path.commonpath", refuse)
    with pytest.raises(ConfigError, match="a, b: paths on different drives cannot be one project"):
        start_of(("a", "b"), project)


def test_patterns_typed_in_a_subdirectory(project: Path) -> None:
    tree(project, pentalint_DOT_toml='exclude = ["a/b"]\n', web__x="")
    config = load(Options(extend_exclude=("gen/x", "*.pyi")), project / "web")
    assert (config.exclude, config.extend_exclude) == (("a/b",), ("/web/gen/x", "*.pyi"))
    assert load(Options(extend_exclude=("gen/x",)), project).extend_exclude == ("gen/x",)


def test_key_lines_of_every_spelling() -> None:
    text = """\
[tool.'pentalint'] # c
"select" = [
  'a',
]
django.settings = []
[tool.pentalint.severity]
web='low'
[x]
select=1
"""
    found = key_lines(text, ("tool", "pentalint"))
    assert {name: found[name] for name in ("select", "django.settings", "severity", "severity.web")} == {
        "select": 2,
        "django.settings": 5,
        "severity": 6,
        "severity.web": 7,
    }
