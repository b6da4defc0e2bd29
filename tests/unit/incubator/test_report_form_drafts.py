"""Several people on one draft: whatever was typed is in the draft, in its history, or told to whoever overrode it."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.incubator.domain.drafts import (
    Authored,
    Content,
    Kept,
    changed_back,
    content_of,
    difference,
    last_author,
    merge,
    to_let_go,
)

NAMES = st.sampled_from(["seats", "tax", "talent.doctor", "notes"])
TEXTS = st.dictionaries(NAMES, st.sampled_from(["", "1", "2", "３", " "]))
CONTENTS = st.builds(
    Content, TEXTS, st.dictionaries(st.sampled_from(["a<=b", "jump:tax"]), st.sampled_from(["", "因", "果"]))
)


@given(CONTENTS, CONTENTS, CONTENTS)
def test_merging_never_loses_a_field(base: Content, current: Content, sent: Content) -> None:
    merged = merge(base, current, sent)
    was, theirs, now = base.flat(), current.flat(), merged.content.flat()
    mine = {**was, **sent.typed, **{f"explain:{key}": text for key, text in sent.explanations.items()}}
    for name in {*was, *theirs, *mine}:
        before, other, own = was.get(name, ""), theirs.get(name, ""), mine.get(name, "")
        if own == before:
            assert now.get(name, "") == other
        else:
            assert now.get(name, "") == own
            assert (name in merged.both) == (other not in {before, own})
        assert (name in merged.theirs) == (own == before != other)


@given(CONTENTS, CONTENTS)
def test_whoever_is_alone_gets_exactly_what_was_typed(base: Content, sent: Content) -> None:
    merged = merge(base, base, sent)
    assert merged.both == merged.theirs == ()
    assert merged.content.flat() == {
        name: text
        for name, text in {
            **base.flat(),
            **sent.typed,
            **{f"explain:{k}": t for k, t in sent.explanations.items()},
        }.items()
        if text
    }


@given(CONTENTS, CONTENTS)
def test_saving_what_one_was_shown_changes_nothing_of_what_others_did(base: Content, current: Content) -> None:
    assert merge(base, current, content_of(base.flat())).content.flat() == current.flat()


def test_a_cleared_field_is_cleared_and_one_not_sent_is_left() -> None:
    base = Content({"seats": "1", "tax": "2"}, {"a<=b": "因"})
    merged = merge(base, base, Content({"seats": ""}, {}))
    assert merged.content == Content({"tax": "2"}, {"a<=b": "因"})


@given(CONTENTS, CONTENTS)
def test_a_difference_leads_back_to_the_version(now: Content, before: Content) -> None:
    assert changed_back(now.flat(), difference(before.flat(), now.flat())) == before.flat()


def test_who_changed_a_field_last_is_known() -> None:
    versions = [
        Authored(2, "甲", {"seats": "2"}),
        Authored(3, "乙", {"seats": "2", "tax": "1"}),
        Authored(4, "丙", {"tax": "1"}),
    ]
    assert last_author("seats", {"seats": "1"}, versions) == versions[2]
    assert last_author("tax", {}, versions) == versions[1]
    assert last_author("area", {}, versions) is None


NOW = datetime(2018, 11, 20, 12, tzinfo=UTC)
ROWS = st.lists(
    st.builds(
        lambda by, minutes, bound: (by, NOW - timedelta(minutes=minutes), bound),
        st.sampled_from(["甲", "乙"]), st.integers(0, 300), st.booleans(),
    ),
    max_size=30,
)  # fmt: skip


@given(ROWS, st.integers(1, 20))
def test_what_was_handed_in_overrode_somebody_or_is_newest_is_never_let_go(
    given_: list[tuple[str, datetime, bool]], most: int
) -> None:
    rows = [Kept(place, *row) for place, row in enumerate(sorted(given_, key=lambda row: row[1]), 1)]
    gone = to_let_go(rows, most, NOW)
    assert not any(row.bound for row in rows if row.version in gone)
    assert len(rows) not in gone
    free = sum(1 for row in rows[:-1] if not row.bound)
    assert len(gone) == max(0, min(len(rows) - most, free))


def test_what_the_same_minute_replaced_goes_before_what_is_older() -> None:
    old = NOW - timedelta(hours=3)
    rows = [
        Kept(1, "甲", old - timedelta(minutes=5), bound=False),
        Kept(2, "甲", old, bound=False),
        Kept(3, "乙", old, bound=False),
        Kept(4, "甲", old + timedelta(seconds=30), bound=False),
        Kept(5, "甲", NOW, bound=False),
    ]
    assert to_let_go(rows, 4, NOW) == {2}
    assert to_let_go(rows, 3, NOW) == {1, 2}
    assert to_let_go(rows, 5, NOW) == set()
