"""Units and experts of the talent programmes come as sheets: all of them, or none with every cell that is wrong."""

import io
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import httpx
import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.talent.store.review_tables import REVIEWS
from services.talent.store.tables import UNIT
from tests.integration.talent_office import code
from tests.integration.talent_site import ROLE, TalentSite, talent_site

pytestmark = [pytest.mark.one_database, pytest.mark.tables_of("talent")]
UNITS, EXPERTS = "/talent/units-workbook", "/talent/experts-workbook"


@pytest.fixture
async def site(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[TalentSite]:
    async with talent_site(database, tmp_path) as made:
        yield made


async def filled(site: TalentSite, path: str, rows: Sequence[Sequence[str]]) -> bytes:
    """The sheet as it is taken away, with these rows."""
    book = load_workbook(io.BytesIO((await site.get(path)).content))
    sheet = book.active
    assert sheet is not None
    for number, row in enumerate(rows, 2):
        for place, text in enumerate(row, 1):
            sheet.cell(number, place, text)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


async def sent(site: TalentSite, path: str, content: bytes, role: str = "clerk") -> httpx.Response:
    return await site.browser.post(path, files={"file": ("登记表.xlsx", content)}, headers={ROLE: role})


async def test_units_are_entered_from_the_sheet_that_was_taken_away(site: TalentSite) -> None:
    rows = [("T-11", "样例学院", code(11), "高新园区", "王老师", "wang@example.cn"), ("T-12", "样例研究所", code(12))]
    done = await sent(site, UNITS, await filled(site, UNITS, rows))
    assert done.headers["location"] == "/talent/units?entered=2", done.text
    page = (await site.get("/talent/units?entered=2")).text
    for said in ("已登记 2 家单位", "样例学院", "样例研究所"):
        assert said in page
    told = [body for subject, body in await site.office.told() if subject.startswith("contact.talent.changed.v1.T-11")]
    assert "wang@example.cn" in told[-1]


async def test_one_wrong_unit_keeps_all_of_them_out_and_every_cell_is_named(site: TalentSite) -> None:
    rows = [
        ("T-11", "样例学院", code(11)),
        ("T-01", "又一家", code(13)),
        ("T-14", "没有代码的", "123"),
        ("T-15", "只有联系人", code(15), "", "王老师"),
        ("T-11", "编号重复", code(16)),
        ("坏 编号", "样例", code(17)),
    ]
    refused = await sent(site, UNITS, await filled(site, UNITS, rows))
    assert refused.status_code == 422
    for cell, said in (("A3", "已经是“样例大学 1”"), ("C4", ""), ("F5", "要都写"), ("A6", "与第 2 行重复"), ("A7", "")):
        assert f"<code>{cell}</code>" in refused.text, cell
        assert said in refused.text
    assert "<code>A2</code>" not in refused.text
    async with site.office.engine.connect() as connection:
        assert (await connection.execute(select(UNIT.c.id).where(UNIT.c.id == "T-11"))).first() is None


async def test_experts_are_entered_with_their_fields_and_refused_by_cell(site: TalentSite) -> None:
    good = ("x-31", "专家三一", "样例大学 2", "", "材料、化工", "x31@example.cn", "", "")
    done = await sent(site, EXPERTS, await filled(site, EXPERTS, [good]))
    assert done.headers["location"] == "/talent/experts?entered=1", done.text
    async with site.office.engine.connect() as connection:
        row = (await connection.execute(select(REVIEWS.expert).where(REVIEWS.expert.c.id == "x-31"))).mappings().one()
    assert (row["fields"], row["account"], row["employer"]) == (["材料", "化工"], "x-31", "样例大学 2")
    wrong = [good, ("x-32", "专家三二", "样例大学 2", "坏代码", "", "不是邮箱", "", "x-31")]
    refused = await sent(site, EXPERTS, await filled(site, EXPERTS, wrong))
    assert refused.status_code == 422
    for cell in ("A2", "D3", "F3"):
        assert f"<code>{cell}</code>" in refused.text, cell
    assert "已经是专家“专家三一”" in refused.text


@pytest.mark.parametrize("path", [UNITS, EXPERTS])
async def test_what_is_no_sheet_or_nothing_is_told_and_readers_register_nobody(site: TalentSite, path: str) -> None:
    damaged = await sent(site, path, b"PK nonsense")
    assert (damaged.status_code, "打不开文件" in damaged.text) == (422, True)
    empty = await sent(site, path, await filled(site, path, []))
    assert (empty.status_code, "一行也没有填写" in empty.text) == (422, True)
    assert (await sent(site, path, b"", "finance")).status_code == 403
