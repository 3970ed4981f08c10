"""Whether somebody belongs to the tenant, as Teams itself says."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import structlog
from botbuilder.schema import Activity

from adapters.teams.connector import Connector, Json
from adapters.teams.references import root
from bot.errors import Trouble
from bot.people import Standing
from bot.ports import Clock

log = structlog.get_logger(__name__)

_FRESH = timedelta(hours=1)  # as long as somebody who became a guest stays a member
_MOST = 10_000  # people remembered; then all are asked about anew


class Members:
    """Asks Teams about each person once an hour.  `tenant` None: nobody is checked."""

    def __init__(self, connector: Connector, tenant: str | None, clock: Clock) -> None:
        self._connector, self._tenant, self._clock = connector, tenant, clock
        self._known: dict[str, tuple[datetime, Standing]] = {}

    async def standing(self, activity: Activity) -> Standing:
        if self._tenant is None:  # development: there is no tenant to belong to
            return Standing.MEMBER
        if any(tenant != self._tenant for tenant in tenants(activity)):
            return Standing.EXTERNAL
        person = activity.from_property.id
        at, standing = self._known.get(person, (None, Standing.UNKNOWN))
        if at is not None and self._clock() - at < _FRESH:
            return standing
        return await self._ask(activity, self._tenant)

    async def _ask(self, activity: Activity, tenant: str) -> Standing:
        person = activity.from_property.id
        try:
            where = root(activity.conversation.id)
            member = await self._connector.member(activity.service_url, where, person)
        except Trouble as trouble:  # not remembered: the next line asks again
            log.warning("teams.member_unknown", why=str(trouble), code=trouble.code)
            return Standing.UNKNOWN
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[person] = self._clock(), _standing(member, tenant)
        return self._known[person][1]


def tenants(activity: Activity) -> set[str]:
    """Every tenant that the activity names; in shared channels they differ."""
    data = activity.channel_data if isinstance(activity.channel_data, dict) else {}
    # The SDK's model calls it tenantID, so Teams' tenantId is among what it does not know.
    of_conversation = activity.conversation.additional_properties.get("tenantId")
    named = (of_conversation, _id(data.get("tenant")))
    return {tenant.lower() for tenant in named if isinstance(tenant, str) and tenant}


def _id(thing: Any) -> Any:
    return thing.get("id") if isinstance(thing, dict) else None


def _standing(member: Json, tenant: str) -> Standing:
    home = str(member.get("tenantId") or "").lower()
    role = str(member.get("userRole") or "").lower()
    name = str(member.get("userPrincipalName") or "")
    if role == "guest" or "#EXT#" in name.upper():  # a guest's name in the directory
        return Standing.GUEST
    if role == "anonymous" or (home and home != tenant):
        return Standing.EXTERNAL
    belongs = home == tenant and (role == "user" or (not role and name))
    return Standing.MEMBER if belongs else Standing.UNKNOWN
