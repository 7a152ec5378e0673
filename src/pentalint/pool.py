"""The same answers in the same order, serial or parallel; a worker that dies costs one file, reported, never
the run."""

from __future__ import annotations

import os
import pickle
import select
import signal
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from pentalint.dataclass import dataclass

Item = TypeVar("Item")
Result = TypeVar("Result")

CAN_FORK = hasattr(os, "fork")


@dataclass(frozen=True, slots=True)
class Died(Generic[Item]):
    """A worker ended without an answer for exactly this item. `signal` is the signal that ended it, 0 when it
    exited."""

    item: Item
    signal: int


def run_shares(
    shares: Sequence[Sequence[Item]],
    function: Callable[[Sequence[Item], int], Result],
    *,
    timeout: float = 600.0,
) -> list[Result | Died[Item]]:
    """`function(share, number)` for each share, each in a forked process, results in the order of the shares.

    A share whose worker dies (or gives nothing within `timeout` seconds) is halved and tried again until the
    item at fault is alone: that item gives `Died`. Where processes cannot be forked everything runs here.
    """
    if len(shares) <= 1 or not CAN_FORK:
        return [function(share, number) for number, share in enumerate(shares)]
    running = [_start(share, number, function) for number, share in enumerate(shares)]
    results: list[Result | Died[Item]] = []
    collected = 0
    try:
        for number, (share, child) in enumerate(zip(shares, running)):
            collected += 1
            answer = _collect(child, timeout)
            if isinstance(answer, _Answer):
                results.append(_unwrap(answer))
            else:
                results.extend(_narrow(share, number, answer, function, timeout))
    finally:
        for child in running[collected:]:  # an exception ends the run: nobody waits for the rest
            _end(child)
    return results


def run_apart(function: Callable[[], Result], *, timeout: float = 3600.0) -> Result | None:
    """`function()` in a forked process; None when that one dies. Where processes cannot be forked it runs here."""
    if not CAN_FORK:
        return function()
    answer = _collect(_start((), 0, lambda share, number: function()), timeout)
    if not isinstance(answer, _Answer):
        return None
    result: Result = _unwrap(answer)
    return result


@dataclass(slots=True)
class _Child:
    pid: int
    pipe: int


@dataclass(slots=True)
class _Answer:
    value: Any
    error: BaseException | None = None


def _unwrap(answer: _Answer) -> Any:
    if answer.error is not None:
        raise answer.error
    return answer.value


def _start(share: Sequence[Item], number: int, function: Callable[[Sequence[Item], int], Result]) -> _Child:
    reader, writer = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writer)
        return _Child(pid, reader)
    code = 1
    try:
        os.close(reader)
        try:
            answer = _Answer(function(share, number))
        except BaseException as error:
            answer = _Answer(None, _portable(error))
        with os.fdopen(writer, "wb") as stream:
            stream.write(_packed(answer))
        code = 0
    finally:
        os._exit(code)


def _packed(answer: _Answer) -> bytes:
    """The answer as it travels; one that cannot becomes an error."""
    try:
        return pickle.dumps(answer, pickle.HIGHEST_PROTOCOL)
    except Exception as error:
        return pickle.dumps(_Answer(None, _portable(error)), pickle.HIGHEST_PROTOCOL)


def _end(child: _Child) -> None:
    """Stop a worker whose answer is not wanted any more."""
    os.close(child.pipe)
    os.kill(child.pid, signal.SIGKILL)
    os.waitpid(child.pid, 0)


def _portable(error: BaseException) -> BaseException:
    """An exception that surely travels through a pipe."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error


def _collect(child: _Child, timeout: float) -> _Answer | int:
    """The child's answer, or the signal that ended it."""
    chunks: list[bytes] = []
    with os.fdopen(child.pipe, "rb", buffering=0) as stream:
        while True:
            ready, _, _ = select.select([stream], [], [], timeout)
            if not ready:
                os.kill(child.pid, signal.SIGKILL)
                break
            chunk = stream.read(1 << 20)
            if not chunk:
                break
            chunks.append(chunk)
    _, status = os.waitpid(child.pid, 0)
    data = b"".join(chunks)
    if os.WIFSIGNALED(status):
        return os.WTERMSIG(status)
    if not data or os.WEXITSTATUS(status):
        return 0
    answer = pickle.loads(data)  # from our own child, over our own pipe
    assert isinstance(answer, _Answer)
    return answer


def _narrow(
    share: Sequence[Item],
    number: int,
    ended_by: int,
    function: Callable[[Sequence[Item], int], Result],
    timeout: float,
) -> list[Result | Died[Item]]:
    """Find the item that kills the worker, keeping the answers for the others. Only the first share's number
    does the work that belongs to no item, so the halves keep the number once."""
    if len(share) <= 1:
        return [Died(item, ended_by) for item in share]
    middle = len(share) // 2
    found: list[Result | Died[Item]] = []
    for half, part in enumerate((share[:middle], share[middle:])):
        part_number = number if half == 0 else -1
        answer = _collect(_start(part, part_number, function), timeout)
        if isinstance(answer, _Answer):
            found.append(_unwrap(answer))
        else:
            found.extend(_narrow(part, part_number, answer, function, timeout))
    return found


def balanced(items: Sequence[Item], sizes: Sequence[int], count: int) -> list[list[Item]]:
    """Cut a sequence into at most `count` runs of about equal size. Neighbours stay together: they share imports."""
    total = sum(sizes)
    shares: list[list[Item]] = [[] for _ in range(max(count, 1))]
    done = 0
    for item, size in zip(items, sizes):
        place = min(len(shares) - 1, done * len(shares) // total if total else 0)
        shares[place].append(item)
        done += size
    return [share for share in shares if share]
