"""A ranking longer than a page: its lines by fifty, its picture around the cut line, the choice across pages."""

import re
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncEngine

from services.talent.store import ranked, selections
from services.talent.store.application_tables import APPLICATION
from services.talent.store.selection_tables import RESULT
from services.talent.store.tables import APPLICANT, CALL
from services.talent.usecases import ranking
from services.talent.web import ranking_picture, ranking_view, weighing
from tests.integration.talent_office import YOUNG_STAR
from tests.integration.talent_site import TalentSite, rows_of, talent_site

pytestmark = [pytest.mark.one_database, pytest.mark.tables_of("talent")]
RANKING = f"/talent/calls/{YOUNG_STAR}/ranking"
NAMES = 130
TIED = range(48, 52)
"""The fiftieth and the fifty-first share a total, with the one before and the one after them: across the page."""


def id_of(number: int) -> str:
    return f"a-{number:03}"


def total_of(number: int) -> Decimal:
    """The best is the first; those behind the hundredth do not reach the least total."""
    return Decimal("99.00") - Decimal("0.39") * (TIED[0] if number in TIED else number)


@pytest.fixture
async def site(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[TalentSite]:
    """A call whose number of places ends within a tie, ranked; the last one was taken out of the ranking."""
    async with talent_site(database, tmp_path) as made:
        async with made.office.unit() as unit:
            common: dict[str, Any] = {"programme_id": YOUNG_STAR, "at": unit.now}
            people = [
                {"id": f"p-{each:03}", "name": f"申报人{each:03}", "email": f"p{each}@example.cn", "made_at": unit.now}
                for each in range(NAMES)
            ]
            applied = [
                common | {
                    "id": id_of(each), "applicant_id": f"p-{each:03}", "unit_id": "T-01", "state": "accepted",
                    "version": 1, "typed": {}, "project": f"项目 {each}", "handed_in": 1, "reasons": {}, "by": "test",
                }
                for each in range(NAMES)
            ]  # fmt: skip
            totals = [None if each == NAMES - 1 else f"{total_of(each):f}" for each in range(NAMES)]
            results = [
                common | {"application_id": id_of(each), "computed": total, "total": total, "scores": []}
                for each, total in enumerate(totals)
            ]
            for table, rows in ((APPLICANT, people), (APPLICATION, applied), (RESULT, results)):
                await unit.connection.execute(insert(table), rows)
            await unit.connection.execute(
                update(CALL).where(CALL.c.programme_id == YOUNG_STAR).values(state="reviewed", number=50)
            )
            await ranking.place(unit, YOUNG_STAR)
        yield made


def lines_of(page: str) -> list[str]:
    """The applications a page lists, in its order."""
    return re.findall(rf'<th scope="row"><a href="{RANKING}/(a-\d+)"', page)


async def test_a_ranking_is_paged_and_a_tie_is_one_tie_on_both_sides_of_a_page(site: TalentSite) -> None:
    first = (await site.get(RANKING, "head")).text
    second = (await site.get(f"{RANKING}?page=2")).text
    assert lines_of(first) == [id_of(each) for each in range(50)]
    assert lines_of(second) == [id_of(each) for each in range(50, 100)]
    tied = [
        re.findall(r'<td class="num">(\d+)</td>\s*<th scope="row"><a[^>]+>[^<]+</a></th>', page)
        for page in (first, second)
    ]
    assert (tied[0][-3:], tied[1][:3]) == (["48", "49", "49"], ["49", "49", "53"])
    shown = [page.partition("<table")[2].partition("</table")[0].count("同分待定") for page in (first, second)]
    assert shown == [2, 2]
    assert "同分的 4 份里正好选 2 份" in first
    assert "共 130 条，第 1 / 3 页" in first
    assert f'名额线在<a href="{RANKING}?page=1">第 1 页' in first
    tried = (await site.get(f"{RANKING}?number=60&page=2")).text
    assert "位置会变的 12 份" in tried
    assert tried.partition("<table")[2].count("原为同分待定") == 2
    assert tried.partition("<table")[2].count("原为名额以外") == 8
    assert f"{RANKING}?number=60&amp;page=3" in tried


async def test_a_page_beyond_the_end_is_the_last_one(site: TalentSite) -> None:
    last = lines_of((await site.get(f"{RANKING}?page=3")).text)
    assert last == [id_of(each) for each in range(100, NAMES)]
    assert lines_of((await site.get(f"{RANKING}?page=999999")).text) == last
    for asked in ("0", "x"):
        assert lines_of((await site.get(f"{RANKING}?page={asked}")).text) == [id_of(each) for each in range(50)]


async def test_the_picture_of_a_long_ranking_is_drawn_around_its_cut_line(
    site: TalentSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranking_picture, "MOST_COLUMNS", 20)
    for page in ("", "?page=3"):  # whichever lines are read
        drawn = (await site.get(f"{RANKING}{page}")).text.partition("<svg")[2].partition("</svg>")[0]
        assert "从高到低共 129 份，名额 50 名" in drawn
        assert "名额线前后的第 41 到第 60 份" in drawn
        columns = re.findall(r"<title>(\d+) 申报人(\d+) ", drawn)
        assert [int(number) for _, number in columns] == list(range(40, 60))
        assert drawn.count('class="cut"') == 2  # the line and its words: nobody here is below the least total
    below = (await site.get(f"{RANKING}?number=95")).text.partition("<svg")[2].partition("</svg>")[0]
    assert "最低 60 分" in below.partition("</desc>")[2]
    assert below.count('class="cut"') == 4


async def test_who_is_not_named_in_a_list_is_chosen_by_his_id_and_nobody_else_is_public(
    site: TalentSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranking_view, "MOST_OFFERED", 3)
    monkeypatch.setattr(weighing, "MOST_DRAWN", 5)
    page = (await site.get(f"{RANKING}?page=3", "head")).text
    offered = {name: re.findall(rf'name="{name}" value="(a-\d+)"', page) for name in ("tied", "more")}
    assert offered == {"tied": ["a-048", "a-049", "a-050"], "more": ["a-048", "a-049", "a-050"]}
    assert "另外 1 份按名次在后" in page
    given: dict[str, str | list[str]] = {
        "tied": "a-049",
        "tied_ids": "a-051",
        "more_ids": "a-090、 a-060",
        "reason": "更成熟",
    }
    below = await site.post(f"{RANKING}/publicise", "head", **(given | {"more_ids": "a-120"}))
    assert below.status_code == 409
    assert "申报“a-120”不能增补" in below.text
    assert re.search(r'name="tied" value="a-049" checked', below.text)
    assert ">a-120</textarea>" in below.text
    assert f'href="{RANKING}?page=2"' in below.text  # the other pages are asked for, not posted
    preview = await site.post(f"{RANKING}/publicise", "head", **given)
    assert "拟入选 52 名" in preview.text
    assert "其余 78 份" in preview.text
    assert "共 52 份，按名次列出了前 5 份" in preview.text
    seen = {
        name: re.findall(rf'name="{name}" value="([0-9a-f]{{64}})"', preview.text)[0] for name in ("confirmed", "seen")
    }
    done = await site.post(f"{RANKING}/publicise", "head", **given, **seen)
    assert done.status_code == 303
    async with site.office.engine.connect() as connection:
        rows = await selections.standing(connection, YOUNG_STAR)
    public = {row["application_id"] for row in rows if row["state"] == "publicised"}
    assert public == {*map(id_of, range(48)), "a-049", "a-051", "a-060", "a-090"}


async def test_a_long_ranking_is_taken_away_whole(site: TalentSite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranked, "AT_ONCE", 40)
    rows = rows_of((await site.get(f"{RANKING}.xlsx")).content)
    assert [row["申报编号"] for row in rows] == [id_of(each) for each in range(NAMES)]
    assert [row["位置"] for row in rows].count("同分待定") == len(TIED)
    assert rows[-1]["位置"] is None
