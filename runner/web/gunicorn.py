"""How gunicorn serves the pages, wherever it runs: ``gunicorn --config python:runner.web.gunicorn``."""

from __future__ import annotations

import os
from typing import Any

from prometheus_client.multiprocess import mark_process_dead

wsgi_app = "runner.web.wsgi:application()"
workers = 2
"""When one of these processes dies, gunicorn begins another."""
threads = 8
loglevel = "warning"
control_socket_disable = True


def child_exit(server: Any, worker: Any) -> None:
    """Drop the figures that only a living process has."""
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
