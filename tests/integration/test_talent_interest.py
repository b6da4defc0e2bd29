"""贷款贴息 on both databases: claimed by the leader, accepted by the office, computed to the fen, paid like any grant."""

from collections.abc import AsyncIterator
from datetime import date

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from services.talent.store import award_list, desk_rows, interest
from services.talent.store.award_tables import AWARD
from services.talent.store.interest_tables import INTEREST_CLAIM
from services.talent.usecases import interest_checking, interest_claims
from services.talent.usecases.awards import TerminateAward, terminate_award
from shared.core.errors import DomainError
from shared.desk.rows import Asking
from shared.ledger.explaining import because, explained
from shared.reading.typed_fields import Unclear
from tests.integration.award_hands import apply, decide
from tests.integration.interest_hands import Lenders
from tests.integration.talent_office import talent_office

pytestmark = pytest.mark.tables_of("talent")
PART = {"interest_from": "2022-09-05", "interest_until": "2022-12-31"}


@pytest.fixture
async def lenders(database: AsyncEngine) -> AsyncIterator[Lenders]:
    async with talent_office(database) as office:
        yield Lenders(office)


async def enter(lenders: Lenders, row: dict[str, object]) -> None:
    async with lenders.office.unit() as unit:
        await unit.connection.execute(INTEREST_CLAIM.insert(), [row])


async def test_half_the_interest_at_the_rate_of_the_first_day_is_computed_explained_and_paid_to_the_unit(
    lenders: Lenders,
) -> None:
    award_id = await lenders.borrowing()
    lenders.hands.at("2023-01-10")
    claim_id = await lenders.claimed(award_id, 2022, principal="1234567.89", **PART)
    assert await lenders.hands.told("talent.interest.claimed.v1") == []
    for _ in range(2):  # accepted twice it is told once
        await lenders.accept(claim_id)
    await lenders.settled()
    (entry,) = await lenders.entries(award_id)
    # 1,234,567.89 × 3.65% (LPR since 2022-08-22) × 117 days ÷ 360 × 50% = 7,322.530…, without the part of a fen
    assert (entry["outcome"], entry["amount_fen"], entry["payee_id"]) == ("awarded", 732_253, "T-01")
    steps = explained(entry)
    assert steps.genuine
    assert any("3.65%" in step.says + "".join(step.more) and "117 天" in step.says + "".join(step.more)
               for step in steps.steps)  # fmt: skip
    (told,) = await lenders.hands.told("talent.grant.computed.v1")
    assert (told["amount"], told["matter"]["what"], told["matter"]["year"]) == ("7322.53", "interest", 2022)
    assert told["matter"]["org_id"] == "T-01"
    assert told["matter"]["person_id"]
    await lenders.account()
    await lenders.budget(year=2023)
    await lenders.propose(entry["id"], year=2023)
    await lenders.approve(entry["id"])
    await lenders.pay(entry["id"])
    await lenders.settled()
    (paid,) = await lenders.hands.told("talent.grant.paid.v1")
    assert (paid["amount"], paid["grant_id"]) == ("7322.53", entry["id"])
    async with lenders.office.engine.connect() as connection:
        (of_claim,) = (await interest.entries(connection, [claim_id]))[claim_id]
        (listed,) = await award_list.rows(connection, award_list.every().where(AWARD.c.id == award_id))
    assert listed["paid_fen"] == 732_253
    assert (of_claim["payment"], of_claim["amount_fen"]) == ("paid", 732_253)
    await lenders.hands.proved()


async def test_a_year_is_paid_once_three_years_are_paid_and_a_million_in_all(lenders: Lenders) -> None:
    award_id = await lenders.borrowing()
    lenders.hands.at("2023-01-10")
    first = await lenders.accepted(award_id, 2022, **PART)
    again = await lenders.accepted(award_id, 2022, loan_no="另一笔", **PART)
    assert (first["outcome"], again["outcome"], again["reason"]) == ("awarded", "declined", "already-awarded")
    assert "只资助一次" in because(again)
    lenders.hands.at("2024-01-10")
    # 60,000,000 × 3.65% × 365 ÷ 360 × 50% = 1,110,208.33, cut to what is left of 1,000,000 after 5,931.25
    cut = await lenders.accepted(award_id, 2023, principal="6000万")
    assert first["amount_fen"] == 593_125  # 1,000,000 × 3.65% × 117 ÷ 360 × 50%
    assert (cut["outcome"], cut["amount_fen"]) == ("awarded", 100_000_000 - 593_125)
    told = await lenders.hands.told("talent.grant.declined.v1")
    assert [each["reason"] for each in told] == ["already-awarded"]


async def test_a_fourth_year_finds_its_years_used_up_and_a_year_whose_rate_nobody_confirmed_waits(
    lenders: Lenders,
) -> None:
    award_id = await lenders.borrowing()
    async with lenders.office.unit() as unit:  # one that began long ago: the rates of later years are not published
        long_ago = update(AWARD).where(AWARD.c.id == award_id).values(begins_on=date(2020, 1, 1))
        await unit.connection.execute(long_ago)
    lenders.hands.at("2025-03-10")
    unknown = await lenders.accepted(award_id, 2024)
    assert unknown["outcome"] == "blocked"
    assert "2023-12-31" in because(unknown)
    years = [await lenders.accepted(award_id, year) for year in (2020, 2021, 2022, 2023)]
    # 1,000,000 × 4.15%, 3.85%, 3.80% on each first of January × 366 or 365 days ÷ 360 × 50%
    assert [each["amount_fen"] for each in years[:3]] == [2_109_583, 1_951_736, 1_926_388]
    assert (years[3]["outcome"], years[3]["reason"]) == ("declined", "years-used-up")


async def test_everything_wrong_is_told_at_its_field_and_nothing_is_handed_in(lenders: Lenders) -> None:
    award_id = await lenders.borrowing()
    lenders.hands.at("2023-01-10")
    with pytest.raises(DomainError, match="2022 至 2023"):
        await lenders.started(award_id, 2021)
    claim_id = await lenders.started(award_id, 2022)
    assert await lenders.started(award_id, 2022) == claim_id
    wrong = {"loan_no": "", "principal": "一百万吧", "interest_from": "2022-09-04", "interest_until": "2023-01-02"}
    with pytest.raises(Unclear) as told:
        await lenders.hand_in(claim_id, **wrong)
    assert set(told.value.problems) == {*wrong, "file:loan", "file:paid"}
    assert "任务书自 2022-09-05 起执行" in told.value.problems["interest_from"]
    assert "算满全年的写 2023-01-01" in told.value.problems["interest_until"]
    assert (await lenders.claim(claim_id))["state"] == "draft"


async def test_a_year_has_one_claim_at_a_time_and_another_once_it_is_decided_or_taken_back(lenders: Lenders) -> None:
    award_id = await lenders.borrowing()
    lenders.hands.at("2023-01-10")
    claim_id = await lenders.claimed(award_id, 2022, **PART)
    assert await lenders.started(award_id, 2022) == claim_id
    row = dict(await lenders.claim(claim_id))
    with pytest.raises(IntegrityError):  # two at the same moment, of which neither saw the other
        await enter(lenders, row | {"id": "other"})
    await lenders.answer(claim_id)
    (told,) = await lenders.hands.told("talent.interest.answered.v1")
    assert (told["outcome"], told["reason"], told["year"]) == ("returned", "缺第四季度的付息凭证", 2022)
    lenders.hands.at("2023-01-20")
    assert await lenders.hand_in(claim_id, **PART) == 2
    with pytest.raises(DomainError, match="第 2 次提交"):
        await lenders.accept(claim_id, 1)
    assert str((await lenders.claim(claim_id))["claimed_on"]) == "2023-01-10"
    async with lenders.office.unit("eve") as unit:
        await interest_claims.withdraw_interest(unit, interest_claims.WithdrawInterest(claim_id=claim_id))
    with pytest.raises(DomainError, match="不能再改"):
        await lenders.hand_in(claim_id, **PART)
    second = await lenders.claimed(award_id, 2022, **PART)
    await lenders.answer(second, "refused", "利息不是为这个项目付的")
    third = await lenders.started(award_id, 2022)
    assert len({claim_id, second, third}) == 3
    await lenders.hands.proved()


async def test_an_award_that_was_ended_pays_no_further_interest(lenders: Lenders) -> None:
    award_id = await lenders.borrowing()
    lenders.hands.at("2023-01-10")
    await lenders.accepted(award_id, 2022, **PART)
    claim_id = await lenders.claimed(award_id, 2022, **PART)
    async with lenders.office.unit("head") as unit:
        await terminate_award(unit, TerminateAward(award_id=award_id, reason="放弃", document_no="样例文〔2023〕9号"))
    assert (await lenders.claim(claim_id))["state"] == "withdrawn"
    with pytest.raises(DomainError, match="终止以后不再贴息"):
        await lenders.accept(claim_id)
    with pytest.raises(DomainError, match="终止以后不再贴息"):
        await lenders.started(award_id, 2022)
    await lenders.settled()
    (entry,) = await lenders.entries(award_id)  # that of the claim accepted before
    await lenders.account()
    await lenders.budget(year=2023)
    with pytest.raises(DomainError, match="2022 年的贴息停止拨付"):
        await lenders.propose(entry["id"], year=2023)
    (ended,) = await lenders.hands.told("talent.award.terminated.v1")
    assert (ended["money"]["effect"], ended["money"]["recovery_proposed"]) == ("stopped", False)
    async with lenders.office.engine.connect() as connection:
        taken_back = (
            (await connection.execute(desk_rows.to_take_back(Asking("head", lenders.office.instant.date(), None))))
            .mappings()
            .all()
        )
    assert [row["id"] for row in taken_back] == [entry["id"]]
    await lenders.hands.proved()


@pytest.mark.one_database
async def test_an_award_whose_last_year_fails_pays_no_further_interest_and_says_so(lenders: Lenders) -> None:
    award_id, hands = await lenders.borrowing(), lenders.hands
    for year, conclusion in ((1, "passed"), (2, "passed"), (3, "failed")):
        await hands.schedule(f"{2022 + year}-08-20")
        await hands.seen(award_id, f"yearly-{year}")
        await hands.conclude(award_id, f"yearly-{year}", conclusion)
    assert (await hands.award(award_id))["state"] == "failed"
    told = await hands.told("talent.assessment.finalised.v1")
    assert [each["money"]["effect"] for each in told] == ["nothing", "nothing", "stopped"]
    with pytest.raises(DomainError, match="不能申请贴息"):
        await lenders.started(award_id, 2023)


async def test_interest_that_is_not_paid_goes_along_when_the_award_changes_its_unit(lenders: Lenders) -> None:
    award_id = await lenders.borrowing()
    lenders.hands.at("2023-01-10")
    entry = await lenders.accepted(award_id, 2022, **PART)
    await decide(lenders.hands, await apply(lenders.hands, award_id, "unit", unit_id="T-02"))
    await lenders.settled()
    entries = await lenders.entries(award_id)
    assert [(each["outcome"], each["payee_id"]) for each in entries] == [
        ("awarded", "T-01"), ("reversal", "T-01"), ("awarded", "T-02"),
    ]  # fmt: skip
    assert entries[-1]["amount_fen"] == entry["amount_fen"]
    await lenders.hands.proved()


@pytest.mark.one_database
async def test_the_preview_is_what_the_ledger_comes_to(lenders: Lenders) -> None:
    award_id = await lenders.borrowing()
    lenders.hands.at("2023-01-10")

    async def seen(claim_id: str) -> interest_checking.Preview:
        row, award = await lenders.claim(claim_id), await lenders.hands.award(award_id)
        async with lenders.office.engine.connect() as connection:
            (given, *_) = await interest.hand_ins(connection, claim_id)
            return await interest_checking.preview(connection, award, row, given)

    claim_id = await lenders.claimed(award_id, 2022, **PART)
    before = await seen(claim_id)
    await lenders.accept(claim_id)
    await lenders.settled()
    (entry,) = await lenders.entries(award_id)
    assert before.entry is not None
    assert (before.fen, before.entry["explanation_hash"]) == (entry["amount_fen"], entry["explanation_hash"])
    second = await seen(await lenders.claimed(award_id, 2022, **PART))
    assert second.fen is None
    assert second.entry is not None
    assert "只资助一次" in explained(second.entry).result
