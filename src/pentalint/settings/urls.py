"""Database and cache addresses as the dictionaries that dj-database-url and django-environ make of them."""

from __future__ import annotations

import ast
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

ENGINES = {
    "postgres": "django.db.backends.postgresql",
    "postgresql": "django.db.backends.postgresql",
    "psql": "django.db.backends.postgresql",
    "pgsql": "django.db.backends.postgresql",
    "postgis": "django.contrib.gis.db.backends.postgis",
    "mysql": "django.db.backends.mysql",
    "mysql2": "django.db.backends.mysql",
    "mysqlgis": "django.contrib.gis.db.backends.mysql",
    "sqlite": "django.db.backends.sqlite3",
    "spatialite": "django.contrib.gis.db.backends.spatialite",
    "oracle": "django.db.backends.oracle",
}
"""Scheme -> `ENGINE`, those on which the two libraries agree (dj-database-url 3.1, django-environ 0.14)."""

ONE_SIDED = frozenset(["psql"])
"""Schemes that django-environ knows alone."""

TOP = frozenset(
    ["CONN_MAX_AGE", "ATOMIC_REQUESTS", "AUTOCOMMIT", "DISABLE_SERVER_SIDE_CURSORS", "CONN_HEALTH_CHECKS"]
)
"""Parts of the query that django-environ takes for settings of the database; all others are its `OPTIONS`."""


def database(url: str) -> dict[str, Any] | None:
    """`DATABASES["default"]` as dj-database-url makes it of an address, without what its arguments add; None when its
    scheme is none of the usual ones."""
    found = split(url)
    if found is None or urlsplit(url).scheme in ONE_SIDED:
        return None
    query = parse_qs(urlsplit(url).query)
    if query:
        found["OPTIONS"] = {key: option(values[-1]) for key, values in query.items()}
    return found


def environ_database(url: str) -> dict[str, Any] | None:
    """`DATABASES["default"]` as django-environ makes it of an address; None when its scheme is none of the usual ones."""
    found = split(url)
    if found is None:
        return None
    if "oracle" in found["ENGINE"]:
        found["PORT"] = str(found["PORT"])
        if not found["PORT"]:
            del found["PORT"]
    query = parse_qs(urlsplit(url).query)
    if query:
        options: dict[str, Any] = {}
        for key, values in query.items():
            if key.upper() in TOP:
                found[key.upper()] = literal(values[0])
            else:
                options[key] = int(values[0]) if values[0].isdecimal() else values[0]
        found["OPTIONS"] = options
    return found


def split(url: str) -> dict[str, Any] | None:
    """The parts of an address that both libraries read alike."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    engine = ENGINES.get(parts.scheme)
    if engine is None:
        return None
    name = unquote(parts.path.removeprefix("/"))
    return {
        "NAME": name or (":memory:" if "sqlite" in engine else ""),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": port if port is not None else "",
        "ENGINE": engine,
    }


def option(text: str) -> Any:
    """A part of the query as dj-database-url reads it."""
    if text.isdecimal():
        return int(text)
    return text.lower() == "true" if text.lower() in ("true", "false") else text


def literal(text: str) -> Any:
    """A part of the query as Python, where it is some."""
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text


DEFAULTS = {"CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": False, "DISABLE_SERVER_SIDE_CURSORS": False}
"""What dj-database-url 3 adds, each unless its argument in lower case says otherwise."""
