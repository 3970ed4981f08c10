"""The names that alerts are chosen by: checks, sites, rooms; with did-you-mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.alert import Alert
from bot.asking import Asker
from bot.desk import Desk
from bot.errors import Trouble, Usage
from bot.finding import Severity
from bot.rooms import Room
from bot.text import quote
from handlers.chain import CHECKS
from handlers.impact import site_of
from handlers.names import near, normal, or_list, sayable

LONGEST_VALUE = 200  # characters; a confirmation's line holds all values and the reason
PATIENCE = timedelta(seconds=5)  # for the names alone, while somebody waits
SEVERITIES = tuple(severity.name.lower() for severity in Severity)


@dataclass(frozen=True, slots=True)
class Known:
    """The names that a value may be; without any, sites and rooms are taken as they are said."""

    checks: tuple[str, ...]
    sites: tuple[str, ...] = ()
    rooms: tuple[Room, ...] = ()

    def site(self, said: str) -> str:
        value = value_of(said, "site")
        if not self.sites:
            return value
        for site in self.sites:
            if normal(site) == normal(value):
                return site
        meant = near(value, self.sites)
        hint = f"Did you mean {or_list(meant)}?" if meant else f"I know {or_list(self.sites[:5])}."
        raise Usage(f"I know no site called {quote(value)}", hint)

    def room(self, said: str) -> str:
        """Its address."""
        value = value_of(said, "room")
        if "@" in value or not self.rooms:
            return value
        found = [room.address for room in self.rooms if normal(room.name) == normal(value)]
        if len(found) == 1:
            return found[0]
        if found:
            raise Usage(
                f"{len(found)} rooms are called {quote(value)}", f"Say {or_list(found[:5])}."
            )
        meant = near(value, [room.name for room in self.rooms])
        hint = f"Did you mean {or_list(meant)}?" if meant else "Say its address."
        raise Usage(f"I know no room called {quote(value)}", hint)


def known(desk: Desk, alerts: Sequence[Alert], words: Sequence[str]) -> Known:
    """What the directory and the alerts name; without the directory's where it cannot be read.

    Nothing is asked for words that are numbers: a button answers while Microsoft 365 is down.
    """
    if all(word.lstrip("#").isdigit() for word in words):
        return Known(())
    try:
        with desk.asking(Asker("names", patience=PATIENCE)):
            rooms = desk.rooms.catalogue().rooms
    except Trouble:
        rooms = ()
    looked = [one.check for one in desk.book.rounds.all()]  # throttling, say, and the bot itself
    names = [*(check.name for check in CHECKS), *looked, *(alert.check for alert in alerts)]
    checks = dict.fromkeys(names)
    sites = {site_of(room) for room in rooms} | {site for a in alerts for site in a.sites}
    return Known(tuple(checks), tuple(sorted(sites - {""})) if rooms else (), rooms)


def value_of(said: str, name: str) -> str:
    """Without the marks that would end it; Usage where nothing is left, or too much."""
    value = sayable(said)
    if not value:
        raise Usage(f"{name}= has no value", f"Say for example {_EXAMPLES[name]}.")
    if len(value) > LONGEST_VALUE:
        raise Usage(f"A {name} of {len(value):,} characters is too long", "Say a shorter one.")
    return value


_EXAMPLES = {
    "check": "check=rooms",
    "severity": "severity=warning",
    "state": "state=open",
    "site": 'site="New York"',
    "room": "room=corona@contoso.com",
    "subject": "subject=corona@contoso.com",
}


def one_of(said: str, names: Sequence[str], noun: str) -> str:
    """In lower case; Usage with the nearest where there is none."""
    if (value := value_of(said, noun).lower()) in names:
        return value
    meant = near(value, names)
    hint = f"Did you mean {or_list(meant)}?" if meant else f"Say {or_list(names)}."
    raise Usage(f"There is no {noun} {quote(value)}", hint)
