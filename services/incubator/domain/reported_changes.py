"""What changes of a carrier are reported, until when, and how late a report is."""

from datetime import date

from shared.core.dates import add_months

NAME, OPERATOR, AREA, PLACE = "name", "operator", "area", "place"
WHAT = {NAME: "名称", OPERATOR: "运营单位", AREA: "场地面积", PLACE: "场地位置"}
"""What is reported, and what people call it."""
MONTHS = 3
BASIS = "国科发区〔2018〕300号"
"""The measure that asks for it (科技企业孵化器管理办法); here it holds for every kind of carrier."""
RULE = f"名称、运营单位、场地面积、场地位置变更，须在发生之日起 {MONTHS} 个月内报告（{BASIS}）"


def last_day(happened_on: date) -> date:
    """The last day on which a change is reported in time: the corresponding day three months later."""
    return add_months(happened_on, MONTHS)


def days_late(happened_on: date, reported_on: date) -> int:
    """Whole days beyond the last day; 0 in time."""
    return max(0, (reported_on - last_day(happened_on)).days)
