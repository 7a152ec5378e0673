"""The prefilter at work: the words of each file held against those its rules ask for."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pentalint.check.hierarchy import Hierarchy
from pentalint.check.plan import Plan
from pentalint.check.reach import Reach
from pentalint.check.words import Asked, Trigger
from pentalint.project.imports import words as words_of_file
from pentalint.rule import SettingsModel

_TARGET = rb"""\.[\s\\]*%s[\s\\]*(?:[=:,)\]]|[-+*/%%@&|^<>]{1,3}=|in\b)"""
"""An attribute with what may follow the target of an assignment, of `for ... in` or `with ... as`."""


class Triggers:
    """One trigger for each set of rules that judges some file. `files` are all that may be imported: a class may have its base, and
    a name its value, from a file that no rule judges. `tree` is what they say about names."""

    def __init__(
        self,
        plan: Plan,
        models: Mapping[str, SettingsModel],
        files: Mapping[str, bytes],
        tree: Hierarchy,
    ) -> None:
        self.plan = plan
        self.models = models
        self.present: frozenset[bytes] = frozenset().union(*map(words_of_file, files.values()))
        self.reach = Reach(plan.knowledge, self.present)
        self.tree = tree
        self.setters = self.tree.named([b"setattr"])
        self._found: dict[tuple[frozenset[str], frozenset[str]], Trigger] = {}
        self._asked: dict[str, Asked] = {}

    def of(self, path: str) -> Trigger:
        """The trigger of a file's rules."""
        key = (self.plan.active(path), self.plan.aware(path))
        trigger = self._found.get(key)
        if trigger is None:
            active, aware = key
            rules = [one for one in self.plan.compiled if one.rule.id in (aware if one.fact else active)]
            trigger = self._found[key] = Trigger(rules, self.plan.knowledge, self.models, self.reach)
            trigger.close(self.tree)
        return trigger

    def names_file(self, path: str, data: bytes) -> bool:
        """Whether some rule can match in a file. Of one that is evaluated, what its functions are asked for comes from the same
        words."""
        trigger, words = self.of(path), self.words(path, data)
        named = trigger.names_file(words, self.tree.bases.get(path, set()), data)
        if named:
            self._asked[path] = trigger.asked(words)
        return named

    def asked(self, path: str, data: bytes) -> Asked:
        """The words a function of the file must hold one of for its body to matter."""
        found = self._asked.get(path)
        if found is None:
            found = self._asked[path] = self.of(path).asked(self.words(path, data))
        return found

    def words(self, path: str, data: bytes) -> frozenset[bytes]:
        """The words of a file. `**` counts as one, for any keyword may hide behind it, and so does `.name`
        where the attribute of that name may be assigned."""
        words = words_of_file(data)
        more = {b"**"} if b"**" in data else set()
        setter = not self.setters.isdisjoint(words)
        for name in self.of(path).written & words:
            if setter or re.search(_TARGET % name, data):
                more.add(b"." + name)
        return words | more if more else words
