"""The canary: a person's mailbox that must stay out of reach, and what its answer proves."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.finding import Unknown
from bot.ports import Services
from bot.tenancy import Account, Probe, Reach
from handlers.access_seen import SHUT, attempt, room_addresses


def canary(services: Services) -> Probe | None:
    """What the canary answered, where that tells something; None where none is set."""
    probe = canary_answer(services)
    return telling(services, probe) if probe else None


def canary_answer(services: Services) -> Probe | None:
    """Its bare answer: enough for the way in, of which a refusal is no proof."""
    address = services.watched.canary
    return services.exchange.probe([address])[0] if address else None


def telling(services: Services, probe: Probe) -> Probe:
    """The canary's answer, or why it proves nothing: Graph may refuse a mailbox that is not there.

    Its account is looked up, a request, only where it did not answer; under an address that is
    not its user principal name Graph may know no mailbox, so it is asked for under that one.
    """
    address = probe.mailbox
    if why := _is_a_room(services, address):
        return Probe(address, Reach.OTHER, why, probe.evidence)
    if probe.reach not in (*SHUT, Reach.UNKNOWN):
        return probe
    account = attempt(lambda: services.directory.account(address))
    if why := _proves_nothing(address, account):
        return Probe(address, Reach.OTHER, why, probe.evidence)
    if isinstance(account, Account) and account.address.lower() != address.lower():
        [again] = services.exchange.probe([account.address])
        return replace(again, evidence=(*again.evidence, *probe.evidence))
    return probe


def _is_a_room(services: Services, address: str) -> str:
    rooms = room_addresses(services)
    if not isinstance(rooms, Unknown) and address.lower() in {room.lower() for room in rooms}:
        return (
            f"ROOMOPS_CANARY_MAILBOX is set wrongly: {address} is a room of the catalogue, and "
            "must be the mailbox of a person."
        )
    return ""


def _proves_nothing(address: str, account: Account | Unknown | None) -> str:
    match account:
        case None:
            return f"The canary {address} is the name or address of no account here."
        case Unknown() as unseen:
            return f"Whether the canary {address} is an account could not be read: {unseen.why}"
        case Account(deleted_at=datetime() as at):
            return f"The canary {address} is a deleted account, since {at:%Y-%m-%d}."
        case _:
            return ""
