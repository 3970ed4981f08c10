"""One app with what it holds and what it needs: what it lacks, and what is too much.  Pure.

Entra's grants and Exchange's role assignments add up.  Where the latter could not be read, a
permission that an Exchange role could bring is neither there nor missing.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.finding import Unknown
from bot.tenancy import App, Assignment, Grants, Watched
from handlers import needs as needing
from handlers.needs import Held, Need
from handlers.permissions import EWS, Way
from handlers.whose import is_own

# What an integration whose needs nobody wrote down may sync rooms with.
_WORK = ("Calendars.", "MailboxSettings.", "Exchange Full Access")
THE_BOT = "the bot"  # its app's name, where that may not be read


@dataclass(frozen=True, slots=True)
class View:
    """One app with what it holds and needs; `word` is "bot" or "integration"."""

    word: str
    app: App
    grants: Grants
    assignments: tuple[Assignment, ...] | Unknown
    needs: tuple[Need, ...]
    watched: Watched
    partly: bool = False  # its grants are those in the bot's token: none that is delegated
    elsewhere: tuple[Assignment, ...] = ()  # what the other app holds, whose scopes are there too

    @property
    def title(self) -> str:
        """Its name at the start of a sentence."""
        return "The bot" if self.app.name == THE_BOT else self.app.name

    @property
    def roles(self) -> tuple[Assignment, ...]:
        """Its Exchange roles, as far as they are known."""
        return () if isinstance(self.assignments, Unknown) else self.assignments

    @property
    def holds(self) -> tuple[Held, ...]:
        return needing.held(self.grants.grants, self.roles)

    @property
    def lacking(self) -> tuple[Need, ...]:
        """What is missing for certain."""
        every = needing.missing(self.needs, self.holds)
        return tuple(need for need in every if not self._hidden(need))

    @property
    def uncertain(self) -> tuple[Need, ...]:
        """What could be held in a way that could not be read."""
        return tuple(n for n in needing.missing(self.needs, self.holds) if self._hidden(n))

    @property
    def excess(self) -> tuple[Held, ...]:
        """What is held beyond need; what may be an integration's very work is not too much."""
        every = needing.excess(self.needs, self.holds)
        return tuple(one for one in every if not self._left(one))

    @property
    def left(self) -> tuple[Held, ...]:
        """What no known need explains, and without which rooms may stop syncing."""
        return tuple(one for one in needing.excess(self.needs, self.holds) if self._left(one))

    def satisfying(self, need: Need) -> tuple[str, ...]:
        """How the need is met, as in “RBAC for Applications: Calendars.Read over Rooms only”."""
        return tuple(dict.fromkeys(one.spelled for one in self.holds if need.met_by(one)))

    @property
    def integrates(self) -> bool:
        """Whether rooms are synced by this app; the bot's own does where no other is named."""
        return self.word != "bot" or is_own(self.watched)

    @property
    def profiled(self) -> bool:
        """Whether it is known what the integration needs."""
        return self.word == "bot" or bool(self.needs)

    @property
    def likely(self) -> str:
        """ "likely " where the vendor says its needs of a sister product only."""
        return "" if all(need.sure for need in self.needs) else "likely "

    @property
    def unseen(self) -> tuple[str, ...]:
        """Beginnings of the fingerprints of what may be there and was not to be seen."""
        partly = self.partly or isinstance(self.assignments, Unknown)
        kinds = ["missing"] * bool(self.uncertain) + ["excess"] * partly
        return tuple(f"consent/{kind}/{self.app.app_id.lower()}" for kind in kinds)

    def _left(self, one: Held) -> bool:
        if not self.integrates:
            return False
        known = self.word != "bot" and self.profiled
        return one.permission in EWS or (not known and one.permission.startswith(_WORK))

    def _hidden(self, need: Need) -> bool:
        unread = {Way.RBAC} if isinstance(self.assignments, Unknown) else set()
        return bool(need.ways & (unread | ({Way.DELEGATED} if self.partly else set())))
