"""The steps of one alert's life, each from what was read to what should stand.  Pure.

A step that changes nothing for a reader returns the alert itself: nothing is written for it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.alert import Alert, Change, Event, Kind, Status, name_of
from bot.damping import (
    RETURN,
    has_calmed,
    is_flapping,
    rounds_to_end,
    rounds_to_open,
    with_return,
)
from bot.difference import difference, is_same
from bot.errors import Refused
from bot.finding import Finding
from bot.wording import lasting, moment, plural

MANY_MORE = 5  # rooms, and half as many again: then whoever acknowledged it has to know


def then(change: Change, step: Callable[[Alert], Change]) -> Change:
    """One change of both, for one write."""
    if change.after is None:
        return change
    more = step(change.after)
    return Change(change.before, more.after, (*change.events, *more.events))


def began(check: str, finding: Finding, former: Alert | None, now: datetime) -> Change:
    """`former` is the last alert of this fingerprint that is over, where there is one."""
    flaps: tuple[datetime, ...] = ()
    if former and former.resolved_at and now - former.resolved_at <= RETURN:
        flaps = with_return(former.flaps, now)
    alert = Alert(
        check=check,
        finding=finding,
        status=Status.PENDING,
        opened_at=now,
        changed_at=now,
        flaps=flaps,
    )
    return _opened_in_time(Change(None, alert), now)


def seen(alert: Alert, finding: Finding, now: datetime) -> Change:
    """A round saw it once more."""
    if alert.status is Status.PENDING:
        after = replace(alert, finding=finding, bad=alert.bad + 1)
        return _opened_in_time(Change(alert, after), now)
    change = then(_came_back(alert, now), lambda one: _compared(one, finding, now))
    return then(change, lambda one: _calmed(one, now))


def unseen(alert: Alert, now: datetime) -> Change:
    """A round that could tell did not see it."""
    if alert.status is Status.PENDING:
        return Change(alert, None)
    after = replace(alert, good=alert.good + 1)
    if after.good < rounds_to_end(alert, now):
        return Change(alert, after)
    after = replace(after, status=Status.RESOLVED, resolved_at=now, changed_at=now)
    words = f"After {lasting(now - alert.opened_at)}."
    return Change(alert, after, (Event(Kind.RESOLVED, now, words=words),))


def folded(alert: Alert, cause: str, now: datetime) -> Change:
    """`cause` is the fingerprint of an alert that stands."""
    if alert.because_of == cause:
        return Change(alert, alert)
    after = replace(alert, because_of=cause, changed_at=now)
    return Change(alert, after, (Event(Kind.FOLDED, now, words=f"Because of {cause}."),))


def unfolded(alert: Alert, now: datetime) -> Change:
    if not alert.because_of:
        return Change(alert, alert)
    words = f"It was laid to {alert.because_of}, which does not explain it any more."
    after = replace(alert, because_of="", changed_at=now)
    return Change(alert, after, (Event(Kind.UNFOLDED, now, words=words),))


def burdened(alert: Alert, symptoms: tuple[str, ...], now: datetime) -> Change:
    """What fails because of it, a line for each link: "Rooms: 40 rooms denied"."""
    if alert.symptoms == symptoms:
        return Change(alert, alert)
    known = set(map(_link, alert.symptoms))
    more = [line for line in symptoms if _link(line) not in known]
    if not more:  # other numbers, or less: to be shown, not to be told
        return Change(alert, replace(alert, symptoms=symptoms))
    after = replace(alert, symptoms=symptoms, changed_at=now)
    words = f"Because of this also: {'; '.join(more)}"
    return Change(alert, after, (Event(Kind.CHANGED, now, words=words),))


def acknowledged(alert: Alert, by: str, note: str, now: datetime) -> Change:
    """Refused where it is over, not open yet, or somebody's already and no note says why anew."""
    _must_stand(alert)
    if alert.status is Status.ACKNOWLEDGED and not note:
        whose = "yours" if alert.acknowledged_by == by else f"{name_of(alert.acknowledged_by)}'s"
        since = f" since {moment(alert.acknowledged_at)}" if alert.acknowledged_at else ""
        hint = f"Say ack {alert.number} NOTE to take it on anew."
        raise Refused(f"#{alert.number} is {whose} already{since}", hint)
    after = replace(
        alert,
        status=Status.ACKNOWLEDGED,
        acknowledged_by=by,
        acknowledged_at=now,
        acknowledged_rooms=len(alert.finding.rooms),
        note=note,
        changed_at=now,
    )
    return Change(alert, after, (Event(Kind.ACKNOWLEDGED, now, by, note),))


def unacknowledged(alert: Alert, by: str, now: datetime) -> Change:
    """Refused where nobody has acknowledged it."""
    _must_stand(alert)
    if alert.status is not Status.ACKNOWLEDGED:
        raise Refused(f"Nobody has acknowledged #{alert.number}")
    words = f"{name_of(alert.acknowledged_by)} had it."
    return Change(alert, _taken_back(alert, now), (Event(Kind.REOPENED, now, by, words),))


def _must_stand(alert: Alert) -> None:
    if alert.is_over:
        since = f" since {moment(alert.resolved_at)}" if alert.resolved_at else ""
        raise Refused(f"#{alert.number} is over{since}", "Say alerts to see what is not.")
    if not alert.stands:
        raise Refused(
            f"#{alert.number} was seen in one round only", "It opens when the next one sees it too."
        )


def _taken_back(alert: Alert, now: datetime) -> Alert:
    return replace(
        alert,
        status=Status.OPEN,
        acknowledged_by="",
        acknowledged_at=None,
        acknowledged_rooms=None,
        note="",
        changed_at=now,
    )


def _opened_in_time(change: Change, now: datetime) -> Change:
    """Open, once enough rounds in a row saw it."""

    def step(alert: Alert) -> Change:
        if alert.bad < rounds_to_open(alert):
            return Change(alert, alert)
        events = [Event(Kind.OPENED, now, words=alert.finding.summary)]
        if is_flapping(alert):
            events.append(_flapping(alert, now))
        after = replace(alert, status=Status.OPEN, changed_at=now)
        return Change(alert, after, tuple(events))

    return then(change, step)


def _came_back(alert: Alert, now: datetime) -> Change:
    """It was about to be over."""
    if not alert.good:
        return Change(alert, alert)
    after = replace(alert, good=0, flaps=with_return(alert.flaps, now))
    if is_flapping(alert) or not is_flapping(after):
        return Change(alert, after)
    return Change(alert, replace(after, changed_at=now), (_flapping(after, now),))


def _flapping(alert: Alert, now: datetime) -> Event:
    words = f"It came and went {plural(len(alert.flaps), 'time')} within an hour."
    return Event(Kind.FLAPPING, now, words=words)


def _calmed(alert: Alert, now: datetime) -> Change:
    if not has_calmed(alert, now):
        return Change(alert, alert)
    event = Event(Kind.STEADY, now, words="It has not come or gone for an hour.")
    return Change(alert, replace(alert, flaps=(), changed_at=now), (event,))


def _compared(alert: Alert, finding: Finding, now: datetime) -> Change:
    if is_same(alert, finding):
        return Change(alert, alert)
    after = replace(alert, finding=finding)
    kind, words = difference(alert.finding, finding)
    if kind is None:
        return Change(alert, after)
    events = (Event(kind, now, words=words),)
    if kind is Kind.WORSE and _undoes(alert, finding):
        reopened = Event(
            Kind.REOPENED, now, words=f"It got worse; {name_of(alert.acknowledged_by)} had it."
        )
        return Change(alert, _taken_back(after, now), (*events, reopened))
    return Change(alert, replace(after, changed_at=now), events)


def _undoes(alert: Alert, finding: Finding) -> bool:
    """Whether it is so much worse that an acknowledgement does not cover it."""
    if alert.status is not Status.ACKNOWLEDGED:
        return False
    then_ = alert.acknowledged_rooms
    rooms = len(alert.finding.rooms) if then_ is None else then_
    grown = len(finding.rooms) - rooms
    much = grown >= MANY_MORE and 2 * grown >= rooms
    return much or finding.severity > alert.finding.severity


def _link(line: str) -> str:
    return line.partition(":")[0]
