"""The integration's app: whether it is there, enabled and consented to."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from adapters.sandbox.app import App, Secret
from adapters.sandbox.effect import ChangesApp, ChangesAssignments, ChangesRecords
from adapters.sandbox.fault import Group, fault
from adapters.sandbox.mailbox import stable_id
from adapters.sandbox.records import Records
from adapters.sandbox.scene import Scene

_GROUP = Group.INTEGRATION
_AGO = timedelta(days=12)
_BY_MICROSOFT = "DisabledDueToViolationOfServicesAgreement"


def _registered_here(app: App, ends: datetime) -> App:
    """As a vendor's app that each customer registers for himself; the bot's own has its secret."""
    secrets = app.secrets or [Secret(stable_id("secret", app.client_id), name="rooms")]
    return replace(app, vendor=False, secrets=[replace(each, expires=ends) for each in secrets])


def _deletion(records: Records, scene: Scene) -> None:
    when = scene.at - _AGO
    records.audited("Remove service principal", when, scene.administrator, scene.integration)


def _switched_off(records: Records, scene: Scene) -> None:
    who, app = scene.administrator, scene.integration
    records.audited("Update service principal", scene.at, who, app, AccountEnabled="false")


def _all_revoked(records: Records, scene: Scene) -> None:
    for permission in sorted(scene.integration.consented | {"Calendars.ReadWrite"}):
        records.revoked(permission, scene.integration, scene.at, scene.administrator)
    _delegated_revoked(records, scene)


def _delegated_revoked(records: Records, scene: Scene) -> None:
    for held in scene.integration.delegated:
        records.ungranted(held.scope, scene.integration, scene.at, scene.administrator)


FAULTS = (
    fault(
        _GROUP,
        "integration-missing",
        "The integration's app has no enterprise app here, nor one in the bin.",
        ChangesApp(lambda app, _: replace(app, missing=True)),
    ),
    fault(
        _GROUP,
        "integration-deleted",
        "The integration's enterprise app was deleted twelve days ago and lies in the bin; "
        "its Exchange roles went with it.",
        ChangesApp(lambda app, scene: replace(app, deleted=scene.at - _AGO)),
        ChangesRecords(_deletion),
    ),
    fault(
        _GROUP,
        "integration-secret-expires-soon",
        "The integration's app is registered in this tenant, and its secret ends in seven days.",
        ChangesApp(lambda app, scene: _registered_here(app, scene.at + timedelta(days=7))),
    ),
    fault(
        _GROUP,
        "integration-secret-expired",
        "The integration's app is registered in this tenant, and its secret ended yesterday.",
        ChangesApp(lambda app, scene: _registered_here(app, scene.at - timedelta(days=1))),
    ),
    fault(
        _GROUP,
        "integration-disabled",
        "The integration's enterprise app is switched off by an administrator.",
        ChangesApp(lambda app, _: replace(app, enabled=False)),
        ChangesRecords(_switched_off),
    ),
    fault(
        _GROUP,
        "integration-disabled-by-microsoft",
        "Microsoft has disabled the integration's app for a violation of its terms.",
        ChangesApp(lambda app, _: replace(app, disabled_by_microsoft=_BY_MICROSOFT)),
    ),
    fault(
        _GROUP,
        "integration-consent-revoked",
        "The integration worked by consent, without an Exchange role, and an administrator has "
        "just withdrawn all of it; the audit says who.",
        ChangesAssignments(lambda _, __: ()),
        ChangesApp(lambda app, _: replace(app, consented=frozenset(), delegated=[])),
        ChangesRecords(_all_revoked),
    ),
    fault(
        _GROUP,
        "integration-delegated-grant-removed",
        "An administrator has just withdrawn the integration's delegated permissions.",
        ChangesApp(lambda app, _: replace(app, delegated=[])),
        ChangesRecords(_delegated_revoked),
    ),
)
