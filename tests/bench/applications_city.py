"""A talent office with one call and as many applications as are asked for, written straight into its tables."""

import json
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import asyncpg  # type: ignore[import-untyped]
from sqlalchemy import JSON, Table
from sqlalchemy.dialects.postgresql import dialect
from sqlalchemy.ext.asyncio import AsyncEngine

from services.talent.service import SERVICE as TALENT
from services.talent.store.application_tables import APPLICATION, HAND_IN
from services.talent.store.review_tables import REVIEWS
from services.talent.store.selection_tables import RESULT
from services.talent.store.tables import APPLICANT, CALL, UNIT
from shared.core.clock import legal_date, system_now
from shared.core.settings import Settings
from shared.db.migrate import upgrade
from shared.db.transaction import transaction
from shared.identity import accounts, sessions
from shared.identity.opening import SCHEMA as IDENTITY
from shared.identity.roles import Role
from shared.identity.who import Grant
from shared.programme.load import load_programme
from shared.running.opening import opened_database

PROGRAMME = "young-star-2018"
UNITS, EXPERTS = 300, 60
DISTRICTS = ("中山区", "西岗区", "沙河口区", "甘井子区", "高新园区", "金普新区", "旅顺口区")
STATES = {
    "draft": 8, "submitted": 6, "recommended": 6, "returned": 3, "accepted": 60, "declined": 10, "withdrawn": 4,
    "lapsed": 3,
}  # fmt: skip
"""Of a hundred applications, so many stand there."""
NOT_HANDED_IN = ("draft",)
FAMILY, GIVEN = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂"
FIELDS = ("新材料", "海洋工程", "智能装备", "生物医药", "储能", "精细化工", "软件", "集成电路")
TOPICS = ("膜分离", "故障预测", "低温烧结", "流场仿真", "靶向递送", "图像识别", "柔性传感", "催化转化", "结构健康监测")
MARKS_EACH = 2
WRITTEN = "本人近年来围绕本领域的关键问题开展研究，取得了阶段性成果，并与本市企业合作完成了中试验证。" * 10
"""A text as applicants write them: what a list must not have to read."""
Row = dict[str, Any]


class City:
    """Everything in rows, the same for the same number."""

    def __init__(self, applications: int, now: datetime) -> None:
        self.now = now
        self.numbers = range(applications)
        self.chance = random.Random(applications)
        self.states = self.chance.choices([*STATES], [*STATES.values()], k=applications)
        accepted = [number for number in self.numbers if self.states[number] == "accepted"]
        totals = sorted((self.chance.randrange(4000, 9900) for _ in accepted), reverse=True)
        self.totals = dict(zip(accepted, totals, strict=True))
        """In hundredths of a point, the best first."""

    def units(self) -> Iterator[Row]:
        for number in range(UNITS):
            district = DISTRICTS[number % len(DISTRICTS)]
            yield {
                "id": f"T-{number:03}", "name": f"样例大学第 {number:03} 学院", "credit_code": f"9100{number:014}",
                "district": district, "contact_name": "科技处", "contact_email": f"t-{number}@example.cn",
            }  # fmt: skip

    def call(self) -> Row:
        today, programme = legal_date(self.now), load_programme(PROGRAMME)
        return {
            "programme_id": PROGRAMME, "state": "reviewed", "year": programme.year, "document_no": "样例文〔2018〕1号",
            "opens_on": today - timedelta(days=90), "closes_on": today - timedelta(days=60),
            "units_until": today - timedelta(days=50), "cut_off": today, "number": max(1, len(self.numbers) // 1000),
        }  # fmt: skip

    def applicants(self) -> Iterator[Row]:
        for number in self.numbers:
            name = self.chance.choice(FAMILY) + "".join(self.chance.choices(GIVEN, k=2))
            yield {
                "id": f"p-{number:06}", "name": name, "email": f"p{number}@example.cn", "phone": "13800000000",
                "made_at": self.now,
            }  # fmt: skip

    def applications(self) -> Iterator[Row]:
        for number in self.numbers:
            state = self.states[number]
            handed_in = None if state in NOT_HANDED_IN else self._at(number)
            waits = legal_date(self.now) + timedelta(days=10)
            yield {
                "id": id_of(number), "programme_id": PROGRAMME, "applicant_id": f"p-{number:06}", "unit_id": _unit(number),
                "state": state, "version": 3, "typed": _typed(number), "project": _project(number), "project_mark": "",
                "handed_in": 0 if handed_in is None else 1, "handed_in_at": handed_in,
                "recommend_until": waits if state == "submitted" else None,
                "correct_until": waits if state == "returned" else None, "reasons": {}, "reason": "", "by": "bench",
                "at": self.now,
            }  # fmt: skip

    def hand_ins(self) -> Iterator[Row]:
        for number in self.numbers:
            if self.states[number] not in NOT_HANDED_IN:
                yield {
                    "application_id": id_of(number), "number": 1, "receipt": f"RC-20180312-{number:08X}-1",
                    "unit_id": _unit(number), "typed": _typed(number), "checked": [], "signed_by": "本人",
                    "by": "bench", "at": self._at(number),
                }  # fmt: skip

    def results(self) -> Iterator[Row]:
        rank, last = 0, None
        for place, (number, total) in enumerate(self.totals.items(), 1):
            rank, last = (rank, last) if total == last else (place, total)
            scores = [
                {
                    "indicator": each.code,
                    "label": each.label,
                    "full": str(each.full),
                    "score": f"{total * each.full}"[:4],
                }
                for each in load_programme(PROGRAMME).review.scheme.indicators
            ]
            points = f"{total // 100}.{total % 100:02}"
            yield {
                "application_id": id_of(number), "programme_id": PROGRAMME, "computed": points, "total": points,
                "scores": scores, "rank": rank, "chosen_for": "", "at": self.now,
            }  # fmt: skip

    def experts(self) -> Iterator[Row]:
        for number in range(EXPERTS):
            yield {
                "id": f"E{number}", "account": f"e-{number}", "name": f"样例专家 {number}", "employer": "外地大学",
                "employer_code": "", "fields": [], "contact_email": f"e-{number}@example.cn", "contact_phone": "",
                "active": True,
            }  # fmt: skip

    def draws(self) -> Iterator[Row]:
        yield {
            "position": 1, "id": "bench", "round_id": PROGRAMME, "seed": "2018", "rules": {}, "made_from": {},
            "added": [], "why": "", "by": "bench", "at": self.now,
        }  # fmt: skip

    def reviews(self) -> Iterator[Row]:
        for number, expert in self._places():
            yield {
                "id": f"{number}-{expert}", "draw_id": "bench", "round_id": PROGRAMME, "application_id": id_of(number),
                "expert_id": expert, "state": "marked", "reason": "", "invited_at": self.now,
            }  # fmt: skip

    def marks(self) -> Iterator[Row]:
        for number, expert in self._places():
            for code in ("project", "person", "benefit"):
                yield {
                    "review_id": f"{number}-{expert}", "indicator": code, "mark": "12", "reason": "理由写明了",
                    "by": "bench", "at": self.now,
                }  # fmt: skip

    def counted(self) -> Iterator[Row]:
        for number, expert in self._places():
            for code in ("project", "person", "benefit"):
                yield {
                    "application_id": id_of(number), "indicator": code, "expert": expert, "mark": "12", "by": "bench",
                    "at": self.now,
                }  # fmt: skip

    def _places(self) -> Iterator[tuple[int, str]]:
        for number in self.totals:
            for turn in range(MARKS_EACH):
                yield number, f"E{(number + turn) % EXPERTS}"

    def _at(self, number: int) -> datetime:
        return self.now - timedelta(days=60, seconds=number * 7919 % 2_000_000)


def id_of(number: int) -> str:
    return f"{number * 2654435761 % 2**32:08x}-bench-{number:06}"


def _unit(number: int) -> str:
    return f"T-{number * 31 % UNITS:03}"


def _project(number: int) -> str:
    return f"{FIELDS[number % len(FIELDS)]}领域{TOPICS[number % len(TOPICS)]}关键技术研究（{number:06}）"


def _typed(number: int) -> dict[str, str]:
    return {
        "project": _project(number),
        "basis": WRITTEN,
        "goals": WRITTEN[:100],
        "degree": "doctor",
        "born_on": "1990-02-03",
    }


async def bulk(connection: asyncpg.Connection, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """COPY, in the order of the keys of the first row."""
    first, *rest = rows if isinstance(rows, Sequence) else [*rows]
    names = list(first)
    json_columns = {name for name in names if isinstance(table.c[name].type.dialect_impl(dialect()), JSON)}
    given = (
        tuple(json.dumps(row[name], ensure_ascii=False) if name in json_columns else row[name] for name in names)
        for row in (first, *rest)
    )
    await connection.copy_records_to_table(table.name, schema_name=TALENT.name, columns=names, records=given)


async def fill(database: str, applications: int) -> None:
    city = City(applications, system_now())
    connection = await asyncpg.connect(database)
    try:
        for table, rows in (
            (UNIT, city.units()), (CALL, [city.call()]), (APPLICANT, city.applicants()),
            (APPLICATION, city.applications()), (HAND_IN, city.hand_ins()), (RESULT, city.results()),
            (REVIEWS.expert, city.experts()), (REVIEWS.draw, city.draws()), (REVIEWS.review, city.reviews()),
            (REVIEWS.mark, city.marks()), (REVIEWS.counted, city.counted()),
        ):  # fmt: skip
            await bulk(connection, table, rows)
        await connection.execute("vacuum analyze")  # as the server does by itself, some time after so much was written
    finally:
        await connection.close()


async def clerk(settings: Settings, engine: AsyncEngine) -> str:
    """The session of a clerk who heads the office as well: the pages show everything there is to do."""
    await upgrade(engine, IDENTITY)
    async with transaction(engine) as connection:
        now = system_now()
        await accounts.make(
            connection, "clerk", "经办", "clerk@example.cn", [Grant(Role.CLERK), Grant(Role.HEAD)], "bench", now
        )
        return (await sessions.begin(connection, "clerk", "bench", now, second_factor=True)).token


async def city(settings: Settings, database: str, applications: int) -> str:
    """Everything there is, and the session of the clerk who looks at it."""
    async with opened_database(settings, TALENT) as engine:
        await upgrade(engine, TALENT)
    await fill(database, applications)
    async with opened_database(settings, IDENTITY) as identity:
        return await clerk(settings, identity)
