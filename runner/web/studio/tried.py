"""What a draft is tried with: its version, the calendar in force, its files; and what its scenarios come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import current_app

from runner.authoring.drafts import assembled
from runner.domain.calendar import Calendar
from runner.domain.procedure_draft import ProcedureDraft
from runner.errors import CalendarUnknown
from runner.scenario.format import Script
from runner.scenario.results import Results, Scenarios, scripts_among
from runner.scenario.trial import Trials
from runner.services import holiday
from runner.services.bundle import Bundle
from runner.services.version import Version
from runner.web import current
from runner.web.studio import saving


@dataclass(frozen=True, slots=True)
class Tried:
    """The newest save of a draft, that runs."""

    draft: ProcedureDraft
    files: Mapping[str, bytes]
    bundle: Bundle
    version: Version
    calendar: Calendar

    @property
    def results(self) -> Results:
        """What the scenarios of the draft come to, played where that is not known yet."""
        return scenarios().results(self.bundle, self.calendar, self.files)

    @property
    def known(self) -> bool:
        """Whether `results` has nothing to play."""
        return scenarios().known(self.bundle, self.calendar, self.files)

    @property
    def scripts(self) -> Mapping[str, Script]:
        """The files of scenarios that can be read, by name."""
        return dict(scripts_among(self.files))


def of(draft: int) -> Tried:
    """The draft as it can be tried. Raises `DraftUnknown`, or why the draft does not run."""
    found, files = saving.opened(draft)
    bundle = assembled(found.procedure, files)
    version = trials().compiler.version(bundle)
    try:
        calendar = current.runner().procedures.calendar(version.province.code)
    except CalendarUnknown:  # a province that is new
        calendar = holiday.calendar(version.province, 1)
    return Tried(found, files, bundle, version, calendar)


def trials() -> Trials:
    """Opens trials; one for the site, as it keeps what was compiled."""
    made: Trials = current_app.extensions.setdefault("trials", Trials())
    return made


def scenarios() -> Scenarios:
    """Plays scenarios; one for the site, as it keeps what they came to."""
    made: Scenarios = current_app.extensions.setdefault("scenarios", Scenarios(trials().compiler))
    return made
