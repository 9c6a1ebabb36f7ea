"""Settings, read once from the environment; and the content root, found from any file in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from runner.errors import Refused
from runner.language import DEFAULT, LANGUAGES

DATABASE = "sqlite:///var/motcua.db"
MAIL = "spool:var/mail"
TICK = 5
HOSTS = "localhost,127.0.0.1"
FILE_MB, CASE_MB, CASE_FILES = 20, 500, 100
SHORTEST_SECRET = 32
LOOPBACK = ("localhost", "127.0.0.1", "::1")
_SQLITE = "sqlite:///"


class SettingInvalid(Refused):
    """Thiết lập {name} không hợp lệ: “{value}”."""


class SecretMissing(Refused):
    """Khi vận hành thật phải đặt MOTCUA_SECRET: một chuỗi ngẫu nhiên có ít nhất {least} ký tự."""


@dataclass(frozen=True, slots=True)
class RecordSettings:
    """How heads of the record log are signed, kept, and shown to others.

    The key is in the file `key` (MOTCUA_RECORD_KEY), or known to the command `signer` (MOTCUA_RECORD_SIGNER) whose
    public key is `public` (MOTCUA_RECORD_PUBLIC, ``name+hash+key``). Heads are appended to the file `heads`
    (MOTCUA_HEADS). Both are ``record.key`` and ``heads.txt`` beside an SQLite database unless set otherwise.

    `witnesses` (MOTCUA_WITNESSES, ``URL KEY`` with a comma between) cosign heads; `needed` (MOTCUA_WITNESSES_NEEDED) of
    them have to, all unless set. `authority` (MOTCUA_TSA) is the URL of who stamps heads with the time, certified by
    those in the PEM file `authority_ca` (MOTCUA_TSA_CA); `mail_to` (MOTCUA_HEADS_MAIL) gets a head by e-mail each day.
    """

    key: str = ""
    signer: str = ""
    public: str = ""
    heads: str = ""
    witnesses: tuple[tuple[str, str], ...] = ()
    needed: int = 0
    authority: str = ""
    authority_ca: str = ""
    mail_to: str = ""

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Self:
        """The settings in `environment`. Raises `SettingInvalid` naming the one at fault."""
        signer, public = environment.get("MOTCUA_RECORD_SIGNER", ""), environment.get("MOTCUA_RECORD_PUBLIC", "")
        if signer and not public:
            raise SettingInvalid(name="MOTCUA_RECORD_PUBLIC", value="")
        witnesses = tuple(_witness(each) for each in _list(environment.get("MOTCUA_WITNESSES", "")))
        # A name stands for one witness, and one key under two names would count twice.
        if any(len({key.split("+", 2)[part] for _, key in witnesses}) < len(witnesses) for part in (0, -1)):
            raise SettingInvalid(name="MOTCUA_WITNESSES", value=environment["MOTCUA_WITNESSES"])
        authority, authority_ca = environment.get("MOTCUA_TSA", ""), environment.get("MOTCUA_TSA_CA", "")
        if authority and not _reachable(authority):
            raise SettingInvalid(name="MOTCUA_TSA", value=authority)
        if (authority or authority_ca) and not Path(authority_ca).is_file():
            raise SettingInvalid(name="MOTCUA_TSA_CA", value=authority_ca)
        return cls(
            environment.get("MOTCUA_RECORD_KEY", ""),
            signer,
            public,
            environment.get("MOTCUA_HEADS", ""),
            witnesses,
            _needed(environment, len(witnesses)),
            authority,
            authority_ca,
            environment.get("MOTCUA_HEADS_MAIL", ""),
        )


@dataclass(frozen=True, slots=True)
class Settings:
    """How this installation runs.

    `database` (MOTCUA_DATABASE) is ``sqlite:///…`` or ``postgresql+psycopg://…``; `mail` (MOTCUA_MAIL) is ``smtp://…``,
    ``smtps://…`` or ``spool:FOLDER``; `mail_ca` (MOTCUA_MAIL_CA) a PEM file of the authorities that its certificate is
    verified by, empty for the system's; `tick` (MOTCUA_TICK) the seconds between two sweeps of the worker; `language`
    (MOTCUA_LANG) that of the command line.

    For the web: `secrets` (MOTCUA_SECRET, a comma between) sign what browsers send back: the first signs new values,
    the others only verify older ones; `hosts` (MOTCUA_HOSTS) are the host names of the pages;
    `proxies` (MOTCUA_PROXIES) is how many reverse proxies stand before, each adding ``X-Forwarded-…``. In `production`
    (MOTCUA_PRODUCTION=1) a secret has to be given and cookies only travel by HTTPS.

    A file attached to a form has at most `file_mb` (MOTCUA_FILE_MB) times 1024² bytes, all files of a case together
    `case_mb` (MOTCUA_CASE_MB), and there are at most `case_files` (MOTCUA_CASE_FILES).

    On PostgreSQL `database_role` (MOTCUA_DATABASE_ROLE) is the role that the pages and the worker connect as: whoever
    migrates, as the owner of the tables, gives it its rights. `postgres_tools` (MOTCUA_POSTGRES_TOOLS) is the folder of
    the server's ``pg_dump``, ``pg_restore`` and ``psql``; empty: they are found on the path.

    `record` is how heads of the record log are signed and shown.
    """

    database: str = DATABASE
    mail: str = MAIL
    mail_ca: str = ""
    tick: int = TICK
    language: str = DEFAULT
    secrets: tuple[str, ...] = field(default=(), repr=False)
    hosts: tuple[str, ...] = tuple(HOSTS.split(","))
    proxies: int = 0
    production: bool = False
    file_mb: int = FILE_MB
    case_mb: int = CASE_MB
    case_files: int = CASE_FILES
    database_role: str = ""
    postgres_tools: str = ""
    record: RecordSettings = RecordSettings()

    @property
    def key_file(self) -> Path | None:
        """The file of the key that signs heads, whether it is there or not."""
        return Path(self.record.key) if self.record.key else self._beside("record.key")

    @property
    def heads_file(self) -> Path | None:
        """The append-only file of signed heads."""
        return Path(self.record.heads) if self.record.heads else self._beside("heads.txt")

    def _beside(self, name: str) -> Path | None:
        """A file in the folder of an SQLite database; a server's database has no folder here."""
        file = self.database.removeprefix(_SQLITE)
        return Path(file).with_name(name) if file != self.database and file not in ("", ":memory:") else None

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Settings:
        """The settings in `environment`. Raises `SettingInvalid` naming the one at fault."""
        database = environment.get("MOTCUA_DATABASE", DATABASE)
        if not database.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise SettingInvalid(name="MOTCUA_DATABASE", value=database.partition("://")[0])
        mail = environment.get("MOTCUA_MAIL", MAIL)
        if not mail.startswith(("smtp://", "smtps://", "spool:")):
            raise SettingInvalid(name="MOTCUA_MAIL", value=mail.partition(":")[0])
        mail_ca = environment.get("MOTCUA_MAIL_CA", "")
        if mail_ca and not Path(mail_ca).is_file():
            raise SettingInvalid(name="MOTCUA_MAIL_CA", value=mail_ca)
        tick = environment.get("MOTCUA_TICK", str(TICK))
        if not tick.isdecimal() or not 1 <= int(tick) <= 3600:
            raise SettingInvalid(name="MOTCUA_TICK", value=tick)
        language = environment.get("MOTCUA_LANG", DEFAULT)
        if language not in LANGUAGES:
            raise SettingInvalid(name="MOTCUA_LANG", value=language)
        production = environment.get("MOTCUA_PRODUCTION", "0")
        if production not in ("0", "1"):
            raise SettingInvalid(name="MOTCUA_PRODUCTION", value=production)
        secrets = _list(environment.get("MOTCUA_SECRET", ""))
        if any(len(secret) < SHORTEST_SECRET for secret in secrets) or (production == "1" and not secrets):
            raise SecretMissing(least=SHORTEST_SECRET)
        hosts = _list(environment.get("MOTCUA_HOSTS", HOSTS))
        if not hosts:
            raise SettingInvalid(name="MOTCUA_HOSTS", value="")
        proxies = environment.get("MOTCUA_PROXIES", "0")
        if proxies not in ("0", "1", "2", "3"):
            raise SettingInvalid(name="MOTCUA_PROXIES", value=proxies)
        return cls(
            database,
            mail,
            mail_ca,
            int(tick),
            language,
            secrets,
            hosts,
            int(proxies),
            production == "1",
            _whole(environment, "MOTCUA_FILE_MB", FILE_MB, 50),
            _whole(environment, "MOTCUA_CASE_MB", CASE_MB, 10_000),
            _whole(environment, "MOTCUA_CASE_FILES", CASE_FILES, 1_000),
            _role(environment.get("MOTCUA_DATABASE_ROLE", "")),
            _folder("MOTCUA_POSTGRES_TOOLS", environment.get("MOTCUA_POSTGRES_TOOLS", "")),
            RecordSettings.read(environment),
        )


def find_root(path: Path) -> Path | None:
    """The content root around a file or folder: the nearest folder above that holds ``bpmn`` and ``forms``."""
    start = path.resolve()
    for folder in (start, *start.parents):
        if (folder / "bpmn").is_dir() and (folder / "forms").is_dir():
            return folder
    return None


def _whole(environment: Mapping[str, str], name: str, otherwise: int, most: int) -> int:
    text = environment.get(name, str(otherwise))
    if not (text.isascii() and text.isdecimal()) or not 1 <= int(text) <= most:
        raise SettingInvalid(name=name, value=text)
    return int(text)


def _role(text: str) -> str:
    if text and not re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", text):
        raise SettingInvalid(name="MOTCUA_DATABASE_ROLE", value=text)
    return text


def _folder(name: str, text: str) -> str:
    if text and not Path(text).is_dir():
        raise SettingInvalid(name=name, value=text)
    return text


def _reachable(url: str) -> bool:
    """Whether a service at this address may be asked: by HTTPS, or on this machine."""
    parts = urlsplit(url)
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK))


def _witness(text: str) -> tuple[str, str]:
    url, _, key = text.partition(" ")
    if not _reachable(url) or not key.strip():
        raise SettingInvalid(name="MOTCUA_WITNESSES", value=text)
    return url, key.strip()


def _needed(environment: Mapping[str, str], known: int) -> int:
    return min(_whole(environment, "MOTCUA_WITNESSES_NEEDED", known, known), known) if known else 0


def _list(text: str) -> tuple[str, ...]:
    return tuple(part for each in text.split(",") if (part := each.strip()))
