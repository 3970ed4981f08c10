"""The features.  Each module is one: its commands, its checks, its words.

Handlers read through `Services` and return values; they never send anything.
A new feature is a module here and its name in one of the tuples below.
"""

from handlers.acknowledge import ACK, UNACK
from handlers.alerts import ALERTS
from handlers.chain import CHECKS
from handlers.consent import CONSENT
from handlers.doctor import DOCTOR
from handlers.health import HEALTH
from handlers.impersonation import IMPERSONATION
from handlers.listing import LIST
from handlers.room import SHOW
from handlers.rooms import FREE
from handlers.silence import SILENCE
from handlers.status import STATUS
from handlers.throttling import THROTTLING
from handlers.unsilence import UNSILENCE

COMMANDS = (
    FREE,
    SHOW,
    LIST,
    HEALTH,
    IMPERSONATION,
    CONSENT,
    THROTTLING,
    DOCTOR,
    ALERTS,
    ACK,
    UNACK,
    SILENCE,
    UNSILENCE,
    STATUS,
)

__all__ = ["CHECKS", "COMMANDS"]
