"""The registers of a workbook: organisations, carriers, and what happened to them in the year."""

from collections.abc import Iterator, Mapping

from stdnum.cn import uscc

from services.incubator.domain.city_year import Carrier, Organisation, RateDecision, Recognition, TenantHnte
from services.incubator.workbook import layout
from shared.core.exact import shortest
from shared.policy import Policy
from shared.workbook.cells import Row, number_of
from shared.workbook.sheets import Sheets

YES_NO = {"yes": "是", "no": "否"}


def read_organisations(sheets: Sheets) -> dict[str, Organisation]:
    """One row for each legal unit: two rows with one code would have two yearly ceilings."""
    codes: dict[str, str] = {}

    def make(row: Row) -> Organisation:
        code = row["credit_code"]
        cell = row.cells["credit_code"]
        if code and not uscc.is_valid(code):
            fix = "核对营业执照上的 18 位代码（最后一位是校验码）"
            sheets.find(layout.ORGANISATIONS_SHEET, cell, f"“{code}”不是有效的统一社会信用代码", fix)
        elif code in codes:
            fix = "同一单位只登记一次，它的各家载体写同一个单位编号"
            sheets.find(layout.ORGANISATIONS_SHEET, cell, f"“{code}”与单位 {codes[code]} 相同", fix)
        if code:
            codes.setdefault(code, row["id"])
        return Organisation(row["id"], row["name"], code)

    return sheets.keyed(layout.ORGANISATIONS_SHEET, layout.ORGANISATIONS, "id", make)


def read_carriers(
    sheets: Sheets, policy: Policy, organisations: Mapping[str, Organisation], schemes: Mapping[str, object]
) -> dict[str, Carrier]:
    """A carrier that takes part needs its organisation and its level; one that is only registered needs its name.

    One whose kind cannot be told is registered without, so that other sheets do not miss it too.
    """
    sheet = layout.CARRIERS_SHEET

    def make(row: Row) -> Carrier:
        kind = sheets.word(sheet, row, "kind", policy.kinds)
        level = sheets.word(sheet, row, "level", policy.levels)
        evaluated = sheets.word(sheet, row, "evaluated", YES_NO) != "no"
        sheets.known(sheet, row, "organisation", organisations, layout.ORGANISATIONS_SHEET)
        prior = {
            where: grade
            for where in ("city", "national")
            if (grade := sheets.word(sheet, row, f"prior_{where}", policy.grades)) is not None
        }
        if evaluated:
            for column in ("organisation", "level"):
                if not row[column]:
                    sheets.find(
                        sheet, row.cells[column], "参加考评的载体没有填写", "填写；仅登记名称的，参加考评写“否”"
                    )
            if kind is not None and kind not in schemes:
                scheme = layout.SCHEME_SETTING.format(kind=policy.kinds[kind])
                sheets.find(sheet, row.cells["kind"], f"{policy.kinds[kind]}没有指标方案", f"在总表写明“{scheme}”")
        return Carrier(
            row["id"],
            row["name"],
            kind or "",
            level,
            row["organisation"],
            row["district"],
            evaluated,
            prior,
            row["note"],
        )

    return sheets.keyed(sheet, layout.CARRIERS, "id", make)


def read_recognitions(
    sheets: Sheets, policy: Policy, carriers: Mapping[str, Carrier], year: int | None
) -> Iterator[Recognition]:
    sheet = layout.RECOGNITIONS_SHEET
    for row in sheets.rows(sheet, layout.RECOGNITIONS):
        _participant(sheets, sheet, row, carriers)
        level = sheets.word(sheet, row, "level", policy.levels)
        on = sheets.date(sheet, row, "on", year)
        if level is not None and on is not None:
            yield Recognition(row["carrier"], level, on, row["document"])


def read_tenants(sheets: Sheets, carriers: Mapping[str, Carrier], year: int | None) -> Iterator[TenantHnte]:
    """Tenants that became 高新技术企业; their dates must follow one another."""
    sheet = layout.TENANTS_SHEET
    for row in sheets.rows(sheet, layout.TENANTS):
        _participant(sheets, sheet, row, carriers)
        entered, graduated = sheets.date(sheet, row, "entered_on"), sheets.date(sheet, row, "graduated_on")
        on = sheets.date(sheet, row, "on", year)
        if entered is not None and graduated is not None and graduated < entered:
            sheets.find(sheet, row.cells["graduated_on"], f"毕业日期早于入驻日期 {entered}", "核对两个日期")
        if entered is not None and on is not None:
            yield TenantHnte(row["tenant"], row["name"], row["carrier"], entered, graduated, on)


def read_decisions(sheets: Sheets, carriers: Mapping[str, Carrier]) -> dict[str, RateDecision]:
    sheet = layout.DECISIONS_SHEET

    def make(row: Row) -> RateDecision | None:
        _participant(sheets, sheet, row, carriers)
        on = sheets.date(sheet, row, "on")
        rate = number_of(row["rate"])
        if row["rate"] and (rate is None or not 0 <= rate <= 1):
            sheets.find(sheet, row.cells["rate"], f"“{row['rate']}”不是 0 至 1 的比例", "写成小数，例如 0.50")
            return None
        return (
            None
            if on is None or rate is None
            else RateDecision(row["carrier"], shortest(rate), row["by"], on, row["reason"])
        )

    return sheets.keyed(sheet, layout.DECISIONS, "carrier", make)


def _participant(sheets: Sheets, sheet: str, row: Row, carriers: Mapping[str, Carrier]) -> None:
    """Only carriers that take part may have a record of the year; a name that is only registered has none."""
    carrier = sheets.known(sheet, row, "carrier", carriers, layout.CARRIERS_SHEET)
    if carrier is not None and not carrier.evaluated:
        fix = "删去这一行，或在载体名录把参加考评改为“是”并补全资料"
        sheets.find(sheet, row.cells["carrier"], f"“{carrier.name}”仅登记名称，不应有记录", fix)
