"""What the search of the site finds in this service, each hit with the page it is on."""

from collections.abc import Sequence
from urllib.parse import urlencode

from services.incubator.store import finding
from services.incubator.web.looks import to
from services.incubator.web.wording import kind_name
from shared.running.finding import MOST, Found, Hit
from shared.running.running import Running


async def search(running: Running, text: str) -> Sequence[Found]:
    most = MOST + 1
    async with running.look() as connection:
        carriers = await finding.carriers(connection, text, most)
        organisations = await finding.organisations(connection, text, most)
        tenants = await finding.tenants(connection, text, most)
        rounds = await finding.rounds(connection, text, most)
        reports = await finding.reports(connection, text, most)
        subsidies = await finding.subsidies(connection, text, most)
        documents = await finding.fund_documents(connection, text, most)
    query = urlencode({"text": text})
    return [
        Found("载体", [Hit(row["name"], to("carriers", row["id"]), row["id"]) for row in carriers],
              f"/incubator/carriers?{query}"),
        Found("运营单位", [
            Hit(row["name"], to("organisations", row["id"]), f"{row['id']} · {row['credit_code']}")
            for row in organisations
        ]),
        Found("在孵企业", [
            Hit(row["name"], to("carriers", row["carrier_id"]), f"{row['tenant_id']} · 在{row['carrier']}")
            for row in tenants
        ]),
        Found("年度考评和文件", [
            Hit(f"{row['year']} 年度{kind_name(row['kind'])}考评", to("rounds", row["id"]), row["document_no"])
            for row in rounds
        ]),
        Found("填报", [
            Hit(f"{row['name']} {row['year']} 年度", to("reports", row["id"]), row["id"]) for row in reports
        ], f"/incubator/reports?{query}"),
        Found("补助", [
            Hit(row["id"], to("subsidies", row["id"]), f"{row['name'] or row['carrier_id']} · {row['on_date']}")
            for row in subsidies
        ]),
        Found("拨付文件", [
            Hit(row["document_no"], f"/incubator/payments?{urlencode({'text': row['document_no']})}",
                f"{row['budget_year']} 年预算，{row['rows']} 笔")
            for row in documents
        ]),
    ]  # fmt: skip
