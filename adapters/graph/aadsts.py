"""What Entra's AADSTS codes mean for the bot's own sign-in, and what to do about each.

https://learn.microsoft.com/entra/identity-platform/reference-error-codes
"""

from __future__ import annotations

from collections.abc import Iterable

_NEW_SECRET = "Create a new client secret and set ROOMOPS_CLIENT_SECRET to its value."
_NEW_CERTIFICATE = "Upload the certificate that ROOMOPS_CLIENT_CERTIFICATE names to the app."
_ENABLE = "Switch on “Enabled for users to sign-in” of its enterprise application."
_CONSENT = "Check ROOMOPS_CLIENT_ID and ROOMOPS_TENANT_ID, then grant admin consent."
_TENANT = "Check ROOMOPS_TENANT_ID and ROOMOPS_CLOUD."
_POLICY = "The sign-in log of the service principal names the Conditional Access policy."
_CREDENTIAL = "Set ROOMOPS_CLIENT_SECRET or ROOMOPS_CLIENT_CERTIFICATE as the app expects."
_SUPPORT = "The sign-in log of the service principal says more."

_KNOWN = {
    50012: ("the bot's certificate is not accepted", _NEW_CERTIFICATE),
    50013: ("the bot's certificate is not accepted", _NEW_CERTIFICATE),
    50194: ("the bot's app belongs to one tenant, and another was asked", _TENANT),
    53003: ("a Conditional Access policy blocks the bot's app", _POLICY),
    530032: ("security defaults or a policy block the bot's app", _POLICY),
    530035: ("security defaults block the bot's app", _POLICY),
    65001: ("the bot's app has no consent in this tenant", _CONSENT),
    650052: ("the bot's app needs a service that this tenant does not have", _CONSENT),
    650056: ("the bot's app is misconfigured in this tenant", _CONSENT),
    650057: ("the bot's app does not list Microsoft Graph", _CONSENT),
    500011: ("this tenant knows no Microsoft Graph of this cloud", _TENANT),
    70001: ("the bot's app is switched off or unknown in this tenant", _ENABLE),
    70011: ("the scope asked for is not one of this cloud", _TENANT),
    700016: ("the bot's app is not in this tenant", _CONSENT),
    700024: ("the bot's clock and Microsoft's differ too much", "Set this machine's clock."),
    700027: ("the bot's certificate is not the app's, or it expired", _NEW_CERTIFICATE),
    700030: ("the bot's certificate is not valid", _NEW_CERTIFICATE),
    7000112: ("the bot's app is switched off in this tenant", _ENABLE),
    7000215: (
        "the bot's client secret is not the app's",
        f"{_NEW_SECRET} Its id is not its value.",
    ),
    7000218: ("the bot's app expects a secret or certificate", _CREDENTIAL),
    7000222: ("the bot's client secret has expired", _NEW_SECRET),
    90002: ("there is no such tenant in this cloud", _TENANT),
    9001023: ("the tenant must be named, not “common”", _TENANT),
}

# Entra itself is in trouble or asks for a rest: the same question may do better later.
_PASSING = frozenset({50196, 90006, 90024, 90033, 90055})


def meaning(codes: Iterable[int]) -> tuple[str, str]:
    """The first known code as a clause and an act; a safe default where none is known."""
    for code in codes:
        if code in _KNOWN:
            return _KNOWN[code]
    return "the reason is one that I do not know", _SUPPORT


def passes(codes: Iterable[int]) -> bool:
    """Whether this is Entra's own trouble, and not ours."""
    return not _PASSING.isdisjoint(codes)
