"""The finding of what an app has and does not need: one an app, with its risks.  Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.finding import Finding, Remedy, Severity
from handlers.details import and_few
from handlers.granting import take
from handlers.holding import View
from handlers.lacking import NAMED
from handlers.needs import Held
from handlers.permissions import risk


def surplus(view: View, excess: Sequence[Held]) -> list[Finding]:
    """None or one; what only reads the directory is no risk, and not told here."""
    risky = [one for one in excess if risk(one.permission)]
    if not risky:
        return []
    risks = dict.fromkeys(risk(one.permission) for one in risky)
    names = list(dict.fromkeys(one.permission for one in risky))
    ways = "; ".join(dict.fromkeys(one.spelled for one in risky))
    return [
        Finding(
            f"consent/excess/{view.app.app_id.lower()}",
            view.app.name,
            f"{view.title} has {and_few(names, NAMED)}, {_unneeded(view)}. As it is held: {ways}.",
            Severity.WARNING,
            f"If somebody steals its credentials, {', and '.join(risks)}.",
            _taken(view, risky),
            view.grants.evidence,
        )
    ]


def _unneeded(view: View) -> str:
    return f"which it {view.likely}does not need" if view.profiled else "and I know no need of it"


def _taken(view: View, risky: Sequence[Held]) -> Remedy:
    remedy = take(view.app, risky, view.watched)
    if view.profiled:
        return remedy
    return replace(remedy, words=f"Ask its vendor first whether it needs it. {remedy.words}")
