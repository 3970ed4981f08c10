"""Run checks in causal order, each to a result.  One of the two doors where a bug is caught."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Sequence

from bot.check import Check
from bot.diagnosis import Diagnosis, Examined, diagnose
from bot.errors import Forbidden, Trouble
from bot.finding import Broken, Result, Unknown
from bot.ports import Clock, Services

log = logging.getLogger(__name__)

NOT_ASKED = Unknown("I did not ask: nobody answers.", "that Microsoft 365 answers again")
Told = Callable[[Examined], None]  # progress: called after each link


def examine(
    checks: Sequence[Check], services: Services, clock: Clock, told: Told = lambda _: None
) -> Diagnosis:
    """Look at every link, whatever the ones above said, but for what hangs on a dead end.

    The checks are in causal order.
    """
    examined: list[Examined] = []
    dead: set[str] = set()
    for check in checks:
        cut_off = not dead.isdisjoint(check.depends_on)
        result = NOT_ASKED if cut_off else look(check, services, clock)
        if cut_off or (isinstance(result, Broken) and result.dead_end):
            dead.add(check.name)
        one = Examined(check, result, clock())
        examined.append(one)
        told(one)
    return diagnose(examined)


def look(check: Check, services: Services, clock: Clock) -> Result:
    """Its result; Unknown when the outside said no, or when the check itself is wrong."""
    try:
        return check.look(services, clock())
    except Forbidden as refused:
        return Unknown(refused.sentence, refused.permission)
    except Trouble as trouble:
        return Unknown(trouble.sentence)
    except Exception as wrong:
        incident = secrets.token_hex(3)
        log.exception("check.crashed", extra={"check": check.name, "incident": incident})
        why = f"The check itself went wrong ({type(wrong).__name__}, incident {incident})."
        return Unknown(why, "my log, under that incident")
