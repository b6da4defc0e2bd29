"""A budget that does not hold everything: what a way would do is seen first; what is chosen is cut by entries that say
why, and the unit's letter says it in plain words."""

from collections.abc import AsyncIterator
from pathlib import Path

import orjson
import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.incubator.store import ledger, overview
from services.incubator.store.base import METADATA
from services.incubator.store.tables import PAYMENT, RECOVERY, SHORTAGE, SUBSIDY
from services.incubator.store.trail import TRAIL
from services.incubator.usecases import bookkeeping
from services.incubator.usecases.bookkeeping import deal_with_shortage, simulate
from services.notify.domain.letters import BY_NAME, Letterhead
from services.notify.letters.render import render
from shared.audit.chain import Fault
from shared.audit.verify import verify
from shared.contracts.letters import Receiver
from shared.core.errors import DomainError
from shared.ledger import deciding, paying
from shared.ledger.explaining import explained
from shared.ledger.short import Way
from shared.ledger.shortages import DealWithShortage
from shared.policy.steps import explanation
from tests.integration.little_city import City
from tests.integration.money_city import (
    AUDITOR,
    CLERK,
    HEAD,
    approved,
    awards,
    paid_amounts,
    person,
    proposed,
    rows,
    settled_city,
)

WHY = {"document_no": "样例财〔2019〕9号", "reason": "本年预算不足"}


@pytest.fixture
async def city(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[City]:
    async with settled_city(database, tmp_path) as made:
        yield made


async def counts(city: City) -> dict[str, int]:
    async with city.running.look() as connection:
        return {
            table.name: (await connection.execute(select(func.count()).select_from(table))).scalar_one()
            for table in METADATA.sorted_tables
        }


async def choose(city: City, way: Way) -> str:
    order = DealWithShortage(budget_year=2019, way=way, **WHY)
    id_: str = await city.do(deal_with_shortage, order, "head-1")
    return id_


async def test_a_simulation_shows_every_unit_before_and_after_and_writes_nothing(city: City) -> None:
    await proposed(city)
    before = await counts(city)
    found = {}
    async with city.running.look() as connection:
        for way in ("proportional", "by_rank", "next_year"):
            simulated = await simulate(connection, 2019, way)
            assert simulated.claimed == 70_000_000
            found[way] = {row["carrier_id"]: part.after for row, part in simulated.lines}
    assert found == {
        "proportional": {"F1": 7_142_857, "Z1": 21_428_572, "Z2": 21_428_571},
        "by_rank": {"F1": 10_000_000, "Z1": 30_000_000, "Z2": 10_000_000},  # Z1 has more points than Z2
        "next_year": {"F1": 10_000_000, "Z1": 30_000_000, "Z2": 0},
    }
    assert await counts(city) == before


async def test_a_cut_is_an_entry_that_explains_itself_and_what_is_paid_is_what_is_explained(city: City) -> None:
    ids = await proposed(city)
    await choose(city, "proportional")
    assert await paid_amounts(city) == {
        "F1": ("proposed", 2019, 7_142_857),
        "Z1": ("proposed", 2019, 21_428_572),
        "Z2": ("proposed", 2019, 21_428_571),
    }
    for row in await rows(city, select(PAYMENT)):
        entries = await rows(
            city, select(SUBSIDY).where((SUBSIDY.c.id == row["subsidy_id"]) | (SUBSIDY.c.outcome == "cut"))
        )
        carrier = next(each["carrier_id"] for each in entries if each["id"] == row["subsidy_id"])
        mine = [each for each in entries if each["carrier_id"] == carrier]
        assert sum(each["amount_fen"] for each in mine) == row["amount_fen"]
        (cut,) = [each for each in mine if each["outcome"] == "cut"]
        steps = orjson.loads(cut["explanation"])
        assert explanation(cut["policy_version"], steps) == (cut["explanation"], cut["explanation_hash"])
        told = explained(cut)
        assert told.genuine
        assert told.steps[0].head == "预算"
        assert "样例财〔2019〕9号同比例核减" in told.steps[0].says
    assert await awards(city) == ids  # the awards stand as they were computed
    async with city.running.look() as connection:
        sums = await overview.by_article(connection)
    assert sum(each.fen for each in sums.values()) == 50_000_000
    assert sum(each.entries for each in sums.values()) == 3
    await approved(city, ids)  # to the fen: the budget holds exactly what is left
    async with city.running.look() as connection:
        assert await ledger.approved(connection, 2019) == 50_000_000


async def test_the_unit_is_told_in_plain_words_why_it_gets_less(city: City) -> None:
    ids = await proposed(city)
    await choose(city, "proportional")
    head = Letterhead("http://127.0.0.1:1", city.running.now().date()).values
    cuts = {each.event.carrier.id: each.event for each in await city.told("incubator.subsidy.cut.v1")}
    assert set(cuts) == {"F1", "Z1", "Z2"}
    letter = render(BY_NAME["subsidy-cut"], cuts["Z1"], Receiver("U1"), head)
    assert "补助资金安排调整：300,000.00 元" in letter.subject
    for text in (letter.text, letter.html):
        assert "214,285.72 元" in text
        assert "样例财〔2019〕9号" in text
        assert "300,000.00 元 × 500,000.00 元 ÷ 700,000.00 元 = 214,285.72 元" in text
        assert "本年预算不足" in text
    await approved(city, ids)
    pay = paying.PaySubsidies(
        subsidy_ids=list(ids.values()), paid_on=city.running.now().date(), document_no="样例财〔2019〕12号"
    )
    await city.accounts_confirmed(*ids.values())
    await city.do(bookkeeping.pay_subsidies, pay, "finance-1")
    paid = {each.event.carrier.id: each.event for each in await city.told("incubator.subsidy.paid.v1")}
    assert (paid["Z1"].amount, paid["Z1"].computed) == ("214285.72", "300000.00")
    letter = render(BY_NAME["subsidy-paid"], paid["Z1"], Receiver("U1"), head)
    for text in (letter.text, letter.html):
        assert "拨付金额为什么不是核算的 300,000.00 元" in text
        assert "按样例财〔2019〕9号同比例核减" in text


async def test_a_payment_that_was_not_cut_says_nothing_of_a_cut(city: City) -> None:
    ids = await awards(city)
    await city.paid(ids["Z1"])
    (paid,) = await city.told("incubator.subsidy.paid.v1")
    assert (paid.event.amount, paid.event.computed, paid.event.cut) == ("300000.00", None, [])
    letter = render(
        BY_NAME["subsidy-paid"], paid.event, Receiver("U1"), Letterhead("http://x", city.running.now().date()).values
    )
    assert "为什么不是" not in letter.text + letter.html


async def test_what_waits_for_next_year_stays_proposed_whole_and_is_paid_then(city: City) -> None:
    await proposed(city)
    await choose(city, "next_year")
    assert await paid_amounts(city) == {
        "F1": ("proposed", 2019, 10_000_000),
        "Z1": ("proposed", 2019, 30_000_000),
        "Z2": ("proposed", 2020, 30_000_000),
    }
    assert await rows(city, select(SUBSIDY).where(SUBSIDY.c.outcome == "cut")) == []
    (told,) = await city.told("incubator.subsidy.cut.v1")
    assert (told.event.carrier.id, told.event.carried_to, told.event.amount) == ("Z2", 2020, "0.00")
    letter = render(
        BY_NAME["subsidy-cut"], told.event, Receiver("U2"), Letterhead("http://x", city.running.now().date()).values
    )
    assert "补助转入 2020 年度安排：300,000.00 元" in letter.subject
    assert "全额转入 2020 年度预算，金额不变" in letter.text


async def test_who_stands_behind_the_line_gets_nothing_and_cannot_be_proposed_again(city: City) -> None:
    ids = await proposed(city, "100000")
    await choose(city, "by_rank")  # the incubator's title has no rank and comes first; nothing is left for the others
    assert await paid_amounts(city) == {
        "F1": ("proposed", 2019, 10_000_000),
        "Z1": ("cancelled", 2019, 0),
        "Z2": ("cancelled", 2019, 0),
    }
    order = paying.ProposePayments(subsidy_ids=[ids["Z1"]], budget_year=2020)
    with pytest.raises(DomainError, match="不予安排"):
        await city.do(bookkeeping.propose_payments, order)
    page = await person(city, CLERK).get("/incubator/payments/unproposed")
    assert "样例众创空间 1" not in page.text


async def test_a_budget_that_holds_everything_is_not_shared_out(city: City) -> None:
    await proposed(city, "700000")
    with pytest.raises(DomainError, match="no-shortage"):
        await choose(city, "proportional")
    with pytest.raises(DomainError, match="no-budget"):
        await city.do(deal_with_shortage, DealWithShortage(budget_year=2030, way="by_rank", **WHY), "head-1")


async def test_a_reversal_takes_the_cut_back_with_the_award_and_only_what_was_paid_is_recovered(city: City) -> None:
    ids = await proposed(city)
    await choose(city, "proportional")
    await approved(city, ids)
    await city.accounts_confirmed(ids["Z1"])
    order = paying.PaySubsidies(subsidy_ids=[ids["Z1"]], paid_on=city.running.now().date(), document_no="样例财 3 号")
    await city.do(bookkeeping.pay_subsidies, order, "finance-1")
    await city.reverse(ids["Z1"])
    mine = await rows(city, select(SUBSIDY).where(SUBSIDY.c.carrier_id == "Z1"))
    assert sum(row["amount_fen"] for row in mine) == 0
    async with city.running.look() as connection:
        assert await ledger.approved(connection, 2019) == 50_000_000  # the money is out until it comes back
        sums = await overview.by_article(connection)
    assert sum(each.entries for each in sums.values()) == 2
    (recovery,) = await rows(city, select(RECOVERY))
    assert (recovery["subsidy_id"], recovery["amount_fen"]) == (ids["Z1"], 21_428_572)


async def test_computing_again_to_the_same_amount_leaves_a_cut_alone(city: City) -> None:
    await proposed(city)
    await choose(city, "proportional")
    before = await rows(city, select(SUBSIDY))
    for row in [row for row in before if row["outcome"] == "awarded"]:
        order = deciding.SupplyFacts(cause_event_id=row["root"], reason="复核")
        await city.do(bookkeeping.supply_facts, order)
    await city.settled()
    assert await rows(city, select(SUBSIDY)) == before


async def test_an_award_computed_again_to_less_takes_its_cut_with_it(city: City) -> None:
    ids = await proposed(city)
    await choose(city, "proportional")
    (root,) = [row["root"] for row in await rows(city, select(SUBSIDY).where(SUBSIDY.c.id == ids["Z1"]))]
    await city.do(bookkeeping.decide, deciding.Decide(about=root, rate="0.20", reason="含往年设备款"), "head-1")
    await city.settled()
    mine = await rows(city, select(SUBSIDY).where(SUBSIDY.c.carrier_id == "Z1"))
    assert sum(row["amount_fen"] for row in mine) == 18_000_000
    assert (await paid_amounts(city))["Z1"][0] == "cancelled"
    new = (await awards(city))["Z1"]
    await city.do(bookkeeping.propose_payments, paying.ProposePayments(subsidy_ids=[new], budget_year=2019))
    async with city.running.look() as connection:
        amount = select(PAYMENT.c.amount_fen).where(PAYMENT.c.subsidy_id == new)
        assert (await connection.execute(amount)).scalar_one() == 18_000_000


async def test_the_trail_proves_the_decision_its_cuts_and_the_payments(city: City) -> None:
    await proposed(city)
    await choose(city, "proportional")
    assert await faults(city) == []
    async with city.running.unit("somebody") as unit:
        await unit.connection.execute(PAYMENT.update().values(amount_fen=PAYMENT.c.amount_fen + 1))
        await unit.connection.execute(SHORTAGE.update().values(reason="别的"))
    assert {each.table for each in await faults(city)} == {"payment", "shortage"}


async def faults(city: City) -> list[Fault]:
    return (await verify(city.running.engine, TRAIL)).faults


async def test_the_head_sees_three_ways_and_chooses_one_once_its_entries_and_letters_were_shown(city: City) -> None:
    await proposed(city)
    head, auditor = person(city, HEAD), person(city, AUDITOR)
    page = await head.get("/incubator/budgets")
    assert "不足" in page.text
    page = await head.get("/incubator/budgets/2019?way=by_rank")
    assert "按名次安排：逐笔" in page.text
    assert "样例众创空间 2 市级以上备案众创空间" in page.text
    assert "选定这个办法" not in (await auditor.get("/incubator/budgets/2019")).text
    sheet = await head.client.get("/incubator/budgets/2019/simulation.xlsx?way=by_rank")
    assert sheet.status_code == 200
    wrong = await head.post("/incubator/budgets/2019", 422, way="by_rank", document_no="<b>样例", reason="")
    assert "请填写理由" in wrong.text
    assert 'value="&lt;b&gt;样例"' in wrong.html
    await person(city, CLERK).post("/incubator/budgets/2019", 403, way="by_rank", **WHY)
    seen = await head.confirm("/incubator/budgets/2019", way="by_rank", **WHY)
    assert "-200,000.00" in seen.text
    assert "《补助资金安排》" in seen.text
    assert "等人放行" in seen.text or "没有邮箱地址" in seen.text
    assert (await paid_amounts(city))["Z2"] == ("proposed", 2019, 10_000_000)
    page = await head.get("/incubator/budgets/2019")
    assert "样例财〔2019〕9号" in page.text
    assert "逐笔" not in page.text  # no longer short
    await head.post("/incubator/budgets/2019", 409, way="by_rank", **WHY)  # the same form again does nothing
    assert len(await rows(city, select(SHORTAGE))) == 1
    ids = await awards(city)
    page = await head.get(f"/incubator/subsidies/{ids['Z2']}")
    assert "300,000.00 元减为 100,000.00 元" in page.text
    link = next(link for link in page.links if link.startswith("/incubator/subsidies/") and ids["Z2"] not in link)
    cut = await head.get(link)
    assert "-200,000.00 元 预算核减" in cut.text
    assert "指纹相符" in cut.text
