"""The applications of PasteDeploy files, as `pserve` starts them, with the settings they get in the end."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from pentalint.evaluate.values import Const
from pentalint.match.deployment import is_deployed
from pentalint.match.ini_files import roots, started
from pentalint.settings.final import WORDS
from pentalint.settings.model import Contribution, Deployment, FinalSetting, State, Variable
from pentalint.settings.paths import ROOT
from pentalint.settings.rendering import render
from pentalint.settings.secrets import MASK, is_secret, mask_line
from pentalint.syntax.paste_loader import Loader
from pentalint.syntax.paste_objects import HOLE, CannotLoad, Elsewhere, Final, Loaded, Options
from pentalint.syntax.pastedeploy import Project
from pentalint.syntax.sections import is_filled_in, read_sections

_FILLED_IN = re.compile(r"\$\{(\w+)[^}]*\}|\{\{(.*?)\}\}|\$\((\w+)\)")
"""What something else than PasteDeploy puts in: the environment, a template, make."""

SHORTEST = 4
"""A secret with fewer characters is not looked for in other values."""

_ENVIRONMENT = "ENV_"
"""What names of variables of the environment begin with among the names that a file may refer to."""


_VARIABLE = re.compile(rf"%\({_ENVIRONMENT}(\w+)\)s")


def paste_deployments(texts: Mapping[str, str], shown: Collection[str]) -> Iterator[Deployment]:
    """The applications of those PasteDeploy files (path -> text) that are `shown`. A file that others build on is not deployed
    by itself unless its name says so; one that cannot be loaded has a note and no settings."""
    project = Project(texts, ROOT)
    first = roots(texts)
    for path in sorted(texts.keys() & set(shown)):
        names = [name for kind, name in started(texts[path]) if kind == "app"]
        reached: set[str] = set()
        inner = "" if path in first else "other files build on it"
        if not names:
            yield from refused(path, texts[path])
        for name in names:
            yield from loaded_deployments(project, path, name, reached, inner)
        for name in other_names(texts[path], reached) if names else ():
            yield from loaded_deployments(
                project, path, name, reached, f"it is loaded by name only, as {name}"
            )


def refused(path: str, text: str) -> Iterator[Deployment]:
    """A file in which nothing can be found, for PasteDeploy cannot read it."""
    for fault in read_sections(text).faults[:1]:
        note = f"{path}:{fault.line}: {fault.message}"
        yield Deployment("pyramid", path.rpartition("/")[2], path, is_deployed(path), "its name", (), (note,))


def other_names(text: str, reached: Collection[str]) -> list[str]:
    """The applications of a file that are loaded only by name."""
    found = [section for section in read_sections(text).headers if section.partition(":")[0] == "app"]
    return [section.partition(":")[2].strip() for section in found if section not in reached]


def loaded_deployments(
    project: Project, path: str, name: str, reached: set[str], against: str = ""
) -> Iterator[Deployment]:
    """What one application of a file comes to: itself, or those that a pipeline or a composite is made of. `against` is what
    speaks against its being deployed."""
    base = path.rpartition("/")[2]
    production = is_deployed(path) and not against
    why = "its name" if production else "its name is one of development, tests or examples"
    if is_deployed(path):
        why = against or why
    try:
        loaded = project.load(path, "app", name)
    except (CannotLoad, Elsewhere) as error:
        found: tuple[FinalSetting, ...] = ()
        if isinstance(error, CannotLoad) and not error.complete and error.path == path:
            found = settings(own_options(project, path, name), project)
        yield Deployment(
            "pyramid", f"{base}#{name}", path, production, why, found, (refusal(error, project),)
        )
        return
    for one in loaded.walk():
        if one.path == path:
            reached.add(one.section)
        if one.kind != "app" or one.parts is not None or (one.use is None and not one.open):
            continue
        inner = one.section.partition(":")[2].strip() or "main"
        place = "" if one.path == path else f" of {one.path}"
        yield Deployment(
            "pyramid",
            f"{base}#{inner}{place}",
            path,
            production,
            why,
            settings(one.settings, project, one.globals),
            notes(one),
        )


def refusal(error: CannotLoad | Elsewhere, project: Project) -> str:
    """Why a file starts no application."""
    if isinstance(error, Elsewhere):
        return f"it goes on in {HOLE.sub('…', str(error))}, which is not in the project"
    if not is_filled_in(project.texts[error.path]):
        return f"{error.path} is a template of an ini file; nothing is known of it before it is filled in"
    told = f"{error.path}:{error.fault.line}: {error.fault.message}"
    return told if error.complete else f"{told}, unless something else adds it, and maybe more"


def notes(one: Loaded) -> tuple[str, ...]:
    """What may still change an application's settings."""
    return ("it takes further settings from a file that is not in the project",) if one.open else ()


def own_options(project: Project, path: str, name: str) -> Options:
    """What a section says itself that another loader adds to before PasteDeploy sees it."""
    loader = Loader(project, path, None)
    section = loader.find("app", name, None)
    defaults = loader.parser.defaults()
    return {key: loader.get(section, key) for key in loader.parser.options(section) if key not in defaults}


def settings(found: Options, project: Project, shared: Options | None = None) -> tuple[FinalSetting, ...]:
    """The settings by name; `shared` are the globals, whose secrets other options may refer to."""
    hidden = [
        final.text
        for name, final in (*(shared or {}).items(), *found.items())
        if len(final.text) >= SHORTEST
        and final.text.lower() not in WORDS
        and (is_secret(name) or is_secret(final.entry.key))
    ]
    return tuple(setting(name, found[name], project, hidden) for name in sorted(found))


def setting(name: str, final: Final, project: Project, hidden: Sequence[str]) -> FinalSetting:
    """One setting of an application; its value is text, without the `hidden` ones in it."""
    text = _VARIABLE.sub(r"${\1}", final.shown)
    for secret in hidden:
        text = text.replace(secret, MASK)
    shown = render(Const(text), name, lambda value: value)
    told = tuple(contribution(name, part, project) for part in (*final.earlier, final))
    if final.value is not None:
        return FinalSetting(name, "known", shown.text, told, value=shown.value)
    holes = [found[1] for found in HOLE.finditer(final.text)]
    filled = list(_FILLED_IN.finditer(text))
    variables = [found[1] for found in filled if found[1]]
    given = [hole for hole in holes if not hole.startswith(_ENVIRONMENT)]
    templates = [found[0] for found in filled if not found[1]]
    environment = tuple(
        Variable(variable, None, final.path, final.entry.line) for variable in dict.fromkeys(variables)
    )
    if given:
        reason = (
            f"`{given[0]}` is defined nowhere in the file; whoever starts it has to give it (`{given[0]}=…`)"
        )
    elif templates:
        reason = f"`{templates[0]}` is filled in by something else"
    else:
        reason = f"the environment decides: {', '.join(one.name for one in environment)}"
    state: State = "unknown" if given or templates else "environment"
    return FinalSetting(name, state, shown.text, told, environment=environment, reason=reason)


def contribution(name: str, final: Final, project: Project) -> Contribution:
    """The line a value is written on."""
    lines = project.texts[final.path].splitlines()
    line = lines[final.entry.line - 1].strip() if final.entry.line <= len(lines) else ""
    text = mask_line(line, name)
    return Contribution(final.path, final.entry.line, "set", mask_line(text, written_name(line)))


def written_name(line: str) -> str:
    """The option that a line sets: another than the one it reaches, where `get` and `set` rename it."""
    return re.split(r"[=:]", line, maxsplit=1)[0].strip()
