"""The channel of an entry in plain words: a page, a program with its token, the command line, the worker."""

from __future__ import annotations

from collections.abc import Iterator

from runner.domain.channel import Channel, ChannelKind, Proof
from runner.language import say

SHOWN = 8
"""Digits of a digest that people compare."""

KINDS = {
    ChannelKind.WEB: "trình duyệt",
    ChannelKind.TOKEN: "mã truy cập “{token}”",
    ChannelKind.CLI: "dòng lệnh, tài khoản máy “{machine}”",
    ChannelKind.WORKER: "bộ phận chạy nền",
}
PROOFS = {Proof.PASSWORD: "đã nhập lại mật khẩu", Proof.TOKEN: "mã truy cập có quyền ký"}


def words(via: Channel | None) -> str:
    """Through what somebody acted, and how they were asked again; "" where an entry says no channel."""
    return ", ".join(_words(via)) if via else ""


def digests(via: Channel | None) -> str:
    """The first digits of the digests by which sessions and addresses are compared; "" without any."""
    if via is None:
        return ""
    session, address = via.session[:SHOWN], via.address[:SHOWN]
    named = (say("phiên {digest}", digest=session), session), (say("địa chỉ {digest}", digest=address), address)
    return ", ".join(said for said, digest in named if digest)


def _words(via: Channel) -> Iterator[str]:
    yield say(KINDS[ChannelKind(via.kind)], token=via.token, machine=via.machine) if via.kind in KINDS else via.kind
    if via.kind == ChannelKind.CLI and via.token:
        yield say(KINDS[ChannelKind.TOKEN], token=via.token)
    if via.proof in PROOFS:
        yield say(PROOFS[Proof(via.proof)])
