"""The worker: APScheduler calls the runner's `tick` at intervals."""

from __future__ import annotations

import logging
import signal

from apscheduler.schedulers.background import BackgroundScheduler

from runner.app import Runner

log = logging.getLogger(__name__)

SHOWN_EVERY = 20
"""Seconds between two looks at whether the newest head has to be shown to witnesses."""
STOPS = (signal.SIGTERM, signal.SIGINT)


def work(runner: Runner) -> None:
    """Tick every `runner.settings.tick` seconds until SIGTERM or Ctrl-C. Any number of workers may run at once."""
    # `sigwait` in place of handlers: a handler would interrupt the scheduler while it holds a lock.
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
    scheduler = BackgroundScheduler(timezone="UTC")
    # One tick at a time, and one for all ticks missed during a long one.
    scheduler.add_job(
        _tick,
        "interval",
        args=[runner],
        seconds=runner.settings.tick,
        max_instances=1,
        coalesce=True,
        next_run_time=runner.clock.now(),
    )
    scheduler.add_job(_show_head, "interval", args=[runner], seconds=SHOWN_EVERY, max_instances=1, coalesce=True)
    # Apart from the ticks: slices of a second, so that timers wait for none of them.
    scheduler.add_job(_verify, "interval", args=[runner], seconds=runner.settings.tick, max_instances=1, coalesce=True)
    scheduler.start()
    log.info("the worker sweeps every %d seconds", runner.settings.tick)
    signal.sigwait(STOPS)
    scheduler.shutdown()
    try:
        runner.finish()
    except Exception:  # e.g. no database any more; the next worker does it
        log.exception("the record log was not finished")


def _tick(runner: Runner) -> None:
    try:
        done = runner.tick()
    except Exception:  # e.g. no database for a while; the next tick tries again
        log.exception("tick failed")
        return
    if done.fired or done.failed or done.delivered:
        log.info("tick: %d fired, %d failed, %d messages delivered", done.fired, done.failed, done.delivered)


def _show_head(runner: Runner) -> None:
    try:
        runner.show_head()
    except Exception:  # as above
        log.exception("the newest head was not shown")


def _verify(runner: Runner) -> None:
    try:
        done = runner.verification.nightly.work(runner.clock.now())
    except Exception:  # as above
        log.exception("the record was not verified")
        return
    if done and done.ended:
        log.info("verification: %d cases, %d things do not agree", done.tally.cases, done.tally.found)
