"""How far the two roads to a syntax tree agree, over the standard library of the interpreter that runs this
script.

    python benchmarks/parser_agreement.py [directory ...]

Every file that this interpreter's `ast` can parse is parsed on the libcst road too, and the trees are
compared with their positions. Needs libcst and nothing else. Ends with 1 if any file differs.
"""

from __future__ import annotations

import platform
import sys
import sysconfig
import time
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(_ROOT / "src"), str(_ROOT / "tests")]

from trees import differences  # noqa: E402

from pentalint.model import Failure  # noqa: E402
from pentalint.syntax.source import read_source  # noqa: E402


def main(roots: list[Path]) -> int:
    """Compare every file below the roots and print what was found; the exit code."""
    files = equal = unparsed = 0
    refused: list[str] = []
    differing: list[str] = []
    seconds = {"ast": 0.0, "libcst": 0.0}
    size = 0
    for path in sorted(
        path for root in roots for path in root.rglob("*.py") if "site-packages" not in path.parts
    ):
        data = path.read_bytes()
        files += 1
        sources = []
        for parser in seconds:
            started = time.perf_counter()
            sources.append(read_source(path.name, data, parser))
            if isinstance(sources[0], Failure):
                break
            seconds[parser] += time.perf_counter() - started
        if isinstance(sources[0], Failure):
            unparsed += 1
            continue
        size += len(data)
        if isinstance(sources[1], Failure):
            refused.append(f"{path}:{sources[1].line}: {sources[1].message}")
            continue
        found = differences(sources[0].tree, sources[1].tree)
        equal += not found
        differing += [f"{path}: {line}" for line in found[:3]]
    print(
        *(f"refused by libcst: {line}" for line in refused),
        *(f"differs: {line}" for line in differing),
        sep="\n",
    )
    print(
        f"Python {platform.python_version()}: {files} files, {unparsed} not valid for this interpreter, "
        f"{equal} equal, {files - unparsed - equal - len(refused)} differ, {len(refused)} refused by libcst; "
        f"{size / 1e6:.1f} MB, ast {seconds['ast']:.1f} s, libcst {seconds['libcst']:.1f} s"
    )
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main([Path(argument) for argument in sys.argv[1:]] or [Path(sysconfig.get_paths()["stdlib"])]))
