"""One loading of one ini file, as `paste.deploy.loadwsgi.ConfigLoader` does it."""

from __future__ import annotations

import configparser
import posixpath
import re
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import unquote

from pentalint.syntax.ini import Entry
from pentalint.syntax.paste_names import PREFIXES, PROTOCOLS, is_named, mounts, wrong_reference
from pentalint.syntax.paste_objects import (
    HOLE,
    OPEN,
    CannotLoad,
    Elsewhere,
    Final,
    Loaded,
    Options,
    hole,
)
from pentalint.syntax.sections import Sections, read_sections

_SCHEME = re.compile(r"^[a-zA-Z]+:")

_COMPOSITE = re.compile(r"^egg:[^#]*#(urlmap|cascade)$", re.IGNORECASE)
"""Factories whose options name applications, also where the section does not call itself a composite."""


class Texts:
    """The ini files that a loading may come to, path -> text, and the sections it is in at the moment. `root` is the
    directory they lie in where that is known."""

    def __init__(self, texts: Mapping[str, str], root: str | None = None) -> None:
        self.texts = texts
        self.root = root
        self.loading: list[tuple[str, str]] = []

    def read(self, path: str) -> Sections:
        """A file as sections, read anew for each loading: loading changes its defaults."""
        if path not in self.texts:
            raise Elsewhere(path)
        return read_sections(self.texts[path])


class Loader:
    """One loading of one file."""

    def __init__(self, project: Texts, path: str, given: Options | None) -> None:
        self.project = project
        self.path = path
        self.sections = project.read(path)
        if self.sections.faults:
            fault = self.sections.faults[0]
            raise CannotLoad(path, fault.line, fault.message)
        directory = posixpath.dirname(path)
        known = project.root is not None
        here = (
            posixpath.join(project.root or "", directory).rstrip("/") or "/"
            if known
            else hole("here", directory)
        )
        file = posixpath.join(project.root or "", path) if known else hole("__file__", path)
        self.outer: Options = {}
        for option, text in (("here", here), ("__file__", file)):
            self.outer[option] = Final(text, path, Entry("DEFAULT", option, text, 1, 1, 2))
        for option, final in (given or {}).items():
            if option not in self.parser.defaults():
                self.outer.setdefault(option, final)
        table = self.parser.defaults()
        assert isinstance(table, dict)
        for option, final in self.outer.items():
            table.setdefault(option, final.text)

    @property
    def parser(self) -> configparser.ConfigParser:
        return self.sections.parser

    # -- values --------------------------------------------------------------------------------------------------

    def get(self, section: str, option: str) -> Final:
        """The value of an option with what it refers to put in; names that are nowhere are left to the deployment."""
        missing: dict[str, str] = {}
        while True:
            try:
                text = self.parser.get(section, option, vars=missing)
            except configparser.InterpolationMissingOptionError as error:
                missing[error.reference] = hole(error.reference)
                continue
            except configparser.InterpolationError as error:
                entry = self.sections.entry(section, option, "")
                raise CannotLoad(self.path, entry.line, wrong_reference(error, option)) from None
            outer = self.outer.get(option)
            own = option in self.sections.lines.get(section, {}) or option in self.sections.defaults
            if outer is not None and not own:
                return replace(outer, text=text)
            return Final(text, self.path, self.sections.entry(section, option, text))

    def defaults(self) -> Options:
        """The globals of the file."""
        found: Options = {}
        for option, raw in self.parser.defaults().items():
            final = self.get("DEFAULT", option)
            found[option] = final if final.text else replace(final, text=raw)
        return found

    # -- objects -------------------------------------------------------------------------------------------------

    def context(
        self,
        kind: str,
        name: str | None,
        given: Options | None,
        place: Final | None = None,
    ) -> Loaded:
        """The object of a kind and a name, which may be an address (`config:`, `egg:`, `call:`). `place` is the option that
        names it."""
        if name is not None and _SCHEME.match(name):
            return self.address(kind, name, given, place)
        section = self.find(kind, name, place)
        if (self.path, section) in self.project.loading:
            raise CannotLoad(
                *self.at(place), f"[{section}] comes back to itself; let `use` end in an `egg:` address"
            )
        self.project.loading.append((self.path, section))
        try:
            return self.filled(kind, section, given)
        finally:
            self.project.loading.pop()

    def filled(self, kind: str, section: str, given: Options | None) -> Loaded:
        """The object that a section describes."""
        defaults = self.defaults()
        shared = {**defaults, **(given or {})}
        own: Options = {}
        added: Options = {}
        wanted: dict[str, Final] = {}
        for option in self.parser.options(section):
            if option.startswith("set "):
                key = option[4:].strip()
                added[key] = shared[key] = self.get(section, option)
            elif option.startswith("get "):
                wanted[option[4:].strip()] = self.get(section, option)
            elif option not in defaults:
                own[option] = self.get(section, option)
        for key, final in wanted.items():
            source = shared.get(final.text)
            if source is None and final.value is not None:
                raise CannotLoad(
                    self.path,
                    final.entry.line,
                    f"`get {key}` asks for the global `{final.shown}`, which nothing sets; add it to [DEFAULT]",
                )
            text = source.text if source is not None else hole(final.shown)
            own[key] = replace(source or final, text=text)
        filtered = own.pop("filter-with", None) if kind in ("app", "filter") else None
        own.pop("require", None)
        found = self.build(kind, section, own, shared, added)
        if filtered is None:
            return found
        inner = [found, self.context("filter", filtered.text, shared, filtered)]
        said = {"filter-with": filtered}
        # Whoever goes on here sets its options on what is around: they reach the factory only when the section names it
        return Loaded(kind, section, self.path, found.line, own, shared, said=said, inner=inner)

    def build(self, kind: str, section: str, own: Options, shared: Options, added: Options) -> Loaded:
        """What a section makes of its options."""
        line = self.sections.headers[section]
        if section.startswith("filter-app:"):
            following = self.need(own, "next", section)
            filtered = (
                self.follow("filter", section, own, shared, added)
                if "use" in own
                else self.explicit("filter", section, own, shared)
            )
            around = self.context("app", following.text, shared, following)
            said = {"next": following}
            return Loaded("app", section, self.path, line, own, shared, said=said, inner=[filtered, around])
        if section.startswith("pipeline:"):
            listed = self.need(own, "pipeline", section)
            names = listed.text.split()
            if own or not names:
                what = f"also has `{next(iter(own))}`" if own else "names no application"
                raise CannotLoad(
                    self.path,
                    listed.entry.line,
                    f"[{section}] {what}; a pipeline lists filters and an application only",
                )
            inner = [self.context("app", names[-1], shared, listed)]
            inner += [self.context("filter", name, shared, listed) for name in names[:-1]]
            said = {"pipeline": listed}
            return Loaded("app", section, self.path, line, own, shared, said=said, inner=inner)
        if "use" in own:
            return self.follow(kind, section, own, shared, added)
        return self.explicit(kind, section, own, shared)

    def need(self, own: Options, option: str, section: str) -> Final:
        """An option a section cannot do without, taken out."""
        found = own.pop(option, None)
        if found is None:
            line = self.sections.headers[section]
            raise CannotLoad(self.path, line, f"[{section}] has no `{option}`; add it")
        return found

    def follow(self, kind: str, section: str, own: Options, shared: Options, added: Options) -> Loaded:
        """A section that goes on elsewhere: what it says itself comes on top."""
        use = own.pop("use")
        line = self.sections.headers[section]
        if section.startswith("filter-app:") and use.text.startswith("call:"):
            message = f"[{section}] cannot use a function; name it in a [filter:...] section and use that"
            raise CannotLoad(self.path, use.entry.line, message)
        try:
            found = self.context(kind, use.text, shared, use)
        except Elsewhere:
            found = Loaded(kind, section, self.path, line, {}, dict(shared), open=True)
        found.globals.update(added)
        for option, final in own.items():
            before = found.settings.get(option)
            earlier = () if before is None else (*before.earlier, replace(before, earlier=()))
            found.settings[option] = replace(final, earlier=earlier)
        if "__file__" in shared:
            found.globals["__file__"] = shared["__file__"]
        found.section, found.path, found.line = section, self.path, line
        composite = section.partition(":")[0] in ("composite", "composit") or _COMPOSITE.match(found.factory)
        if composite or found.parts is not None:
            found.parts = self.parts  # names are looked up where the loading began
        return found

    def parts(self, settings: Options, shared: Options) -> list[Loaded]:
        """The applications that a composite names in its options: addresses, sections of the file, and what
        stands for a path."""
        found = []
        for option, final in settings.items():
            name = final.text.strip()
            if not (_SCHEME.match(name) or self.named("app", name) or mounts(option, name)):
                continue
            try:
                found.append(self.context("app", name, shared, final))
            except Elsewhere:
                section = final.entry.section
                found.append(Loaded("app", section, final.path, final.entry.line, {}, {}, open=True))
        return found

    def explicit(self, kind: str, section: str, own: Options, shared: Options) -> Loaded:
        """A section that names its factory itself."""
        named = [(protocol, own[protocol]) for protocol in PROTOCOLS[kind] if protocol in own]
        line = self.sections.headers[section]
        if not named:
            raise CannotLoad(
                self.path,
                line,
                f"[{section}] says neither `use` nor a factory; add `use = egg:` and the distribution",
                complete=False,
            )
        protocol, final = named[0]
        del own[protocol]
        return Loaded(kind, section, self.path, line, own, shared, use=final)

    def address(self, kind: str, name: str, given: Options | None, place: Final | None) -> Loaded:
        """An object outside this file."""
        scheme, _, spec = name.partition(":")
        if scheme.lower() != "config":
            if scheme.lower() not in ("egg", "call"):
                raise CannotLoad(
                    *self.at(place),
                    f"`{HOLE.sub('…', name)}` is no address; PasteDeploy knows egg:, config: and call:",
                )
            path, line = self.at(place)
            section = place.entry.section if place is not None else ""
            use = None if place is None else replace(place, text=name)
            return Loaded(kind, section, path, line, {}, {} if given is None else given, use=use)
        file, _, fragment = spec.partition("#")
        path = self.resolved(file)
        if path not in self.project.texts:
            raise Elsewhere(path)
        loader = Loader(self.project, path, given)
        return loader.context(kind, fragment if "#" in spec else "main", given, place)

    def resolved(self, file: str) -> str:
        """The project path of a file named in this one. Raises `Elsewhere` for one that only the deployment knows."""
        file = file.strip().replace("\\", "/")
        match = HOLE.match(file)
        if match and match[1] == "here":
            file = posixpath.join(match[2], file[match.end() :].lstrip("/"))
        elif self.project.root is not None and file.startswith(f"{self.project.root}/"):
            file = file[len(self.project.root) + 1 :]
        elif file.startswith("/") or OPEN in file:
            raise Elsewhere(file)
        else:
            file = posixpath.join(posixpath.dirname(self.path), file)
        if OPEN in file or file.startswith("/"):
            raise Elsewhere(file)
        return posixpath.normpath(unquote(file))

    def at(self, place: Final | None) -> tuple[str, int]:
        """The file and line of the option that brought the loading here; the start of this file without one."""
        return (self.path, 1) if place is None else (place.path, place.entry.line)

    def find(self, kind: str, name: str | None, place: Final | None) -> str:
        """The section that holds an object. Raises `CannotLoad` when there is none, or more than one."""
        found = self.named(kind, name)
        if not found:
            if name is not None and OPEN in name:
                raise Elsewhere(name)
            raise CannotLoad(
                *self.at(place),
                f"there is no section [{kind}:{name or 'main'}] in {self.path}; correct the name",
            )
        if len(found) > 1:
            listed = " and ".join(f"[{section}]" for section in found)
            raise CannotLoad(
                self.path, self.sections.headers[found[1]], f"{listed} have one name; rename one of them"
            )
        return found[0]

    def named(self, kind: str, name: str | None) -> list[str]:
        """The sections that may hold an object of a kind and a name."""
        found: list[str] = []
        for group in PREFIXES[kind]:
            for prefix in group:
                sections = [one for one in self.parser.sections() if is_named(one, prefix, name)]
                if sections:
                    found += sections
                    break
        return found
