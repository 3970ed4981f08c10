"""Entra as the doctor asks of it: bot.ports.Directory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from adapters.graph import accounts, apps, consents, health
from adapters.graph.clouds import Endpoints
from adapters.graph.doors import Doors, Knocked
from adapters.graph.grants import Granted
from adapters.graph.reader import Reader
from adapters.graph.refusal import SignInRefused
from adapters.graph.timing import PATIENCE, Timing
from adapters.graph.token import Tokens
from bot.errors import Throttled, Trouble
from bot.finding import THROTTLED, Evidence
from bot.tenancy import (
    Account,
    App,
    ConsentChange,
    ConsentPolicy,
    Grants,
    Plan,
    Reached,
    Role,
    SignIn,
)


class Directory:
    """Shared by all threads; each question takes seconds at most.  Forbidden names what lacks."""

    def __init__(
        self, reader: Reader, tokens: Tokens, doors: Doors, home: tuple[Endpoints, str], t: Timing
    ) -> None:
        """`home` is where sign-in is, and the tenant."""
        self._reader, self._tokens, self._doors, self._timing = reader, tokens, doors, t
        self._where, self._tenant = home
        self._granted = Granted(reader, t)

    def reach(self) -> Reached:
        """That Entra and Graph answer at all, without a token; Unreachable otherwise."""
        knocked = self._doors.knock()
        try:
            issues, seen = health.issues(self._reader)
        except Trouble as trouble:
            return _unread(knocked, trouble)
        return Reached(knocked.skew, issues, evidence=(*knocked.evidence, seen))

    def sign_in(self) -> tuple[Evidence, ...]:
        """Get the bot a new token; Forbidden with the reason in words when refused."""
        issued = self._tokens.renew(self._timing.until(PATIENCE))
        minutes = round(issued.life.total_seconds() / 60)
        asked = f"POST {self._where.login}/{self._tenant}/oauth2/v2.0/token"
        answered = f"200, a token for {minutes} minutes"
        return (Evidence(asked, answered, issued.at, issued.request_id),)

    def own_roles(self) -> frozenset[str]:
        """The bot's application permissions to Graph, as a new token lists them."""
        return self._tokens.roles(self._timing.until(PATIENCE))

    def app(self, app_id: str) -> App | None:
        """The enterprise app, a soft-deleted one included; None where there is none."""
        return apps.read(self._reader, app_id, self._tenant)

    def grants(self, app: App) -> Grants:
        """All that is consented, or Trouble: half of it would be taken for all."""
        return self._granted.read(app)

    def consent_changes(self, app: App, since: datetime) -> tuple[ConsentChange, ...]:
        """Permissions given and taken, newest first."""
        return consents.changes(self._reader, app, since)

    def consent_policy(self) -> ConsentPolicy:
        """How people may consent; a part that may not be read is None, or ""."""
        return consents.policy(self._reader)

    def account(self, address: str) -> Account | None:
        """The user, a soft-deleted one included; None where there is none."""
        return accounts.account(self._reader, address)

    def accounts(self, addresses: Sequence[str]) -> tuple[Account | None, ...]:
        """The same for many, in the order asked; twenty a request."""
        return accounts.many(self._reader, addresses)

    def plans(self, account: Account) -> tuple[Plan, ...]:
        """Service plans of its licences."""
        return accounts.plans(self._reader, account)

    def roles(self, account: Account) -> tuple[Role, ...]:
        """Directory roles that it holds now, through groups too."""
        return accounts.roles(self._reader, account)

    def sign_ins(self, account: Account, since: datetime) -> tuple[SignIn, ...]:
        """Newest first; Forbidden too where the tenant has no premium licence."""
        return accounts.sign_ins(self._reader, account, since)


def _unread(knocked: Knocked, trouble: Trouble) -> Reached:
    """Both hosts answer, and their service health was not told."""
    cause = ""
    if isinstance(trouble, Throttled):
        cause = THROTTLED
    elif isinstance(trouble, SignInRefused) and not trouble.permission:
        cause = "credential"
    return Reached(knocked.skew, None, trouble.sentence, knocked.evidence, cause)
