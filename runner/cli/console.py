"""What every command is handed: the settings of this call, and the runner, opened when it is first needed."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from functools import cached_property
from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING

import runner as package
from runner.cli.operator import machine, operator
from runner.clock import Clock
from runner.config import Settings, find_root
from runner.domain.channel import Channel, ChannelKind, Proof
from runner.domain.token import Scope
from runner.errors import MotcuaError, NotFound, Refused
from runner.language import say, speaking

if TYPE_CHECKING:
    from runner.app import Runner
    from runner.audit.verification.rebuilding import Done
    from runner.domain.person import Person

_SQLITE = "sqlite:///"


class DatabaseMissing(NotFound):
    """Cơ sở dữ liệu {database} chưa được khởi tạo; hãy chạy “motcua init” trước."""


class SchemaOther(Refused):
    """Các bảng của {database} thuộc phiên bản khác của Một Cửa; hãy sao lưu rồi chạy “motcua init”. Nếu là chứng cứ chỉ cho đọc, hãy chạy trên một bản chép."""  # noqa: E501


class DriverMissing(Refused):
    """Máy này chưa cài trình điều khiển PostgreSQL; hãy cài motcua[postgres]."""


class NotIdentified(Refused):
    """Lệnh này làm thay {person} nên phải biết chắc là người đó: hãy chạy ở nơi gõ được mật khẩu, hoặc đặt mã truy cập của người đó vào biến MOTCUA_TOKEN."""  # noqa: E501


class TokenOfOther(Refused):
    """Mã truy cập trong MOTCUA_TOKEN không còn hiệu lực hoặc không phải của {person}."""


class TokenCannotWrite(Refused):
    """Mã truy cập “{token}” trong MOTCUA_TOKEN cần có quyền “write”."""


class ContentMissing(NotFound):
    """Không tìm thấy thư mục nội dung (có bpmn/ và forms/) ở thư mục này hay phía trên; hãy nêu thư mục."""


class Console:
    """One call of the command line. Whatever it opens is closed when the call ends.

    `settings` is read from the environment at first, then changed by the options of the call. `clock` is the machine's
    unless one is given.
    """

    def __init__(self, clock: Clock | None = None, environment: Mapping[str, str] = os.environ) -> None:
        self.clock = clock
        self.settings = Settings.read(environment)
        self.explicit = False
        """Whether this call names its database itself."""
        self._token = environment.get("MOTCUA_TOKEN", "")
        self._known: dict[str, Person] = {}
        self.filled: Done | None = None
        self._stack = ExitStack()

    def __enter__(self) -> Console:
        self.speak(self.settings.language)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def speak(self, language: str) -> None:
        """Answer in `language` from now on."""
        self.settings = replace(self.settings, language=language)
        self._stack.enter_context(speaking(language))

    def use(self, database: str) -> None:
        """Work on this database. Raises `SettingInvalid`."""
        self.settings = replace(self.settings, database=Settings.read({"MOTCUA_DATABASE": database}).database)
        self.explicit = True

    @property
    def url(self) -> str:
        """The database's URL as it may be shown: without user and password."""
        scheme, _, rest = self.settings.database.partition("://")
        return f"{scheme}://{rest.rpartition('@')[2]}"

    @property
    def place(self) -> str:
        """The database's file, or the URL of its server."""
        return self.url.removeprefix(_SQLITE)

    def open(self) -> Runner:
        """A runner on the database as it is, even empty. Raises `DriverMissing`."""
        from runner.app import Runner

        try:
            runner = Runner(self.settings, self.clock)
        except ModuleNotFoundError as error:
            raise DriverMissing from error
        self._stack.callback(runner.close)
        return runner

    def found(self, reason: str | None = None) -> Runner:
        """A runner on a new or old database, its tables brought to this version's. Its folder is made.

        `filled` then says what came of read tables that had to be filled from journals: see `Runner.migrate`.
        """
        if self._file:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        runner = self.open()
        self.filled = runner.migrate(reason, operator())
        return runner

    @cached_property
    def runner(self) -> Runner:
        """The runner of this call. Raises `DatabaseMissing`, and `SchemaOther` where ``motcua init`` is to be run."""
        if not self.found_as_it_is.health.ready():
            raise SchemaOther(database=self.place)
        return self.found_as_it_is

    @cached_property
    def found_as_it_is(self) -> Runner:
        """A runner on tables of whichever version, for a backup. Raises `DatabaseMissing`."""
        if self._file and not self._file.exists():
            raise DatabaseMissing(database=self.place)
        runner = self.open()
        try:
            runner.demonstration.marked()
        except MotcuaError:
            raise
        except Exception as error:  # what a database without our tables raises is only known to the store
            raise DatabaseMissing(database=self.place) from error
        return runner

    def person(self, id: str) -> Person:
        """The account with this id. Raises `PersonUnknown`."""
        return self.runner.people.get(id)

    def acting(self, id: str) -> Person:
        """The account with this id, for whom this call acts once it is known to come from that person.

        On a demonstration everybody may be anybody. Otherwise the person types the password, or their token is in
        MOTCUA_TOKEN. Raises `PersonUnknown`, `NotIdentified`, `TokenOfOther`, `TokenCannotWrite`, `SignInFailed`.
        """
        if id not in self._known:
            person = self.person(id)
            via = Channel(ChannelKind.CLI, machine=machine())
            if not self.runner.demonstration.marked():
                via = self.identified(via, id)
            self._known[id] = replace(person, via=via)
        return self._known[id]

    def identified(self, via: Channel, id: str) -> Channel:
        """The channel of this call with how the person proved to be the account `id`. Raises as `acting` does."""
        return self._by_token(via, id) if self._token else self._by_password(via, id)

    def _by_token(self, via: Channel, id: str) -> Channel:
        bearer = self.runner.accounts.bearer(self._token)
        if bearer is None or bearer.person.id != id:
            raise TokenOfOther(person=id)
        if Scope.WRITE not in bearer.scopes:
            raise TokenCannotWrite(token=bearer.name)
        return replace(via, token=bearer.name, proof=Proof.TOKEN if Scope.SIGN in bearer.scopes else "")

    def _by_password(self, via: Channel, id: str) -> Channel:
        if not interactive():
            raise NotIdentified(person=id)
        typed = getpass(f"{say('Mật khẩu của {person}', person=id)}: ")
        self.runner.accounts.confirm(id, typed, via.machine, self.runner.clock.now())
        return replace(via, proof=Proof.PASSWORD)

    @property
    def _file(self) -> Path | None:
        database = self.settings.database
        return Path(database.removeprefix(_SQLITE)) if database.startswith(_SQLITE) else None


def interactive() -> bool:
    """Whether somebody can type here."""
    return sys.stdin.isatty()


def content_root(given: Path | None = None) -> Path:
    """The content root to use: the one given, the one in the installed package, else the nearest above this folder.

    Raises `ContentMissing`.
    """
    inside = Path(package.__file__).parent / "content"
    root = find_root(given) if given else inside if (inside / "bpmn").is_dir() else find_root(Path.cwd())
    if root is None:
        raise ContentMissing
    return root
