"""Entries of the ledger being made: rows, the limit keys they count under, and the events that tell of them."""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from pydantic import BaseModel
from sqlalchemy import RowMapping, insert, select, update

from shared.contracts.event import Event
from shared.core.errors import DomainError
from shared.core.exact import plain
from shared.core.money import fen_text, in_fen
from shared.ledger.outcomes import AWARDED, BLOCKED, DECLINED, REVERSAL, WAITING
from shared.ledger.questions import Question
from shared.ledger.rows import key_text
from shared.ledger.service import Ledger
from shared.messaging.outbox import Outgoing, event_id
from shared.messaging.unit import Unit
from shared.policy import Award, Refusal
from shared.policy.steps import LimitKey

MOST_REASON = 1000
"""As much as a row holds; the event and its letter say all of it."""
COMPUTED_AGAIN = ""
"""The reason of a reversal that a new computation made, not the office."""


class Entries:
    """What one transaction enters. `write` writes it all, in bulk."""

    def __init__(self, ledger: Ledger, unit: Unit) -> None:
        self.ledger = ledger
        self.unit = unit
        self.rows: list[dict[str, Any]] = []
        self.keys: list[dict[str, Any]] = []
        self.reversed: list[Mapping[str, Any]] = []
        self._by_root: dict[str, list[dict[str, Any]]] = {}

    def of_root(self, root: str) -> list[dict[str, Any]]:
        """What was entered for this root in this transaction."""
        return self._by_root.get(root, [])

    def award(self, asked: Question, award: Award) -> None:
        """An amount; or, while the office has to decide, the ceiling it may decide under, which counts nowhere."""
        row = self._row(asked, award.rule, WAITING if award.amount is None else AWARDED, award)
        row["amount_fen"] = in_fen(award.amount)
        row["floor_fen"] = in_fen(award.floor)
        row["ceiling_fen"] = in_fen(award.ceiling)
        if award.amount is not None:
            self._count(row["id"], award.keys, counts=True)
        given = {"amount": award.amount, "floor": award.floor, "ceiling": award.ceiling}
        amounts = {name: plain(value) for name, value in given.items() if value is not None}
        self._explain(asked, row["id"], self.ledger.telling.computed, award, amounts)

    def decline(self, asked: Question, refusal: Refusal, keys: Iterable[LimitKey]) -> None:
        """A refusal of 0.00 with its reason; if a limit refused, noted under its keys, to be looked at again."""
        row = self._row(asked, refusal.rule or refusal.reason, DECLINED, refusal)
        row["amount_fen"] = 0
        row["reason"] = refusal.reason
        self._count(row["id"], keys, counts=False)
        more = {"amount": "0.00", "reason": refusal.reason}
        self._explain(asked, row["id"], self.ledger.telling.declined, refusal, more)

    def block(self, asked: Question, error: DomainError) -> None:
        """Nothing can be computed until somebody supplies what is missing or puts right what is wrong."""
        row = self._row(asked, BLOCKED, BLOCKED, None)
        row["reason"] = error.message[:MOST_REASON]
        telling = self.ledger.telling
        told = telling.blocked.model_validate({
            telling.entry: row["id"],
            telling.party: asked.party,
            "cause_event_id": asked.event_id,
            "policy": asked.policy.id,
            "policy_version": asked.policy.name,
            "code": error.code,
            "message": error.message,
        })  # fmt: skip
        self._tell(asked, row["id"], told)

    def reverse(self, row: Mapping[str, Any], asked: Question) -> None:
        """Takes a row back because its cause, computed again, does not come to it any more."""
        reversal = reversing(row, asked.event_id, COMPUTED_AGAIN, asked.on)
        self._add(reversal | {"entered_at": self.unit.now, "story": asked.story})
        self.reversed.append(row)
        told = told_reversed(self.ledger, row, reversal, asked.party, asked.why or "重新核算")
        self._tell(asked, reversal["id"], told)

    async def write(self) -> None:
        connection, rows = self.unit.connection, self.ledger.rows
        gone = [row["id"] for row in self.reversed]
        why = {row["id"]: row for row in self.rows if row["outcome"] == REVERSAL}
        for cut in await self.ledger.shortfalls.cuts(connection, gone):
            by = why[event_id(cut.award, "reversed")]
            self.rows.append(reversing(cut.entry, by["cause_event_id"], by["reason"] or "", by["on_date"]) | {
                "entered_at": self.unit.now, "story": by["story"],
            })  # fmt: skip
        kept_keys = [key for key in self.keys if key["subsidy_id"] not in set(gone)]
        await rows.enter(connection, self.rows, kept_keys)
        if gone:
            await rows.give_back(connection, gone)
            await end_payments(self.ledger, self.unit, gone)

    def _row(self, asked: Question, what: str, outcome: str, result: Award | Refusal | None) -> dict[str, Any]:
        """What every row of a cause says; its id is derived from the cause and the rule, so that twice is once."""
        row = {
            "id": event_id(asked.event_id, what),
            "root": asked.root,
            "cause_event_id": asked.event_id,
            "ref": f"{asked.event_id}/{what}",
            "outcome": outcome,
            self.ledger.tables.subject_name: asked.asked.subject_id,
            self.ledger.tables.payee_name: asked.asked.payee_id,
            "policy_version": asked.policy.name if result is None else result.policy_version,
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
        telling = self.ledger.telling
        data: dict[str, Any] = {
            telling.entry: subsidy,
            telling.party: asked.party.model_dump(),
            "cause_event_id": asked.event_id,
            "policy": asked.policy.id,
            "policy_version": asked.policy.name,
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
        "outcome": REVERSAL,
        "reason": reason or None,
        "on_date": on,
        "year": row["year"] or row["on_date"].year,
        "amount_fen": -row["amount_fen"],
        "reverses": row["id"],
    }


def told_reversed(
    ledger: Ledger,
    row: Mapping[str, Any] | RowMapping,
    reversal: Mapping[str, Any],
    party: BaseModel,
    why: str,
) -> Event:
    return ledger.telling.reversed.model_validate({
        **told_of(ledger, row, party),
        ledger.telling.entry: reversal["id"],
        "cause_event_id": reversal["cause_event_id"],
        "amount": fen_text(row["amount_fen"]),
        "reverses": row["id"],
        "reason": why,
    })  # fmt: skip


def told_of(ledger: Ledger, row: Mapping[str, Any] | RowMapping, party: BaseModel) -> dict[str, Any]:
    """What every event about an entry says of it."""
    return {
        ledger.telling.entry: row["id"],
        ledger.telling.party: party,
        "cause_event_id": row["cause_event_id"],
        "policy": policy_of(row["policy_version"]),
        "policy_version": row["policy_version"],
        "article": row["article"],
        "rule": row["rule"],
        "explanation": steps_of(row),
        "explanation_hash": row["explanation_hash"],
    }


def policy_of(version: str) -> str:
    """dalian-2017-52/v1 -> dalian-2017-52."""
    return version.rpartition("/")[0]


def steps_of(row: Mapping[str, Any] | RowMapping) -> list[dict[str, Any]]:
    steps: list[dict[str, Any]] = orjson.loads(row["explanation"])
    return steps


async def end_payments(ledger: Ledger, unit: Unit, subsidies: list[str]) -> None:
    """A payment under way of what is reversed is cancelled; of one that was paid, the money is to come back."""
    payment, changes = ledger.tables.payment, ledger.changes
    of_these = payment.c.subsidy_id.in_(subsidies)
    change = (
        update(payment)
        .where(of_these, payment.c.state.in_(("proposed", "approved")))
        .values(state="cancelled")
        .returning(payment.c.subsidy_id)
    )
    cancelled = list((await unit.connection.execute(change)).scalars())
    await changes.note(unit, "payment", [(id_, None, "cancelled") for id_ in cancelled], f"{ledger.noun}已冲销")
    paid = select(payment.c.subsidy_id, payment.c.amount_fen).where(of_these, payment.c.state == "paid")
    rows = [
        {"subsidy_id": id_, "amount_fen": fen, "state": "open", "opened_on": unit.today}
        for id_, fen in await unit.connection.execute(paid)
    ]
    if rows:
        await unit.connection.execute(insert(ledger.tables.recovery), rows)
        opened = [(row["subsidy_id"], None, "open") for row in rows]
        await changes.note(unit, "recovery", opened, f"已拨付的{ledger.noun}冲销")
