"""Consent: too much of it, requests for it, and who may give it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from adapters.sandbox.app import App
from adapters.sandbox.effect import ChangesApp, ChangesRecords
from adapters.sandbox.fault import Group, fault
from adapters.sandbox.records import Records
from adapters.sandbox.scene import Scene

_GROUP = Group.CONSENT
_EXCESS = "Mail.Read"


def _excess(app: App, _: Scene) -> App:
    return replace(app, consented=app.consented | {_EXCESS})


def _excess_noted(records: Records, scene: Scene) -> None:
    records.gave(_EXCESS, scene.integration, scene.at, scene.administrator)


def _request(records: Records, scene: Scene) -> None:
    yesterday = scene.at - timedelta(days=1)
    records.asked_for_consent(scene.integration, scene.person, yesterday, "Calendars.ReadWrite")


def _nobody(records: Records, _: Scene) -> None:
    records.user_consent = ()


def _no_workflow(records: Records, _: Scene) -> None:
    records.consent_workflow = False


FAULTS = (
    fault(
        _GROUP,
        "consent-excess",
        "The integration's app may read everybody's mail: Mail.Read was consented to just now.",
        ChangesApp(_excess),
        ChangesRecords(_excess_noted),
    ),
    fault(
        _GROUP,
        "consent-pending-request",
        "Since yesterday a request for consent to the integration's app waits for an "
        "administrator.",
        ChangesRecords(_request),
    ),
    fault(
        _GROUP,
        "user-consent-off",
        "Users may consent to nothing themselves.",
        ChangesRecords(_nobody),
    ),
    fault(
        _GROUP,
        "consent-workflow-off",
        "Users cannot ask an administrator for consent: the workflow is switched off.",
        ChangesRecords(_no_workflow),
    ),
)
