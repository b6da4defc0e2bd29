"""Within how many days whoever acts next is asked to act: the letter that asks states the day, and so does the page."""

from datetime import date

from shared.core.dates import add_days

ANSWER_DAYS = 15
"""Days from the one on which the step before was taken. No right ends with them."""


def answer_by(since: date) -> date:
    """The last day on which an answer is asked for, whatever weekday it is. `since`: the day of the step before: the
    project was set up or its 任务书 given back, and its talent confirms; he confirmed, and his unit does; an assessment
    was handed in or a change applied for, and the unit says what it thinks."""
    return add_days(since, ANSWER_DAYS)
