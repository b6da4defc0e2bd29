"""A report as its reviewers see it: the district's first review, defects at the fields, accepting one and many."""

import io
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from markupsafe import escape
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.incubator.store.reporting_tables import DISTRICT_REVIEW
from services.incubator.store.tables import AUDIT, REPORT
from services.incubator.store.trail import DISTRICT_REVIEWS
from services.incubator.usecases.district_review import ReviewInDistrict, review_in_district
from shared.core.errors import DomainError
from tests.integration.desk_people import (
    AUDITOR,
    CLERK,
    FINANCE,
    GAOXIN,
    ZHONGSHAN,
    Person,
    give_back,
    hand_in,
    hidden,
)
from tests.integration.little_city import FULL, ROUND, City, little_city

pytestmark = pytest.mark.one_database

REPORTS = "/incubator/reports"
Z1, Z2, Z3, Z4 = (f"{ROUND}-Z{number}" for number in range(1, 5))
DEFECT: dict[str, Any] = {"version": "1", "defect:mentors": "与附件不符", "deadline": "2018-12-01"}


@pytest.fixture
async def city(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[City]:
    """Z1 and Z4 wait for their reviewers; Z2 has a correction to make; Z3 is missing."""
    async with little_city(database, tmp_path) as city:
        await city.registered()
        await city.opened()
        city.at(date(2018, 11, 20))
        for id_ in ("Z1", "Z2", "Z4"):
            await hand_in(city, id_)
        await give_back(city, "Z2", date(2018, 12, 5))
        yield city


async def state_of(city: City, report_id: str) -> str:
    async with city.running.look() as connection:
        found: str = (await connection.execute(select(REPORT.c.state).where(REPORT.c.id == report_id))).scalar_one()
        return found


async def test_the_list_filters_sorts_and_is_taken_away_with_everything_it_shows(city: City) -> None:
    clerk = Person(city, CLERK)
    page = await clerk.get(REPORTS)
    assert len([row for row in page.rows() if "样例众创空间" in row]) == 4
    waiting = await clerk.get(f"{REPORTS}?state=submitted&district=高新园区")
    assert ["样例众创空间 1" in row for row in waiting.rows()[1:]] == [True]
    city.at(date(2018, 12, 6))
    late = [row for row in (await clerk.get(f"{REPORTS}?late=yes&sort=-carrier")).rows() if "众创" in row]
    assert [row.split(" 众创空间")[0] for row in late] == ["样例众创空间 3", "样例众创空间 2"]
    assert late[0].endswith("6")  # days late
    answer = await clerk.client.get(f"{REPORTS}.xlsx?late=yes")
    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    values = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert values[0][:5] == ["载体", "类型", "区县", "年度", "状态"]
    assert sorted((row[0], row[4]) for row in values[1:]) == [
        ("样例众创空间 2", "已退回"),
        ("样例众创空间 3", "未填报"),
    ]


async def test_a_district_sees_and_touches_its_own_and_nobody_elses(city: City) -> None:
    gaoxin = Person(city, GAOXIN)
    page = await gaoxin.get(REPORTS)
    assert "样例众创空间 1" in page.text
    assert "样例众创空间 4" not in page.text
    assert "中山区" not in page.text
    answer = await gaoxin.client.get(f"{REPORTS}.xlsx")
    cells = [cell.value for row in load_workbook(io.BytesIO(answer.content)).worksheets[0].iter_rows() for cell in row]
    assert "样例众创空间 4" not in cells
    await gaoxin.get(f"{REPORTS}/{Z4}", 404)
    given: dict[str, Any] = {"version": "1", "recommended": "yes", "opinion": "材料齐全"}
    await gaoxin.post(f"{REPORTS}/{Z4}/district", 404, **given)
    await gaoxin.post(f"{REPORTS}/{Z4}/return", 404, **DEFECT)
    await gaoxin.post(f"{REPORTS}/{Z1}/accept", 403, version="1")
    await gaoxin.post(REPORTS, 403, report_id=[Z1])
    await Person(city, CLERK).post(f"{REPORTS}/{Z1}/district", 403, **given)
    await Person(city, FINANCE).post(f"{REPORTS}/{Z1}/accept", 403, version="1")
    auditor = Person(city, AUDITOR)
    assert "<textarea" not in (await auditor.get(f"{REPORTS}/{Z1}")).html
    await auditor.post(f"{REPORTS}/{Z1}/return", 403)
    assert [await state_of(city, each) for each in (Z1, Z4)] == ["submitted", "submitted"]


async def test_the_districts_opinion_is_kept_shown_to_the_office_and_in_the_audit_trail(city: City) -> None:
    gaoxin, address = Person(city, GAOXIN), f"{REPORTS}/{Z1}"
    lacking = await gaoxin.post(f"{address}/district", 422, version="1", opinion="材料齐全")
    assert "请选择推荐或不推荐" in lacking.text
    assert "材料齐全</textarea>" in lacking.html  # what was typed is kept
    empty = await gaoxin.post(f"{address}/district", 422, version="1", recommended="no", opinion=" ")
    assert "请写初审意见" in empty.text
    bad: dict[str, Any] = {"version": "1", "recommended": "yes", "opinion": "好", "site_checked_on": "昨天"}
    assert "请写成 2018-12-20" in (await gaoxin.post(f"{address}/district", 422, **bad)).text
    tomorrow = bad | {"site_checked_on": "2018-11-21"}
    assert "还没有到" in (await gaoxin.post(f"{address}/district", 422, **tomorrow)).text
    said = bad | {"opinion": "材料齐全", "site_checked_on": "2018-11-19", "site_note": "在用工位 95 个"}
    for _ in range(2):  # a double click records it once
        await gaoxin.post(f"{address}/district", **said)
    page = await Person(city, CLERK).get(address)
    assert "推荐 第 1 版 · gaoxin-1" in page.text
    assert "2018-11-19 现场核查：在用工位 95 个" in page.text
    assert "还没有初审这一版" not in page.text
    await gaoxin.post(f"{address}/district", **(said | {"recommended": "no", "opinion": "工位不实"}))
    async with city.running.look() as connection:
        rows = (await connection.execute(select(DISTRICT_REVIEW).order_by(DISTRICT_REVIEW.c.position))).mappings().all()
        of_the_district = (AUDIT.entry.c.record == "district_review") & (AUDIT.entry.c.of == Z1)
        entries = (
            (await connection.execute(select(AUDIT.entry).where(of_the_district).order_by(AUDIT.entry.c.position)))
            .mappings()
            .all()
        )
    assert [(row["recommended"], row["opinion"]) for row in rows] == [(True, "材料齐全"), (False, "工位不实")]
    assert [(entry["act"], entry["digest"]) for entry in entries] == [
        ("report:recommended", DISTRICT_REVIEWS.digest(rows[0])),
        ("report:not_recommended", DISTRICT_REVIEWS.digest(rows[1])),
    ]
    listed = await Person(city, CLERK).get(f"{REPORTS}?first=no")
    assert [row for row in listed.rows() if "样例众创空间 1" in row]
    assert not [row for row in (await Person(city, CLERK).get(f"{REPORTS}?first=none")).rows() if "空间 1" in row]


async def test_an_opinion_is_of_the_version_that_was_looked_at(city: City) -> None:
    order = ReviewInDistrict(report_id=Z1, version=1, recommended=True, opinion="好")
    await give_back(city, "Z1", date(2018, 12, 5))
    with pytest.raises(DomainError, match="填报已退回，现在不能初审"):
        await city.do(review_in_district, order, "gaoxin-1")
    await hand_in(city, "Z1")
    refused = await Person(city, GAOXIN).post(
        f"{REPORTS}/{Z1}/district", 409, version="1", recommended="yes", opinion="好"
    )
    assert "您看的是第 1 版，现在已是第 2 版" in refused.text
    assert "您看的是第 1 版" in (await Person(city, CLERK).post(f"{REPORTS}/{Z1}/accept", 409, version="1")).text
    old: dict[str, Any] = {"version": "1", "defect:mentors": "x", "deadline": "2018-12-01"}
    assert "您看的是第 1 版" in (await Person(city, CLERK).post(f"{REPORTS}/{Z1}/return", 409, **old)).text


async def test_defects_are_written_at_their_fields_and_reach_the_operator(city: City) -> None:
    clerk, address = Person(city, CLERK), f"{REPORTS}/{Z1}"
    page = await clerk.get(address)
    assert 'name="defect:operating_cost"' in page.html
    nothing = await clerk.post(f"{address}/return", 422, version="1", deadline="2018-12-01")
    assert "至少写一项才能退回" in nothing.text
    typed: dict[str, Any] = {"version": "1", "defect:operating_cost": "请附审计报告 <b>", "deadline": "2018-11-19"}
    past = await clerk.post(f"{address}/return", 422, **typed)
    assert "已经过去" in past.text
    assert "请附审计报告 &lt;b&gt;</textarea>" in past.html
    long_ = await clerk.post(f"{address}/return", 422, **(typed | {"defect:operating_cost": "长" * 501}))
    assert 'aria-invalid="true"' in long_.html
    assert (
        "没有 strange 一项"
        in (
            await clerk.post(f"{address}/return", 422, **(typed | {"defect:strange": "x", "deadline": "2018-12-01"}))
        ).text
    )
    await clerk.post(f"{address}/return", **(typed | {"deadline": "2018-12-01"}))
    assert (
        await clerk.post(f"{address}/return", 409, **(typed | {"deadline": "2018-12-01"}))
    ).status == 409  # once more
    told = [each.event for each in await city.told("incubator.report.returned.v1")][-1]
    assert (told.report_id, dict(told.reasons)) == (Z1, {"operating_cost": "请附审计报告 <b>"})
    page = await clerk.get(f"{address}?done=returned")
    assert "上年度运营成本：请附审计报告 <b>" in page.text
    assert "更正期限 2018-12-01，还可退回 2 次" in page.text
    assert 'name="defect:' not in page.html


async def test_a_correction_shows_what_changed_and_what_does_not_agree_with_its_explanation(city: City) -> None:
    await hand_in(city, "Z2", FULL | {"seats_used": 20}, "两队合用一个工位")  # 25 new teams at 20 seats
    page = await Person(city, CLERK).get(f"{REPORTS}/{Z2}")
    assert any("20 上一版 95" in row for row in page.rows())
    assert any("核对不符" in row and "两队合用一个工位" in row for row in page.rows())
    assert "得分预估" in page.text


async def test_many_are_accepted_at_once_after_units_and_letters_were_shown(city: City) -> None:
    clerk = Person(city, CLERK)
    seen = await clerk.post(REPORTS, 200, report_id=[Z1, Z4])
    assert "信件 2 封" in seen.text
    assert any("样例众创空间 1" in row and "已提交 → 已受理" in row for row in seen.rows())
    assert any("《填报审核通过》" in row and "样例单位 4" in row for row in seen.rows())
    assert await state_of(city, Z1) == "submitted"
    confirmed: dict[str, Any] = {"report_id": [Z1, Z4], "confirmed": hidden(seen, "confirmed")}
    await clerk.post(REPORTS, **confirmed)
    assert [await state_of(city, each) for each in (Z1, Z4)] == ["accepted", "accepted"]
    assert len(await city.told("incubator.report.accepted.v1")) == 2
    twice = await clerk.post(REPORTS, 409, **confirmed)  # the back button
    assert "已受理" in twice.text
    assert len(await city.told("incubator.report.accepted.v1")) == 2


async def test_acceptance_leads_back_to_the_list_as_it_was_narrowed_and_says_what_was_done(city: City) -> None:
    clerk = Person(city, CLERK)
    narrowed = f"{REPORTS}?round={ROUND}&state=submitted"
    assert f'action="{escape(narrowed)}"' in (await clerk.get(narrowed)).html
    seen = await clerk.post(narrowed, 200, report_id=[Z1, Z4])
    assert f'action="{escape(narrowed)}"' in seen.html
    done = await clerk.client.post(narrowed, data={"report_id": [Z1, Z4], "confirmed": hidden(seen, "confirmed")})
    where = done.headers["location"]
    assert where == f"{REPORTS}?round={ROUND}&state=accepted&did=report-accepted.2"
    page = await clerk.get(where)
    assert "已受理 2 份填报，受理信随即发给运营单位。" in page.text
    assert "did=" not in page.html, "no link of the page says it again"
    assert "请汇款" not in (await clerk.get(f"{REPORTS}?did=请汇款.1")).text


async def test_one_that_cannot_be_accepted_stops_all_and_the_choice_is_kept(city: City) -> None:
    clerk = Person(city, CLERK)
    refused = await clerk.post(REPORTS, 409, report_id=[Z1, Z3])
    assert f"填报“{Z3}”现在是“未填报”" in refused.text
    assert f'value="{Z1}" checked' in refused.html
    assert await state_of(city, Z1) == "submitted"
    assert "没有选中任何一份" in (await clerk.post(REPORTS, 422)).text
    await clerk.post(f"{REPORTS}/{Z1}/accept", version="1")
    assert await state_of(city, Z1) == "accepted"


async def test_a_report_that_is_missing_shows_no_draft_to_its_reviewers(city: City) -> None:
    page = await Person(city, ZHONGSHAN).get(f"{REPORTS}/{Z3}")
    assert "还没有提交" in page.text
    assert "<form" not in page.html.split("<main")[1].split("</main>")[0]
