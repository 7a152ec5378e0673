"""PasteDeploy files as rules judge them: by what the applications of a deployed file get in the end."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from pentalint.match.config_files import ANY_KEY, ConfigFile
from pentalint.match.deployment import is_deployed, is_production
from pentalint.model import Failure
from pentalint.syntax.ini import Entry, read_entries
from pentalint.syntax.paste_names import object_name
from pentalint.syntax.paste_objects import CannotLoad, Elsewhere, Final, Loaded
from pentalint.syntax.pastedeploy import Project
from pentalint.syntax.sections import is_filled_in, read_sections

_OBJECT = re.compile(
    r"^\ufeff?\[[ \t]*(?:app|application|composite|composit|pipeline|filter-app|filter|server)[ \t]*(?::[^\]]*)?\]",
    re.MULTILINE,
)

_ADDRESS = re.compile(r"(?:^|\s)config:(\S[^#\n]*)")
_HERE = re.compile(r"^%\(here\)s/*")


def is_paste(path: str, text: str) -> bool:
    """Whether a file is one PasteDeploy reads: it describes an application, a filter or a server."""
    return path.endswith((".ini", ".cfg", ".conf")) and _OBJECT.search(text) is not None


def paste_files(texts: Mapping[str, str]) -> Iterator[ConfigFile | Failure]:
    """What the files (path -> text) come to, and what PasteDeploy refuses to load, once for each file."""
    found: dict[str, list[Entry]] = {}
    refused: dict[str, Failure] = {}
    entered = roots(texts)
    project = Project(texts)
    for path in sorted(entered):
        try:
            found[path] = list(final_entries(path, project))
        except CannotLoad as error:
            if error.complete and is_filled_in(texts[error.path]):
                told = Failure(error.path, "config", error.fault.message, error.fault.line)
                refused.setdefault(error.path, told)
    yield from refused.values()
    through = deployments(found)
    for path in sorted(texts):
        plain, _ = read_entries(texts[path])
        if path not in entered:
            yield ConfigFile(path, (), is_deployed(path), plain)
            continue
        rest = [entry for entry in plain if path not in found or object_name(entry.section) is None]
        own = [replace(entry, known=entry.known and "%(" not in entry.value) for entry in rest]
        final = [replace(entry, loaded=through.get(place_of(entry), ())) for entry in found.get(path, ())]
        yield ConfigFile(path, (*own, *final), is_deployed(path), plain)


def place_of(entry: Entry) -> tuple[str, int, str]:
    return (entry.path, entry.line, entry.key)


def deployments(found: Mapping[str, Iterable[Entry]]) -> dict[tuple[str, int, str], tuple[str, ...]]:
    """The deployed files that load what is written at a place, for the places where that is not the file itself alone."""
    through: dict[tuple[str, int, str], list[str]] = {}
    for path, entries in found.items():
        for entry in entries if is_deployed(path) else ():
            named = through.setdefault(place_of(entry), [])
            if path not in named:
                named.append(path)
    return {place: tuple(paths) for place, paths in through.items() if paths != [place[0]]}


def roots(texts: Mapping[str, str]) -> set[str]:
    """The files that are loaded for themselves: those no other builds on, and those that say they are for production. Of
    files that build on each other in a circle the first is one."""
    onward = {path: set(targets(path, text)) & texts.keys() - {path} for path, text in texts.items()}
    inner = set[str]().union(*onward.values())
    found = {path for path in texts if path not in inner or is_production(path)}
    reached: set[str] = set()
    for path in (*found, *sorted(texts)):
        if path in reached:
            continue
        found.add(path)
        waiting = [path]
        while waiting:
            one = waiting.pop()
            reached.add(one)
            waiting += onward[one] - reached
    return found


def targets(path: str, text: str) -> Iterator[str]:
    """The project paths of the files that one goes on in."""
    for entry in read_entries(text)[0]:
        for file in _ADDRESS.findall(entry.value):
            name = _HERE.sub("", file.strip())
            yield posixpath.normpath(posixpath.join(posixpath.dirname(path), name))


def final_entries(path: str, project: Project) -> Iterator[Entry]:
    """The options of all that is loaded from a file: its applications, servers and what they are made of. Raises
    `CannotLoad` when `pserve` could not start it."""
    for fault in read_sections(project.texts[path]).faults:
        raise CannotLoad(path, fault.line, fault.message)
    for kind, name in started(project.texts[path]):
        try:
            loaded = project.load(path, kind, name)
        except Elsewhere:
            continue
        for one in loaded.walk():
            yield from entries_of(one)


def started(text: str) -> list[tuple[str, str]]:
    """What is loaded from a file, as kinds and names: what is called `main`; where nothing is, each for itself; filters only
    where there is nothing that they could be around."""
    found: list[tuple[str, str]] = []
    named = [object_name(section) for section in read_sections(text).headers]
    for kind in ("app", "server", "filter"):
        names = [one[1] for one in named if one is not None and one[0] == kind]
        if kind == "filter" and found:
            break
        found += [(kind, name) for name in (["main"] if "main" in names else dict.fromkeys(names))]
    return found


def entries_of(one: Loaded) -> Iterator[Entry]:
    """The options of one object, under the section where it is asked for."""
    options: list[tuple[str, Final]] = [*one.said.items(), *one.settings.items()]
    if one.open:
        yield Entry(one.section, ANY_KEY, "", one.line, 1, 2, one.path, known=False)
    if one.use is not None:
        options.insert(0, ("use", one.use))
    for name, final in options:
        yield replace(
            final.entry,
            section=one.section,
            key=name,
            value=final.shown,
            path=final.path,
            known=final.value is not None,
        )


def paste_texts(texts: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Those of some files (path, text) that PasteDeploy reads."""
    return {path: text for path, text in texts if is_paste(path, text)}
