"""What is in a bundle, checked against its own journal: files, chain, versions, attachments, revisions, events."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from runner.audit.evidence.verifier.container import Folder, Zip
from runner.audit.evidence.verifier.text import canonical, parsed, sealed, sha256
from runner.audit.evidence.verifier.words import Fault, Findings

MANIFEST, CASE, JOURNAL, RECORD, KEYS, REPORT = (
    "manifest.json",
    "case.json",
    "journal.json",
    "record.json",
    "keys.txt",
    "report.pdf",
)
LONGEST_JSON = 32 * 1024 * 1024
FIRST = "00" * 32
"""What stands for the hash before the first entry."""
FILE = {"name", "size", "type", "sha256"}


class Bundle:
    """The files of a bundle. Those that are not what the manifest says are faults, after which nothing else counts."""

    def __init__(self, files: Folder | Zip) -> None:
        self.files = files
        manifest = self.read(MANIFEST, LONGEST_JSON)
        listed = parsed(MANIFEST, manifest)
        if listed.get("format") != 1:
            raise Fault("format", found=listed.get("format"))
        self.listed: dict[str, list[Any]] = listed["files"]
        if manifest.decode() != canonical({"format": 1, "files": self.listed}) + "\n":
            raise Fault("unread", name=MANIFEST, why="canonical")
        if len({name.lower() for name in files.sizes}) < len(files.sizes):
            raise Fault("name", name="A = a")

    def faults(self) -> Iterator[Fault]:
        """What the files are not: the manifest names each with its size and SHA-256, and no other is there."""
        for name in sorted(self.files.sizes.keys() - self.listed.keys() - {MANIFEST}):
            yield Fault("extra", name=name)
        for name, (size, digest) in sorted(self.listed.items()):
            if name not in self.files.sizes or name == MANIFEST:
                yield Fault("missing", name=name)
            elif self.files.sizes[name] != size or self.digest(name) != digest:
                yield Fault("file", name=name)

    def digest(self, name: str) -> str:
        """The SHA-256 of a file."""
        hashed = hashlib.sha256()
        try:
            for piece in self.files.pieces(name):
                hashed.update(piece)
        except Fault:
            return ""
        return hashed.hexdigest()

    def contents(self) -> str:
        """The digest of all files but the report, in which it is printed."""
        return sealed({name: each for name, each in self.listed.items() if name != REPORT})

    def read(self, name: str, most: int) -> bytes:
        """A whole file, of at most `most` bytes."""
        if not 0 <= self.files.sizes.get(name, -1) <= most:
            raise Fault("missing", name=name)
        return b"".join(self.files.pieces(name))

    def json(self, name: str) -> Any:
        """The value of a JSON file."""
        return parsed(name, self.read(name, LONGEST_JSON))

    def below(self, folder: str) -> dict[str, str]:
        """The SHA-256 of each file in a folder of the bundle, by its name there."""
        start = folder + "/"
        return {name[len(start) :]: each[1] for name, each in self.listed.items() if name.startswith(start)}


def check_about(case: Any, journal: Any, events: list[Any]) -> None:
    """Which case it is: by the journal its id and number, by the events of versions its procedure. Raises `Fault`."""
    said = [each for _, payload in _payloads(journal) for each in _within(payload)]
    whole = not case["withheld"] and not case["erased"]
    told = [event["facts"] for event in events if event["kind"] == "version"]
    procedure = [case["procedure"], case["province"]]
    if case["case"] != journal["case"] or (whole and case["number"] and case["number"] not in said):
        raise Fault("file", name=CASE)
    if any([facts["procedure"], facts["province"]] != procedure for facts in told):
        raise Fault("file", name=CASE)


def check_chain(journal: Any, withheld: list[int], erased: list[int], findings: Findings) -> None:
    """Each entry is as it was sealed, and names the one before it; erasures name those erased. Raises `Fault`."""
    previous, absent = FIRST, {*withheld, *erased}
    for seq, entry in enumerate(journal["entries"], 1):
        names = ("at", "actor", "kind", "payload_sha256", "state")
        array = [journal["case"], seq, *(entry[name] for name in names), previous]
        whole = (entry["seq"], entry["previous"], entry["hash"]) == (seq, previous, sealed(array))
        if not whole or (entry["payload"] is None) != (seq in absent):
            raise Fault("entry", seq=seq)
        if entry["payload"] is not None:
            text = canonical(entry["payload"]).encode()
            if sha256(bytes.fromhex(entry.get("salt") or "") + text) != entry["payload_sha256"]:
                raise Fault("entry", seq=seq)
        previous = entry["hash"]
    if not journal["entries"]:
        raise Fault("entry", seq=1)
    kept = {int(seq) for entry in _erasures(journal) for seq in (entry["payload"] or {"kept": {}})["kept"]}
    if not any(entry["payload"] is None for entry in _erasures(journal)):
        for seq in {*erased} - kept:
            raise Fault("entry", seq=seq)
    findings.add("good", "chain", count=len(journal["entries"]))


def _erasures(journal: Any) -> list[Any]:
    return [entry for entry in journal["entries"] if entry["kind"] == "erasure"]


def _payloads(journal: Any) -> list[tuple[str, Any]]:
    """Every payload that is there, and what erasures kept of those that are not, each with the kind of its entry."""
    kinds = {entry["seq"]: entry["kind"] for entry in journal["entries"]}
    found = [(entry["kind"], entry["payload"]) for entry in journal["entries"] if entry["payload"] is not None]
    for entry in _erasures(journal):
        if entry["payload"] is not None:
            found += [(kinds[int(seq)], kept) for seq, kept in entry["payload"]["kept"].items()]
    return found


def check_versions(bundle: Bundle, case: Any, journal: Any, events: list[Any], findings: Findings) -> None:
    """The files of each version give the digest by which the journal names it. Raises `Fault`."""
    told = {event["subject"] for event in events if event["kind"] == "version"}
    named = {payload["version"] for kind, payload in _payloads(journal) if kind in ("start", "migrate")}
    folders = {version["folder"]: version["digest"] for version in case["versions"]}
    files = bundle.below("versions")
    for name in files:
        if name.partition("/")[0] not in folders:
            raise Fault("extra", name="versions/" + name)
    for folder, digest in folders.items():
        own = sorted((name.partition("/")[2], sha) for name, sha in files.items() if name.startswith(folder + "/"))
        if sealed([list(each) for each in own]) != digest or digest not in named | told:
            raise Fault("version", digest=digest)
    for digest in named - set(folders.values()):
        raise Fault("version", digest=digest)
    findings.add("good", "versions", count=len(folders))


def check_attachments(bundle: Bundle, journal: Any, findings: Findings) -> None:
    """Each file that the journal names is there with its size and SHA-256, and no other. Raises `Fault`."""
    there = {name.partition(".")[0]: name for name in bundle.below("attachments")}
    named = {}
    for entry in journal["entries"]:
        for file in _files(entry["payload"]):
            named[file["sha256"]] = file
    for digest, name in there.items():
        if digest not in named:
            raise Fault("extra", name="attachments/" + name)
    for digest, file in named.items():
        if digest not in there:
            raise Fault("attachment", name=file["name"])
        if bundle.listed["attachments/" + there[digest]] != [file["size"], digest]:
            raise Fault("attachment", name=file["name"])
    findings.add("good", "attachments", count=len(there))


def _files(value: Any) -> Iterator[Any]:
    """The descriptions of files in a payload."""
    return (each for each in _within(value) if isinstance(each, dict) and each.keys() == FILE)


def _within(value: Any) -> Iterator[Any]:
    """A value, and every value in it."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        yield each
        if isinstance(each, dict):
            waiting.extend(each.values())
        elif isinstance(each, list):
            waiting.extend(each)


def check_events(events: list[Any], findings: Findings) -> None:
    """Each event of the record is as it was sealed. Raises `Fault`."""
    for event in events:
        names = ("id", "at", "actor", "kind", "province", "subject", "facts")
        if sealed([event[name] for name in names]) != event["hash"]:
            raise Fault("event", id=event["id"])
    findings.add("good", "events", count=len(events))


def check_revisions(bundle: Bundle, case: Any, journal: Any, events: list[Any], findings: Findings) -> None:
    """The revisions of calendar and organisation that entries name have the digests of their events. Raises `Fault`."""
    count, unbound = 0, []
    for folder, kind, ending in (("calendars", "calendar", ".json"), ("organisations", "organisation", ".toml")):
        told = {event["subject"]: event["facts"]["content"] for event in events if event["kind"] == kind}
        named = {payload[kind] for _, payload in _payloads(journal) if payload.get(kind)}
        files = bundle.below(folder)
        for number in sorted(named):
            if str(number) + ending not in files:
                raise Fault("revision", name=f"{folder}/{number}")
        for name, digest in sorted(files.items()):
            subject = f"{case['province']}/{name[: -len(ending)]}"
            if subject not in told:
                unbound.append(f"{folder}/{name}")
            elif told[subject] != digest:
                raise Fault("revision", name=f"{folder}/{name}")
            count += 1
    findings.add("good", "revisions", count=count)
    if unbound:
        findings.add("open", "uncovered", names=", ".join(unbound))
