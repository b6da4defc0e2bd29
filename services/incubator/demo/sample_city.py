"""How the sample city was made: `python -m services.incubator.demo.sample_city FILE` writes the same workbook again.

Every figure, grade and amount belongs to a sample unit. Carriers that public documents name (大政办发〔2017〕119号, the
three-year plan of the demonstration zone) stand in the register by name alone.
"""

import random
import sys
from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from stdnum.cn import uscc

from services.incubator.demo.sample_events import DECIDED, EXPLAINED, OVERRIDES, PRIOR, RECOGNISED, tenants
from services.incubator.demo.sample_figures import FIGURES, Draw
from services.incubator.workbook import layout
from services.incubator.workbook.write import write_workbook
from shared.core.units import convert_money
from shared.evaluation import Scheme, load_scheme
from shared.policy import load_policy

SEED = 2018
DISTRICTS = (
    "高新园区",
    "金普新区",
    "中山区",
    "西岗区",
    "沙河口区",
    "甘井子区",
    "旅顺口区",
    "普兰店区",
    "瓦房店市",
    "庄河市",
)
SCHEMES = {
    "incubator": "incubator-100-sample",
    "makerspace": "makerspace-100",
    "university_park": "university-park-100-sample",
    "agri_makerspace": "agri-makerspace-100-sample",
    "commissioner_team": "commissioner-team-100-sample",
}
UNITS = {"financing": "thousand_yuan", "rd_spend": "thousand_yuan", "revenue": "thousand_yuan"}
"""火炬统计 speaks 千元; these columns are in its unit."""

NAMED = (
    ("大连软件园COCOSPACE", "众创空间", "高新园区"),
    ("大连理工大学π空间", "众创空间", "高新园区"),
    ("大连艺术学院文化科技创意园", "众创空间", "金普新区"),
    ("鲁迅美术学院研创工社", "众创空间", "金普新区"),
    ("海事大学科技园", "大学科技园", "高新园区"),
    ("大连民族大学科技园", "大学科技园", "金普新区"),
)
NAMED_NOTE = "公开文件提到的名称，仅登记，不参加本样例考评"
PLANNED = {"incubator": 12, "makerspace": 61, "university_park": 3, "agri_makerspace": 5, "commissioner_team": 5}
"""Sample units of each kind; with the named ones the numbers of the 2018 plan: 12, 65, 5, 5, 5."""
LETTERS = {
    "incubator": "F",
    "makerspace": "Z",
    "university_park": "D",
    "agri_makerspace": "X",
    "commissioner_team": "T",
}
NOT_REPORTED = {"Z17"}
NOTES = (
    "样例城市 2018 年度（数据期 2017 年）。",
    "名称带“样例”的单位全部是虚构的，数字、等次和金额都属于它们；公开文件提到的真实名称只登记名称，没有任何数据。",
    "载体数量取自 2018 年工作计划：国家级孵化器 12、众创空间 65、星创天地 5、科技特派团 5、大学科技园 5。",
    "填报表的列由指标方案生成；标题中的单位可以是元、千元或万元，读取时换算一次。",
)


def make_sample_city(path: Path) -> None:
    """Writes the sample city's workbook; the same cells every time."""
    policy = load_policy("dalian-2017-52")
    schemes = {kind: load_scheme(scheme) for kind, scheme in SCHEMES.items()}
    source = random.Random(SEED)  # noqa: S311 - sample figures, not secrets
    organisations: list[list[object]] = []
    carriers: list[list[object]] = []
    experts: list[list[object]] = []
    reports: dict[str, list[list[object]]] = {}
    for kind, count in PLANNED.items():
        sheet = layout.REPORT_SHEET.format(kind=policy.kinds[kind])
        for number in range(1, count + 1):
            carrier, name = f"{LETTERS[kind]}{number:02}", f"样例{policy.kinds[kind]} {number:02}"
            organisation = _organisation(kind, number)
            if not any(row[0] == organisation for row in organisations):
                place = len(organisations) + 1
                organisations.append([organisation, f"样例单位 {place:03}", nobodys_code(place)])
            quality = _quality(kind, number, count, source)
            carriers.append(_carrier(kind, number, carrier, name, organisation, policy.kinds[kind]))
            figures = FIGURES[kind](Draw(source, quality)) | OVERRIDES.get(carrier, {})
            if carrier in NOT_REPORTED:
                continue
            cells = list(_cells(schemes[kind], figures))
            reports.setdefault(sheet, []).append([carrier, name, *cells, EXPLAINED.get(carrier)])
            for indicator in schemes[kind].expert_indicators:
                top = float(indicator.full)
                marks = [_mark(source, quality, top) for _ in range(5)]
                experts.append([carrier, indicator.label, *marks])
    for number, (name, kind_name, district) in enumerate(NAMED, 1):
        carriers.append([f"N{number:02}", name, kind_name, None, None, district, "否", None, None, NAMED_NOTE])
    rows = {
        layout.ORGANISATIONS_SHEET: organisations,
        layout.CARRIERS_SHEET: carriers,
        layout.RECOGNITIONS_SHEET: RECOGNISED,
        layout.TENANTS_SHEET: list(tenants()),
        layout.EXPERTS_SHEET: experts,
        layout.DECISIONS_SHEET: DECIDED,
        **reports,
    }
    settings = {"year": 2018, "period": 2017, "finalised_on": date(2019, 1, 18), "policy": policy.id}
    write_workbook(path, policy, schemes, settings, rows, NOTES, UNITS)


def _organisation(kind: str, number: int) -> str:
    """One organisation each, but the first three run an incubator and a makerspace."""
    return f"U-F{number:02}" if kind == "makerspace" and number <= 3 else f"U-{LETTERS[kind]}{number:02}"


def nobodys_code(number: int) -> str:
    """A code whose check character is right and whose region does not exist: nobody's."""
    body = f"91000000MA{number:07}"
    return body + uscc.calc_check_digit(body)


def _quality(kind: str, number: int, count: int, source: random.Random) -> float:
    """Spread evenly over the kind, in no order."""
    place = (number * 7 + LETTERS_ORDER[kind]) % count
    low, high = QUALITY[kind]
    return low + (high - low) * (place + source.random()) / count


QUALITY = {
    "incubator": (0.2, 0.92),
    "makerspace": (0.3, 0.76),
    "university_park": (0.3, 0.86),
    "agri_makerspace": (0.25, 0.86),
    "commissioner_team": (0.25, 0.78),
}
"""The worst and the best unit of each kind: chosen so that a year has every grade."""
LETTERS_ORDER = {kind: place for place, kind in enumerate(LETTERS)}


def _mark(source: random.Random, quality: float, top: float) -> Decimal:
    mark = top * min(max(0.45 + 0.5 * quality + (source.random() - 0.5) * 0.2, 0.0), 1.0)
    return Decimal(repr(mark)).quantize(Decimal("0.5") if top > 50 else Decimal("0.1"), ROUND_HALF_UP)


def _carrier(kind: str, number: int, carrier: str, name: str, organisation: str, kind_name: str) -> list[object]:
    level = {"incubator": "国家级", "university_park": "省级"}.get(kind, "市级")
    if kind == "makerspace":
        level = ("国家级", "省级", "市级", "市级", "市级")[number % 5]
    prior_city, prior_national = PRIOR.get(carrier, (None, None))
    district = DISTRICTS[(number * 3 + LETTERS_ORDER[kind]) % len(DISTRICTS)]
    return [carrier, name, kind_name, level, organisation, district, "是", prior_city, prior_national, None]


def _cells(scheme: Scheme, figures: dict[str, object]) -> Iterator[object]:
    for column in layout.figure_columns(scheme):
        value = figures[column.figure.name]
        if isinstance(value, dict):
            value = value[column.kind]
        unit = UNITS.get(column.figure.name)
        if unit is not None and isinstance(value, Decimal):
            value = convert_money(value, column.figure.unit, unit)
        yield value


if __name__ == "__main__":
    make_sample_city(Path(sys.argv[1]))
