"""What a decision fixes for one procedure, and how its province works.

The dataclasses are the schema of the TOML files: a table holds exactly their keys, each of its type; only a key with a
default may be left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Final, Literal

from runner.domain.person import LANES
from runner.domain.procedure.tables import (
    Apology,
    Branch,
    Decision,
    Discrepancy,
    DossierItem,
    Fee,
    FormTitle,
    Group,
    LegalTerm,
    Record,
    Results,
    Retention,
    Stated,
    Step,
    TaskText,
    Time,
)
from runner.domain.toml.types import FROZEN, GUARDED, ClockTime, Count, Some, Text, Year, one_of
from runner.domain.working_day import Day, Hours

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

_STRICT: Final[Mapping[str, Any]] = {"extra": "forbid"}


@dataclass(frozen=True, slots=True)
class Procedure:
    """The facts of one procedure."""

    __pydantic_config__: ClassVar = _STRICT

    code: Text
    """Mã thủ tục: <tỉnh>/<mã trong quyết định>, như tên tệp."""
    title: Text
    """Tên thủ tục."""
    title_en: Text
    """Tên thủ tục bằng tiếng Anh, do người soạn đặt."""
    kind: Text
    """Loại thủ tục, để thống kê: licence_issue, confirmation_issue, …"""
    form_set: Text
    """Bộ mẫu giấy tờ in cho người nộp, như tt01-2018."""
    channels: tuple[Text, ...]
    """Cách thức nộp hồ sơ, mỗi dòng một mục."""
    conditions: tuple[Text, ...]
    """Yêu cầu, điều kiện, mỗi dòng một mục."""
    applicants: str
    """Đối tượng thực hiện thủ tục."""
    authority: str
    """Cơ quan giải quyết."""
    received_at: str
    """Nơi tiếp nhận hồ sơ và trả kết quả."""
    notes: tuple[Text, ...]
    """Lưu ý của quyết định, mỗi dòng một mục."""
    silent: tuple[Text, ...]
    """Những khóa để trống vì quyết định không nói đến, như fees, time.counted_from."""
    decision: Decision
    """Quyết định phê duyệt quy trình."""
    time: Time
    """Thời hạn giải quyết."""
    apology: Apology
    """Phiếu xin lỗi và hẹn lại ngày trả kết quả."""
    steps: Some[Step]
    """Các bước của quy trình, theo thứ tự của quyết định."""
    change: Literal["", "new", "amended"] = ""
    """Thủ tục ban hành mới (new) hay được sửa đổi, bổ sung (amended)."""
    returned_at: tuple[Text, ...] = ()
    """Nơi trả kết quả, mỗi dòng một nơi, theo thứ tự của quyết định."""
    fees_text: Text = ""
    """Lời của quyết định về phí, lệ phí khi quyết định không ghi mức."""
    dossier_sets: Count | None = None
    """Số bộ hồ sơ phải nộp."""
    results: Results | None = None
    """Tên các kết quả."""
    retention: Retention | None = None
    """Lưu hồ sơ."""
    none: tuple[Stated, ...] = ()
    """Những mục mà quyết định nói rõ là không có."""
    agencies: tuple[Text, ...] = ()
    """Cơ quan thực hiện, quyết định, được ủy quyền, phối hợp, mỗi dòng một mục."""
    bases: tuple[Text, ...] = ()
    """Căn cứ pháp lý của thủ tục, mỗi dòng một văn bản."""
    branches: tuple[Branch, ...] = ()
    """Các câu hỏi rẽ nhánh của quy trình."""
    groups: tuple[Group, ...] = ()
    """Các nhóm thành phần hồ sơ để chọn một."""
    dossier: tuple[DossierItem, ...] = ()
    """Thành phần hồ sơ."""
    fees: tuple[Fee, ...] = ()
    """Phí, lệ phí theo trường hợp."""
    forms: tuple[FormTitle, ...] = ()
    """Các biểu mẫu giấy của quy trình."""
    records: tuple[Record, ...] = ()
    """Thành phần hồ sơ lưu."""
    discrepancies: tuple[Discrepancy, ...] = ()
    """Những chỗ quyết định không khớp với chính nó."""
    clock: LegalTerm | None = None
    """Bắt đầu và thôi tính thời hạn ở bước nào; có bảng này thì sơ đồ được đối chiếu với quyết định."""
    task_texts: tuple[TaskText, ...] = field(default=(), metadata={"alias": "works"})
    """Mỗi việc của sơ đồ một mục: bước, vai trò, biểu mẫu và lời quyết định mà việc thực hiện."""

    def none_text(self, name: str) -> str:
        """The words in which the decision says that there is none of `name`; "" where it has some, or is silent."""
        return next((stated.text for stated in self.none if stated.name == name), "")


@dataclass(frozen=True, slots=True)
class Province:
    """How a province works: names, the labels of its lanes, its office hours and days."""

    __pydantic_config__: ClassVar = _STRICT

    code: Text
    """Mã tỉnh, như tên thư mục."""
    name: Text
    """Tên tỉnh."""
    agency: Text
    """Tên cơ quan giải quyết."""
    division: Text
    """Tên phòng chuyên môn."""
    centre: Text
    """Tên trung tâm phục vụ hành chính công."""
    case_number: Text
    """Phần của cơ quan trong số hồ sơ, như 000.00.06.H07."""
    weekly_off: tuple[Weekday, ...]
    """Những ngày nghỉ hằng tuần."""
    years: Some[Year]
    """Những năm có sẵn ngày nghỉ lễ khi triển khai."""
    lanes: Annotated[Mapping[Annotated[str, one_of(*map(str, LANES))], Text], FROZEN]
    """Tên gọi của từng vai trò (làn) ở tỉnh."""
    hours: Some[Annotated[Hours, GUARDED]]
    """Giờ làm việc; khoảng ngày nào trùng nhau thì bảng sau thắng."""
    days: tuple[Day, ...] = ()
    """Ngày nghỉ, ngày làm bù riêng, thắng ngày nghỉ lễ có sẵn."""
    section: Text = ""
    """Tên bộ phận một cửa của cơ quan ở trung tâm."""
    intake_cutoff: ClockTime | None = None
    """Nộp sau giờ này thì tính là nhận vào ngày làm việc sau; bỏ thì nhận đến hết buổi cuối."""
    provisional_years: tuple[Year, ...] = ()
    """Những năm mà ngày nghỉ, ngày làm bù còn là dự kiến."""
