"""What a person sees of the city: all of it, or the districts whose reports he reviews first."""

from shared.identity.roles import READERS, Role
from shared.identity.who import Who

LOOKERS = READERS | {Role.DISTRICT}


def districts_of(who: Who) -> tuple[str, ...] | None:
    """None: every district. A district reviewer has those named in his grants, and no others."""
    return None if who.may_be(*READERS) else reviews_in(who)


def reviews_in(who: Who) -> tuple[str, ...]:
    """The districts this person reviews for."""
    return tuple(scope for scope in who.scopes(Role.DISTRICT) if scope)
