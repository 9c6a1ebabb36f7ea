"""What a hostile diagram may carry: texts that would run code, and the eight kinds of place that would run them.

`EXPRESSIONS` × `SINKS` is refused when a diagram is deployed, and again when it is run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from xml.sax.saxutils import escape, quoteattr

from tests.engine.diagrams import (
    MESSAGE,
    boundary,
    catch,
    chain,
    document,
    element,
    end,
    exclusive,
    extension,
    flow,
    lanes,
    message,
    simple,
    start,
    user,
)

EXPRESSIONS = (
    "__import__('os').system('id')",
    '__import__("os").system("touch /tmp/owned")',
    "().__class__.__mro__[1].__subclasses__()",
    "().__class__.__base__.__subclasses__()[104].load_module('os').system('id')",
    "[c for c in ().__class__.__mro__[1].__subclasses__() if c.__name__ == 'Popen']",
    "open('/etc/passwd').read()",
    'open("/etc/passwd")',
    'eval("1+1")',
    'exec("import os")',
    'compile("1", "", "eval")',
    "(lambda: __builtins__)()",
    "lambda x: x",
    "globals()",
    "vars()",
    "getattr(data, '__class__')",
    "data.__class__.__mro__",
    "__builtins__",
    "_private = 1",
    "case.__dict__",
    "f'{open(0)}'",
    "import os; os.system('id')",
    "os.system('rm -rf /')",
    "[x := 1]",
    "9 ** 9 ** 9",
    "10**100000000",
    "'a' * 10000000000",
    "while True: pass",
    "for i in range(10**9): pass",
    "some x in [1] satisfies every y in [1] satisfies some z in [1] satisfies true",
    "for x in 1..1000000000 return x",
    "function(x) x + 1",
    "[1, 2, 3][1]",
    "{a: 1}.a",
    "${''.getClass().forName('java.lang.Runtime')}",
    "#{execution.setVariable('x', 1)}",
    "${T(java.lang.Runtime).getRuntime().exec('id')}",
    "{{ config.__class__.__init__.__globals__ }}",
    "{% import os %}",
    "require('child_process').execSync('id')",
    "`id`",
    "$(id)",
    "; drop table cases; --",
    "<script>alert(1)</script>",
    'matches("aaaaaaaaaaaaaaaa", "(a+)+$")',
    "=" + "(" * 5_000 + "1" + ")" * 5_000,
    "not(" * 100 + "true" + ")" * 100,
    "1" + " + 1" * 2_000,
    '"' + "a" * 2_000 + '"',
    '"unfinished',
    "\u202etrue = 1",
    "true\u00a0= \u2028",
    "",
)
"""Python, JUEL, SpEL, JavaScript, Jinja, shell and SQL; FEEL that the subset leaves out; text that is too much."""


def _inside(tag: str, attributes: str = "", inner: str = "") -> bytes:
    """A task, otherwise sound, with one more element in it."""
    return simple(task=user("t", f"<{tag}{attributes}>{inner}</{tag}>"))


def _extended(content: str) -> bytes:
    return simple(task=user("t", f"<extensionElements>{content}</extensionElements>"))


def _task(tag: str, inner: str = "", **attributes: str) -> bytes:
    return simple(task=element(tag, "t", inner, name="Việc t", **attributes))


def _condition(text: str) -> bytes:
    return document(
        start(),
        exclusive("g", default="g_e"),
        end("e"),
        end("f"),
        chain("s", "g"),
        flow("g", "e"),
        flow("g", "f", text),
    )


def _timer(kind: str, text: str) -> bytes:
    timer = f"<timerEventDefinition><{kind}>{escape(text)}</{kind}></timerEventDefinition>"
    return document(start(), catch("t", timer), end(), chain("s", "t", "e"))


def _boundary(text: str) -> bytes:
    timer = f"<timerEventDefinition><timeDuration>{escape(text)}</timeDuration></timerEventDefinition>"
    return simple(boundary("b", "t", timer), end("f"), chain("b", "f"))


def _called(name: str) -> bytes:
    return document(
        start(),
        lanes("s", "t"),
        catch("t", message()),
        end(),
        chain("s", "t", "e"),
        around=f'<message id="Message_1" name={quoteattr(name)}/>',
    )


def _correlated(text: str) -> bytes:
    retrieval = (
        '<correlationProperty id="c"><correlationPropertyRetrievalExpression messageRef="Message_1">'
        f"<messagePath>{escape(text)}</messagePath></correlationPropertyRetrievalExpression></correlationProperty>"
    )
    return simple(around=MESSAGE + retrieval)


SINKS: Mapping[str, Callable[[str], bytes]] = {
    # 1. scripts
    "script": lambda text: _task("scriptTask", f"<script>{escape(text)}</script>", scriptFormat="python"),
    "script of a vendor": lambda text: _extended(
        f'<camunda:script scriptFormat="groovy">{escape(text)}</camunda:script>'
    ),
    # 2. conditions
    "condition": _condition,
    "condition in another language": lambda text: _condition("1 = 1").replace(
        b"<conditionExpression>1 = 1", f'<conditionExpression language="python">{escape(text)}'.encode()
    ),
    # 3. timers
    "duration": lambda text: _timer("timeDuration", text),
    "date": lambda text: _timer("timeDate", text),
    "cycle": lambda text: _timer("timeCycle", text),
    "expression of a date": lambda text: _timer("timeDate", "=" + text),
    "boundary timer": _boundary,
    # 4. loops
    "cardinality": lambda text: _inside(
        "multiInstanceLoopCharacteristics", "", f"<loopCardinality>{escape(text)}</loopCardinality>"
    ),
    "completion": lambda text: _inside(
        "multiInstanceLoopCharacteristics", "", f"<completionCondition>{escape(text)}</completionCondition>"
    ),
    "loop": lambda text: _inside(
        "standardLoopCharacteristics", ' loopMaximum="9"', f"<loopCondition>{escape(text)}</loopCondition>"
    ),
    # 5. services
    "class": lambda text: _task("serviceTask", camunda_class=text),
    "expression": lambda text: _task("serviceTask", camunda_expression=text),
    "delegate": lambda text: _task("serviceTask", camunda_delegateExpression=text),
    "topic": lambda text: _task("serviceTask", camunda_type="external", camunda_topic=text),
    "connector": lambda text: _extended(
        f"<camunda:connector><camunda:connectorId>{escape(text)}</camunda:connectorId></camunda:connector>"
    ),
    # 6. listeners
    "execution listener": lambda text: _extended(
        f'<camunda:executionListener event="start" expression={quoteattr(text)}/>'
    ),
    "task listener": lambda text: _extended(f'<camunda:taskListener event="create" class={quoteattr(text)}/>'),
    "listener of a flow": lambda text: simple().replace(
        b'targetRef="e">',
        f'targetRef="e"><extensionElements><activiti:executionListener event="take" class={quoteattr(text)}/>'
        "</extensionElements>".encode(),
    ),
    "script before a task": lambda text: _extended(
        f"<spiffworkflow:preScript>{escape(text)}</spiffworkflow:preScript>"
    ),
    # 7. mappings of values
    "input mapping": lambda text: _extended(
        f'<camunda:inputOutput><camunda:inputParameter name="x">{escape(text)}</camunda:inputParameter>'
        "</camunda:inputOutput>"
    ),
    "output mapping": lambda text: _extended(
        f'<zeebe:ioMapping><zeebe:output source={quoteattr(text)} target="x"/></zeebe:ioMapping>'
    ),
    "assignee": lambda text: simple().replace(
        b'name="Vi\xe1\xbb\x87c t"', f'name="t" camunda:assignee={quoteattr(text)}'.encode()
    ),
    # 8. messages and data
    "correlation": _correlated,
    "message name": _called,
    "data association": lambda text: _inside(
        "dataInputAssociation", "", f"<transformation>{escape(text)}</transformation>"
    ),
    "property with a script": lambda text: simple(
        task=user("t", extension({"step": "B1"}).replace('value="B1"', f'value="B1" expression={quoteattr(text)}'))
    ),
}
"""Where one engine or another would run a text: for each place, a diagram that is sound but for the text given."""

DOCTYPES = (
    '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    '<!DOCTYPE d [<!ENTITY x SYSTEM "http://127.0.0.1:9/x">]>',
    '<!DOCTYPE d [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>',
    '<!DOCTYPE d SYSTEM "file:///etc/passwd">',
    '<!DOCTYPE d PUBLIC "-//X//Y" "http://127.0.0.1:9/x.dtd">',
    "<!DOCTYPE d>",
    '<!DOCTYPE d [<!ENTITY x "inner">]>',
    '<!DOCTYPE d [<!ATTLIST d id CDATA "d">]>',
)
"""Declarations before the root: external entities, external definitions, defaults."""


def laughs() -> bytes:
    """A billion laughs: forty entities, each three times the one before."""
    entities = "".join(f'<!ENTITY x{n} "{f"&x{n - 1};" * 3}">' for n in range(1, 40))
    return f'<!DOCTYPE d [<!ENTITY x0 "ha">{entities}]><d>&x39;</d>'.encode()


def blow_up() -> bytes:
    """One entity of 100 kB, used ten thousand times."""
    return f'<!DOCTYPE d [<!ENTITY x "{"a" * 100_000}">]><d>{"&x;" * 10_000}</d>'.encode()
