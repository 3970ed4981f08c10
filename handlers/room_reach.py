"""Rooms that I cannot reach: one finding a reason, with its rooms.  Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.finding import Finding, Owner, Remedy, Severity
from bot.tenancy import Reach, Survey
from bot.wording import few, plural
from handlers.cmdlet import each
from handlers.powershell import powershell

REFUSED = (Reach.DENIED, Reach.POLICY)
UNTOLD = (Reach.THROTTLED, Reach.SILENT, Reach.OTHER)  # nothing follows from these
_CLOSED = "Their calendars are closed to me: I cannot say whether they are free."
_RECIPIENT = "Get-Recipient -Identity $_"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why rooms are out of reach, and the cmdlet that shows more of it."""

    fingerprint: str
    said: str
    severity: Severity
    consequence: str
    words: str
    act: str
    columns: str
    wait: str = ""


REASONS = {
    Reach.DENIED: Reason(
        "rooms/denied",
        "denied to me",
        Severity.CRITICAL,
        _CLOSED,
        "See whether my Exchange role covers them; the column InScope must say True.",
        "Test-ServicePrincipalAuthorization -Identity APP -Resource $_",
        "RoleName,AllowedResourceScope,InScope",
        "30 minutes to 2 hours after a change of roles",
    ),
    Reach.POLICY: Reason(
        "rooms/policy",
        "blocked by a legacy Application Access Policy",
        Severity.CRITICAL,
        _CLOSED,
        "See which policy refuses them; an Exchange role over rooms replaces such policies.",
        "Test-ApplicationAccessPolicy -Identity $_ -AppId APP",
        "Mailbox,AccessCheckResult",
        "more than an hour after a change",
    ),
    Reach.ON_PREMISES: Reason(
        "rooms/on-premises",
        "on-premises or without a mailbox",
        Severity.WARNING,
        "They do not sync, and I cannot say whether they are free.",
        "RemoteUserMailbox or MailUser means on-premises: move it, or take it off the list.",
        _RECIPIENT,
        "PrimarySmtpAddress,RecipientTypeDetails",
    ),
    Reach.UNKNOWN: Reason(
        "rooms/unknown-address",
        "listed, but unknown to the directory",
        Severity.WARNING,
        "Bookings for them bounce, and they do not sync.",
        "If nothing is found, the mailbox is gone or not two days old.",
        _RECIPIENT,
        "PrimarySmtpAddress,RecipientTypeDetails,WhenCreated",
        "up to 48 hours until Microsoft lists a new room or forgets an old one",
    ),
}
TELLS = tuple(reason.fingerprint for reason in REASONS.values())
# Where other rooms answer, the scope is there and leaves these out.
LONE = replace(
    REASONS[Reach.DENIED],
    said="denied to me while others answer",
    words="Probably not of the type RoomMailbox, so that a scope over rooms leaves them out: then "
    "Set-Mailbox -Type Room puts that right. One that is of that type was made within the last "
    "two hours, or stands outside my scope, which Test-ServicePrincipalAuthorization shows.",
    act=_RECIPIENT,
    columns="PrimarySmtpAddress,RecipientTypeDetails,WhenCreated",
)


def out_of_reach(
    surveys: Sequence[Survey], names: Mapping[str, str], app: str, owner: Owner
) -> list[Finding]:
    """`names` by address; `app` is the bot's own, as cmdlets know it, and `owner` whose it is.

    A refusal is proof for that app alone; a mailbox that is not there is not there for anybody.
    """
    answered = any(survey.probe.reach is Reach.READ for survey in surveys)
    reasons = {**REASONS, Reach.DENIED: LONE} if answered else REASONS
    return [
        _finding(reason, found, names, app, owner if reach in REFUSED else Owner.BOTH)
        for reach, reason in reasons.items()
        if (found := [s for s in surveys if s.probe.reach is reach])
    ]


def _finding(
    reason: Reason, found: Sequence[Survey], names: Mapping[str, str], app: str, owner: Owner
) -> Finding:
    addresses = [survey.probe.mailbox for survey in found]
    named = few([names.get(address, address) for address in addresses])
    act = reason.act.replace("APP", powershell(app))
    remedy = Remedy(reason.words, each(addresses, act, reason.columns), wait=reason.wait)
    return Finding(
        reason.fingerprint,
        "rooms",
        f"{plural(len(found), 'room')} {reason.said}: {named}.",
        reason.severity,
        reason.consequence,
        remedy,
        tuple(e for survey in found[:3] for e in survey.probe.evidence),
        owner,
        tuple(addresses),
    )
