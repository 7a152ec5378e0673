"""One requirement: its name, its version constraint and what kind of constraint that is.

The grammar is PEP 508 plus what pip accepts beside it (URLs, archives, version control, local paths). A
lower bound is never taken for a version: only an exact pin, or a version in the name of an archive, is one.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from urllib.parse import unquote

from packaging.requirements import InvalidRequirement
from packaging.requirements import Requirement as Pep508

from pentalint.dataclass import dataclass

_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
_SHAPE = re.compile(rf"\s*({_NAME})\s*(?:\[([^\]]*)\])?\s*(.*)", re.DOTALL)
_VCS = re.compile(r"(git|hg|svn|bzr)\+", re.IGNORECASE)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_ARCHIVE = re.compile(r"\.(zip|tar\.gz|tgz|tar\.bz2|tbz2?|tar\.xz|txz|tar|whl)$", re.IGNORECASE)
_WHEEL = re.compile(rf"({_NAME})-([A-Za-z0-9.!+_]+)(-\d[^-]*)?-[^-]+-[^-]+-[^-]+\.whl", re.IGNORECASE)
_SOURCE = re.compile(rf"({_NAME})-(\d[A-Za-z0-9.!+]*)\.(?:zip|tar\.\w+|tgz|tbz2?|txz|tar)", re.IGNORECASE)
_FORGE = re.compile(r"https?://(?:www\.)?(?:github\.com|gitlab\.com|codeload\.github\.com)/[^/]+/([^/]+)/")
_EXTRAS = re.compile(r"^(.*?)\[([^\[\]]*)\]$")


def word_set(text: str) -> frozenset[str]:
    """A set of words, written as text to stay readable."""
    return frozenset(text.split())


_DEV_WORDS = word_set(
    """
    dev devel develop development developer developers test tests testing tester unittest unittests
    functest functests functional functionaltests integration pytest tox nox doc docs documentation
    sphinx lint linter linters linting typing types typecheck mypy format formatting formatter ci cicd
    qa quality bench benchmark benchmarks benchmarking style check checks checking release releasing
    publish coverage cov local debug debugging precommit tool tools tooling e2e example examples demo
    build builder packaging
    """
)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A requirement taken apart; `name` is normalised, the rest is as in `model.Requirement`."""

    name: str
    specifier: str = ""
    kind: str = "any"
    version: str | None = None
    marker: str = ""
    extras: tuple[str, ...] = ()


class NotARequirement(ValueError):
    """The text is not something pip would install; the message says why, in a clause."""


def normalise(name: str) -> str:
    """The form of a distribution or extra name in which two spellings are equal (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name.strip()).lower()


def dev_like(name: str) -> bool:
    """Whether a group, extra or file is named for developing: `dev`, `lint-ci`, `requirements-docs`."""
    return not _DEV_WORDS.isdisjoint(re.split(r"[^a-z]+|\d+", name.lower()))


def runtime_scope(scope: str) -> bool:
    """Whether a requirement of this scope is installed where the application runs (an extra may be)."""
    kind, _, name = scope.partition(":")
    return kind in {"runtime", "script"} or (kind == "extra" and not dev_like(name))


_PART = re.compile(r"\s*(===|==|~=|!=|<=|>=|<|>)\s*(\S+)\s*")


def classify(specifier: str) -> tuple[str, str | None]:
    """The kind of a PEP 440 specifier and the exact version it states, if it does."""
    parts = [found.groups() for part in specifier.split(",") if (found := _PART.fullmatch(part))]
    for operator, version in parts:
        if operator == "===" or (operator == "==" and not version.endswith(".*")):
            return "pinned", version
    operators = {operator for operator, _ in parts}
    if operators & {"==", "~="}:
        return "series", None
    if operators & {"<", "<="}:
        return "range", None
    if operators & {">", ">="}:
        return "floor", None
    return "any", None


@lru_cache(maxsize=4096)  # lines are looked at twice, and one project pins the same in several files
def parse(text: str) -> Parsed:
    """Take a PEP 508 requirement, URL, archive or version-control reference apart. Raises NotARequirement.

    A local directory (`.`, `./lib[extra]`) gives a `Parsed` with an empty name: its metadata knows the name.
    """
    text = text.strip()
    if _is_location(text):
        return _location(text)
    shape = _SHAPE.fullmatch(text)
    try:
        checked = Pep508(text)
    except InvalidRequirement as error:
        raise NotARequirement(_reason(error)) from None
    assert shape is not None  # a valid requirement begins with a name
    extras = tuple(sorted(normalise(extra) for extra in checked.extras))
    parsed = Parsed(normalise(checked.name), extras=extras, marker=str(checked.marker or ""))
    if checked.url:
        found = _location(checked.url)
        return replace(found, name=parsed.name, extras=extras or found.extras, marker=parsed.marker)
    raw = shape.group(3).partition(";")[0].strip()
    raw = raw[1:-1].strip() if raw.startswith("(") and raw.endswith(")") else raw
    kind, version = classify(raw)
    return replace(parsed, specifier=raw, kind=kind, version=version)


def _reason(error: InvalidRequirement) -> str:
    return str(error).strip().splitlines()[0].rstrip(".:").strip()


def _is_location(text: str) -> bool:
    head = text.split(" ;", 1)[0].split(" @ ", 1)[0]
    if "@" in head.split("/")[0] and not _VCS.match(head):
        return False
    bare = _bare(head)[0]
    return bool(
        _VCS.match(head)
        or (_SCHEME.match(head) and "/" in head)
        or bare in {".", ".."}
        or bare.startswith(("./", "../", "/", "~/"))
        or (_ARCHIVE.search(bare) and re.search(r"[/-]", bare))
        or ("/" in bare and " " not in bare)
    )


def _bare(text: str) -> tuple[str, tuple[str, ...]]:
    """A path or URL without its `[extras]`, and the extras."""
    found = _EXTRAS.match(text.strip())
    if found is None:
        return text.strip(), ()
    return found.group(1), tuple(
        sorted(normalise(extra) for extra in found.group(2).split(",") if extra.strip())
    )


def _location(text: str) -> Parsed:
    target, _, marker = text.partition(" ;")
    address, _, fragment = target.strip().partition("#")
    address, extras = _bare(address)
    egg = re.search(r"(?:^|&)egg=([^&]+)", fragment)
    name, egg_extras = _bare(unquote(egg.group(1))) if egg else ("", ())
    extras = extras or egg_extras
    kind = "vcs" if _VCS.match(address) else "path" if _is_path(address) else "url"
    version = None
    if kind != "vcs":
        base = unquote(address.rstrip("/").rpartition("/")[2])
        if (found := _WHEEL.fullmatch(base) or _SOURCE.fullmatch(base)) is not None:
            version = found.group(2)
            name = name or found.group(1)
    if not name and kind != "path":
        name = _guess(address)
    egg_name = re.match(_NAME, name)
    return Parsed(
        normalise(egg_name.group()) if egg_name else "", target.strip(), kind, version, marker.strip(), extras
    )


def _is_path(address: str) -> bool:
    return (
        address.lower().startswith("file:")
        or not _SCHEME.match(address)
        or bool(re.match(r"[A-Za-z]:[\\/]", address))
    )


def _guess(address: str) -> str:
    """The repository's name: what a reference without `#egg=` most likely installs."""
    forge = _FORGE.match(re.sub(_VCS, "", address))
    base = forge.group(1) if forge else re.sub(r"@[^@/]+$", "", address).rstrip("/").rpartition("/")[2]
    return re.sub(r"\.git(@.*)?$", "", base)


_CARET = re.compile(r"\^\s*v?(\d+(?:\.\d+)*)(.*)")
_TILDE = re.compile(r"~\s*v?(\d+(?:\.\d+)*)(.*)")
_BARE_VERSION = re.compile(r"=?\s*v?(\d[\w.+!-]*)")


def poetry_specifier(text: str) -> tuple[str, str | None]:
    """The kind of a Poetry constraint and the exact version it states; knows `^`, `~`, `||` and `*`."""
    text = text.strip()
    if text in {"", "*"}:
        return "any", None
    branches = [_poetry_branch(branch) for branch in re.split(r"\|\|?", text)]
    if len(branches) == 1:
        return branches[0]
    kinds = {kind for kind, _ in branches}
    return ("any" if "any" in kinds else "floor" if "floor" in kinds else "range"), None


def _poetry_branch(text: str) -> tuple[str, str | None]:
    parts = [part.strip() for part in re.split(r",|(?<=[\w*])\s+(?=[<>=!~^])", text.strip()) if part.strip()]
    if any(part.startswith("^") for part in parts):
        return "range", None
    if any(part.startswith("~") for part in parts):
        return "series", None
    for part in parts:
        if "*" in part and part.lstrip("=") != "*":
            return "series", None
        if _BARE_VERSION.fullmatch(part):
            return "pinned", part.lstrip("=v ")
    return classify(",".join(parts))


def as_pep440(specifier: str) -> str | None:
    """A constraint of Poetry, Pipenv or conda as a PEP 440 specifier set; None when it has no such form (a
    union, a URL).

    `^4.2` is `>=4.2,<5.0`, `~4.2` is `>=4.2,<4.3`, a bare `4.2.1` is `==4.2.1`, conda's `=4.2` is
    `==4.2.*`, `*` is "".
    """
    if "|" in specifier or ":" in specifier:
        return None
    parts = [part.strip() for part in re.split(r",|(?<=[\w*])\s+(?=[<>=!~^])", specifier) if part.strip()]
    return ",".join(converted for part in parts if (converted := _part_as_pep440(part)))


def _part_as_pep440(part: str) -> str:
    if part == "*":
        return ""
    if (found := _CARET.fullmatch(part)) is not None:
        version = found.group(1)
        numbers = [int(number) for number in version.split(".")]
        significant = next((at for at, number in enumerate(numbers) if number), len(numbers) - 1)
        upper = [*numbers[:significant], numbers[significant] + 1, *([0] * (len(numbers) - significant - 1))]
        return f">={version}{found.group(2)},<{'.'.join(map(str, upper))}"
    if not part.startswith("~=") and (found := _TILDE.fullmatch(part)) is not None:
        version = found.group(1)
        numbers = [int(number) for number in version.split(".")]
        upper = [numbers[0] + 1] if len(numbers) == 1 else [numbers[0], numbers[1] + 1]
        return f">={version}{found.group(2)},<{'.'.join(map(str, upper))}"
    if re.fullmatch(r"=\s*\d[\w.]*", part):
        return f"=={part.lstrip('= ')}.*"
    if re.match(r"\d", part):
        return f"=={part}"
    return part.replace(" ", "")
