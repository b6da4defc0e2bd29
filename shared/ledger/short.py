"""What to do when a year's budget does not hold all that was proposed: three ways, computed before one is chosen.

Amounts are whole fen. Pure: the same claims give the same shares.
"""

from collections.abc import Sequence
from itertools import groupby
from typing import Literal, NamedTuple

Way = Literal["proportional", "by_rank", "next_year"]
WAYS: dict[Way, str] = {
    "proportional": "同比例核减",
    "by_rank": "按名次安排",
    "next_year": "转入下一预算年度",
}


class Claim(NamedTuple):
    """A proposal. `rank`: the place of its evaluation; none where nothing is ranked (a recognition, a tenant)."""

    id: str
    fen: int
    rank: int | None


class Share(NamedTuple):
    """What a claim gets of the envelope. `tied`: it shared its place where the envelope ran out; `carried`: it waits,
    whole, for the next budget year."""

    claim: Claim
    after: int
    tied: bool = False
    carried: bool = False

    @property
    def took(self) -> int:
        """What is cut; nothing of what is carried."""
        return 0 if self.carried else self.claim.fen - self.after


def share(way: Way, claims: Sequence[Claim], envelope: int) -> list[Share]:
    """Each claim's share, in the order of the claims; never more than the claim.

    While the envelope holds everything, everybody gets everything. Otherwise `proportional` and `by_rank` share out
    exactly the envelope; `next_year` gives and carries exactly what was claimed.
    """
    envelope = max(envelope, 0)
    if sum(claim.fen for claim in claims) <= envelope:
        return [Share(claim, claim.fen) for claim in claims]
    if way == "proportional":
        return [Share(*pair) for pair in zip(claims, _in_proportion(claims, envelope), strict=True)]
    return _by_rank(claims, envelope) if way == "by_rank" else _next_year(claims, envelope)


def _in_proportion(claims: Sequence[Claim], envelope: int) -> list[int]:
    """The envelope by the size of the claims; what rounding down leaves goes, a fen each, to the largest remainders.

    Of equal remainders the one proposed first comes first.
    """
    total = sum(claim.fen for claim in claims)
    parts = [divmod(claim.fen * envelope, total) for claim in claims]
    given = [whole for whole, _ in parts]
    left = envelope - sum(given)
    largest = sorted(range(len(claims)), key=lambda place: (-parts[place][1], place))
    for place in largest[:left]:
        given[place] += 1
    return given


def _place(claim: Claim) -> int:
    """What was never ranked is due by the text itself, and comes before every rank."""
    return 0 if claim.rank is None else claim.rank


def _by_rank(claims: Sequence[Claim], envelope: int) -> list[Share]:
    """Whole amounts from the first place down; those who share the place where it runs out, share what is left."""
    found: dict[str, Share] = {}
    for _, group in groupby(sorted(claims, key=_place), key=_place):
        same = list(group)
        wanted = sum(claim.fen for claim in same)
        given = [claim.fen for claim in same] if wanted <= envelope else _in_proportion(same, envelope)
        tied = wanted > envelope > 0 and len(same) > 1
        found |= {claim.id: Share(claim, after, tied) for claim, after in zip(same, given, strict=True)}
        envelope -= sum(given)
    return [found[claim.id] for claim in claims]


def _next_year(claims: Sequence[Claim], envelope: int) -> list[Share]:
    """Whole amounts in the order given; the first that does not fit and all after it wait: nobody overtakes."""
    shares: list[Share] = []
    waits = False
    for claim in claims:
        waits = waits or claim.fen > envelope
        shares.append(Share(claim, 0, carried=True) if waits else Share(claim, claim.fen))
        envelope -= 0 if waits else claim.fen
    return shares
