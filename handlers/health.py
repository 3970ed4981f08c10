"""`/roomops health`: the service account and the bot's credential, one verdict a line."""

from __future__ import annotations

from bot.command import Command
from bot.people import Invocation
from bot.ports import Services
from bot.reply import Reply
from handlers import check_account, check_credential
from handlers.parts import Part
from handlers.telling import told


def health(invocation: Invocation, services: Services) -> Reply:
    now = invocation.at
    credential = check_credential.parts(services, now)
    account = check_account.parts(services, now)
    bots = tuple(Part(f"bot's {one.name}", one.result) for one in credential)
    return told(services.watched.service_account or "Health", (*account, *bots), now)


HEALTH = Command(
    "health",
    "the service account: exists, enabled, licensed, mailbox, password, roles, sign-in; "
    "and the bot's credential",
    health,
    examples=("health",),
)
