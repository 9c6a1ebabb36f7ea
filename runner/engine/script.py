"""What SpiffWorkflow calls for an expression or a service: FEEL and the runner's topics, never Python code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from runner.errors import IncidentRaised, Refused


class ScriptRefused(Refused):
    """Sơ đồ không được phép chạy mã lệnh."""


class GatewayUndecided(IncidentRaised):
    """Không chọn được nhánh đi ở “{gateway}”: điều kiện “{condition}” không cho kết quả đúng hay sai."""


class Script:
    """Stands where the library expects its Python script engine. `truth` evaluates a condition of the diagram."""

    environment = None

    def __init__(self, truth: Callable[[str], object], serve: Callable[[Any], bool | None]) -> None:
        self.truth = truth
        self.serve = serve

    def choose(self, task: Any, conditions: Sequence[tuple[Any, str]], default: str | None) -> str:
        """The spec that an exclusive gateway leads to: the first true condition, in the file's order.

        A condition that is neither true nor false ends the search: the default flow, or an incident; never a guess.
        """
        asked = ""
        for condition, target in conditions:
            if condition is None:
                continue
            asked = condition.args[0].strip()
            answer = self.truth(asked)
            if answer is True:
                task.internal_data["condition"] = asked
                return target
            if answer is not False:
                break
        if default is None:
            raise GatewayUndecided(gateway=task.task_spec.bpmn_name or task.task_spec.name, condition=asked)
        task.internal_data["condition"] = ""
        return default

    def call_service(self, task: Any) -> bool | None:
        return self.serve(task)

    def evaluate(self, *_: object, **__: object) -> NoReturn:
        raise ScriptRefused

    def execute(self, *_: object, **__: object) -> NoReturn:
        raise ScriptRefused
