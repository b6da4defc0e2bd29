"""A table wider than the screen scrolls in a frame of its own, `<div class="scroll">`. Every frame can be reached and
scrolled with the keyboard, and says whose table it holds: its caption, or the heading it stands under."""

import re

from markupsafe import Markup

FRAME = '<div class="scroll">'
_PLACES = re.compile(
    rf"(?P<frame>{re.escape(FRAME)})(?:\s*<table[^>]*>\s*<caption[^>]*>(?P<caption>.*?)</caption>)?"
    r"|<h[1-3][^>]*>(?P<heading>.*?)</h[1-3]>",
    re.DOTALL,
)


def reachable(page: str) -> str:
    """The page with its frames named and in the order of the keyboard."""
    under = ""

    def named(found: re.Match[str]) -> str:
        nonlocal under
        if found["heading"] is not None:
            under = _words(found["heading"])
            return found[0]
        label = _words(found["caption"] or "") or under or "表格"
        frame = Markup('<div class="scroll" tabindex="0" role="group" aria-label="{}（表格，可左右滚动）">')
        return str(frame.format(label)) + found[0].removeprefix(FRAME)

    return _PLACES.sub(named, page)


def _words(html: str) -> str:
    return Markup(html).striptags()  # noqa: S704 - what it strips is our own page, and what is left is escaped again
