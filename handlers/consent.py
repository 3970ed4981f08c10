"""`/roomops consent`: needed, granted, missing and excess, for both apps; the consent link."""

from __future__ import annotations

from collections.abc import Iterable

from bot.command import Command
from bot.people import Invocation
from bot.ports import Services
from bot.reply import Block, Bold, Reply, Table, Text
from handlers.check_consent import consents
from handlers.granted import consent_remedy
from handlers.holding import View
from handlers.needs import Need
from handlers.permissions import risk
from handlers.telling import remedy, told

WHY = {"bot": "Needed for", "integration": "Without it"}


def consent(invocation: Invocation, services: Services) -> Reply:
    seen = consents(services, invocation.at)
    extra = [block for view in seen.views for block in _shown(view)]
    return told("Consent", seen.parts, invocation.at, extra)


def _shown(view: View) -> Iterable[Block]:
    yield Text((Bold(view.app.name), f", app id {view.app.app_id}:"))
    yield Table(("Permission", WHY[view.word], "Granted", ""), tuple(rows(view)))
    if one := consent_remedy(view):
        yield from remedy(one)


def rows(view: View) -> Iterable[tuple[str, str, str, str]]:
    """Everything needed, then what is held beyond need."""
    lacking = {need.permission for need in view.lacking}
    hidden = {need.permission for need in view.uncertain}
    for need in view.needs:
        held = view.satisfying(need)
        state = "" if held else _state(need, lacking, hidden)
        stops = ", ".join(need.stops) if need.sure else f"likely {', '.join(need.stops)}"
        yield need.permission, stops, "; ".join(held) or "no", state
    for one in view.excess:
        idle = f"{view.likely}not needed"
        note = f"excess: {risk(one.permission)}" if risk(one.permission) else idle
        yield one.permission, "–", one.way.value, note
    for one in view.left:
        yield one.permission, "–", one.way.value, "left to the integration"


def _state(need: Need, lacking: set[str], hidden: set[str]) -> str:
    if need.permission in hidden:
        return "cannot tell"
    return "missing" if need.permission in lacking else "missing, comes with a wider one"


CONSENT = Command(
    "consent",
    "permissions needed, granted, missing and excess, for the bot and the integration's app",
    consent,
    examples=("consent",),
)
