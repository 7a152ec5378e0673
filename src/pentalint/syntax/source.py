"""A Python file as the analysis sees it: its text, its `ast` tree and the way from a node to a place in the
text.
"""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import field
from symtable import symtable

from pentalint.dataclass import dataclass
from pentalint.model import Failure, Span
from pentalint.syntax.decode import decode

MAX_BYTES = 8_000_000
"""Files beyond this many bytes are refused: generated data, whose tree would take gigabytes."""

_NEWLINE = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Source:
    """One parsed file. `text` has its newlines as they were and no byte order mark; `parser` is "ast" or
    "libcst".
    """

    path: str
    text: str
    tree: ast.Module
    encoding: str
    parser: str
    _lines: list[str] = field(default_factory=list, repr=False, compare=False)

    @property
    def lines(self) -> list[str]:
        """The physical lines without their ends, as Python counts lines (CR, LF and CRLF end one; nothing
        else does).
        """
        if not self._lines:
            self._lines.extend(split_lines(self.text))
        return self._lines

    def span(self, node: ast.AST) -> Span:
        """Where a node is. Nodes without a position of their own (arguments, comprehension) cover their
        children.
        """
        try:
            line: int = node.lineno  # type: ignore[attr-defined]
            column: int = node.col_offset  # type: ignore[attr-defined]
            end_line: int = node.end_lineno  # type: ignore[attr-defined]
            end_column: int = node.end_col_offset  # type: ignore[attr-defined]
        except AttributeError:
            return self._cover(node)
        if self.text.isascii():
            return Span(line, column + 1, end_line, end_column + 1)
        return Span(line, self.column(line, column), end_line, self.column(end_line, end_column))

    def column(self, line: int, offset: int) -> int:
        """The 1-based character column of a 0-based UTF-8 byte offset in a 1-based line."""
        lines = self.lines
        if not 0 < line <= len(lines):
            return offset + 1
        text = lines[line - 1]
        if text.isascii():
            return offset + 1
        return len(text.encode("utf-8", "surrogatepass")[:offset].decode("utf-8", "replace")) + 1

    def segment(self, span: Span) -> str:
        """The text a span covers, with the newlines it has in the file as LF; "" when the span is outside the
        text.
        """
        lines = self.lines
        picked = lines[max(span.line, 1) - 1 : span.end_line]
        if not picked:
            return ""
        if len(picked) == 1:
            return picked[0][span.column - 1 : span.end_column - 1]
        picked[0] = picked[0][span.column - 1 :]
        picked[-1] = picked[-1][: span.end_column - 1]
        return "\n".join(picked)

    def _cover(self, node: ast.AST) -> Span:
        spans = [self.span(inner) for inner in ast.walk(node) if hasattr(inner, "lineno")]
        if not spans:
            return Span(1, 1, 1, 1)
        first = min((span.line, span.column) for span in spans)
        last = max((span.end_line, span.end_column) for span in spans)
        return Span(*first, *last)


def split_lines(text: str) -> list[str]:
    """The physical lines of `text` without their ends, as Python counts lines."""
    return text.split("\n") if "\r" not in text else _NEWLINE.split(text)


def read_source(
    path: str, data: bytes, parser: str = "auto", *, max_bytes: int = MAX_BYTES
) -> Source | Failure:
    """Parse a file, or say in one sentence why not. Never raises, whatever the bytes are.

    `parser` "ast" and "libcst" force one road; "auto" takes `ast`, and libcst when this interpreter's grammar
    refuses the file. A Failure has stage "decode" or "parse" and the line at fault.
    """
    with warnings.catch_warnings():
        # The parser warns of `"\d"` and of `x is 1`; that is the business of other tools, and never ours to
        # print.
        warnings.simplefilter("ignore")
        decoded = decode(path, data, max_bytes)
        if isinstance(decoded, Failure):
            return decoded
        text, encoding = decoded
        if parser == "libcst":
            tree = _parse_libcst(path, text)
            return tree if isinstance(tree, Failure) else Source(path, text, tree, encoding, "libcst")
        parsed = _parse_ast(path, text)
        if not isinstance(parsed, Failure):
            return Source(path, text, parsed, encoding, "ast")
        if parser == "auto":
            other = _parse_libcst(path, text)
            if not isinstance(other, Failure):
                return Source(path, text, other, encoding, "libcst")
        return parsed


def check_syntax(path: str, data: bytes, parser: str = "auto") -> Failure | None:
    """Whether a file parses, for files whose tree nobody needs: the answer of `read_source` at half its cost.

    The symbol table's C code parses without building a tree of Python objects; what it refuses is parsed in
    earnest.
    """
    if parser != "libcst":
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            decoded = decode(path, data, MAX_BYTES)
            if isinstance(decoded, Failure):
                return decoded
            try:
                symtable(decoded[0], path, "exec")
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                pass
            else:
                return None
    outcome = read_source(path, data, parser)
    return outcome if isinstance(outcome, Failure) else None


def _parse_ast(path: str, text: str) -> ast.Module | Failure:
    try:
        return ast.parse(text, filename=path)
    except SyntaxError as error:
        line = error.lineno or 1
        return Failure(path, "parse", _sentence(error, text), line=line, column=max(error.offset or 1, 1))
    except (RecursionError, MemoryError):
        return Failure(
            path,
            "parse",
            "the code is nested too deeply to be parsed: split the expression or exclude the file",
        )
    except ValueError as error:
        return Failure(path, "parse", f"the file cannot be parsed ({error}): correct it or exclude it")


def _parse_libcst(path: str, text: str) -> ast.Module | Failure:
    from pentalint.syntax.concrete import Trouble, parse_module

    found = parse_module(text)
    if isinstance(found, Trouble):
        return Failure(path, "parse", found.message, line=found.line)
    return found


_PYTHON_2 = re.compile(
    r"""^\s*(?:
        print(?:\s+["'\w(%`]|\s*>>)            # print "x", print >>f, x
      | exec\s+["'\w]                           # exec code in scope
      | except\s+[\w.()\s,]+,\s*\w+\s*:         # except E, e:
      | raise\s+[\w.]+\s*,                      # raise E, "text"
    )
    | `[^`]+`                                   # repr in backticks
    | <>
    | \b0[0-7]+[lL]?\b                          # 0777
    | \b(?:\d+|0[xX][0-9a-fA-F]+)[lL]\b         # 10L
    | \b[uU][rR]["']                            # ur"..."
    """,
    re.VERBOSE,
)


def _sentence(error: SyntaxError, text: str) -> str:
    line = error.lineno or 1
    lines = split_lines(text)
    flagged = lines[line - 1] if 0 < line <= len(lines) else ""
    reason = (error.msg or "invalid syntax").rstrip(".")
    if _PYTHON_2.search(flagged):
        return f"line {line} looks like Python 2 ({reason}): convert the file to Python 3 or exclude it"
    return f"syntax error in line {line}: {reason}"
