"""From bytes to a syntax tree: decoding, parsing (two roads to one tree), comments and pragmas.

This package is the only door to libcst, and imports it only when a file needs it.
"""

from __future__ import annotations
