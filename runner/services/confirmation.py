"""Signing and approving: who does it through a page or a program is asked once more, and the record says how."""

from __future__ import annotations

from runner.domain.channel import ChannelKind
from runner.domain.person import LaneKind, Person
from runner.domain.procedure import Province
from runner.errors import Refused


class PasswordNeeded(Refused):
    """Ký duyệt cần nhập lại mật khẩu."""


class SignScopeMissing(Refused):
    """Việc này là ký duyệt: mã truy cập “{token}” cần có quyền “sign”."""


def signs(place: Province, lane: str) -> bool:
    """Whether who completes a task of this lane signs or approves by it: the director does."""
    return place.kinds.get(lane) == LaneKind.DIRECTOR


def expect_to_sign(person: Person, place: Province, lane: str) -> None:
    """Raises as `expect_proof` does where completing a task of this lane is a signature."""
    if signs(place, lane):
        expect_proof(person)


def expect_proof(person: Person) -> None:
    """Raises `PasswordNeeded` or `SignScopeMissing` unless the person was asked again for what they do now.

    Whoever comes by the command line was asked when it began, and the worker signs nothing.
    """
    via = person.via
    if via is None or via.proof:
        return
    if via.token:
        raise SignScopeMissing(token=via.token)
    if via.kind == ChannelKind.WEB:
        raise PasswordNeeded
