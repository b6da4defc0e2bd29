"""A picture of days: for each row its stretches over a calendar of months, days off behind them, today marked."""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

import svg
from markupsafe import Markup, escape

from shared.core.dates import add_months
from shared.webkit.pictures import Drawn

WIDTH, LABEL, HEAD, ROW, BAR = 1000, 170, 26, 30, 16


class Stretch(Protocol):
    """Days from `first` to `last`, both inclusive; `expected`: they may still move."""

    @property
    def name(self) -> str: ...
    @property
    def first(self) -> date: ...
    @property
    def last(self) -> date: ...
    @property
    def tone(self) -> str: ...
    @property
    def expected(self) -> bool: ...


def days_shown(rows: Sequence[tuple[str, Sequence[Stretch]]]) -> tuple[date, date] | None:
    """The whole months that hold every stretch."""
    ends = [day for _, stretches in rows for each in stretches for day in (each.first, each.last)]
    if not ends:
        return None
    first, last = min(ends), max(ends)
    return first.replace(day=1), last.replace(day=monthrange(last.year, last.month)[1])


def calendar_picture(
    title: str, rows: Sequence[tuple[str, Sequence[Stretch]]], worked: Mapping[date, bool | None], today: date
) -> Markup:
    """Nothing if no row has a stretch. `worked`: whether a day is worked, None where nobody knows."""
    shown = days_shown(rows)
    if shown is None:
        return Markup("")
    first, last = shown
    scale = (WIDTH - LABEL) / ((last - first).days + 1)
    height = HEAD + ROW * len(rows)

    def x(day: date) -> float:
        return round(LABEL + (day - first).days * scale, 2)

    def box(start: date, end: date, y: int, tall: int, *classes: str, told: str = "") -> svg.Rect:
        width = round(((end - start).days + 1) * scale, 2)
        says = [_title(told)] if told else []
        return svg.Rect(x=x(start), y=y, width=width, height=tall, class_=[*classes], elements=list(says))

    drawn: Drawn = [box(day, day, HEAD, height - HEAD, "rest") for day, at_work in worked.items() if at_work is False]
    month = first
    while month <= last:
        drawn.append(svg.Line(x1=x(month), y1=HEAD - 6, x2=x(month), y2=height, class_=["axis"]))
        name = f"{month.year} 年 {month.month} 月" if month in (first, month.replace(month=1)) else f"{month.month} 月"
        drawn.append(svg.Text(x=x(month) + 4, y=HEAD - 10, text=name))
        month = add_months(month, 1)
    for place, (name, stretches) in enumerate(rows):
        y = HEAD + place * ROW + (ROW - BAR) // 2
        drawn.append(svg.Text(x=0, y=y + BAR - 3, text=str(escape(name)), class_=["name"]))
        for each in stretches:
            told = f"{name} {each.name} {each.first} 至 {each.last}"
            classes = (each.tone, "expected") if each.expected else (each.tone,)
            drawn.append(box(each.first, each.last, y, BAR, *classes, told=told))
    if first <= today <= last:
        drawn.append(svg.Line(x1=x(today), y1=HEAD - 6, x2=x(today), y2=height, class_=["cut"]))
    picture = svg.SVG(
        viewBox=svg.ViewBoxSpec(0, 0, WIDTH, height),
        elements=[_title(title), svg.Desc(text=str(escape(_words(rows)))), *drawn],
        extra={"role": "img"},
    )
    return Markup(
        '<figure class="picture"><figcaption>{}</figcaption><div class="wide" tabindex="0">{}</div>{}</figure>'
    ).format(title, Markup(str(picture)), _legend(rows))  # noqa: S704 - every text in it was escaped as it was drawn


def _legend(rows: Sequence[tuple[str, Sequence[Stretch]]]) -> Markup:
    """What each colour is, once; paler are those that may still move."""
    named = dict.fromkeys((each.name, each.tone, each.expected) for _, stretches in rows for each in stretches)
    item = Markup(
        '<li><svg class="dot" viewBox="0 0 10 10" aria-hidden="true">'
        '<rect class="{}{}" width="10" height="10" rx="2"/></svg>{}</li>'
    )
    items = (item.format(tone, " expected" if expected else "", name) for name, tone, expected in named)
    return Markup('<ul class="legend">{}</ul>').format(Markup("").join(items))


def _title(text: str) -> svg.Title:
    return svg.Title(text=str(escape(text)))


def _words(rows: Sequence[tuple[str, Sequence[Stretch]]]) -> str:
    return "；".join(
        f"{name}：" + "，".join(f"{each.name} {each.first} 至 {each.last}" for each in stretches)
        for name, stretches in rows
    )
