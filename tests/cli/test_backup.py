"""``motcua backup``, ``restore`` and ``drill``, as an operator types them."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

from tests.cli.conftest import Terminal

CLERK = "one_stop_clerk@ben-tre"


def elsewhere(office: Terminal) -> Terminal:
    """A terminal of the same machine, on an empty database."""
    other = Terminal(f"sqlite:///{office.folder / 'new' / 'motcua.db'}", office.folder / "new")
    other.clock = office.clock
    return other


def test_a_backup_is_restored_elsewhere_and_says_at_each_step_what_is_and_what_is_to_be_done(office: Terminal) -> None:
    office("start", "ben-tre/39", "--as", CLERK)
    office("tick")
    said = office("backup", "backups").stdout.splitlines()
    [folder] = (office.folder / "backups").iterdir()
    assert said[0] == f"Đã sao lưu vào backups/{folder.name}."
    assert said[1].startswith("1 hồ sơ, 1 mục nhật ký, 0 tệp đính kèm, sổ kiểm chứng ")
    assert said[3] == "Bản khôi phục thử khớp với nhật ký."
    assert "Bản sao lưu gần nhất: 08:00 ngày 26/09/2022." in office("doctor", code=1).stdout
    office("start", "ben-tre/39", "--as", CLERK)

    new, digest = elsewhere(office), sha256((folder / "manifest.json").read_bytes()).hexdigest()
    assert said[4] == f"Bản kê có SHA-256 {digest}; hãy ghi lại ở nơi khác."
    other = new("restore", folder, "--reason", "thử", "--manifest", "ab" * 32, code=3)
    assert f"Bản kê có SHA-256 {digest}, không phải" in other.stderr
    assert "Hãy nêu lý do" in new("restore", folder, "--reason", " ", code=3).stderr
    assert not (office.folder / "new" / "motcua.db").exists()
    said = new("restore", folder, "--reason", "Ổ đĩa hỏng", "--manifest", digest).stdout.splitlines()
    assert "bản sao lưu lúc 08:00 ngày 26/09/2022" in said[0]
    assert "mã hồ sơ tiếp theo từ #101000, số hồ sơ hôm nay từ 1101" in said[1]
    assert "0 thông báo bị giữ" in said[2]
    assert "không trống" in new("restore", folder, "--reason", "Ổ đĩa hỏng", code=5).stderr
    assert new.json("outbox")["held"] is True
    assert new.json("start", "ben-tre/39", "--as", CLERK)["case"] > 100_000
    assert new.json("replay", "--all")["found"] == 0
    assert new.json("outbox", "release", "--reason", "Đã xem") == {"released": 0}


def test_the_backup_of_an_office_answers_programs(office: Terminal) -> None:
    facts = office.json("backup", "backups", "--quick")
    told = json.loads((office.folder / facts["folder"] / "manifest.json").read_text())
    assert told["format"] == 1
    assert {name: told[name] for name in ("kind", "files", "rows")} == {
        name: facts[name] for name in ("kind", "files", "rows")
    }
    assert facts["checked"]["seed"] is not None


def test_a_drill_tells_how_long_it_took_and_leaves_nothing(office: Terminal) -> None:
    office("start", "ben-tre/39", "--as", CLERK)
    done = office.json("drill", "drills")
    assert (done["findings"], done["held"], done["checked"]["cases"]) == ([], 0, 1)
    assert 0 < done["seconds"] < 600
    assert "Cả lần diễn tập mất" in office("drill", "drills").stdout
    assert [*(office.folder / "drills").iterdir()] == []


def test_what_is_no_backup_is_not_restored(office: Terminal) -> None:
    new = elsewhere(office)
    assert "không có bản sao lưu" in new("restore", office.folder, "--reason", "thử", code=4).stderr
    assert not Path(new.url.removeprefix("sqlite:///")).exists()
