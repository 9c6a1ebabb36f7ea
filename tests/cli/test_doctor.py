"""``motcua init`` keeps a database to its owner; ``motcua doctor`` tells who could change the past."""

from __future__ import annotations

import sqlite3
import stat
from pathlib import Path

from tests.cli.conftest import Terminal
from tests.releases.kept import in_sqlite


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_database_is_its_owners_alone(bare: Terminal) -> None:
    bare("init")
    file = bare.folder / "var" / "motcua.db"
    assert (mode(file.parent), mode(file)) == (0o700, 0o600)
    assert bare.json("init")["closed"] == []
    bare.world().runner.close()
    assert {mode(path) for path in file.parent.iterdir()} == {0o600}


def test_init_closes_what_others_could_open_and_says_so(office: Terminal) -> None:
    file = office.folder / "office.db"
    file.chmod(0o644)
    office.folder.chmod(0o755)
    assert office.json("doctor", code=1)[0]["grade"] == "mend"
    said = office("init").stdout
    assert f"{file}: người khác trên máy mở được" in said
    assert (mode(file), mode(office.folder)) == (0o600, 0o755), "the folder is not ours: somebody chose it"
    found = {finding["id"]: finding["grade"] for finding in office.json("doctor", code=1)}
    assert found == {"file": "well", "one-user": "limit", "head": "limit", "backup": "mend"}


def test_the_folder_that_this_program_makes_is_closed_too(bare: Terminal) -> None:
    bare.environment["MOTCUA_DATABASE"] = "sqlite:///var/motcua.db"
    folder = bare.folder / "var"
    folder.mkdir(mode=0o755)
    assert bare.json("init")["closed"] == ["var"]
    assert mode(folder) == 0o700


def test_a_folder_in_which_others_may_replace_the_file_is_told(office: Terminal) -> None:
    (office.folder / "office.db").chmod(0o600)
    office.folder.chmod(0o777)
    assert "Người khác trên máy ghi được vào thư mục" in office("doctor", code=1).stdout


def test_evidence_on_a_medium_that_cannot_be_written_is_replayed(office: Terminal) -> None:
    office("start", "ben-tre/39", "--as", "one_stop_clerk@ben-tre")
    file = office.folder / "office.db"
    file.chmod(0o400)
    assert office("replay", "--all").stdout == "1 hồ sơ, 1 mục nhật ký: mọi điều đã kiểm đều khớp.\n"
    assert office.json("verify")["found"] == 0
    assert office("case", 1).exit_code == 0
    assert "chỉ cho đọc" in office("doctor", code=1).stdout
    assert "chỉ cho phép đọc" in office("start", "ben-tre/39", "--as", "one_stop_clerk@ben-tre", code=5).stderr
    assert not (office.folder / "office.db-wal").exists()


def test_tables_of_an_earlier_version_are_backed_up_and_refused_with_what_is_to_be_done(bare: Terminal) -> None:
    file = bare.folder / "office.db"
    in_sqlite("0.1.0", file)
    bare.at("2027-01-04 08:00")
    bare.environment["MOTCUA_DATABASE"] = f"sqlite:///{file}"
    for words in (("replay", "--all"), ("verify",), ("doctor",), ("case", 1)):
        assert "thuộc phiên bản khác của Một Cửa" in bare(*words, code=3).stderr
    assert "63 hồ sơ" in bare("backup", "backups", "--quick").stdout
    bare("init")
    assert bare.json("replay", "--all")["found"] == 0


def test_messages_that_are_held_are_listed_told_and_released(office: Terminal) -> None:
    assert office("outbox").stdout == "Không có thông báo nào chờ gửi.\n"
    assert "không bị giữ" in office("outbox", "release", "--reason", "thử", code=3).stderr
    with sqlite3.connect(office.folder / "office.db") as connection:
        connection.execute("INSERT INTO setting VALUES ('outbox-held', 'yes')")
    connection.close()
    assert office.json("outbox") == {"held": True, "waiting": []}
    assert "bị giữ cho đến khi chạy" in office("doctor", code=1).stdout
    assert office.json("outbox", "release", "--reason", "Đã xem từng thư") == {"released": 0}
    assert office.json("outbox", "list")["held"] is False
