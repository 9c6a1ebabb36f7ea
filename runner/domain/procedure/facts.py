"""What a decision fixes for one procedure, and how its province works.

The dataclasses are the schema of the TOML files: a table holds exactly their keys, each of its type; only a key with a
default may be left out. Strings are the words of the decision; where it is silent, the key is empty or left out and
named in `silent`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Literal

from runner.domain.calendar import Day, Hours
from runner.domain.limit import Unit
from runner.domain.person import Lane

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
Paper = Literal["receipt", "control-slip"]
MayBeEmpty = Annotated[str, "may be empty"]
"""Text of a key that must be there; other text may not be empty."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The decision that approves the procedure, and (where it says so) the one that announced it."""

    number: str
    date: dt.date
    title: str
    issuer: str
    signer: str
    effective: dt.date
    announced_by: str = ""


@dataclass(frozen=True, slots=True)
class Time:
    """The legal term. `listed` is a differing value in the decision's own list of procedures, "" when there is none."""

    limit_days: Fraction
    unit: Unit
    text: str
    counted_from: MayBeEmpty
    listed: str = ""


@dataclass(frozen=True, slots=True)
class Apology:
    """When a slip of apology is due before the deadline, and whether the decision itself asks for one."""

    working_days_before: int
    text: MayBeEmpty
    in_decision: bool


@dataclass(frozen=True, slots=True)
class Results:
    """The names of what the applicant gets."""

    granted: str
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Retention:
    text: str
    years: int


@dataclass(frozen=True, slots=True)
class Duration:
    """A step's time, in the unit of the procedure's term; `days` is None where the text is no length of time."""

    text: str
    days: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A row of the decision's table."""

    id: str
    text: tuple[str, ...]
    actors: str
    lanes: tuple[Lane, ...]
    duration: Duration
    title_en: str
    forms: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way on from a branch: `next` is a step, a branch or an end; `form` the paper that goes with it.

    `label` is the answer as the diagram writes it at the flow; "" in facts older than this key.
    """

    id: str
    text: MayBeEmpty
    next: str
    form: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Branch:
    id: str
    step: str
    question: str
    question_en: str
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class Stated:
    """What the decision expressly says there is none of (``fees``), in its words: ``Không có``. Cf. `silent`."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Group:
    """One of the alternative lists of papers: only the items of the one that applies are asked for."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class DossierItem:
    """A paper of the dossier, asked for only where its `condition` holds; `parts` can be ticked one by one.

    `group` is the alternative that it belongs to, "" where there is but one list.
    """

    name: str
    copy: Literal["original", "copy", "unknown"]
    required: bool
    condition: str = ""
    parts: tuple[str, ...] = ()
    group: str = ""


@dataclass(frozen=True, slots=True)
class Fee:
    """What one fee case costs, in dong; `label` is "" where the decision gives a single amount without a case."""

    case: str
    label: MayBeEmpty
    amount: int
    text: str


@dataclass(frozen=True, slots=True)
class FormTitle:
    code: str
    title: str


@dataclass(frozen=True, slots=True)
class Record:
    """Something that is kept when the case is over."""

    text: str


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """Texts of the decision that disagree, word for word, and what the software does about it.

    `places` says where in the decision each text stands, one for each. `severity`: ``A`` touches a deadline, a path,
    money or who acts, ``B`` a label or a form, ``C`` is a slip of the pen. `shown`: the papers that print it as well.
    """

    id: str
    texts: tuple[str, ...]
    governs: str
    places: tuple[str, ...] = ()
    severity: Literal["", "A", "B", "C"] = ""
    shown: tuple[Paper, ...] = ()


@dataclass(frozen=True, slots=True)
class LegalTerm:
    """Where the legal term begins and ends: when the first task of `starts_with` opens, when a `stops_after` is done.

    `remind_after_days` are days of 24 hours after which an applicant who was asked for a supplement is reminded.
    """

    starts_with: str
    stops_after: tuple[str, ...]
    remind_after_days: int | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """What one task is to do: in the decision's own words, or (without `text`) what the software adds.

    `step` is "" for what is outside the term of every step, such as waiting for the applicant.
    """

    lane: Lane
    form: str
    step: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Procedure:
    """The facts of one procedure. `code` is ``<province>/<the decision's code>``; what is in English is ours.

    `agencies` are the lines that say who carries it out, decides, is authorised and cooperates; `bases` the laws.
    """

    code: str
    title: str
    title_en: str
    kind: str
    form_set: str
    channels: tuple[str, ...]
    conditions: tuple[str, ...]
    applicants: MayBeEmpty
    authority: MayBeEmpty
    received_at: MayBeEmpty
    notes: tuple[str, ...]
    silent: tuple[str, ...]
    decision: Decision
    time: Time
    apology: Apology
    steps: tuple[Step, ...]
    dossier_sets: int | None = None
    results: Results | None = None
    retention: Retention | None = None
    none: tuple[Stated, ...] = ()
    agencies: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    branches: tuple[Branch, ...] = ()
    groups: tuple[Group, ...] = ()
    dossier: tuple[DossierItem, ...] = ()
    fees: tuple[Fee, ...] = ()
    forms: tuple[FormTitle, ...] = ()
    records: tuple[Record, ...] = ()
    discrepancies: tuple[Discrepancy, ...] = ()
    clock: LegalTerm | None = None
    works: tuple[Work, ...] = ()

    def fee(self, case: str) -> Fee | None:
        """The fee of a fee case, None where the decision has none."""
        return next((fee for fee in self.fees if fee.case == case), None)

    def said_none(self, name: str) -> str:
        """The words in which the decision says that there is none of `name`; "" where it has some, or is silent."""
        return next((stated.text for stated in self.none if stated.name == name), "")

    def notes_on(self, paper: Paper) -> tuple[Discrepancy, ...]:
        """The source notes that a paper prints."""
        return tuple(each for each in self.discrepancies if paper in each.shown)


@dataclass(frozen=True, slots=True)
class Province:
    """How a province works: names, the labels of its lanes, its office hours and days.

    `lanes` are labels by `Lane`. `section` is the agency's counter at the `centre`; `case_number` is its part of a
    case's number. `years` are those whose holidays are known at deployment; `intake_cutoff` (local time) is None where
    dossiers are received until the last session closes.
    """

    code: str
    name: str
    agency: str
    division: str
    centre: str
    case_number: str
    weekly_off: tuple[Weekday, ...]
    years: tuple[int, ...]
    lanes: Mapping[str, str]
    hours: tuple[Hours, ...]
    days: tuple[Day, ...] = ()
    section: str = ""
    intake_cutoff: dt.time | None = None
