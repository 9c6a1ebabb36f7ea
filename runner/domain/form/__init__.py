"""Forms: form-js schemas read strictly, and what people type into them made into values of the case.

A form comes from an analyst's modeler and its values from anybody: both are taken to be hostile. Nothing reaches a case
but the fields that its form declares, each of its declared type; what else is sent is dropped.
"""

from runner.domain.form.attachment import Attachment
from runner.domain.form.component import Component, Form, Option
from runner.domain.form.errors import FormInvalid
from runner.domain.form.schema import MAX_BYTES, read
from runner.domain.form.validation import FieldFault, check

__all__ = ["MAX_BYTES", "Attachment", "Component", "FieldFault", "Form", "FormInvalid", "Option", "check", "read"]
