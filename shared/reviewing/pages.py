"""What the pages of a review need to know of the service whose they are."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import quote

from shared.foreseeing.web import Foreseeing
from shared.reviewing.area import ReviewedRound, Reviewing
from shared.reviewing.views import MyReview
from shared.webkit.templates import Pages


class Tag(NamedTuple):
    """A state as it is shown."""

    text: str
    tone: str


@dataclass(frozen=True)
class ReviewPages:
    """A service's own. `at`: where its pages lie; `rounds`: where those of a round do, below that. `named`: what a
    round is called; `crumbs`: what lies above the page of its experts, title and address. `subject_page`: the page of
    what is reviewed. `my_review`: the template an expert marks under, which extends my_review.html and shows what is
    reviewed, and `content` what that template needs. `graded`: a grade as it is shown. `letter`: where a letter has got
    to. `called`: who acted, by account. `grades`: whether what is reviewed gets one. `sums`: whether an expert's marks
    are listed as the form has them, with what they come to. `undecided`: why no outlier is decided of any more."""

    area: Reviewing
    pages: Pages
    foreseeing: Foreseeing
    at: str
    rounds: str
    named: Callable[[ReviewedRound], str]
    crumbs: Callable[[ReviewedRound], Sequence[tuple[str, str]]]
    subject_page: Callable[[str], str]
    my_review: str
    content: Callable[[ReviewedRound, MyReview], Mapping[str, Any]]
    graded: Callable[[str | None], Tag | None]
    letter: Callable[[str], Tag]
    called: Callable[[str], str]
    grades: bool = True
    sums: bool = False
    undecided: Callable[[ReviewedRound], str] = lambda _: ""

    def to(self, place: str, id_: str) -> str:
        """The address of one of the pages; an id may be any text an outside program chose."""
        return f"{self.at}/{place}/{quote(id_, safe='')}"

    @property
    def experts(self) -> str:
        return f"{self.at}/experts"

    @property
    def reviews(self) -> str:
        return f"{self.at}/reviews"

    def of_round(self, round_id: str) -> str:
        """The page of a round's experts."""
        return f"{self.to(self.rounds, round_id)}/experts"
