"""Stories of the ledger: blocks that end, facts that come late or twice, decisions under either name."""

import contextlib
from datetime import timedelta
from functools import partial

import pytest

from services.incubator.usecases import bookkeeping
from shared.contracts.envelope import Envelope
from shared.contracts.incubator import SettlementRequested
from shared.core.errors import DomainError
from shared.ledger import deciding, reversing
from shared.messaging.consumer import Received
from tests.integration.book import Ledger, graded, hnte, now, received

COST = "operating_cost_prev_year"


def supply(cause, reason="补", **facts):
    return partial(
        bookkeeping.supply_facts,
        order=deciding.SupplyFacts(cause_event_id=cause.envelope.id, facts=facts, reason=reason),
    )


def decide(about, **k):
    return partial(bookkeeping.decide, order=deciding.Decide(about=about, reason=k.pop("reason", "因"), **k))


def reverse(id_):
    return partial(bookkeeping.reverse_subsidy, order=reversing.ReverseSubsidy(subsidy_id=id_, reason="证书被撤销"))


async def test_a_block_is_over_once_it_is_put_right_and_no_earlier(book: Ledger) -> None:
    """Decided beforehand beyond the text: nobody could tell, for there was nothing to compute yet."""
    cause = graded(1)
    await book.do(decide("2018-makerspace-c1", rate="0.90"))
    await book.settle(cause)
    assert [row[0] for row in await book.standing()] == ["blocked"]
    await book.do(decide("2018-makerspace-c1", rate="0.70"))
    assert await book.standing() == [("awarded", 30_000_000, "c1")]


async def test_a_decision_beyond_the_text_or_that_nothing_reads_is_refused_at_once(book: Ledger) -> None:
    evaluated, tenant = graded(1), hnte("t1")
    await book.settle(evaluated, tenant)
    before = await book.rows()
    for about, given, code in (
        ("2018-makerspace-c1", {"rate": "0.90"}, "decision-above-ceiling"),
        ("2018-makerspace-c1", {"amount": "1000.00"}, "decision-not-read"),
        (tenant.envelope.id, {"rate": "0.50"}, "decision-not-read"),
    ):
        with pytest.raises(DomainError, match=code):
            await book.do(decide(about, **given))
    assert await book.rows() == before


async def test_a_fact_that_cannot_be_read_is_refused_at_once_and_blocks_nothing(book: Ledger) -> None:
    first, cause = hnte("t1"), hnte("t1", "c2", "o2")
    await book.settle(first, cause)
    with pytest.raises(DomainError, match="invalid-fact"):
        await book.do(supply(cause, entered_on="昨天"))
    await book.do(supply(cause, entered_on="2016-01-01"))
    assert "blocked" not in [row[0] for row in await book.standing()]


async def test_an_older_request_handled_late_does_not_undo_a_newer_fact(book: Ledger) -> None:
    """The older one was put off or parked and redriven."""
    cause = graded(1)
    await book.settle(cause)

    def ask(n, cost, at):
        e = SettlementRequested(
            request_id=f"S{n}", cause_event_id=cause.envelope.id, facts={COST: cost}, by="clerk-1", reason="补"
        )
        return Received(e, Envelope(f"S{n}", "/incubator", at, e.about(), "story"))

    older, newer = ask(1, "200000.00", now()), ask(2, "100000.00", now() + timedelta(seconds=5))
    await book.settle(newer)
    await book.settle(older)
    assert await book.standing() == [("awarded", 7_000_000, "c1")]


async def test_a_mistyped_fact_name_does_not_block_for_ever(book: Ledger) -> None:
    cause = graded(1, cost=None)
    await book.settle(cause)
    with contextlib.suppress(DomainError):
        await book.do(supply(cause, operating_cost="200000.00"))
    await book.do(supply(cause, **{COST: "200000.00"}))
    assert await book.standing() == [("awarded", 14_000_000, "c1")]


async def test_what_computing_again_frees_is_offered_to_whom_the_limit_had_refused(book: Ledger) -> None:
    causes = [hnte(f"t{n}") for n in range(6)]
    await book.settle(*causes)
    await book.do(supply(causes[0], entered_on="2019-05-01"))  # it moved in after the title: declined now
    assert sum(row[1] or 0 for row in await book.standing() if row[0] == "awarded") == 50_000_000


async def test_the_latest_decision_holds_whichever_name_it_used(book: Ledger) -> None:
    cause = graded(1, cost="200000.00")
    await book.settle(cause)
    await book.do(decide(cause.envelope.id, rate="0.60"))
    await book.do(decide("2018-makerspace-c1", rate="0.50"))
    assert await book.standing() == [("awarded", 10_000_000, "c1")]


async def test_a_decision_the_rule_has_no_room_for_does_not_wipe_the_rate(book: Ledger) -> None:
    cause = graded(1, cost="200000.00")
    await book.settle(cause)
    await book.do(decide("2018-makerspace-c1", rate="0.50"))
    with contextlib.suppress(DomainError):
        await book.do(decide("2018-makerspace-c1", amount="50000"))
    assert ("awarded", 14_000_000, "c1") not in await book.standing()


async def test_a_reason_of_two_lines_is_a_reason(book: Ledger) -> None:
    cause = graded(1, cost="200000.00")
    await book.settle(cause)
    await book.do(decide("2018-makerspace-c1", rate="0.50", reason="含往年设备款\n见附件"))
    assert await book.standing() == [("awarded", 10_000_000, "c1")]


async def test_a_reversal_is_not_undone_by_the_same_fact_told_twice(book: Ledger) -> None:
    cause = graded(1)
    await book.settle(cause)
    await book.settle(received(cause.event))  # the same evaluation, another id: refused
    await book.do(reverse((await book.rows())[0]["id"]))
    assert [row for row in await book.standing() if row[0] == "awarded"] == []


async def test_a_reversal_is_not_undone_by_the_same_fact_told_afterwards(book: Ledger) -> None:
    cause = graded(1)
    await book.settle(cause)
    await book.do(reverse((await book.rows())[0]["id"]))
    await book.settle(received(cause.event))
    assert [row for row in await book.standing() if row[0] == "awarded"] == []


async def test_a_long_wrong_fact_blocks_on_either_database(book: Ledger) -> None:
    await book.settle(graded(1, cost="三" * 2000))
    assert await book.standing() == [("blocked", None, "c1")]
