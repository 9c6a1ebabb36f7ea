"""Forms: form-js schemas read strictly, and what people type into them made into values of the case.

A form comes from an analyst's modeler, its values come from outside; neither is trusted. A case gets only the fields
that its form declares, each with its declared type; everything else is dropped.
"""

from runner.domain.form.attachment import Attachment
from runner.domain.form.component import Component, Form, Option
from runner.domain.form.errors import FormInvalid
from runner.domain.form.schema import MAX_BYTES, FormFault, faults, read
from runner.domain.form.type import types
from runner.domain.form.validation import FieldFault, check

__all__ = [
    "MAX_BYTES",
    "Attachment",
    "Component",
    "FieldFault",
    "Form",
    "FormFault",
    "FormInvalid",
    "Option",
    "check",
    "faults",
    "read",
    "types",
]
