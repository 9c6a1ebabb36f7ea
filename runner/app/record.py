"""The services of the record log."""

from __future__ import annotations

import secrets
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from runner.app.core import CoreServices

if TYPE_CHECKING:
    from runner.record.note import Verifier
    from runner.services.doctor import Doctor
    from runner.services.head_mail import HeadMail
    from runner.services.record_beginning import RecordBeginning
    from runner.services.record_key import HeadSigner
    from runner.services.record_log import RecordLog
    from runner.services.timestamps import Timestamps
    from runner.services.witnesses import Witnesses


class RecordServices(CoreServices):
    """The log, its key, and those outside who see its heads."""

    @cached_property
    def record_log(self) -> RecordLog:
        from runner.services.head_file import HeadFile
        from runner.services.record_log import RecordLog

        heads = self.settings.heads_file
        return RecordLog(self.database, self._signer(), HeadFile(heads) if heads else None)

    @cached_property
    def record_beginning(self) -> RecordBeginning:
        from runner.services.record_beginning import RecordBeginning

        return RecordBeginning(self.database)

    @cached_property
    def witnesses(self) -> Witnesses:
        from runner.record.note import Verifier
        from runner.services.witnesses import WitnessAddress, Witnesses

        known = [WitnessAddress(url, Verifier.read(key)) for url, key in self.settings.record.witnesses]
        return Witnesses(self.database, self.record_log, known, self.settings.record.needed)

    @cached_property
    def timestamps(self) -> Timestamps | None:
        from runner.services.timestamps import Timestamps

        trusted = Path(self.settings.record.authority_ca) if self.settings.record.authority_ca else None
        url = self.settings.record.authority
        return Timestamps(self.database, self.record_log, url, trusted) if url else None

    @cached_property
    def head_mail(self) -> HeadMail | None:
        from runner.services.head_mail import HeadMail
        from runner.services.mail import mail

        to = self.settings.record.mail_to
        sends = mail(self.settings.mail, self.settings.mail_ca)
        return HeadMail(self.database, self.record_log, sends, to) if to else None

    @cached_property
    def doctor(self) -> Doctor:
        from runner.services.doctor import Doctor
        from runner.services.record_doctor import RecordDoctor

        record = RecordDoctor(self.record_log, self.settings.key_file, self.witnesses, self.timestamps)
        return Doctor(self.database, record)

    def make_key(self, name: str) -> Verifier:
        """Make the key that signs heads, in the file that the settings name.

        Raises `KeyMissing` where they name none, `KeyExists`, `KeyInvalid`.
        """
        from runner.services.record_key import KeyFile, KeyMissing

        if self.settings.key_file is None:
            raise KeyMissing(path="MOTCUA_RECORD_KEY")
        return KeyFile(self.settings.key_file).make(name)

    def found_key(self) -> None:
        """Make a key where there is none, beside an SQLite database that is not in production."""
        from runner.services.record_key import KeyFile

        file = None if self.settings.production or self.settings.record.signer else self.settings.key_file
        if file and self.database.file and not KeyFile(file).exists():
            self.make_key(f"localhost/motcua-{secrets.token_hex(4)}")

    def _signer(self) -> HeadSigner | None:
        from runner.record.note import Verifier
        from runner.services.record_key import KeyFile, SigningCommand

        if self.settings.record.signer:
            return SigningCommand(self.settings.record.signer, Verifier.read(self.settings.record.public))
        file = KeyFile(path) if (path := self.settings.key_file) else None
        return file if file and file.exists() else None

    def public_keys(self) -> list[str]:
        """The public keys of the log and of its witnesses, as ``name+hash+key``: every process may read them."""
        from runner.services.record_key import public_file

        record, file = self.settings.record, self.settings.key_file
        known = [record.public] if record.public else []
        if file and not known and public_file(file).is_file():
            known.append(public_file(file).read_text(encoding="ascii").strip())
        return [*known, *(key for _, key in record.witnesses)]

    def show_head(self) -> None:
        """Have those outside who are configured see the newest head: witnesses, an authority, an inspectorate.

        They may be slow, so this is not part of a tick. Where one fails, the others see it all the same.
        """
        now = self.clock.now()
        parties = [self.witnesses.ask]
        parties += [self.timestamps.ask] if self.timestamps else []
        parties += [self.head_mail.send] if self.head_mail else []
        with ExitStack() as asked:
            for ask in reversed(parties):
                asked.callback(ask, now)
