"""The tables of a file of facts. What a key says is written below it, for analysts: see docs/facts.md.

Strings are the words of the decision, unless a key says otherwise. A text that is a `str` may be empty: the key has to
be there although the decision may be silent.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from runner.domain.limit import Unit
from runner.domain.toml.types import Count, Date, Days, Dong, Flag, LaneId, Some, Text

Paper = Literal["receipt", "control-slip"]


@dataclass(frozen=True, slots=True)
class Decision:
    """The decision that approves the procedure."""

    number: Text
    """Số, ký hiệu của quyết định phê duyệt quy trình."""
    date: Date
    """Ngày ký quyết định."""
    title: Text
    """Trích yếu của quyết định."""
    issuer: Text
    """Cơ quan, chức danh ban hành quyết định."""
    signer: Text
    """Người ký quyết định."""
    effective: Date
    """Ngày quyết định có hiệu lực."""
    announced_by: Text = ""
    """Quyết định công bố thủ tục, nếu quyết định phê duyệt có nêu."""
    signed_as: Text = ""
    """Thẩm quyền ghi trên chữ ký, như “KT. CHỦ TỊCH, PHÓ CHỦ TỊCH”."""
    bases: tuple[Text, ...] = ()
    """Căn cứ của chính quyết định, mỗi dòng một mục; căn cứ của thủ tục ghi ở khóa bases của tệp."""
    proposals: tuple[Text, ...] = ()
    """Đề nghị, ý kiến mà quyết định dựa vào, mỗi dòng một mục."""
    amends: Text = ""
    """Quyết định đã ban hành quy trình được sửa đổi, bổ sung."""
    replaces: Text = ""
    """Văn bản bị quyết định này thay thế."""
    electronic: Text = ""
    """Lời của quyết định giao xây dựng quy trình điện tử."""


@dataclass(frozen=True, slots=True)
class Time:
    """The legal term."""

    limit_days: Days = field(metadata={"alias": "limit"})
    """Thời hạn giải quyết, bằng số ngày."""
    unit: Unit
    """Đếm ngày làm việc hay ngày theo lịch."""
    text: Text
    """Lời của quyết định về thời hạn."""
    counted_from: str
    """Lời của quyết định về lúc bắt đầu tính thời hạn."""
    listed: Text = ""
    """Thời hạn khác ghi trong danh mục kèm quyết định, nếu danh mục và quy trình không khớp nhau."""
    conflict: Text = ""
    """Chỗ thời hạn các bước và thời hạn chung không cùng giữ được trên lịch, và cách áp dụng, do người soạn ghi."""


@dataclass(frozen=True, slots=True)
class LegalTerm:
    """Where the legal term begins and ends, by steps."""

    starts_with: Text
    """Bước mà ở đó bắt đầu tính thời hạn, từ việc đầu tiên sau khi cấp mã hồ sơ."""
    stops_after: Some[Text]
    """Các bước mà khi xong thì thôi tính thời hạn; mỗi đường của sơ đồ dừng ở một bước."""
    remind_after_days: Count | None = None
    """Sau bấy nhiêu ngày (24 giờ) chưa bổ sung thì người nộp được nhắc."""


@dataclass(frozen=True, slots=True)
class Apology:
    """When a slip of apology is written and issued, before the deadline."""

    working_days_before: Count
    """Ngày cuối cùng ban hành phiếu xin lỗi là trước hạn bấy nhiêu ngày làm việc."""
    text: str
    """Lời của quyết định về phiếu xin lỗi."""
    in_decision: Flag
    """Chính quyết định yêu cầu phiếu xin lỗi (true), hay phần mềm thêm theo nghị định (false)."""
    opens_working_days_before: Count | None = None
    """Việc lập phiếu mở ra trước hạn bấy nhiêu ngày làm việc (bỏ là 2), sớm hơn ngày cuối cùng ban hành."""
    warning_only: Flag = False
    """Thời hạn ngắn quá, không kịp lập phiếu: không có việc lập phiếu, chỉ báo trước cho lãnh đạo phòng (true)."""

    @property
    def opens(self) -> int:
        """So many working days before the deadline writing the slip opens."""
        return 2 if self.opens_working_days_before is None else self.opens_working_days_before


@dataclass(frozen=True, slots=True)
class Results:
    """The names of what the applicant gets."""

    granted: Text
    """Tên kết quả khi được giải quyết."""
    refused: Text = ""
    """Tên văn bản khi bị từ chối."""


@dataclass(frozen=True, slots=True)
class Retention:
    text: Text
    """Lời của quyết định về lưu hồ sơ."""
    years: Count
    """Số năm lưu."""


@dataclass(frozen=True, slots=True)
class Duration:
    """A step's time; `days` is None where the text is no length of time."""

    text: Text
    """Lời của quyết định về thời hạn của bước."""
    days: Days | None = None
    """Thời hạn của bước bằng số ngày, cùng loại ngày với thời hạn giải quyết; bỏ khi lời không phải là thời hạn."""


@dataclass(frozen=True, slots=True)
class Step:
    """A row of the decision's table."""

    id: Text
    """Mã bước, như quyết định đánh số; sơ đồ dẫn về bước bằng mã này."""
    text: Some[Text]
    """Nội dung công việc, mỗi dòng một mục."""
    actors: Text
    """Người thực hiện, bằng lời của quyết định."""
    lanes: Some[LaneId]
    """Vai trò (làn) thực hiện bước."""
    duration: Duration
    """Thời hạn của bước."""
    title_en: Text
    """Tên bước bằng tiếng Anh, do người soạn đặt."""
    forms: Text = ""
    """Biểu mẫu, kết quả của bước, bằng lời của quyết định."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way on from a branch."""

    id: Text
    """Mã của câu trả lời, không trùng trong cùng nhánh."""
    text: str
    """Lời của quyết định về trường hợp này."""
    next: Text
    """Đi tiếp đến đâu: mã bước, mã nhánh khác, hoặc một kết thúc của sơ đồ."""
    form: Text = ""
    """Biểu mẫu đi kèm trường hợp này."""
    label: Text = ""
    """Câu trả lời, đúng như ghi trên luồng của sơ đồ."""


@dataclass(frozen=True, slots=True)
class Branch:
    id: Text
    """Mã nhánh, không trùng."""
    step: Text
    """Bước có câu hỏi này."""
    question: Text
    """Câu hỏi, đúng như tên cổng của sơ đồ."""
    question_en: Text
    """Câu hỏi bằng tiếng Anh, do người soạn đặt."""
    outcomes: Some[Outcome]
    """Các câu trả lời."""


@dataclass(frozen=True, slots=True)
class Stated:
    """What the decision expressly says there is none of. Cf. `Procedure.silent`."""

    name: Text
    """Khóa mà quyết định nói rõ là không có, như fees."""
    text: Text
    """Lời của quyết định, như “Không có”."""


@dataclass(frozen=True, slots=True)
class Group:
    """One of the alternative lists of papers: only the items of the one that applies are asked for."""

    id: Text
    """Mã nhóm, không trùng."""
    text: Text
    """Trường hợp phải nộp nhóm hồ sơ này."""


@dataclass(frozen=True, slots=True)
class DossierItem:
    """A paper of the dossier."""

    name: Text
    """Tên giấy tờ."""
    copy: Literal["original", "copy", "unknown"]
    """Bản chính, bản sao, hoặc quyết định không nói."""
    required: Flag
    """Luôn phải nộp (true), hay chỉ trong trường hợp nêu ở condition (false)."""
    condition: Text = ""
    """Trường hợp phải nộp, bằng lời của quyết định."""
    parts: tuple[Text, ...] = ()
    """Các phần của giấy tờ được đánh dấu riêng từng phần."""
    group: Text = ""
    """Nhóm hồ sơ của giấy tờ, khi có nhiều nhóm để chọn."""


@dataclass(frozen=True, slots=True)
class Fee:
    """What one fee case costs."""

    case: Text
    """Mã trường hợp tính phí, không trùng."""
    label: str
    """Tên trường hợp; rỗng khi quyết định chỉ ghi một mức."""
    amount: Dong
    """Mức phí, bằng đồng."""
    text: Text
    """Lời của quyết định về mức phí."""


@dataclass(frozen=True, slots=True)
class FormTitle:
    code: Text
    """Mã biểu mẫu, không trùng."""
    title: Text
    """Tên biểu mẫu."""
    added: Flag = False
    """Biểu mẫu quyết định không nêu, phần mềm thêm theo bộ mẫu (true)."""


@dataclass(frozen=True, slots=True)
class Record:
    """Something that is kept when the case is over."""

    text: Text
    """Thành phần hồ sơ phải lưu."""


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """Texts of the decision that disagree, and what the software does about it."""

    id: Text
    """Mã chỗ không khớp, không trùng."""
    texts: Some[Text]
    """Những lời không khớp nhau, nguyên văn."""
    governs: Text
    """Phần mềm theo lời nào, vì sao."""
    places: tuple[Text, ...] = ()
    """Nơi trích trong quyết định, mỗi lời một nơi."""
    severity: Literal["", "A", "B", "C"] = ""
    """Mức độ: A động đến thời hạn, đường đi, tiền hoặc người làm; B là tên gọi, biểu mẫu; C là lỗi chữ."""
    shown: tuple[Paper, ...] = ()
    """Giấy tờ mà ghi chú này động đến: giấy tiếp nhận (receipt), phiếu kiểm soát (control-slip); không in lên giấy."""


@dataclass(frozen=True, slots=True)
class TaskText:
    """What one task is to do: in the decision's own words, or (without `text`) what the software adds."""

    lane: LaneId
    """Vai trò (làn) của việc."""
    form: Text
    """Biểu mẫu điện tử của việc: tên tệp trong forms/, không có đuôi."""
    step: Text = ""
    """Bước của việc; bỏ khi việc nằm ngoài thời hạn của mọi bước, như việc chờ người nộp."""
    text: Text = ""
    """Lời của quyết định mà việc thực hiện; bỏ khi việc do phần mềm thêm."""
