"""Files of the project as settings name them: paths that begin with the project's directory lead there."""

from __future__ import annotations

import posixpath

from pentalint.evaluate.values import Const, Value
from pentalint.match.deployment import is_deployed
from pentalint.match.project_files import ProjectFiles
from pentalint.settings.paths import ROOT
from pentalint.settings.reading import as_text


class SettingsFiles(ProjectFiles):
    """The files of a project by path."""

    def locate(
        self, value: Value, home: str, start: str | None, root: str | None, instance: str | None
    ) -> str | None:
        text = as_text(value)
        if isinstance(text, Const) and isinstance(text.value, str) and text.value.startswith(f"{ROOT}/"):
            path = posixpath.normpath(text.value[len(ROOT) + 1 :])
            return path if path in self.paths else None
        return super().locate(text, home, start, root, instance)

    def only(self, ending: str) -> str | None:
        """What only tests and examples have is not what is deployed."""
        found = super().only(ending)
        return found if found is not None and is_deployed(found) else None
