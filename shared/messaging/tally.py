"""What a consumer has done since its process started, counted for whoever watches."""

from bisect import bisect_left
from dataclasses import dataclass, field

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper ends, in seconds, of how long handling a batch took; above the last there is one more."""


@dataclass(slots=True)
class Tally:
    """`handled` messages whose transaction is committed; `put_off` attempts that come again; `parked` given up."""

    handled: int = 0
    put_off: int = 0
    parked: int = 0
    seconds: float = 0.0
    batches: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS) + 1))

    def done(self, messages: int, seconds: float) -> None:
        self.handled += messages
        self.seconds += seconds
        self.batches[bisect_left(BUCKETS, seconds)] += 1
