"""The pages of rounds and evaluations: numbers, ranking, each point explained; and the counts that run along."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy.ext.asyncio import AsyncEngine

from services.incubator.usecases import finalising, rounds
from services.incubator.web import progress
from tests.integration.little_city import ROUND, City, Visitor, little_city

pytestmark = pytest.mark.one_database


@pytest.fixture
async def city(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[City]:
    async with little_city(database, tmp_path) as made:
        yield made


async def test_a_round_shows_its_states_as_they_were_reached_and_as_they_are_planned(city: City) -> None:
    await city.registered()
    await city.opened()
    page = await Visitor(city).get(f"/incubator/rounds/{ROUND}")
    assert "待开放 2018-11-01 09:00 填报中 2018-11-01 09:00 已截止 预定 2018-11-30 已定等次 未到" in page.text
    assert "还有 4 家没有填报 0 / 4" in page.text
    await city.reported()
    await city.graded()
    await city.objected()
    page = await Visitor(city).get(f"/incubator/rounds/{ROUND}")
    assert "公示中 2018-12-24 09:00 已确定 预定 2018-12-29" in page.text
    assert "应填报 4 未填报 1 已提交待受理 0 退回更正中 0 已受理 3 已定等次 4 公示中 4" in page.text


async def test_a_round_ranks_its_carriers_with_lines_grades_and_reasons(city: City) -> None:
    await city.registered()
    await city.opened()
    await city.reported()
    await city.graded()
    visitor = Visitor(city)
    page = await visitor.get(f"/incubator/rounds/{ROUND}")
    rows = page.rows()
    ranked = rows[next(place for place, row in enumerate(rows) if row.startswith("名次")) + 1 :]
    assert [row.split(" ")[0] for row in ranked] == ["1", "1", "优秀线", "3", "—"]  # equal totals share a rank
    assert "样例众创空间 1" in ranked[0]
    assert ranked[2] == "优秀线 85 分"
    assert "77.50 良好 总分达到良好线 70" in ranked[3]
    assert "没有按时报送 提出取消资格" in ranked[4]
    assert any("优秀 85 — 2 99.50" in row for row in rows)  # line, quota, how many, the least of them
    found = await visitor.get(f"/incubator/rounds/{ROUND}?text=空间 2")
    assert [row.split(" ")[0] for row in found.rows()[-1:]] == ["3"]  # its rank is that among all
    away = await visitor.get(f"/incubator/rounds/{ROUND}?state=due")
    assert "样例众创空间 3" in away.text
    assert "样例众创空间 1" not in away.text
    none = await visitor.get(f"/incubator/rounds/{ROUND}?grade=qualified")
    assert "没有符合条件的载体" in none.text
    assert "没有这个选项" in (await visitor.get(f"/incubator/rounds/{ROUND}?grade=superb")).text
    by_name = await visitor.get(f"/incubator/rounds/{ROUND}?order=name")
    assert "优秀线 85 分" not in by_name.text  # lines lie between ranks


async def test_the_rounds_are_listed_with_what_came_in(city: City) -> None:
    await city.registered()
    await city.opened()
    await city.reported()
    page = await Visitor(city).get("/incubator/rounds")
    (row,) = [row for row in page.rows() if "众创空间" in row]
    assert "样例文〔2018〕31号" in row
    assert row.endswith("3 0 4")
    assert (await Visitor(city).get("/incubator/rounds/2017-incubator", 404)).text.count("没有考评批次") == 1


async def test_rounds_are_sorted_filtered_and_taken_away(city: City) -> None:
    await city.registered()
    await city.opened()
    await city.reported()
    order = rounds.OpenRound(
        year=2018, kind="incubator", scheme="incubator-100-sample", document_no="样例文〔2018〕2号",
        opens_on=date(2018, 12, 1), closes_on=date(2018, 12, 30),
    )  # fmt: skip
    await city.do(rounds.open_round, order)
    incubators, makerspaces = "2018 年度科技企业孵化器", "2018 年度众创空间"
    for query, expected in (
        ("", [incubators, makerspaces]),
        ("sort=submitted", [incubators, makerspaces]),
        ("sort=-submitted", [makerspaces, incubators]),
        ("sort=-opens_on", [incubators, makerspaces]),
        ("kind=incubator", [incubators]),
        ("text=31号", [makerspaces]),
        ("state=finalised", []),
    ):
        page = await Visitor(city).get(f"/incubator/rounds?{query}")
        assert (query, [" ".join(row.split(" ")[:2]) for row in page.rows() if "年度" in row]) == (query, expected)
        content = (await Visitor(city).client.get(f"/incubator/rounds.xlsx?{query}")).content
        heads, *taken = load_workbook(BytesIO(content)).worksheets[0].iter_rows(values_only=True)
        assert (query, [row[0] for row in taken]) == (query, expected)
    assert heads[-3:] == ("已报", "受理", "应报")


async def test_an_evaluation_explains_each_indicator_and_shows_what_a_correction_changed(city: City) -> None:
    await city.year()
    page = await Visitor(city).get(f"/incubator/evaluations/{ROUND}-Z2")
    assert "总分 93.50" in page.text
    assert "名次 3 共 4 家" in page.text
    assert "11 项指标得分" in page.text
    (financing,) = [row for row in page.rows() if row.startswith("投融资额")]
    assert "每满 300000 元得 1 分" in financing
    assert "2400000 8 8" in financing
    mentors = next(row for row in page.rows() if row.startswith("外聘创业导师 人"))
    assert mentors == "外聘创业导师 人 90 9 9"  # three versions side by side
    assert 'class="changed"' in page.html
    assert "获得投融资额 0.00 元 0.00 元 2,400,000.00 元" in page.text
    assert "异议成立：良好 → 优秀" in page.text
    assert "与附件名单不符，请核对" in page.text
    assert "处理：凭证属实" in page.text
    assert f"/incubator/chain/{ROUND}-Z2" in page.links
    assert "300,000.00" in page.text


async def test_no_page_names_who_objected(city: City) -> None:
    await city.year()
    for path in (
        f"/incubator/evaluations/{ROUND}-Z2",
        f"/incubator/chain/{ROUND}-Z2",
        "/incubator/carriers/Z2",
        f"/incubator/rounds/{ROUND}",
        "/",
    ):
        page = await Visitor(city).get(path)
        links = [link for link in page.links if "secret-objector" in link and not link.startswith("/notify/")]
        assert "secret-objector" not in page.text
        assert not links
    assert "异议人（身份保密）" in (await Visitor(city).get(f"/incubator/chain/{ROUND}-Z2")).text


async def test_a_report_that_has_no_grade_yet_has_its_page(city: City) -> None:
    await city.registered()
    await city.opened()
    page = await Visitor(city).get(f"/incubator/evaluations/{ROUND}-Z1")
    assert "批次现在是“填报中”，填报“未填报”，2018-11-30 截止" in page.text
    await Visitor(city).get("/incubator/evaluations/nothing", 404)


# ---------- the counts that run along ----------


def message(frame: bytes | str) -> dict[str, Any]:
    text = frame.decode() if isinstance(frame, bytes) else frame
    found: dict[str, Any] = json.loads(text.split("data: ", 1)[1])
    return found


async def test_the_stream_tells_each_change_and_ends_when_there_is_nothing_more_to_wait_for(city: City) -> None:
    await city.registered()
    await city.opened()
    await city.reported()
    await city.graded()
    await city.decided(await city.objected())
    answer = await progress.stream(city.running, ROUND)
    frames = aiter(answer.body_iterator)
    assert answer.media_type == "text/event-stream"
    first = message(await anext(frames))  # type: ignore[arg-type]  # it yields bytes
    assert (first["graded"], first["public"], first["finalised"], first["settled"], first["over"]) == (
        4,
        4,
        0,
        0,
        False,
    )
    city.at(date(2019, 1, 2))
    await city.do(finalising.finalise_round, finalising.FinaliseRound(round_id=ROUND), "schedule")
    second = message(await anext(frames))  # type: ignore[arg-type]
    assert (second["finalised"], second["settled"], second["text"]) == (4, 0, "正在核算补助，还有 4 家")
    await city.settled()
    third = message(await anext(frames))  # type: ignore[arg-type]
    assert (third["done"], third["total"], third["over"]) == (4, 4, True)
    await city.write_letters()
    rest = [str(frame, "utf-8") async for frame in frames]  # type: ignore[arg-type]
    assert message(rest[-2])["handed_over"] == 13
    assert rest[-1].startswith("event: end")


async def test_the_stream_ends_with_the_service(city: City) -> None:
    await city.registered()
    await city.opened()
    answer = await progress.stream(city.running, ROUND)
    frames = aiter(answer.body_iterator)
    await anext(frames)
    waiting = asyncio.ensure_future(anext(frames))
    city.running.stop.set()
    async with asyncio.timeout(60):
        assert b"event: end" in bytes(await waiting)  # type: ignore[arg-type]


async def test_a_stream_of_a_round_that_is_over_ends_by_itself_and_one_of_none_is_refused(city: City) -> None:
    await city.year()
    page = await Visitor(city).get(f"/incubator/rounds/{ROUND}")
    assert "data-progress-src" not in page.html  # nothing to wait for
    answer = await Visitor(city).client.get(f"/incubator/rounds/{ROUND}/progress")
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.text.count("data: {") == 2
    assert answer.text.rstrip().endswith("data: {}")
    await Visitor(city).get("/incubator/rounds/none/progress", 404)
