"""Time stamps of a text by an authority (RFC 3161)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from runner.errors import Refused

LONGEST_FAULT: Final = 500
"""Characters that are kept of what is wrong."""


class AuthorityInvalid(Refused):
    """Tệp chứng thư của bên cấp dấu thời gian không đọc được: {reason}."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What an authority answered: the moment that it states, None with `fault`, what is wrong with the answer."""

    at: datetime | None
    fault: str = ""


def asked(text: str) -> bytes:
    """The request for a time stamp of `text`, in DER; it names no nonce, so that the answer is all that is kept."""
    builder = TimestampRequestBuilder().data(text.encode()).hash_algorithm(HashAlgorithm.SHA256)
    request = builder.nonce(nonce=False).cert_request(cert_request=True).build()
    made: bytes = request.as_bytes()
    return made


def roots(pem: bytes) -> list[x509.Certificate]:
    """The authorities in a PEM file that are trusted to certify. Raises `AuthorityInvalid`."""
    try:
        return x509.load_pem_x509_certificates(pem)
    except ValueError as error:
        raise AuthorityInvalid(reason=error) from error


def checked(text: str, response: bytes, trusted: Sequence[x509.Certificate]) -> Stamp:
    """What an answer (DER) says of `text`. Nothing that an authority sends raises: what is wrong with it is told."""
    try:
        read = decode_timestamp_response(response)
    except Exception as error:  # the parser raises its own kinds for every way in which bytes are no answer
        return Stamp(None, f"unreadable: {error}"[:LONGEST_FAULT])
    try:
        if not trusted:
            return Stamp(None, "no authority is trusted")
        VerifierBuilder(roots=list(trusted)).build().verify_message(read, text.encode())
        return Stamp(read.tst_info.gen_time.astimezone(UTC))
    except VerificationError as error:
        return Stamp(None, f"not verified: {error}"[:LONGEST_FAULT])
    except Exception as error:  # e.g. an answer without a token, which has none of what is asked for
        return Stamp(None, f"refused: {type(error).__name__}: {'; '.join(_said(read))}"[:LONGEST_FAULT])


def _said(read: object) -> list[str]:
    """What the authority says of why it refused."""
    found = getattr(read, "status_string", [])
    return [str(each) for each in found]
