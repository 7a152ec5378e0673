"""Every kind of match and every modifier: what is reported, exactly where, and what is not."""

from __future__ import annotations

import pytest
from projects import check, places, rule

from pentalint.errors import RuleError
from pentalint.model import Role
from pentalint.rule import Rule

HEAD = "from api import f, g, h, deco, other, Base, Special, Thing, load\n"
"""Line 1 of every module below."""


def at(match: str, source: str, **options: object) -> list[str]:
    """The places in `app.py` without its name."""
    found = places(HEAD + source, rule(match), **options)
    return [one.removeprefix("app.py ") for one in found]


CALLS = [
    ("plain", 'call = "api.f"', "x = f(1)\n", ["2:5-9"]),
    ("another function", 'call = "api.f"', "g(1)\n", []),
    ("several paths", 'call = ["api.f", "api.g"]', "f()\ng()\nh()\n", ["2:1-4", "3:1-4"]),
    ("a group", 'call = "@both"', "g()\n", ["2:1-4"]),
    ("an alias", 'call = "api.f"', "import api.other\napi.other.f()\n", ["3:1-14"]),
    ("over lines", 'call = "api.f"', "f(\n    1,\n)\n", ["2:1-4:2"]),
    ("characters, not bytes", 'call = "api.f"', "'äöü', f('ß')\n", ["2:8-14"]),
    ("method of a result", 'call = "api.Thing().go"', "Thing().go()\n", ["2:1-13"]),
    ("constructor of a subclass", 'call = "api.Base"', "class A(Base): pass\nA()\n", ["3:1-4"]),
    ("where by name", 'call = "api.f"\nwhere.b = true', "f(1, True)\nf(1, b=True)\nf(1, b=False)\nf(1)\n", ["2:1-11", "3:1-13"]),
    ("where by position", 'call = "api.g"\nwhere.1 = true', "g(1, True)\ng(1)\n", ["2:1-11"]),
    ("where by both", 'call = "api.g"\nwhere."1=b" = true', "g(1, True)\ng(b=True)\ng(c=True)\n", ["2:1-11", "3:1-10"]),
    ("all of where", 'call = "api.f"\nwhere.a = 1\nwhere.b = 2', "f(1, 2)\nf(1, 3)\n", ["2:1-8"]),
    ("where unknown", 'call = "api.f"\nwhere.a = 1', "f(unknown)\nf(*unknown)\nf(**unknown)\n", []),
    ("where-any", 'call = "api.f"\nwhere-any = [{a = 1}, {b = 2}]', "f(1, 3)\nf(0, 2)\nf(0, 0)\n", ["2:1-8", "3:1-8"]),
    ("where-none", 'call = "api.f"\nwhere-none = [{a = 1}, {b = 2}]', "f(1, 3)\nf(0, 2)\nf(0, 0)\n", ["4:1-8"]),
    ("at a keyword", 'call = "api.f"\nat = "b"', "f(1, b=2)\n", ["2:6-9"]),
    ("at a position", 'call = "api.f"\nat = "a"', "f(1, 2)\n", ["2:3-4"]),
    ("at what is not there", 'call = "api.f"\nat = "b"', "f(1)\n", ["2:1-5"]),
    ("at what came by stars", 'call = "api.f"\nwhere.b = 2\nat = "b"', "f(*[1, 2])\nf(1, **{'b': 2})\n", ["2:3-10", "3:9-15"]),
    ("discarded", 'call = "api.f"\nused = "discarded"', "f()\nx = f()\n", ["2:1-4"]),
    ("returned", 'call = "api.f"\nused = "returned"', "def v():\n    return f()\nf()\n", ["3:12-15"]),
    ("raised", 'call = "api.f"\nused = "raised"', "def v():\n    raise f()\n", ["3:11-14"]),
    ("not raised", 'call = "api.f"\nused = "not-raised"', "f()\nraise f()\n", ["2:1-4"]),
    ("awaited", 'call = "api.f"\nused = "awaited"', "async def v():\n    x = await f()\n    y = f()\n", ["3:15-18"]),
    ("other", 'call = "api.f"\nused = "other"', "f()\nx = f()\n", ["3:5-8"]),
    ("one of", 'call = "api.f"\nused = ["other", "returned"]', "f()\nx = f()\nlambda: f()\n", ["3:5-8", "4:9-12"]),
    ("through a partial", 'call = "api.f"\nwhere.b = 2', "import functools\np = functools.partial(f, b=2)\np(1)\n", ["4:1-5"]),
    ("in a comprehension", 'call = "api.f"', "[f(x) for x in unknown]\n", ["2:2-6"]),
    ("in a default", 'call = "api.f"', "def v(x=f()):\n    pass\n", ["2:9-12"]),
    ("in a decorator", 'call = "api.f"', "@f()\ndef v():\n    pass\n", ["2:2-5"]),
    ("in a class body", 'call = "api.f"', "class A:\n    x = f()\n", ["3:9-12"]),
    ("in a nested function", 'call = "api.f"', "def v():\n    def w():\n        f()\n    return w\n", ["4:9-12"]),
    ("in a lambda", 'call = "api.f"', "x = lambda: f()\n", ["2:13-16"]),
    ("in an f-string", 'call = "api.f"', "x = f'{f()}'\n", ["2:8-11"]),
    ("in a subscript", 'call = "api.f"', "x[f()] = f()\n", ["2:3-6", "2:10-13"]),
    ("in a delete", 'call = "api.f"', "del x[f()]\n", ["2:7-10"]),
    ("in a match", 'call = "api.f"', "match f():\n    case 1 if f():\n        f()\n", ["2:7-10", "3:15-18", "4:9-12"]),
    ("in a try", 'call = "api.f"', "try:\n    f()\nexcept f():\n    f()\nelse:\n    f()\nfinally:\n    f()\n", ["3:5-8", "4:8-11", "5:5-8", "7:5-8", "9:5-8"]),
    ("in dead code", 'call = "api.f"', "if False:\n    f()\nwhile 0:\n    f()\nx = 0 and f()\n", []),
    ("a name that is another's", 'call = "api.f"', "def f(): pass\nf()\n", []),
    ("a parameter of that name", 'call = "api.f"', "def v(f):\n    f()\n", []),
    ("a typed parameter", 'call = "api.Thing().go"', "def v(t: Thing):\n    t.go()\n", ["3:5-11"]),
    ("a known parameter", 'call = "api.Request().go"', "def handler(request):\n    request.go()\ndef other(request):\n    request.go()\n", ["3:5-17"]),
    ("built-in", 'call = "builtins.open"', "open('x')\ndef v(open):\n    open('x')\n", ["2:1-10"]),
]  # fmt: skip

WRITES = [
    ("attribute", 'write = "api.Thing().debug"', "t = Thing()\nt.debug = True\nt.other = True\n", ["3:1-15"]),
    ("value", 'write = "api.Thing().debug"\nwhere.value = true', "t = Thing()\nt.debug = True\nt.debug = False\nt.debug = unknown\n", ["3:1-15"]),
    ("item", 'write = "api.Thing().config[A]"', "t = Thing()\nt.config['A'] = 1\nt.config['B'] = 1\n", ["3:1-18"]),
    ("any item", 'write = "api.Thing().config[]"', "t = Thing()\nt.config['A'] = 1\nt.config[unknown] = 1\n", ["3:1-18", "4:1-22"]),
    ("any item, value", 'write = "api.Thing().config[]"\nwhere.value.matches = "x"', "Thing().config['A'] = 'x'\nThing().config['B'] = 'y'\n", ["2:1-26"]),
    ("update by keyword", 'write = "api.Thing().config[A]"', "Thing().config.update(A=1, B=2)\n", ["2:23-26"]),
    ("update by dictionary", 'write = "api.Thing().config[A]"', "Thing().config.update({'A': 1, 'B': 2})\n", ["2:24-30"]),
    ("update by dict()", 'write = "api.Thing().config[A]"', "Thing().config.update(dict(A=1))\n", ["2:28-31"]),
    ("setdefault", 'write = "api.Thing().config[A]"', "Thing().config.setdefault('A', 1)\n", ["2:1-34"]),
    ("a listed call", 'write = "api.Thing().config[A]"', "Thing().config.load(A=1)\n", ["2:21-24"]),
    ("how assign", 'write = "api.Thing().config[A]"\nhow = "assign"', "Thing().config['A'] = 1\nThing().config.update(A=1)\n", ["2:1-24"]),
    ("how update", 'write = "api.Thing().config[A]"\nhow = "update"', "Thing().config['A'] = 1\nThing().config.update(A=1)\nThing().config.setdefault('A', 1)\n", ["3:23-26", "4:1-34"]),
    ("setattr", 'write = "api.Thing().debug"', "setattr(Thing(), 'debug', 1)\n", ["2:1-29"]),
    ("on self of a subclass", 'write = "api.Thing().debug"', "class A(Thing):\n    def v(self):\n        self.debug = 1\n", ["4:9-23"]),
    ("augmented", 'write = "api.Thing().debug"', "t = Thing()\nt.debug += 1\n", ["3:1-13"]),
    ("unpacked", 'write = "api.Thing().debug"\nwhere.value = 2', "t = Thing()\nx, t.debug = 1, 2\n", ["3:1-18"]),
    ("loop target", 'write = "api.Thing().debug"', "t = Thing()\nfor t.debug in unknown:\n    pass\n", ["3:5-12"]),
    ("annotated", 'write = "api.Thing().debug"', "t = Thing()\nt.debug: bool = True\n", ["3:1-21"]),
    ("in an object that may be another", 'write = "api.Thing().debug"', "t = Thing() if unknown else None\nt.debug = 1\n", ["3:1-12"]),
    ("only read", 'write = "api.Thing().debug"', "x = Thing().debug\n", []),
]  # fmt: skip

USES = [
    ("imported", 'use = "api.f"', "", ["1:1-65"]),
    ("of a module", 'use = "api.old"', "import api\nx = api.old\n", ["3:5-12"]),
    ("under another name", 'use = "api.old"', "from api import old as new\nnew()\n", ["2:1-27"]),
    ("below is not exact", 'use = "api.old"', "import api\nx = api.old.deep\n", ["3:5-12"]),
    ("a longer name", 'use = "api.old"', "from api.old import deep\n", []),
    ("an item", 'use = "api.Thing().config[A]"', "x = Thing().config['A']\ny = Thing().config['B']\n", ["2:5-24"]),
    ("an item that is set", 'use = "api.Thing().config[A]"', "Thing().config['A'] = 1\n", []),
    ("built-in", 'use = "builtins.eval"', "x = eval\n", ["2:5-9"]),
    ("star", 'use = "api2.old"', "from api2 import *\nx = old\n", ["3:5-8"]),
    ("import below", 'import = "api.old"', "from api.old import deep\nimport api.old.deeper\nfrom api import older\n", ["2:1-25", "3:1-22"]),
    ("import read", 'import = "api.old"', "import api\napi.old.x()\n", ["3:1-8"]),
    ("import of a project module", 'use = "core.old"', "from core import old\n", ["2:1-21"]),
    ("never mentioned", 'import = "api.old"', "import api\n", []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("match", "source", "expected"),
    [pytest.param(*case[1:], id=case[0]) for case in CALLS],
)
def test_calls(match: str, source: str, expected: list[str]) -> None:
    assert at(match, source) == expected


@pytest.mark.parametrize(
    ("match", "source", "expected"),
    [pytest.param(*case[1:], id=case[0]) for case in WRITES],
)
def test_writes(match: str, source: str, expected: list[str]) -> None:
    assert at(match, source) == expected


@pytest.mark.parametrize(
    ("match", "source", "expected"),
    [pytest.param(*case[1:], id=case[0]) for case in USES],
)
def test_uses(match: str, source: str, expected: list[str]) -> None:
    assert at(match, source) == expected


MODULES = "MARK_ONE = 1\nMARK_TWO = 2\n"

SETTINGS: list[tuple[str, str, dict[str, str], list[str]]] = [
    ("module", 'setting = "DEBUG"', {"conf.py": MODULES + "DEBUG = True\n"}, ["conf.py 3:1-13"]),
    ("one marker is not enough", 'setting = "DEBUG"', {"conf.py": "MARK_ONE = 1\nDEBUG = True\n"}, []),
    ("value", 'setting = "DEBUG"\nwhere.value = true', {"conf.py": MODULES + "DEBUG = False\n"}, []),
    ("final value", 'setting = "DEBUG"\nwhere.value = true', {"conf.py": MODULES + "DEBUG = True\nDEBUG = False\n"}, []),
    ("maybe", 'setting = "DEBUG"\nwhere.value = true', {"conf.py": MODULES + "DEBUG = True\nif unknown:\n    DEBUG = False\n"}, []),
    ("glob", 'setting = "*_KEY"', {"conf.py": MODULES + "A_KEY = 1\nB_KEY = 2\nKEYS = 3\n"}, ["conf.py 3:1-10", "conf.py 4:1-10"]),
    ("lower case is no setting", 'setting = "*"', {"conf.py": "import os\nMARK_ONE = MARK_TWO = 1\nlower = 1\n"}, ["conf.py 2:1-24"]),
    ("base judged through what builds on it", 'setting = "DEBUG"\nwhere.value = true', {"base.py": MODULES + "DEBUG = True\n", "prod.py": "from base import *\n"}, ["base.py 3:1-13"]),
    ("base overridden", 'setting = "DEBUG"\nwhere.value = true', {"base.py": MODULES + "DEBUG = True\n", "prod.py": "from base import *\nDEBUG = False\n"}, []),
    ("development", 'setting = "DEBUG"\nwhere.value = true', {"dev.py": MODULES + "DEBUG = True\n"}, []),
    ("base only of development", 'setting = "DEBUG"\nwhere.value = true', {"base.py": MODULES + "DEBUG = True\n", "dev.py": "from base import *\nDEBUG = False\n"}, ["base.py 3:1-13"]),
    ("container", 'setting = "DEBUG"', {"app.py": "from api import Thing\nThing().config['DEBUG'] = 1\n"}, ["app.py 2:1-28"]),
    ("attribute", 'setting = "DEBUG"\nwhere.value = 1', {"app.py": "from api import Thing\nThing().debug = 1\n"}, ["app.py 2:1-18"]),
    ("mapping", 'setting = "DEBUG"', {"app.py": "from api import load\nload({'DEBUG': 1, 'X': 2})\n"}, ["app.py 2:7-17"]),
    ("mapping with a section inside", 'setting = "[/a] x"', {"app.py": "from api import load\nload({'/a': {'x': 1}, '/b': {'x': 2}})\n"}, ["app.py 2:14-20"]),
    ("sections", 'setting = "x"', {"app.py": "from api import sections\nsections({'/a': {'x': 1}, '/b': {'y': 2}})\n"}, ["app.py 2:18-24"]),
    ("sections named", 'setting = "[/b] *"', {"app.py": "from api import sections\nsections(config={'/a': {'x': 1}, '/b': {'y': 2}})\n"}, ["app.py 2:41-47"]),
    ("section glob", 'setting = "[/*] x.*"', {"app.py": "from api import sections\nsections({'/a': {'x.on': 1}, 'b': {'x.on': 2}})\n"}, ["app.py 2:18-27"]),
    ("keywords", 'setting = "DEBUG"', {"app.py": "from api import keywords\nkeywords(DEBUG=1, X=2)\n"}, ["app.py 2:10-17"]),
    ("object by name", 'setting = "DEBUG"', {"app.py": "from api import load_object\nload_object('conf')\n", "conf.py": "DEBUG = 1\n"}, ["conf.py 1:1-10"]),
    ("class by name", 'setting = "DEBUG"', {"app.py": "from api import load_object\nload_object('conf.Prod')\n", "conf.py": "class Base:\n    DEBUG = 1\nclass Prod(Base):\n    pass\n"}, ["conf.py 2:5-14"]),
    ("class", 'setting = "DEBUG"', {"app.py": "from api import load_object\nfrom conf import Prod\nload_object(Prod)\n", "conf.py": "class Prod:\n    DEBUG = 1\n"}, ["conf.py 2:5-14"]),
    ("class for development", 'setting = "DEBUG"', {"app.py": "from api import load_object\nfrom conf import DevConfig\nload_object(DevConfig)\n", "conf.py": "class DevConfig:\n    DEBUG = 1\n"}, []),
    ("settings class", 'setting = "DEBUG"', {"conf.py": "class Prod:\n    MARK_ONE = 1\n    MARK_TWO = 2\n    DEBUG = 1\n"}, ["conf.py 4:5-14"]),
    ("class attribute", 'setting = "[/] x"', {"app.py": "class Root:\n    _settings = {'x': 1}\n"}, []),
    ("class attribute, any section", 'setting = "x"', {"app.py": "class Root:\n    _settings = {'x': 1}\n"}, ["app.py 2:18-24"]),
    ("reported once", 'setting = "DEBUG"', {"app.py": "from api import load_object\nload_object('conf')\nload_object('conf')\n", "conf.py": "DEBUG = 1\n"}, ["conf.py 1:1-10"]),
    ("absent is not a value", 'setting = "DEBUG"\nwhere.value.absent = true', {"conf.py": MODULES}, []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("match", "files", "expected"),
    [pytest.param(*case[1:], id=case[0]) for case in SETTINGS],
)
def test_settings(match: str, files: dict[str, str], expected: list[str]) -> None:
    assert places(files, rule(match)) == expected


def test_development_settings_are_judged_on_request() -> None:
    files = {"dev.py": MODULES + "DEBUG = True\n"}
    assert places(files, rule('setting = "DEBUG"', deployment="any")) == ["dev.py 3:1-13"]


MISSING: list[tuple[str, str, dict[str, str], list[str]]] = [
    ("nothing does it", 'missing.call = "api.g"\ngiven.call = "api.f"', {"a.py": "from api import f\nf()\n", "b.py": "from api import f\nf()\n"}, ["a.py 2:1-4"]),
    ("another file does it", 'missing.call = "api.g"\ngiven.call = "api.f"', {"a.py": "from api import f\nf()\n", "b.py": "from api import g\ng()\n"}, []),
    ("nothing is given", 'missing.call = "api.g"\ngiven.call = "api.f"', {"a.py": "import api\n"}, []),
    ("in one of two ways", 'missing = [{call = "api.g"}, {setting = "GUARD"}]\ngiven.call = "api.f"', {"a.py": "from api import f\nf()\n", "c.py": MODULES + "GUARD = 1\n"}, []),
    ("one table, two kinds", 'missing.call = "api.g"\nmissing.setting = "GUARD"\ngiven.call = "api.f"', {"a.py": "from api import f\nf()\n", "c.py": MODULES + "GUARD = 1\n"}, []),
    ("given any of two", 'missing.call = "api.g"\ngiven = [{call = "api.h"}, {call = "api.f"}]', {"a.py": "from api import f, h\nf()\nh()\n"}, ["a.py 2:1-4"]),
    ("given with where", 'missing.call = "api.g"\ngiven.call = "api.f"\ngiven.where.a = 1', {"a.py": "from api import f\nf(2)\nf(1)\n"}, ["a.py 3:1-5"]),
    ("undecided", 'missing.call = "api.g"\ngiven.call = "api.f"\nopen = [{call = "api.include", where.0.unknown = true}]', {"a.py": "from api import f, include\nf()\ninclude(whatever)\n"}, []),
    ("decided", 'missing.call = "api.g"\ngiven.call = "api.f"\nopen = [{call = "api.include", where.0.unknown = true}]', {"a.py": "from api import f, include\nf()\ninclude('x')\n"}, ["a.py 2:1-4"]),
    ("a class is missing", 'missing.class = "api.Base"\ngiven.import = "api.f"', {"a.py": "from api import f\n"}, ["a.py 1:1-18"]),
    ("a class is there", 'missing.class = "api.Base"\ngiven.import = "api.f"', {"a.py": "from api import f\n", "b.py": "from api import Special\nclass A(Special): pass\n"}, []),
    ("setting alone", 'missing.setting = "GUARD"', {"c.py": MODULES}, ["c.py 1:1-13"]),
    ("setting alone, set", 'missing.setting = "GUARD"', {"c.py": MODULES + "GUARD = 1\n"}, []),
    ("setting alone, set in the base", 'missing.setting = "GUARD"', {"b.py": "GUARD = 1\n", "c.py": "from b import *\n" + MODULES}, []),
    ("setting alone, open star", 'missing.setting = "GUARD"', {"c.py": "from .nowhere import *\n" + MODULES}, []),
    ("setting alone, development", 'missing.setting = "GUARD"', {"dev.py": MODULES}, []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("match", "files", "expected"),
    [pytest.param(*case[1:], id=case[0]) for case in MISSING],
)
def test_missing(match: str, files: dict[str, str], expected: list[str]) -> None:
    assert places(files, rule(match)) == expected


DEFINITIONS = [
    ("decorator", 'decorator = "api.deco"', "@deco\ndef v():\n    pass\n", ["2:2-6"]),
    ("decorator called", 'decorator = "api.deco"', "@deco(1)\ndef v():\n    pass\n", ["2:2-9"]),
    ("decorator of a class", 'decorator = "api.deco"', "@deco\nclass A:\n    pass\n", ["2:2-6"]),
    ("decorator of a method", 'decorator = "api.deco"', "class A:\n    @deco\n    def v(self):\n        pass\n", ["3:6-10"]),
    ("no decorator", 'decorator = "api.deco"', "@other\ndef v():\n    pass\n", []),
    ("on a function", 'decorator = "api.deco"\non = "function"', "@deco\ndef v(): pass\nclass A:\n    @deco\n    def v(self): pass\n", ["2:2-6"]),
    ("on a method", 'decorator = "api.deco"\non = "method"', "@deco\ndef v(): pass\nclass A:\n    @deco\n    def v(self): pass\n", ["5:6-10"]),
    ("on a class", 'decorator = "api.deco"\non = "class"', "@deco\ndef v(): pass\n@deco\nclass A: pass\n", ["4:2-6"]),
    ("above", 'decorator = "api.deco"\nabove = "api.other"', "@deco\n@other\ndef v(): pass\n@other\n@deco\ndef w(): pass\n", ["2:2-6"]),
    ("below", 'decorator = "api.deco"\nbelow = "api.other"', "@deco\n@other\ndef v(): pass\n@other\n@deco\ndef w(): pass\n", ["6:2-6"]),
    ("with", 'decorator = "api.deco"\nwith = "api.other"', "@deco\n@other\ndef v(): pass\n@deco\ndef w(): pass\n", ["2:2-6"]),
    ("without", 'decorator = "api.deco"\nwithout = "api.other"', "@deco\n@other\ndef v(): pass\n@deco\ndef w(): pass\n", ["5:2-6"]),
    ("named", 'decorator = "*"\nnamed = "^own_"', "@own_check\ndef v(): pass\n@mine.own_check(1)\ndef w(): pass\n@check\ndef x(): pass\n", ["2:2-11", "4:2-19"]),
    ("named or a path", 'decorator = "api.deco"\nnamed = "^own_"', "@own_check\ndef v(): pass\n@deco\ndef w(): pass\n@check\ndef x(): pass\n", ["2:2-11", "4:2-6"]),
    ("any but", 'decorator = "*"\nexcept = "api.deco"', "@deco\ndef v(): pass\n@other\ndef w(): pass\n", ["4:2-7"]),
    ("without parentheses", 'decorator = "api.deco"\ncalled = false', "@deco\ndef v(): pass\n@deco()\ndef w(): pass\n", ["2:2-6"]),
    ("with parentheses", 'decorator = "api.deco"\ncalled = true', "@deco\ndef v(): pass\n@deco()\ndef w(): pass\n", ["4:2-8"]),
    ("with arguments", 'decorator = "api.deco"\nwhere.a = 1', "@deco(1)\ndef v(): pass\n@deco(2)\ndef w(): pass\n", ["2:2-9"]),
    ("of a function that", 'decorator = "api.deco"\nfunction.async = true', "@deco\ndef v(): pass\n@deco\nasync def w(): pass\n", ["4:2-6"]),
    ("kept in a variable", 'decorator = "api.deco"', "kept = deco(1)\nd = deco\n@d\ndef v(): pass\n", ["4:2-3"]),
    ("function", 'function.name = "^v"', "def v(): pass\nasync def vv(): pass\ndef w(): pass\n", ["2:1-6", "3:1-13"]),
    ("function decorator", 'function.decorator = "api.deco"', "@deco\ndef v(): pass\ndef w(): pass\n", ["3:1-6"]),
    ("function without", 'function.name = "."\nfunction.without = "api.deco"', "@deco\ndef v(): pass\ndef w(): pass\n", ["4:1-6"]),
    ("async", 'function.async = true', "async def v(): pass\ndef w(): pass\n", ["2:1-12"]),
    ("method", 'function.method = true', "def v(): pass\nclass A:\n    def w(self): pass\n", ["4:5-10"]),
    ("generator", 'function.generator = true', "def v():\n    yield 1\ndef w():\n    def inner():\n        yield 1\n    return inner\n", ["2:1-6", "5:5-14"]),
    ("subclass", 'function.subclass = "api.Base"', "class A(Base):\n    def v(self): pass\nclass B:\n    def v(self): pass\n", ["3:5-10"]),
    ("subclass by a pack", 'function.subclass = "api.Base"', "class A(Special):\n    def v(self): pass\n", ["3:5-10"]),
    ("parameters", 'function.parameters = ["request", "*"]', "def v(request, pk): pass\ndef w(request): pass\ndef x(pk): pass\n", ["2:1-6", "3:1-6"]),
    ("exact parameters", 'function.parameters = ["request"]', "def v(request, pk): pass\ndef w(request): pass\n", ["3:1-6"]),
    ("first parameter", 'function.first-parameter = "^req"', "def v(request): pass\ndef w(pk, request): pass\ndef x(): pass\n", ["2:1-6"]),
    ("missing parameters", 'function.missing-parameters = 2', "def v(a): pass\ndef w(a, b): pass\ndef x(*a): pass\ndef y(): pass\n", ["2:1-6", "5:1-6"]),
    ("returns", 'function.returns.type = "str"', "def v():\n    if x:\n        return 'a'\n    return 1\ndef w():\n    return 1\n", ["2:1-6"]),
    ("returns none", 'function.returns-none = true', "def v():\n    if x:\n        return 'a'\ndef w():\n    return 1\n", ["2:1-6"]),
    ("returns something", 'function.returns-none = false', "def v():\n    pass\ndef w():\n    return 1\n", ["4:1-6"]),
    ("never returns none", 'function.returns-none = true', "def v():\n    while True:\n        pass\ndef w():\n    raise x\ndef y():\n    try:\n        return 1\n    except E:\n        raise\n", []),
    ("level module", 'function.level = "module"', "def v():\n    def w(): pass\nclass A:\n    def x(self): pass\n", ["2:1-6"]),
    ("level nested", 'function.level = "nested"', "def v():\n    def w(): pass\nclass A:\n    def x(self): pass\n", ["3:5-10"]),
    ("level class", 'function.level = "class"', "def v():\n    def w(): pass\nclass A:\n    def x(self): pass\n", ["5:5-10"]),
    ("class", 'class = "api.Base"', "class A(Base): pass\nclass B: pass\n", ["2:1-8"]),
    ("class indirect", 'class = "api.Base"', "class A(Base): pass\nclass B(A): pass\nclass C(Special): pass\n", ["2:1-8", "3:1-8", "4:1-8"]),
    ("class direct", 'class = "api.Base"\ndirect = true', "class A(Base): pass\nclass B(A): pass\n", ["2:1-8"]),
    ("any class", 'class = "*"', "class A: pass\n", ["2:1-8"]),
    ("decorated class line", 'class = "api.Base"', "@deco\nclass A(Base): pass\n", ["3:1-8"]),
    ("attribute", 'class = "api.Base"\nattributes.x = 1', "class A(Base):\n    x = 1\nclass B(Base):\n    x = 2\nclass C(Base): pass\n", ["2:1-8"]),
    ("attribute at", 'class = "api.Base"\nattributes.x = 1\nat = "x"', "class A(Base):\n    x = 1\n", ["3:5-10"]),
    ("attribute inherited", 'class = "api.Base"\nattributes.x = 1\nat = "x"', "class A(Base):\n    x = 1\nclass B(A): pass\n", ["3:5-10", "4:1-8"]),
    ("attribute own", 'class = "api.Base"\nattributes.x = 1\ninherited = false', "class A(Base):\n    x = 1\nclass B(A): pass\n", ["2:1-8"]),
    ("attribute absent", 'class = "api.Base"\nattributes.x.absent = true', "class A(Base):\n    x = 1\nclass B(Base): pass\nclass C(Base, unknown): pass\n", ["4:1-8"]),
    ("attribute of an inner class", 'class = "api.Base"\nattributes.Meta.fields = "all"\nat = "Meta.fields"', "class A(Base):\n    class Meta:\n        fields = 'all'\nclass B(Base):\n    class Meta:\n        fields = 'some'\n", ["4:9-23"]),
    ("inner class inherited", 'class = "api.Base"\nattributes."Meta.fields" = "all"', "class A(Base):\n    class Meta:\n        fields = 'all'\nclass B(Base):\n    class Meta(A.Meta):\n        pass\n", ["2:1-8", "5:1-8"]),
    ("methods", 'class = "api.Base"\nmethods = ["v", "w"]', "class A(Base):\n    def v(self): pass\n    def w(self): pass\nclass B(Base):\n    def v(self): pass\n", ["2:1-8"]),
    ("lacks methods", 'class = "api.Base"\nlacks-methods = ["v"]', "class A(Base):\n    def v(self): pass\nclass B(Base): pass\nclass C(A): pass\nclass D(Base, unknown): pass\n", ["4:1-8"]),
    ("bases in order", 'class = "*"\nbases-order = {first = "api.Base", then = "api.Thing"}', "class A(Base, Thing): pass\nclass B(Thing, Base): pass\nclass M(Thing): pass\nclass C(Base, M): pass\n", ["2:1-8", "5:1-8"]),
    ("class decorator", 'class = "api.Base"\ndecorator = "api.deco"', "@deco\nclass A(Base): pass\nclass B(Base): pass\n", ["3:1-8"]),
    ("class without decorator", 'class = "api.Base"\nwithout = "api.deco"', "@deco\nclass A(Base): pass\nclass B(Base): pass\n", ["4:1-8"]),
    ("class name", 'class = "api.Base"\nname = "^A"', "class A(Base): pass\nclass B(Base): pass\n", ["2:1-8"]),
    ("class in a function", 'class = "api.Base"', "def v():\n    class A(Base): pass\n    return A\n", ["3:5-12"]),
    ("order", 'order = {first = "api.f", then = "api.g"}', "def v():\n    f()\n    g()\ndef w():\n    g()\n    f()\n", ["4:5-8"]),
    ("order in one function", 'order = {first = "api.f", then = "api.g"}', "def v():\n    f()\ndef w():\n    g()\n", []),
    ("order on one object", 'order = {first = "api.Thing().a", then = "api.Thing().b"}', "def v(x: Thing, y: Thing):\n    x.a()\n    y.b()\n    x.b()\n", ["5:5-10"]),
    ("order with between", 'order = {first = "api.f", then = "api.g", between = "api.h"}', "def v():\n    f()\n    h()\n    g()\n", []),
    ("order with where", 'order = {first = "api.f", then = "api.g"}\nwhere.0 = 1', "f()\ng(2)\ng(1)\n", ["4:1-5"]),
    ("order used", 'order = {first = "api.f", then = "api.g"}\nused = "discarded"', "f()\nx = g()\ng()\n", ["4:1-4"]),
    ("twice", 'order = {first = "api.f", then = "api.f"}', "f()\nf()\n", ["3:1-4"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("match", "source", "expected"),
    [pytest.param(*case[1:], id=case[0]) for case in DEFINITIONS],
)
def test_definitions(match: str, source: str, expected: list[str]) -> None:
    assert at(match, source) == expected


SURROUNDINGS = [
    ("decorator", 'within.decorator = "api.deco"', "@deco\ndef v():\n    f()\n    def w():\n        f()\ndef x():\n    f()\n", ["4:5-8", "6:9-12"]),
    ("outside decorator", 'outside.decorator = "api.deco"', "@deco\ndef v():\n    f()\ndef x():\n    f()\n", ["6:5-8"]),
    ("subclass", 'within.subclass = "api.Base"', "class A(Base):\n    f()\n    def v(self):\n        f()\nf()\n", ["3:5-8", "5:9-12"]),
    ("function", 'within.function = "^v$"', "def v():\n    f()\ndef w():\n    f()\n", ["3:5-8"]),
    ("class", 'within.class = "^A$"', "class A:\n    def v(self):\n        f()\nclass B:\n    def v(self):\n        f()\n", ["4:9-12"]),
    ("async", "within.async = true", "async def v():\n    f()\n    def w():\n        f()\ndef x():\n    f()\n", ["3:5-8"]),
    ("loop", "within.loop = true", "for x in unknown:\n    f()\nwhile unknown:\n    f()\n[f() for x in unknown]\nf()\n", ["3:5-8", "5:5-8", "6:2-5"]),
    ("outside loop", "outside.loop = true", "for x in unknown:\n    f()\nf()\n", ["4:1-4"]),
    ("branch", "within.branch = true", "if unknown:\n    f()\nf()\ntry:\n    f()\nexcept E:\n    f()\n", ["3:5-8", "6:5-8", "8:5-8"]),
    ("level module", 'within.level = "module"', "f()\nclass A:\n    f()\n    def v(self):\n        f()\n", ["2:1-4"]),
    ("level class", 'within.level = "class"', "f()\nclass A:\n    f()\n    def v(self):\n        f()\n", ["4:5-8"]),
    ("level function", 'within.level = "function"', "f()\nclass A:\n    f()\n    def v(self):\n        f()\n", ["6:9-12"]),
    ("catches", 'within.catches = ["Exception"]', "try:\n    f()\nexcept Exception:\n    pass\ntry:\n    f()\nexcept ValueError:\n    pass\n", ["3:5-8"]),
    ("catches bare", 'within.catches = [""]', "try:\n    f()\nexcept:\n    pass\n", ["3:5-8"]),
    ("catches one of a tuple", 'within.catches = ["Exception"]', "try:\n    f()\nexcept (KeyError, Exception):\n    pass\n", ["3:5-8"]),
    ("catches and raises", 'within.catches = ["Exception"]', "try:\n    f()\nexcept Exception:\n    raise\n", []),
    ("catches outside", 'within.catches = ["Exception"]', "try:\n    try:\n        f()\n    except KeyError:\n        pass\nexcept Exception:\n    pass\n", ["4:9-12"]),
    ("handler is not the body", 'within.catches = ["Exception"]', "try:\n    pass\nexcept Exception:\n    f()\nelse:\n    f()\n", []),
    ("module imports", 'module.imports = "other"', "import other.thing\nf()\n", ["3:1-4"]),
    ("module imports stars", 'module.imports = "other"', "from other.thing import *\nf()\n", ["3:1-4"]),
    ("module does not import", 'module.imports = "other"', "import others\nf()\n", []),
    ("module not-imports", 'module.not-imports = "other"', "f()\n", ["2:1-4"]),
    ("both hold", 'within.async = true\noutside.loop = true', "async def v():\n    f()\n    for x in y:\n        f()\n", ["3:5-8"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("match", "source", "expected"),
    [pytest.param(*case[1:], id=case[0]) for case in SURROUNDINGS],
)
def test_surroundings(match: str, source: str, expected: list[str]) -> None:
    assert at(f'call = "api.f"\n{match}', source) == expected


PROJECTS: list[tuple[str, str, dict[str, str], bool]] = [
    ("call", 'project.call = "api.g"', {"b.py": "from api import g\ng()\n"}, True),
    ("no call", 'project.call = "api.g"', {"b.py": "from api import g\n"}, False),
    ("call with where", 'project.call = "api.g"\nproject.where.0 = 1', {"b.py": "from api import g\ng(2)\n"}, False),
    ("import", 'project.import = "other"', {"b.py": "from other.deep import x\n"}, True),
    ("setting", 'project.setting = "ON"', {"b.py": MODULES + "ON = 1\n"}, True),
    ("requirement", 'project.requirement = "other"', {"requirements.txt": "other>=1\n"}, True),
    ("no requirement", 'project.requirement = "other"', {"requirements.txt": "another>=1\n"}, False),
    ("not call", 'project-not.call = "api.g"', {"b.py": "from api import g\ng()\n"}, False),
    ("not call holds", 'project-not.call = "api.g"', {"b.py": ""}, True),
    ("not any of several", 'project-not = [{call = "api.g"}, {import = "other"}]', {"b.py": "import other\n"}, False),
    ("config", 'project.config = "[s] k"', {"b.ini": "[s]\nk = 1\n"}, True),
    ("no config", 'project.config = "[s] k"', {"b.ini": "[t]\nk = 1\n"}, False),
    ("class", 'project.class = "api.Base"', {"b.py": "from api import Base\nclass A(Base): pass\n"}, True),
    ("decorator", 'project.decorator = "api.deco"', {"b.py": "from api import deco\n@deco\ndef v(): pass\n"}, True),
    ("write", 'project.write = "api.Thing().x"', {"b.py": "from api import Thing\nThing().x = 1\n"}, True),
    ("tests say nothing", 'project.call = "api.g"', {"test_b.py": "from api import g\ng()\n"}, False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("match", "more", "expected"),
    [pytest.param(*case[1:], id=case[0]) for case in PROJECTS],
)
def test_what_the_unit_does_elsewhere(match: str, more: dict[str, str], expected: bool) -> None:
    files = {"a.py": "from api import f\nf()\n", **more}
    found = places(files, rule(f'call = "api.f"\n{match}'), roles={"test_b.py": Role.test})
    assert found == (["a.py 2:1-4"] if expected else [])


def test_facts_stay_in_their_unit() -> None:
    files = {
        "a/app.py": "from api import f\nf()\n",
        "b/app.py": "from api import f, g\nf()\ng()\n",
    }
    needs = rule('call = "api.f"\nproject.call = "api.g"')
    assert places(files, needs, units=("a", "b")) == ["b/app.py 2:1-4"]
    lacks = rule('missing.call = "api.g"\ngiven.call = "api.f"')
    assert places(files, lacks, units=("a", "b")) == ["a/app.py 2:1-4"]


REQUIREMENTS = (
    "flask==2.0.1\nJinja2>=3\n# a comment\nold-thing==1.0  # why\nurl @ https://example.org/url-1.0.tar.gz\n"
)

MANIFESTS: list[tuple[str, str, dict[str, str], list[int]]] = [
    ("named", 'requirement = "jinja2"', {}, [2]),
    ("several", 'requirement = ["flask", "old-thing"]', {}, [1, 4]),
    ("version", 'requirement = "flask"\nversions = "<2.2.5"', {}, [1]),
    ("version outside", 'requirement = "flask"\nversions = "<2.0"', {}, []),
    ("a lower bound proves nothing", 'requirement = "jinja2"\nversions = "<4"', {}, []),
    ("specifier", 'requirement = ["flask", "jinja2"]\nspecifier = "^>="', {}, [2]),
    ("scopes", 'requirement = "flask"\nscopes = ["dev"]', {}, []),
    ("not named", 'requirement = "django"', {}, []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("match", "more", "lines"),
    [pytest.param(*case[1:], id=case[0]) for case in MANIFESTS],
)
def test_requirements(match: str, more: dict[str, str], lines: list[int]) -> None:
    found = check({"requirements.txt": REQUIREMENTS, "app.py": "", **more}, rule(match))
    assert [(one.path, one.span.line) for one in found] == [("requirements.txt", line) for line in lines]


def test_a_requirement_declared_and_locked_is_told_once_where_it_is_declared() -> None:
    files = {
        "pyproject.toml": '[project]\nname = "x"\nversion = "1"\ndependencies = [\n  "flask==2.0.1",\n]\n',
        "uv.lock": 'version = 1\n\n[[package]]\nname = "flask"\nversion = "2.0.1"\nsource = { registry = "x" }\n',
    }
    found = check(files, rule('requirement = "flask"\nversions = "<2.2.5"'))
    assert [(one.path, one.span.line) for one in found] == [("pyproject.toml", 5)]


def test_development_requirements_are_judged_when_named() -> None:
    files = {"requirements-dev.txt": "flask==2.0.1\n"}
    assert check(files, rule('requirement = "flask"')) == ()
    found = check(files, rule('requirement = "flask"\nscopes = ["dev", "group"]'))
    assert [one.path for one in found] == ["requirements-dev.txt"]


INI = "[app:main]\ndebug = true\nkey = x\n\n[server:main]\nport = 80\n[app:dev]\nother = 1\n"

CONFIGS: list[tuple[str, str, dict[str, str], list[str]]] = [
    ("key", 'config = "[app:main] debug"', {"p.ini": INI}, ["p.ini 2:1-13"]),
    ("any section", 'config = "port"', {"p.ini": INI}, ["p.ini 6:1-10"]),
    ("globs", 'config = "[app:*] *"', {"p.ini": INI}, ["p.ini 2:1-13", "p.ini 3:1-8", "p.ini 8:1-10"]),
    ("value", 'config = "[app:main] debug"\nwhere.value.asbool = true', {"p.ini": INI}, ["p.ini 2:1-13"]),
    ("other value", 'config = "[app:main] debug"\nwhere.value.asbool = false', {"p.ini": INI}, []),
    ("absent", 'config = "[app:*] debug"\nwhere.value.absent = true', {"p.ini": INI.replace("debug = true\n", "")}, ["p.ini 2:1-8", "p.ini 7:1-10"]),
    ("or absent", 'config = "[app:main] debug"\nwhere.value = {or-absent = true, asbool = true}', {"p.ini": "[app:main]\nkey = x\n"}, ["p.ini 2:1-8"]),
    ("not absent", 'config = "[app:main] debug"\nwhere.value.absent = true', {"p.ini": INI}, []),
    ("no such section", 'config = "[app:nope] debug"\nwhere.value.absent = true', {"p.ini": INI}, []),
    ("files", 'config = "debug"\nfiles = "*.conf"', {"p.ini": INI, "p.conf": INI}, ["p.conf 2:1-13"]),
    ("not files", 'config = "debug"\nnot-files = ["p.*"]', {"p.ini": INI, "q.ini": INI}, ["q.ini 2:1-13"]),
    ("env", 'config = "DEBUG"', {".env": "export DEBUG=1\n"}, [".env 1:1-15"]),
    ("development", 'config = "debug"', {"development.ini": INI}, []),
    ("continued", 'config = "debug"\nwhere.value.matches = "b"', {"p.ini": "[s]\ndebug =\n  a\n  b\n"}, ["p.ini 2:1-8"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("match", "files", "expected"),
    [pytest.param(*case[1:], id=case[0]) for case in CONFIGS],
)
def test_config(match: str, files: dict[str, str], expected: list[str]) -> None:
    assert places(files, rule(match)) == expected


def test_alternatives_share_what_stands_beside_them() -> None:
    match = 'within.loop = true\n[[any]]\ncall = "api.f"\n[[any]]\ncall = "api.g"\n'
    assert at(match, "for x in y:\n    f()\n    g()\nf()\n") == ["3:5-8", "4:5-8"]


def test_roles_decide_which_files_are_judged() -> None:
    files = {"a.py": "from api import f\nf()\n", "t.py": "from api import f\nf()\n"}
    roles = {"t.py": Role.test}
    assert places(files, rule('call = "api.f"'), roles=roles) == ["a.py 2:1-4"]
    assert places(files, rule('call = "api.f"', roles=["test"]), roles=roles) == ["t.py 2:1-4"]


@pytest.mark.parametrize(
    ("match", "sentence"),
    [
        ("", "a match needs exactly one of call, write"),
        ('call = "a"\nwrite = "b"', "it has call, write"),
        ('call = "a"\nhow = "assign"', "`match.how` means nothing with `call`; known: at, call"),
        ('call = "a"\nversions = "<1"', "`match.versions` means nothing"),
        ('call = "@nope"', "group @nope is not defined"),
        ('call = "a"\nused = "eaten"', "`used = 'eaten'`: one of discarded"),
        ('call = "a"\nwithin.moon = true', "`within.moon` is not known; one of decorator"),
        ('call = "a"\nmodule.reads = "b"', "`module.reads` is not known"),
        ('write = "a"\nwhere.x = 1', "`where.x`: this kind has only `where.value`"),
        ('missing.call = "a"', "`missing` needs `given`"),
        ('missing.call = "a"\ngiven.missing.call = "b"', "`missing` cannot stand here"),
        ('function.colour = "red"', "`function.colour` is not known"),
        ('order.first = "a"', "`then` is missing"),
        ('call = "a"\nwhere.x.matches = "("', "missing )"),
        ('project.call = "a"\nproject.where.x.y = 1\ncall = "b"', "`y` is not a condition"),
    ],
)
def test_what_the_language_has_not(match: str, sentence: str) -> None:
    with pytest.raises(RuleError) as caught:
        check("", rule(match))
    assert str(caught.value).startswith("flask/probe.toml: ")
    assert sentence in str(caught.value)


def test_several_rules_at_one_place_stand_in_order() -> None:
    rules: list[Rule] = [rule('call = "api.f"', slug) for slug in ("b", "a")]
    found = check("from api import f\nf()\n", *rules)
    assert [one.rule for one in found] == ["flask/a", "flask/b"]
