"""Throttling in sentences: how it stands, why, what to do, and what comes next.  Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from bot.tenancy import Watched
from bot.text import clean
from bot.throttling import Cooling, Standing, Step, Tally
from bot.wording import few, plural
from handlers.activity_words import percent
from handlers.details import age
from handlers.forecast import Forecast
from handlers.pressed import MINUTE, Pressed, refusals
from handlers.throttling_cause import REFUSED, Cause, Kind
from handlers.whose import is_own

Names = Mapping[str, str]  # rooms' names by address in lower case

GRAPH = "graph"
PAGE = "https://learn.microsoft.com/graph/throttling-limits"
HEALTH = "https://admin.microsoft.com/#/servicehealth"
NAMED = 3
_SECOND = timedelta(seconds=1)
FAR = 0.5  # of a limit left, at least: then it is far
_BUDGETS = {
    "graph": "all of Graph",
    "places": "the directory of rooms",
    "directory": "Entra's directory",
    "logs": "Entra's logs",
    "health": "Microsoft's service health",
    "monitor": "Azure Monitor",
}
_NO_WAY_OUT = "A second app id is no way out, and Microsoft does not lift these limits."
_DELEGATES = (
    "Where the integration reaches many rooms through one delegate account, that is the usual "
    "culprit: give its app its own access, and spread its polling over time and rooms."
)


def name(address: str, names: Names) -> str:
    return clean(names.get(address.lower(), address))


def budget(one: str, names: Names) -> str:
    """What a limit counts, in words: a room, a mailbox, a service."""
    if one.startswith("mailbox:"):
        return name(one.removeprefix("mailbox:"), names)
    return _BUDGETS.get(one, clean(one))


def share(part: float) -> str:
    """Rounded down: 99.6 % left is not all."""
    return f"{int(part * 100)} %"


def state(standing: Standing, names: Names) -> str:
    """The whole state in one sentence."""
    parts = [_step(standing), *_cooling(standing.cooling, names)]
    return f"{'; '.join(parts)}; headroom {share(standing.headroom)}."


def step(standing: Standing, now: datetime) -> str:
    """The step of the ladder, since when and why where it is not the normal one."""
    number = f"Step {standing.step.value} of {max(Step).value}: {standing.step.words}"
    if standing.step is Step.NORMAL:
        return number
    return f"{number}; since {clock(standing.since, now)}, because {_lower(standing.why)}"


def _step(standing: Standing) -> str:
    match standing.step:
        case Step.NORMAL:
            return "Not throttled"
        case Step.SLOW:
            return f"Slowed down: {_lower(standing.why)}"
        case Step.PAUSED | Step.RATIONED:
            return f"Throttled: {_lower(standing.why)}"


def _cooling(cooling: Sequence[Cooling], names: Names) -> list[str]:
    said = [
        f"{budget(c.budget, names)} cooling down for {age(max(c.left, _SECOND))} more"
        for c in cooling
    ]
    more = len(said) - NAMED
    return [*said[:NAMED], *[f"and {more:,} more"] * (more > 0)]


def because(cause: Cause, it: Pressed, whole: Tally, names: Names, watched: Watched) -> str:
    """Why, with how sure that is."""
    match cause.kind:
        case Kind.MAILBOX:
            return f"{_mailboxes(cause, names)}, not the tenant. {_whose(cause, watched)}"
        case Kind.SERVICE:
            which = " and ".join(budget(one, names) for one in cause.names)
            return f"One service, not the mailboxes: {which}. {_ITS_LIMIT}"
        case Kind.STORM:
            left = f"while {share(it.standing.headroom)} of the tightest limit is left"
            return f"{_many(cause)} at once, {left}. {_NOT_OURS}"
        case Kind.AWAY:
            asked = f"{whole.unavailable:,} of {plural(whole.requests, 'request')}"
            return f"Microsoft's side: {asked} found the service unavailable (503 and the like)."
        case Kind.STRAY if refusals(whole) >= REFUSED.value:
            return _UNTOLD
        case Kind.CALM | Kind.OWN | Kind.STRAY:
            return _PLAIN[cause.kind]


_PLAIN = {
    Kind.CALM: "Nothing was refused lately.",
    Kind.OWN: "Our own pressure: less than a tenth of a limit was left while Microsoft refused.",
    Kind.STRAY: "Single refusals, spread over what I ask: that is normal, and I ask again.",
}
_UNTOLD = (
    "More refusals than is normal, and no one mailbox or service explains them: whose doing it is "
    "I cannot tell."
)
_ITS_LIMIT = "Its limit is this app's in the tenant."
_NOT_OURS = (
    "So it is hardly our pressure: probably Microsoft's side, or a limit of the whole tenant."
)


def _mailboxes(cause: Cause, names: Names) -> str:
    known = [name(one, names) for one in cause.names]
    return f"One mailbox, {known[0]}" if len(known) == 1 else f"Single mailboxes, {few(known)}"


def _many(cause: Cause) -> str:
    return f"{len(cause.names)} mailboxes" if cause.names else "Everything refuses"


def _whose(cause: Cause, watched: Watched) -> str:
    those = "that mailbox" if len(cause.names) == 1 else "those mailboxes"
    below = "I keep below 4 questions at a time and 10,000 in 10 minutes for each mailbox"
    if is_own(watched):
        return (
            f"{below}, so most likely the integration asks there as well: it works with the same "
            "app registration and so from the same budget."
        )
    return (
        f"{below}, so probably somebody else asks there with the same app id, or Exchange spares "
        f"{those}. The integration has another app id and so a budget of its own."
    )


def advice(kind: Kind) -> str:
    """What a person can do about it, honestly."""
    own = "I wait as Retry-After says and go on by myself"
    match kind:
        case Kind.AWAY | Kind.STORM:
            return f"{own}. Look at Microsoft's service health; asking more makes it worse."
        case Kind.SERVICE:
            return f"{own}. Look for other jobs that ask it with this app id. {_NO_WAY_OUT}"
        case Kind.CALM | Kind.STRAY:
            return f"{own}. {_NO_WAY_OUT}"
        case Kind.OWN | Kind.MAILBOX:
            return f"{own}. {_DELEGATES} {_NO_WAY_OUT}"


def outlook(one: Forecast) -> str:
    """What the present rate leads to."""
    if one.reached is None:
        if one.left >= FAR:
            return "At the present rate, far from any limit."
        return (
            f"At the present rate no limit is reached; the nearest is {one.limit}, with "
            f"{share(one.left)} left."
        )
    if one.reached < MINUTE:
        return f"At the present rate the limit of {one.limit} is reached within a minute."
    return f"At the present rate the limit of {one.limit} is reached in {age(one.reached)}."


def counts(whole: Tally) -> str:
    """“1,203 requests, 4 of them (0.3 %) answered 429, 2 found the service unavailable”."""
    asked = plural(whole.requests, "request")
    if not refusals(whole):
        return f"{asked}, none refused"
    refused = f"{whole.throttled:,} answered 429 ({percent(_part(whole))})"
    away = f", {whole.unavailable:,} found the service unavailable" if whole.unavailable else ""
    return f"{asked}, {refused}{away}"


def waits(whole: Tally) -> str:
    if not whole.waits:
        return "none"
    length = age(timedelta(seconds=whole.waited))
    return f"{plural(whole.waits, 'request')} held back until they might go, {length} in all"


def wait(seconds: float) -> str:
    return age(timedelta(seconds=seconds)) if seconds else "none asked for"


def affected(standing: Standing, askers: Sequence[Tally], names: Names) -> str:
    """Whom it stops now, and people's commands that had to wait in the last hour."""
    rooms = [name(one.mailbox, names) for one in standing.cooling if one.mailbox]
    everything = standing.is_down or any(one.budget == GRAPH for one in standing.cooling)
    told = [one.name for one in askers if is_a_command(one.name) and (one.waits or refusals(one))]
    said = ["everybody whose answer I do not remember"] * everything
    said += [words] if (words := _SLOWED.get(standing.step)) else []
    said += [f"{few(rooms)} cannot be read just now"] * bool(rooms)
    said += [f"commands that waited in the last hour: {few(told)}"] * bool(told)
    return "; ".join(said) or "nobody"


_SLOWED = {
    Step.SLOW: "scheduled checks run slowly",
    Step.PAUSED: "scheduled checks pause",
    Step.RATIONED: "scheduled checks pause",
}


def is_a_command(asker: str) -> bool:
    return not asker.startswith("check ") and asker not in (
        "impact",
        "names",
        "other",
        "others",
        "room directory",
    )


def clock(at: datetime, now: datetime) -> str:
    """UTC, with its date where that is another than today's."""
    utc = at.astimezone(UTC)
    day = "" if utc.date() == now.astimezone(UTC).date() else f"{utc:%Y-%m-%d} "
    return f"{day}{utc:%H:%M} UTC"


def _part(whole: Tally) -> float:
    return whole.throttled / whole.requests if whole.requests else 0.0


def _lower(text: str) -> str:
    return text if text.startswith(("Microsoft", "Graph")) else text[:1].lower() + text[1:]
