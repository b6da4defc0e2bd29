"""What the search of the site finds in this service: letters by subject, receiver, address or carrier."""

from collections.abc import Sequence
from urllib.parse import urlencode

from services.notify.domain.states import STATES
from services.notify.store import listing
from services.notify.web.shown import SECRET, receiver_name
from shared.core.clock import legal_date
from shared.running.finding import MOST, Found, Hit
from shared.running.running import Running


async def search(running: Running, text: str) -> Sequence[Found]:
    async with running.look() as connection:
        rows = await listing.holding(connection, text, MOST + 1, SECRET)
    hits = [
        Hit(
            row["subject"],
            f"/notify/messages/{row['id']}",
            f"{row['to_name'] or receiver_name(row)} · {STATES[row['state']].name} · {legal_date(row['created_at'])}",
        )
        for row in rows
    ]
    return [Found("信件", hits, f"/notify/messages?{urlencode({'text': text})}")]
