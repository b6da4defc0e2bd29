"""A reversal from the award's page: what it touches is listed and computed again on request; paid money comes back."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.incubator.store.tables import RECOVERY, SUBSIDY, TOUCHED
from services.incubator.usecases import bookkeeping
from shared.core.errors import DomainError
from shared.ledger import reversing
from tests.integration.book import Ledger, hnte
from tests.integration.little_city import City
from tests.integration.money_city import AUDITOR, CLERK, FINANCE, HEAD, awards, person, rows, settled_city


@pytest.fixture
async def city(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[City]:
    async with settled_city(database, tmp_path) as made:
        yield made


async def test_a_paid_award_that_is_reversed_is_to_be_recovered_and_the_desk_shows_it(city: City) -> None:
    ids = await awards(city)
    await city.paid(ids["Z1"])
    head, finance = person(city, HEAD), person(city, FINANCE)
    address = f"/incubator/subsidies/{ids['Z1']}"
    assert "冲销这笔补助" not in (await person(city, CLERK).get(address)).text
    empty = await head.post(f"{address}/reverse", 422, reason="")
    assert "请填写理由" in empty.text
    await person(city, CLERK).post(f"{address}/reverse", 403, reason="x")
    seen = await head.confirm(f"{address}/reverse", reason="证书<i>被撤销")
    assert "-300,000.00" in seen.text
    assert "《补助冲销》" in seen.text
    assert "待追回" in seen.text
    await head.post(f"{address}/reverse", 409, reason="证书被撤销")  # once is enough
    page = await head.get(address)
    assert "应追回（元） 300,000.00" in page.text
    assert "证书&lt;i&gt;被撤销" in page.html
    assert "追回" in (await finance.get("/incubator/desk")).text
    assert "样例众创空间 1" in (await person(city, AUDITOR).get("/incubator/recoveries?open=open")).text
    late = await finance.post(f"{address}/receive", 422, received_on="2030-01-01", document_no="收 1 号")
    assert "还没有到" in late.text
    assert 'value="收 1 号"' in late.html
    await person(city, CLERK).post(f"{address}/receive", 403, received_on="2019-01-08", document_no="收 1 号")
    await finance.confirm(f"{address}/receive", received_on="2019-01-08", document_no="收 1 号")
    (kept,) = await rows(city, select(RECOVERY))
    assert (kept["state"], kept["document_no"]) == ("received", "收 1 号")
    await head.post(f"{address}/waive", 409, document_no="x", reason="x")
    assert "追回" not in (await finance.get("/incubator/desk")).text


async def test_the_head_may_waive_a_recovery_by_a_document(city: City) -> None:
    ids = await awards(city)
    await city.paid(ids["Z1"])
    await city.reverse(ids["Z1"])
    address = f"/incubator/subsidies/{ids['Z1']}"
    await person(city, FINANCE).post(f"{address}/waive", 403, document_no="样例文 7 号", reason="单位已注销")
    await person(city, HEAD).confirm(f"{address}/waive", document_no="样例文 7 号", reason="单位已注销")
    (kept,) = await rows(city, select(RECOVERY))
    assert (kept["state"], kept["document_no"]) == ("waived", "样例文 7 号")
    assert "单位已注销" in (await person(city, HEAD).get(address)).text


async def test_what_was_never_paid_is_not_to_be_recovered(city: City) -> None:
    ids = await awards(city)
    await city.paid(ids["Z1"], "approved")
    await city.reverse(ids["Z1"])
    assert await rows(city, select(RECOVERY)) == []


async def sixth_refused(book: Ledger) -> dict[str, str]:
    """Six tenants of one carrier: the sixth is beyond the yearly ceiling. The rows' ids, by what became of them."""
    await book.settle(*[hnte(f"t{number}") for number in range(6)])
    entered = await book.rows()
    return {"first": entered[0]["id"], "refused": entered[5]["id"]}


async def test_what_a_reversal_touches_is_listed_and_computed_again_when_somebody_asks(book: Ledger) -> None:
    ids = await sixth_refused(book)
    order = reversing.ReverseSubsidy(subsidy_id=ids["first"], reason="证书被撤销", recompute=False)
    await book.do(lambda unit: bookkeeping.reverse_subsidy(unit, order))
    assert [row[0] for row in await book.standing()] == ["awarded"] * 4 + ["declined"]
    (listed,) = await book.rows(select(TOUCHED))
    assert (listed["subsidy_id"], listed["requested_by"]) == (ids["refused"], None)
    other = reversing.RecomputeTouched(subsidy_id=ids["first"], touched=["nothing"], reason="复核")
    with pytest.raises(DomainError, match="nothing-touched"):
        await book.do(lambda unit: bookkeeping.recompute_touched(unit, other))
    again = reversing.RecomputeTouched(subsidy_id=ids["first"], reason="额度已腾出")
    assert await book.do(lambda unit: bookkeeping.recompute_touched(unit, again), by="clerk-2") == 1
    assert [row[0] for row in await book.standing()] == ["awarded"] * 5
    (listed,) = await book.rows(select(TOUCHED))
    assert listed["requested_by"] == "clerk-2"
    with pytest.raises(DomainError, match="nothing-touched"):
        await book.do(lambda unit: bookkeeping.recompute_touched(unit, again))


async def test_a_program_may_have_it_computed_again_at_once(book: Ledger) -> None:
    ids = await sixth_refused(book)
    order = reversing.ReverseSubsidy(subsidy_id=ids["first"], reason="证书被撤销")
    await book.do(lambda unit: bookkeeping.reverse_subsidy(unit, order))
    (listed,) = await book.rows(select(TOUCHED))
    assert listed["requested_by"] == "clerk-1"
    assert [row[0] for row in await book.standing()] == ["awarded"] * 5


async def test_who_took_a_refused_ones_place_before_anybody_asked_is_not_pushed_out(book: Ledger) -> None:
    """Room that a reversal frees is free for whoever asks first; asking later is answered by what is left."""
    ids = await sixth_refused(book)
    order = reversing.ReverseSubsidy(subsidy_id=ids["first"], reason="证书被撤销", recompute=False)
    await book.do(lambda unit: bookkeeping.reverse_subsidy(unit, order))
    await book.settle(hnte("t9"))
    again = reversing.RecomputeTouched(subsidy_id=ids["first"], reason="复核")
    await book.do(lambda unit: bookkeeping.recompute_touched(unit, again))
    awarded = [row for row in await book.standing() if row[0] == "awarded"]
    assert sum(row[1] or 0 for row in awarded) == 50_000_000


async def test_the_touched_are_chosen_on_the_page_and_shown_with_what_they_come_to(city: City) -> None:
    for number in range(2, 8):
        await city.hear(hnte(f"T{number}", "F9", "U9"))
    first, *_, refused = [
        row["id"]
        for row in await rows(city, select(SUBSIDY).where(SUBSIDY.c.carrier_id == "F9").order_by(SUBSIDY.c.position))
    ]
    address = f"/incubator/subsidies/{first}"
    head, clerk = person(city, HEAD), person(city, CLERK)
    await head.confirm(f"{address}/reverse", reason="证书被撤销")
    page = await clerk.get(address)
    assert "受这笔冲销影响的补助" in page.text
    assert f'name="touched" value="{refused}" checked' in page.html
    wrong = await clerk.post(f"{address}/recompute", 422, touched=[refused], reason="")
    assert "请填写理由" in wrong.text
    seen = await clerk.confirm(f"{address}/recompute", touched=[refused], reason="额度已腾出")
    assert "100,000.00" in seen.text
    page = await clerk.get(address)
    assert "clerk-1" in page.text
    assert "重新核算选中的" not in page.text
