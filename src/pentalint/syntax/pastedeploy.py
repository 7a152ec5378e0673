"""PasteDeploy: what the sections of ini files come to once they are put together.

A file is loaded as `paste.deploy.loadwsgi` 3 does it (`pserve`, plaster_pastedeploy): the application called `main` is an
`app`, `composite`, `pipeline` or `filter-app` section, `use` goes on in another section, another file or a
distribution, options of `[DEFAULT]` are global and reach no application, `set x` and `get x` write and read globals.
Nothing is imported: distributions and functions are names.
"""

from __future__ import annotations

from pentalint.syntax.paste_loader import Loader, Texts
from pentalint.syntax.paste_objects import CannotLoad, Loaded


class Project(Texts):
    """The ini files of a project, path -> text. `root` is the directory the project lies in where that is known."""

    def load(self, path: str, kind: str = "app", name: str | None = "main") -> Loaded:
        """One object of a file. Raises `CannotLoad`, or `Elsewhere` when the file is not in the project."""
        self.loading.clear()
        loaded = Loader(self, path, None).context(kind, name, None)
        fill(loaded, ())
        return loaded


def fill(loaded: Loaded, around: tuple[tuple[str, str], ...]) -> None:
    """Load what composites name. They are asked last, as PasteDeploy does it: by then all globals are set."""
    for one in list(loaded.walk()):
        if one.parts is None:
            continue
        key = (one.path, one.section)
        if key in around:
            raise CannotLoad(
                one.path, one.line, f"[{one.section}] contains itself; take it out of its options"
            )
        for part in one.parts(one.settings, one.globals):
            fill(part, (*around, key))
            one.inner.append(part)
