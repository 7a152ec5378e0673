"""Project functions that a library calls: data that is handed over with them is followed there."""

from __future__ import annotations

import pytest
from examples import check_files

RULE = "web/command-injection"

HEAD = """\
import asyncio, atexit, contextvars, functools, multiprocessing, multiprocessing.pool, os, threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
import dramatiq, gevent, huey
from apscheduler.schedulers.background import BackgroundScheduler
from asgiref.sync import sync_to_async
from celery import Celery, shared_task
from flask import Flask, request
from rq import Queue
from rq.decorators import job

app = Flask(__name__)
celery = Celery("shop")
queue = Queue()
pool = ThreadPoolExecutor()
background = huey.RedisHuey()


{definition}


@app.get("/")
async def index():
    x = request.args["x"]
    {call}
    return "done"
"""

PLAIN = 'def work(cmd):\n    os.system("ls " + cmd)  # finding'
TWO = 'def work(name, cmd="pwd"):\n    os.system("ls " + cmd)  # finding'

FOUND = {
    "thread": (PLAIN, "threading.Thread(target=work, args=(x,)).start()"),
    "thread-list": (PLAIN, "threading.Thread(None, work, 'w', [x]).start()"),
    "thread-keywords": (PLAIN, "threading.Thread(target=work, kwargs={'cmd': x}).start()"),
    "thread-second": (TWO, "threading.Thread(target=work, args=('a', x)).start()"),
    "thread-variable": (
        PLAIN,
        "given = (x,)\n    t = threading.Thread(target=work, args=given)\n    t.start()",
    ),
    "timer": (PLAIN, "threading.Timer(3, work, [x]).start()"),
    "process": (PLAIN, "multiprocessing.Process(target=work, args=(x,)).start()"),
    "submit": (PLAIN, "pool.submit(work, x)"),
    "submit-keyword": (TWO, "pool.submit(work, 'a', cmd=x)"),
    "submit-with": (PLAIN, "with ProcessPoolExecutor() as made:\n        made.submit(work, x)"),
    "submit-star": (PLAIN, "given = [x]\n    pool.submit(work, *given)"),
    "map": (PLAIN, "pool.map(work, [x])"),
    "map-second": (TWO, "list(pool.map(work, ['a'], [x]))"),
    "pool-map": (PLAIN, "multiprocessing.pool.ThreadPool(2).map(work, request.args.getlist('x'))"),
    "pool-apply": (PLAIN, "multiprocessing.Pool().apply_async(work, (x,))"),
    "to-thread": (PLAIN, "await asyncio.to_thread(work, x)"),
    "executor": (PLAIN, "await asyncio.get_running_loop().run_in_executor(None, work, x)"),
    "loop": (PLAIN, "asyncio.get_event_loop().call_later(1, work, x)"),
    "sync-to-async": (PLAIN, "await sync_to_async(work)(x)"),
    "context": (PLAIN, "contextvars.copy_context().run(work, x)"),
    "at-exit": (PLAIN, "atexit.register(work, x)"),
    "gevent": (PLAIN, "gevent.spawn(work, x)"),
    "partial": (PLAIN, "functools.partial(work, x)()"),
    "rq": (PLAIN, "queue.enqueue(work, x)"),
    "rq-call": (PLAIN, "queue.enqueue_call(func=work, args=(x,), timeout=3)"),
    "rq-job": ("@job('low')\n" + PLAIN, "work.delay(x)"),
    "scheduler": (PLAIN, "BackgroundScheduler().add_job(work, 'date', args=[x])"),
    "delay": ("@celery.task\n" + PLAIN, "work.delay(x)"),
    "delay-keyword": ("@shared_task\n" + TWO, "work.delay('a', cmd=x)"),
    "delay-called": ("@celery.task(name='w')\n" + PLAIN, "work.delay(x)"),
    "delay-bound": ("@shared_task(bind=True)\n" + PLAIN.replace("(cmd)", "(self, cmd)"), "work.delay(x)"),
    "apply-async": ("@shared_task\n" + PLAIN, "work.apply_async(args=[x], countdown=3)"),
    "apply-async-keywords": ("@shared_task\n" + TWO, "work.apply_async(kwargs={'cmd': x})"),
    "signature": ("@shared_task\n" + PLAIN, "work.s(x).delay()"),
    "dramatiq": ("@dramatiq.actor\n" + PLAIN, "work.send(x)"),
    "huey": ("@background.task()\n" + PLAIN, "work(x)"),
    "huey-schedule": ("@background.task()\n" + PLAIN, "work.schedule(args=(x,), delay=3)"),
    "lambda": ("", "threading.Thread(target=lambda: os.system('ls ' + x)).start()  # finding"),
    "closure": ("", "def inner():\n        os.system('ls ' + x)  # finding\n    queue.enqueue(inner)"),
    "thread-class": (
        "class Work(threading.Thread):\n    def __init__(self, cmd):\n        super().__init__()\n        self.cmd = cmd\n\n"
        "    def run(self):\n        os.system('ls ' + self.cmd)  # finding",
        "Work(x).start()",
    ),
    "method": (
        "class Work:\n    def run(self, cmd):\n        os.system('ls ' + cmd)  # finding",
        "threading.Thread(target=Work().run, args=(x,)).start()",
    ),
    "result": (
        "def work(cmd):\n    return cmd.strip()",
        "os.system(await asyncio.to_thread(work, x))  # finding",
    ),
    "results": (
        "def work(cmd):\n    return cmd.strip()",
        "for one in pool.map(work, [x]):\n        os.system(one)  # finding",
    ),
}

SILENT = {
    "constant": (PLAIN, "threading.Thread(target=work, args=('a',)).start()"),
    "other-place": (TWO, "threading.Thread(target=work, args=(x, 'a')).start()"),
    "other-keyword": (TWO, "pool.submit(work, cmd='a', name=x)"),
    "other-list": (TWO, "pool.map(work, [x], ['a'])"),
    "converted": (PLAIN, "pool.submit(work, str(int(x)))"),
    "checked": (PLAIN, "if x in ('a', 'b'):\n        queue.enqueue(work, x)"),
    "task-constant": ("@shared_task\n" + PLAIN, "work.delay('a')"),
    "not-a-task": (PLAIN, "work.delay(x)"),
    "task-id": ("@shared_task\n" + PLAIN, "work.apply_async(args=['a'], task_id=x)"),
    "countdown": ("@shared_task\n" + PLAIN, "work.apply_async(['a'], {}, x)"),
    "result-converted": (
        "def work(cmd):\n    return int(cmd)",
        "os.system(await asyncio.to_thread(work, x))",
    ),
}


def source(case: tuple[str, str]) -> str:
    """A small application."""
    return HEAD.format(definition=case[0], call=case[1])


def check(text: str) -> None:
    """The marked lines are reported, with the prefilter and without, and no others."""
    expected = {number for number, line in enumerate(text.splitlines(), 1) if "# finding" in line}
    for prefilter in (True, False):
        found = check_files({"app.py": text}, (RULE,), "flask", prefilter=prefilter)
        assert {one.span.line for one in found} == expected, prefilter


@pytest.mark.parametrize("name", FOUND)
def test_what_is_handed_over_is_followed(name: str) -> None:
    text = source(FOUND[name])
    assert "# finding" in text
    check(text)


@pytest.mark.parametrize("name", SILENT)
def test_what_is_safe_is_silent(name: str) -> None:
    check(source(SILENT[name]).replace("  # finding", ""))
