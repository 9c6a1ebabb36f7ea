"""The REST interface under ``/api/v1``: for programs, by bearer tokens, described by its OpenAPI document."""

from __future__ import annotations

from runner.web.api import cases, openapi, procedures, tasks
from runner.web.api.operation import OPERATIONS, blueprint

__all__ = ["OPERATIONS", "blueprint", "cases", "openapi", "procedures", "tasks"]
