"""The sheets of a year's workbook and their columns. Report sheets are made from the indicator schemes."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from shared.core.units import UNIT_NAMES, is_money, unit_name
from shared.evaluation import Scheme
from shared.evaluation.figures import Figure
from shared.workbook.columns import Column

SETTINGS_SHEET = "总表"
SETTINGS = {
    "year": "年度",
    "period": "数据期",
    "finalised_on": "等次确定日期",
    "policy": "补助政策",
}
SCHEME_SETTING = "{kind}指标方案"

ORGANISATIONS_SHEET = "运营单位"
ORGANISATIONS = (
    Column("id", "单位编号"),
    Column("name", "单位名称"),
    Column("credit_code", "统一社会信用代码"),
)

CARRIERS_SHEET = "载体名录"
CARRIERS = (
    Column("id", "载体编号"),
    Column("name", "载体名称"),
    Column("kind", "类型"),
    Column("level", "级别", required=False),
    Column("organisation", "单位编号", required=False),
    Column("district", "所在地区", required=False),
    Column("evaluated", "参加考评", help="是或否；“否”表示仅登记名称"),
    Column("prior_city", "上年市级等次", required=False),
    Column("prior_national", "上年国家级等次", required=False),
    Column("note", "备注", required=False),
)

RECOGNITIONS_SHEET = "认定"
RECOGNITIONS = (
    Column("carrier", "载体编号"),
    Column("level", "级别"),
    Column("on", "认定日期"),
    Column("document", "文号"),
)

TENANTS_SHEET = "高新技术企业"
TENANTS = (
    Column("tenant", "企业编号"),
    Column("name", "企业名称"),
    Column("carrier", "载体编号"),
    Column("entered_on", "入驻日期"),
    Column("graduated_on", "毕业日期", required=False, help="在孵企业留空"),
    Column("on", "认定日期"),
)

EXPERTS_SHEET = "专家评分"
MOST_EXPERTS = 7
EXPERTS = (
    Column("carrier", "载体编号"),
    Column("indicator", "指标"),
    *(Column(f"expert{number}", f"专家{number}", required=False) for number in range(1, MOST_EXPERTS + 1)),
)

DECISIONS_SHEET = "比例决定"
DECISIONS = (
    Column("carrier", "载体编号"),
    Column("rate", "决定的比例", help="小数，例如 0.50"),
    Column("by", "决定人"),
    Column("on", "决定日期"),
    Column("reason", "理由"),
)

REPORT_SHEET = "填报-{kind}"
EXPLANATION = Column("explanation", "核对说明", required=False, help="核对提醒确实属实时，在此说明原因")


class FigureColumn(NamedTuple):
    """A column of a report sheet: a figure, or one kind of a figure that counts several, in the unit of its heading."""

    figure: Figure
    kind: str | None
    unit: str

    @property
    def title(self) -> str:
        """The heading without its unit."""
        if self.kind is None:
            return self.figure.label
        return f"{self.figure.label}·{self.figure.kinds.get(self.kind, self.kind)}"

    @property
    def heading(self) -> str:
        return f"{self.title}（{unit_name(self.unit)}）" if self.unit else self.title

    def in_units(self) -> Iterator["FigureColumn"]:
        """The column in each unit it may be reported in: money also in 千元 and 万元."""
        yield self
        if is_money(self.unit):
            yield from (self._replace(unit=unit) for unit in UNIT_NAMES if unit != self.unit)


def figure_columns(scheme: Scheme) -> Iterator[FigureColumn]:
    """The columns of a scheme's report sheet after the carrier's."""
    for figure in scheme.figures.values():
        for kind in figure.kinds or (None,):
            yield FigureColumn(figure, kind, figure.unit)


def report_sheets(kinds: Mapping[str, str], schemes: Mapping[str, Scheme]) -> dict[str, str]:
    """The report sheet's name of each kind that has a scheme."""
    return {kind: REPORT_SHEET.format(kind=kinds[kind]) for kind in schemes}
