"""The lists of letters: those that were written, and the kinds there are with how many of each are in which state."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, func, literal, or_, select, union_all

from services.notify.domain.letters import KINDS
from services.notify.domain.states import STATES
from services.notify.store.tables import MESSAGE
from services.notify.web.shown import receiver_name, title_of
from shared.contracts.contact import applicant_person, expert_person, member_person, reviewer_person
from shared.webkit.listing import Column, Filter, Listing

_KINDS = union_all(
    *(
        select(
            literal(place).label("place"),
            literal(kind.name).label("name"),
            literal(kind.title).label("title"),
            literal(kind.event.type_).label("event"),
            literal("，".join(f"{name} = {is_}" for name, is_ in kind.when.items())).label("only_when"),
            literal(kind.goes_to).label("goes_to"),
            literal(int(kind.waits)).label("waits"),
        )
        for place, kind in enumerate(KINDS)
    )
).subquery("kind")
_COUNTED = select(MESSAGE.c.letter, func.count().label("letters")).group_by(MESSAGE.c.letter).subquery("counted")
_LETTERS = func.coalesce(_COUNTED.c.letters, 0)

WRITTEN = Listing(
    "信件",
    (
        Column("subject", "信件", by=MESSAGE.c.subject),
        Column("letter", "种类", by=MESSAGE.c.letter, said=lambda row: title_of(row["letter"])),
        Column("carrier_name", "关于", by=MESSAGE.c.carrier_name),
        Column("carrier_id", "载体编号", by=MESSAGE.c.carrier_id),
        Column(
            "org_id", "单位或个人编号", by=func.coalesce(MESSAGE.c.org_id, MESSAGE.c.person_id), said=receiver_name
        ),
        Column("to_name", "收件人", by=MESSAGE.c.to_name),
        Column("to_address", "邮箱", by=MESSAGE.c.to_address),
        Column("state", "状态", by=MESSAGE.c.state, said=lambda row: STATES[row["state"]].name),
        Column("attempts", "已试次数", kind="number", by=MESSAGE.c.attempts),
        Column("created_at", "写成", kind="moment", by=MESSAGE.c.created_at),
        Column("handed_over_at", "交付", kind="moment", by=MESSAGE.c.handed_over_at),
        Column("last_error", "最近的错误"),
        Column("id", "编号"),
    ),
    filters=(
        Filter(
            "state", "状态", lambda state: MESSAGE.c.state == state, {name: each.name for name, each in STATES.items()}
        ),
        Filter("letter", "种类", lambda letter: MESSAGE.c.letter == letter, {each.name: each.title for each in KINDS}),
        Filter(
            "carrier", "载体、单位或个人编号",
            lambda id_: or_(
                MESSAGE.c.carrier_id == id_, MESSAGE.c.org_id == id_, MESSAGE.c.person_id.in_(_persons(id_))
            ),
            kind="text",
        ),
    ),
    search=(MESSAGE.c.subject, MESSAGE.c.to_name, MESSAGE.c.to_address, MESSAGE.c.carrier_name),
    order=(MESSAGE.c.created_at.desc(), MESSAGE.c.id.desc()),
    empty="还没有信件；考评、补助、申报等事项一有进展，信件会自动写好",
    search_title="主题、收件人、载体、计划或编号",
)  # fmt: skip


def kinds() -> Select[Any]:
    """The kinds of letter with how many there are of each."""
    return select(_KINDS, _LETTERS.label("letters")).outerjoin(_COUNTED, _COUNTED.c.letter == _KINDS.c.name)


def kind_list(counts: Mapping[str, Mapping[str, int]]) -> Listing:
    """The list of kinds; `counts`: of each kind, how many letters are in each state."""
    return Listing(
        "信件种类",
        (
            Column("title", "种类", by=_KINDS.c.title),
            Column("name", "代号", by=_KINDS.c.name),
            Column("event", "起因", by=_KINDS.c.event),
            Column("only_when", "条件"),
            Column("goes_to", "写给", by=_KINDS.c.goes_to),
            Column("waits", "发出", by=_KINDS.c.waits, said=lambda row: "须经放行" if row["waits"] else "自动发出"),
            Column("states", "各状态", said=lambda row: _in_states(counts.get(row["name"], {}))),
            Column("letters", "合计", kind="number", by=_LETTERS),
        ),
        filters=(
            Filter("goes", "发出", lambda goes: _KINDS.c.waits == int(goes), {"1": "须经放行", "0": "自动发出"}),
        ),
        search=(_KINDS.c.title, _KINDS.c.name, _KINDS.c.event),
        order=(_KINDS.c.place,),
        search_title="种类、代号或起因",
        per_page=len(KINDS),  # all of them on one page: there are as many as the code has
    )  # fmt: skip


def _persons(id_: str) -> tuple[str, ...]:
    """Every person who may be meant by an id of some register, or by the id letters know him by."""
    return id_, expert_person(id_), reviewer_person(id_), applicant_person(id_), member_person(id_)


def _in_states(found: Mapping[str, int]) -> str:
    return "，".join(f"{each.name} {found[name]}" for name, each in STATES.items() if found.get(name))
