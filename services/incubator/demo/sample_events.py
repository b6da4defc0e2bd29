"""What happened to the sample units in the year, and what they carry over from the one before."""

from collections.abc import Iterator
from datetime import date

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


def tenants() -> Iterator[list[object]]:
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
