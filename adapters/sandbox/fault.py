"""Everything that can be broken in the tenant, by name.

A fault is a name, a sentence and an effect; nothing is patched, so mending restores exactly
what was.
"""

from __future__ import annotations

from dataclasses import dataclass

from adapters.sandbox.effect import (
    Effect,
    Lie,
    LosesPermissions,
    MailboxIs,
    Refuses,
    SignInDown,
    SignInFails,
    SignInSlow,
    Slow,
    Throttles,
    Wait,
    Wire,
)
from adapters.sandbox.mailbox import Health


@dataclass(frozen=True, slots=True)
class Fault:
    """`summary` is one sentence for a person who is about to break something."""

    name: str
    summary: str
    effect: Effect

    @property
    def calls_in_tokens(self) -> bool:
        """Whether tokens issued before are refused as expired.

        In the world they live on for 60 to 90 minutes; nobody waits that long for a demo.
        """
        return isinstance(self.effect, LosesPermissions | SignInFails)


_ALL = (
    Fault(
        "consent-lost",
        "Admin consent was withdrawn: the app has no Graph permission left in Entra; "
        "Exchange's own role assignments stay.",
        LosesPermissions(),
    ),
    Fault(
        "access-lost",
        "Nothing is granted any more, neither by consent in Entra nor by a role in Exchange.",
        LosesPermissions(exchange=True),
    ),
    Fault(
        "place-permission-lost",
        "Place.Read.All was withdrawn: the list of rooms can no longer be read.",
        LosesPermissions("Place."),
    ),
    Fault(
        "calendars-permission-lost",
        "Calendar permission was withdrawn in Entra and in Exchange: "
        "rooms are listed, their calendars are closed.",
        LosesPermissions("Calendars.", exchange=True),
    ),
    Fault(
        "settings-permission-lost",
        "MailboxSettings permission was withdrawn in Entra and in Exchange.",
        LosesPermissions("MailboxSettings.", exchange=True),
    ),
    Fault(
        "secret-expired",
        "The client secret has expired (AADSTS7000222).",
        SignInFails(7000222),
    ),
    Fault(
        "secret-wrong",
        "The client secret is not the app's (AADSTS7000215), as after a rotation.",
        SignInFails(7000215),
    ),
    Fault(
        "app-disabled",
        "The enterprise app is switched off: no sign-in (AADSTS7000112).",
        SignInFails(7000112),
    ),
    Fault(
        "app-deleted",
        "The app is gone from the directory (AADSTS700016).",
        SignInFails(700016),
    ),
    Fault(
        "conditional-access",
        "A Conditional Access policy for workload identities blocks the app (AADSTS53003).",
        SignInFails(53003),
    ),
    Fault(
        "entra-down",
        "Sign-in answers 503; tokens already held keep working.",
        SignInDown(),
    ),
    Fault(
        "entra-slow",
        "Sign-in takes seconds; tokens already held keep working.",
        SignInSlow(),
    ),
    Fault(
        "room-dark",
        "One room's mailbox refuses the app (403).",
        MailboxIs(Health.DENIED),
    ),
    Fault(
        "rooms-dark",
        "Every room's mailbox refuses the app (403): the Exchange scope is lost.",
        MailboxIs(Health.DENIED, every=True),
    ),
    Fault(
        "on-premises-room",
        "One room's mailbox has moved to an on-premises server, where Graph cannot see it.",
        MailboxIs(Health.ON_PREMISES),
    ),
    Fault(
        "room-vanished",
        "One room's address is gone from the directory, and Places has not noticed yet.",
        MailboxIs(Health.VANISHED),
    ),
    Fault(
        "throttled-room",
        "One room's mailbox answers 429 with Retry-After; the others are well.",
        Throttles(every=False),
    ),
    Fault(
        "throttled",
        "Every call is answered 429 with Retry-After.",
        Throttles(),
    ),
    Fault(
        "retry-after-date",
        "Every call is answered 429 with Retry-After as a date.",
        Throttles(Wait.DATE),
    ),
    Fault(
        "retry-after-hour",
        "Every call is answered 429 with a Retry-After of one hour.",
        Throttles(Wait.HOUR),
    ),
    Fault(
        "retry-after-zero",
        "Every call is answered 429 with a Retry-After of zero.",
        Throttles(Wait.ZERO),
    ),
    Fault(
        "outage",
        "Graph answers 503 and says when to come back.",
        Refuses(503, retry_after=True),
    ),
    Fault(
        "outage-quiet",
        "Graph answers 503 and does not say when to come back.",
        Refuses(503),
    ),
    Fault(
        "gateway-timeout",
        "Graph answers 504.",
        Refuses(504),
    ),
    Fault("slow", "Each answer takes seconds.", Slow()),
    Fault("silent", "Graph accepts calls and never answers.", Wire.SILENT),
    Fault("reset", "Graph closes the connection instead of answering.", Wire.RESET),
    Fault("html", "Every answer is 200 and a sign-in page, as behind a captive proxy.", Wire.HTML),
    Fault("truncated", "Every answer is 200 and JSON that ends half-way.", Wire.TRUNCATED),
    Fault("cut-off", "The connection closes in the middle of each answer.", Wire.CUT_OFF),
    Fault("empty", "Every answer is 200 with an empty body.", Wire.EMPTY),
    Fault(
        "wrong-types",
        "Fields have the wrong types: eight as a word, zones and items that are null or missing.",
        Lie.TYPES,
    ),
    Fault(
        "wrong-envelope",
        "Every answer is 200, and its value is a string.",
        Lie.ENVELOPE,
    ),
    Fault(
        "lying-schedule",
        "Schedules contradict themselves: busy without items, rooms missing, twice or unasked.",
        Lie.SCHEDULE,
    ),
)

FAULTS: dict[str, Fault] = {fault.name: fault for fault in _ALL}
