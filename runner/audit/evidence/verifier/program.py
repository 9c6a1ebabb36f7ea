"""Kiểm gói chứng cứ của Một Cửa mà không cần Một Cửa. Checks an evidence bundle of Một Cửa without Một Cửa.

    python verify.py                     the unpacked bundle in whose folder this file lies
    python verify.py case.zip            a bundle, or the folder into which it was unpacked
    python verify.py case.zip --key KEY --head FILE --sha256 DIGEST --lang en

KEY is the public key of the record (``name+hash+key``, or a file that has it), FILE a signed head, DIGEST the SHA-256
of the bundle. Each of them, had from elsewhere (the inspectorate, a printed slip, the page that gave the bundle), binds
the bundle to what its maker cannot change.

Exit codes: 0 whole and proven; 1 altered; 2 whole, but not all of it is proven; 3 nothing could be checked.
It needs nothing but Python 3.8 or newer, takes the bundle for hostile, uses no network and writes no file.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import struct
import sys
from collections.abc import Sequence
from typing import Any

from runner.audit.evidence.verifier.container import Folder, Zip
from runner.audit.evidence.verifier.contents import (
    CASE,
    JOURNAL,
    KEYS,
    RECORD,
    Bundle,
    check_about,
    check_attachments,
    check_chain,
    check_events,
    check_revisions,
    check_versions,
)
from runner.audit.evidence.verifier.head import LOG_KEY, LONGEST_NOTE, Key, SignedHead, read_head, read_keys
from runner.audit.evidence.verifier.proof import (
    check_heads,
    check_leaves,
    check_outside,
    check_signatures,
    ranges,
    read_heads,
)
from runner.audit.evidence.verifier.words import UNREADABLE, Fault, Findings

BROKEN = (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, OverflowError, struct.error)
"""What a file that is JSON, but not in its form, leads to."""


class From:
    """What the one who checks has from elsewhere: public keys, a signed head, the digest of the bundle."""

    def __init__(self, keys: Sequence[Key] = (), head: SignedHead | None = None, digest: str = "") -> None:
        self.keys = list(keys)
        self.head = head
        self.digest = digest.lower().replace(" ", "")


def verify(path: str, elsewhere: From, findings: Findings) -> None:
    """Check the bundle at `path`; what was found is in `findings`. Raises `OSError` where it cannot be read."""
    try:
        if os.path.isdir(path):
            if elsewhere.digest:
                findings.add("open", "no_digest")
            _check(Bundle(Folder(path)), elsewhere, findings)
            return
        with open(path, "rb") as file:
            if elsewhere.digest:
                found = hashlib.sha256()
                for piece in iter(lambda: file.read(1024 * 1024), b""):
                    found.update(piece)
                if found.hexdigest() != elsewhere.digest:
                    raise Fault("other_digest", found=found.hexdigest())
                findings.add("good", "digest")
            _check(Bundle(Zip(file)), elsewhere, findings)
    except Fault as fault:
        findings.fault(fault)
    except BROKEN as error:
        findings.fault(Fault("unread", name=os.path.basename(path), why=type(error).__name__))


def _check(bundle: Bundle, elsewhere: From, findings: Findings) -> None:
    faults = list(bundle.faults())
    for fault in faults:
        findings.fault(fault)
    if faults:
        return
    findings.add("good", "files", count=len(bundle.listed))
    case, journal, record = (bundle.json(name) for name in (CASE, JOURNAL, RECORD))
    findings.lines.insert(0, findings.say("title", number=case["number"] or case["case"]))
    events: list[Any] = record["events"]
    check_about(case, journal, events)
    check_chain(journal, case["withheld"], case["erased"], findings)
    check_events(events, findings)
    check_versions(bundle, case, journal, events, findings)
    check_revisions(bundle, case, journal, events, findings)
    check_attachments(bundle, journal, findings)
    if case["withheld"]:
        findings.add("note", "withheld", seqs=ranges(case["withheld"]))
    if case["erased"]:
        findings.add("note", "erased", seqs=ranges(case["erased"]))
    if case["withheld_files"]:
        findings.add("note", "withheld_files", count=case["withheld_files"])
    _prove(bundle, record, journal, elsewhere, findings)
    findings.add("note", "contents", digest=bundle.contents())
    findings.add("note", "limits")


def _prove(bundle: Bundle, record: Any, journal: Any, elsewhere: From, findings: Findings) -> None:
    heads = read_heads(bundle)
    if not heads:
        findings.add("open", "no_head")
        return
    keys = elsewhere.keys or list(read_keys(KEYS, bundle.read(KEYS, LONGEST_NOTE).decode()))
    check_signatures(heads, keys, findings)
    check_heads(heads, record, findings)
    check_leaves(heads, record, journal, record["events"], findings)
    if elsewhere.head:
        check_outside(heads, elsewhere.head, keys, not elsewhere.keys, findings)
    if not elsewhere.keys:
        own = [bundle.read(KEYS, LONGEST_NOTE).decode().split("\n")[0] for key in keys if key.type == LOG_KEY]
        findings.add("note", "own_key", public=own[0] if own else "")


def main(arguments: Sequence[str]) -> int:
    """The program: prints what it finds, gives the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundle", nargs="?", default=os.path.dirname(os.path.abspath(__file__)))
    parser.add_argument("--key", action="append", default=[], help="name+hash+key | file")
    parser.add_argument("--head", help="file")
    parser.add_argument("--sha256", default="", help="sha256")
    parser.add_argument("--lang", choices=("vi", "en"), default="vi")
    try:
        given = parser.parse_args(arguments)
    except SystemExit as end:  # its own code for what it does not understand is one of ours
        return UNREADABLE if end.code else 0
    findings = Findings(given.lang)
    try:
        keys = [key for text in given.key for key in read_keys("--key", given_text(text))]
        head = read_head("--head", given_text(given.head).encode()) if given.head else None
        verify(given.bundle, From(keys, head, given.sha256), findings)
    except Fault as fault:
        return _unreadable(findings, findings.say(fault.key, **fault.facts))
    except (OSError, MemoryError) as error:
        return _unreadable(findings, error)
    print("\n".join([*findings.lines, findings.say(f"result{findings.code}")]))
    return findings.code


def given_text(given: str) -> str:
    """What a file says, or what was given where no file has that name."""
    if not os.path.isfile(given):
        return given
    with open(given, "rb") as file:
        return file.read(LONGEST_NOTE).decode("utf-8", "replace")


def _unreadable(findings: Findings, why: object) -> int:
    print(findings.say("result3", why=why))
    return UNREADABLE


if __name__ == "__main__":
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    sys.exit(main(sys.argv[1:]))
