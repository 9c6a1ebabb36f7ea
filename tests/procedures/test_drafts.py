"""What is written down of a draft and of its signature, beside what the journal says of who did it when."""

from __future__ import annotations

from tests.procedures.conftest import HandIn
from tests.procedures.dossier import Dossier

DRAFT = {"draft_number": "12/DT-BCVT", "draft_date": "2022-09-29"}
SIGNATURE = {"signed_by": "Nguyễn Văn An, Phó Giám đốc Sở", "signed_how": "digital"}


def values(dossier: Dossier) -> dict[str, object]:
    """What was filled in last."""
    given: dict[str, object] = dossier.journal[-1].body.values
    return given


def test_a_draft_has_a_number_and_a_day_and_what_is_approved_says_who_signed_how(ha_tinh: Dossier) -> None:
    ha_tinh.on("2022-09-26 08:30", "Task_B1_receive").on("2022-09-26 09:30", "Task_B2_forward")
    ha_tinh.on("2022-09-28 09:00", "Task_B3_appraise").on("2022-09-29 09:00", "Task_B3_draft_licence", **DRAFT)
    assert DRAFT.items() <= values(ha_tinh).items()
    ha_tinh.on("2022-09-30 09:00", "Task_B4_initial").on("2022-10-03 09:00", "Task_B5_approve", **SIGNATURE)
    assert SIGNATURE.items() <= values(ha_tinh).items()
    assert ha_tinh.proved()


def test_no_signature_is_asked_for_what_goes_back(hand_in: HandIn) -> None:
    dossier = hand_in("ben-tre/39", "2022-09-26 08:00")
    dossier.on("2022-09-26 09:00", "Task_1_receive").on("2022-09-26 10:00", "Task_1_forward")
    dossier.on("2022-09-29 10:00", "Task_2_process", **DRAFT)
    assert DRAFT.items() <= values(dossier).items()
    dossier.on("2022-09-30 09:00", "Task_3_submit")
    back = {"director_decision": "return", "director_opinion": "Nêu rõ phạm vi"}
    dossier.on("2022-10-03 08:00", "Task_4_approve", **back, **SIGNATURE)
    assert (values(dossier)["signed_by"], values(dossier)["signed_how"]) == (None, None)
    assert dossier.open == ["Task_2_reprocess"]
