"""The bot's own app: its credential and what it may do."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from adapters.sandbox.app import App
from adapters.sandbox.effect import ChangesApp, LosesPermissions, SignInFails
from adapters.sandbox.fault import Group, fault
from adapters.sandbox.scene import Scene
from adapters.sandbox.tls import expired_certificate

_GROUP = Group.OWN_APP
_DAY = timedelta(days=1)


def _secret_ends(app: App, scene: Scene) -> App:
    ends = scene.at + 7 * _DAY
    return replace(app, secrets=[replace(secret, expires=ends) for secret in app.secrets])


def _old_certificate(app: App, scene: Scene) -> App:
    return replace(app, certificates=[*app.certificates, expired_certificate(scene.at - 3 * _DAY)])


FAULTS = (
    fault(
        _GROUP,
        "consent-lost",
        "Admin consent was withdrawn: the app has no Graph permission left in Entra; "
        "Exchange's own role assignments stay.",
        LosesPermissions(),
    ),
    fault(
        _GROUP,
        "access-lost",
        "Nothing is granted any more, neither by consent in Entra nor by a role in Exchange.",
        LosesPermissions(exchange=True),
    ),
    fault(
        _GROUP,
        "place-permission-lost",
        "Place.Read.All was withdrawn: the list of rooms can no longer be read.",
        LosesPermissions("Place."),
    ),
    fault(
        _GROUP,
        "calendars-permission-lost",
        "Calendar permission was withdrawn in Entra and in Exchange: "
        "rooms are listed, their calendars are closed.",
        LosesPermissions("Calendars.", exchange=True),
    ),
    fault(
        _GROUP,
        "settings-permission-lost",
        "MailboxSettings permission was withdrawn in Entra and in Exchange.",
        LosesPermissions("MailboxSettings.", exchange=True),
    ),
    fault(
        _GROUP,
        "secret-expired",
        "The client secret has expired (AADSTS7000222).",
        SignInFails(7000222),
    ),
    fault(
        _GROUP,
        "secret-wrong",
        "The client secret is not the app's (AADSTS7000215), as after a rotation.",
        SignInFails(7000215),
    ),
    fault(
        _GROUP,
        "app-disabled",
        "The enterprise app is switched off: no sign-in (AADSTS7000112).",
        SignInFails(7000112),
    ),
    fault(
        _GROUP,
        "app-deleted",
        "The app is gone from the directory (AADSTS700016).",
        SignInFails(700016),
    ),
    fault(
        _GROUP,
        "conditional-access",
        "A Conditional Access policy for workload identities blocks the app (AADSTS53003).",
        SignInFails(53003),
    ),
    fault(
        _GROUP,
        "own-secret-expires-soon",
        "The bot's client secret ends in seven days; until then it works.",
        ChangesApp(_secret_ends, own=True),
    ),
    fault(
        _GROUP,
        "own-certificate-expired-beside",
        "Beside the secret the bot's app holds a certificate that ended three days ago.",
        ChangesApp(_old_certificate, own=True),
    ),
)
