"""How the sample city was made: `python -m services.incubator.demo.sample_city FILE` writes the same workbook again.

Every figure, grade and amount belongs to a sample unit. Carriers that public documents name (大政办发〔2017〕119号, the
three-year plan of the demonstration zone) stand in the register by name alone.
"""

import random
import sys
from collections.abc import Callable, Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from stdnum.cn import uscc

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


class _Draw:
    """Numbers for one unit of a quality between 0 and 1; only `random()` is used, which every Python repeats."""

    def __init__(self, source: random.Random, quality: float) -> None:
        self.source = source
        self.quality = quality

    def whole(self, low: int, high: int, spread: float = 0.25) -> int:
        at = self.quality + (self.source.random() - 0.5) * spread
        return round(low + (high - low) * min(max(at, 0.0), 1.0))

    def yuan(self, low: int, high: int) -> Decimal:
        return Decimal(self.whole(low, high)) + Decimal(self.whole(0, 99, 2.0)) / 100


def _makerspace(draw: _Draw) -> dict[str, object]:
    seats = draw.whole(42, 108)
    return {
        "seats": seats,
        "seats_used": min(seats, round(seats * (0.5 + 0.5 * draw.whole(0, 100) / 100))),
        "mentors": draw.whole(1, 9),
        "agencies": draw.whole(1, 8),
        "activities": {
            "hosted": draw.whole(0, 8),
            "undertaken": draw.whole(0, 4),
            "hosted_jointly": draw.whole(0, 3),
            "undertaken_jointly": draw.whole(0, 4),
        },
        "new_teams": draw.whole(3, 26),
        "registered": {"company": draw.whole(1, 9), "sole_trader": draw.whole(0, 4)},
        "commercialised": draw.whole(0, 5),
        "financing": draw.yuan(100_000, 3_200_000),
        "tax": draw.yuan(10_000, 320_000),
        "talent": {
            "college": draw.whole(0, 4),
            "bachelor": draw.whole(1, 6),
            "master": draw.whole(0, 3),
            "doctor": draw.whole(0, 2),
        },
        "operating_cost": draw.yuan(150_000, 900_000),
    }


def _incubator(draw: _Draw) -> dict[str, object]:
    area, tenants, staff, jobs = (
        draw.whole(10_000, 32_000),
        draw.whole(24, 90),
        draw.whole(10, 24),
        draw.whole(180, 900),
    )
    income = draw.yuan(3_000_000, 16_000_000)
    return {
        "area": area,
        "tenant_area": area * draw.whole(62, 90) // 100,
        "tenants": tenants,
        "professionals": staff * draw.whole(55, 100) // 100,
        "staff": staff,
        "mentors": draw.whole(6, 24),
        "mentored_tenants": tenants * draw.whole(50, 100) // 100,
        "activities": draw.whole(8, 26),
        "service_partners": draw.whole(4, 14),
        "fund": draw.yuan(2_000_000, 8_000_000),
        "new_tenants": draw.whole(5, 18),
        "graduates": draw.whole(2, 9),
        "tenants_with_ip": tenants * draw.whole(30, 80) // 100,
        "ip_granted": draw.whole(10, 70),
        "tech_smes": draw.whole(2, 16),
        "hntes": draw.whole(0, 5),
        "financed_tenants": draw.whole(1, 8),
        "rd_spend": draw.yuan(2_000_000, 14_000_000),
        "revenue": draw.yuan(20_000_000, 180_000_000),
        "jobs": jobs,
        "graduate_jobs": jobs * draw.whole(55, 92) // 100,
        "income": income,
        "service_income": (income * draw.whole(18, 66) / 100).quantize(Decimal("0.01")),
        "training": draw.whole(3, 16),
        "contests": draw.whole(0, 3),
        "national_titles": draw.whole(0, 1),
        "operating_cost": draw.yuan(900_000, 4_800_000),
    }


def _university_park(draw: _Draw) -> dict[str, object]:
    area, tenants = draw.whole(8_000, 30_000), draw.whole(30, 80)
    return {
        "area": area,
        "incubation_area": area * draw.whole(42, 75) // 100,
        "tenants": tenants,
        "linked_tenants": tenants * draw.whole(30, 70) // 100,
        "graduates": draw.whole(3, 9),
        "transfers": draw.whole(6, 18),
        "transfer_value": draw.yuan(4_000_000, 12_000_000),
        "student_teams": draw.whole(6, 20),
        "interns": draw.whole(90, 240),
        "hntes": draw.whole(1, 5),
        "awards": draw.whole(0, 2),
        "operating_cost": draw.yuan(1_200_000, 3_600_000),
    }


def _agri_makerspace(draw: _Draw) -> dict[str, object]:
    makers = draw.whole(6, 24)
    return {
        "base_area": draw.whole(60, 420),
        "service_area": draw.whole(500, 1_400),
        "commissioners": draw.whole(4, 11),
        "makers": makers,
        "companies": min(draw.whole(1, 5), makers),
        "trainees": draw.whole(200, 640),
        "technologies": {"variety": draw.whole(1, 4), "technique": draw.whole(0, 3), "equipment": draw.whole(0, 2)},
        "sales": draw.yuan(600_000, 4_600_000),
        "farmers": draw.whole(50, 170),
    }


def _commissioner_team(draw: _Draw) -> dict[str, object]:
    members, parties = draw.whole(10, 18), draw.whole(6, 14)
    return {
        "members": members,
        "seniors": members * draw.whole(25, 60) // 100,
        "parties": parties,
        "service_days": draw.whole(180, 620),
        "projects": draw.whole(2, 6),
        "varieties": draw.whole(4, 12),
        "trained": draw.whole(150, 460),
        "income": draw.yuan(400_000, 2_400_000),
        "satisfied": parties - draw.whole(3, 0),
    }


FIGURES: dict[str, Callable[[_Draw], dict[str, object]]] = {
    "incubator": _incubator,
    "makerspace": _makerspace,
    "university_park": _university_park,
    "agri_makerspace": _agri_makerspace,
    "commissioner_team": _commissioner_team,
}


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
                organisations.append([organisation, f"样例单位 {place:03}", _credit_code(place)])
            quality = _quality(kind, number, count, source)
            carriers.append(_carrier(kind, number, carrier, name, organisation, policy.kinds[kind]))
            figures = FIGURES[kind](_Draw(source, quality)) | OVERRIDES.get(carrier, {})
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
        layout.TENANTS_SHEET: list(_tenants()),
        layout.EXPERTS_SHEET: experts,
        layout.DECISIONS_SHEET: DECIDED,
        **reports,
    }
    settings = {"year": 2018, "period": 2017, "finalised_on": date(2019, 1, 18), "policy": policy.id}
    write_workbook(path, policy, schemes, settings, rows, NOTES, UNITS)


def _organisation(kind: str, number: int) -> str:
    """One organisation each, but the first three run an incubator and a makerspace."""
    return f"U-F{number:02}" if kind == "makerspace" and number <= 3 else f"U-{LETTERS[kind]}{number:02}"


def _credit_code(number: int) -> str:
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


PRIOR = {
    "F02": ("优秀", "优秀"),
    "F05": ("良好", "不合格"),
    "F09": ("合格", None),
    "Z06": ("不合格", None),
    "Z17": ("不合格", None),
    "Z24": ("不合格", None),
    "Z33": ("优秀", None),
}
OVERRIDES: dict[str, dict[str, object]] = {"Z09": {"seats_used": 10, "new_teams": 14}}
EXPLAINED = {"Z09": "年内多个团队轮流使用工位，新增入驻团队数属实"}
DECIDED: list[list[object]] = [
    ["F08", "0.50", "样例办公室主任办公会", date(2018, 12, 28), "运营成本中含往年设备款，按一半比例补助"]
]
RECOGNISED: list[list[object]] = [
    ["F11", "国家级", date(2018, 5, 8), "样例文〔2018〕11号"],
    ["F12", "国家级", date(2018, 5, 8), "样例文〔2018〕11号"],
    ["Z05", "国家级", date(2018, 6, 20), "样例文〔2018〕17号"],
    ["Z06", "省级", date(2018, 4, 16), "样例文〔2018〕8号"],
    ["Z10", "国家级", date(2018, 6, 20), "样例文〔2018〕17号"],
    ["Z11", "省级", date(2018, 4, 16), "样例文〔2018〕8号"],
    ["Z12", "市级", date(2018, 4, 16), "样例文〔2018〕8号"],
    ["D03", "省级", date(2018, 9, 3), "样例文〔2018〕26号"],
    *([f"X{number:02}", "市级", date(2018, 9, 10), "样例文〔2018〕28号"] for number in range(1, 6)),
    *([f"T{number:02}", "市级", date(2018, 9, 10), "样例文〔2018〕29号"] for number in range(1, 6)),
]


def _tenants() -> Iterator[list[object]]:
    """Tenants that became 高新技术企业 on the two days of the year: mostly in incubation, some on the edges."""
    first, second = date(2018, 11, 16), date(2018, 11, 30)
    number = 0

    def tenant(carrier: str, entered: date, graduated: date | None, on: date) -> list[object]:
        nonlocal number
        number += 1
        return [f"E{number:03}", f"样例企业 {number:03}", carrier, entered, graduated, on]

    for _ in range(5):  # the incubator and the makerspace of one organisation share its yearly ceiling
        yield tenant("F01", date(2016, 3, 1), None, first)
    yield tenant("Z01", date(2017, 5, 1), None, second)
    yield tenant("F02", date(2014, 7, 1), date(2016, 11, 30), second)  # two years to the day
    yield tenant("F02", date(2014, 7, 1), date(2016, 11, 29), second)  # a day too long ago
    yield tenant("F03", date(2018, 12, 3), None, second)  # came after its title
    for place, carrier in enumerate(
        ("F02", "F03", "F04", "F04", "F06", "F07", "F08", "F08", "F10", "Z04", "Z09", "Z14")
    ):
        yield tenant(carrier, date(2015 + place % 3, 1 + place, 10), None, first if place % 2 else second)
    yield ["E010", "样例企业 010", "Z20", date(2015, 2, 1), date(2017, 2, 1), second]  # counted once, for its first


if __name__ == "__main__":
    make_sample_city(Path(sys.argv[1]))
