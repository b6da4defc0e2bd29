"""Keep the register of experts and what ties them to others."""

from functools import partial
from typing import ClassVar

from pydantic import Field

from services.incubator.usecases.reviewed import REVIEWING
from shared.reviewing import register
from shared.reviewing.register import Declared, RegisterExpert, WithdrawRelation

__all__ = [
    "DeclareRelation",
    "Declared",
    "RegisterExpert",
    "WithdrawRelation",
    "declare_relation",
    "register_expert",
    "withdraw_relation",
]


class DeclareRelation(register.DeclareRelation):
    """登记专家的利害关系：与哪个单位（名称或信用代码），或与哪家载体。"""

    unit_label: ClassVar[str] = "载体"
    unit_id: str | None = Field(default=None, alias="carrier_id")


register_expert = partial(register.register_expert, area=REVIEWING)
declare_relation = partial(register.declare_relation, area=REVIEWING)
withdraw_relation = partial(register.withdraw_relation, area=REVIEWING)
