"""`miaopu <service> <operation>`: everything a service can be asked to do, made from its list of operations."""

import asyncio
from collections.abc import Iterable
from typing import Any

import click
import orjson
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import to_jsonable_python

from services.cli.screen import Command, Group, print_json
from services.cli.workbook import end_with_cell_problems
from services.incubator.operations import OPERATIONS as INCUBATOR_OPERATIONS
from services.incubator.service import SERVICE as INCUBATOR
from services.notify.operations import OPERATIONS as NOTIFY_OPERATIONS
from services.notify.service import SERVICE as NOTIFY
from services.talent.operations import operations_with
from services.talent.service import SERVICE as TALENT
from services.talent.web.sealing import seal_with
from shared.core.clock import clock_of
from shared.core.errors import DomainError
from shared.core.invalid import problems
from shared.core.settings import read_settings
from shared.db.migrate import check
from shared.messaging.unit import unit_of_work
from shared.running.opening import opened_database
from shared.running.operation import Operation
from shared.running.service import Service
from shared.workbook.errors import WorkbookError


def operations(service: Service, offered: Iterable[Operation], says: str) -> click.Group:
    """The group of a service's commands."""
    group = Group(service.name, help=says)
    for operation in offered:
        group.add_command(_command(service, operation))
    return group


def _command(service: Service, operation: Operation) -> click.Command:
    options = [_option(name, field) for name, field in _fields(operation.order).items()]
    by = click.Option(["--by"], required=True, help="谁在办理。")

    def run(by: str, **given: str | None) -> None:
        order = _order(operation.order, given)
        try:
            print_json({"result": asyncio.run(_do(service, operation, order, by))})
        except WorkbookError as error:
            end_with_cell_problems(error.problems)

    return Command(operation.name, params=[*options, by], callback=run, help=operation.says)


def _fields(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """The fields of an order by what this service calls them, which may be its own word for what others have, too."""
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _option(name: str, field: FieldInfo) -> click.Option:
    """A figure or a word as it is; a table or a list as JSON, or @file for a file that holds it."""
    needs_json = str(field.annotation).startswith(("dict", "list"))
    shown = "JSON 或 @文件" if needs_json else ""
    return click.Option([f"--{name.replace('_', '-')}", name], required=field.is_required(), metavar=shown or None)


def _order(model: type[BaseModel], given: dict[str, str | None]) -> BaseModel:
    fields = _fields(model)
    values = {name: _value(fields[name], value) for name, value in given.items() if value is not None}
    try:
        return model.model_validate(values)
    except ValidationError as error:
        told = "；".join(f"{name} {words}" for name, words in problems(error.errors()).items())
        raise DomainError("bad-order", told) from None


def _value(field: FieldInfo, written: str) -> Any:  # noqa: ANN401 - JSON is any
    if not str(field.annotation).startswith(("dict", "list")):
        return written
    try:
        if written.startswith("@"):
            with open(written[1:], "rb") as file:  # noqa: PTH123 - a name as typed
                return orjson.loads(file.read())
        return orjson.loads(written)
    except OSError:
        raise DomainError("no-such-file", f"没有文件“{written[1:]}”，或读不了") from None
    except orjson.JSONDecodeError as error:
        raise DomainError("bad-json", f"“{written}”不是 JSON：第 {error.lineno} 行第 {error.colno} 个字附近") from None


async def _do(service: Service, operation: Operation, order: BaseModel, by: str) -> Any:  # noqa: ANN401 - JSON is any
    settings = read_settings()
    async with opened_database(settings, service, there=True) as engine:
        await check(engine, service)
        now = clock_of(settings.data)
        async with unit_of_work(engine, service.spine, f"/{service.name}", now, by) as unit:
            return to_jsonable_python(await operation.does(unit, order))


incubator = operations(INCUBATOR, INCUBATOR_OPERATIONS, "办理孵化载体的业务：登记、考评、公示、异议、补助。")
talent = operations(
    TALENT,
    operations_with(lambda: seal_with(read_settings())),
    "办理人才计划的业务：批次、申报、推荐、形式审查、失信惩戒、个人信息清除。",
)
notify = operations(NOTIFY, NOTIFY_OPERATIONS, "处理信件：放行等待的，重发失败的。")
