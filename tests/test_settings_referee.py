"""Settings modules executed for real, and as `pentalint settings` evaluates them: equal values wherever it knows them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from configuring import settings_of, write

REFEREE = """
import json, os, sys, importlib
keep = {"PATH"}
for name in list(os.environ):
    if name not in keep:
        del os.environ[name]
root = sys.argv[1]
sys.path.insert(0, root)
sys.argv = ["<server>"]
module = importlib.import_module("shop.settings")
def plain(value):
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, os.PathLike):
        return {"path": os.fspath(value).replace(root, "<project>")}
    if isinstance(value, str):
        return value.replace(root, "<project>")
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return {"other": type(value).__name__}
print(json.dumps({name: plain(value) for name, value in vars(module).items() if name.isupper() and name[0] != "_"}))
"""

HELPERS = """
import os

def env_bool(name, default=False):
    value = os.environ.get(name)
    if value is None:
        return default
    return value.lower() in ("1", "true", "yes")

TRUTH = {"true": True, "false": False, "": False}

def env_table(name, default="false"):
    return TRUTH[os.environ.get(name, default).lower()]

def env_list(name, default="", sep=","):
    return [item.strip() for item in os.getenv(name, default).split(sep) if item.strip()]

def env_int(name, *, default=0):
    try:
        return int(os.environ[name])
    except KeyError:
        return default

class Config:
    def __init__(self, prefix):
        self.prefix = prefix

    def get(self, name, default=None):
        return os.environ.get(f"{self.prefix}_{name.upper()}", default)
"""

IDIOMS: dict[str, str] = {
    "environ_get": "import os\nDEBUG = os.environ.get('DEBUG', '') == '1'\nNAME = os.environ.get('NAME')",
    "getenv_bool": "import os\nDEBUG = bool(os.getenv('DEBUG'))\nX = os.getenv('X', 'a').split(',')",
    "environ_in": "import os\nif 'DEBUG' in os.environ:\n    DEBUG = True\nelse:\n    DEBUG = False",
    "setdefault": "import os\nX = os.environ.setdefault('X', 'y')",
    "int_of_default": "import os\nN = int(os.environ.get('N', '5')) * 60",
    "helper_bool": "from .env import env_bool\nDEBUG = env_bool('DEBUG')\nSSL = env_bool('SSL', True)",
    "helper_table": "from .env import env_table\nA = env_table('A')\nB = env_table('B', 'true')",
    "helper_list": "from .env import env_list\nHOSTS = env_list('HOSTS', 'a, b,,c')\nNONE = env_list('NONE')",
    "helper_int": "from .env import env_int\nN = env_int('N', default=7)",
    "helper_class": "from .env import Config\nconfig = Config('SHOP')\nA = config.get('a', 'x')\nB = config.get('b')",
    "helper_module": "from . import env\nDEBUG = env.env_bool('DEBUG', default=True)",
    "star_import": "from .base import *\nDEBUG = False\nAPPS += ['c']\nHOSTS = [*HOSTS, 'y']",
    "star_all": "from .listed import *\nA = globals().get('VISIBLE', 0)\nB = globals().get('HIDDEN', 0)",
    "append": "A = ['a']\nA.append('b')\nA.extend(['c', 'd'])\nA.insert(0, 'z')\nA.remove('a')",
    "insert_index": "M = ['a', 'b']\nM.insert(M.index('b'), 'x')",
    "alias": "A = []\nB = A\nB.append(1)",
    "plus_tuple": "A = ('a',)\nA += ('b',)\nB = A + ('c',)",
    "update": "D = {'a': 1}\nD.update({'b': 2}, c=3)\nD['d'] = {'e': 4}\nD['d']['f'] = 5\ndel D['a']",
    "setdefault_dict": "D = {}\nD.setdefault('a', []).append(1)",
    "pop": "D = {'a': 1, 'b': 2}\nX = D.pop('a')\nY = D.pop('z', None)",
    "nested_list": "T = [{'OPTIONS': {'loaders': []}}]\nT[0]['OPTIONS']['loaders'].append('x')\nT[0]['DIRS'] = ['d']",
    "if_debug": "DEBUG = False\nif DEBUG:\n    A = 1\nelse:\n    A = 2\nif not DEBUG:\n    B = 3",
    "if_expression": "DEBUG = True\nX = 'a' if DEBUG else 'b'\nY = DEBUG and 'c' or 'd'",
    "globals_item": "globals()['A'] = 1\nfor name in ('B', 'C'):\n    globals()[name] = name.lower()",
    "globals_update": "globals().update({'A': 1, 'B': [2]})\nglobals().update(C=3)",
    "locals_update": "locals().update({'A': 1})\nvars()['B'] = 2\nvars().update(C=3)",
    "setattr_module": "import sys\nsetattr(sys.modules[__name__], 'A', 5)\nsys.modules[__name__].B = 6",
    "local_missing": "DEBUG = False\ntry:\n    from .local import *\nexcept ImportError:\n    pass",
    "local_else": "try:\n    from .local import NAME\nexcept ImportError:\n    NAME = 'none'\nFINAL = NAME",
    "local_present": "DEBUG = True\ntry:\n    from .production import *\nexcept ImportError:\n    DEBUG = None",
    "os_path": "import os\nBASE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))\nS = os.path.join(BASE, 's', 't')",
    "pathlib": "from pathlib import Path\nBASE = Path(__file__).resolve().parent.parent\nS = BASE / 's' / 't.txt'\nT = str(S)\n"
    "U = S.name\nV = S.suffix\nW = BASE.joinpath('a', 'b')\nX = Path(__file__).resolve().parents[1]\nY = f'{BASE}/x'",
    "exists": "import os\nHERE = os.path.dirname(os.path.abspath(__file__))\nA = os.path.exists(os.path.join(HERE, 'env.py'))\n"
    "B = os.path.exists(os.path.join(HERE, 'none.py'))",
    "read_file": "from pathlib import Path\nV = (Path(__file__).resolve().parent / 'VERSION').read_text().strip()",
    "open_file": "import os\nwith open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'VERSION')) as f:\n    V = f.read().strip()",
    "formatting": "A = 'x'\nB = f'{A}-{1 + 1}'\nC = '%s/%s' % (A, B)\nD = '{}:{n}'.format(A, n=3)\nE = '-'.join([A, 'y'])",
    "arithmetic": "DAY = 60 * 60 * 24\nYEAR = DAY * 365\nHALF = YEAR // 2\nN = -1\nM = 2 ** 10 + 5 % 3",
    "strings": "A = ' a,b '.strip().split(',')\nB = 'x.y'.rpartition('.')[2]\nC = 'AB'.lower()\nD = 'abc'[1:]",
    "comprehension": "A = [x.upper() for x in ('a', 'b') if x != 'a']\nB = {k: v for k, v in [('x', 1)]}",
    "loop": "A = []\nfor name in ['x', 'y']:\n    A.append(f'app.{name}')\nfor i, j in {'k': 1}.items():\n    B = (i, j)",
    "chained": "A = B = 3\nC, D = 1, [2]\n(E, *F) = (1, 2, 3)",
    "annotated": "A: int = 3\nB: list[str] = ['x']\nC: str",
    "deleted": "A = 1\nB = 2\ndel A",
    "argv": "import sys\nTESTING = 'test' in sys.argv\nif TESTING:\n    HASH = 'md5'\nelse:\n    HASH = 'pbkdf2'",
    "logging_level": "import logging\nLEVEL = logging.INFO",
    "url": "from urllib.parse import urlparse\nroot = urlparse('https://x.example:8443/app/')\nHOST = root.hostname\nP = root.path\nN = root.port",
    "json_loads": "import json\nA = json.loads('{\"a\": [1, true]}')",
    "lambda": "f = lambda x: x + 1\nA = f(2)",
    "class_values": "class D:\n    A = 1\n    B = [A]\nX = D.A\nY = D.B",
    "function_mutates": "def add(target, item):\n    target.append(item)\n    return target\nA = ['x']\nadd(A, 'y')",
    "function_builds": "def cache(url, **options):\n    return {'LOCATION': url, 'OPTIONS': {'a': 1, **options}}\nC = {'default': cache('r://', b=2)}",
    "while": "N = 0\nwhile N < 3:\n    N += 1",
    "try_key": "import os\ntry:\n    NAME = os.environ['NAME']\nexcept KeyError:\n    NAME = 'fallback'",
    "cycle": "A = 1\nfrom .cyclic import B\nC = B + 1",
    "walrus": "import os\nif (x := os.environ.get('X', 'd')):\n    X = x",
    "any_all": "A = any([False, 1])\nB = all([])\nC = max(2, 3)\nD = sorted({'b', 'a'})\nE = len('abc')",
    "dict_merge": "A = {'x': 1} | {'y': 2}\nB = {**A, 'z': 3}",
    "enumeration": "import enum\nclass Mode(enum.Enum):\n    FAST = 'f'\nM = Mode.FAST.value",
    "matching": "MODE = 'b'\nmatch MODE:\n    case 'a':\n        X = 1\n    case 'b':\n        X = 2",
}
"""Name -> a settings module. Next to it lie `env.py`, `base.py`, `listed.py`, `production.py`, `cyclic.py` and `VERSION`."""

NEIGHBOURS = {
    "shop/__init__.py": "",
    "shop/env.py": HELPERS,
    "shop/base.py": "DEBUG = True\nAPPS = ['a', 'b']\nHOSTS = ['x']\n_PRIVATE = 1\n",
    "shop/listed.py": "__all__ = ['VISIBLE']\nVISIBLE = 1\nHIDDEN = 2\n",
    "shop/production.py": "DEBUG = False\n",
    "shop/cyclic.py": "from .settings import A\nB = A + 1\n",
    "shop/VERSION": "1.2.3\n",
}


@pytest.mark.parametrize("name", sorted(IDIOMS))
def test_values_are_those_of_the_real_thing(tmp_path: Path, name: str) -> None:
    real_root = tmp_path / "real"
    write(real_root, {**NEIGHBOURS, "shop/settings.py": IDIOMS[name]})
    answer = subprocess.run(
        [sys.executable, "-c", REFEREE, str(real_root)],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    real: dict[str, Any] = json.loads(answer.stdout)
    ours = settings_of(tmp_path / "ours", IDIOMS[name], NEIGHBOURS)
    here = {one: found for one, found in ours.items() if one not in ("INSTALLED_APPS", "ROOT_URLCONF")}
    assert {one for one, found in here.items() if found.text != "not set"} == set(real)
    for one, value in real.items():
        found = here[one]
        assert found.state == "known", (one, found)
        if isinstance(value, dict) and "other" in value:
            continue
        if isinstance(value, dict) and "path" in value:
            assert found.text == f"Path({value['path']!r})"
        else:
            text = json.dumps(value)
            assert json.dumps(found.value) == text, one
