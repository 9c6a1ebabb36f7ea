"""Through which channel a request came, as the record keeps it: the session and the address by their digests only."""

from __future__ import annotations

import hmac
from dataclasses import replace
from hashlib import sha256
from inspect import cleandoc
from typing import Final

from flask import current_app, g, request

from runner.domain.channel import Channel, ChannelKind, Proof
from runner.domain.form import FieldFault
from runner.domain.person import Person
from runner.domain.token import Scope
from runner.errors import MotcuaError
from runner.services.accounts import Bearer, SignInFailed
from runner.web import current, login_session

WRONG: Final = "Mật khẩu không đúng."
DIGITS = 32
"""Hexadecimal digits of a digest: 16 bytes, beyond any chance that two are equal."""


def browser(person: Person | None) -> Person | None:
    """The person of this login session, acting through it."""
    if person is None:
        return None
    session = sha256(login_session.id().encode()).hexdigest()[:DIGITS]
    return replace(person, via=Channel(ChannelKind.WEB, session=session, address=_address()))


def program(bearer: Bearer) -> Person:
    """The person for whom a program acts; one whose token may sign was given the right beforehand."""
    proof = Proof.TOKEN if Scope.SIGN in bearer.scopes else ""
    return replace(bearer.person, via=Channel(ChannelKind.TOKEN, bearer.name, address=_address(), proof=proof))


def signing(password: str) -> Person:
    """The person of this request, who gives the password once more. Raises `SignInFailed`, `TooManyTries`."""
    person: Person = g.person
    current.runner().accounts.confirm(person.id, password, request.remote_addr or "", current.now())
    return replace(person, via=replace(person.via, proof=Proof.PASSWORD)) if person.via else person


def fault(error: MotcuaError, field: str) -> FieldFault:
    """What is wrong with the password, for the field in which it was typed."""
    return FieldFault(field, WRONG if isinstance(error, SignInFailed) else cleandoc(type(error).__doc__ or ""), {})


def _address() -> str:
    """The address keyed with the installation's secret: without that, nobody finds it by trying addresses."""
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(key, f"address {request.remote_addr}".encode(), sha256).hexdigest()[:DIGITS]
