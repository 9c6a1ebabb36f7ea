"""The numbers of the rules by which a case computes. A case keeps those with which it began until it migrates.

A change of what a replay computes (a value of FEEL, what a message wakes, when a case is stuck) is a new number here.
Code asks ``semantics >= TYPED``, so that a journal written before the change replays as it was written.
"""

from __future__ import annotations

from typing import Final

UNTYPED: Final = 1
"""The first: a form's date is text in conditions, a message wakes every event, a stalled case goes unseen."""
TYPED: Final = 2
"""A form's date is a date, one event of a gateway takes a message, a stalled case is an incident; a boundary timer at a
moment before the case's due moment is the limit of its task; no promise is due earlier after a pause, whatever the
calendar became; an intake that nobody has finished is a draft."""
CURRENT: Final = TYPED
"""The rules with which a new case begins."""
