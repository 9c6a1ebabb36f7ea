"""Signing in: passwords, sessions of browsers, and the tokens by which other systems act for a person.

Ids of sessions and tokens are random; the database has only their SHA-256, so its readers cannot use them.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING
from unicodedata import normalize

from runner.domain.person import Person
from runner.domain.token import Scope, Token, scopes
from runner.errors import Busy, Conflict, NotFound, Refused
from runner.services.people import PersonUnknown
from runner.store import account as accounts
from runner.store import login_session as login_sessions
from runner.store import registry, setting
from runner.store import sign_in as sign_ins
from runner.store import token as tokens
from runner.store.session import Database

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST, LONGEST = 12, 256
"""Characters of a password."""
TRIES, WINDOW = 5, timedelta(minutes=1)
"""The most failed tries of one account from one address, and the wait after the last of them."""
IDLE, LONGEST_SESSION = timedelta(minutes=30), timedelta(hours=8)
"""A session ends after so long without a request, and after so long in any case."""
TOLD_EVERY = timedelta(hours=24)
"""How long failed tries are counted before the record tells of them."""
_SEEN_EVERY = timedelta(minutes=1)

_TOKEN = "motcua_"  # noqa: S105  # so that a scanner for leaked secrets knows one when it sees it

_DEMONSTRATION = "demo-password"


class PasswordUnfit(Refused):
    """Mật khẩu phải có từ {least} đến {most} ký tự."""


class SignInFailed(Refused):
    """Tên đăng nhập hoặc mật khẩu không đúng."""


class TooManyTries(Refused):
    """Đã thử đăng nhập quá nhiều lần; hãy đợi một phút rồi thử lại."""


class ScopeUnknown(Refused):
    """Không có quyền “{scope}”; các quyền hiện có: {scopes}."""


class TokenNamed(Refused):
    """Tên mã truy cập phải có từ 1 đến 100 ký tự."""


class TokenExists(Conflict):
    """Tài khoản {person} đã từng có mã truy cập tên “{name}”; hãy chọn tên khác."""


class TokenUnknown(NotFound):
    """Tài khoản {person} không có mã truy cập “{name}” còn hiệu lực."""


@dataclass(frozen=True, slots=True)
class Bearer:
    """The person for whom a token acts, its scopes, and the name by which the person knows it."""

    person: Person
    scopes: frozenset[str]
    name: str


class Accounts:
    """Passwords, sessions and tokens of people. Every `now` is aware."""

    def __init__(self, database: Database, hasher: PasswordHasher | None = None) -> None:
        self.database = database
        if hasher:
            self.hasher = hasher

    @cached_property
    def hasher(self) -> PasswordHasher:
        from argon2 import PasswordHasher

        return PasswordHasher()

    # -- passwords -----------------------------------------------------------------------------------------------------

    def set_password(self, person: str, password: str, now: datetime, by: Person | None = None) -> None:
        """Set a person's password and end their sessions; the record tells by whom.

        Raises `PasswordUnfit`, `PersonUnknown`.
        """
        if not SHORTEST <= len(password) <= LONGEST:
            raise PasswordUnfit(least=SHORTEST, most=LONGEST)
        hashed = self.hasher.hash(_composed(password))
        with self.database.change() as tx:
            if registry.person(tx, person) is None:
                raise PersonUnknown(person=person)
            accounts.save(tx, person, hashed, now, by)
            login_sessions.end_all(tx, person)

    def sign_in(self, person: str, password: str, address: str, now: datetime) -> str:
        """The id of a new session. Raises `SignInFailed`, `TooManyTries`."""
        self.confirm(person, password, address, now)
        return self._enter(person, now, told=True)

    def confirm(self, person: str, password: str, address: str, now: datetime) -> None:
        """Nothing, if it is the person's password. Raises `SignInFailed`, `TooManyTries`.

        Neither the answer nor its time reveals whether there is such an account.
        """
        attempt = _hashed(f"{address} {person}")
        with self.database.change() as tx:
            if not accounts.count(tx, attempt, now, WINDOW, TRIES):
                raise TooManyTries
            known = accounts.password(tx, person)
        # Outside the transaction: checking a password takes long by design, and other writers must not wait for it.
        unknown = self._unknown
        if not self._fits(known or unknown, password[: LONGEST + 1]) or known is None:
            with self.database.change() as tx:
                sign_ins.failed(tx, person if known else "", now)
            raise SignInFailed
        with self.database.change() as tx:
            accounts.forgive(tx, attempt)

    # -- sessions ------------------------------------------------------------------------------------------------------

    def enter(self, person: str, now: datetime) -> str:
        """Begin a session of a person whose identity is established; its id goes to their browser only."""
        return self._enter(person, now)

    def visitor(self, id: str, now: datetime, *, present: bool = True) -> Person | None:
        """The person of a session, with the lanes as they are now; None when it has ended or the account is closed.

        Unless `present`, it is the page that asks by itself, which does not keep the session going.
        """
        with self.database.read() as tx:
            found = login_sessions.get(tx, _hashed(id))
        if found is None:
            return None
        session, person = found
        if now - session.seen >= IDLE or now - session.created >= LONGEST_SESSION:
            return None
        if present and now - session.seen >= _SEEN_EVERY:
            # A reader waits neither for a full disk nor for other writers: the next request notes it.
            with suppress(Busy), self.database.change(patient=False) as tx:
                login_sessions.see(tx, session.sha256, now)
        return person

    def leave(self, id: str, now: datetime) -> None:
        """End a session; its id is then worthless."""
        with self.database.change() as tx:
            if found := login_sessions.get(tx, _hashed(id)):
                sign_ins.left(tx, found[1].id, now)
            login_sessions.end(tx, _hashed(id))

    # -- tokens --------------------------------------------------------------------------------------------------------

    def create_token(
        self, person: str, name: str, scopes: Collection[str], now: datetime, by: Person | None = None
    ) -> str:
        """A new token; only this call returns it. The record tells by whom it was made.

        Raises `ScopeUnknown`, `TokenNamed`, `TokenExists`, `PersonUnknown`.
        """
        for scope in scopes:
            if scope not in tuple(Scope):
                raise ScopeUnknown(scope=scope, scopes=", ".join(Scope))
        if not 1 <= len(name.strip()) <= 100:
            raise TokenNamed
        token = _TOKEN + secrets.token_urlsafe(32)
        try:
            with self.database.change() as tx:
                if registry.person(tx, person) is None:
                    raise PersonUnknown(person=person)
                tokens.save(tx, Token(_hashed(token), person, name.strip(), " ".join(sorted(set(scopes))), now), by)
        except Busy:
            raise
        except Conflict as error:
            raise TokenExists(person=person, name=name) from error
        return token

    def tokens(self, person: str) -> list[Token]:
        """Every token of a person, revoked ones included, by name."""
        with self.database.read() as tx:
            return tokens.of(tx, person)

    def revoke_token(self, person: str, name: str, now: datetime, by: Person | None = None) -> None:
        """End a token. Raises `TokenUnknown`."""
        with self.database.change() as tx:
            if not tokens.revoke(tx, person, name, now, by):
                raise TokenUnknown(person=person, name=name)

    def bearer(self, token: str) -> Bearer | None:
        """The person and scopes of a token, with the lanes as they are now; None when it is unknown or revoked."""
        with self.database.read() as tx:
            found = tokens.get(tx, _hashed(token))
            person = registry.person(tx, found.person) if found and found.revoked is None else None
        return Bearer(person, scopes(found.scopes), found.name) if found and person else None

    # -- demonstrations ------------------------------------------------------------------------------------------------

    def demonstration(self) -> str | None:
        """The password of every account of a demonstration; None where this is not one."""
        with self.database.read() as tx:
            return setting.get(tx, _DEMONSTRATION)

    def demonstrate(self, people: Collection[str], password: str, now: datetime) -> None:
        """Give these accounts one password, which the sign-in page then shows. Never in production."""
        for person in people:
            self.set_password(person, password, now)
        with self.database.change() as tx:
            setting.save(tx, _DEMONSTRATION, password)

    # -- upkeep --------------------------------------------------------------------------------------------------------

    def forget(self, now: datetime) -> None:
        """Delete expired sessions and old tries."""
        with self.database.change() as tx:
            login_sessions.forget(tx, now - IDLE, now - LONGEST_SESSION)
            accounts.forget(tx, now - WINDOW)
            sign_ins.tell_failures(tx, now - TOLD_EVERY, now)

    def _enter(self, person: str, now: datetime, *, told: bool = False) -> str:
        id = secrets.token_urlsafe(32)
        with self.database.change() as tx:
            login_sessions.save(tx, login_sessions.Row(_hashed(id), person, now, now))
            if told:
                sign_ins.succeeded(tx, person, now)
        return id

    @cached_property
    def _unknown(self) -> str:
        """The hash of a random password, to check against where there is no account."""
        return self.hasher.hash(secrets.token_urlsafe(32))

    def _fits(self, hashed: str, password: str) -> bool:
        from argon2.exceptions import VerificationError

        try:
            return self.hasher.verify(hashed, _composed(password))
        except VerificationError:
            return False


def _composed(password: str) -> str:
    """The password in Unicode's composed form: keyboards type ``ế`` as one character or as several."""
    return normalize("NFC", password)


def _hashed(secret: str) -> bytes:
    return sha256(secret.encode()).digest()
