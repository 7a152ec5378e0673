"""Hypothesis strategies that write Python source: a small grammar of the language, for comparing parsers."""

from __future__ import annotations

import sys

from hypothesis import strategies as st

NAMES = st.sampled_from(["a", "b", "self", "x1", "données", "_", "match", "type", "case", "ﬁ"])
NUMBERS = st.sampled_from(
    ["0", "1", "1_000", "0xFf", "0b1", "0o17", "1.5", ".5", "1e3", "1_0.2_5e-1_0", "2j", "1.5J", "00"]
)
QUOTED = st.sampled_from(
    [
        *(
            "''",
            '"é"',
            "'''a\n  b'''",
            '"@"q"q""q"@"'.replace("@", '""'),
            "b'\\x00\\''",
            "r'\\d'",
            "rb'\\x'",
            "u'a'",
        ),
        *("'\\n\\N{BULLET}\\u20ac\\x41\\101'", "'a\\\nb'", 'Rb"\\d"', "b'\\777'", "'\\\\'", "'\\d'", "'🐍'"),
    ]
)
SPACE = st.sampled_from(["", " ", "  ", "\t", " \\\n  "])
INSIDE = st.sampled_from(["", " ", "\n", "\n    ", " # note ((\n  ", "\n\n\t"])
BINARY = ["+", "-", "*", "/", "//", "%", "@", "**", "<<", ">>", "&", "|", "^"]
COMPARE = ["<", ">", "==", "!=", "<=", ">=", " in ", " not in ", " is ", " is not ", " not  in "]
AUGMENTED = [f"{operator}=" for operator in BINARY]


@st.composite
def _joined(draw: st.DrawFn, items: st.SearchStrategy[str], *, least: int = 0, trail: bool = True) -> str:
    parts = draw(st.lists(items, min_size=least, max_size=3))
    text = "".join(f"{draw(INSIDE)}{part}{draw(INSIDE)}," for part in parts)
    return text if trail and draw(st.booleans()) else text[:-1]


@st.composite
def _formatted(draw: st.DrawFn, expressions: st.SearchStrategy[str]) -> str:
    """An f-string whose fields hold no quotes, so that every version reads it."""
    quote = draw(st.sampled_from(["'", '"', "'''", '"""']))
    parts = []
    for _ in range(draw(st.integers(0, 3))):
        text = draw(
            st.sampled_from(
                ["", "é", "{{", "}}", " \\n", "\\N{BULLET}", "a{{b}}c"] + ["\n x"] * (len(quote) == 3)
            )
        )
        inside = draw(
            NAMES | st.sampled_from(["a.b", "f(a)", "a[0]", "(a, b)", "a+b", "[x for x in a]", "a, b", "a  "])
        )
        equal = draw(st.sampled_from(["", "", "=", " = "]))
        conversion = draw(st.sampled_from(["", "", "!r", "!s", "!a"]))
        spec = draw(st.sampled_from(["", ":>10", ":{a}", ":{a}.{b!r}x", ":é"]))
        parts.append(f"{text}{{{inside}{equal}{conversion}{spec}}}")
    tail = draw(st.sampled_from(["", "z", "{{", "}}"]))
    prefix = draw(st.sampled_from(["f", "F", "rf", "fR"]))
    body = "".join(parts) + tail
    if "r" in prefix.lower():
        body = body.replace("\\N{BULLET}", "\\d")
    return f"{prefix}{quote}{body}{quote}"


@st.composite
def _comprehension(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    clauses = []
    for _ in range(draw(st.integers(1, 2))):
        target = draw(st.sampled_from(["a", "(a, b)", "a, b", "a,", "[a, *b]", "a.b", "a[0]"]))
        tests = "".join(f" if ({draw(inner)})" for _ in range(draw(st.integers(0, 2))))
        clauses.append(f" for {target} in ({draw(inner)}){tests}")
    return "".join(clauses)


@st.composite
def _arguments(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    parts = draw(st.lists(st.one_of(inner, inner.map("*({})".format)), max_size=2))
    parts += draw(st.sampled_from([[], ["k=a"], ["k = (b)", "**a"], ["**a", "k2=1"], ["*a", "k=1"]]))
    text = ",".join(f"{draw(INSIDE)}{part}{draw(INSIDE)}" for part in parts)
    return text + draw(st.sampled_from(["", ","])) if parts else text


PARAMETERS = st.sampled_from(
    [
        "",
        "a",
        "a, b=1",
        "*a",
        "**k",
        "a, /, b, *, c, d=2, **k",
        "a=1, /, *a, b",
        "*, a",
        "a, *, b=(1, 2),",
        "a, /",
        "a=1, b=2, *c, d",
    ]
)
ANNOTATED = st.sampled_from(
    ["", "a: int", "a: 'b' = 1, *a2: c, d: e = f, **k: g", "self, x: a[b], /,\n  y: c = None,"]
)


def _compound(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("({})".format, inner),
        st.builds("({}{}{})".format, INSIDE, inner, INSIDE),
        st.builds("({}) {}{}({})".format, inner, st.sampled_from(BINARY), SPACE, inner),
        st.builds("{}{}{}".format, NAMES, st.sampled_from(BINARY), inner),
        st.builds("{} and {} or {} and ({})".format, NAMES, inner, NAMES, inner),
        st.builds("({} or b) or {} or c".format, inner, inner),
        st.builds("({}){}({}){}c".format, inner, st.sampled_from(COMPARE), inner, st.sampled_from(COMPARE)),
        st.builds("{}({})".format, st.sampled_from(["not ", "-", "~", "+", "- -", "not not "]), inner),
        st.builds("({}).{}{}".format, inner, SPACE, NAMES),
        st.builds("a{}({})".format, SPACE, _arguments(inner)),
        st.builds("a.b({}).c({})[d].e".format, _arguments(inner), _arguments(inner)),
        st.builds("a(({}){})".format, inner, _comprehension(inner)),
        st.builds("a({}({}){}{})".format, INSIDE, inner, _comprehension(inner), INSIDE),
        st.builds("(({}){})".format, inner, _comprehension(inner)),
        st.builds("[({}){}]".format, inner, _comprehension(inner)),
        st.builds("{{({}){}}}".format, inner, _comprehension(inner)),
        st.builds("{{({}):({}){}}}".format, inner, inner, _comprehension(inner)),
        st.builds("a[{}]".format, _joined(inner, least=1)),
        st.builds("a[{}:{}, ::, {}::2, :]".format, inner.map("({})".format), NAMES, NAMES),
        st.builds("a[{}:]".format, NAMES),
        st.builds("[{}]".format, _joined(inner | inner.map("*({})".format))),
        st.builds("{{{}}}".format, _joined(inner, least=1)),
        st.builds("({},)".format, inner),
        st.builds("(({}),{}({}){})".format, inner, INSIDE, inner, INSIDE),
        st.builds(
            "{{{}}}".format,
            _joined(st.builds("{}:{}({})".format, NAMES, INSIDE, inner) | inner.map("**({})".format)),
        ),
        st.builds("(({}) if ({}) else {})".format, inner, inner, inner),
        st.builds("(lambda {}: {})".format, PARAMETERS, inner),
        st.builds("(w := {})".format, inner),
        st.builds("{} {}".format, QUOTED.filter(lambda text: "b" not in text.lower()[:2]), _formatted(inner)),
        st.builds("{}{}'x'".format, st.sampled_from(["'a'", "r'\\b'", "u'é'"]), SPACE),
        _formatted(inner),
    )


EXPRESSIONS: st.SearchStrategy[str] = st.recursive(
    st.one_of(NAMES, NUMBERS, QUOTED, st.sampled_from(["...", "None", "True", "False", "()", "[]", "{}"])),
    _compound,
    max_leaves=8,
)
TARGETS = st.sampled_from(
    ["a", "a.b", "a[0]", "a, b", "(a, b)", "[a, *b]", "a,", "(a)", "(a.b)", "*a, b", "((a, b), c)"]
)
PATTERNS = st.recursive(
    st.sampled_from(
        [
            "_",
            "a",
            "1",
            "-1",
            "1+2j",
            "-1-2j",
            "'s' 't'",
            "None",
            "True",
            "a.b.c",
            "(1)",
            "((b))",
            "[]",
            "()",
            "{}",
            "b''",
        ]
    ),
    lambda inner: st.one_of(
        st.builds("[{}, *_]".format, inner),
        st.builds("({}, {})".format, inner, inner),
        st.builds("({},)".format, inner),
        st.builds("({})".format, inner),
        st.builds("{{'k': {}, -1: {}, **rest}}".format, inner, inner),
        st.builds("{{a.b: {},}}".format, inner),
        st.builds("C({}, k={},)".format, inner, inner),
        st.builds("C.D(k={})".format, inner),
        st.builds("({} as n)".format, inner),
        st.builds("(1 | {})".format, inner.filter(lambda text: text not in ("_", "a", "((b))"))),
    ),
    max_leaves=4,
)

SIMPLE: st.SearchStrategy[str] = st.one_of(
    EXPRESSIONS,
    st.builds("{} = {} = {}".format, TARGETS, TARGETS, EXPRESSIONS),
    st.builds("a {} {}".format, st.sampled_from(AUGMENTED), EXPRESSIONS),
    st.builds("a: {} = {}".format, EXPRESSIONS.map("({})".format), EXPRESSIONS),
    st.sampled_from(
        [
            "a.b: c",
            "a[0]: c = 1, 2",
            "pass",
            "assert a",
            "assert a, (b)",
            "raise",
            "raise a",
            "raise a from (b)",
        ]
    ),
    st.sampled_from(
        [
            "import a",
            "import a.b as c, d",
            "from . import a",
            "from .. import (a as b, c,)",
            "from ...a.b import *",
        ]
    ),
    st.sampled_from(
        [
            "from a import b",
            "from a import (  # note\n    b,\n    c as d\n)",
            "global a, b",
            "del a",
            "del a, b[0]",
            "del (a, b), c,",
        ]
    ),
    st.sampled_from(["a = *b, c", "a = yield_", "print(*a, sep='')", "a = b = 1, ", "exec('x')"]),
)
LINES = st.one_of(SIMPLE, st.builds("{}; {}".format, SIMPLE, SIMPLE), st.builds("{} ;".format, SIMPLE)).map(
    lambda text: text + "\n"
)


def indented(block: str) -> str:
    """A block inside another; continued lines and multi-line strings stay as they are when that changes nothing."""
    return "".join(f"    {line}\n" if line.strip() else "\n" for line in block.split("\n")[:-1])


def _blocks(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    suite = st.one_of(
        inner.map(lambda text: "  # note\n" + indented(text)), SIMPLE.map(lambda text: f" {text}\n")
    )
    heads = [
        st.builds("if {}:{}elif {}:{}else :{}".format, EXPRESSIONS, suite, NAMES, suite, suite),
        st.builds("if {}:{}else:{}".format, EXPRESSIONS, suite, suite),
        st.builds("while {}:{}else:{}".format, EXPRESSIONS, suite, suite),
        st.builds("for {} in {}:{}".format, TARGETS, EXPRESSIONS, suite),
        st.builds("for a in *b, {}:{}else:{}".format, NAMES, suite, suite),
        st.builds(
            "try:{}except A:{}except (A, B) as e:{}except:{}else:{}finally:{}".format,
            suite,
            suite,
            suite,
            suite,
            suite,
            suite,
        ),
        st.builds("try :{}finally:{}".format, suite, suite),
        st.builds(
            "with {} as {}, ({}):{}".format,
            EXPRESSIONS.map("a({})".format),
            st.sampled_from(["a", "(a, b)", "a.b"]),
            EXPRESSIONS,
            suite,
        ),
        st.builds("with (a as b,\n   c as d,):{}".format, suite),
        st.builds("with ({}):{}".format, NAMES, suite),
        st.builds("with (a), (b):{}".format, suite),
        st.builds("with (a, b) as c:{}".format, suite),
        st.builds(
            "@{}\n# note\n@a.b\ndef {}({}) -> {}:{}".format,
            EXPRESSIONS,
            NAMES,
            PARAMETERS | ANNOTATED,
            NAMES,
            suite,
        ),
        st.builds(
            "async def f({}):\n    await a\n    async with a as b: yield b\n    async for a in b:{}".format,
            PARAMETERS,
            suite.map(indented_tail),
        ),
        st.builds("class {}:{}".format, NAMES, suite),
        st.builds("@a\nclass {}({}):{}".format, NAMES, _arguments(EXPRESSIONS), suite),
        st.builds(
            "def f():\n    return {}\n    x = yield\n    y = yield {}, 1\n    yield from (a)\n".format,
            EXPRESSIONS.map("({})".format),
            NAMES,
        ),
    ]
    match = st.builds(
        "match {}:\n    case {}:{}    case {} if (a):{}".format,
        NAMES,
        PATTERNS,
        suite.map(indented_tail),
        PATTERNS.map("({})".format),
        suite.map(indented_tail),
    )
    return st.one_of(*heads, match)


def indented_tail(suite: str) -> str:
    """A suite one level deeper: what stands on the header's own line stays there."""
    first, rest = suite.split("\n", 1)
    return first + "\n" + indented(rest) if first.startswith("  # note") else suite


STATEMENTS = st.recursive(
    LINES, lambda inner: st.builds("{}{}".format, _blocks(inner), inner) | _blocks(inner), max_leaves=5
)
MODULES = st.lists(STATEMENTS, min_size=1, max_size=4).map("".join)
"""Whole modules. Indenting may break a line continued inside; such text is for the reader to filter out."""

VERSION = sys.version_info[:2]
