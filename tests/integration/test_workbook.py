"""A year in a workbook: everything wrong with it is told at once, by cell; a right one is settled."""

import random
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from services.incubator.demo import WORKBOOK
from services.incubator.demo.sample_city import NAMED, make_sample_city
from services.incubator.domain.city_year import CityYear
from services.incubator.domain.settlement import settle_year
from services.incubator.usecases.settle_workbook import check_workbook, settle_workbook, write_template
from services.incubator.workbook.read import read_workbook
from shared.workbook.cells import CellProblem

Change = Callable[[Workbook], None]
MAKERS = "填报-众创空间"


def place(sheet: Any, heading: str, carrier: str | None = None) -> str:
    """The cell under a heading, in the row of a carrier (or the first)."""
    column = next(cell.column for cell in sheet[1] if cell.value == heading)
    rows = range(2, sheet.max_row + 1)
    row = 2 if carrier is None else next(row for row in rows if sheet.cell(row, 1).value == carrier)
    return str(sheet.cell(row, column).coordinate)


@pytest.fixture
def changed(tmp_path: Path) -> Callable[[Change], list[CellProblem]]:
    """The problems of the sample workbook after a change."""

    def problems(change: Change) -> list[CellProblem]:
        book = load_workbook(WORKBOOK)
        change(book)
        path = tmp_path / "changed.xlsx"
        book.save(path)
        return list(check_workbook(path))

    return problems


def test_the_sample_workbook_has_no_problem_and_is_the_one_its_source_writes(tmp_path: Path) -> None:
    assert check_workbook(WORKBOOK) == ()
    again = tmp_path / "again.xlsx"
    make_sample_city(again)
    cells = [
        {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in load_workbook(path)}
        for path in (WORKBOOK, again)
    ]
    assert cells[0] == cells[1]


@pytest.fixture(scope="module")
def year() -> CityYear:
    return read_workbook(WORKBOOK)


def test_the_register_has_the_numbers_of_the_plan(year: CityYear) -> None:
    kinds = [carrier.kind for carrier in year.carriers.values()]
    assert {kind: kinds.count(kind) for kind in sorted(set(kinds))} == {
        "agri_makerspace": 5, "commissioner_team": 5, "incubator": 12, "makerspace": 65, "university_park": 5,
    }  # fmt: skip
    assert [c.level for c in year.carriers.values() if c.kind == "incubator"] == ["national"] * 12


def test_a_real_name_carries_nothing_that_could_be_mistaken_for_its_record(year: CityYear) -> None:
    real = {name for name, _, _ in NAMED}
    assert len(real) == 6
    for carrier in year.carriers.values():
        assert carrier.evaluated is (carrier.name not in real)
        if carrier.name in real:
            assert (carrier.level, carrier.organisation, carrier.prior) == (None, "", {})
        else:
            assert carrier.name.startswith("样例")
    touched = {*year.reports, *year.expert_scores, *year.decisions}
    touched |= {recognition.carrier for recognition in year.recognitions}
    touched |= {tenant.carrier for tenant in year.tenants}
    assert not {year.carriers[carrier].name for carrier in touched} & real
    assert all(org.name.startswith("样例") for org in year.organisations.values())
    assert all(tenant.name.startswith("样例") for tenant in year.tenants)


def test_the_year_is_settled_the_same_every_time_and_every_event_is_answered() -> None:
    (year, first), (_, second) = settle_workbook(WORKBOOK), settle_workbook(WORKBOOK)
    assert [settled.outcome for settled in first.settled] == [settled.outcome for settled in second.settled]
    assert all(settled.awards or settled.declined for settled in first.settled)
    graded = sum(len(kind) for kind in first.evaluations.values())
    assert len(first.settled) == graded + len(year.recognitions) + len(year.tenants)
    assert [settled.event.on for settled in first.settled] == sorted(settled.event.on for settled in first.settled)


def test_a_year_shows_every_edge_of_article_14() -> None:
    _, result = settle_workbook(WORKBOOK)
    refused = {refusal.reason for settled in result.settled for refusal in settled.declined if refusal.article == "14"}
    assert refused == {"limit-used-up", "too-late", "already-awarded"}
    yearly: dict[str, Decimal] = {}
    for settled in result.settled:
        for award in settled.awards:
            if award.article == "14":
                yearly[award.organisation] = yearly.get(award.organisation, Decimal(0)) + (award.amount or 0)
    assert max(yearly.values()) == Decimal("500000.00")


def test_an_excellent_carrier_without_a_cost_is_blocked_and_the_others_go_on(year: CityYear) -> None:
    carrier = next(e.carrier.id for e in settle_year(year).evaluations["makerspace"] if e.grade.grade == "excellent")
    report = year.reports[carrier]
    del report.figures["operating_cost"]  # type: ignore[attr-defined]  # this test's own copy
    blocked = [settled for settled in settle_year(year).settled if settled.blocked]
    assert [settled.event.carrier.id for settled in blocked] == [carrier]
    assert "上年度运营成本" in str(blocked[0].blocked)


def test_thousands_of_yuan_are_converted_once(tmp_path: Path) -> None:
    book = load_workbook(WORKBOOK)
    sheet = book[MAKERS]
    cell = sheet[place(sheet, "缴纳税收（元）", "Z01")]
    sheet.cell(1, cell.column).value = "缴纳税收（万元）"
    cell.value = 12.5
    path = tmp_path / "units.xlsx"
    book.save(path)
    reports = read_workbook(path).reports
    assert Decimal(str(reports["Z01"].figures["tax"])) == 125_000
    shipped = Decimal(str(read_workbook(WORKBOOK).reports["Z01"].figures["financing"]))
    written = load_workbook(WORKBOOK)[MAKERS]
    thousands = written[place(written, "获得投融资额（千元）", "Z01")].value
    assert shipped == Decimal(repr(thousands)) * 1000


def _set(sheet: str, heading: str, value: Any, carrier: str | None = None) -> Change:
    def change(book: Workbook) -> None:
        book[sheet][place(book[sheet], heading, carrier)].value = value

    return change


def _setting(name: str, value: Any) -> Change:
    def change(book: Workbook) -> None:
        row = next(row for row in book["总表"].iter_rows(min_row=2) if row[0].value == name)
        row[1].value = value

    return change


def _append(sheet: str, *values: Any) -> Change:
    return lambda book: book[sheet].append(list(values))


@pytest.mark.parametrize(
    ("change", "sheet", "problem", "fix"),
    [
        (_set(MAKERS, "工位总数（个）", "六十二", "Z03"), MAKERS, "“六十二”不是有效的数字", "不小于 0 的数字，单位个"),
        (_set(MAKERS, "工位总数（个）", -3, "Z03"), MAKERS, "“-3”不是有效的数字", "不小于 0"),
        (_set(MAKERS, "工位总数（个）", None, "Z03"), MAKERS, "“工位总数（个）”没有填写", "填写工位总数"),
        (_set(MAKERS, "工位总数（个）", "=1+1", "Z03"), MAKERS, "单元格是公式", "粘贴为数值"),
        (_set(MAKERS, "工位总数（个）", "#DIV/0!", "Z03"), MAKERS, "Excel 错误值", "改为正确的内容"),
        (_set(MAKERS, "工位总数（个）", 0, "Z03"), MAKERS, "已使用工位不应超过工位总数", "改正其中一项"),
        (_set(MAKERS, "新增入驻团队（个）", 999, "Z03"), MAKERS, "需要核对：新增入驻团队一般不多于", "“核对说明”一栏写明原因"),
        (_set(MAKERS, "载体名称", "别的名字", "Z03"), MAKERS, "名称与载体名录不一致", "改为“样例众创空间 03”"),
        (_set(MAKERS, "载体编号", "Z04", "Z03"), MAKERS, "“Z04”与第 4 行重复", "保留一行"),
        (_set(MAKERS, "载体编号", "Z99", "Z03"), MAKERS, "“载体名录”里没有编号“Z99”", "先在那里登记"),
        (_set(MAKERS, "载体编号", "F03", "Z03"), MAKERS, "不是这张表的类型", "移到它所属类型"),
        (_set(MAKERS, "载体编号", "N01", "Z03"), MAKERS, "仅登记名称，不应有填报", "删去这一行"),
        (lambda book: setattr(book[MAKERS]["C1"], "value", "工位总计"), MAKERS, "缺少列“工位总数（个）”", "补上标题"),
        (lambda book: setattr(book[MAKERS]["C1"], "value", "工位总计"), MAKERS, "不认识的列“工位总计”", "改正标题"),
        (lambda book: book.remove(book["认定"]), "认定", "缺少工作表“认定”", "补上这张工作表"),
        (lambda book: book.create_sheet("草稿"), "草稿", "不认识的工作表“草稿”", "以“说明”开头"),
        (_set("载体名录", "类型", "孵化中心", "Z03"), "载体名录", "不认识“孵化中心”", "科技企业孵化器"),
        (_set("载体名录", "级别", None, "Z03"), "载体名录", "参加考评的载体没有填写", "仅登记名称的"),
        (_set("载体名录", "参加考评", "大概", "Z03"), "载体名录", "不认识“大概”", "是、否"),
        (_set("运营单位", "统一社会信用代码", "91000000MA00000010"), "运营单位", "不是有效的统一社会信用代码", "校验码"),
        (_set("高新技术企业", "入驻日期", "2018年13月1日"), "高新技术企业", "“2018年13月1日”不是日期", "2018-06-01"),
        (_append("高新技术企业", "E900", "样例企业 900", "F01", "2018/5/1", "2017/5/1", "2018/11/30"), "高新技术企业", "毕业日期早于入驻日期", "核对两个日期"),
        (_append("高新技术企业", "E900", "样例企业 900", "N01", "2018/5/1", None, "2018/11/30"), "高新技术企业", "仅登记名称，不应有记录", "删去这一行"),
        (_append("认定", "Z03", "世界级", date(2018, 1, 2), "文号"), "认定", "不认识“世界级”", "国家级"),
        (_append("专家评分", "Z03", "运营管理与发展规划", 5), "专家评分", "没有专家评分指标", "这类载体没有专家评分指标"),
        (_append("专家评分", "F01", "运营管理与发展规划", 5), "专家评分", "重复", "保留一行"),
        (_set("专家评分", "专家2", 13, "F02"), "专家评分", "“13”不是有效的分数", "0 至 12"),
        (lambda book: book["专家评分"].delete_rows(2), "专家评分", "“样例科技企业孵化器 01”没有“运营管理与发展规划”的评分", "增加一行"),
        (_set("比例决定", "决定的比例", 70), "比例决定", "不是 0 至 1 的比例", "0.50"),
        (_setting("年度", "今年"), "总表", "年度“今年”不是年份", "2018"),
        (_setting("等次确定日期", None), "总表", "没有写明“等次确定日期”", "B 列"),
        (_setting("补助政策", "dalian"), "总表", "政策库没有“dalian”", "dalian-2017-52"),
        (_setting("众创空间指标方案", "incubator-100-sample"), "总表", "不是众创空间的指标方案", "众创空间的指标方案"),
        (_append("总表", "负责人", "某某"), "总表", "不认识“负责人”", "删去这一行"),
        (_append("总表", "年度", 2020), "总表", "“年度”重复", "保留一行"),
        (_setting("年度", "0000"), "总表", "年度“0000”不是年份", "2018"),
        (_setting("数据期", 2019), "总表", "数据期 2019 晚于年度 2018", "前一年"),
        (_setting("等次确定日期", "1990-01-18"), "总表", "等次确定日期 1990-01-18 不在 2018 年至 2020 年", "核对日期"),
        (_append("认定", "Z03", "省级", date(1900, 1, 2), "文号"), "认定", "1900-01-02 不在 2018 年", "只登记 2018 年"),
        (lambda book: setattr(book["运营单位"]["C3"], "value", book["运营单位"]["C2"].value), "运营单位", "与单位 U-F01 相同", "写同一个单位编号"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_by_sheet_cell_problem_and_fix(
    changed: Callable[[Change], list[CellProblem]],
    change: Change,
    sheet: str,
    problem: str,
    fix: str,
) -> None:
    found = changed(change)
    told = [each for each in found if each[0] == sheet and problem in each[2]]
    assert told, found
    assert told[0][1][0].isalpha()
    assert fix in told[0][3]


@pytest.mark.parametrize("value", ["x", "=1+1", "#N/A", None])
def test_one_bad_cell_is_told_once(changed: Callable[[Change], list[CellProblem]], value: Any) -> None:
    assert len(changed(_set(MAKERS, "工位总数（个）", value, "Z03"))) == 1


def test_a_carrier_whose_kind_is_mistyped_is_not_told_to_be_missing(
    changed: Callable[[Change], list[CellProblem]],
) -> None:
    found = changed(_set("载体名录", "类型", "孵化中心", "Z03"))
    assert [problem.sheet for problem in found] == ["载体名录"]


def test_a_half_width_heading_is_the_same_heading(changed: Callable[[Change], list[CellProblem]]) -> None:
    def change(book: Workbook) -> None:
        for cell in book[MAKERS][1]:
            cell.value = str(cell.value).replace("（", "(").replace("）", ")")

    assert changed(change) == []


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_workbook_is_told_to_be_damaged(tmp_path: Path, seed: int) -> None:
    content = bytearray(WORKBOOK.read_bytes())
    source = random.Random(seed)
    for _ in range(30):
        content[source.randrange(len(content))] ^= 1 << source.randrange(8)
    path = tmp_path / "damaged.xlsx"
    path.write_bytes(content)
    for problem in check_workbook(path):
        assert problem.problem
        assert problem.fix


def test_all_mistakes_are_told_at_once_in_the_order_of_the_sheets(
    changed: Callable[[Change], list[CellProblem]],
) -> None:
    def change(book: Workbook) -> None:
        _set(MAKERS, "工位总数（个）", "x", "Z03")(book)
        _set(MAKERS, "工位总数（个）", "y", "Z05")(book)
        _set("载体名录", "类型", "孵化中心", "Z09")(book)
        _setting("年度", "今年")(book)

    found = changed(change)
    assert [each[0] for each in found if each[2].startswith(("“", "不认识", "年度"))][:4] == [
        "总表",
        "载体名录",
        MAKERS,
        MAKERS,
    ]


@pytest.mark.parametrize("written", ["1,234,567.5", " １２３ ", 1234567.25, "123", 123456.78000000001])
def test_numbers_are_read_as_offices_type_them(tmp_path: Path, written: Any) -> None:
    book = load_workbook(WORKBOOK)
    _set(MAKERS, "缴纳税收（元）", written, "Z03")(book)
    path = tmp_path / "typed.xlsx"
    book.save(path)
    expected = {
        "1,234,567.5": "1234567.5",
        " １２３ ": "123",
        1234567.25: "1234567.25",
        "123": "123",
        123456.78000000001: "123456.78",
    }[written]
    assert read_workbook(path).reports["Z03"].figures["tax"] == expected


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not really", "载体,名称\n".encode()])
def test_what_is_no_workbook_is_told_so(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.xlsx"
    path.write_bytes(content)
    (problem,) = check_workbook(path)
    assert "打不开工作簿" in problem.problem


def test_the_template_is_made_from_the_schemes_and_asks_for_what_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "template.xlsx"
    write_template(path, "dalian-2017-52")
    sheet = load_workbook(path)[MAKERS]
    headings = [cell.value for cell in sheet[1]]
    assert "创业活动·独立主办（场）" in headings
    assert "获得投融资额（元）" in headings
    note = sheet.cell(1, headings.index("工位总数（个）") + 1).comment
    assert note is not None
    assert "证明材料：场地平面图和工位清单" in note.text
    assert [problem.problem for problem in check_workbook(path)] == [
        "没有写明“年度”", "没有写明“数据期”", "没有写明“等次确定日期”",
    ]  # fmt: skip
