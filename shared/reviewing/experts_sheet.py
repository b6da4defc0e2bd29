"""Experts of a register from a sheet: every new one of them, or none and everything that is wrong."""

from collections.abc import Mapping

from sqlalchemy import select

from shared.core.errors import DomainError
from shared.messaging.unit import Unit
from shared.reviewing.area import Reviewing
from shared.reviewing.register import RegisterExpert, register_expert
from shared.workbook.columns import Column
from shared.workbook.register import RegisterSheet, enter_rows

EXPERTS = RegisterSheet(
    "评审专家",
    (
        Column("id", "专家编号", help="字母、数字、横线；以后不改"),
        Column("name", "姓名"),
        Column("employer", "任职单位", help="回避按它核对"),
        Column("employer_code", "任职单位信用代码", required=False, help="18 位"),
        Column("fields", "专业领域", required=False, help="几个领域用顿号隔开"),
        Column("contact_email", "邮箱", required=False, help="没有邮箱的收不到邀请"),
        Column("contact_phone", "电话", required=False),
        Column("account", "登录账号", required=False, help="不写为专家编号"),
    ),
    (
        "每位专家一行，从第 2 行填起；已登记过的专家不要再填，要改的在该专家的页面上改。",
        "利害关系登记以后在专家的页面上填写。",
        "有一处不对，整张表都不登记；改好后重新上传。",
        "请勿改动工作表名和标题行。",
    ),
    {"account-taken": "account"},
)


async def send_experts(unit: Unit, content: bytes, area: Reviewing) -> int:
    """How many were registered; a WorkbookError tells all problems, and nobody is."""

    async def enter(given: Mapping[str, str]) -> None:
        fields = [each.strip() for each in given["fields"].replace(",", "、").replace("，", "、").split("、")]
        values = {**given, "fields": [each for each in fields if each], "account": given["account"] or None}
        order = RegisterExpert.model_validate(values)
        expert = area.tables.expert
        known = select(expert.c.name).where(expert.c.id == order.id)
        name = (await unit.connection.execute(known)).scalar_one_or_none()
        if name is not None:
            raise DomainError("expert-there", f"编号 {order.id} 已经是专家“{name}”，请换一个编号", status=409)
        await register_expert(unit, order, area)

    return await enter_rows(content, EXPERTS, enter)
