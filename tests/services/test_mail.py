"""Mail over SMTP, with a real server: TLS where it is offered, its certificate verified, no password without it."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from trustme import CA

from runner.config import Settings
from runner.services.mail import LoginInClear, SmtpMail
from runner.services.outbox import BACKOFF, Outbox
from tests.services.office import Office

LOGIN = "motcua:p%40ss%20word@"
PASSWORD = "p@ss word"  # noqa: S105


class Post:
    """What a mail server got: the passwords, and each message's subject with whether it came by TLS."""

    def __init__(self) -> None:
        self.passwords: list[str] = []
        self.messages: list[tuple[str, bool]] = []
        self.port = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert server.transport is not None
        self.messages.append((message["Subject"], server.transport.get_extra_info("ssl_object") is not None))
        return "250 OK"

    def login(self, server: SMTP, session: Session, envelope: Envelope, kind: str, given: LoginPassword) -> AuthResult:
        self.passwords.append(given.password.decode())
        return AuthResult(success=self.passwords[-1] == PASSWORD)


@contextmanager
def serving(starttls: ssl.SSLContext | None = None, tls: ssl.SSLContext | None = None) -> Iterator[Post]:
    """A mail server that offers a login even in clear: with STARTTLS, with TLS from the start, or with neither."""
    post, loop = Post(), asyncio.new_event_loop()

    def protocol() -> SMTP:
        return SMTP(post, tls_context=starttls, authenticator=post.login, auth_require_tls=False, loop=loop)

    async def close() -> None:
        server.close()
        await server.wait_closed()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    server = loop.run_until_complete(loop.create_server(protocol, "127.0.0.1", 0, ssl=tls))
    post.port = server.sockets[0].getsockname()[1]
    thread = Thread(target=loop.run_forever)
    thread.start()
    try:
        yield post
    finally:
        asyncio.run_coroutine_threadsafe(close(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


class Authority:
    """An office's own authority: its PEM file, and servers' certificates."""

    def __init__(self, folder: Path) -> None:
        self.authority = CA()
        self.file = str(folder / "ca.pem")
        self.authority.cert_pem.write_to_path(self.file)

    def server(self, host: str = "localhost") -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.authority.issue_cert(host).configure_cert(context)
        return context


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def mail(post: Post, ca: str = "", *, scheme: str = "smtp", login: str = LOGIN, query: str = "") -> SmtpMail:
    return SmtpMail(f"{scheme}://{login}localhost:{post.port}{query}", ca)


def send(mail: SmtpMail) -> None:
    mail.send("1/late", ["lan@mau.vn"], "Quá hạn", "Nội dung")


def test_starttls_is_taken_where_it_is_offered_before_the_login(authority: Authority) -> None:
    with serving(starttls=authority.server()) as post:
        send(mail(post, authority.file))
    assert (post.passwords, post.messages) == ([PASSWORD], [("Quá hạn", True)])


def test_starttls_is_taken_without_a_login_too(authority: Authority) -> None:
    with serving(starttls=authority.server()) as post:
        send(mail(post, authority.file, login=""))
    assert (post.passwords, post.messages) == ([], [("Quá hạn", True)])


def test_smtps_is_tls_from_the_start(authority: Authority) -> None:
    with serving(tls=authority.server()) as post:
        send(mail(post, authority.file, scheme="smtps"))
    assert (post.passwords, post.messages) == ([PASSWORD], [("Quá hạn", True)])


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
@pytest.mark.parametrize(
    ("host", "own", "reason"),
    [("localhost", False, "issuer certificate"), ("mail.example.vn", True, "Hostname mismatch")],
)
def test_a_certificate_that_is_not_verified_is_refused_before_the_login(
    authority: Authority, scheme: str, host: str, own: bool, reason: str
) -> None:
    context = authority.server(host)
    given: dict[str, Any] = {"tls": context} if scheme == "smtps" else {"starttls": context}
    with serving(**given) as post, pytest.raises(ssl.SSLCertVerificationError, match=reason):
        send(mail(post, authority.file if own else "", scheme=scheme))
    assert (post.passwords, post.messages) == ([], [])


def test_a_password_is_not_sent_in_clear(authority: Authority) -> None:
    with serving() as post, pytest.raises(LoginInClear, match="localhost không được mã hóa"):
        send(mail(post))
    with serving(starttls=authority.server()) as other, pytest.raises(LoginInClear):
        send(mail(other, authority.file, query="?tls=off"))
    assert (post.passwords, post.messages, other.passwords, other.messages) == ([], [], [], [])


def test_a_server_inside_that_needs_no_login_goes_without_tls(authority: Authority) -> None:
    with serving() as post:
        send(mail(post, login=""))
    with serving(starttls=authority.server("mail.example.vn")) as other:
        send(mail(other, login="", query="?from=motcua@mau.vn&tls=off"))
    assert (post.messages, other.messages) == ([("Quá hạn", False)], [("Quá hạn", False)])


def test_a_message_waits_in_the_outbox_until_its_server_has_tls(office: Office, authority: Authority) -> None:
    office.wait().deliver_message()
    with serving() as post:
        assert Outbox(office.runner.transactions, mail(post, authority.file)).deliver(office.now) == 0
    assert (post.passwords, post.messages) == ([], [])
    with serving(starttls=authority.server()) as post:
        url = f"smtp://{LOGIN}localhost:{post.port}"
        office.runner.settings = Settings.read({"MOTCUA_MAIL": url, "MOTCUA_MAIL_CA": authority.file})
        assert [office.runner.outbox.deliver(office.now + wait) for wait in (timedelta(), BACKOFF)] == [0, 1]
    assert post.messages == [(f"Hồ sơ #{office.case}: Báo lãnh đạo", True)]
