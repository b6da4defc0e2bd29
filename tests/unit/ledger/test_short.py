"""A budget that does not hold everything: whatever is claimed, each way adds up to the fen and nobody gets too much."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

import orjson
from hypothesis import given
from hypothesis import strategies as st

from shared.ledger.short import WAYS, Claim, Share, Way, share
from shared.ledger.short_words import Decided, explained
from shared.policy.explain import sentences
from shared.policy.steps import explanation

FEN = st.integers(1, 10**13)
CLAIMS = st.lists(st.tuples(FEN, st.none() | st.integers(1, 6)), min_size=1, max_size=30).map(
    lambda rows: [Claim(f"S{place}", fen, rank) for place, (fen, rank) in enumerate(rows)]
)
ENVELOPE = st.integers(-(10**6), 3 * 10**13)
WAY = st.sampled_from(list(WAYS))


def total(claims: Sequence[Claim]) -> int:
    return sum(claim.fen for claim in claims)


@given(WAY, CLAIMS, ENVELOPE)
def test_every_way_adds_up_to_the_fen(way: Way, claims: list[Claim], envelope: int) -> None:
    shares = share(way, claims, envelope)
    given_, cut = sum(each.after for each in shares), sum(each.took for each in shares)
    carried = sum(each.claim.fen for each in shares if each.carried)
    holds = min(max(envelope, 0), total(claims))
    assert [each.claim for each in shares] == claims
    assert all(0 <= each.after <= each.claim.fen for each in shares)
    assert given_ + cut + carried == total(claims)
    if way == "next_year":
        assert cut == 0
        assert given_ <= holds
    else:
        assert given_ == holds
        assert carried == 0


@given(WAY, CLAIMS)
def test_an_envelope_that_holds_everything_cuts_nothing(way: Way, claims: list[Claim]) -> None:
    assert share(way, claims, total(claims)) == [Share(claim, claim.fen) for claim in claims]


@given(CLAIMS, ENVELOPE)
def test_a_proportional_share_is_less_than_a_fen_from_the_exact_one(claims: list[Claim], envelope: int) -> None:
    holds = min(max(envelope, 0), total(claims))
    for each in share("proportional", claims, envelope):
        assert abs(each.after * total(claims) - each.claim.fen * holds) < total(claims)


@given(CLAIMS, ENVELOPE)
def test_nobody_is_cut_before_everybody_behind_him_has_nothing(claims: list[Claim], envelope: int) -> None:
    shares = sorted(share("by_rank", claims, envelope), key=lambda each: each.claim.rank or 0)
    for better, worse in pairwise(shares):
        if (better.claim.rank or 0) < (worse.claim.rank or 0) and better.took:
            assert worse.after == 0
    cut_short = {each.claim.rank or 0 for each in shares if each.took and each.after}
    assert len(cut_short) <= 1  # the envelope runs out at one place, and only who stands there gets a part
    assert all((each.claim.rank or 0) in cut_short or not each.tied or not each.after for each in shares)


@given(CLAIMS, ENVELOPE)
def test_nobody_overtakes_who_waits_for_next_year(claims: list[Claim], envelope: int) -> None:
    waits = [each.carried for each in share("next_year", claims, envelope)]
    assert waits == sorted(waits)


def test_the_fen_that_rounding_leaves_goes_to_the_largest_remainder() -> None:
    claims = [Claim("a", 100, 1), Claim("b", 100, 2), Claim("c", 100, 3)]
    assert [each.after for each in share("proportional", claims, 200)] == [67, 67, 66]
    assert [each.after for each in share("proportional", [Claim("a", 1, 1), Claim("b", 3, 2)], 2)] == [1, 1]


def test_those_who_share_the_place_where_it_runs_out_share_what_is_left() -> None:
    claims = [Claim("last", 500, 3), Claim("a", 300, 2), Claim("b", 100, 2), Claim("first", 400, 1)]
    found = {each.claim.id: (each.after, each.tied) for each in share("by_rank", claims, 600)}
    assert found == {"first": (400, False), "a": (150, True), "b": (50, True), "last": (0, False)}


@given(WAY, CLAIMS, ENVELOPE)
def test_a_cut_is_told_with_the_amounts_it_comes_to(way: Way, claims: list[Claim], envelope: int) -> None:
    decided = Decided(2019, way, envelope, total(claims), "样例财〔2019〕9号", "本年预算不足", "补助", "考评名次")
    for each in share(way, claims, envelope):
        said = explained(decided, each, "12", "dalian-2017-52/v1")
        steps = orjson.loads(said.json)
        assert explanation("dalian-2017-52/v1", steps) == said
        budget, result = steps
        cents = [int(Decimal(budget[name]).scaleb(2)) for name in ("before", "after", "took")]
        assert cents == [each.claim.fen, each.after, each.took]
        told = sentences(steps)
        assert "样例财〔2019〕9号" in told[0]
        assert ("全额转入 2020 年预算" in told[-1]) == each.carried
        assert result["article"] == "12"
