"""Database and cache addresses as the dictionaries that dj-database-url and django-environ make of them."""

from __future__ import annotations

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
    "sqlite3": "django.db.backends.sqlite3",
    "spatialite": "django.contrib.gis.db.backends.spatialite",
    "oracle": "django.db.backends.oracle",
}
"""Scheme -> `ENGINE`, those on which the two libraries agree (dj-database-url 3, django-environ 0.12)."""


def database(url: str) -> dict[str, Any] | None:
    """`DATABASES["default"]` for an address; None when its scheme is none of the usual ones."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    engine = ENGINES.get(parts.scheme)
    if engine is None:
        return None
    name = unquote(parts.path.removeprefix("/"))
    found: dict[str, Any] = {
        "NAME": name or (":memory:" if "sqlite" in engine or "spatialite" in engine else ""),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": port if port is not None else "",
        "ENGINE": engine,
    }
    query = parse_qs(parts.query)
    if query:
        found["OPTIONS"] = {key: values[-1] for key, values in query.items()}
    return found


DEFAULTS = {"CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": False, "DISABLE_SERVER_SIDE_CURSORS": False}
"""What dj-database-url 3 adds, each unless its argument in lower case says otherwise."""
