"""What keeps an application from being handed in beside its fields: documents, the team, the signature."""

from sqlalchemy import RowMapping, select

from services.talent.domain import lifecycles
from services.talent.domain.application_form import Problem
from services.talent.domain.signing import LABELS, unsigned
from services.talent.store import attachments, changes
from services.talent.store.application_tables import MEMBER
from services.talent.store.tables import APPLICANT
from shared.evidence.states import KEPT
from shared.messaging.unit import Unit
from shared.programme.load import load_programme

PROMISE = "我承诺所填内容真实"
MEND = "上面“姓名”一项写错的，请先改正那一项"
"""What an applicant does who called himself otherwise in his form."""


async def beside_fields(unit: Unit, row: RowMapping, signed_by: str, *, committed: bool) -> tuple[Problem, ...]:
    """All of it, in the order of the form."""
    signature = await _signature(unit, row, signed_by, committed=committed)
    return (*await _documents(unit, row), *await _team(unit, row), *signature)


async def _documents(unit: Unit, row: RowMapping) -> tuple[Problem, ...]:
    """Each document the programme needs is there; one that was found infected is not."""
    there = {each["place"] for each in await attachments.attached(unit.connection, row["id"]) if each["state"] in KEPT}
    return tuple(
        Problem(f"file:{each.code}", each.label, "没有传附件，请选择文件上传")
        for each in load_programme(row["programme_id"]).attachments
        if each.required and each.code not in there
    )


async def _team(unit: Unit, row: RowMapping) -> tuple[Problem, ...]:
    """A team is handed in once each member that was named has confirmed."""
    query = select(MEMBER.c.name, MEMBER.c.state).where(
        MEMBER.c.application_id == row["id"], MEMBER.c.state.in_(("invited", "declined"))
    )
    return tuple(
        Problem("members", "团队成员", f"{name}{lifecycles.MEMBER.states[state]}；请等本人确认，或从名单移除")
        for name, state in await unit.connection.execute(query)
    )


async def _signature(unit: Unit, row: RowMapping, signed_by: str, *, committed: bool) -> tuple[Problem, ...]:
    """Signed with the name the form says; where it does not ask for one, with the register's."""
    person = await changes.found(unit.connection, APPLICANT, row["applicant_id"], "申报人")
    name = str(row["typed"].get("name", "")).strip() or person["name"]
    found = unsigned(signed_by, (name,), PROMISE, committed=committed, mend=MEND)
    return tuple(Problem(field, LABELS[field], told_) for field, told_ in found.items())
