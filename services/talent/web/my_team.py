"""The team of an application, on its form: named, taken off, and written into the field the conditions count."""

from typing import NamedTuple

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.store import changes, mine
from services.talent.store.application_tables import MEMBER
from services.talent.usecases.team import NameMember, RemoveMember, name_member, remove_member
from shared.core.errors import DomainError
from shared.core.sealed import Seal
from shared.messaging.unit import Unit
from shared.programme.load import load_programme
from shared.reading.identifiers import email
from shared.reading.sent_text import problem_of
from shared.webkit.forms import FormWrong, order_of

TEAM = "members"
"""The field in which a programme asks for its team."""
ADD, REMOVE = "add-member", "remove-member:"
LABELS = {"member_name": "成员姓名", "member_email": "成员邮箱", "member_duty": "分工"}


class Named(NamedTuple):
    """A member as he was typed."""

    name: str
    email: str
    duty: str


NOBODY = Named("", "", "")


async def as_typed(connection: AsyncConnection, row: RowMapping) -> dict[str, str]:
    """The programme's field of members, one a line: whoever is named and has not said no. Of two of one name both
    count."""
    if TEAM not in {field.name for field in load_programme(row["programme_id"]).fields}:
        return {}
    names: list[str] = []
    for each in await mine.members(connection, row["id"]):
        if each["state"] != "declined":
            same = sum(1 for name in names if name == each["name"] or name.startswith(f"{each['name']}（"))
            names.append(f"{each['name']}（{same + 1}）" if same else each["name"])
    return {TEAM: "\n".join(names)}


async def name(unit: Unit, application_id: str, named: Named, seal: Seal) -> None:
    """Names a member; FormWrong says at which field something is wrong."""
    wrong = {f"member_{field}": problem for field, typed in named._asdict().items() if (problem := problem_of(typed))}
    try:
        email(named.email)
    except DomainError as bad:
        wrong.setdefault("member_email", bad.message)
    if not named.name:
        wrong["member_name"] = "请写成员姓名"
    if wrong:
        raise FormWrong(wrong, LABELS)
    try:
        order = order_of(NameMember, {"application_id": application_id, **named._asdict()}, {})
    except FormWrong as bad:
        raise FormWrong({f"member_{field}": problem for field, problem in bad.fields.items()}, LABELS) from None
    await name_member(unit, order, seal)


async def take_off(unit: Unit, application_id: str, member_id: str) -> None:
    """One who is off the list already stays off it: a form sent twice does no harm."""
    member = await changes.found(unit.connection, MEMBER, member_id[:100], "团队成员")
    if member["application_id"] != application_id:
        raise DomainError("no-such-member", "名单里没有这位成员，请刷新后再试", status=404)
    if member["state"] != "removed":
        await remove_member(unit, RemoveMember(member_id=member["id"]))
