"""The pool: order, equality with serial work, workers that die, exceptions, time-outs; balanced shares."""

from __future__ import annotations

import faulthandler
import os
import pickle
import signal
import time
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pentalint import pool
from pentalint.pool import Died, balanced, run_shares

pytestmark = pytest.mark.skipif(not pool.CAN_FORK, reason="processes cannot be forked here")


def double(share: Sequence[int], number: int) -> list[int]:
    return [item * 2 for item in share]


@pytest.mark.parametrize("shares", [[], [[]], [[1]], [[1, 2], [3]], [[1], [2], [3], [4]], [[], [1]]])
def test_answers_come_in_the_order_of_the_shares(shares: list[list[int]]) -> None:
    expected = [double(share, 0) for share in shares]
    assert run_shares(shares, double) == expected


def test_shares_know_their_number_and_run_elsewhere() -> None:
    found = run_shares([["a"], ["b"], ["c"]], lambda share, number: (list(share), number, os.getpid()))
    assert [(share, number) for share, number, _ in found] == [(["a"], 0), (["b"], 1), (["c"], 2)]  # type: ignore[misc]
    pids = {pid for _, _, pid in found}  # type: ignore[misc]
    assert len(pids) == 3 and os.getpid() not in pids


def test_slow_shares_do_not_change_the_order() -> None:
    def slow(share: Sequence[int], number: int) -> int:
        time.sleep(0.2 if number == 0 else 0)
        return share[0]

    assert run_shares([[1], [2]], slow) == [1, 2]


def test_one_share_runs_here() -> None:
    assert run_shares([[1]], lambda share, number: os.getpid()) == [os.getpid()]


def test_without_fork_everything_runs_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "CAN_FORK", False)
    assert run_shares([[1], [2]], lambda share, number: (number, os.getpid())) == [
        (0, os.getpid()),
        (1, os.getpid()),
    ]


def lethal(share: Sequence[int], number: int) -> tuple[list[int], int]:
    if 13 in share:
        faulthandler.disable()  # the end is meant: nothing is to be printed about it
        os.kill(os.getpid(), signal.SIGSEGV)
    return list(share), number


def test_a_worker_that_dies_costs_one_item() -> None:
    found = run_shares([[1, 2, 13, 3, 4], [5, 6]], lethal)
    assert [one.item for one in found if isinstance(one, Died)] == [13]
    assert [one.signal for one in found if isinstance(one, Died)] == [signal.SIGSEGV]
    answers = [one for one in found if not isinstance(one, Died)]
    assert sorted(item for share, _ in answers for item in share) == [1, 2, 3, 4, 5, 6]
    assert sum(number == 0 for _, number in answers) == 1  # what belongs to no item is done once
    assert found[-1] == ([5, 6], 1)


def test_the_first_item_may_be_the_one() -> None:
    found = run_shares([[13, 1], [2]], lethal)
    assert found == [Died(13, signal.SIGSEGV), ([1], -1), ([2], 1)]


def test_several_may_die() -> None:
    found = run_shares([[13, 1, 13], [13]], lethal)
    assert [isinstance(one, Died) for one in found].count(True) == 3
    assert ([1], -1) in found


def test_a_worker_that_leaves_without_an_answer() -> None:
    def leave(share: Sequence[int], number: int) -> int:
        if number:
            os._exit(3)
        return 1

    assert run_shares([[1], [2]], leave) == [1, Died(2, 0)]


class Unportable(Exception):
    def __init__(self, one: int, two: int) -> None:
        super().__init__(f"{one} and {two}")


@pytest.mark.parametrize(
    ("error", "kind", "message"),
    [
        (ValueError("no"), ValueError, "no"),
        (KeyboardInterrupt("stop"), KeyboardInterrupt, "stop"),
        (Unportable(1, 2), RuntimeError, "Unportable: 1 and 2"),
    ],
)
def test_an_exception_travels(error: BaseException, kind: type[BaseException], message: str) -> None:
    def fail(share: Sequence[int], number: int) -> int:
        if number:
            raise error
        return 1

    with pytest.raises(kind, match=message):
        run_shares([[1], [2]], fail)


def test_an_answer_that_cannot_travel_is_an_exception() -> None:
    with pytest.raises(Exception, match=r"(?i)pickle|local"):
        run_shares([[1], [2]], lambda share, number: lambda: 1)


def test_no_worker_is_left_behind_by_an_exception() -> None:
    def fail(share: Sequence[int], number: int) -> int:
        if number == 0:
            raise ValueError("no")
        time.sleep(30)
        return 1

    began = time.monotonic()
    with pytest.raises(ValueError, match="no"):
        run_shares([[1], [2], [3]], fail)
    assert time.monotonic() - began < 10
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_a_worker_that_hangs_is_ended() -> None:
    def hang(share: Sequence[int], number: int) -> int:
        if 13 in share:
            time.sleep(30)
        return len(share)

    began = time.monotonic()
    found = run_shares([[1], [2, 13]], hang, timeout=0.3)
    assert time.monotonic() - began < 10
    assert found == [1, 1, Died(13, signal.SIGKILL)]


class Left(BaseException):
    """Stands for the end of the process."""


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (lambda share, number: (list(share), number), "([1, 2], 7)"),
        (lambda share, number: 1 / 0, "ZeroDivisionError('division by zero')"),
        (lambda share, number: open, "<built-in function open>"),
    ],
)
def test_what_a_worker_sends(
    function: Callable[[Sequence[int], int], object], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The child's half of a fork, in this process."""
    reader, writer = os.pipe()
    spare, _ = os.pipe()

    def leave(code: int) -> None:
        raise Left(code)

    monkeypatch.setattr(pool.os, "fork", lambda: 0)
    monkeypatch.setattr(pool.os, "pipe", lambda: (spare, writer))
    monkeypatch.setattr(pool.os, "_exit", leave)
    with pytest.raises(Left) as left:
        pool._start([1, 2], 7, function)
    assert left.value.args == (0,)
    with os.fdopen(reader, "rb") as stream:
        answer = pickle.loads(stream.read())
    assert repr(answer.error if answer.error is not None else answer.value) == expected


def test_large_answers_arrive_whole() -> None:
    found = run_shares([[1], [2]], lambda share, number: bytes(3_000_000) + bytes([share[0]]))
    assert [len(one) for one in found] == [3_000_001] * 2  # type: ignore[arg-type]


@given(st.lists(st.integers(0, 1000), max_size=60), st.integers(-1, 9))
def test_balanced_shares(sizes: list[int], count: int) -> None:
    items = list(range(len(sizes)))
    shares = balanced(items, sizes, count)
    assert [item for share in shares for item in share] == items  # whole, and in order
    assert len(shares) <= max(count, 1)
    assert all(shares)
    if sizes and sum(sizes):
        fair = sum(sizes) / max(count, 1)
        assert max(sum(sizes[item] for item in share) for share in shares) <= fair + max(sizes)
