"""The report sheets and the experts' scores of a workbook, as the indicator schemes ask for them."""

from collections.abc import Mapping

from services.incubator.domain.city_year import Carrier, Report
from services.incubator.workbook import layout
from shared.core.exact import number_form
from shared.core.units import convert_money, unit_name
from shared.evaluation import FigureError, Scheme, Unit, score
from shared.evaluation.checks import broken
from shared.evaluation.figures import text
from shared.evaluation.scheme import Indicator
from shared.workbook.cells import Row, number_of, plain_heading
from shared.workbook.columns import Column
from shared.workbook.sheets import Sheets


def read_reports(
    sheets: Sheets, kinds: Mapping[str, str], carriers: Mapping[str, Carrier], schemes: Mapping[str, Scheme]
) -> dict[str, Report]:
    """Each carrier's report. A carrier without a row did not report; one with a row fills every figure."""
    reports: dict[str, Report] = {}
    for kind, name in layout.report_sheets(kinds, schemes).items():
        reports |= _read_sheet(sheets, name, kind, carriers, schemes[kind])
    return reports


def _read_sheet(
    sheets: Sheets, name: str, kind: str, carriers: Mapping[str, Carrier], scheme: Scheme
) -> dict[str, Report]:
    figures = _columns_in_use(sheets, name, scheme)
    columns = (
        Column("carrier", "载体编号"),
        Column("name", "载体名称"),
        *(
            Column(heading, heading, required=column.figure.fact is None, help=column.figure.help)
            for heading, column in figures.items()
        ),
        layout.EXPLANATION,
    )

    def make(row: Row) -> Report | None:
        carrier = sheets.known(name, row, "carrier", carriers, layout.CARRIERS_SHEET)
        if carrier is not None:
            _check_carrier(sheets, name, row, carrier, kind)
        reported: dict[str, object] = {}
        before = len(sheets.problems)
        for heading, column in figures.items():
            _add_figure(sheets, name, row, heading, column, reported)
        if row.sound and len(sheets.problems) == before:
            _check_figures(sheets, name, row, scheme, reported, figures)
        return Report(row["carrier"], reported, row["explanation"])

    return sheets.keyed(name, columns, "carrier", make)


def _columns_in_use(sheets: Sheets, name: str, scheme: Scheme) -> dict[str, layout.FigureColumn]:
    """The figure columns by heading, each in the unit the sheet's heading names (in the scheme's if it is missing)."""
    headings = sheets.headings(name)
    columns = {}
    for column in layout.figure_columns(scheme):
        used = next((each for each in column.in_units() if plain_heading(each.heading) in headings), column)
        columns[used.heading] = used
    return columns


def _check_carrier(sheets: Sheets, name: str, row: Row, carrier: Carrier, kind: str) -> None:
    if not carrier.kind:
        return  # told in the register
    if carrier.kind != kind:
        sheets.find(name, row.cells["carrier"], f"“{carrier.name}”不是这张表的类型", "移到它所属类型的填报表")
    elif not carrier.evaluated:
        fix = "删去这一行，或在载体名录把参加考评改为“是”并补全资料"
        sheets.find(name, row.cells["carrier"], f"“{carrier.name}”仅登记名称，不应有填报", fix)
    elif row["name"] and row["name"] != carrier.name:
        fix = f"改为“{carrier.name}”，或改正编号"
        sheets.find(name, row.cells["name"], f"名称与载体名录不一致：“{row['name']}”", fix)


def _add_figure(
    sheets: Sheets, name: str, row: Row, heading: str, column: layout.FigureColumn, reported: dict[str, object]
) -> None:
    written = row[heading]
    if not written:
        return
    value = number_of(written)
    if value is None or value.is_signed():
        unit = unit_name(column.unit)
        fix = f"填写不小于 0 的数字{f'，单位{unit}' if unit else ''}（{number_form()}）"
        sheets.find(name, row.cells[heading], f"“{written}”不是有效的数字", fix)
        return
    if column.unit != column.figure.unit:
        value = convert_money(value, column.unit, column.figure.unit)
    if column.kind is None:
        reported[column.figure.name] = f"{value:f}"
    else:
        counts = reported.setdefault(column.figure.name, {})
        if isinstance(counts, dict):
            counts[column.kind] = f"{value:f}"


def _check_figures(
    sheets: Sheets,
    name: str,
    row: Row,
    scheme: Scheme,
    reported: Mapping[str, object],
    figures: Mapping[str, layout.FigureColumn],
) -> None:
    """What the figures say about each other, and what scoring would stumble over."""
    cells = {column.figure.name: row.cells[heading] for heading, column in figures.items()}
    told = set()
    for failed in broken(scheme.checks, reported):
        check = failed.check
        cell = cells.get(check.left.name, row.cells["carrier"])
        if not check.warning:
            told.add(cell)
            sheets.find(name, cell, str(failed), f"核对{check.left.label}与{check.right.label}，改正其中一项")
        elif not row["explanation"]:
            sheets.find(name, cell, f"需要核对：{failed}", "改正；如果属实，在“核对说明”一栏写明原因")
    if told:
        return
    for indicator in scheme.indicators:
        error = _scoring_error(scheme, indicator, reported)
        if error is not None:
            cell = next((cells[figure.name] for figure in indicator.form.figures if figure.name in cells), "")
            sheets.find(name, cell or row.cells["carrier"], f"{indicator.label}无法计分：{error.message}", "改正这一项")


def _scoring_error(scheme: Scheme, indicator: Indicator, reported: Mapping[str, object]) -> FigureError | None:
    if indicator in scheme.expert_indicators:
        return None  # experts score later
    return score(scheme.only(indicator), [Unit("", reported)])[0].error


def read_expert_scores(
    sheets: Sheets,
    kinds: Mapping[str, str],
    carriers: Mapping[str, Carrier],
    reports: Mapping[str, Report],
    schemes: Mapping[str, Scheme],
) -> dict[str, dict[str, list[object]]]:
    """Experts' scores by carrier and indicator; every carrier that reported needs each of its expert indicators."""
    sheet = layout.EXPERTS_SHEET
    scores: dict[str, dict[str, list[object]]] = {}
    for row in sheets.rows(sheet, layout.EXPERTS):
        carrier = sheets.known(sheet, row, "carrier", carriers, layout.CARRIERS_SHEET)
        indicator = _expert_indicator(sheets, sheet, row, carrier, schemes)
        if carrier is None or indicator is None:
            continue
        if indicator.code in scores.get(row["carrier"], {}):
            sheets.find(sheet, row.cells["indicator"], f"“{carrier.name}”的“{indicator.label}”重复", "保留一行")
            continue
        missing_sheet = layout.REPORT_SHEET.format(kind=kinds[carrier.kind]) in sheets.missing
        if row["carrier"] not in reports and not missing_sheet:
            sheets.find(sheet, row.cells["carrier"], f"“{carrier.name}”没有填报，不应有评分", "删去这一行，或补上填报")
        scores.setdefault(row["carrier"], {})[indicator.code] = _marks(sheets, sheet, row, indicator)
    for carrier in (carriers[reported] for reported in reports if reported in carriers):
        scheme = schemes.get(carrier.kind)
        for indicator in scheme.expert_indicators if scheme else ():
            if indicator.code not in scores.get(carrier.id, {}):
                problem = f"“{carrier.name}”没有“{indicator.label}”的评分"
                sheets.find(sheet, "A1", problem, f"增加一行：{carrier.id}，{indicator.label}，各专家的分数")
    return scores


def _expert_indicator(
    sheets: Sheets, sheet: str, row: Row, carrier: Carrier | None, schemes: Mapping[str, Scheme]
) -> Indicator | None:
    if carrier is None or carrier.kind not in schemes:
        return None
    by_label = {indicator.label: indicator for indicator in schemes[carrier.kind].expert_indicators}
    if row["indicator"] and row["indicator"] not in by_label:
        fix = f"改为：{'、'.join(by_label)}" if by_label else "删去这一行：这类载体没有专家评分指标"
        sheets.find(sheet, row.cells["indicator"], f"没有专家评分指标“{row['indicator']}”", fix)
    return by_label.get(row["indicator"])


def _marks(sheets: Sheets, sheet: str, row: Row, indicator: Indicator) -> list[object]:
    marks: list[object] = []
    for number in range(1, layout.MOST_EXPERTS + 1):
        written = row[f"expert{number}"]
        if not written:
            continue
        value = number_of(written)
        if value is None or not 0 <= value <= indicator.full:
            fix = f"填写 0 至 {text(indicator.full)} 的分数"
            sheets.find(sheet, row.cells[f"expert{number}"], f"“{written}”不是有效的分数", fix)
        else:
            marks.append(f"{value:f}")
    if not marks and not any(row[f"expert{number}"] for number in range(1, layout.MOST_EXPERTS + 1)):
        sheets.find(sheet, row.cells["expert1"], "一位专家的分数都没有", "至少填写一位专家的分数")
    return marks
