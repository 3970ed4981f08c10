"""What an app lacks, as one finding: who took it, and one act that gives it all.  Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.finding import LACKING, Finding, Remedy, Severity
from bot.tenancy import ConsentChange
from handlers.details import and_few
from handlers.granting import give
from handlers.holding import View
from handlers.needs import CHECK, Need
from handlers.permissions import Way

NAMED = 55  # characters of permissions in the first sentence; the remedy names them all


@dataclass(frozen=True, slots=True)
class Lost:
    """A need and the line of the audit that tells who took it away; None where none does."""

    need: Need
    taken: ConsentChange | None


def lacking(view: View, changes: Sequence[ConsentChange]) -> list[Finding]:
    """None or one.  `changes` are the audit's, newest first."""
    lost = [Lost(need, taken_away(need, changes)) for need in view.lacking]
    if not lost:
        return []
    return [
        Finding(
            f"{LACKING}/{view.app.app_id.lower()}",
            view.app.name,
            " ".join(filter(None, (_first(view, lost), *_takers(lost)))),
            Severity.CRITICAL if any(one.need.critical for one in lost) else Severity.WARNING,
            _consequence(view, [one.need for one in lost]),
            _given_back(view, lost),
            view.grants.evidence,
        )
    ]


def taken_away(need: Need, changes: Sequence[ConsentChange]) -> ConsentChange | None:
    """The newest line of the audit that took it, or that took something it does not name."""
    for change in changes:
        if change.activity.lower().startswith(("remove", "delete")) and (
            not change.permission or need.permission in change.permission.split()
        ):
            return change
    return None


def _first(view: View, lost: Sequence[Lost]) -> str:
    if view.partly and not view.holds:
        return (
            f"{view.title} has lost its consent, or was never given one: its token holds no "
            "permission."
        )
    names = and_few([one.need.permission for one in lost], NAMED)
    likely = not any(one.need.sure for one in lost)
    if all(one.taken for one in lost):
        also = f" It likely needs {_them(lost)}." if likely else ""
        return f"{view.title} has lost its consent: {names}.{also}"
    noun = "permission" if len(lost) == 1 else "permissions"
    doubt = ", which it likely needs" if likely else ""
    return f"{view.title} lacks the {noun} {names}{doubt}."


def _them(lost: Sequence[Lost]) -> str:
    return "it" if len(lost) == 1 else "them"


def _takers(lost: Sequence[Lost]) -> Iterable[str]:
    """Who took what, and when; one sentence for each who and when."""
    acts: dict[tuple[str, str], list[str]] = {}
    for one in lost:
        if one.taken:
            when = f"{one.taken.at:%Y-%m-%d %H:%M} UTC"
            acts.setdefault((one.taken.actor, when), []).append(one.need.permission)
    for (actor, when), names in acts.items():
        what = _them(lost) if len(names) == len(lost) else and_few(names, NAMED)
        yield f"{actor} took {what} away on {when}."


def _given_back(view: View, lost: Sequence[Lost]) -> Remedy:
    needs = [_as_it_was(view, one) for one in lost]
    return give(view.app, needs, view.watched, (*view.roles, *view.elsewhere))


def _as_it_was(view: View, one: Lost) -> Need:
    """A vendor's app gets back what was taken; the bot's own does better with a role over rooms."""
    if one.taken is None or view.word == "bot":
        return one.need
    delegated = "delegated" in one.taken.activity.lower()
    return replace(one.need, ways=frozenset({Way.DELEGATED if delegated else Way.APPLICATION}))


def _consequence(view: View, needs: Sequence[Need]) -> str:
    ours = [need for need in needs if view.word == "bot" and not need.source]
    theirs = [need for need in needs if need not in ours]
    said = (_of_the_bot(ours), *map(_of_the_vendor, theirs), _likely(theirs))
    return " ".join(filter(None, said))


def _of_the_bot(needs: Sequence[Need]) -> str:
    """Commands stop, checks see less."""
    stops = list(dict.fromkeys(stop for need in needs for stop in need.stops))
    commands = [stop for stop in stops if stop.startswith("/")]
    checks = [stop.removeprefix(CHECK) for stop in stops if stop.startswith(CHECK)]
    said = []
    if commands:
        said.append(f"{and_few(commands)} {'does' if len(commands) == 1 else 'do'} not work")
    if len(checks) == 1:
        said.append(f"{CHECK}{checks[0]} cannot tell all that it should")
    elif checks:
        said.append(f"the checks {and_few(checks)} cannot tell all that they should")
    it = "it" if len(needs) == 1 else "them"
    return f"Without {it} {', and '.join(said)}." if said else ""


def _of_the_vendor(need: Need) -> str:
    return f"Without {need.permission} {', '.join(need.stops)}."


def _likely(needs: Sequence[Need]) -> str:
    """Whose word it is, once, where it is not of this very product."""
    sources = ", ".join(dict.fromkeys(need.source for need in needs if not need.sure))
    return f"Likely, since its vendor says so of a sister product: {sources}" if sources else ""
