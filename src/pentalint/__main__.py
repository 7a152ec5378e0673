"""`python -m pentalint`."""

from __future__ import annotations

from pentalint.cli import main

if __name__ == "__main__":
    main()
