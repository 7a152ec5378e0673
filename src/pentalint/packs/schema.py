"""TOML tables -> `Rule` and `Pack`, with an error sentence that names the file and the key for everything else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from pentalint.errors import RuleError
from pentalint.model import Confidence, Persona, Role, Severity
from pentalint.packs.checks import check_table, one_of
from pentalint.packs.entry_schema import check_entry
from pentalint.rule import (
    CATEGORIES,
    MAIN_ROLES,
    Defaults,
    Example,
    FlowModel,
    Pack,
    Removed,
    Rule,
    SettingsModel,
)

RULE_KEYS: dict[str, type | tuple[type, ...]] = {
    "summary": str, "message": str, "category": str, "severity": str, "confidence": str, "persona": str, "cwe": list,
    "owasp": list, "applies": str, "distribution": str, "roles": list, "deployment": str, "references": list,
    "equivalents": list, "match": dict, "why": str, "fix": str, "bad": list, "good": list, "gaps": list, "since": str,
}  # fmt: skip

REQUIRED = ("summary", "category", "severity", "confidence", "match", "why", "fix", "bad", "good")

PACK_KEYS: dict[str, type | tuple[type, ...]] = {
    "title": str, "distributions": list, "aliases": dict, "signatures": dict, "inherits": dict, "updates": dict,
    "groups": dict, "settings": dict, "parameters": list, "detect": dict, "sources": list, "sinks": dict,
    "sanitizers": dict, "guards": dict, "propagators": dict, "entry-points": list, "renders": list,
}  # fmt: skip

SETTINGS_KEYS = (
    "markers", "containers", "attributes", "loaders", "class_attributes", "files", "versions", "silences", "defaults",
    "removed", "bundles", "object", "present",
)  # fmt: skip

UNREAD = "unread-settings"
"""The group of the names in `[[settings.removed]]`: what a rule about them names."""

PARAMETER_KEYS = ("type", "name", "index", "function", "decorators", "subclass", "imports")


def read_rule(table: Mapping[str, Any], rule_id: str, path: str) -> Rule:
    """A rule file's table as a `Rule`. `path` is for error sentences. Raises `RuleError`."""
    check_table(table, RULE_KEYS, path)
    missing = [key for key in REQUIRED if key not in table]
    if missing:
        raise RuleError(f"{path}: the rule lacks {', '.join(f'`{key}`' for key in missing)}.")
    pack, _, slug = rule_id.partition("/")
    category = one_of(table["category"], CATEGORIES, "category", path)
    if category == "security" and not table.get("cwe"):
        raise RuleError(f"{path}: a security rule needs `cwe`, a list of numbers.")
    roles = tuple(
        Role(one_of(role, [role.value for role in Role], "roles", path)) for role in table.get("roles", ())
    )
    return Rule(
        id=rule_id,
        pack=pack,
        slug=slug,
        summary=table["summary"],
        message=table.get("message", ""),
        category=category,
        severity=Severity[one_of(table["severity"], [level.name for level in Severity], "severity", path)],
        confidence=Confidence[
            one_of(table["confidence"], [level.name for level in Confidence], "confidence", path)
        ],
        persona=Persona[
            one_of(table.get("persona", "default"), [who.name for who in Persona], "persona", path)
        ],
        cwe=tuple(table.get("cwe", ())),
        owasp=tuple(table.get("owasp", ())),
        applies=specifier(table.get("applies", ""), "applies", path),
        distribution=table.get("distribution", ""),
        roles=roles or MAIN_ROLES,
        deployment=one_of(table.get("deployment", "production"), ("production", "any"), "deployment", path),
        references=tuple(table.get("references", ())),
        equivalents=tuple(table.get("equivalents", ())),
        match=table["match"],
        why=table["why"].strip(),
        fix=table["fix"].strip(),
        bad=examples(table["bad"], "bad", path),
        good=examples(table["good"], "good", path),
        gaps=examples(table.get("gaps", []), "gaps", path),
        since=table.get("since", "0.1.0"),
    )


def specifier(text: str, key: str, path: str) -> str:
    """A PEP 440 specifier, checked. Raises `RuleError`."""
    try:
        SpecifierSet(text)
    except InvalidSpecifier:
        raise RuleError(
            f'{path}: `{key}` is not a version specifier: {text!r}. Write for instance ">=2.0,<3".'
        ) from None
    return text


def examples(listed: list[Any], key: str, path: str) -> tuple[Example, ...]:
    """Example strings. Raises `RuleError` for anything else."""
    for item in listed:
        if not isinstance(item, str):
            raise RuleError(f"{path}: `{key}` holds strings only.")
    return tuple(Example(item.lstrip("\n")) for item in listed)


def read_pack(table: Mapping[str, Any], pack_id: str, path: str, rules: tuple[Rule, ...]) -> Pack:
    """A `pack.toml` as a `Pack`. Raises `RuleError`."""
    check_table(table, PACK_KEYS, path)
    settings = table.get("settings", {})
    for key in settings:
        if key.replace("-", "_") not in SETTINGS_KEYS:
            raise RuleError(f"{path}: `settings.{key}` is not a key; one of {', '.join(SETTINGS_KEYS)}.")
    for parameter in table.get("parameters", []):
        for key in parameter:
            if key not in PARAMETER_KEYS:
                raise RuleError(
                    f"{path}: `parameters.{key}` is not a key; one of {', '.join(PARAMETER_KEYS)}."
                )
        if "type" not in parameter or not ({"name", "index"} & set(parameter)):
            raise RuleError(f"{path}: each of `parameters` needs `type` and one of `name`, `index`.")
    settings = {key.replace("-", "_"): value for key, value in settings.items()}
    removed = tuple(one for part in settings.get("removed", ()) for one in read_removed(part, path))
    return Pack(
        id=pack_id,
        title=table.get("title", pack_id),
        distributions=tuple(table.get("distributions", ())),
        aliases=strings(table.get("aliases", {}), "aliases", path),
        signatures=lists(table.get("signatures", {}), "signatures", path),
        inherits=lists(table.get("inherits", {}), "inherits", path),
        updates=strings(table.get("updates", {}), "updates", path),
        parameters=tuple(table.get("parameters", ())),
        groups={
            **lists(table.get("groups", {}), "groups", path),
            **({UNREAD: tuple(one.name for one in removed)} if removed else {}),
        },
        settings=SettingsModel(
            markers=tuple(settings.get("markers", ())),
            containers=tuple(settings.get("containers", ())),
            attributes=strings(settings.get("attributes", {}), "settings.attributes", path),
            loaders=strings(settings.get("loaders", {}), "settings.loaders", path),
            class_attributes=tuple(settings.get("class_attributes", ())),
            files=tuple(settings.get("files", ())),
            versions=tuple(settings.get("versions", ())),
            silences=settings.get("silences", ""),
            removed=removed,
            defaults=tuple(read_defaults(part, path) for part in settings.get("defaults", ())),
            bundles=settings.get("bundles", {}),
            object=str(settings.get("object", "")),
            present=tuple(settings.get("present", ())),
        ),
        rules=rules,
        flow=read_flow(table, path),
    )


def read_defaults(table: Mapping[str, Any], path: str) -> Defaults:
    """One `[[settings.defaults]]` table: settings by name, and under `none` the names of those that are None. Raises
    `RuleError`."""
    values: dict[str, Any] = dict.fromkeys(table.get("none", ()))
    for name, value in table.items():
        if name.isupper():
            values[name] = value
        elif name not in ("versions", "none"):
            raise RuleError(
                f"{path}: `settings.defaults.{name}` is no setting; versions, none or a name in capitals."
            )
    return Defaults(specifier(table.get("versions", ""), "settings.defaults.versions", path), values)


REMOVED_KEYS: dict[str, type | tuple[type, ...]] = {
    "name": (str, list),
    "distribution": str,
    "since": str,
    "instead": str,
    "now": list,
}


def read_removed(table: Mapping[str, Any], path: str) -> Iterator[Removed]:
    """One `[[settings.removed]]` table, of one setting or several. Raises `RuleError`."""
    check_table(table, REMOVED_KEYS, f"{path}: settings.removed")
    for key in ("name", "since"):
        if key not in table:
            raise RuleError(f"{path}: each of `settings.removed` needs `{key}`.")
    since = specifier(f">={table['since']}", "settings.removed.since", path)
    names = [table["name"]] if isinstance(table["name"], str) else table["name"]
    if not all(isinstance(name, str) for name in names):
        raise RuleError(f"{path}: `settings.removed.name` must be text or a list of texts.")
    more = (table.get("instead", ""), tuple(table.get("now", ())), table.get("distribution", ""))
    for name in names:
        yield Removed(name, since, *more)


SINKS = (
    "sql", "command", "code", "import", "path", "redirect", "html", "template-source", "template-name", "url", "header", "cookie",
    "deserialization", "xml", "xpath", "ldap", "nosql", "log", "regex", "format-string", "mass-assignment", "session", "archive",
    "email-header", "host-link", "response", "weak-random-use", "timing",
)  # fmt: skip
"""The kinds of sinks, which flow rules and packs share."""

SOURCES = ("user-input", "host", "stored", "secret", "exception")
"""The kinds of sources."""

PROPAGATORS = (
    "calls",
    "contents",
    "into",
    "ends",
    "types",
    "undone",
    "escaping",
    "lookups",
    "fields",
    "clean-fields",
    "form-classes",
    "shared",
    "turns",
    "dictionaries",
    "callbacks",
    "tasks",
    "kin",
)
"""The lists under `[propagators]`."""

SOURCE_KEYS = ("kind", "from", "paths", "safe", "items", "within")


def read_flow(table: Mapping[str, Any], path: str) -> FlowModel:
    """The data flow sections of a pack. Raises `RuleError` for a kind or key that does not exist."""
    for source in table.get("sources", []):
        for key in source:
            if key not in SOURCE_KEYS:
                raise RuleError(f"{path}: `sources.{key}` is not a key; one of {', '.join(SOURCE_KEYS)}.")
        one_of(source.get("kind"), SOURCES, "sources.kind", path)
        for kind in source.get("safe", []):
            one_of(kind, SINKS, "sources.safe", path)
    for entry in table.get("entry-points", []):
        check_entry(entry, path)
    return FlowModel(
        sources=tuple(table.get("sources", ())),
        sinks=kinds(table, "sinks", SINKS, path),
        sanitizers=kinds(table, "sanitizers", (*SINKS, "all", "path-normalised"), path),
        guards=kinds(table, "guards", (*SINKS, "all"), path),
        propagators=kinds(table, "propagators", PROPAGATORS, path),
        entry_points=tuple(table.get("entry-points", ())),
        renders=renders(table, path),
    )


RENDER_KEYS: dict[str, type | tuple[type, ...]] = {
    "calls": list, "decorators": list, "template": str, "variables": list, "language": str, "autoescape": bool, "text": bool,
    "made": bool, "marks": str,
}  # fmt: skip


def renders(table: Mapping[str, Any], path: str) -> tuple[Mapping[str, Any], ...]:
    """The `[[renders]]` tables. Raises `RuleError`."""
    for entry in table.get("renders", []):
        check_table(entry, RENDER_KEYS, f"{path}: renders")
    return tuple(table.get("renders", ()))


def kinds(
    table: Mapping[str, Any], key: str, known: tuple[str, ...], path: str
) -> dict[str, tuple[Any, ...]]:
    """A section of lists by kind; each item is a path, or a table that has one. Raises `RuleError`."""
    for kind, listed in table.get(key, {}).items():
        one_of(kind, known, key, path)
        for item in listed:
            if not isinstance(item, str) and not (
                isinstance(item, dict) and isinstance(item.get("path"), str)
            ):
                raise RuleError(f"{path}: `{key}.{kind}` holds paths, or tables with `path`; not {item!r}.")
    return {kind: tuple(listed) for kind, listed in table.get(key, {}).items()}


def strings(table: Mapping[str, Any], key: str, path: str) -> dict[str, str]:
    """A table of strings. Raises `RuleError`."""
    for name, value in table.items():
        if not isinstance(value, str):
            raise RuleError(f'{path}: `{key}.{name}` must be a string (quote dotted names: "a.b" = "c.d").')
    return dict(table)


def lists(table: Mapping[str, Any], key: str, path: str) -> dict[str, tuple[str, ...]]:
    """A table of lists of strings. Raises `RuleError`."""
    for name, value in table.items():
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise RuleError(f"{path}: `{key}.{name}` must be a list of strings (quote dotted names).")
    return {name: tuple(value) for name, value in table.items()}
