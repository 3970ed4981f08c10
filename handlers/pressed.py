"""How hard Microsoft 365 is asked: now, by every replica, and minute by minute over a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.book import Ledger, Spell
from bot.ports import Pressure
from bot.throttling import Bucket, By, Cooling, Standing, Tally

MINUTE = timedelta(minutes=1)
DAY = timedelta(hours=24)
CURRENT = timedelta(seconds=60)  # a replica says every 15 s how it stands


@dataclass(frozen=True, slots=True)
class Pressed:
    """`minutes` are in order and end with the one that runs; `replicas` tells who says so."""

    now: datetime
    standing: Standing
    minutes: tuple[Spell, ...]
    replicas: int = 1

    def last(self, length: timedelta) -> tuple[Spell, ...]:
        return tuple(one for one in self.minutes if one.at > self.now - length)


def pressed(ledger: Ledger, pressure: Pressure, now: datetime, length: timedelta = DAY) -> Pressed:
    """As it is now, and the minutes of so long; Trouble where the book cannot be read."""
    since = _floor(now) - length + MINUTE
    own, recent = pressure.standing(), pressure.recent()  # first: they may be written meanwhile
    told = ledger.standings(now - CURRENT)
    kept = ledger.spells(since, _floor(now) + MINUTE, MINUTE)
    minutes = [*_with(kept[:-1], recent), *_with([_running(kept[-1], own)], recent)]
    others = [_aged(standing, now - at) for _, at, standing in told]
    return Pressed(now, _worst([own, *others]), tuple(minutes), max(1, len(told)))


def top(
    ledger: Ledger, pressure: Pressure, by: By, since: datetime, now: datetime, most: int
) -> tuple[Tally, ...]:
    """Sums by name since then, the running minute included: the most often refused first."""
    recent = [one for one in pressure.recent() if one.minute + MINUTE > since]
    sums = {one.name: one for one in ledger.top(by, since, now + MINUTE, 4 * most)}
    for tally in (each for bucket in recent for each in bucket.tallies):
        if tally.by is by:
            sums[tally.name] = sums[tally.name] + tally if tally.name in sums else tally
    ranked = sorted(sums.values(), key=lambda one: (-refusals(one), -one.requests, one.name))
    return tuple(ranked[:most])


def refusals(tally: Tally | None) -> int:
    return tally.throttled + tally.unavailable if tally else 0


def total(spells: Sequence[Spell]) -> Tally:
    """Of those in which book was kept."""
    whole = Tally(By.ALL, "")
    for one in spells:
        whole = whole + one.sum if one.sum else whole
    return whole


def _with(kept: Sequence[Spell], recent: Sequence[Bucket]) -> list[Spell]:
    """What this process has asked and the book does not hold yet."""
    return [_added(one, [each for each in recent if each.minute == one.at]) for one in kept]


def _added(spell: Spell, recent: Sequence[Bucket]) -> Spell:
    if not recent:
        return spell
    whole = spell.sum or Tally(By.ALL, "")
    for one in (each for bucket in recent for each in bucket.tallies if each.by is By.ALL):
        whole = whole + one
    return replace(spell, sum=whole)


def _running(spell: Spell, own: Standing) -> Spell:
    """The minute that runs: this process keeps book in it."""
    lowest = min(own.headroom, 1.0 if spell.headroom is None else spell.headroom)
    step = max(own.step, spell.step or own.step)
    return Spell(spell.at, spell.sum or Tally(By.ALL, ""), lowest, step)


def _aged(standing: Standing, age: timedelta) -> Standing:
    """What was left then is less by now."""
    left = (replace(one, left=one.left - age) for one in standing.cooling)
    return replace(standing, cooling=tuple(one for one in left if one.left > timedelta()))


def _worst(standings: Sequence[Standing]) -> Standing:
    """All replicas share the limits of one app: the highest step, the least headroom."""
    highest = max(standings, key=lambda one: one.step)
    tightest = min(standings, key=lambda one: one.headroom)
    cooling: dict[str, Cooling] = {}
    for one in (each for standing in standings for each in standing.cooling):
        if one.budget not in cooling or cooling[one.budget].left < one.left:
            cooling[one.budget] = one
    longest = sorted(cooling.values(), key=lambda one: -one.left)
    return replace(
        highest,
        cooling=tuple(longest),
        headroom=tightest.headroom,
        tightest=tightest.tightest,
    )


def _floor(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)
