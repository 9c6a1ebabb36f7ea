"""Samples: drawn from what an auditor reads, kept with seed and digest, written about, signed off.

A sample is there for those who read every case of its population: neither it nor its cases show an auditor of one
agency anything of another.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from runner.audit.sampling import drawing, population, refusal
from runner.audit.sampling.content import AuditFile, Examined, content, drawn_facts, remark_facts
from runner.domain.case_filter import CaseFilter
from runner.domain.form.component import unprintable, visible
from runner.domain.journal import instant
from runner.domain.person import Person
from runner.domain.record import RecordKind
from runner.domain.sample import Drawn, Grouping, Look, Remark, Sample, Severity
from runner.services.scope import Places, audited
from runner.services.text_rules import LENGTH
from runner.services.version_cache import Versions
from runner.store import case as cases
from runner.store import many, record_event
from runner.store import sampling as store
from runner.store.session import Database, Transaction

MOST: Final = 500
"""Cases of one sample: people look at each."""
POPULATION: Final = 200_000
SEEDS: Final = 10**15
"""Seeds are below this, so that JSON keeps each exactly."""
TITLE: Final = 200
LISTED: Final = 20
"""Audit files of one page: each is read whole."""
CHUNK: Final = 200
"""Samples that are read at once to find those that an auditor sees."""


@dataclass(frozen=True, slots=True)
class Draw:
    """What is to be drawn: `size` cases, or percent of the population with `share`. `seed` is None for any.

    Moments are aware, of the receipt; `until` is not included.
    """

    province: str
    title: str
    size: int
    share: bool = False
    seed: int | None = None
    grouping: Grouping = Grouping.NONE
    procedure: str = ""
    outcome: str = ""
    since: datetime | None = None
    until: datetime | None = None


class Samples:
    """Draws samples and keeps their audit files. Changes no case."""

    def __init__(self, database: Database, versions: Versions) -> None:
        self.database = database
        self.versions = versions

    def draw(self, asked: Draw, person: Person, now: datetime) -> Sample:
        """Draw a sample and tell the record. Raises `SampleRefused`, each of which belongs to a field."""
        title = visible(asked.title)
        if not title or len(title) > TITLE or unprintable(title, ""):
            raise refusal.TitleMissing(most=TITLE)
        if asked.seed is not None and not 0 <= asked.seed < SEEDS:
            raise refusal.SeedInvalid
        if asked.since and asked.until and asked.until <= asked.since:
            raise refusal.PeriodReversed
        seed = secrets.randbelow(10**12) if asked.seed is None else asked.seed
        with self.database.read() as tx:
            ids = self._population(tx, asked, person)
            strata, versions = population.strata(tx, ids, asked.grouping)
        sizes: dict[str, int] = {}
        for name in strata.values():
            sizes[name] = sizes.get(name, 0) + 1
        size = _size(asked, len(ids), len(sizes))
        wanted = drawing.shares(sizes, size)
        made = Sample(
            0,
            asked.province,
            title,
            person.id,
            now,
            seed,
            asked.grouping.value,
            _asked(asked),
            tuple((name, sizes[name], wanted[name]) for name in sorted(sizes)),
            len(ids),
            drawing.digest(ids),
            tuple(sorted(versions)),
        )
        drawn = drawing.draw(strata, seed, size)
        with self.database.change() as tx:
            kept = store.add(tx, made, [(id, strata[id]) for id in drawn])
            facts = {"act": "draw"} | drawn_facts(kept, store.cases(tx, kept.id))
            record_event.append(tx, RecordKind.SAMPLE, person.id, now, str(kept.id), facts, kept.province)
        return kept

    def newest(self, person: Person, before: int | None = None, limit: int = LISTED) -> list[AuditFile]:
        """At most `limit` of the samples that an auditor sees, the newest first; `before` is the last one seen."""
        found: list[Sample] = []
        with self.database.read() as tx:
            reach = audited(tx, self.versions, person)
            while len(found) < limit and (some := store.newest(tx, reach, before, CHUNK)):
                found += [each for each in some if _seen(each, reach)]
                before = some[-1].id
            return [self._file(tx, each) for each in found[:limit]]

    def get(self, id: int, person: Person) -> AuditFile:
        """An audit file. Raises `SampleUnknown`."""
        with self.database.read() as tx:
            return self._file(tx, self._sample(tx, id, person))

    def remark(
        self, id: int, case: int, look: str, severity: str, text: str, entry: int, person: Person, now: datetime
    ) -> None:
        """Write a remark on a case of a sample; with a severity it is a finding.

        Raises `SampleUnknown`, `CaseNotDrawn`, `FileSigned`, `RemarkRefused`, `WrittenMeanwhile`.
        """
        if look not in (Look.UNSEEN, Look.SEEN, Look.FOUND):
            raise refusal.LookInvalid
        if look == Look.FOUND and severity not in set(Severity):
            raise refusal.SeverityMissing
        if look != Look.FOUND and severity:
            raise refusal.SeverityAlone
        stated = visible(text.replace("\r\n", "\n"))
        if len(text) > LENGTH or unprintable(stated, "\n\t") or (look != Look.SEEN and not stated):
            raise refusal.TextInvalid
        with self.database.change() as tx:
            sample = self._sample(tx, id, person)
            remarks = _open(tx, id)
            if all(each.case != case for each in store.cases(tx, id)):
                raise refusal.CaseNotDrawn
            if entry and entry not in cases.numbers(tx, case):
                raise refusal.EntryInvalid
            number = len(remarks) + 1
            made = Remark(sample.id, number, case, now, person.id, look, severity, stated, entry)
            store.remark(tx, made)
            facts = {"act": "remark"} | remark_facts(made)
            record_event.append(tx, RecordKind.SAMPLE, person.id, now, str(id), facts, sample.province)

    def sign(self, id: int, person: Person, now: datetime) -> str:
        """Sign the file off; nothing changes in it from then on. The SHA-256 (hex) of its content.

        The caller has asked for the password. Raises `SampleUnknown`, `FileSigned`, `CasesUnseen`.
        """
        with self.database.change() as tx:
            sample = self._sample(tx, id, person)
            remarks = _open(tx, id)
            if unseen := self._file(tx, sample).unseen:
                raise refusal.CasesUnseen(count=unseen)
            digest = content(sample, store.cases(tx, id), remarks)
            store.remark(tx, Remark(id, len(remarks) + 1, 0, now, person.id, Look.SIGNED.value, "", digest, 0))
            facts = {"act": "sign", "sha256": digest, "remarks": len(remarks)}
            record_event.append(tx, RecordKind.SAMPLE, person.id, now, str(id), facts, sample.province)
        return digest

    def same_population(self, id: int, person: Person) -> bool:
        """Whether the population that was asked for has the same cases now. Raises `SampleUnknown`."""
        with self.database.read() as tx:
            sample = self._sample(tx, id, person)
            reach = {sample.province: audited(tx, self.versions, person)[sample.province]}
            return drawing.digest(many.ids(tx, reach, _filter_of(sample))) == sample.digest

    # -- parts ---------------------------------------------------------------------------------------------------------

    def _population(self, tx: Transaction, asked: Draw, person: Person) -> list[int]:
        reach = audited(tx, self.versions, person)
        if asked.province not in reach:
            raise refusal.PopulationEmpty
        wanted = CaseFilter(asked.procedure, "", "received", asked.since, asked.until, asked.outcome)
        ids = many.ids(tx, {asked.province: reach[asked.province]}, wanted)
        if not ids:
            raise refusal.PopulationEmpty
        if len(ids) > POPULATION:
            raise refusal.PopulationTooLarge(count=len(ids), most=POPULATION)
        return ids

    def _sample(self, tx: Transaction, id: int, person: Person) -> Sample:
        found = store.get(tx, id)
        if found is None or not _seen(found, audited(tx, self.versions, person)):
            raise refusal.SampleUnknown
        return found

    def _file(self, tx: Transaction, sample: Sample) -> AuditFile:
        drawn, remarks = store.cases(tx, sample.id), store.remarks(tx, sample.id)
        known = {case.id: case for case in many.by_id(tx, [each.case for each in drawn])}
        written: dict[int, list[Remark]] = {}
        for each in remarks:
            written.setdefault(each.case, []).append(each)
        examined = tuple(
            Examined(known[each.case], each.stratum, tuple(written.get(each.case, ())))
            for each in drawn
            if each.case in known
        )
        signature = remarks[-1] if remarks and remarks[-1].look == Look.SIGNED else None
        whole = len(examined) == len(drawn) and _whole(tx, sample, drawn, remarks, signature)
        return AuditFile(sample, examined, signature, whole)


def _whole(
    tx: Transaction, sample: Sample, drawn: list[Drawn], remarks: list[Remark], signature: Remark | None
) -> bool:
    """Whether the record tells of the file what its tables do, in one event of the drawing and one of the sign-off."""
    events = record_event.events(tx, kinds=[RecordKind.SAMPLE], subject=str(sample.id))
    told = [each for each in events if each.facts.get("act") != "remark"]
    if [each.facts.get("act") for each in told] != ["draw", "sign"][: 2 if signature else 1]:
        return False
    draw = told[0]
    if (draw.at, draw.actor, draw.province) != (sample.at, sample.by, sample.province):
        return False
    if draw.facts != {"act": "draw"} | drawn_facts(sample, drawn):
        return False
    if signature is None:
        return True
    sign, digest = told[1], content(sample, drawn, remarks)
    signed = (digest, signature.at, signature.by)
    return signature.text == digest and (sign.facts.get("sha256"), sign.at, sign.actor) == signed


def _seen(sample: Sample, reach: Places) -> bool:
    """Whether somebody with this reach reads every case of the population."""
    if sample.province not in reach:
        return False
    versions = reach[sample.province]
    return versions is None or set(sample.versions) <= set(versions)


def _open(tx: Transaction, id: int) -> list[Remark]:
    """What is in a file that is not signed yet."""
    remarks = store.remarks(tx, id)
    if remarks and remarks[-1].look == Look.SIGNED:
        raise refusal.FileSigned
    return remarks


def _size(asked: Draw, count: int, strata: int) -> int:
    """How many cases are drawn of a population of `count`."""
    if asked.share and not 1 <= asked.size <= 100:
        raise refusal.ShareInvalid
    if asked.size < 1:
        raise refusal.SizeInvalid
    size = -(-count * asked.size // 100) if asked.share else asked.size
    if size > count:
        raise refusal.SizeTooLarge(count=count)
    if size > MOST:
        raise refusal.SampleTooLarge(most=MOST, count=size)
    if size < strata:
        raise refusal.FewerThanStrata(count=strata)
    return size


def _asked(asked: Draw) -> dict[str, object]:
    return {
        "procedure": asked.procedure,
        "outcome": asked.outcome,
        "since": instant(asked.since) if asked.since else "",
        "until": instant(asked.until) if asked.until else "",
        "size": asked.size,
        "share": asked.share,
    }


def _filter_of(sample: Sample) -> CaseFilter:
    asked = sample.asked
    since, until = (datetime.fromisoformat(asked[name]) if asked[name] else None for name in ("since", "until"))
    return CaseFilter(asked["procedure"], "", "received", since, until, asked["outcome"])
