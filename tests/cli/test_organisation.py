"""``motcua organisation``: an edit is shown, and stored with ``--apply``; the file comes out as it is in force."""

from __future__ import annotations

from runner.domain.procedure import read_province
from tests.cli.conftest import Terminal

KEEPER = ("--as", "administrator@ben-tre")
APPLY = (*KEEPER, "--apply", "--reason", "Quyết định 5")
LANE = ("organisation", "lane", "ben-tre", "commune", "--label", "Công chức xã", "--kind", "other", "--agency", "xa")


def test_an_agency_and_its_lane_are_declared_shown_and_given_to_an_account(office: Terminal) -> None:
    agency = ("organisation", "agency", "ben-tre", "xa", "--name", "UBND xã")
    shown = office.json(*agency, *KEEPER)
    assert (shown["changes"], shown["applied"]) == (["Cơ quan “xa”, tên: (không) → “UBND xã”"], False)
    assert "Mới là xem trước" in office(*agency, *KEEPER).stdout
    assert "lanes.commune.agency" in office(*LANE, *KEEPER, code=3).stderr
    assert "nay là bản 2" in office(*agency, *APPLY).stdout
    assert "Hãy nêu lý do" in office(*LANE, *KEEPER, "--apply", code=3).stderr
    office(*LANE, *APPLY)
    assert "Công chức xã" in office("organisation", "show", "ben-tre").stdout
    newest, *_, first = office.json("organisation", "revisions", "ben-tre")
    assert (newest["revision"], newest["by"], newest["reason"]) == (3, KEEPER[1], "Quyết định 5")
    assert (first["revision"], first["changes"]) == (1, [])
    place = read_province(office("organisation", "export", "ben-tre").stdout.encode())
    assert place.place("commune") == ("xa", "") and place.office("xa").name == "UBND xã"
    for lane in ("ben-tre/commune", "ben-tre/auditor@xa", "ben-tre/auditor@own"):
        office("person", "add", "an", "--name", "An", "--lane", lane)
    assert (
        "ben-tre/auditor@nowhere"
        in office("person", "add", "an", "--name", "An", "--lane", "ben-tre/auditor@nowhere", code=3).stderr
    )


def test_an_empty_text_takes_a_key_away_and_what_is_not_given_stays(office: Terminal) -> None:
    office("organisation", "lane", "ben-tre", "specialist", "--reported-by", "one_stop_clerk", *APPLY)
    [change] = office.json("organisation", "lane", "ben-tre", "specialist", "--reported-by", "", *KEEPER)["changes"]
    assert change == "Vai trò “specialist”, người ghi nhận thay: “one_stop_clerk” → (không)"
