"""Entries of the ledger being made: rows, the limit keys they count under, and the events that tell of them."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import orjson
from sqlalchemy import RowMapping, insert, select, update

from services.incubator.store import changes, ledger, shortages
from services.incubator.store.tables import PAYMENT, RECOVERY
from services.incubator.usecases.questions import Question
from shared.contracts.event import Event
from shared.contracts.incubator import Carrier, SubsidyBlocked, SubsidyComputed, SubsidyDeclined, SubsidyReversed
from shared.core.errors import DomainError
from shared.core.exact import plain
from shared.core.money import in_fen
from shared.ledger import outcomes
from shared.ledger.rows import key_text
from shared.messaging.outbox import Outgoing, event_id
from shared.messaging.unit import Unit
from shared.policy import Award, Policy, Refusal
from shared.policy.steps import LimitKey

MOST_REASON = 1000
"""As much as a row holds; the event and its letter say all of it."""
COMPUTED_AGAIN = ""
"""The reason of a reversal that a new computation made, not the office."""


class Entries:
    """What one transaction enters. `write` writes it all, in bulk."""

    def __init__(self, unit: Unit, policy: Policy) -> None:
        self.unit = unit
        self.policy = policy
        self.rows: list[dict[str, Any]] = []
        self.keys: list[dict[str, Any]] = []
        self.reversed: list[Mapping[str, Any]] = []
        self._by_root: dict[str, list[dict[str, Any]]] = {}

    def of_root(self, root: str) -> list[dict[str, Any]]:
        """What was entered for this root in this transaction."""
        return self._by_root.get(root, [])

    def award(self, asked: Question, award: Award) -> None:
        """An amount; or, while the office has to decide, the ceiling it may decide under, which counts nowhere."""
        row = self._row(asked, award.rule, outcomes.WAITING if award.amount is None else outcomes.AWARDED, award)
        row["amount_fen"] = in_fen(award.amount)
        row["floor_fen"] = in_fen(award.floor)
        row["ceiling_fen"] = in_fen(award.ceiling)
        if award.amount is not None:
            self._count(row["id"], award.keys, counts=True)
        given = {"amount": award.amount, "floor": award.floor, "ceiling": award.ceiling}
        amounts = {name: plain(value) for name, value in given.items() if value is not None}
        self._explain(asked, row["id"], SubsidyComputed, award, amounts)

    def decline(self, asked: Question, refusal: Refusal, keys: Iterable[LimitKey]) -> None:
        """A refusal of 0.00 with its reason; if a limit refused, noted under its keys, to be looked at again."""
        row = self._row(asked, refusal.rule or refusal.reason, outcomes.DECLINED, refusal)
        row["amount_fen"] = 0
        row["reason"] = refusal.reason
        self._count(row["id"], keys, counts=False)
        self._explain(asked, row["id"], SubsidyDeclined, refusal, {"amount": "0.00", "reason": refusal.reason})

    def block(self, asked: Question, error: DomainError) -> None:
        """Nothing can be computed until somebody supplies what is missing or puts right what is wrong."""
        row = self._row(asked, outcomes.BLOCKED, outcomes.BLOCKED, None)
        row["reason"] = error.message[:MOST_REASON]
        told = SubsidyBlocked(
            subsidy_id=row["id"],
            carrier=asked.carrier,
            cause_event_id=asked.event_id,
            policy=self.policy.id,
            policy_version=self.policy.name,
            code=error.code,
            message=error.message,
        )
        self._tell(asked, row["id"], told)

    def reverse(self, row: Mapping[str, Any], asked: Question) -> None:
        """Takes a row back because its cause, computed again, does not come to it any more."""
        reversal = reversing(row, asked.event_id, COMPUTED_AGAIN, asked.on)
        self._add(reversal | {"entered_at": self.unit.now, "story": asked.story})
        self.reversed.append(row)
        told = told_reversed(row, reversal, asked.carrier, asked.why or "重新核算")
        self._tell(asked, reversal["id"], told)

    async def write(self) -> None:
        connection = self.unit.connection
        gone = [row["id"] for row in self.reversed]
        why = {row["id"]: row for row in self.rows if row["outcome"] == outcomes.REVERSAL}
        for cut in await shortages.cuts(connection, gone):
            by = why[event_id(cut.award, "reversed")]
            self.rows.append(reversing(cut.entry, by["cause_event_id"], by["reason"] or "", by["on_date"]) | {
                "entered_at": self.unit.now, "story": by["story"],
            })  # fmt: skip
        kept_keys = [key for key in self.keys if key["subsidy_id"] not in set(gone)]
        await ledger.ROWS.enter(connection, self.rows, kept_keys)
        if gone:
            await ledger.ROWS.give_back(connection, gone)
            await end_payments(self.unit, gone)

    def _row(self, asked: Question, what: str, outcome: str, result: Award | Refusal | None) -> dict[str, Any]:
        """What every row of a cause says; its id is derived from the cause and the rule, so that twice is once."""
        row = {
            "id": event_id(asked.event_id, what),
            "root": asked.root,
            "cause_event_id": asked.event_id,
            "ref": f"{asked.event_id}/{what}",
            "outcome": outcome,
            "carrier_id": asked.carrier.id,
            "organisation_id": asked.carrier.org_id,
            "policy_version": self.policy.name if result is None else result.policy_version,
            "article": None if result is None else result.article,
            "rule": None if result is None else result.rule,
            "reason": None,
            "on_date": asked.on,
            "year": asked.body.get("year"),
            "amount_fen": None,
            "floor_fen": None,
            "ceiling_fen": None,
            "reverses": None,
            "explanation": b"[]" if result is None else result.explanation,
            "explanation_hash": None if result is None else result.explanation_hash,
            "story": asked.story,
            "entered_at": self.unit.now,
        }
        self._add(row)
        return row

    def _add(self, row: dict[str, Any]) -> None:
        self.rows.append(row)
        self._by_root.setdefault(row["root"], []).append(row)

    def _count(self, subsidy: str, keys: Iterable[LimitKey], *, counts: bool) -> None:
        self.keys += [{"key": key_text(key), "subsidy_id": subsidy, "counts": counts} for key in dict.fromkeys(keys)]

    def _explain(
        self, asked: Question, subsidy: str, told: type[Event], result: Award | Refusal, more: dict[str, str]
    ) -> None:
        """Tells a result with its whole explanation, whose bytes stand in the event's body as they were hashed."""
        data: dict[str, Any] = {
            "subsidy_id": subsidy,
            "carrier": asked.carrier.model_dump(),
            "cause_event_id": asked.event_id,
            "policy": self.policy.id,
            "policy_version": self.policy.name,
            "article": result.article,
            "rule": result.rule,
            "explanation_hash": result.explanation_hash,
            **more,
        }
        body = orjson.dumps({**data, "explanation": orjson.Fragment(result.explanation)})
        event = told.model_construct(**data)
        id_ = event_id(subsidy, told.type_)
        self.unit.publish(Outgoing(id_, event, asked.story, asked.event_id, asked.traceparent, body))

    def _tell(self, asked: Question, subsidy: str, event: Event) -> None:
        id_ = event_id(subsidy, event.type_)
        self.unit.publish(Outgoing(id_, event, asked.story, asked.event_id, asked.traceparent))


def reversing(row: Mapping[str, Any], cause: str, reason: str, on: object) -> dict[str, Any]:
    """The entry that takes a row back: its amount, negative, in the row's own year; its id derived from the row."""
    return {
        **{name: row[name] for name in row if name != "position"},
        "id": event_id(row["id"], "reversed"),
        "cause_event_id": cause,
        "ref": f"{row['ref']}/reversed",
        "outcome": outcomes.REVERSAL,
        "reason": reason or None,
        "on_date": on,
        "year": row["year"] or row["on_date"].year,
        "amount_fen": -row["amount_fen"],
        "reverses": row["id"],
    }


def told_reversed(row: Mapping[str, Any], reversal: Mapping[str, Any], carrier: Carrier, why: str) -> SubsidyReversed:
    return SubsidyReversed(
        subsidy_id=reversal["id"],
        carrier=carrier,
        cause_event_id=reversal["cause_event_id"],
        policy=policy_of(row["policy_version"]),
        policy_version=row["policy_version"],
        article=row["article"],
        rule=row["rule"],
        explanation=steps_of(row),
        explanation_hash=row["explanation_hash"],
        amount=yuan(row["amount_fen"]),
        reverses=row["id"],
        reason=why,
    )


def policy_of(version: str) -> str:
    """dalian-2017-52/v1 -> dalian-2017-52."""
    return version.rpartition("/")[0]


def steps_of(row: Mapping[str, Any] | RowMapping) -> list[dict[str, Any]]:
    steps: list[dict[str, Any]] = orjson.loads(row["explanation"])
    return steps


def yuan(fen: int) -> str:
    """An amount in whole fen as the bus has it."""
    return plain(Decimal(fen).scaleb(-2))


async def end_payments(unit: Unit, subsidies: list[str]) -> None:
    """A payment under way of what is reversed is cancelled; of one that was paid, the money is to come back."""
    change = (
        update(PAYMENT)
        .where(PAYMENT.c.subsidy_id.in_(subsidies), PAYMENT.c.state.in_(("proposed", "approved")))
        .values(state="cancelled")
        .returning(PAYMENT.c.subsidy_id)
    )
    cancelled = list((await unit.connection.execute(change)).scalars())
    await changes.note(unit, "payment", [(id_, None, "cancelled") for id_ in cancelled], "补助已冲销")
    paid = select(PAYMENT.c.subsidy_id, PAYMENT.c.amount_fen).where(
        PAYMENT.c.subsidy_id.in_(subsidies), PAYMENT.c.state == "paid"
    )
    rows = [
        {"subsidy_id": id_, "amount_fen": fen, "state": "open", "opened_on": unit.today}
        for id_, fen in await unit.connection.execute(paid)
    ]
    if rows:
        await unit.connection.execute(insert(RECOVERY), rows)
        await changes.note(unit, "recovery", [(row["subsidy_id"], None, "open") for row in rows], "已拨付的补助冲销")
