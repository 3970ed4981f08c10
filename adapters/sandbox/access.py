"""Whether a call may be answered: consent, Exchange roles, and then the mailbox's own state.

What may be done is the union of what was consented to in Entra and what Exchange assigned.
Rights come before existence: who may not look is not told whether there is anything.
"""

from __future__ import annotations

from adapters.sandbox.call import Call
from adapters.sandbox.mailbox import Health
from adapters.sandbox.refusal import (
    access_denied,
    blocked_by_policy,
    insufficient_privileges,
    no_cloud_mailbox,
    no_such_user,
    token_without_permissions,
)
from adapters.sandbox.route import Route, Service


def admit(route: Route, call: Call) -> None:
    """Refusal 401, 403 or 404 unless the route may be answered for this token and mailbox."""
    match route.service:
        case Service.DIRECTORY:
            if not call.roles & route.needs:
                raise insufficient_privileges()
        case Service.PLACES:
            _check_not_empty(call)
            if not call.roles & route.needs:
                raise access_denied()
        case Service.EXCHANGE:
            _check_not_empty(call)
            _check_reach(route, call)
            _check_health(call)


def _check_not_empty(call: Call) -> None:
    if not call.roles and not call.tenant.assignments():
        raise token_without_permissions()


def _check_reach(route: Route, call: Call) -> None:
    if call.reaches(call.mailbox, route.needs):
        return
    raise blocked_by_policy() if call.roles & route.needs else access_denied()


def _check_health(call: Call) -> None:
    if call.mailbox is None:
        raise no_such_user(call.keys["user"])
    match call.tenant.health(call.mailbox):
        case Health.DENIED:
            raise access_denied()
        case Health.ON_PREMISES | Health.NO_MAILBOX:
            raise no_cloud_mailbox()
        case Health.VANISHED:
            raise no_such_user(call.keys["user"])
        case Health.WELL:
            return
