"""Streams: one per owner, and the contacts', which keeps one message per recipient."""

from functools import cache
from typing import NamedTuple


class Stream(NamedTuple):
    """`last_per_subject`: only the newest message of each subject is kept."""

    name: str
    subjects: tuple[str, ...]
    last_per_subject: bool = False


STREAMS = (
    Stream("INCUBATOR", ("incubator.>",)),
    Stream("TALENT", ("talent.>",)),
    Stream("NOTIFY", ("notify.>",)),
    Stream("CONTACTS", ("contact.>",), last_per_subject=True),
)


@cache
def _stream_of(owner: str) -> Stream:
    return next(stream for stream in STREAMS if stream.subjects[0].partition(".")[0] == owner)


def stream_of(subject: str) -> Stream:
    """The stream that keeps what is published on `subject`."""
    return _stream_of(subject.partition(".")[0])
