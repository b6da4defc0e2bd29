"""A team: its leader names the members, each confirms for himself under a link in a mail, or says no."""

from pydantic import BaseModel, Field
from sqlalchemy import RowMapping, insert, select, update

from services.talent.domain import lifecycles
from services.talent.store import changes
from services.talent.store.application_tables import MEMBER
from services.talent.store.tables import APPLICANT, CALL
from services.talent.usecases.applications import editable
from services.talent.usecases.contacts import forget_member, tell_member
from shared.contracts.contact import member_person, without_mark
from shared.contracts.talent import TalentMemberInvited
from shared.core.errors import DomainError
from shared.core.sealed import Seal
from shared.messaging.outbox import event_id
from shared.messaging.unit import Unit
from shared.programme.load import load_programme
from shared.reading.identifiers import email


class NameMember(BaseModel):
    """列出一名团队成员，请本人在邮件里确认。"""

    application_id: str
    name: str = Field(min_length=1, max_length=100)
    email: str = Field(max_length=300)
    duty: str = Field(default="", max_length=200)


class RemoveMember(BaseModel):
    """从团队名单移除一名成员。"""

    member_id: str


class AnswerAsMember(BaseModel):
    """成员本人答复：同意或不同意参加。"""

    member_id: str
    agrees: bool


def answer_path(member_id: str, seal: Seal) -> str:
    """Where a member answers, below the site's address: its mark is his alone, and made again by the same secret."""
    return f"/talent/team/{member_id}/{seal.mark(member_id)}"


async def name_member(unit: Unit, order: NameMember, seal: Seal) -> str:
    """Names a member and asks him; one who is named already under this address is asked no second time."""
    row = await editable(unit, order.application_id)
    address = email(order.email)
    await _check_another(unit, row, order.name, address)
    query = select(MEMBER).where(MEMBER.c.application_id == row["id"], MEMBER.c.email == address)
    there = (await unit.connection.execute(query.where(MEMBER.c.state != "removed"))).mappings().first()
    if there is not None:
        state = lifecycles.MEMBER.states[there["state"]]
        raise DomainError("member-there", f"{address} 已经在名单里（{state}）", status=409)
    id_ = event_id("member", row["id"], address, unit.now.isoformat())
    made = {
        "id": id_, "application_id": row["id"], "name": order.name.strip(), "email": address,
        "duty": order.duty.strip(), "state": "invited", "asked_at": unit.now,
    }  # fmt: skip
    await unit.connection.execute(insert(MEMBER), [made])
    await changes.note(unit, "member", [(id_, None, "invited")])
    person = member_person(id_)
    link = answer_path(id_, seal)
    tell_member(unit, id_, order.name.strip(), address, link)
    call = await changes.found(unit.connection, CALL, row["programme_id"], "申报批次")
    until = max(call["closes_on"], row["correct_until"] or call["closes_on"])
    programme = load_programme(row["programme_id"])
    invited = TalentMemberInvited.model_validate(
        {
            "member_id": id_, "application_id": row["id"], "person_id": person, "answer_until": until.isoformat(),
            "programme": {"id": programme.id, "name": programme.title}, "answer_path": without_mark(link),
        }
    )  # fmt: skip
    unit.tell(invited, story=row["id"])
    return id_


async def _check_another(unit: Unit, row: RowMapping, name: str, address: str) -> None:
    """Whoever leads the team is not counted among its members."""
    leader = await changes.found(unit.connection, APPLICANT, row["applicant_id"], "申报人")
    if address in {leader["email"], row["typed"].get("email", "").strip().lower()}:
        raise DomainError("member-is-leader", f"{address} 是带头人自己的邮箱；带头人不列入团队成员，请写别的成员")
    if "".join(name.split()) in {leader["name"], "".join(row["typed"].get("name", "").split())}:
        message = "与带头人同名；带头人不列入团队成员。确是另一个人的，请在姓名后注明，例如“张三（女）”"
        raise DomainError("member-is-leader", message)


async def remove_member(unit: Unit, order: RemoveMember) -> None:
    """Takes a member off the list; his name and address are taken back from whoever writes letters."""
    member = await _member(unit, order.member_id)
    await editable(unit, member["application_id"])
    await changes.move(unit, lifecycles.MEMBER, MEMBER, member["id"], "removed", name="", email="")
    await forget_member(unit, member["id"])


async def answer_as_member(unit: Unit, order: AnswerAsMember) -> None:
    """The member's own answer, as long as the application can be changed. The same answer twice does nothing more."""
    member = await _member(unit, order.member_id)
    after = "confirmed" if order.agrees else "declined"
    if member["state"] == after:
        return
    await editable(unit, member["application_id"])
    await changes.move(unit, lifecycles.MEMBER, MEMBER, member["id"], after)
    change = update(MEMBER).where(MEMBER.c.id == member["id"]).values(answered_at=unit.now)
    await unit.connection.execute(change)


async def _member(unit: Unit, member_id: str) -> RowMapping:
    return await changes.found(unit.connection, MEMBER, member_id, "团队成员")
