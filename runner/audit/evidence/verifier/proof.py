"""What signed heads prove of a bundle: signatures, one record behind all heads, every entry and event in it."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from runner.audit.evidence.verifier.contents import Bundle
from runner.audit.evidence.verifier.head import (
    LOG_KEY,
    LONGEST_NOTE,
    WITNESS_KEY,
    Key,
    SignedHead,
    in_vietnam,
    read_head,
)
from runner.audit.evidence.verifier.text import canonical
from runner.audit.evidence.verifier.tree import continues, leaf_hash, root_by_inclusion
from runner.audit.evidence.verifier.words import Fault, Findings

MOST_HEADS = 1000
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)  # noqa: UP017 - the word that Python 3.8 knows


def read_heads(bundle: Bundle) -> list[SignedHead]:
    """The bundle's heads, the smallest first. Raises `Fault`."""
    found, names = [], bundle.below("heads")
    if len(names) > MOST_HEADS:
        raise Fault("many")
    for name in names:
        head = read_head("heads/" + name, bundle.read("heads/" + name, LONGEST_NOTE))
        if name != f"{head.size}.txt":
            raise Fault("head", size=head.size)
        found.append(head)
    stamped = bundle.below("timestamps")
    for head in found:
        name = f"{head.size}.txt"
        if name in stamped and bundle.read("timestamps/" + name, LONGEST_NOTE) != head.text:
            raise Fault("head", size=head.size)
    return sorted(found, key=lambda head: head.size)


def check_signatures(heads: list[SignedHead], keys: list[Key], findings: Findings) -> None:
    """Each head is signed by a key of the log; who witnessed it is told. Raises `Fault`."""
    keys = list(dict.fromkeys(keys))
    for head in heads:
        signers = [key for key in keys if key.type == LOG_KEY and head.signed_by(key)]
        if not signers or head.origin != heads[0].origin:
            raise Fault("unsigned", size=head.size)
        findings.add("good", "signed", size=head.size, name=signers[0].name, at=head.at)
        for key in keys:
            seconds = head.witnessed_by(key) if key.type == WITNESS_KEY else None
            if seconds is not None:
                findings.add(
                    "good",
                    "cosigned",
                    size=head.size,
                    name=key.name,
                    at=in_vietnam(EPOCH + timedelta(seconds=min(seconds, 2**35))),
                )


def check_heads(heads: list[SignedHead], record: Any, findings: Findings) -> None:
    """Each head continues the one before it. Raises `Fault`."""
    paths = {
        (each["old"], each["new"]): [bytes.fromhex(hash) for hash in each["path"]] for each in record["consistency"]
    }
    for old, new in [(heads[place], heads[place + 1]) for place in range(len(heads) - 1)]:
        if not continues(old.size, old.root, new.size, new.root, paths.get((old.size, new.size), [])):
            raise Fault("head", size=new.size)
    findings.add("good", "continues", count=len(heads))


def check_leaves(heads: list[SignedHead], record: Any, journal: Any, events: list[Any], findings: Findings) -> None:
    """Every entry and event is a leaf of the newest head's tree; since which head, or that none has it, is told."""
    places = {canonical(each["leaf"]): each for each in record["leaves"]}
    newest = heads[-1]
    covered: dict[int, list[list[Any]]] = {}
    uncovered: list[str] = []
    entries = [["entry", journal["case"], each["seq"], each["hash"]] for each in journal["entries"]]
    leaves = entries + [["event", each["id"], each["hash"]] for each in events]
    for other in places.keys() - set(map(canonical, leaves)):
        raise Fault("extra_leaf", name=" ".join(map(str, places[other]["leaf"][:-1])))
    for leaf in leaves:
        given, name = places.get(canonical(leaf)), " ".join(map(str, leaf[:-1]))
        if given is None:
            uncovered.append(name)
            continue
        path = [bytes.fromhex(each) for each in given["path"]]
        if root_by_inclusion(leaf_hash(canonical(leaf).encode()), given["index"], newest.size, path) != newest.root:
            raise Fault("leaf", name=name, size=newest.size)
        first = min((head for head in heads if head.size > given["index"]), key=lambda head: head.size)
        covered.setdefault(first.size, []).append(leaf)
    for head in heads:
        seqs = [leaf[2] for leaf in covered.get(head.size, []) if leaf[0] == "entry"]
        if seqs:
            findings.add("good", "covered", seqs=ranges(seqs), at=head.at, size=head.size)
    count = sum(leaf[0] == "event" for group in covered.values() for leaf in group)
    if count:
        findings.add("good", "covered_events", count=count, size=newest.size)
    if uncovered:
        findings.add("open", "uncovered", names=", ".join(uncovered))


def check_outside(heads: list[SignedHead], outside: SignedHead, keys: list[Key], own: bool, findings: Findings) -> None:
    """A head from elsewhere is the bundle's head of that size. Raises `Fault`.

    Where the keys are the bundle's `own`, it vouches for none but its own: a forger adds another.
    """
    signers = [key for key in keys if outside.signed_by(key)]
    if not signers:
        raise Fault("unsigned", size=outside.size)
    other = [head.size for head in heads if not any(head.signed_by(key) for key in signers)]
    if own and other:
        findings.add("open", "other_key", sizes=ranges(other))
    same = [head for head in heads if head.size == outside.size]
    if not same:
        findings.add("open", "open_outside", size=outside.size)
    elif (same[0].origin, same[0].root) != (outside.origin, outside.root):
        raise Fault("other_outside", size=outside.size)
    else:
        findings.add("good", "outside", size=outside.size)


def ranges(numbers: list[int]) -> str:
    """Ascending numbers in words: ``1–5, 8``."""
    found: list[list[int]] = []
    for each in sorted(numbers):
        if found and each == found[-1][1] + 1:
            found[-1][1] = each
        else:
            found.append([each, each])
    return ", ".join(str(first) if first == last else f"{first}\u2013{last}" for first, last in found)
