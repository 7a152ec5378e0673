from __future__ import annotations

import pytest
from reporting import APP, context, finding, report, step

from pentalint.model import Confidence, Report, Severity, Span, Suppression
from pentalint.report import FORMATS

FAT = {"rule": "web/fat-view", "severity": Severity.low, "confidence": Confidence.medium}


def test_full_shows_code_reason_remedy_and_flow() -> None:
    found = finding(steps=(step(1, "the request enters here"), step(3, "and is stored", path="b.py")))
    assert FORMATS["full"](report(found), context()) == (
        "high flask/debug-run: `app.run(debug=True)` lets visitors run code\n"
        " --> app.py:6:5\n"
        "  |\n"
        "4 |\n"
        "5 | if __name__ == '__main__':\n"
        "6 |     app.run(debug=True)\n"
        "  |     ^^^^^^^^^^^^^^^^^^^\n"
        "  |\n"
        "  = confidence: high\n"
        "  = why: The debugger runs any Python a visitor types.\n"
        "  = fix: Leave `debug` out, and use `flask --debug run` at your desk.\n"
        "  = flow:\n"
        "    1. app.py:1:1: the request enters here\n"
        "    2. b.py:3:1: and is stored\n"
        "\n"
        "1 finding (1 high) in 1 file; 3 files checked.\n"
    )


def test_full_gives_the_reason_once_and_the_remedy_each_time() -> None:
    found = (finding(), finding(path="b.py"), finding(**FAT, path="c.py"))
    text = FORMATS["full"](report(*found), context())
    assert text.count("= why: The debugger runs any Python") == 1
    assert text.index("= why: The debugger") < text.index("b.py:6:5")
    assert text.count("= fix: Leave `debug` out") == 2
    assert text.count("= why: Long views") == 1


def test_full_of_a_file_that_is_gone() -> None:
    found = finding(
        rule="pentalint/unreadable-file", path="gone.py", span=Span(1, 1, 1, 1), severity=Severity.info
    )
    assert FORMATS["full"](report(found), context()) == (
        "info pentalint/unreadable-file: `app.run(debug=True)` lets visitors run code\n"
        " --> gone.py:1:1\n"
        "  = confidence: high\n"
        "  = why: What cannot be read is not checked.\n"
        "  = fix: Mend or exclude it.\n"
        "\n"
        "1 finding (1 info) in 1 file; 3 files checked.\n"
    )


def test_full_wraps_help_to_the_width() -> None:
    text = FORMATS["full"](report(finding()), context(width=50))
    assert "  = fix: Leave `debug` out, and use `flask --debug\n         run` at your desk.\n" in text


def test_concise_is_one_line_a_finding() -> None:
    later = finding(**FAT, path="b.py", span=Span(1, 1, 9, 2), message="view of 200 lines")
    assert FORMATS["concise"](report(later, finding()), context()) == (
        "app.py:6:5: high[flask/debug-run] `app.run(debug=True)` lets visitors run code\n"
        "b.py:1:1: low[web/fat-view] view of 200 lines\n"
        "\n"
        "2 findings (1 high, 1 low) in 2 files; 3 files checked.\n"
    )


def test_grouped_names_each_file_once() -> None:
    early = finding(**FAT, span=Span(12, 10, 13, 1), message="view of 200 lines")
    other = finding(path="b.py", severity=Severity.critical)
    assert FORMATS["grouped"](report(early, finding(), other), context()) == (
        "app.py\n"
        "    6:5  high      flask/debug-run: `app.run(debug=True)` lets visitors run code\n"
        "  12:10  low       web/fat-view: view of 200 lines\n"
        "\n"
        "b.py\n"
        "  6:5  critical  flask/debug-run: `app.run(debug=True)` lets visitors run code\n"
        "\n"
        "3 findings (1 critical, 1 high, 1 low) in 2 files; 3 files checked.\n"
    )


@pytest.mark.parametrize("name", ["full", "concise", "grouped"])
def test_nothing_found_is_said(name: str) -> None:
    assert FORMATS[name](Report(root=".", checked=1), context()) == "No findings in 1 file checked.\n"
    assert FORMATS[name](Report(root=".", checked=1), context(summary=False)) == ""


def test_suppressed_and_baselined_findings_are_counted_and_shown_on_request() -> None:
    hidden = (
        finding(suppressed=Suppression(5, "local tool")),
        finding(suppressed=Suppression(6), path="b.py"),
        finding(baselined=True, path="c.py"),
    )
    last = "3 files checked, 2 suppressed, 1 in the baseline.\n"
    assert FORMATS["concise"](report(*hidden), context()) == f"No findings in {last}"
    shown = FORMATS["concise"](report(*hidden), context(show_suppressed=True)).splitlines()
    assert [line.rpartition("run code")[2] for line in shown[:3]] == [
        " (suppressed on line 5: local tool)",
        " (suppressed on line 6)",
        " (in the baseline)",
    ]


def test_statistics_count_rules_most_first() -> None:
    found = (finding(), finding(path="b.py"), finding(**FAT), finding(**FAT | {"severity": Severity.info}))
    text = FORMATS["concise"](report(*found), context(statistics=True))
    assert text.split("\n\n")[1] == "2  flask/debug-run (high)\n1  web/fat-view (low)\n1  web/fat-view (info)"


def test_paths_are_shown_from_where_the_reader_stands() -> None:
    found = finding(steps=(step(1, "enters"),))
    for base, path in (
        ("services/api", "services/api/app.py"),
        ("..", "../app.py"),
        ("/srv/x", "/srv/x/app.py"),
    ):
        text = FORMATS["full"](report(found), context(base=base))
        assert f" --> {path}:6:5\n" in text
        assert f"    1. {path}:1:1: enters\n" in text
        assert FORMATS["grouped"](report(found), context(base=base)).startswith(f"{path}\n")


def test_colour_changes_nothing_but_colour() -> None:
    import re

    both = report(finding(steps=(step(1, "enters"),)), finding(**FAT))
    for name in ("full", "concise", "grouped"):
        colored = FORMATS[name](both, context(color=True))
        assert "\x1b[1;31mhigh\x1b[0m" in colored
        assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == FORMATS[name](both, context())


def test_links_lead_to_the_first_reference() -> None:
    text = FORMATS["concise"](report(finding(), finding(**FAT)), context(links=True))
    target = "https://flask.palletsprojects.com/en/stable/debugging/"
    assert f"\x1b]8;;{target}\x1b\\flask/debug-run\x1b]8;;\x1b\\" in text
    assert "low[web/fat-view]" in text


def test_nothing_analysed_can_drive_the_terminal() -> None:
    evil = "x = '\x1b[2J\u202e\x9b'\n"
    found = finding(path="a\x1b.py", span=Span(1, 1, 1, 3), message="bad \x07\nname")
    for name in ("full", "concise", "grouped"):
        text = FORMATS[name](report(found), context(text=lambda path: evil, show_suppressed=True))
        assert not set(text) & {"\x1b", "\u202e", "\x9b", "\x07"}
    assert "a\ufffd.py:1:1: high[flask/debug-run] bad \ufffd\ufffdname\n" in FORMATS["concise"](
        report(found), context()
    )


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_kind_count_alike(ending: str) -> None:
    expected = FORMATS["full"](report(finding()), context())
    text = APP.replace("\n", ending)
    assert FORMATS["full"](report(finding()), context(text=lambda path: text)) == expected
