"""Settings, read once from the environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from runner.errors import Refused
from runner.language import DEFAULT, LANGUAGES

DATABASE = "sqlite:///var/motcua.db"
MAIL = "spool:var/mail"
TICK = 5


class SettingInvalid(Refused):
    """Thiết lập {name} không hợp lệ: “{value}”."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How this installation runs.

    `database` (MOTCUA_DATABASE) is ``sqlite:///…`` or ``postgresql+psycopg://…``; `mail` (MOTCUA_MAIL) is ``smtp://…``,
    ``smtps://…`` or ``spool:FOLDER``; `tick` (MOTCUA_TICK) the seconds between two sweeps of the worker; `language`
    (MOTCUA_LANG) that of the command line.
    """

    database: str = DATABASE
    mail: str = MAIL
    tick: int = TICK
    language: str = DEFAULT

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Settings:
        """The settings in `environment`. Raises `SettingInvalid` naming the one at fault."""
        database = environment.get("MOTCUA_DATABASE", DATABASE)
        if not database.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise SettingInvalid(name="MOTCUA_DATABASE", value=database.partition("://")[0])
        mail = environment.get("MOTCUA_MAIL", MAIL)
        if not mail.startswith(("smtp://", "smtps://", "spool:")):
            raise SettingInvalid(name="MOTCUA_MAIL", value=mail.partition(":")[0])
        tick = environment.get("MOTCUA_TICK", str(TICK))
        if not tick.isdecimal() or not 1 <= int(tick) <= 3600:
            raise SettingInvalid(name="MOTCUA_TICK", value=tick)
        language = environment.get("MOTCUA_LANG", DEFAULT)
        if language not in LANGUAGES:
            raise SettingInvalid(name="MOTCUA_LANG", value=language)
        return cls(database, mail, int(tick), language)
