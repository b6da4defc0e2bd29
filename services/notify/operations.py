"""What the notify service can be asked to do."""

from services.notify.usecases import decide
from shared.identity.roles import Role
from shared.running.operation import Operation

CLERKS = frozenset({Role.CLERK, Role.HEAD})

OPERATIONS = (
    Operation("release-letters", decide.ReleaseLetters, decide.release_letters, CLERKS),
    Operation("release-all", decide.ReleaseAll, decide.release_every, CLERKS),
    Operation("resend-letter", decide.ResendLetter, decide.resend_letter, CLERKS),
)
