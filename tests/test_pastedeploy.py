"""PasteDeploy's files mean what PasteDeploy makes of them: the real loader is the referee."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from configparser import InterpolationMissingOptionError
from pathlib import Path
from random import Random

import paste_recorder
import plaster
from hypothesis import given, settings
from hypothesis import strategies as st
from paste.deploy import loadapp

from pentalint.syntax.paste_objects import CannotLoad, Loaded
from pentalint.syntax.pastedeploy import Project

FILES = ("production.ini", "conf/base.ini", "conf/shared.ini")
LEADING = {  # from file to file, as `use` may write it
    ("production.ini", "conf/base.ini"): ("conf/base.ini", "%(here)s/conf/base.ini"),
    ("production.ini", "conf/shared.ini"): ("conf/shared.ini", "conf/../conf/shared.ini"),
    ("conf/base.ini", "conf/shared.ini"): ("shared.ini", "%(here)s/shared.ini"),
}
NAMES = ("debug", "port", "mail", "lang")
KINDS = ("app", "app", "app", "application", "composite", "pipeline", "filter-app", "filter", "filter")
VALUES = ("true", "1", "x y", "100%%", "", "a = b", "one\n  two", "%(here)s/x")


@st.composite
def files(draw: st.DrawFn) -> dict[str, str]:
    """A project's ini files; the first has an application `main`. Nearly all refer only to what follows, so that loading ends."""
    random = Random(draw(st.integers(0, 2**40)))
    parts = [(path, place, random.choice(KINDS)) for path in FILES for place in range(random.randint(2, 5))]
    parts[0] = (FILES[0], 0, random.choice([kind for kind in KINDS if kind != "filter"]))
    parts += [(path, 9, kind) for path in FILES for kind in ("app", "filter")]
    parts.sort(key=lambda part: FILES.index(part[0]))
    texts: dict[str, str] = {}
    for path in FILES:
        defined = random.sample(NAMES, random.randint(0, 3))
        lines = ["[DEFAULT]", *(f"{name} = {value(random, ())}" for name in defined)] if defined else []
        for number, part in enumerate(parts):
            if part[0] == path:
                reach = parts[number + 1 :] if random.random() < 0.98 else parts
                lines += section(random, part, reach, (*defined, "here"))
        texts[path] = "\n".join(lines) + "\n"
    return texts


def value(random: Random, defined: tuple[str, ...]) -> str:
    """A value, which may refer to what is defined, seldom to anything."""
    if defined and random.random() < 0.3:
        return f"to %({random.choice(defined)})s"
    return f"%({random.choice(NAMES)})s" if random.random() < 0.02 else random.choice(VALUES)


def name_of(part: tuple[str, int, str]) -> str:
    return "main" if part[:2] == ("production.ini", 0) else f"{part[2][:3]}{part[1]}"


def address(random: Random, path: str, reach: Sequence[tuple[str, int, str]], filters: bool) -> str:
    """The name of a section that follows, in this file or another."""
    fitting = [part for part in reach if (part[2] == "filter") is filters]
    part = random.choice(fitting) if fitting else None
    if part is None or random.random() < 0.02:
        return "nowhere"
    if part[0] == path:
        return name_of(part)
    leading = LEADING.get((path, part[0]))
    return f"config:{random.choice(leading)}#{name_of(part)}" if leading else "config:gone.ini"


def section(
    random: Random,
    part: tuple[str, int, str],
    reach: Sequence[tuple[str, int, str]],
    defined: tuple[str, ...],
) -> list[str]:
    """The lines of one section."""
    path, _, kind = part
    options = {f"set {random.choice(NAMES)}": value(random, defined) for _ in range(random.randint(0, 1))}
    if kind not in ("pipeline", "composite"):
        options |= {random.choice(NAMES): value(random, defined) for _ in range(random.randint(0, 4))}
        if random.random() < 0.3:
            options[f"get {random.choice(NAMES)}"] = random.choice(defined)
    factory = "filter" if kind.startswith("filter") else kind.replace("application", "app")
    if kind == "pipeline":
        names = [address(random, path, reach, filters=True) for _ in range(random.randint(0, 2))]
        options["pipeline"] = "\n    ".join(["", *names, address(random, path, reach, filters=False)])
    elif factory == "app" and random.random() < 0.2:
        options["paste.app_factory"] = "paste_recorder:app"
    elif random.random() < 0.5:
        options["use"] = f"call:paste_recorder:{factory}"
        if kind == "filter-app" and random.random() < 0.9:
            del options["use"]
            options["paste.filter_factory"] = "paste_recorder:filter"
    else:
        options["use"] = address(random, path, reach, filters=factory == "filter")
    if kind == "composite":
        for place in random.sample(["/", "/shop", "/blog"], random.randint(0, 2)):
            options[place] = address(random, path, reach, filters=False)
        if not options["use"].startswith("call:"):
            options["use"] = "call:paste_recorder:composite"
    if kind == "filter-app":
        options["next"] = address(random, path, reach, filters=False)
    elif kind != "pipeline" and random.random() < 0.1:
        options["filter-with"] = address(random, path, reach, filters=True)
    return [f"[{kind}:{name_of(part)}]", *(f"{option} = {text}" for option, text in options.items())]


def write(texts: dict[str, str], root: str) -> None:
    for path, text in texts.items():
        target = Path(root, path)
        target.parent.mkdir(exist_ok=True)
        target.write_text(text, encoding="utf-8")


def what(loaded: Loaded) -> list[tuple[str, dict[str, str | None], dict[str, str | None]]]:
    """What the factories would be called with."""
    return [
        (
            one.kind,
            {name: final.value for name, final in one.globals.items()},
            {name: final.value for name, final in one.settings.items()},
        )
        for one in loaded.walk()
        if one.use  # no factory is called for a pipeline
    ]


def order(calls: list[tuple[str, dict[str, str], dict[str, str]]]) -> list[str]:
    return sorted(f"{kind} {sorted(shared.items())} {sorted(own.items())}" for kind, shared, own in calls)


DIRECTORY = tempfile.TemporaryDirectory()
TALLY = {"loaded": 0, "refused": 0, "outside": 0, "values": 0}


@settings(max_examples=600, deadline=None)
@given(files())
def check_against_paste(texts: dict[str, str]) -> None:
    root = os.path.realpath(DIRECTORY.name)
    write(texts, root)
    paste_recorder.calls.clear()
    try:
        loadapp(f"config:{root}/production.ini", relative_to=root)
    except Exception as error:
        real: Exception | None = error
    else:
        real = None
    project = Project(texts, root)
    if real is None:
        loaded = project.load("production.ini")
        assert order(what(loaded)) == order(paste_recorder.calls), texts
        told = plaster.get_loader(f"{root}/production.ini", ["wsgi"]).get_wsgi_app_settings()
        assert dict(told) == {name: final.value for name, final in loaded.settings.items()}, texts
        assert told.global_conf == {name: final.value for name, final in loaded.globals.items()}, texts
        TALLY["loaded"] += 1
        TALLY["values"] += sum(len(one.settings) for one in loaded.walk())
        return
    try:
        loaded = project.load("production.ini")
    except CannotLoad as error:
        TALLY["refused"] += 1
        assert error.path in texts
        assert 1 <= error.fault.line <= texts[error.path].count("\n")
        return
    # What is written nowhere may be given with the command, and files that are not there are left open
    assert isinstance(real, (InterpolationMissingOptionError, FileNotFoundError)), (real, texts)
    TALLY["outside"] += 1


def test_settings_are_what_pastedeploy_makes_of_them() -> None:
    check_against_paste()
    print(TALLY)
    assert TALLY["loaded"] > 300, TALLY


def test_what_is_given_with_the_command_is_left_open() -> None:
    texts = {
        "production.ini": "[app:main]\nuse = call:paste_recorder:app\nport = %(http_port)s\nname = shop %(http_port)s\n"
    }
    root = os.path.realpath(DIRECTORY.name)
    write(texts, root)
    real = plaster.get_loader(f"{root}/production.ini", ["wsgi"]).get_wsgi_app_settings(
        defaults={"http_port": "8080"}
    )
    assert dict(real) == {"port": "8080", "name": "shop 8080"}
    found = Project(texts).load("production.ini").settings
    assert {name: (final.value, final.shown) for name, final in found.items()} == {
        "port": (None, "%(http_port)s"),
        "name": (None, "shop %(http_port)s"),
    }
