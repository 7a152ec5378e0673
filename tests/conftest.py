"""What the whole suite shares: the option that rewrites golden files, and how generated cases are chosen."""

from __future__ import annotations

import pytest
from hypothesis import settings

settings.register_profile("same", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("search", deadline=None, print_blob=True)
settings.load_profile("same")
"""Every run tries the same cases, so that a run says something about the code and not about luck or a busy machine; new ones are
searched for with `make test ARGS="--hypothesis-profile=search"`."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--accept",
        action="store_true",
        help="rewrite the golden files of fixtures/ with what is found now; read the difference before you commit it",
    )


@pytest.fixture
def accept(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be rewritten."""
    return bool(request.config.getoption("--accept"))
