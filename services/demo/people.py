"""The people of the demo's two programme years: made by rule, nobody of them exists."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from stdnum.cn import ric

from services.incubator.demo.sample_city import nobodys_code
from shared.core.dates import add_days

OUTSTANDING, STAR, OPEN = "outstanding-youth-2017", "young-star-2018", "outstanding-youth-2019"
FIRST, SECOND = 14, 116
"""How many apply in the first year and in the second."""
FIELDS = ("材料", "信息", "生物医药", "装备制造", "海洋工程", "化工")
UNITS = 14
PLACE = "000000"
"""Of an identity number; nobody has it."""


class Person(NamedTuple):
    """An applicant: `number` counts over both years, and his account is `id`."""

    number: int
    id: str
    name: str
    programme: str
    unit: str
    field: str
    born_on: date
    share: Decimal
    """How well experts think of him, as a share of each criterion."""

    @property
    def email(self) -> str:
        return f"{self.id}@example.cn"

    @property
    def project(self) -> str:
        return f"{self.field}方向样例项目 {self.number:03}"

    @property
    def identity(self) -> str:
        body = f"{PLACE}{self.born_on:%Y%m%d}{2 * (self.number % 400) + 1:03}"
        return body + ric.calc_check_digit(f"{body}0")

    def typed(self) -> dict[str, str]:
        """The form as he fills it in."""
        outstanding = self.programme == OUTSTANDING
        return {
            "name": self.name, "id_number": self.identity, "born_on": self.born_on.isoformat(), "sex": "male",
            "email": self.email, "phone": f"1380000{self.number:04}", "degree": "doctor",
            "rank": "associate" if outstanding else "middle", "field": self.field, "employed_on": "2014-09-01",
            "since": "2012-07-01", "full_time": "是", "led_city": "1" if outstanding else "0", "titles": "无",
            "project": self.project, "basis": f"在{self.field}方向有三项成果，均为第一完成人。",
            "goals": "两年内完成样机和中试，形成两项标准。", "benefit": "在本市两家企业试用。",
            "requested": "100" if outstanding else "10", "self_raised": "50" if outstanding else "5",
        }  # fmt: skip


def unit_id(number: int) -> str:
    return f"TU-{number:02}"


def unit_name(number: int) -> str:
    return f"样例{'大学' if number <= 6 else '研究院' if number <= 10 else '医院'} {number}"


def unit_code(number: int) -> str:
    return nobodys_code(8000 + number)


def of_call(programme: str) -> list[Person]:
    """Who applies to a call, in the order of their numbers."""
    return [each for each in everybody() if each.programme == programme]


def everybody() -> Iterator[Person]:
    for number in range(1, FIRST + SECOND + 1):
        first = number <= FIRST
        place = number - 1 if first else number - FIRST - 1
        yield Person(
            number,
            f"p-{number:03}",
            "周申报" if number == 1 else f"样例申报人 {number:03}",
            OUTSTANDING if first else STAR,
            unit_id(place % UNITS + 1),
            FIELDS[number % len(FIELDS)],
            add_days(date(1985, 1, 1), number * 11),
            Decimal(95 - place * (2 if first else 1) // (1 if first else 3)) / 100,
        )
