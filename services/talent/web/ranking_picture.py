"""The picture of a ranking: a column for each total, the best first, with its cut line; of a long one, what stands
around that line."""

from decimal import Decimal

from markupsafe import Markup
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.store import ranked
from services.talent.web.ranking_view import PLACE_TONES, Ranking
from shared.contracts.talent.spoken import ERASED
from shared.programme.selection import PLACE_NAMES
from shared.webkit.pictures import Column, Cut, Part, columns

MOST_COLUMNS = 120


async def picture(connection: AsyncConnection, shown: Ranking) -> Markup | None:
    """With the line the number draws and that of the least total, where they stand among the columns."""
    stands, found = shown.stands, shown.found
    names = found.names()
    if not names:
        return None
    cut, reach = min(shown.number, names), names - found.names("below")
    first = max(min(cut - MOST_COLUMNS // 2, names - MOST_COLUMNS), 0)
    bars = [
        Column(f"{row['rank']} {row['applicant'] or ERASED}", Decimal(row["total"]), row["total"], PLACE_TONES[place])
        for row in await ranked.from_place(connection, stands.programme.id, first, MOST_COLUMNS)
        for place in (found.place(Decimal(row["total"])),)
        if place is not None
    ]
    cuts = [Cut(cut - first, f"名额 {shown.number} 名")]
    if reach < names and first <= reach <= first + len(bars):
        cuts.append(Cut(reach - first, f"最低 {stands.least} 分"))
    tied = found.names("tied")
    told = f"，有 {tied} 名同分，余 {found.room} 个名额待定" if tied else ""
    part = f"，图上是名额线前后的第 {first + 1} 到第 {first + len(bars)} 份" if len(bars) < names else ""
    says = f"从高到低共 {names} 份，名额 {shown.number} 名，最低 {stands.least} 分{told}{part}；逐份的数字在下面的表里"
    legend = [Part(PLACE_NAMES[place], tone) for place, tone in PLACE_TONES.items()]
    return columns("每份的得分", bars, cuts, says, legend)
