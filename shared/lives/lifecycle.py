"""Which state of a noun may follow which. What a lifecycle does not write cannot happen."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.core.errors import DomainError


@dataclass(frozen=True)
class Lifecycle:
    """`states` by name as people call them; `moves` the states that may follow each."""

    noun: str
    label: str
    states: Mapping[str, str]
    moves: Mapping[str, tuple[str, ...]]

    def check(self, before: str, after: str, which: str) -> None:
        """Raises if `before` cannot become `after`; the message says what it is and what it would have to be."""
        if after in self.moves.get(before, ()):
            return
        sources = "、".join(self.states[state] for state, following in self.moves.items() if after in following)
        raise DomainError(
            f"{self.noun}-is-{before}",
            f"{self.label}“{which}”现在是“{self.states[before]}”，不能改为“{self.states[after]}”"
            + (f"；只有“{sources}”的可以" if sources else ""),
            status=409,
        )

    def sources(self, after: str) -> tuple[str, ...]:
        """The states that may become `after`."""
        return tuple(state for state, following in self.moves.items() if after in following)
