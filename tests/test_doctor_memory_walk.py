"""Walks over several rounds: what takes turns is not forgotten, and what was mended is seen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from adapters.graph import Graph, connect
from adapters.sandbox import Sandbox, Tenant, empty
from adapters.sandbox.mailbox import Delegate
from adapters.sandbox.seed import big
from bot.asking import Asker, Urgency
from bot.diagnosis import Diagnosis
from bot.examine import examine
from bot.finding import Broken, Finding, Ok, Owner, Result, Unknown
from bot.load import load
from bot.ports import Services
from bot.tenancy import Reach
from bot.wiring import services_of
from handlers import CHECKS, check_rooms, check_scope
from tests.polling import eventually
from tests.walking import Clock

FADO = "fado@contoso.example"
MANY = 230  # rooms: more than are looked into, or read, at a time


class Bot:
    """A bot that goes on running, and so remembers."""

    def __init__(self, sandbox: Sandbox, clock: Clock, **more: str) -> None:
        given = {name: value for name, value in {**sandbox.settings(), **more}.items() if value}
        settings, _ = load(given)
        self.sandbox, self.clock = sandbox, clock
        self.graph: Graph = connect(settings, clock)
        self.services: Services = services_of(settings, self.graph)

    def doctor(self) -> Diagnosis:
        return examine(CHECKS, self.services, self.clock)

    def round(self, check) -> Result:
        """A scheduled look, five minutes after the last one."""
        self.clock.forward(minutes=5)
        with self.services.asking(Asker("check", Urgency.ROUND)):
            return check.look(self.services, self.clock())

    def requests(self) -> int:
        return sum(not call.batched for call in self.sandbox.referee.calls)


@contextmanager
def running(tenant: Tenant, **more: str) -> Iterator[Bot]:
    clock = Clock()
    with Sandbox(tenant, clock=clock) as sandbox:
        bot = Bot(sandbox, clock, **more)
        try:
            yield bot
        finally:
            bot.graph.close()


def offices(*names: str) -> Tenant:
    tenant = empty()
    tenant.grant("MailboxSettings.Read")
    for name in names or ("Fado", "Alfama", "Belém"):
        tenant.room(name, city="Lisbon", building="Baixa", floor=1, capacity=8)
    tenant.room_list("Lisbon rooms", *[room.name for room in tenant.rooms])
    return tenant


def many() -> Tenant:
    return offices(*[f"Room {number:03}" for number in range(MANY)])


def found(result: Result, fingerprint: str) -> Finding | None:
    findings = result.findings if isinstance(result, Broken) else ()
    return next((one for one in findings if one.fingerprint.startswith(fingerprint)), None)


def roots(diagnosis: Diagnosis) -> dict[str, Owner]:
    return {one.fingerprint: one.owner for v in diagnosis.verdicts for one in v.roots}


def test_the_bots_lost_scope_is_no_symptom_of_the_integrations_lost_consent():
    tenant = offices()
    tenant.break_("own-scope-lost")
    tenant.break_("integration-consent-revoked")
    with running(tenant) as bot:
        diagnosis = bot.doctor()
    own = f"scope/none/{tenant.app.client_id}"
    assert roots(diagnosis)[own] is Owner.BOT
    theirs = f"consent/missing/{tenant.integration.client_id}"
    assert roots(diagnosis)[theirs] is Owner.INTEGRATION
    folded = {s.fingerprint: c.fingerprint for v in diagnosis.verdicts for s, c in v.symptoms}
    assert folded["rooms/denied"] == own


def test_the_role_is_given_over_the_scope_that_is_there():
    tenant = offices()
    tenant.break_("own-scope-lost")
    with running(tenant) as bot:
        lost = found(bot.round(check_scope), "scope/none/")
    assert lost is not None
    assert "New-ManagementScope" not in lost.remedy.command
    assert "-CustomResourceScope 'Rooms only'" in lost.remedy.command


def test_one_run_asks_each_thing_once_and_the_next_asks_anew():
    with running(big(Clock().at, 100)) as bot:
        bot.doctor()
        bot.sandbox.referee.reset()
        bot.doctor()
        asked = [(call.path, call.mailbox) for call in bot.sandbox.referee.calls if call.mailbox]
        probed = [mailbox for path, mailbox in asked if path == "/users/{user}/calendar"]
        assert sorted(probed) == sorted(set(probed))
        assert len(probed) > 100


def test_what_was_mended_is_seen_by_the_next_run_at_once():
    tenant = offices()
    tenant.break_("own-scope-lost")
    with running(tenant) as bot:
        assert roots(bot.doctor())
        tenant.mend()
        assert not roots(bot.doctor())


def test_a_whole_doctor_over_a_thousand_rooms_keeps_within_its_budget():
    with running(big(Clock().at, 1000)) as bot:
        bot.doctor()
        assert bot.requests() <= 120
        assert bot.sandbox.referee.provoked == 0


def test_an_odd_mailbox_stays_found_while_others_have_their_turn_until_it_is_mended():
    tenant = many()
    tenant.break_("room-wrong-zone", "Room 000")
    with running(tenant) as bot:
        rounds = [found(bot.round(check_rooms), "rooms/zone") for _ in range(5)]
        tenant.mend()
        after = found(bot.round(check_rooms), "rooms/zone")
    assert all(one is not None and one.rooms == ("room.000@contoso.example",) for one in rounds)
    assert after is None


def test_rooms_whose_turn_has_not_come_are_said_not_to_be_looked_at_yet():
    with running(many()) as bot:
        first = bot.round(check_rooms)
        last = [bot.round(check_rooms) for _ in range(3)][-1]
    assert any(f"{MANY - 60} not looked at yet" in note for note in first.notes)
    assert not any("not looked at yet" in note for note in last.notes)


def test_a_double_booking_stays_found_while_other_calendars_have_their_turn():
    tenant = many()
    tenant.break_("room-double-booked", "Room 229")
    with running(tenant) as bot:
        bot.round(check_rooms)
        rounds = [found(bot.round(check_rooms), "rooms/overlap") for _ in range(4)]
        tenant.mend()
        after = found(bot.round(check_rooms), "rooms/overlap")
    assert all(one is not None for one in rounds)
    assert after is None


def test_a_room_out_of_scope_stays_found_while_others_are_asked():
    tenant = many()
    tenant.unscope()
    tenant.scope("Calendars.Read", *[room.name for room in tenant.rooms[1:]])
    with running(tenant) as bot:
        rounds = [found(bot.round(check_scope), "scope/missing/") for _ in range(6)]
    assert all(one and one.rooms == ("room.000@contoso.example",) for one in rounds)


def test_a_hidden_room_is_found_and_a_new_one_is_told():
    tenant = offices()
    with running(tenant) as bot:
        tenant.break_("room-hidden", "Fado")
        tenant.break_("room-new", "Alfama")
        said = bot.round(check_rooms)
    hidden = found(said, "rooms/hidden")
    assert hidden is not None
    assert hidden.rooms == (FADO,)
    assert any("Alfama (alfama@contoso.example) was made 5 h ago" in note for note in said.notes)


def test_a_canary_under_another_of_its_addresses_is_asked_for_by_its_name():
    tenant = offices()
    tenant.canary.aliases = ("clara@contoso.example",)
    with running(tenant, ROOMOPS_CANARY_MAILBOX="clara@contoso.example") as bot:
        said = bot.round(check_scope)
    assert isinstance(said, Ok)
    assert "rooms answer, the canary is refused" in said.summary


def test_a_canary_that_was_deleted_proves_nothing():
    tenant = offices()
    with running(tenant, ROOMOPS_CANARY_MAILBOX=tenant.canary.address) as bot:
        tenant.canary.delete(bot.clock())
        said = bot.round(check_scope)
    assert "is a deleted account, since 2026-11-23" in repr(said)
    assert "the canary is refused" not in repr(said)


def test_a_canary_whose_account_may_not_be_read_proves_nothing():
    tenant = offices()
    tenant.revoke("User.Read.All", "Directory.Read.All")
    with running(tenant) as bot:
        said = bot.round(check_scope)
    assert "could not be read: The bot may not read accounts" in repr(said)
    assert "the canary is refused" not in repr(said)


def test_a_delegate_under_another_address_works_here_and_a_group_is_only_asked_about():
    tenant = offices()
    tenant.person("Dana Levi").aliases = ("dana@contoso.example",)
    dana, group = ("Dana Levi", "dana@contoso.example"), ("Front desk", "desk@contoso.example")
    tenant.room("Fado").delegates = (Delegate(*dana), Delegate(*group))
    with running(tenant) as bot:
        said = bot.round(check_rooms)
    assert found(said, "rooms/left") is None
    nobody = found(said, "rooms/no-account")
    assert nobody is not None
    assert "1 delegate without an account here: desk@contoso.example on Fado" in nobody.summary


def test_an_old_list_of_rooms_leaves_the_scope_untold_with_its_age():
    tenant = offices()
    with running(tenant) as bot:
        bot.services.rooms.catalogue()
        tenant.break_("place-permission-lost")
        bot.clock.forward(minutes=20)
        eventually(lambda: bot.services.rooms.catalogue().problem)
        said = check_scope.look(bot.services, bot.clock())
    assert isinstance(said, Unknown)
    assert "The list of rooms that I have is 20 min old." in said.why
    assert said.would_tell == "Place.Read.All"


def test_a_consent_that_is_gone_but_for_something_else_is_called_gone():
    tenant = offices()
    tenant.revoke(*tenant.app.consented)
    tenant.grant("Mail.Read")
    tenant.unscope()
    with running(tenant) as bot:
        assert f"consent/missing/{tenant.app.client_id}" in roots(bot.doctor())


def test_an_app_that_is_bot_and_integration_needs_what_both_need():
    tenant = offices()
    tenant.integrate_by_own_app()
    tenant.app.name = "Eptura Workplace"
    tenant.unscope("Calendars.ReadWrite")
    with running(tenant, ROOMOPS_INTEGRATION_APP_ID="") as bot:
        lacking = roots(bot.doctor())
    assert lacking[f"consent/missing/{tenant.app.client_id}"] is Owner.BOTH


@pytest.mark.parametrize(("urgency", "written"), [(Urgency.ROUND, 1), (Urgency.PERSON, 3)])
def test_a_round_writes_once_a_day_and_a_person_whenever_they_ask(urgency, written):
    tenant = offices()
    tenant.scope("Calendars.ReadWrite")
    with running(tenant) as bot:
        for _ in range(3):
            bot.clock.forward(minutes=5)
            with bot.services.asking(Asker("access", urgency)):
                probe = bot.services.exchange.write_probe(FADO, timedelta(days=1))
                assert probe.reach is Reach.READ
        assert [call.method for call in bot.sandbox.referee.calls].count("DELETE") == written


def test_a_refused_write_wrote_nothing_and_is_tried_again_by_the_next_round():
    tenant = offices()
    with running(tenant) as bot, bot.services.asking(Asker("access", Urgency.ROUND)):
        write = bot.services.exchange.write_probe
        assert write(FADO, timedelta(days=1)).reach is Reach.DENIED
        tenant.scope("Calendars.ReadWrite")
        assert write(FADO, timedelta(days=1)).reach is Reach.READ
