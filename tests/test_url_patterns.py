"""The parameters of URL patterns, held against what the frameworks make of the same patterns."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from pentalint.match.url_patterns import HARMLESS, SYNTAXES, Parameter, groups, parameters_of


def shown(pattern: str, syntax: str) -> list[str]:
    """`name` or `converter:name`, with `!` behind those that may hold anything."""
    return [
        f"{one.converter}:{one.name}".lstrip(":") + ("" if one.clean else "!")
        for one in parameters_of(pattern, syntax)
    ]


@pytest.mark.parametrize(
    ("syntax", "pattern", "parameters"),
    [
        ("werkzeug", "/plain", []),
        ("werkzeug", "/<name>/<int:id>/<path:rest>", ["name!", "int:id", "path:rest!"]),
        ("werkzeug", "/<string(length=2):lang>/<float:x>/<uuid:u>", ["string:lang!", "float:x", "uuid:u"]),
        ("werkzeug", "/<any(about, help):page>", ["any:page"]),
        ("werkzeug", "/<any('a/b', \"c\"):page>", ["any:page!"]),
        ("werkzeug", "/<own:thing>", ["own:thing!"]),
        ("werkzeug", "/<int(fixed_digits=4, signed=True):year>", ["int:year"]),
        ("django-path", "a/<slug:s>/<int:pk>/<str:t>/<name>/", ["slug:s", "int:pk", "str:t!", "name!"]),
        ("django-path", "<uuid:u>/<path:p>/<sha1:key>", ["uuid:u", "path:p!", "sha1:key!"]),
        ("regex", r"^articles/(?P<year>[0-9]{4})/(?P<slug>[\w-]+)/$", ["year", "slug"]),
        ("regex", r"^(\d+)/(.*)$", ["1", "2!"]),
        ("regex", r"^(?P<a>x|y)/(z)/(?P<b>[^/]+)$", ["a", "b!"]),
        ("regex", r"^(?P<u>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/$", ["u"]),
        ("regex", r"^(?P<x>[a-z\]]+)/(?P<y>[)]+)/\((?P<z>\w)\)", ["x!", "y!", "z"]),
        ("regex", r"^(?P<date>\d{4}-\d\d)(?:\.(?P<format>json|xml))?$", ["date", "format"]),
        ("regex", "(", []),
        ("pyramid", r"/a/{x}/{n:\d+}/{u:[0-9a-f]{8}}", ["x!", "n", "u"]),
        ("pyramid", "/files/*subpath", ["subpath!"]),
        ("pyramid", "/old/:name/:id", ["name!", "id!"]),
        ("pyramid", "/{a}-{b:[a-z]+}*rest", ["a!", "b", "rest!"]),
        ("bottle", "/hello/<name>", ["name!"]),
        ("bottle", "/<n:int>/<f:float>/<p:path>/<r:re:[a-z]+>", ["int:n", "float:f", "path:p!", "re:r"]),
        ("bottle", "/:old/:other#[0-9]+#", ["old!", "other"]),
        ("bottle", r"/\\:escaped/\:not/<:re:[a-z]+>", ["escaped!"]),
        ("bottle", "/<x:own:config>", ["own:x!"]),
        ("bottle", r"/<r:re:[^/]*\>[a-z]>", ["re:r!"]),
        ("unknown", "/<x>", []),
    ],
)
def test_parameters(syntax: str, pattern: str, parameters: list[str]) -> None:
    assert shown(pattern, syntax) == parameters


@given(st.sampled_from(sorted(SYNTAXES)), st.text(alphabet="/<>{}()[]:*?\\#^$|.P=abc0-9+", max_size=40))
def test_no_pattern_is_too_strange(syntax: str, pattern: str) -> None:
    assert all(isinstance(one, Parameter) for one in parameters_of(pattern, syntax))


CLEAN = ["[0-9]+", r"\d{2,4}", "[a-f0-9]*", r"\w+", "a|b|c", "[-a-zA-Z0-9_]+", "(?:x|[0-9])+", "abc"]
OPEN = ["[^/]+", ".*", "a b", r"[\w.]+", r"\S+", "[a-z/]+", r"\W", "é"]


@pytest.mark.parametrize("body", CLEAN)
@given(data=st.data())
def test_clean_values_hold_only_harmless_characters(body: str, data: st.DataObject) -> None:
    parameter = Parameter("x", "", body)
    assert parameter.clean
    value = data.draw(st.from_regex(re.compile(body, re.ASCII), fullmatch=True))
    assert set(value) <= HARMLESS


@pytest.mark.parametrize("body", OPEN)
def test_others_are_not_clean(body: str) -> None:
    assert not Parameter("x", "", body).clean


@pytest.mark.filterwarnings("ignore::FutureWarning")
@given(st.text(alphabet="()[]^\\?:P<>=!abn1|*+.", max_size=25))
@example(r"(a)(?:b)(?P<n>[)(]\))")
@example("[]()](x)")
def test_groups_are_those_of_re(pattern: str) -> None:
    try:
        compiled = re.compile(pattern)
    except (re.error, OverflowError):
        assume(False)
        raise
    found = dict(groups(pattern))
    assert sorted(found) == list(range(1, compiled.groups + 1))
    for body in found.values():
        try:
            re.compile(body)
        except re.error as error:  # a reference to a group that lies outside
            assert "group" in str(error)


NAME = st.sampled_from(["a", "b_1", "c2"])
WERKZEUG_PART = st.builds(
    lambda name, converter: f"<{converter}{name}>",
    NAME,
    st.sampled_from(
        ["", "int:", "path:", "string:", "float:", "uuid:", "any(x,y):", "string(maxlength=3):", "default:"]
    ),
)
PART = st.sampled_from(["x", "y-z", "", ".", "1"])


def unique(names: list[str]) -> bool:
    return len(set(names)) == len(names)


@given(st.lists(st.one_of(PART, WERKZEUG_PART), max_size=5))
def test_werkzeug_agrees(parts: list[str]) -> None:
    routing = pytest.importorskip("werkzeug.routing")
    pattern = "/" + "/".join(parts)
    names = [one.name for one in parameters_of(pattern, "werkzeug")]
    assume(unique(names))
    rule = routing.Rule(pattern, endpoint="x")
    routing.Map([rule])
    assert rule.arguments == set(names)
    for one in parameters_of(pattern, "werkzeug"):
        converter = rule._converters[one.name]
        if one.clean and one.converter not in ("int", "float", "uuid"):
            assert not re.fullmatch(converter.regex, "a'b")


DJANGO_PART = st.builds(
    lambda name, converter: f"<{converter}{name}>",
    NAME,
    st.sampled_from(["", "int:", "str:", "slug:", "uuid:", "path:"]),
)


@given(st.lists(st.one_of(PART, DJANGO_PART), max_size=5))
def test_django_agrees(parts: list[str]) -> None:
    converters = pytest.importorskip("django.urls.converters").get_converters()
    pattern = "/".join(parts)
    found = parameters_of(pattern, "django-path")
    assume(unique([one.name for one in found]))
    resolvers: Any = pytest.importorskip("django.urls.resolvers")
    _, real = resolvers._route_to_regex(pattern, is_endpoint=True)
    assert list(real) == [one.name for one in found]
    for one in found:
        assert type(real[one.name]) is type(converters[one.converter or "str"])
        if one.regex:
            assert one.regex == real[one.name].regex


BOTTLE_PART = st.builds(
    lambda name, kind: f"<{name}{kind}>",
    NAME,
    st.sampled_from(["", ":int", ":float", ":path", ":re:[a-z]+", ":re:x|y"]),
)


@given(st.lists(st.one_of(PART, BOTTLE_PART), max_size=5))
def test_bottle_agrees(parts: list[str]) -> None:
    bottle = pytest.importorskip("bottle")
    pattern = "/" + "/".join(parts)
    names = [one.name for one in parameters_of(pattern, "bottle")]
    assume(unique(names))
    router = bottle.Router()
    assert [key for key, mode, _ in router._itertokens(pattern) if mode is not None and key] == names


PYRAMID_PART = st.builds(
    lambda name, regex: "{" + name + regex + "}",
    NAME,
    st.sampled_from(["", r":\d+", ":[a-z]{2}", ":.*", ":[^/]+"]),
)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")
@given(st.lists(st.one_of(PART, PYRAMID_PART, st.just(":old")), max_size=4), st.sampled_from(["", "*rest"]))
def test_pyramid_agrees(parts: list[str], rest: str) -> None:
    compile_route = pytest.importorskip("pyramid.urldispatch")._compile_route
    pattern = "/" + "/".join(parts) + rest
    found = parameters_of(pattern, "pyramid")
    names = [one.name for one in found]
    assume(unique(names))
    match, _ = compile_route(pattern)
    sample = "/" + "/".join(
        re.sub(r"\{[^{}:]*:\\d\+\}", "7", re.sub(r"\{[^{}:]*:\[a-z\]\{2\}\}", "ab", part)) for part in parts
    )
    sample = re.sub(r"\{[^{}]*\}", "v", sample)
    if not any("{" in part for part in parts):
        sample = sample.replace(":old", "v")
    given_values = match(sample)
    assert given_values is not None
    assert set(given_values) == set(names)
