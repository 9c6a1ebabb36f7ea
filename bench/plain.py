"""The plain loop to compare with: SpiffWorkflow as its documentation uses it, the whole workflow as JSON in SQLite."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.serializer.workflow import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from tests import six_tasks


class PlainLoop:
    """One row per case; each completion is load, run, save, commit, with the same durability as ours."""

    def __init__(self, path: Path) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute("PRAGMA synchronous = FULL")
        self.connection.execute("CREATE TABLE workflow (id INTEGER PRIMARY KEY, state TEXT NOT NULL)")
        self.serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure())
        parser = BpmnParser()
        # The library evaluates a duration as Python, so the same two days need quotes.
        parser.add_bpmn_xml(etree.fromstring(six_tasks.diagram().replace(">P2D<", '>"P2D"<').encode()))
        self.spec = parser.get_spec("bench_six")

    def start(self) -> int:
        workflow = BpmnWorkflow(self.spec)
        workflow.do_engine_steps()
        self.connection.execute("BEGIN IMMEDIATE")
        cursor = self.connection.execute("INSERT INTO workflow (state) VALUES (?)", (self._dump(workflow),))
        self.connection.execute("COMMIT")
        return int(cursor.lastrowid or 0)

    def complete(self, case: int, values: dict[str, object]) -> bool:
        """Complete the one open task; whether the case is finished."""
        self.connection.execute("BEGIN IMMEDIATE")
        [text] = self.connection.execute("SELECT state FROM workflow WHERE id = ?", (case,)).fetchone()
        workflow = self.serializer.deserialize_json(text)
        [task] = workflow.get_tasks(state=TaskState.READY, manual=True)
        task.set_data(**values)
        task.run()
        workflow.do_engine_steps()
        self.connection.execute("UPDATE workflow SET state = ? WHERE id = ?", (self._dump(workflow), case))
        self.connection.execute("COMMIT")
        return bool(workflow.is_completed())

    def _dump(self, workflow: BpmnWorkflow) -> str:
        return json.dumps(self.serializer.to_dict(workflow) | {"serializer_version": self.serializer.VERSION})
