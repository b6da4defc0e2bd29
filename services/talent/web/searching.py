"""What the search of the site finds in this service, each hit with the page it is on."""

from collections.abc import Sequence
from urllib.parse import urlencode

from services.talent.store import application_list, award_list
from services.talent.store import calls as call_rows
from services.talent.web.looks import programme_name, to
from shared.running.finding import MOST, Found, Hit
from shared.running.running import Running


async def search(running: Running, text: str) -> Sequence[Found]:
    most = MOST + 1
    async with running.look() as connection:
        applications = await application_list.holding(connection, text, most)
        awards = await award_list.holding(connection, text, most)
        units = await application_list.units_holding(connection, text, most)
        calls = (await connection.execute(call_rows.documents())).mappings().all()
    query, wanted = urlencode({"text": text}), text.casefold()
    named = [(row, programme_name(row["programme_id"])) for row in calls]
    found = [
        (row, name) for row, name in named if wanted in f"{name} {row['document_no']} {row['programme_id']}".casefold()
    ]
    return [
        Found("申报", [
            Hit(f"{row['applicant']}：{row['project']}", to("applications", row["id"]),
                f"{programme_name(row['programme_id'])} · {row['receipt'] or '没有提交'}")
            for row in applications
        ], f"/talent/applications?{query}"),
        Found("入选项目", [
            Hit(f"{row['applicant']}：{row['project']}", to("awards", row["id"]),
                f"{row['contract_no']} · {programme_name(row['programme_id'])}")
            for row in awards
        ], f"/talent/awards?{query}"),
        Found("推荐单位", [
            Hit(row["name"], to("units", row["id"]), f"{row['id']} · {row['credit_code']}") for row in units
        ], f"/talent/units?{query}"),
        Found("人才计划申报批次", [
            Hit(name, to("calls", row["programme_id"]), row["document_no"]) for row, name in found[:most]
        ], "/talent/calls"),
    ]  # fmt: skip
