"""What can be wrong with a form's schema: each error names the component, and its sentence is for the analyst."""

from runner.errors import Refused


class FormInvalid(Refused):
    """Biểu mẫu không hợp lệ."""


class FormTooLarge(FormInvalid):
    """Tệp biểu mẫu lớn {size} byte, vượt mức cho phép là {limit} byte."""


class NotForm(FormInvalid):
    """Tệp không phải là biểu mẫu form-js hợp lệ."""


class TooManyComponents(FormInvalid):
    """Biểu mẫu có hơn {limit} thành phần."""


class TooDeep(FormInvalid):
    """Biểu mẫu có các thành phần lồng nhau quá {limit} cấp."""


class ListInList(FormInvalid):
    """Danh sách “{component}” nằm trong một danh sách khác; hãy đưa nó ra ngoài."""


class FileInList(FormInvalid):
    """Trường tệp “{component}” nằm trong một danh sách; hãy đưa nó ra ngoài."""


class UnknownComponent(FormInvalid):
    """Thành phần “{component}” thuộc loại “{type}” không được hỗ trợ."""


class UnknownAttribute(FormInvalid):
    """Thành phần “{component}” có thuộc tính “{attribute}” không được hỗ trợ."""


class AttributeMissing(FormInvalid):
    """Thành phần “{component}” thiếu thuộc tính “{attribute}”."""


class WrongAttribute(FormInvalid):
    """Thuộc tính “{attribute}” của thành phần “{component}” có giá trị không hợp lệ."""


class BadKey(FormInvalid):
    """Mã trường “{key}” không hợp lệ: chỉ dùng chữ cái không dấu, chữ số và dấu gạch dưới, bắt đầu bằng chữ cái."""


class ReservedKey(FormInvalid):
    """Mã trường “{key}” là từ dành riêng của hệ thống; hãy chọn mã khác."""


class DoubledKey(FormInvalid):
    """Mã trường “{key}” được dùng hai lần."""


class BadPattern(FormInvalid):
    """Mẫu kiểm tra “{pattern}” của thành phần “{component}” không được hỗ trợ hoặc quá phức tạp."""


class BadExpression(FormInvalid):
    """Biểu thức ở thuộc tính “{attribute}” của thành phần “{component}” không hợp lệ. {reason}"""


class LooksAhead(FormInvalid):
    """Điều kiện ẩn của thành phần “{component}” dùng trường “{field}” đứng sau nó; hãy đưa trường này lên trước."""
