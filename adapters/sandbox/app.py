"""An app registration with its enterprise app: who asks, with which credentials and consent."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from cryptography import x509

from adapters.sandbox.mailbox import stable_id

LONG_AGO = datetime(2026, 1, 12, 9, 40, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Secret:
    """A client secret; it never shows its value."""

    value: str = field(repr=False)
    expires: datetime | None = None
    name: str = "roomops"
    starts: datetime = LONG_AGO

    def expired(self, now: datetime) -> bool:
        return self.expires is not None and self.expires <= now


@dataclass(frozen=True, slots=True)
class Delegation:
    """Delegated permissions, space-separated; for everybody, or for one user's object id."""

    scope: str
    user_id: str | None = None
    exchange: bool = False  # to Office 365 Exchange Online instead of Microsoft Graph


@dataclass(slots=True)
class App:
    """`consented` are the application permissions to Graph that an administrator granted,
    `ews` those to Office 365 Exchange Online.

    A vendor's app is registered in the vendor's own tenant: only its enterprise app is here, and
    its credentials are not.
    """

    client_id: str
    name: str
    secrets: list[Secret] = field(default_factory=list)
    certificates: list[x509.Certificate] = field(default_factory=list)
    consented: frozenset[str] = frozenset()
    ews: frozenset[str] = frozenset()
    enabled: bool = True
    disabled_by_microsoft: str | None = None  # disabledByMicrosoftStatus
    vendor: bool = False
    delegated: list[Delegation] = field(default_factory=list)
    granted: datetime = LONG_AGO
    deleted: datetime | None = None  # soft-deleted, to be restored within 30 days
    missing: bool = False  # never consented to here, or deleted long ago

    @property
    def is_here(self) -> bool:
        return not self.missing and self.deleted is None

    @property
    def service_principal_id(self) -> str:
        return stable_id("servicePrincipal", self.client_id)

    @property
    def object_id(self) -> str:
        return stable_id("application", self.client_id)
