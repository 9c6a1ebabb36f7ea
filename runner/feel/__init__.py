"""The expressions of diagrams, forms and tables: a bounded subset of FEEL (DMN 1.3, chapter 10), over our own tree.

An expression is parsed once, when a diagram is deployed, and evaluated as often as needed: `parse` finds every fault
that text can have, so that `evaluate` answers for any data; `runner.feel.inference` finds what can only be null for the
types of the data. There is no filter, method or function definition in the subset, the text is short, every operation
is linear in its operands, and what goes through a list (``some``, ``every``) sees no other list: no expression can run
for long.
"""

from runner.feel.cursor import ExpressionTooDeep
from runner.feel.evaluator import evaluate
from runner.feel.function import FUNCTIONS
from runner.feel.parser import TESTED, ArgumentsMismatched, FunctionUnknown, parse, parse_tests
from runner.feel.token import KEYWORDS, ExpressionTooLong, FeelError, SyntaxInvalid
from runner.feel.tree import Expression
from runner.feel.type import Type, typed
from runner.feel.value import Months

__all__ = [
    "FUNCTIONS",
    "KEYWORDS",
    "TESTED",
    "ArgumentsMismatched",
    "Expression",
    "ExpressionTooDeep",
    "ExpressionTooLong",
    "FeelError",
    "FunctionUnknown",
    "Months",
    "SyntaxInvalid",
    "Type",
    "evaluate",
    "parse",
    "parse_tests",
    "typed",
]
