"""Reads a year's workbook. Everything wrong with it is told at once; a year is given only if nothing is."""

import warnings
from datetime import date
from pathlib import Path

from openpyxl import load_workbook

from services.incubator.domain.city_year import CityYear
from services.incubator.workbook import layout
from services.incubator.workbook.registers import (
    read_carriers,
    read_decisions,
    read_organisations,
    read_recognitions,
    read_tenants,
)
from services.incubator.workbook.reports import read_expert_scores, read_reports
from shared.evaluation import Scheme, load_scheme
from shared.evaluation.load import published as published_schemes
from shared.policy import Policy, load_policy
from shared.policy.load import published as published_policies
from shared.workbook.cells import CellProblem, date_of
from shared.workbook.errors import WorkbookError
from shared.workbook.sheets import Sheets


def read_workbook(path: Path) -> CityYear:
    """The year in the workbook at `path`, or one WorkbookError with all its problems."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what the library cannot show of a cell is told by its content
            book = load_workbook(path)
    except Exception:  # noqa: BLE001 - a damaged file fails anywhere inside the library, with any error
        problem = CellProblem(
            "", "", f"打不开工作簿 {path}，它已损坏或不是 .xlsx 文件", "用 Excel 打开并另存为 .xlsx 后再试"
        )
        raise WorkbookError([problem]) from None
    sheets = Sheets(book)
    year = _read(sheets)
    if sheets.problems or year is None:
        order = {name: place for place, name in enumerate(book.sheetnames)}
        raise WorkbookError(sorted(sheets.problems, key=lambda problem: order.get(problem.sheet, -1)))
    return year


def _read(sheets: Sheets) -> CityYear | None:
    settings = _Settings(sheets)
    policy = settings.policy()
    if policy is None:
        return None  # without a policy no kind, level or grade can be told
    schemes = settings.schemes(policy)
    year, period, finalised_on = settings.year("year"), settings.year("period"), settings.date("finalised_on")
    _check_dates(settings, year, period, finalised_on)
    settings.check_unread()
    organisations = read_organisations(sheets)
    carriers = read_carriers(sheets, policy, organisations, schemes)
    reports = read_reports(sheets, policy.kinds, carriers, schemes)
    scores = read_expert_scores(sheets, policy.kinds, carriers, reports, schemes)
    recognitions = tuple(read_recognitions(sheets, policy, carriers, year))
    tenants = tuple(read_tenants(sheets, carriers, year))
    decisions = read_decisions(sheets, carriers)
    sheets.check_unread()
    if year is None or period is None or finalised_on is None:
        return None
    return CityYear(
        year=year,
        period=period,
        finalised_on=finalised_on,
        policy=policy,
        schemes=schemes,
        organisations=organisations,
        carriers=carriers,
        reports=reports,
        expert_scores=scores,
        recognitions=recognitions,
        tenants=tenants,
        decisions=decisions,
    )


def _check_dates(settings: "_Settings", year: int | None, period: int | None, finalised_on: date | None) -> None:
    """The figures are not of a later year than the round's, and grades become final in its year or the two after."""
    if year is not None and period is not None and period > year:
        cell = settings.values[layout.SETTINGS["period"]][1]
        settings.find(cell, f"数据期 {period} 晚于年度 {year}", "一般是年度的前一年")
    if year is not None and finalised_on is not None and not year <= finalised_on.year <= year + 2:
        cell = settings.values[layout.SETTINGS["finalised_on"]][1]
        settings.find(cell, f"等次确定日期 {finalised_on} 不在 {year} 年至 {year + 2} 年", "核对日期")


class _Settings:
    """The sheet 总表: a name and a value in each row."""

    def __init__(self, sheets: Sheets) -> None:
        self.sheets = sheets
        self.values: dict[str, tuple[str, str]] = {}
        self.used: set[str] = set()
        reader = sheets.reader(layout.SETTINGS_SHEET)
        if reader is None:
            return
        for name, value, *_ in reader.sheet.iter_rows(min_row=2, min_col=1, max_col=2):
            if key := reader.text(name):
                if key in self.values:
                    self.find(name.coordinate, f"“{key}”重复", "保留一行，删去另一行")
                self.values[key] = (reader.text(value), value.coordinate)

    def find(self, cell: str, problem: str, fix: str) -> None:
        self.sheets.find(layout.SETTINGS_SHEET, cell, problem, fix)

    def text(self, heading: str) -> tuple[str, str] | None:
        self.used.add(heading)
        value, cell = self.values.get(heading, ("", "A1"))
        if value:
            return value, cell
        self.find(cell, f"没有写明“{heading}”", f"在 A 列写“{heading}”，在 B 列写它的内容")
        return None

    def year(self, name: str) -> int | None:
        heading = layout.SETTINGS[name]
        if (found := self.text(heading)) is None:
            return None
        if len(found[0]) == 4 and found[0].isascii() and found[0].isdigit() and 2000 <= int(found[0]) <= 2100:
            return int(found[0])
        self.find(found[1], f"{heading}“{found[0]}”不是年份", "写成四位数字，例如 2018")
        return None

    def date(self, name: str) -> date | None:
        heading = layout.SETTINGS[name]
        if (found := self.text(heading)) is None:
            return None
        if (day := date_of(found[0])) is None:
            self.find(found[1], f"{heading}“{found[0]}”不是日期", "写成 2019-01-18 的形式")
        return day

    def policy(self) -> Policy | None:
        if (found := self.text(layout.SETTINGS["policy"])) is None:
            return None
        known = sorted({policy for policy, _, _ in published_policies()})
        if found[0] in known:
            return load_policy(found[0])
        self.find(found[1], f"政策库没有“{found[0]}”", f"改为：{'、'.join(known)}")
        return None

    def schemes(self, policy: Policy) -> dict[str, Scheme]:
        """The scheme of each kind that has one: rows such as 众创空间指标方案."""
        schemes = {}
        for kind, name in policy.kinds.items():
            heading = layout.SCHEME_SETTING.format(kind=name)
            if heading not in self.values:
                continue
            if (found := self.text(heading)) is None:
                continue
            if found[0] not in published_schemes():
                self.find(found[1], f"指标库没有“{found[0]}”", f"改为：{'、'.join(published_schemes())}")
                continue
            scheme = load_scheme(found[0])
            if scheme.carrier != kind:
                self.find(found[1], f"“{found[0]}”不是{name}的指标方案", f"改为{name}的指标方案")
                continue
            schemes[kind] = scheme
        return schemes

    def check_unread(self) -> None:
        for heading in self.values.keys() - self.used:
            fix = "改正名称或删去这一行；可用名称：" + "、".join([*layout.SETTINGS.values(), "某某指标方案"])
            self.find(self.values[heading][1], f"不认识“{heading}”", fix)
