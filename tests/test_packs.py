"""Rule files: what is wrong with one is said by file and key; which rules run where, and why the others do not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from projects import PACK, RULE, make_plan, rule

from pentalint.check.plan import compile_rules, knowledge_of, resolved
from pentalint.config import Config
from pentalint.errors import ConfigError, RuleError
from pentalint.model import Confidence, Detection, Persona, Requirement, Role, Severity, Unit
from pentalint.packs.load import load_pack, load_packs, load_rule
from pentalint.packs.schema import read_pack, read_rule
from pentalint.packs.select import NO_PINS, Selection, Wishes, exact_versions, matches, select, within
from pentalint.rule import Pack, Rule
from pentalint.toml import loads

GOOD: dict[str, Any] = {**RULE, "match": {"call": "api.f"}}


def without(key: str) -> dict[str, Any]:
    return {name: value for name, value in GOOD.items() if name != key}


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ({**GOOD, "sumary": "x"}, "flask/x.toml: `sumary` is not a key; did you mean `summary`?"),
        ({**GOOD, "zzz": "x"}, "flask/x.toml: `zzz` is not a key."),
        ({**GOOD, "cwe": 79}, "flask/x.toml: `cwe` must be a list, not a int."),
        ({**GOOD, "summary": ["x"]}, "flask/x.toml: `summary` must be a string, not a list."),
        ({**GOOD, "match": "call"}, "flask/x.toml: `match` must be a table, not a str."),
        (without("why"), "flask/x.toml: the rule lacks `why`."),
        ({"summary": "x"}, "flask/x.toml: the rule lacks `category`, `severity`, `confidence`, `match`"),
        ({**GOOD, "category": "style"}, "flask/x.toml: `category` must be one of security, correctness"),
        ({**GOOD, "severity": "fatal"}, "flask/x.toml: `severity` must be one of info, low, medium, high, critical, not 'fatal'."),
        ({**GOOD, "confidence": "sure"}, "flask/x.toml: `confidence` must be one of low, medium, high"),
        ({**GOOD, "persona": "all"}, "flask/x.toml: `persona` must be one of default, pedantic, audit"),
        ({**GOOD, "deployment": "dev"}, "flask/x.toml: `deployment` must be one of production, any"),
        ({**GOOD, "roles": ["main"]}, "flask/x.toml: `roles` must be one of app, test"),
        ({**GOOD, "category": "security"}, "flask/x.toml: a security rule needs `cwe`"),
        ({**GOOD, "applies": "2.x"}, "flask/x.toml: `applies` is not a version specifier: '2.x'. Write for instance"),
        ({**GOOD, "bad": [1]}, "flask/x.toml: `bad` holds strings only."),
        ({**GOOD, "gaps": [{}]}, "flask/x.toml: `gaps` holds strings only."),
    ],
)  # fmt: skip
def test_rule_errors_name_the_file_and_the_key(table: dict[str, Any], sentence: str) -> None:
    with pytest.raises(RuleError) as caught:
        read_rule(table, "flask/x", "flask/x.toml")
    assert str(caught.value).startswith(sentence)


def test_a_rule_has_what_its_file_says() -> None:
    table = {
        **GOOD, "category": "security", "cwe": [79], "applies": ">=2", "roles": ["test"], "persona": "audit",
        "bad": ["\nx = 1\n"], "message": "M", "severity": "critical", "deployment": "any", "distribution": "other",
    }  # fmt: skip
    found = read_rule(table, "flask/x-y", "flask/x-y.toml")
    assert (found.id, found.pack, found.slug) == ("flask/x-y", "flask", "x-y")
    assert (found.severity, found.persona, found.roles) == (Severity.critical, Persona.audit, (Role.test,))
    assert found.bad[0].files == {"app.py": "x = 1\n"}
    assert found.security and found.cwe == (79,)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("titel = 'x'", "flask/pack.toml: `titel` is not a key; did you mean `title`?"),
        ("aliases = []", "flask/pack.toml: `aliases` must be a table, not a list."),
        ("[aliases]\na.b = 'c'", "flask/pack.toml: `aliases.a` must be a string (quote dotted names"),
        ("[signatures]\na = 'b'", "flask/pack.toml: `signatures.a` must be a list of strings"),
        ("[groups]\na = [1]", "flask/pack.toml: `groups.a` must be a list of strings"),
        ("[settings]\nmarker = []", "flask/pack.toml: `settings.marker` is not a key; one of markers"),
        ("[settings.attributes]\na = 1", "flask/pack.toml: `settings.attributes.a` must be a string"),
        ("[[settings.removed]]\nname = 'A'", "flask/pack.toml: each of `settings.removed` needs `since`"),
        (
            "[[settings.removed]]\nname = ['A', 1]\nsince = '1'",
            "flask/pack.toml: `settings.removed.name` must be text or a list of texts",
        ),
        ("[[parameters]]\ntyp = 'x'", "flask/pack.toml: `parameters.typ` is not a key; one of type"),
        ("[[parameters]]\ntype = 'x'", "flask/pack.toml: each of `parameters` needs `type` and one of"),
        ("[[parameters]]\nname = 'x'", "flask/pack.toml: each of `parameters` needs `type`"),
    ],
)
def test_pack_errors_name_the_file_and_the_key(text: str, sentence: str) -> None:
    with pytest.raises(RuleError) as caught:
        read_pack(loads(text, "x"), "flask", "flask/pack.toml", ())
    assert str(caught.value).startswith(sentence)


def test_an_unknown_group_in_a_parameter_is_told() -> None:
    table = loads("[[parameters]]\ntype = 'x'\nindex = 0\ndecorators = ['@nope']", "x")
    pack = read_pack(table, "flask", "flask/pack.toml", ())
    with pytest.raises(
        RuleError, match=r"flask/pack.toml: `parameters`: group @nope is not defined in the pack\."
    ):
        knowledge_of([pack])


def test_knowledge_of_packs() -> None:
    text = (
        '[aliases]\n"a" = "b"\n"b" = "c"\n"x" = "y"\n"y" = "x"\n[groups]\nd = ["api.deco"]\n'
        "[[parameters]]\ntype = 't()'\nindex = 0\nfunction = '^v$'\ndecorators = ['@d']\nsubclass = 'k'\nimports = 'i'\n"
    )
    found = knowledge_of([read_pack(loads(text, "x"), "flask", "x", ())])
    assert (found.aliases["a"], found.aliases["b"]) == ("c", "c")
    (fact,) = found.parameters
    assert (fact.type, fact.framework, fact.index, fact.imports) == ("t()", "flask", 0, "i")
    assert fact.decorators == {"api.deco"} and fact.subclass == {"k"}
    assert resolved({"x": "y", "y": "x"}) == {"x": "x", "y": "y"}


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


RULE_TEXT = """\
summary = "s"
category = "structure"
severity = "low"
confidence = "low"
why = "w"
fix = "f"
bad = []
good = []
match.call = "api.f"
"""


def test_packs_are_directories_and_rules_are_files(tmp_path: Path) -> None:
    write(tmp_path / "web" / "b.toml", RULE_TEXT)
    write(tmp_path / "web" / "a.toml", RULE_TEXT)
    write(tmp_path / "flask" / "pack.toml", 'title = "Flask"\n')
    write(tmp_path / "flask" / "detect.toml", "x = 1\n")
    write(tmp_path / "README.md", "not a pack\n")
    packs = load_packs(tmp_path)
    assert list(packs) == ["flask", "web"]
    assert [one.id for one in packs["web"].rules] == ["web/a", "web/b"]
    assert (packs["flask"].title, packs["flask"].rules, packs["web"].title) == ("Flask", (), "web")
    assert load_packs(tmp_path, ["web", "no"])["web"] is packs["web"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("summary = \n", "flask/x.toml"), (RULE_TEXT + "why = 'again'\n", "flask/x.toml"), ("", "flask/x.toml: the rule lacks")],
)  # fmt: skip
def test_a_broken_rule_file_is_named(tmp_path: Path, text: str, sentence: str) -> None:
    path = write(tmp_path / "flask" / "x.toml", text)
    with pytest.raises(RuleError, match=sentence):
        load_rule(path)
    with pytest.raises(RuleError, match=sentence):
        load_pack(tmp_path / "flask")
    with pytest.raises(RuleError, match=sentence):
        load_packs(tmp_path)


def test_a_missing_rule_directory_is_told(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="there is no rule directory here"):
        load_packs(tmp_path / "nowhere")


def test_our_packs_load_and_compile() -> None:
    packs = load_packs()
    assert {"web", "django", "flask", "pyramid", "bottle", "cherrypy", "pentalint"} <= set(packs)
    rules = [one for pack in packs.values() for one in pack.rules]
    compiled = {one.rule.id for one in compile_rules(rules, packs)}
    assert compiled == {one.id for one in rules if one.pack != "pentalint"}


# -- selection ---------------------------------------------------------------------------------------------------------


def rules_for_selection() -> dict[str, Pack]:
    flask = (
        rule('call = "api.f"', "plain"),
        rule('call = "api.f"', "new", applies=">=2.3"),
        rule('call = "api.f"', "add-on", applies="<4", distribution="flask-login"),
        rule('call = "api.f"', "noisy", persona="audit"),
        rule('call = "api.f"', "picky", persona="pedantic", severity="low", category="structure"),
    )
    web = (rule('call = "api.f"', "shared", "web"),)
    own = (rule('own = "x"', "own", "pentalint"),)
    return {
        "flask": read_pack({"title": "Flask"}, "flask", "", flask),
        "pentalint": read_pack({}, "pentalint", "", own),
        "web": read_pack({}, "web", "", web),
    }


def unit(role: str = "application", version: str | None = None, framework: str = "flask") -> Unit:
    return Unit(".", (Detection(".", framework, role, Confidence.high, version=version),))


def chosen(unit: Unit, pins: dict[str, str] | None = None, **wishes: Any) -> Selection:
    return select(rules_for_selection(), unit, Wishes(**wishes), pins or NO_PINS)


def ids(selection: Selection) -> set[str]:
    return {one.slug for one in selection.rules}


@pytest.mark.parametrize(
    ("found", "wishes", "pins", "expected", "reasons"),
    [
        (unit(), {}, {}, {"plain", "new", "add-on", "shared", "own"}, {
            "flask/noisy": "is for the persona audit; this run is for default",
            "flask/picky": "is for the persona pedantic; this run is for default",
        }),
        (unit(), {"persona": Persona.audit}, {}, {"plain", "new", "add-on", "shared", "own", "noisy", "picky"}, {}),
        (unit(), {"persona": Persona.pedantic}, {}, {"plain", "new", "add-on", "shared", "own", "picky"}, {
            "flask/noisy": "is for the persona audit; this run is for pedantic",
        }),
        (unit(version="2.0.1"), {}, {}, {"plain", "add-on", "shared", "own"}, {
            "flask/new": "applies to flask >=2.3, and 2.0.1 is used",
        }),
        (unit(version="2.3.0rc1"), {}, {}, {"plain", "add-on", "shared", "own"}, {}),
        (unit(version="3.0"), {}, {}, {"plain", "new", "add-on", "shared", "own"}, {}),
        (unit(version="what"), {}, {}, {"plain", "new", "add-on", "shared", "own"}, {}),
        (unit(), {}, {"flask": "2.0"}, {"plain", "add-on", "shared", "own"}, {}),
        (unit(), {}, {"flask-login": "5.0"}, {"plain", "new", "shared", "own"}, {
            "flask/add-on": "applies to flask-login <4, and 5.0 is used",
        }),
        (unit("incidental"), {}, {}, {"own"}, {
            "flask/plain": "Flask is only incidental here", "web/shared": "no framework was detected here",
        }),
        (unit("integration"), {}, {}, {"plain", "new", "add-on", "shared", "own"}, {}),
        (unit(framework="django"), {}, {}, {"shared", "own"}, {"flask/plain": "Flask was not detected here"}),
        (Unit("."), {}, {}, {"own"}, {"web/shared": "no framework was detected here"}),
        (unit(), {"select": ("flask/noisy",)}, {}, {"noisy"}, {
            "flask/plain": "not among the selected rules", "pentalint/own": "not among the selected rules",
        }),
        (unit(), {"select": ("flask",)}, {}, {"plain", "new", "add-on"}, {
            "flask/noisy": "is for the persona audit; this run is for default",
        }),
        (unit(), {"select": ("flask/p*",), "persona": Persona.audit}, {}, {"plain", "picky"}, {}),
        (unit(), {"select": ("category:structure",), "persona": Persona.audit}, {}, {"picky"}, {}),
        (unit(), {"select": ("severity:low",), "persona": Persona.audit}, {}, {"picky"}, {}),
        (unit(), {"select": ("ALL",), "ignore": ("flask/new", "web")}, {}, {"plain", "add-on", "own"}, {
            "flask/new": "ignored by `flask/new`", "web/shared": "ignored by `web`",
        }),
        (unit(), {"ignore": ("ALL",)}, {}, set(), {"flask/plain": "ignored by `ALL`"}),
    ],
)  # fmt: skip
def test_which_rules_run_and_why_not(
    found: Unit,
    wishes: dict[str, Any],
    pins: dict[str, str],
    expected: set[str],
    reasons: dict[str, str],
) -> None:
    selection = chosen(found, pins, **wishes)
    assert ids(selection) == expected
    assert {name: selection.reasons.get(name) for name in reasons} == reasons
    every = {one.id for pack in rules_for_selection().values() for one in pack.rules}
    assert {one.id for one in selection.rules} | set(selection.reasons) == every
    assert not {one.id for one in selection.rules} & set(selection.reasons)


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ("ALL", True), ("flask", True), ("flask/probe", True), ("flask/*", True), ("*/probe", True), ("fl*", True),
        ("category:correctness", True), ("severity:medium", True), ("flas", False), ("category:corr", False), ("web", False),
        ("severity:high", False), ("", False),
    ],
)  # fmt: skip
def test_selectors(selector: str, expected: bool) -> None:
    one: Rule = rule('call = "x"')
    assert matches(selector, one) is expected


def mention(version: str | None, **more: Any) -> Requirement:
    return Requirement(
        "flask", "", "pinned", **{"scope": "runtime", "path": "r.txt", "line": 1, **more}, version=version
    )


@pytest.mark.parametrize(
    ("mentions", "expected"),
    [
        ([mention("1.0")], "1.0"),
        ([mention("1.0"), mention("2.0", locked=True, path="z.lock")], "2.0"),
        ([mention("1.0", line=2), mention("2.0", line=1)], "2.0"),
        ([mention("1.0", scope="constraint")], None),
        ([mention(None)], None),
    ],
)
def test_exact_versions(mentions: list[Requirement], expected: str | None) -> None:
    assert exact_versions(mentions).get("flask") == expected


@pytest.mark.parametrize(
    ("version", "specifier", "expected"),
    [("2.0", ">=2", True), ("2.0b1", ">=2", False), ("2.1b1", ">=2", True), ("1.9", ">=2", False), ("x", ">=2", False)],
)  # fmt: skip
def test_within(version: str, specifier: str, expected: bool) -> None:
    assert within(version, specifier) is expected


# -- plans ---------------------------------------------------------------------------------------------------------------


def test_units_and_roles_decide_who_judges_a_file() -> None:
    files = {"a/x.py": "", "a/b/y.py": "", "z.py": "", "a/test_x.py": ""}
    plan, _, _ = make_plan(
        files, [rule('call = "api.f"')], units=("a", "a/b"), roles={"a/test_x.py": Role.test}
    )
    assert [plan.unit_of(path) for path in ("a/x.py", "a/b/y.py", "z.py", "ab/x.py")] == [
        "a",
        "a/b",
        ".",
        ".",
    ]
    probe = frozenset({"flask/probe"})
    assert plan.active("a/x.py") & probe == probe
    assert plan.active("z.py") == plan.aware("z.py") == frozenset()
    assert not plan.active("a/test_x.py") & probe and not plan.aware("a/test_x.py")
    assert plan.frameworks("a/x.py") == {"flask"} and plan.frameworks("z.py") == frozenset()


def test_a_script_can_be_a_unit_of_its_own() -> None:
    plan, _, _ = make_plan({"tools/run.py": "", "tools/x.py": ""}, [], units=(".", "tools/run.py"))
    assert plan.unit_of("tools/run.py") == "tools/run.py"
    assert plan.unit_of("tools/x.py") == "."


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("scripts/*", "scripts/deep/x.py", True),
        ("scripts/", "scripts/x.py", True),
        ("settings.py", "a/settings.py", True),
        ("/settings.py", "a/settings.py", False),
        ("*.py", "a/b.py", True),
        ("tests/**/x.py", "tests/a/b/x.py", True),
        ("*.ini", "a/b.py", False),
    ],
)
def test_per_file_ignores_are_patterns_of_gitignore(pattern: str, path: str, expected: bool) -> None:
    one = rule('call = "x"')
    config = Config(per_file_ignores=((pattern, ("web", "category:correctness")),))
    plan, _, _ = make_plan({"x.py": ""}, [], config=config)
    assert plan.ignored(one, path) is expected
    assert plan.ignored(one, path) is expected
    other = Config(per_file_ignores=((pattern, ("web",)),))
    assert not make_plan({"x.py": ""}, [], config=other)[0].ignored(one, path)


def test_a_per_file_ignore_that_is_no_pattern_is_told() -> None:
    plan, _, _ = make_plan({"x.py": ""}, [], config=Config(per_file_ignores=(("!", ("flask",)),)))
    with pytest.raises(ConfigError, match=r"per-file-ignores: `!` is not a \.gitignore pattern"):
        plan.ignored(rule('call = "x"'), "x.py")


def test_the_made_up_pack_is_a_pack() -> None:
    assert read_pack(loads(PACK, "x"), "flask", "x", ()).groups["both"] == ("api.f", "api.g")
