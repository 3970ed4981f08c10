"""Run checks in causal order, each to a result.  One of the two doors where a bug is caught."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Sequence
from datetime import timedelta

from bot.asking import Asker, Urgency
from bot.check import Check
from bot.diagnosis import Diagnosis, Examined, diagnose
from bot.errors import Forbidden, Throttled, Trouble
from bot.finding import LACKING, THROTTLED, Broken, Result, Unknown
from bot.ports import Clock, Services

log = logging.getLogger(__name__)

NOT_ASKED = Unknown("I did not ask: nobody answers.", "that Microsoft 365 answers again")
PATIENCE = timedelta(seconds=90)  # for a whole chain, while somebody waits for it
Told = Callable[[Check, Examined | None], None]  # progress: None before a link, then its result


def _silent(_: Check, __: Examined | None) -> None:
    """Nobody wants to hear how far it is."""


def examine(
    checks: Sequence[Check],
    services: Services,
    clock: Clock,
    told: Told = _silent,
    *,
    patience: timedelta = PATIENCE,
) -> Diagnosis:
    """Look at every link, whatever the ones above said, but for what hangs on a dead end.

    The checks are in causal order.  Past `patience` the rest is Unknown, and says so.
    """
    with services.asking(Asker("doctor", Urgency.PERSON, patience)):
        return diagnose(_examined(checks, services, clock, told))


def _examined(
    checks: Sequence[Check], services: Services, clock: Clock, told: Told
) -> list[Examined]:
    examined: list[Examined] = []
    dead: set[str] = set()
    for check in checks:
        told(check, None)
        cut_off = not dead.isdisjoint(check.depends_on)
        result = NOT_ASKED if cut_off else look(check, services, clock)
        if cut_off or (isinstance(result, Broken) and result.dead_end):
            dead.add(check.name)
        one = Examined(check, result, clock())
        examined.append(one)
        told(check, one)
    return examined


def look(check: Check, services: Services, clock: Clock) -> Result:
    """Its result; Unknown when the outside said no, or when the check itself is wrong."""
    try:
        return check.look(services, clock())
    except Forbidden as refused:
        cause = LACKING if refused.permission else ""
        return Unknown(refused.sentence, refused.permission, cause=cause)
    except Throttled as slowed:
        return Unknown(slowed.sentence, cause=THROTTLED)
    except Trouble as trouble:
        return Unknown(trouble.sentence)
    except Exception as wrong:
        incident = secrets.token_hex(3)
        log.exception("check.crashed", extra={"check": check.name, "incident": incident})
        why = f"The check itself went wrong ({type(wrong).__name__}, incident {incident})."
        return Unknown(why, "my log, under that incident")
