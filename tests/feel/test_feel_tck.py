"""The command that measures FEEL against the DMN TCK tells right from refused, null and wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import tck

MODEL = """<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/">
<itemDefinition name="tDays" isCollection="true"><typeRef>date</typeRef></itemDefinition>
<inputData id="i" name="price"/>
<decision id="d1" name="double"><variable name="double" typeRef="number"/><literalExpression><text>price * 2</text>
</literalExpression></decision>
<decision id="d2" name="more"><variable name="more"/><informationRequirement><requiredDecision href="#d1"/>
</informationRequirement><literalExpression><text>double + 1</text></literalExpression></decision>
<decision id="d3" name="power"><literalExpression><text>2 ** 3</text></literalExpression></decision>
<decision id="d4" name="nowhere"><literalExpression><text>missing + 1</text></literalExpression></decision>
<decision id="d5" name="text"><variable typeRef="string" name="text"/><literalExpression><text>1 + 1</text>
</literalExpression></decision>
<decision id="d6" name="days"><variable typeRef="tDays" name="days"/><literalExpression><text>[@"2022-09-26"]</text>
</literalExpression></decision>
<decision id="d7" name="table"><decisionTable/></decision>
</definitions>"""


def suite(folder: Path, *results: tuple[str, str]) -> Path:
    """A folder as the TCK has it, with a test that expects these values of these decisions."""
    nodes = "".join(
        f'<resultNode name="{name}" type="decision"><expected>{value}</expected></resultNode>'
        for name, value in results
    )
    (folder / "0001").mkdir()
    (folder / "0001/model.dmn").write_text(MODEL)
    (folder / "0001/model-test-01.xml").write_text(
        '<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><modelName>model.dmn</modelName><testCase id="001">'
        f'<inputNode name="price"><value xsi:type="xsd:decimal">10.50</value></inputNode>{nodes}</testCase></testCases>'
    )
    return folder


def value(kind: str, text: str) -> str:
    return f'<value xsi:type="xsd:{kind}">{text}</value>'


NULL = '<value xsi:nil="true"/>'


def test_each_result_counts_once(tmp_path: Path) -> None:
    folder = suite(
        tmp_path,
        ("double", value("decimal", "21")),
        ("more", value("double", "22.0")),
        ("power", value("decimal", "8")),
        ("nowhere", value("decimal", "1")),
        ("text", NULL),
        ("days", f"<list><item>{value('date', '2022-09-26')}</item></list>"),
        ("double", value("decimal", "20")),
        ("table", value("decimal", "1")),
    )
    verdicts = [verdict for *_, verdict, _, _ in tck.results(folder)]

    assert verdicts == ["right", "right", "refused", "null", "right", "right", "wrong"]


def test_the_table_ends_with_the_sums_and_the_command_fails_on_a_wrong_value(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert tck.main(suite(tmp_path, ("double", value("decimal", "21")), ("double", NULL))) == 1
    told = capsys.readouterr().out.splitlines()

    assert told[0].split() == ["right", "refused", "null", "wrong"]
    assert told[2].split() == ["all", "1", "0", "0", "1"]
    assert told[3] == "wrong  0001 001: price * 2 = Decimal('21.00'), wanted None"


def test_a_folder_without_tests_is_no_success(tmp_path: Path) -> None:
    assert tck.main(tmp_path) == 1
