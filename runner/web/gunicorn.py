"""How gunicorn serves the pages, wherever it runs: ``gunicorn --config python:runner.web.gunicorn``."""

from __future__ import annotations

wsgi_app = "runner.web.wsgi:application()"
workers = 2
"""When one of these processes dies, gunicorn begins another."""
threads = 8
loglevel = "warning"
control_socket_disable = True
