"""What a person decides about letters: release those that wait, send one again that failed."""

from collections.abc import Collection

from pydantic import BaseModel, Field

from services.notify.domain import states
from services.notify.store import contacts, messages, trail
from services.notify.store.tables import AT_ONCE
from services.notify.usecases.telling import tell_moved
from shared.core.errors import DomainError
from shared.messaging.unit import Unit

RELEASED, RESENT = "released", "resent"
MAY_ARRIVE_TWICE = "重发可能使收件人收到两封相同的信：没有得到答复的那一次，邮件服务器也可能已经收下"
"""What whoever sends a letter again is told before."""


class ReleaseLetters(BaseModel):
    """放行等待的信件。"""

    message_ids: list[str] = Field(min_length=1)
    reason: str = Field(min_length=1)


class ReleaseAll(BaseModel):
    """放行全部等待的信件，或其中一种。"""

    letter: str | None = None
    reason: str = Field(min_length=1)


class ResendLetter(BaseModel):
    """重发一封失败的信件；收件人可能收到两封。"""

    message_id: str
    reason: str = Field(min_length=1)


async def release_letters(unit: Unit, order: ReleaseLetters) -> int:
    await release(unit, order.message_ids, order.reason)
    return len(set(order.message_ids))


async def release_every(unit: Unit, order: ReleaseAll) -> int:
    return await release_all(unit, order.reason, order.letter)


async def resend_letter(unit: Unit, order: ResendLetter) -> str:
    """Sends it again and answers what its sender should know."""
    await resend(unit, order.message_id, order.reason)
    return MAY_ARRIVE_TWICE


async def release(unit: Unit, message_ids: Collection[str], reason: str) -> None:
    """Lets held letters go; all of them or, if one is not held any more, none."""
    wanted = set(message_ids)
    await _release(unit, wanted, reason)


async def release_all(unit: Unit, reason: str, letter: str | None = None) -> int:
    """Lets every held letter go, or every one of a kind; how many those were."""
    waiting = set(await messages.held(unit.connection, letter))
    await _release(unit, waiting, reason)
    return len(waiting)


async def _release(unit: Unit, wanted: Collection[str], reason: str) -> None:
    _needs_reason(reason)
    moved = await messages.move(unit.connection, wanted, [states.HELD], state=states.QUEUED, due_at=AT_ONCE)
    for id_ in sorted(set(wanted) - {row["id"] for row in moved}):
        found = await messages.one(unit.connection, id_)
        name = states.STATES[found["state"]].name
        raise DomainError("not-held", f"信件 {id_} 现在的状态是“{name}”，不需要放行", status=409)
    await _note(unit, [row["id"] for row in moved], RELEASED, reason)
    tell_moved(unit, moved, states.QUEUED, unit.now.isoformat())


async def resend(unit: Unit, message_id: str, reason: str) -> None:
    """Sends a failed letter again, deliberately: it may arrive twice, for what the server did with it is not known.

    It goes to the contact's present address, for a wrong one is what most letters fail of. Its Message-ID stays.
    """
    _needs_reason(reason)
    found = await messages.one(unit.connection, message_id)
    if found["state"] not in {states.FAILED, states.BOUNCED}:
        name = states.STATES[found["state"]].name
        raise DomainError("not-failed", f"信件 {message_id} 现在的状态是“{name}”，不能重发", status=409)
    contact = await contacts.present(unit.connection, found)
    if contact is None and found["to_address"] is None:
        told = "收件人的姓名和邮箱已经清除，没有可以寄往的地址；登记了新的联系人以后再重发"
        raise DomainError("no-address", told, status=409)
    address = {"to_name": contact["name"], "to_address": contact["email"]} if contact else {}
    moved = await messages.move(
        unit.connection,
        [message_id],
        [found["state"]],
        state=states.QUEUED,
        due_at=AT_ONCE,
        put_off=0,
        last_error=None,
        **address,
    )
    if not moved:  # somebody else moved it in between
        raise DomainError("not-failed", f"信件 {message_id} 刚刚被别人处理，请刷新后再看", status=409)
    await _note(unit, [message_id], RESENT, reason)
    tell_moved(unit, moved, states.QUEUED, unit.now.isoformat())


def _needs_reason(reason: str) -> None:
    if not reason.strip():
        raise DomainError("reason-missing", "请写明理由，它会与操作人和时间一起留存")


async def _note(unit: Unit, ids: Collection[str], what: str, reason: str) -> None:
    rows = [{"message_id": id_, "what": what, "by": unit.by, "at": unit.now, "reason": reason.strip()} for id_ in ids]
    await messages.decided(unit.connection, rows)
    await trail.note(unit, rows)
