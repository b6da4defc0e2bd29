"""A desk: what is whose, and where else something waits for a person."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import literal
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.desk.matters import Desk, Looked, Matter, always, elsewhere
from shared.desk.rows import shown
from shared.identity.roles import READERS, Role
from shared.identity.who import Grant, Who
from shared.webkit.templates import Pages


async def _nothing(_: AsyncConnection, __: Looked) -> Mapping[str, Any]:
    return {}


def desk(name: str, **roles: Role) -> Desk:
    """A desk with a matter for each of these roles."""
    matters = {
        matter: Matter(matter, frozenset({role}), lambda _: shown(literal("1"), literal("2018-01-01"), literal("U")),
                       f"/{name}/{matter}", always(f"/{name}/{matter}"))
        for matter, role in roles.items()
    }  # fmt: skip
    return Desk(f"/{name}/desk", matters, READERS, lambda _: None, (), Pages(), "desk_page.html", _nothing)


INCUBATOR = desk("incubator", accept=Role.CLERK, decide=Role.HEAD, pay=Role.FINANCE)
TALENT = desk("talent", check=Role.CLERK, select=Role.HEAD)
BOTH = {"孵化载体": INCUBATOR, "人才计划": TALENT}


def somebody(*roles: Role) -> Who:
    return Who("a", "某人", tuple(Grant(role) for role in roles))


@pytest.mark.parametrize(
    ("roles", "matters"),
    [((Role.CLERK,), ["accept"]), ((Role.CLERK, Role.HEAD), ["accept", "decide"]),
     ((Role.AUDITOR,), ["accept", "decide", "pay"])],
)  # fmt: skip
def test_a_person_sees_his_matters_and_who_only_looks_sees_all(roles: tuple[Role, ...], matters: list[str]) -> None:
    assert list(INCUBATOR.of(somebody(*roles))) == matters


def test_each_desk_leads_to_the_others_a_person_has_work_at_with_what_waits_there() -> None:
    clerk = somebody(Role.CLERK)
    assert elsewhere(BOTH, INCUBATOR, clerk, {"/talent/desk": 3}) == [("人才计划", "/talent/desk", 3)]
    assert elsewhere(BOTH, TALENT, clerk, {"/talent/desk": 3}) == [("孵化载体", "/incubator/desk", 0)]
    assert elsewhere(BOTH, INCUBATOR, somebody(Role.FINANCE), {"/talent/desk": 3}) == []
    assert elsewhere({"孵化载体": INCUBATOR}, INCUBATOR, clerk, {}) == []
