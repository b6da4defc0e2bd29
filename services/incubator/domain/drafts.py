"""Several people on one draft: whose text goes where, what both changed, which versions may be let go."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

Text = Mapping[str, str]

EXPLAINS = "explain:"
"""In front of a check's key where texts and explanations stand together."""
ONE_ROW = timedelta(minutes=1)
"""What one person saves within this time of beginning a row is one row."""
THIN_AFTER = timedelta(hours=1)


class Content(NamedTuple):
    """What a version holds: the texts by box, the explanations by check."""

    typed: Text
    explanations: Text

    def flat(self) -> dict[str, str]:
        """Both as one; what is empty is not there."""
        explained = {f"{EXPLAINS}{key}": text for key, text in self.explanations.items()}
        return {name: text for name, text in (*self.typed.items(), *explained.items()) if text}


NOTHING = Content({}, {})


def content_of(flat: Text) -> Content:
    typed = {name: text for name, text in flat.items() if not name.startswith(EXPLAINS)}
    explained = {name.removeprefix(EXPLAINS): text for name, text in flat.items() if name.startswith(EXPLAINS)}
    return Content(typed, explained)


@dataclass(frozen=True)
class Conflict:
    """What two people changed at the same time. `mine` stands now; `theirs` stays in its version and here."""

    name: str
    mine: str
    theirs: str
    by: str
    version: int


@dataclass(frozen=True)
class Taken:
    """What somebody else changed meanwhile and this person did not touch."""

    name: str
    text: str
    by: str


class Merged(NamedTuple):
    content: Content
    both: tuple[str, ...]
    """Names both changed, to different texts."""
    theirs: tuple[str, ...]
    """Names only the others changed."""


def merge(base: Content, current: Content, sent: Content) -> Merged:
    """Field by field: what only one changed since `base` is taken from whoever changed it; of what both changed, what
    was sent last stands. A name that was not sent was not touched; one sent empty was cleared."""
    before, now = base.flat(), current.flat()
    mine = {**before, **sent.typed, **{f"{EXPLAINS}{key}": text for key, text in sent.explanations.items()}}
    merged = dict(now)
    both, theirs = [], []
    for name in sorted({*before, *now, *mine}):
        was, is_, want = before.get(name, ""), now.get(name, ""), mine.get(name, "")
        if want != was:
            merged[name] = want
            if is_ not in {was, want}:
                both.append(name)
        elif is_ != was:
            theirs.append(name)
    return Merged(content_of({name: text for name, text in merged.items() if text}), tuple(both), tuple(theirs))


def difference(version: Text, from_: Text) -> dict[str, str]:
    """What a version's texts are where they differ from another's; what it does not have is empty."""
    return {name: version.get(name, "") for name in {*version, *from_} if version.get(name, "") != from_.get(name, "")}


def changed_back(now: Text, differs: Text) -> dict[str, str]:
    """The texts of the version that `difference` was taken of."""
    return {name: text for name, text in {**now, **differs}.items() if text}


class Kept(NamedTuple):
    """A row of the history, as far as letting it go is concerned. `bound`: submitted, or it overrode somebody."""

    version: int
    by: str
    began_at: datetime
    bound: bool


def to_let_go(rows: Sequence[Kept], most: int, now: datetime) -> set[int]:
    """Which versions go once there are more than `most`: first, of those older than an hour, what the same person
    replaced within the same minute; then the oldest. What was submitted, overrode somebody or is newest stays."""
    over = len(rows) - most
    if over <= 0:
        return set()
    ordered = sorted(rows)[:-1]
    last_of_minute = {_minute(row): row.version for row in ordered}
    old = [row for row in ordered if not row.bound and now - row.began_at > THIN_AFTER]
    replaced = [row for row in old if last_of_minute[_minute(row)] != row.version]
    gone = set(replaced)
    rest = [row for row in ordered if not row.bound and row not in gone]
    return {row.version for row in (*replaced, *rest)[:over]}


def _minute(row: Kept) -> tuple[str, str]:
    return row.by, row.began_at.isoformat(timespec="minutes")


class Authored(NamedTuple):
    """A version somebody wrote, to tell who changed what."""

    version: int
    by: str
    flat: Text


def last_author(name: str, base: Text, later: Iterable[Authored]) -> Authored | None:
    """Who gave a name its present text since `base`."""
    before, found = base.get(name, ""), None
    for each in later:
        if each.flat.get(name, "") != before:
            before, found = each.flat.get(name, ""), each
    return found
