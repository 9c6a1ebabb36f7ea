"""The worker: APScheduler ticks, and nothing else. What a tick does is the runner's business."""

from __future__ import annotations

import logging
import signal

from apscheduler.schedulers.background import BackgroundScheduler

from runner.app import Runner

log = logging.getLogger(__name__)

STOPS = (signal.SIGTERM, signal.SIGINT)


def work(runner: Runner) -> None:
    """Tick every `runner.settings.tick` seconds until told to stop (SIGTERM, Ctrl-C). Any number may run at once."""
    # The signals are waited for, not handled: a handler would stop the scheduler in the middle of whatever it holds.
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
    scheduler = BackgroundScheduler(timezone="UTC")
    # One tick at a time, and one for all those missed while a long one ran.
    scheduler.add_job(
        _tick,
        "interval",
        args=[runner],
        seconds=runner.settings.tick,
        max_instances=1,
        coalesce=True,
        next_run_time=runner.clock.now(),
    )
    scheduler.start()
    signal.sigwait(STOPS)
    scheduler.shutdown()


def _tick(runner: Runner) -> None:
    try:
        done = runner.tick()
    except Exception:  # the database may be away for a while; the next tick tries again
        log.exception("tick failed")
        return
    if done.fired or done.failed or done.delivered:
        log.info("tick: %d fired, %d failed, %d messages delivered", done.fired, done.failed, done.delivered)
