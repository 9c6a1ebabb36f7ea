"""Sending e-mail: over SMTP, or into a folder where there is no mail server."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Sequence
from email.header import Header
from email.mime.text import MIMEText
from hashlib import sha256
from pathlib import Path
from typing import Protocol, cast
from urllib.parse import unquote, urlsplit

from runner.errors import MotcuaError

TIMEOUT = 20
"""Seconds to wait for a mail server."""


class LoginInClear(MotcuaError):
    """Kết nối đến máy chủ thư {host} không được mã hóa (TLS), nên không đăng nhập và không gửi mật khẩu."""


class Mail(Protocol):
    """Sends one e-mail. The same `key` gives the same Message-ID, by which receivers drop a second copy."""

    def send(self, key: str, to: Sequence[str], subject: str, text: str) -> None: ...

    def forget(self, key: str) -> None:
        """Take away what this installation keeps of the e-mail; who received it has it."""


class SpoolMail:
    """Writes each e-mail into a folder as ``.eml``, named by its key: sending it again changes nothing."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, key: str, to: Sequence[str], subject: str, text: str) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self.folder / f"{_name(key)}.eml"
        part = path.with_suffix(".part")
        part.touch(mode=0o600)  # it says who applied for what
        part.write_bytes(_email(key, "motcua@localhost", to, subject, text).as_bytes())
        part.replace(path)

    def forget(self, key: str) -> None:
        (self.folder / f"{_name(key)}.eml").unlink(missing_ok=True)


class SmtpMail:
    """Sends through a mail server, given as ``smtp://user:password@host:port?from=address`` (``smtps``: TLS at once).

    ``smtp`` changes to TLS where the server offers STARTTLS, unless the URL says ``tls=off``. A certificate is verified
    by the system's authorities, or by those in the PEM file `ca` alone. Raises `LoginInClear`.
    """

    def __init__(self, url: str, ca: str = "") -> None:
        self.url = urlsplit(url)
        query = dict(pair.split("=", 1) for pair in self.url.query.split("&") if "=" in pair)
        self.sender = unquote(query.get("from", f"motcua@{self.url.hostname}"))
        self.starttls = self.url.scheme == "smtp" and query.get("tls") != "off"
        self.ca = ca

    def send(self, key: str, to: Sequence[str], subject: str, text: str) -> None:
        host = self.url.hostname or "localhost"
        context = ssl.create_default_context(cafile=self.ca or None)
        with self._connect(host, context) as server:
            server.ehlo_or_helo_if_needed()  # until then smtplib knows of no STARTTLS
            if self.starttls and server.has_extn("starttls"):
                server.starttls(context=context)
                server.ehlo()  # what the server said in clear does not count (RFC 3207)
            if self.url.username:
                if not isinstance(server.sock, ssl.SSLSocket):
                    raise LoginInClear(host=host)
                server.login(unquote(self.url.username), unquote(self.url.password or ""))
            server.send_message(_email(key, self.sender, to, subject, text))

    def forget(self, key: str) -> None:
        """Nothing: a mail server keeps no copy for us."""

    def _connect(self, host: str, context: ssl.SSLContext) -> smtplib.SMTP:
        if self.url.scheme == "smtps":
            return smtplib.SMTP_SSL(host, self.url.port or 465, timeout=TIMEOUT, context=context)
        return smtplib.SMTP(host, self.url.port or 25, timeout=TIMEOUT)


def mail(url: str, ca: str = "") -> Mail:
    """The mail that `url` describes: ``smtp://…``, ``smtps://…`` (both with `ca`) or ``spool:FOLDER``."""
    scheme, _, rest = url.partition(":")
    return SpoolMail(Path(rest)) if scheme == "spool" else SmtpMail(url, ca)


def _email(key: str, sender: str, to: Sequence[str], subject: str, text: str) -> MIMEText:
    # Not EmailMessage: Python 3.11 loses the blanks at which it folds a long subject.
    email = MIMEText(text, "plain", "utf-8")
    email["From"], email["To"] = sender, ", ".join(to)
    # A header is one line: a line break typed into a subject must not add another header.
    email["Subject"] = cast(str, Header(" ".join(subject.split()), "utf-8"))
    email["Message-ID"] = f"<{_name(key)}@motcua>"
    return email


def _name(key: str) -> str:
    return sha256(key.encode()).hexdigest()[:32]
