"""Files that a settings module takes in as if they were part of it: `include()` of django-split-settings."""

from __future__ import annotations

import ast
import fnmatch
import posixpath

from pentalint.evaluate.arguments import Arguments
from pentalint.evaluate.events import Frame
from pentalint.evaluate.modules import Module
from pentalint.settings.disk import below_root
from pentalint.settings.naming import Naming
from pentalint.settings.paths import is_absolute, text_of
from pentalint.syntax.source import Source, read_source


class Inclusion(Naming):
    """Evaluates included files in the namespace of the module that includes them."""

    def include(self, arguments: Arguments, node: ast.Call, frame: Frame) -> None:
        """`include("components/*.py", optional("local.py"))`: in the order of the patterns, each one's files sorted."""
        directory = posixpath.dirname(frame.module.path)
        for argument in arguments.positional:
            place = f"{frame.module.path}:{node.lineno}"
            text = text_of(argument)
            if text is None:
                self.include_absent(f"{place} includes a file whose name is not known", frame)
                continue
            below = below_root(text) if is_absolute(text) else posixpath.join(directory, text)
            pattern = text if below is None else posixpath.normpath(below)
            found = sorted(path for path in self.index.modules if matches(path, pattern))
            if not found:
                self.include_absent(f"{pattern}, included at {place}, is not in the project", frame)
            for path in found:
                self.run_included(self.index.modules[path], frame)

    def include_absent(self, reason: str, frame: Frame) -> None:
        """Nothing is known of an included file: it is taken not to be there."""
        self.remark(reason)

    def run_included(self, module: Module, frame: Frame) -> None:
        """Evaluate a file in the namespace of another module."""
        if module is frame.module or module.state == 1:
            return
        outcome = (
            module.source
            or self.sources.get(module.path)
            or read_source(module.path, self.read(module.path), self.parser)
        )
        if not isinstance(outcome, Source):
            self.failures[module.path] = outcome
            return
        host = frame.module
        before, state, old = module.env, module.state, module.source
        module.env, module.state, module.source = host.env, 1, outcome
        self.hosts[module.path] = self.host(host.path)
        inner = Frame(module, module.env, tests=frame.tests, branches=frame.branches)
        self.run_body(outcome.tree.body, inner)
        host.env = inner.env
        frame.env = inner.env
        host.origins.update(module.origins)
        host.maybe_star = host.maybe_star or module.maybe_star
        host.unresolved_star = host.unresolved_star or module.unresolved_star
        module.env, module.state = before, state
        module.source = outcome if old is None else old


def matches(path: str, pattern: str) -> bool:
    """Whether a path fits a glob in which `*` stays within a directory."""
    return path.count("/") == pattern.count("/") and fnmatch.fnmatchcase(path, pattern)
