"""One project checked: rules meet files, findings come out."""

from __future__ import annotations
