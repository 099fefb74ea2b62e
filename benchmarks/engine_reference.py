"""APScheduler 3 on the same work: its jobs in SQLite on the disk, its threads, one request each.

It keeps no record of what ran, so it writes less: a job's next run before it starts, and nothing after it.
"""

from __future__ import annotations

import http.client
import logging
import tempfile
import threading
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler

from benchmarks.engine_work import PERIOD_SECONDS, Done, Work

THREADS = 64
_started: list[float] = []
_finished = threading.Semaphore(0)


def call(url: str, due: float) -> None:
    """Be a job: note how late it is, and call the target."""
    _started.append(datetime.now(UTC).timestamp() - due)
    target = urlsplit(url)
    connection = http.client.HTTPConnection(target.netloc)
    connection.request("GET", target.path)
    connection.getresponse().read()
    connection.close()
    _finished.release()


def run_reference(work: Work, url: str) -> Done:
    """Have APScheduler do it."""
    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)
    _started.clear()
    with tempfile.TemporaryDirectory() as folder:
        scheduler = BackgroundScheduler(
            jobstores={"default": SQLAlchemyJobStore(url=f"sqlite:///{Path(folder) / 'jobs.db'}")},
            executors={"default": ThreadPoolExecutor(THREADS)},
            job_defaults={"misfire_grace_time": PERIOD_SECONDS},
            timezone=UTC,
        )
        scheduler.start(paused=True)
        due_times = work.due_times()
        for due in due_times:
            arguments = (url, due.timestamp())
            scheduler.add_job(call, "interval", arguments, seconds=PERIOD_SECONDS, next_run_time=due)
        if datetime.now(UTC) > due_times[0]:
            raise RuntimeError("writing the jobs took longer than they had")
        scheduler.resume()
        for _ in due_times:
            _finished.acquire()
        seconds = (datetime.now(UTC) - due_times[0]).total_seconds()
        scheduler.shutdown()
        return Done(seconds, list(_started))
