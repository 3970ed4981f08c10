"""The nouns of Entra and Exchange that the doctor speaks of; None means: not told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.finding import Evidence
from bot.rooms import RoomState


@dataclass(frozen=True, slots=True)
class ServiceIssue:
    """An open incident or advisory of Microsoft 365 service health."""

    id: str  # "EX123456"
    service: str
    title: str
    is_incident: bool
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Reached:
    """That Entra and Graph answer, how far our clock is off theirs, and Microsoft's own word."""

    skew: timedelta  # their clock minus ours
    issues: tuple[ServiceIssue, ...] | None  # None: service health may not be read
    why_not: str = ""  # why issues is None, a sentence
    evidence: tuple[Evidence, ...] = ()
    cause: str = ""  # as in Unknown: the check that explains why issues is None


@dataclass(frozen=True, slots=True)
class Credential:
    """A secret or certificate of an app registration; never its value."""

    kind: str  # "secret" or "certificate"
    id: str  # keyId
    name: str
    ends: datetime


@dataclass(frozen=True, slots=True)
class App:
    """An app as this tenant sees it: its enterprise app (service principal)."""

    app_id: str
    object_id: str  # of the service principal
    name: str
    enabled: bool
    home_tenant: str | None
    disabled_by_microsoft: str = ""
    credentials: tuple[Credential, ...] | None = None  # None: the registration lives elsewhere
    why_no_credentials: str = ""
    deleted_at: datetime | None = None  # soft-deleted: still restorable for 30 days
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Grant:
    """One permission that is consented: an app role, or one scope of a delegated grant."""

    permission: str  # "Calendars.ReadWrite"
    application: bool  # False: delegated
    resource: str  # "Microsoft Graph", "Office 365 Exchange Online"
    everyone: bool = True  # delegated: for all users; False: for one
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Grants:
    """Everything that is consented for one app; empty is a fact, not a failure."""

    grants: tuple[Grant, ...]
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class ConsentChange:
    """One line of the directory audit that gave or took a permission."""

    at: datetime
    activity: str
    actor: str
    permission: str  # "" where the line does not say


@dataclass(frozen=True, slots=True)
class ConsentPolicy:
    user_consent: str  # "nobody", "legacy", "low", "managed by Microsoft", "custom: NAME"
    requests_enabled: bool | None  # the admin-consent workflow
    pending: tuple[str, ...] | None  # display names of apps that wait for an admin
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """A service plan of a licence that is assigned to an account."""

    sku: str  # skuPartNumber
    name: str  # servicePlanName: EXCHANGE_S_STANDARD
    status: str  # provisioningStatus: Success, PendingActivation, …


@dataclass(frozen=True, slots=True)
class Account:
    id: str
    address: str  # user principal name
    name: str
    enabled: bool
    password_changed: datetime | None
    password_never_expires: bool
    synced: bool  # from an on-premises directory
    deleted_at: datetime | None = None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Role:
    """A directory role that an account holds."""

    template: str  # role template id, the same in every tenant
    name: str


@dataclass(frozen=True, slots=True)
class SignIn:
    at: datetime
    error: int  # 0: it worked
    reason: str
    app: str
    blocked_by: tuple[str, ...] = ()  # Conditional Access policies that said no


class Reach(StrEnum):
    """What a mailbox answered when it was asked for its calendar."""

    READ = "read"
    DENIED = "denied"
    POLICY = "blocked by an application access policy"
    ON_PREMISES = "on-premises or without a mailbox"
    UNKNOWN = "unknown address"
    THROTTLED = "throttled"
    SILENT = "no answer"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Probe:
    mailbox: str
    reach: Reach
    words: str = ""  # a sentence where it is not READ
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Assignment:
    """An RBAC-for-Applications role assignment in Exchange Online."""

    role: str  # "Application Calendars.Read"
    scope: str  # display name; "Organization" for everyone
    filter: str = ""  # RecipientFilter of a management scope
    everyone: bool = False
    rooms_only: bool = False  # the filter takes room mailboxes and nothing else


@dataclass(frozen=True, slots=True)
class Delegate:
    room: str
    address: str
    name: str
    role: str  # calendarPermission role: write, delegateWithPrivateEventAccess, …


@dataclass(frozen=True, slots=True)
class Survey:
    """What one room's mailbox tells of itself; None where a part was not told.

    `why` says why, by part: "delegates", "mailbox".  `at` is when these parts were told, the
    probe being newer; None where its turn has not come yet.
    """

    probe: Probe
    delegates: tuple[Delegate, ...] | None = None
    zone: str | None = None  # Windows or IANA
    purpose: str | None = None  # userPurpose: room, user, shared, equipment, …
    why: tuple[tuple[str, str], ...] = ()
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Stray:
    """A room's mailbox that answers, and that the directory of rooms does not list."""

    address: str
    name: str
    created: datetime | None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Strays:
    """Looked for among the accounts that may not sign in, as a room's mostly may not."""

    rooms: tuple[Stray, ...]
    looked: int  # accounts whose mailbox was asked what it is, now or within a day
    of: int  # accounts that might be one
    cut: bool = False  # the tenant has more such accounts than were read


@dataclass(frozen=True, slots=True)
class Watched:
    """Whom and what the doctor looks after, from the settings; "" where not set."""

    tenant: str
    own_app: str
    integration_app: str
    service_account: str
    canary: str
    login_url: str  # scheme and host, for links
    write_probe_room: str = ""  # the one room that may be written in; "": none


@dataclass(frozen=True, slots=True)
class Calendars:
    """Those looked at now and those that were odd; `never` were not read yet since the start."""

    states: tuple[RoomState, ...]
    never: int = 0
