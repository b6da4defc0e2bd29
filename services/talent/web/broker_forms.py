"""What the pages of brokers and of the office read and show alike: forms, what is wrong with them, one deal whole."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.datastructures import FormData, UploadFile

from services.talent.domain.broker_reward import POLICY, claimable_from
from services.talent.store import brokers, changes, money
from services.talent.store.broker_tables import BROKER, DEAL
from services.talent.usecases.brokers import BrokerFields
from services.talent.usecases.deals import CHANGEABLE, AttachToDeal, DealFields, attach_to_deal
from services.talent.web import my_files
from services.talent.web.step_forms import texts, wrong_in
from shared.core.clock import legal_date
from shared.core.errors import DomainError
from shared.core.money import fen_text
from shared.evidence.refusals import refused
from shared.evidence.web import looked_at
from shared.ledger.outcomes import names
from shared.policy import load_policy
from shared.running.running import Running

BROKER_FIELDS, DEAL_FIELDS = tuple(BrokerFields.model_fields), tuple(DealFields.model_fields)
ACCOUNT_FIELDS = ("holder", "bank", "branch", "number", "explanation")
LABELS = {"reason": "理由", "number": "申请次数", "outcome": "决定", "deal_id": "成交编号", "broker_id": "经纪人编号"}
MOST_TYPED = 4_000
LONGEST_VERSION = 10


class Sent(NamedTuple):
    """A form of a page as it was sent, and what is wrong with it; `form` says which of the page's forms it was."""

    form: str
    typed: Mapping[str, str]
    error: DomainError


def given(form: FormData, names: Sequence[str]) -> dict[str, str]:
    """The text of each of these fields, empty if it was not sent."""
    sent = texts(form)
    return {name: sent.get(name, "")[:MOST_TYPED] for name in names}


def version(typed: str) -> int:
    """The version a form was opened with; what is none is as old as can be."""
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < LONGEST_VERSION else 0


def shown(sent: Sent | None) -> dict[str, Any]:
    """What a page says of a form that was refused: the status is the error's, everything typed is there again."""
    if sent is None:
        return {"error": None, "problems": {}, "sent": {}, "sent_form": ""}
    problems = getattr(sent.error, "problems", None) or wrong_in(sent.error)
    at = {"reason-missing": "reason", "contract-taken": "contract_no", "claim-too-early": "actual"}.get(sent.error.code)
    if not problems and at is not None:
        problems = {at: sent.error.message}
    return {"error": sent.error, "problems": problems, "sent": sent.typed, "sent_form": sent.form}


def status(sent: Sent | None) -> int:
    return 200 if sent is None else sent.error.status


async def attach(running: Running, by: str, deal_id: str, form: FormData) -> None:
    """The files of a form, all of them or none, read before the transaction begins."""
    files = [each for each in form.getlist("file") if isinstance(each, UploadFile) and each.filename]
    if not files:
        raise refused("evidence-missing")
    place = texts(form).get("place", "")
    async with looked_at(files, my_files.store(running)) as arrived, running.unit(by) as unit:
        await attach_to_deal(unit, AttachToDeal(deal_id, place, arrived), my_files.store(running))


def deal_typed(row: RowMapping) -> dict[str, str]:
    """A deal as its form has it."""
    return {
        "contract_no": row["contract_no"], "title": row["title"], "seller": row["seller"], "buyer": row["buyer"],
        "value": fen_text(row["value_fen"]), "completed_on": row["completed_on"].isoformat(),
    }  # fmt: skip


async def one_deal(running: Running, connection: AsyncConnection, deal_id: str) -> dict[str, Any]:
    """Everything there is of a deal: who, files, claims, what was done, what the ledger has."""
    row = await changes.found(connection, DEAL, deal_id, "成交")
    today = legal_date(running.now())
    first = claimable_from(load_policy(POLICY), row["completed_on"], today)
    return {
        "deal": row,
        "broker": await changes.found(connection, BROKER, row["broker_id"], "技术经纪人"),
        "files": await brokers.files(connection, deal_id),
        "places": brokers.PLACES,
        "claims": await brokers.claims(connection, deal_id),
        "steps": await changes.of(connection, [deal_id]),
        "entries": await money.entries_of(connection, deal_id),
        "outcomes": names("奖励"),
        "changeable": row["state"] in CHANGEABLE,
        "first": first,
        "early": today < first,
    }
