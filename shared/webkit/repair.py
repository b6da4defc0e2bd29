"""Repairing: a parked event whole and in words, and what an official decides of it: try again, or discard."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, NamedTuple
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Form, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import RowMapping

from shared.audit.parked import check_heard, settle_parked
from shared.contracts.words import FIELD_WORDS
from shared.core.errors import DomainError
from shared.identity.roles import Role
from shared.messaging import parking
from shared.running.running import Running
from shared.webkit.access import READERS, Known, may
from shared.webkit.interface import pretty
from shared.webkit.parked_list import title_of
from shared.webkit.templates import Pages

PAGES = Pages()
SHOWN = 20_000
"""As many characters of a body as a page shows."""
REPAIRERS = (Role.CLERK, Role.HEAD, Role.ADMINISTRATOR)
DOES = {"redrive": parking.REDRIVING, "discard": parking.DISCARDED}
MOST_REASON = 1000
MOST_NUMBER = 2**63 - 1
"""The greatest number a row can have."""
MOST_CHOSEN = 200

Number = Annotated[int, Path(ge=1, le=MOST_NUMBER)]


class Key(NamedTuple):
    """A parked event among all services': `incubator:3`."""

    service: str
    number: int

    def __str__(self) -> str:
        return f"{self.service}:{self.number}"


class Shown(NamedTuple):
    """A parked event as a page has it. `title` and `fields` in words, as far as its contract is known."""

    running: Running
    row: RowMapping
    title: str
    fields: Sequence[tuple[str, str]]
    body: str
    heard: bool
    """Whether the consumer that parked it still exists."""

    @property
    def key(self) -> Key:
        return Key(self.running.service.name, self.row["id"])


def repair_pages(runnings: Sequence[Running]) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    by_name = {running.service.name: running for running in runnings}

    @router.get("/parked/settled", dependencies=[READERS])
    async def settled(request: Request, which: Annotated[list[str], Query(max_length=MOST_CHOSEN)]) -> HTMLResponse:
        """What became of those an official has just decided about; loaded again, it says how far they are now."""
        keys = _keys(which)
        found = [await _one(by_name, key) for key in keys]
        again = settled_address(keys)
        return PAGES.show(request, "parked_settled.html", found=found, states=parking.STATES, again=again)

    @router.get("/parked/{service}/{number}", dependencies=[READERS])
    async def one(request: Request, who: Known, service: str, number: Number) -> HTMLResponse:
        return await _page(request, by_name, Key(service, number), may_repair=who.may_be(*REPAIRERS))

    @router.post("/parked/{service}/{number}", dependencies=[may(*REPAIRERS)])
    async def decide(
        request: Request,
        who: Known,
        service: str,
        number: Number,
        does: Annotated[str, Form(max_length=20)] = "",
        reason: Annotated[str, Form(max_length=MOST_REASON)] = "",
    ) -> Response:
        key = Key(service, number)
        try:
            await settle(by_name, [key], does, who.account, reason)
        except DomainError as error:
            return await _page(request, by_name, key, may_repair=True, error=error, reason=reason)
        return RedirectResponse(f"/parked/{service}/{number}", 303)

    return router


async def settle(by_name: Mapping[str, Running], keys: Sequence[Key], does: str, by: str, reason: str) -> None:
    """All of a service's or none of them; nothing is written before every one is seen to be there."""
    if not keys:
        raise DomainError("nothing-chosen", "还没有勾选任何一个事件")
    if does not in DOES:
        raise DomainError("no-such-step", "请选择重新处理或放弃")
    if not reason.strip():
        raise DomainError("reason-missing", "请写明理由，它会与操作人和时间一起留在审计记录里")
    numbers: dict[Running, list[int]] = {}
    for key in keys:
        numbers.setdefault(running_of(by_name, key), []).append(key.number)
    for running, wanted in numbers.items():
        spine, consumers = running.service.spine, _consumers(running)
        async with running.look() as connection:
            if does == "redrive":
                await check_heard(connection, spine, wanted, consumers)
            else:
                for number in wanted:
                    await parking.shown(connection, spine, number)
    for running, wanted in numbers.items():
        service = running.service
        async with running.unit(by) as unit:
            for number in wanted:
                on, state = unit.connection, DOES[does]
                await settle_parked(on, service.spine, service.trail, number, state, unit.by, reason.strip(), unit.now)


def keys_of(texts: Sequence[object]) -> list[Key]:
    """What was chosen in a form, each once."""
    return _keys([text for text in texts if isinstance(text, str)])


def settled_address(keys: Sequence[Key]) -> str:
    return f"/parked/settled?{urlencode([('which', str(key)) for key in keys])}"


def running_of(by_name: Mapping[str, Running], key: Key) -> Running:
    if key.service not in by_name:
        raise DomainError("no-such-service", f"本站没有名为 {key.service} 的服务", status=404)
    return by_name[key.service]


def _shown(running: Running, row: RowMapping) -> Shown:
    body = bytes(row["body"])
    heard = row["consumer"] in _consumers(running)
    return Shown(running, row, title_of(row["subject"]), _fields(body), body_text(body), heard)


def body_text(body: bytes) -> str:
    """A message's body as a person can read it: JSON in lines, other text as it is, anything else as bytes."""
    try:
        text = pretty(orjson.loads(body))
    except orjson.JSONDecodeError:
        text = "".join(map(_visible, body.decode(errors="backslashreplace")))
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}\n……（共 {len(text)} 个字符）"


def _visible(character: str) -> str:
    return character if character.isprintable() or character in "\n\t" else f"\\x{ord(character):02x}"


def _fields(body: bytes) -> list[tuple[str, str]]:
    """The data's fields by the names people know; nothing of a body that is no data."""
    try:
        data = orjson.loads(body)
    except orjson.JSONDecodeError:
        return []
    if not isinstance(data, dict):
        return []
    return [(FIELD_WORDS.get(name) or str(name), _said(value)[:SHOWN]) for name, value in data.items()]


def _said(value: Any) -> str:  # noqa: ANN401 - JSON is any
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "是" if value else "否"
    return pretty(value) if isinstance(value, dict | list) else str(value)


def _consumers(running: Running) -> set[str]:
    return {consumer.durable for consumer in running.service.consumers}


def _keys(texts: Sequence[str]) -> list[Key]:
    found = []
    for text in dict.fromkeys(texts):
        service, _, number = text.rpartition(":")
        if not (service and number.isascii() and number.isdecimal() and len(number) <= len(str(MOST_NUMBER)) - 1):
            raise DomainError("no-such-parked-event", "没有这样的搁置事件，请从清单里勾选", status=404)
        found.append(Key(service, int(number)))
    if len(found) > MOST_CHOSEN:
        raise DomainError("too-many", f"一次最多处理 {MOST_CHOSEN} 个事件")
    return found


async def _one(by_name: Mapping[str, Running], key: Key) -> Shown:
    running = running_of(by_name, key)
    async with running.look() as connection:
        return _shown(running, await parking.shown(connection, running.service.spine, key.number))


async def _page(
    request: Request,
    by_name: Mapping[str, Running],
    key: Key,
    *,
    may_repair: bool,
    error: DomainError | None = None,
    reason: str = "",
) -> HTMLResponse:
    each = await _one(by_name, key)
    return PAGES.show(
        request, "parked_one.html", 200 if error is None else error.status, each=each, states=parking.STATES,
        may_repair=may_repair, error=error, reason=reason,
    )  # fmt: skip
