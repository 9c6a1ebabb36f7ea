"""What a decision fixes for one procedure.

The dataclasses are the schema of the TOML files: a table holds exactly their keys, each of its type; only a key with a
default may be left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, Literal

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
from runner.domain.toml.types import Count, Some, Text

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
    agency: Text = ""
    """Cơ quan có thủ tục: id trong bảng agencies của province.toml; bỏ là cơ quan chung của tỉnh."""
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
