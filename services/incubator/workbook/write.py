"""Writes a year as a workbook, and an empty one to fill: the same sheets and columns that `read` reads."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from services.incubator.workbook import layout
from shared.evaluation import Scheme
from shared.policy import Policy
from shared.workbook.columns import Column
from shared.workbook.writing import CellValue, add_sheet


def offer(sheet: Worksheet, columns: Sequence[Column], name: str, words: Iterable[str]) -> None:
    """A list to choose from in the cells of a column."""
    place = next(number for number, column in enumerate(columns, 1) if column.name == name)
    choice = DataValidation(type="list", formula1=f'"{",".join(words)}"', allow_blank=True)
    sheet.add_data_validation(choice)
    letter = get_column_letter(place)
    choice.add(f"{letter}2:{letter}2000")


Rows = Mapping[str, Sequence[Sequence[CellValue]]]
"""The rows of each sheet by its name; a sheet without rows is empty, ready to be filled."""


def write_workbook(
    path: Path,
    policy: Policy,
    schemes: Mapping[str, Scheme],
    settings: Mapping[str, CellValue],
    rows: Rows,
    notes: Sequence[str],
    units: Mapping[str, str] | None = None,
) -> None:
    """A workbook of one year. `settings`: the values of 总表; `units`: figures whose column is in another unit."""
    book = Workbook()
    notes_sheet = book.active
    if notes_sheet is None:  # a new workbook has one
        raise ValueError(path)
    notes_sheet.title = "说明"
    for note in notes:
        notes_sheet.append([note])
    notes_sheet.column_dimensions["A"].width = 100
    chosen = {**{layout.SETTINGS[name]: settings.get(name) for name in layout.SETTINGS}}
    chosen |= {layout.SCHEME_SETTING.format(kind=policy.kinds[kind]): scheme.id for kind, scheme in schemes.items()}
    setting_columns = (Column("name", "项目"), Column("value", "内容"))
    add_sheet(book, layout.SETTINGS_SHEET, setting_columns, list(chosen.items()))
    add_sheet(book, layout.ORGANISATIONS_SHEET, layout.ORGANISATIONS, rows.get(layout.ORGANISATIONS_SHEET, ()))
    carriers = add_sheet(book, layout.CARRIERS_SHEET, layout.CARRIERS, rows.get(layout.CARRIERS_SHEET, ()))
    offer(carriers, layout.CARRIERS, "kind", (policy.kinds[kind] for kind in schemes))
    offer(carriers, layout.CARRIERS, "level", policy.levels.values())
    offer(carriers, layout.CARRIERS, "evaluated", ("是", "否"))
    for name in ("prior_city", "prior_national"):
        offer(carriers, layout.CARRIERS, name, policy.grades.values())
    for kind, sheet_name in layout.report_sheets(policy.kinds, schemes).items():
        columns = report_columns(schemes[kind], units or {})
        add_sheet(book, sheet_name, columns, rows.get(sheet_name, ()))
    for name, columns in (
        (layout.RECOGNITIONS_SHEET, layout.RECOGNITIONS),
        (layout.TENANTS_SHEET, layout.TENANTS),
        (layout.EXPERTS_SHEET, layout.EXPERTS),
        (layout.DECISIONS_SHEET, layout.DECISIONS),
    ):
        add_sheet(book, name, columns, rows.get(name, ()))
    book.save(path)


def report_columns(scheme: Scheme, units: Mapping[str, str]) -> tuple[Column, ...]:
    """The columns of a scheme's report sheet, with help and the evidence asked for."""
    figures = []
    for column in layout.figure_columns(scheme):
        used = column._replace(unit=units.get(column.figure.name, column.unit))
        evidence = f"\n证明材料：{column.figure.evidence}" if column.figure.evidence else ""
        figures.append(Column(used.heading, used.heading, help=column.figure.help + evidence))
    return (Column("carrier", "载体编号"), Column("name", "载体名称"), *figures, layout.EXPLANATION)
