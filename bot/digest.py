"""The daily message: what changed since yesterday, and that the bot is alive."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.alert import Alert, Status
from bot.book import Book
from bot.describe import headline
from bot.finding import Broken, Ok, Unknown
from bot.reply import Block, Bold, Button, Buttons, Note, Reply, Table, Text, Tone, When
from bot.wording import lasting, plural

DAY = timedelta(days=1)
SHOWN = 10  # of each kind


def digest(book: Book, now: datetime) -> Reply:
    """Only differences; with none, one sentence."""
    yesterday = now - DAY
    open_ = [a for a in book.alerts.open() if a.status is not Status.PENDING and not a.because_of]
    new = [alert for alert in open_ if alert.opened_at >= yesterday]
    over = [alert for alert in book.alerts.resolved(yesterday) if not alert.because_of]
    blocks: list[Block] = [Text((Bold(_first(len(new), len(over), len(open_))),))]
    if new or over:
        blocks.append(_changes(new, over))
    old = len(open_) - len(new)
    if old:
        longest = min(open_, key=lambda alert: alert.opened_at)
        words = f"{plural(old, 'alert')} older than a day; the oldest is #{longest.number} since "
        blocks.append(Text((words, When(longest.opened_at), ".")))
    blocks.append(Note((_alive(book, now),)))
    if open_:
        blocks.append(Buttons((Button("Show alerts", "alerts"),)))
    return Reply(tuple(blocks), Tone.WARN if open_ else Tone.GOOD, private=False)


def _first(new: int, over: int, open_: int) -> str:
    stand = f"{plural(open_, 'alert')} open" if open_ else "nothing is open"
    if not new and not over:
        return f"Nothing new since yesterday; {stand}."
    return f"Since yesterday: {new} new, {over} resolved; {stand}."


def _changes(new: Sequence[Alert], over: Sequence[Alert]) -> Table:
    shown = [("new", alert) for alert in new[:SHOWN]] + [("resolved", a) for a in over[:SHOWN]]
    left = len(new) + len(over) - len(shown)
    rows = tuple((f"#{alert.number}", what, headline(alert)) for what, alert in shown)
    more = ((("", "", f"and {left} more"),)) if left > 0 else ()
    return Table(("Alert", "", "What"), rows + more)


def _alive(book: Book, now: datetime) -> str:
    rounds = [one for one in book.rounds.all() if one.finished_at]
    if not rounds:
        return "I have not looked at anything yet."
    ok = sum(isinstance(one.result, Ok) for one in rounds)
    broken = [one.check for one in rounds if isinstance(one.result, Broken)]
    blind = [one.check for one in rounds if isinstance(one.result, Unknown)]
    oldest = now - min(one.finished_at for one in rounds if one.finished_at)
    told = f", {len(broken)} broken ({', '.join(broken)})" if broken else ""
    told += f", {len(blind)} could not tell ({', '.join(blind)})" if blind else ""
    looked = f"the oldest was looked at {lasting(oldest)} ago"
    return f"{plural(len(rounds), 'check')}: {ok} ok{told}; {looked}."
