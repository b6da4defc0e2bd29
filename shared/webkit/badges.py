"""How many things wait for a person at each line of the navigation, asked once for a page that he looks at."""

from collections import Counter

from fastapi import Request

from shared.webkit.access import who_of


async def count_badges(request: Request) -> None:
    """Sets `request.state.badges`, by address. A program, a stream and a script's request have no navigation."""
    who = who_of(request)
    if who is None or who.program or "text/html" not in request.headers.get("accept", ""):
        return
    found: Counter[str] = Counter()
    for running in request.app.state.runnings:
        if running.service.badges is not None:
            found.update(await running.service.badges(running, who))
    request.state.badges = found
