"""Pictures of figures, drawn on the server as SVG: bars, bars of parts, columns with lines across, lines over years.

Each says in words what it shows (title, description) and stands in a <figure>; the page puts a table behind it. Colours
are classes (good, fair, wait, bad, calm), for a page allows no style of its own. Widths are in a picture's own units,
1000 across.
"""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Literal, NamedTuple

import svg
from markupsafe import Markup, escape

Number = int | Decimal | Fraction
WIDTH = 1000
HEIGHT = 260
FOOT = 30
Drawn = list[svg.Element]
Anchor = Literal["start", "middle", "end"]


class Bar(NamedTuple):
    """`written`: the value as people read it; `of`: the full bar it is a part of, if there is one."""

    name: str
    value: Number
    written: str
    tone: str = "good"
    of: Number | None = None


class Part(NamedTuple):
    """A part of every bar: what it is called and its tone."""

    name: str
    tone: str


class Column(NamedTuple):
    """One column; `group`: a word under it, said once for neighbours of the same group."""

    name: str
    value: Number
    written: str
    tone: str = "calm"


class Cut(NamedTuple):
    """A line across columns: after so many of them."""

    after: int
    name: str


def bars(title: str, rows: Sequence[Bar], says: str = "") -> Markup:
    """A bar for each row, in proportion to the largest, or to the full bar each has."""
    largest = max((row.value if row.of is None else row.of for row in rows), default=0)
    drawn = [_row(row.name, row.written, [(row.tone, row.name, row.value)], largest, row.of) for row in rows]
    return _rows(title, says, drawn)


def stacked(
    title: str, parts: Sequence[Part], rows: Sequence[tuple[str, Sequence[Number], str]], says: str = ""
) -> Markup:
    """For each row (name, a number for each part, what is written) a bar of parts in proportion to their sum."""
    drawn = []
    for name, numbers, written in rows:
        shown = [(part.tone, part.name, number) for part, number in zip(parts, numbers, strict=True)]
        drawn.append(_row(name, written, shown, sum(numbers), None))
    return _rows(title, says, drawn, parts)


LEAST_COLUMNS = 4
"""Fewer columns are as wide as these would be: one alone is a column, not a wall."""


def columns(
    title: str, rows: Sequence[Column], cuts: Sequence[Cut] = (), says: str = "", legend: Sequence[Part] = ()
) -> Markup:
    """A column for each row, side by side, with lines between some of them. Names are written if there is room."""
    largest = max((row.value for row in rows), default=0)
    step = WIDTH / max(len(rows), LEAST_COLUMNS)
    drawn: Drawn = []
    for place, row in enumerate(rows):
        height = float(Fraction(row.value) / Fraction(largest)) * (HEIGHT - 40) if largest else 0.0
        told = svg.Title(text=str(escape(f"{row.name} {row.written}")))
        drawn.append(
            svg.Rect(
                x=round(place * step + step * 0.1, 2),
                y=round(HEIGHT - height, 2),
                width=round(step * 0.8, 2),
                height=round(height, 2),
                class_=[row.tone],
                elements=[told],
            )
        )
        if step >= 60:
            middle = round((place + 0.5) * step, 2)
            drawn.append(_text(row.written, middle, HEIGHT - height - 6, anchor="middle"))
            drawn.append(_text(row.name, middle, HEIGHT + 20, anchor="middle", class_="name"))
    drawn.append(svg.Line(x1=0, y1=HEIGHT, x2=WIDTH, y2=HEIGHT, class_=["axis"]))
    for place, cut in enumerate(cuts):
        x = round(cut.after * step, 2)
        late = x > WIDTH * 0.8
        drawn.append(svg.Line(x1=x, y1=0, x2=x, y2=HEIGHT, class_=["cut"]))
        drawn.append(
            _text(cut.name, x - 6 if late else x + 6, 14 + 16 * place, anchor="end" if late else "start", class_="cut")
        )
    return _figure(title, says, HEIGHT + FOOT, drawn, legend)


def _row(name: str, written: str, parts: Sequence[tuple[str, str, Number]], full: Number, of: Number | None) -> Markup:
    """A line of text as HTML, so that it stays readable however narrow the screen, and the bar below it as SVG."""
    drawn: Drawn = [_rect(0, WIDTH if of is None else _share(of, full), "rest", "")]
    x = 0.0
    for tone, what, value in parts:
        width = _share(value, full)
        if width:
            drawn.append(_rect(x, width, tone, f"{what} {value}"))
        x += width
    bar = svg.SVG(
        viewBox=svg.ViewBoxSpec(0, 0, WIDTH, 14),
        class_=["bar"],
        extra={"preserveAspectRatio": "none", "aria-hidden": "true", "focusable": "false"},
        elements=drawn,
    )
    return Markup('<li><span class="name">{}</span> <span class="num">{}</span>{}</li>').format(
        name,
        written,
        Markup(str(bar)),  # noqa: S704 - every text in it was escaped as it was drawn
    )


def _share(value: Number, full: Number) -> float:
    return round(float(Fraction(value) / Fraction(full)) * WIDTH, 2) if full and value > 0 else 0.0


def _rect(x: float, width: float, tone: str, told: str) -> svg.Element:
    title: Drawn = [svg.Title(text=str(escape(told)))] if told else []
    return svg.Rect(x=round(x, 2), y=0, width=width, height=14, class_=[tone], elements=title)


def _rows(title: str, says: str, rows: Sequence[Markup], legend: Sequence[Part] = ()) -> Markup:
    told = Markup('<p class="small muted">{}</p>').format(says) if says else ""
    return Markup('<figure class="picture"><figcaption>{}</figcaption>{}<ul class="rows">{}</ul>{}</figure>').format(
        title, told, Markup("").join(rows), _legend(legend)
    )


def _legend(parts: Sequence[Part]) -> Markup:
    if not parts:
        return Markup("")
    dot = Markup(
        '<li><svg class="dot" viewBox="0 0 10 10" aria-hidden="true">'
        '<rect class="{}" width="10" height="10" rx="2"/></svg>{}</li>'
    )
    items = Markup("").join(dot.format(part.tone, part.name) for part in parts)
    return Markup('<ul class="legend">{}</ul>').format(items)


def _text(text: str, x: float, y: float, *, anchor: Anchor = "start", class_: str = "value") -> svg.Element:
    return svg.Text(text=str(escape(text)), x=round(x, 2), y=round(y, 2), text_anchor=anchor, class_=[class_])


def _figure(title: str, says: str, height: int, drawn: Drawn, legend: Sequence[Part]) -> Markup:
    """A picture that is wide by nature: on a narrow screen it is moved sideways."""
    picture = svg.SVG(
        viewBox=svg.ViewBoxSpec(0, 0, WIDTH, height),
        elements=[svg.Title(text=str(escape(title))), svg.Desc(text=str(escape(says or title))), *drawn],
        extra={"role": "img"},
    )
    return Markup(
        '<figure class="picture"><figcaption>{}</figcaption><div class="wide" tabindex="0">{}</div>{}</figure>'
    ).format(
        title,
        Markup(str(picture)),  # noqa: S704 - every text in it was escaped as it was drawn
        _legend(legend),
    )
