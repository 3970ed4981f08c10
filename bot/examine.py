"""Run checks in causal order, each to a result.  One of the two doors where a bug is caught."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Sequence

from bot.check import Check
from bot.diagnosis import Diagnosis, Examined, diagnose
from bot.errors import Forbidden, Trouble
from bot.finding import Result, Unknown
from bot.ports import Clock, Services

log = logging.getLogger(__name__)

Told = Callable[[Examined], None]  # progress: called after each link


def examine(
    checks: Sequence[Check], services: Services, clock: Clock, told: Told = lambda _: None
) -> Diagnosis:
    """Look at every link, whatever the ones above said; the checks are in causal order."""
    examined = []
    for check in checks:
        one = Examined(check, look(check, services, clock), clock())
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
