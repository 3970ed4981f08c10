"""What the tenant writes down of itself: sign-ins, audits, consent requests, Microsoft's notices.

Everything is kept as Graph renders it; the sentences here take what matters and fill in the rest.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from adapters.sandbox.activity_log import ActivityLog
from adapters.sandbox.app import App
from adapters.sandbox.audit import audit, role_audit, target_resource
from adapters.sandbox.mailbox import Mailbox, stable_id
from adapters.sandbox.stamp import utc

Json = dict[str, Any]

NEVER_EXPIRES = 2147483647  # passwordValidityPeriodInDays, Microsoft's number for “never”
SERVICES = {"Exchange Online": "Exchange", "Microsoft Entra": "OrgLiveID"}  # name: id


@dataclass(slots=True)
class Records:
    """`premium` is whether the tenant pays for Entra P1, without which nobody reads sign-ins."""

    premium: bool = True
    sign_ins: list[Json] = field(default_factory=list)
    audits: list[Json] = field(default_factory=list)
    consent_requests: list[Json] = field(default_factory=list)
    conditional_access: list[Json] = field(default_factory=list)
    issues: list[Json] = field(default_factory=list)
    messages: list[Json] = field(default_factory=list)
    activity: ActivityLog = field(default_factory=ActivityLog)
    consent_workflow: bool = True
    password_days: int = NEVER_EXPIRES  # how long the domain lets a password live
    user_consent: tuple[str, ...] = (
        "ManagePermissionGrantsForSelf.microsoft-user-default-recommended",
    )

    def copy(self) -> Records:
        """One that can be written to without this one's noticing."""
        return replace(
            self,
            sign_ins=[*self.sign_ins],
            audits=[*self.audits],
            consent_requests=[*self.consent_requests],
            conditional_access=[*self.conditional_access],
            issues=[*self.issues],
            messages=[*self.messages],
        )

    def signed_in(
        self,
        who: Mailbox,
        app: App,
        at: datetime,
        *,
        error: int = 0,
        reason: str = "",
        policy: str = "",
        interactive: bool = True,
    ) -> None:
        """A person's sign-in; `policy` names the Conditional Access policy that refused it."""
        kind = "interactiveUser" if interactive else "nonInteractiveUser"
        user = {"userDisplayName": who.name, "userPrincipalName": who.address, "userId": who.id}
        self._sign_in(user, app, at, kind, error, reason, policy)

    def app_signed_in(self, app: App, at: datetime, *, error: int = 0, reason: str = "") -> None:
        """An app's own sign-in, which only beta tells of."""
        principal = {
            "servicePrincipalId": app.service_principal_id,
            "servicePrincipalName": app.name,
        }
        self._sign_in(principal, app, at, "servicePrincipal", error, reason, "")

    def _sign_in(
        self, who: Json, app: App, at: datetime, kind: str, error: int, reason: str, policy: str
    ) -> None:
        number = str(len(self.sign_ins))
        nobody = dict.fromkeys(("userDisplayName", "userPrincipalName", "userId"), "")
        nothing = dict.fromkeys(("servicePrincipalId", "servicePrincipalName"), "")
        blocked = [_applied(policy)] if policy else []
        entry: Json = {
            "id": stable_id("signIn", number),
            "createdDateTime": utc(at),
            **nobody,
            **nothing,
            **who,
            "appId": app.client_id,
            "appDisplayName": app.name,
            "ipAddress": "192.0.2.10",
            "clientAppUsed": "Mobile Apps and Desktop clients",
            "correlationId": stable_id("correlation", number),
            "conditionalAccessStatus": "failure" if policy else "notApplied",
            "isInteractive": kind == "interactiveUser",
            "resourceDisplayName": "Microsoft Graph",
            "resourceId": "00000003-0000-0000-c000-000000000000",
            "status": {
                "errorCode": error,
                "failureReason": reason or ("Other." if not error else ""),
                "additionalDetails": None,
            },
            "appliedConditionalAccessPolicies": blocked,
            "signInEventTypes": [kind],
        }
        self.sign_ins.insert(0, entry)

    def audited(
        self, activity: str, at: datetime, by: Mailbox, target: App, **changes: str
    ) -> None:
        """A directory audit; changes are the new values of modified properties."""
        new = {name.replace("_", "."): value for name, value in changes.items()}
        told = audit(len(self.audits), activity, at, by, target_resource(target, new=new))
        self.audits.insert(0, told)

    def revoked(self, permission: str, of: App, at: datetime, by: Mailbox) -> None:
        """The audit of an application permission that was taken away."""
        self.audits.insert(0, role_audit(len(self.audits), permission, of, at, by, given=False))

    def gave(self, permission: str, to: App, at: datetime, by: Mailbox) -> None:
        """The audit of an application permission that was granted."""
        self.audits.insert(0, role_audit(len(self.audits), permission, to, at, by, given=True))

    def ungranted(self, scope: str, of: App, at: datetime, by: Mailbox) -> None:
        """The audit of delegated permissions that were taken away."""
        row = target_resource(of, old={"DelegatedPermissionGrant.Scope": scope})
        name = "Remove delegated permission grant"
        self.audits.insert(0, audit(len(self.audits), name, at, by, row))

    def asked_for_consent(self, app: App, by: Mailbox, at: datetime, *scopes: str) -> None:
        """A request that waits for an administrator."""
        self.consent_requests.append(
            {
                "id": stable_id("appConsentRequest", app.client_id),
                "appId": app.client_id,
                "appDisplayName": app.name,
                "pendingScopes": [{"displayName": scope} for scope in scopes],
                "userConsentRequests": [
                    {
                        "id": stable_id("userConsentRequest", app.client_id, by.id),
                        "reason": "The rooms need it.",
                        "status": "InProgress",
                        "createdDateTime": utc(at),
                        "createdBy": {"user": {"id": by.id, "displayName": by.name}},
                        "completedDateTime": None,
                        "customData": None,
                        "approvalId": stable_id("approval", app.client_id, by.id),
                    }
                ],
            }
        )

    def requires(self, name: str, control: str, *users: str) -> None:
        """A Conditional Access policy that asks `control` ("mfa", "block") of these user ids."""
        self.conditional_access.append(_policy(name, control, users or ("All",)))

    def announced(self, service: str, title: str, at: datetime, *, incident: bool = True) -> None:
        """Microsoft says that a service is degraded."""
        self.issues.insert(
            0,
            {
                "id": f"{'EX' if incident else 'EA'}{900000 + len(self.issues)}",
                "title": title,
                "service": service,
                "feature": "Calendars",
                "featureGroup": "Access",
                "impactDescription": title,
                "classification": "incident" if incident else "advisory",
                "origin": "microsoft",
                "status": "serviceDegradation",
                "isResolved": False,
                "startDateTime": utc(at),
                "endDateTime": None,
                "lastModifiedDateTime": utc(at),
                "details": [],
                "posts": [],
            },
        )

    def posted(self, title: str, at: datetime, *services: str, body: str = "") -> None:
        """A post of the Message Center."""
        self.messages.insert(
            0,
            {
                "id": f"MC{1300000 + len(self.messages)}",
                "title": title,
                "services": list(services or ("Exchange Online",)),
                "category": "planForChange",
                "severity": "normal",
                "tags": [],
                "isMajorChange": True,
                "actionRequiredByDateTime": utc(at + timedelta(days=7)),
                "startDateTime": utc(at),
                "endDateTime": utc(at + timedelta(days=60)),
                "lastModifiedDateTime": utc(at),
                "details": [],
                "body": {"contentType": "text", "content": body or title},
                "viewPoint": None,
            },
        )


def _applied(policy: str) -> Json:
    return {
        "id": stable_id("conditionalAccess", policy),
        "displayName": policy,
        "enforcedGrantControls": ["Mfa"],
        "enforcedSessionControls": [],
        "result": "failure",
    }


def _policy(name: str, control: str, users: tuple[str, ...]) -> Json:
    return {
        "id": stable_id("conditionalAccess", name),
        "displayName": name,
        "createdDateTime": "2025-02-03T08:00:00Z",
        "modifiedDateTime": None,
        "state": "enabled",
        "sessionControls": None,
        "conditions": {
            "clientAppTypes": ["all"],
            "applications": {"includeApplications": ["All"], "excludeApplications": []},
            "users": {"includeUsers": list(users), "excludeUsers": []},
        },
        "grantControls": {
            "operator": "OR",
            "builtInControls": [control],
            "customAuthenticationFactors": [],
            "termsOfUse": [],
        },
    }
