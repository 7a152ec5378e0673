from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from pentalint import toml
from pentalint.config import (
    Config,
    FailOn,
    Options,
    Origin,
    Output,
    check_selectors,
    config_selectors,
    rebase,
    with_environment,
)
from pentalint.config_keys import FORMATS, KEYS
from pentalint.errors import ConfigError
from pentalint.model import Confidence, Persona, Severity
from pentalint.report import FORMATS as RENDERERS

ORIGIN = Origin(
    "pyproject.toml", {"select": 4, "severity": 7, "django": 9, "django.settings": 10, "selct": 5}
)


def applied(**table: Any) -> Config:
    return Config.default().apply({name.replace("_", "-"): value for name, value in table.items()}, ORIGIN)


@pytest.mark.parametrize(
    ("key", "value", "field", "expected"),
    [
        ("select", ["flask", "web/*"], "select", ("flask", "web/*")),
        ("extend-select", ["flask"], "extend_select", ("flask",)),
        ("ignore", ["flask"], "ignore", ("flask",)),
        ("extend-ignore", [], "extend_ignore", ()),
        (
            "per-file-ignores",
            {"tests/*": ["ALL"], "a.py": ["flask"]},
            "per_file_ignores",
            (("a.py", ("flask",)), ("tests/*", ("ALL",))),
        ),
        ("severity", {"web": "info"}, "severity", (("web", Severity.info),)),
        ("min-severity", "high", "min_severity", Severity.high),
        ("min-confidence", "medium", "min_confidence", Confidence.medium),
        ("persona", "audit", "persona", Persona.audit),
        ("fail-on", "never", "fail_on", FailOn.never),
        ("fail-on", "any", "fail_on", FailOn.info),
        ("frameworks", ["flask"], "frameworks", (("*", ("flask",)),)),
        ("frameworks", {"web": ["flask"], "api": []}, "frameworks", (("api", ()), ("web", ("flask",)))),
        ("exclude", ["/gen"], "exclude", ("/gen",)),
        ("extend-exclude", ["/gen"], "extend_exclude", ("/gen",)),
        ("respect-gitignore", False, "respect_gitignore", False),
        ("force-exclude", False, "force_exclude", False),
        ("output-format", "sarif", "outputs", (Output("sarif"),)),
        ("jobs", 3, "jobs", 3),
        ("jobs", "auto", "jobs", 0),
        ("cache-dir", ".cache", "cache_dir", ".cache"),
        ("required-version", ">=0.1", "required_version", ">=0.1"),
        ("django", {"settings": ["shop.prod"]}, "django_settings", ("shop.prod",)),
    ],
)
def test_a_key_fills_its_field(key: str, value: Any, field: str, expected: Any) -> None:
    config = Config.default().apply({key: value}, ORIGIN)
    assert getattr(config, field) == expected
    changed = [
        item.name for item in fields(Config) if getattr(config, item.name) != getattr(Config(), item.name)
    ]
    assert set(changed) <= {field, "origins"}


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"selct": ["x"]}, 'pyproject.toml:5: unknown key "selct"; did you mean "select"?'),
        ({"extend_select": []}, 'pyproject.toml: unknown key "extend_select"; did you mean "extend-select"?'),
        ({"django": {"setings": []}}, 'unknown key "django.setings"; did you mean "django.settings"?'),
        ({"zzzzz": 1}, 'unknown key "zzzzz"; the keys are select, extend-select, ignore'),
        ({"django": ["x"]}, 'pyproject.toml:9: "django" must be a table'),
        ({"select": "flask"}, 'pyproject.toml:4: "select" must be an array of strings, not a string'),
        ({"select": [1]}, '"select" must be an array of strings, not an array with something else in it'),
        ({"select": [""]}, "not an array with something else in it"),
        ({"min-severity": 3}, '"min-severity" must be a string, not an integer'),
        (
            {"min-severity": "hgh"},
            'must be one of info, low, medium, high, critical, not "hgh"; did you mean "high"?',
        ),
        ({"persona": "x"}, 'must be one of default, pedantic, audit, not "x"'),
        ({"fail-on": "x"}, "must be one of info, low, medium, high, critical, never, any"),
        ({"severity": {"web": "bad"}}, 'pyproject.toml:7: "severity" has an entry "web" that must be one of'),
        ({"severity": "high"}, '"severity" must be a table of selector = severity, not a string'),
        ({"per-file-ignores": {"a": "b"}}, 'has an entry "a" that must be an array of strings, not a string'),
        ({"per-file-ignores": ["a"]}, "must be a table of pattern = [selectors], not an array"),
        ({"frameworks": ["djngo"]}, 'not "djngo"; did you mean "django"?'),
        ({"frameworks": True}, 'must be a table of unit path = ["framework"], or an array of frameworks'),
        ({"respect-gitignore": "yes"}, '"respect-gitignore" must be true or false, not a string'),
        ({"output-format": "srif"}, 'not "srif"; did you mean "sarif"?'),
        ({"output-format": "sarif=x"}, "files are named with --output on the command line"),
        ({"jobs": 0}, '"jobs" must be a positive number or "auto"'),
        ({"jobs": True}, '"jobs" must be a positive number or "auto"'),
        ({"jobs": 1.5}, '"jobs" must be a positive number or "auto"'),
        ({"cache-dir": ""}, '"cache-dir" must be a string, not an empty one'),
        ({"cache-dir": 1.5}, '"cache-dir" must be a string, not a float'),
        ({"cache-dir": object()}, '"cache-dir" must be a string, not a date or time'),
    ],
)
def test_what_is_wrong_is_said_with_file_line_and_remedy(table: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Config.default().apply(table, ORIGIN)
    assert message in str(caught.value)
    assert str(caught.value).startswith("pyproject.toml")


def test_every_key_is_read_somewhere() -> None:
    source = Path(__file__).parents[1] / "src" / "pentalint"
    names = {item.name for item in fields(Config)}
    text = "\n".join(
        path.read_text(encoding="utf-8")
        for path in sorted(source.rglob("*.py"))
        if path.name not in ("config_keys.py", "cli_options.py")
    )
    for key in KEYS.values():
        assert key.field in names, key.name
        assert key.about and key.about == key.about.strip()
    through = {
        "select": "selected",
        "extend_select": "selected",
        "ignore": "ignored",
        "extend_ignore": "ignored",
    }
    through["frameworks"] = "forced"
    unread = sorted(
        name
        for name in names - {"origins", "notices", "file"}
        if not re.search(rf"\bconfig\.{through.get(name, name)}\b", text)
    )
    assert unread == []


def test_formats_are_those_there_are_functions_for() -> None:
    assert tuple(RENDERERS) == FORMATS


def test_select_on_the_command_line_resets_the_file() -> None:
    base = applied(select=["flask"], extend_select=["web"], ignore=["flask/a"], extend_ignore=["flask/b"])
    config = base.with_options(Options(select=("django",)))
    assert (config.selected, config.ignored) == (("django",), ())
    config = base.with_options(Options(select=("django",), ignore=("django/x",), extend_select=("web",)))
    assert (config.selected, config.ignored) == (("django", "web"), ("django/x",))


def test_the_other_selectors_adjust_the_file() -> None:
    base = applied(select=["flask"], extend_select=["web"], ignore=["flask/a"], extend_ignore=["flask/b"])
    config = base.with_options(Options(ignore=("flask/c",), extend_ignore=("flask/d",)))
    assert config.selected == ("flask", "web")
    assert config.ignored == ("flask/a", "flask/c", "flask/b", "flask/d")
    config = base.with_options(Options(extend_select=("flask/a",)))
    assert (config.selected, config.ignored) == (("flask", "web", "flask/a"), ("flask/b",))
    config = base.with_options(Options(ignore=("web",)))
    assert (config.selected, config.ignored) == (("flask",), ("flask/a", "web", "flask/b"))


def test_options_win_over_the_file_and_say_so() -> None:
    base = applied(min_severity="high", jobs=4, frameworks={"web": ["flask"]}, exclude=["a"])
    options = Options(
        min_severity=Severity.low,
        min_confidence=Confidence.high,
        persona=Persona.audit,
        fail_on=FailOn.high,
        frameworks=("django",),
        respect_gitignore=False,
        force_exclude=False,
        outputs=(Output("json"),),
        jobs=1,
        cache=False,
        cache_dir="c",
        parser="ast",
        exclude=("b",),
        extend_exclude=("c",),
    )
    config = base.with_options(options)
    assert config == Config(
        min_severity=Severity.low,
        min_confidence=Confidence.high,
        persona=Persona.audit,
        fail_on=FailOn.high,
        frameworks=(("*", ("django",)),),
        respect_gitignore=False,
        force_exclude=False,
        outputs=(Output("json"),),
        jobs=1,
        cache=False,
        cache_dir="c",
        parser="ast",
        exclude=("b",),
        extend_exclude=("c",),
        origins=config.origins,
    )
    assert {origin for _, origin in config.origins} == {"command line"}
    assert "output-format" in dict(config.origins)


def test_no_options_change_nothing() -> None:
    base = applied(select=["flask"])
    assert base.with_options(Options(paths=("x",), exit_zero=True)) == base
    assert base.origins == (("select", "pyproject.toml:4"),)


def test_forced_frameworks_by_unit() -> None:
    assert Config().forced("web") is None
    assert applied(frameworks=["flask"]).forced("web") == ("flask",)
    config = applied(frameworks={"web": ["flask"]})
    assert (config.forced("web"), config.forced(".")) == (("flask",), None)


@pytest.mark.parametrize(
    ("pattern", "prefix", "expected"),
    [
        ("tests", "web", "tests"),
        ("tests/", "web", "tests/"),
        ("*.py", "web", "*.py"),
        ("a/b", "", "a/b"),
        ("a/b", "web", "/web/a/b"),
        ("./a/b", "web", "/web/a/b"),
        ("/a", "web/x", "/web/x/a"),
        ("!a/b", "web", "!/web/a/b"),
        ("!a", "web", "!a"),
        ("./a", "", "a"),
    ],
)
def test_patterns_typed_in_a_directory_are_relative_to_it(pattern: str, prefix: str, expected: str) -> None:
    assert rebase(pattern, prefix) == expected


IDS = ("flask/debug-run", "django/debug-true", "web/open-redirect")
PACKS = ("flask", "django", "web")


@pytest.mark.parametrize(
    "selector",
    [
        "ALL",
        "flask/debug-run",
        "flask",
        "flask/*",
        "*/debug-*",
        "category:security",
        "severity:high",
    ],
)
def test_known_selectors(selector: str) -> None:
    check_selectors([selector], IDS, PACKS)


@pytest.mark.parametrize(
    ("selector", "hint"),
    [
        ("flask/debug-rnu", '; did you mean "flask/debug-run"?'),
        ("flsk", '; did you mean "flask"?'),
        ("category:securty", '; did you mean "category:security"?'),
        ("pyramid/*", "; `pentalint rules` lists the rules"),
        ("flask/", '; did you mean "flask"?'),
        ("all", "; `pentalint rules` lists the rules"),
        ("B201", "; `pentalint rules` lists the rules"),
    ],
)
def test_unknown_selectors_are_errors(selector: str, hint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        check_selectors(["flask", selector], IDS, PACKS, "pyproject.toml:3: ignore")
    assert str(caught.value) == f'pyproject.toml:3: ignore: no rule is named "{selector}"{hint}'


def test_every_selector_of_a_configuration_is_listed() -> None:
    config = applied(
        select=["a"],
        extend_select=["b"],
        ignore=["c"],
        extend_ignore=["d"],
        per_file_ignores={"x": ["e"]},
        severity={"f": "low"},
    )
    assert config_selectors(config) == (
        ("a", "select"),
        ("b", "extend-select"),
        ("c", "ignore"),
        ("d", "extend-ignore"),
        ("e", "per-file-ignores"),
        ("f", "severity"),
    )


def test_the_environment_speaks_where_the_user_did_not() -> None:
    environ = {
        "PENTALINT_OUTPUT_FORMAT": "json=r.json",
        "PENTALINT_CONFIG": "c.toml",
        "PENTALINT_CACHE_DIR": "d",
        "PENTALINT_NO_CACHE": "1",
    }
    expected = Options(outputs=(Output("json", "r.json"),), config="c.toml", cache_dir="d", cache=False)
    assert with_environment(Options(), environ) == expected
    typed = Options(outputs=(Output("full"),), config="mine.toml", cache_dir="e", cache=True)
    assert with_environment(typed, environ) == typed
    assert with_environment(Options(isolated=True), environ).config is None


@pytest.mark.parametrize("value", ["", "0", "false", "No"])
def test_an_empty_or_negative_environment_is_none(value: str) -> None:
    assert with_environment(Options(), {"PENTALINT_NO_CACHE": value, "PENTALINT_CONFIG": ""}) == Options()


def test_a_format_there_is_not_in_the_environment() -> None:
    with pytest.raises(ConfigError, match=r'PENTALINT_OUTPUT_FORMAT must be one of .*, not "xml"'):
        with_environment(Options(), {"PENTALINT_OUTPUT_FORMAT": "xml"})


def test_the_documentation_has_every_key_and_no_other() -> None:
    text = (Path(__file__).parents[1] / "docs" / "configuration.md").read_text(encoding="utf-8")
    table = text.split("\n## Keys\n")[1].split("\n## ")[0]
    assert re.findall(r"^\| `([a-z.-]+)` \|", table, re.MULTILINE) == list(KEYS)


def test_the_example_of_the_documentation_is_valid() -> None:
    text = (Path(__file__).parents[1] / "docs" / "configuration.md").read_text(encoding="utf-8")
    table = toml.loads(text.split("```toml\n")[1].split("```")[0], "configuration.md")
    config = Config.default().apply(table["tool"]["pentalint"], ORIGIN)
    assert config.django_settings == ("shop.settings.production",)
