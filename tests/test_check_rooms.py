"""What is wrong with rooms: one finding a reason, whatever the number of rooms."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.finding import Broken, Ok, Owner, Result, Severity, Unknown
from bot.rooms import Busy, BusyStatus, Catalogue, Cause, Room, RoomState, Unreadable
from bot.tenancy import Account, Delegate, Reach, Stray, Strays, Survey
from handlers.check_rooms import Looked, judge
from tests.app_seen import NOW, OBJECT_ID, probe

HOUR = timedelta(hours=1)
SITE = {"city": "Lisbon", "building": "Baixa", "capacity": 8, "lists": ("Lisbon rooms",)}
LISBON, BERLIN = "GMT Standard Time", "W. Europe Standard Time"
GUS = Delegate("room0@contoso.example", "gus@contoso.example", "Gus Former", "write")


def room(number: int) -> Room:
    return Room(f"room{number}@contoso.example", f"Room {number}", **SITE)


def survey(number: int, reach: Reach = Reach.READ, **told) -> Survey:
    told = {"delegates": (), "zone": LISBON, "purpose": "room", "at": NOW, **told}
    return Survey(probe(room(number).address, reach), **(told if reach is Reach.READ else {}))


def looked(*surveys: Survey, accounts=None, states=(), **more) -> Looked:
    rooms = tuple(room(number) for number in range(len(surveys)))
    return Looked(Catalogue(rooms, NOW), surveys, accounts or {}, states, OBJECT_ID, **more)


def well(count: int) -> list[Survey]:
    return [survey(number) for number in range(count)]


def prints(result: Result) -> list[str]:
    assert isinstance(result, Broken), result
    return [finding.fingerprint for finding in result.findings]


def account(enabled: bool = True, **more) -> Account:
    return Account("id", "gus@contoso.example", "Gus", enabled, None, False, False, **more)


def test_rooms_that_answer_and_are_set_up_are_ok():
    said = judge(looked(*well(3)), NOW)
    assert isinstance(said, Ok)
    assert said.summary == "3 of 3 rooms answer me."


@pytest.mark.parametrize(
    ("reach", "fingerprint", "severity"),
    [
        (Reach.DENIED, "rooms/denied", Severity.CRITICAL),
        (Reach.POLICY, "rooms/policy", Severity.CRITICAL),
        (Reach.ON_PREMISES, "rooms/on-premises", Severity.WARNING),
        (Reach.UNKNOWN, "rooms/unknown-address", Severity.WARNING),
    ],
)
def test_forty_rooms_out_of_reach_are_one_finding(reach, fingerprint, severity):
    said = judge(looked(*(survey(number, reach) for number in range(40))), NOW)
    assert prints(said) == [fingerprint]
    assert said.findings[0].severity is severity
    assert said.findings[0].summary.startswith("40 rooms ")
    assert "and 35 more" in said.findings[0].summary
    assert said.findings[0].evidence


def test_a_lone_denied_room_is_probably_of_another_type():
    said = judge(looked(*well(3), survey(3, Reach.DENIED)), NOW)
    assert prints(said) == ["rooms/denied"]
    assert "Probably" in said.findings[0].remedy.words
    assert "Get-Recipient" in said.findings[0].remedy.command


@pytest.mark.parametrize("reach", [Reach.THROTTLED, Reach.SILENT, Reach.OTHER])
def test_a_room_that_told_nothing_makes_it_unknown_never_ok(reach):
    said = judge(looked(*well(3), survey(3, reach)), NOW)
    assert isinstance(said, Unknown)
    assert "Room 3" in said.why
    assert "3 of 4 rooms answer me." in said.notes


def test_a_part_that_may_not_be_read_names_its_permission():
    blind = replace(survey(0), purpose=None, zone=None, why=(("mailbox", "I may not. Grant it."),))
    said = judge(looked(blind), NOW)
    assert isinstance(said, Unknown)
    assert said.would_tell == "MailboxSettings.Read"


def test_a_room_whose_turn_it_is_not_is_no_gap():
    waiting = [Survey(probe(room(n).address, Reach.READ)) for n in range(1, 4)]
    before = survey(4, at=NOW - HOUR)
    said = judge(looked(survey(0), *waiting, before), NOW)
    assert isinstance(said, Ok)
    told = "1 of 5 rooms looked into now, 1 up to 60 min ago, 3 not looked at yet"
    assert any(told in note for note in said.notes)


@pytest.mark.parametrize("purpose", ["user", "shared", "equipment"])
def test_a_mailbox_of_another_type_is_found(purpose):
    said = judge(looked(*well(2), survey(2, purpose=purpose)), NOW)
    assert prints(said) == ["rooms/type"]
    assert f"Room 2 ({purpose})" in said.findings[0].summary


@pytest.mark.parametrize(
    ("zones", "odd"),
    [
        ((LISBON, LISBON, BERLIN), ["Room 2"]),
        ((LISBON, "Europe/Lisbon", "Europe/London"), []),  # the same clock by other names
        ((LISBON, BERLIN), []),  # no majority
        ((LISBON, LISBON, None), []),
        ((LISBON, LISBON, "Mitteleuropa (alt)"), []),  # a zone that nobody knows
        ((LISBON, LISBON, "Africa/Abidjan"), ["Room 2"]),  # the same in winter only
    ],
)
def test_a_zone_that_contradicts_its_site_is_found(zones, odd):
    said = judge(looked(*(survey(n, zone=zone) for n, zone in enumerate(zones))), NOW)
    if not odd:
        assert isinstance(said, Ok)
        return
    assert prints(said) == ["rooms/zone"]
    assert all(name in said.findings[0].summary for name in odd)
    assert f"-WorkingHoursTimeZone '{LISBON}'" in said.findings[0].remedy.command


@pytest.mark.parametrize(
    ("found", "word"),
    [
        (account(enabled=False), "account disabled"),
        (account(enabled=False, deleted_at=NOW), "deleted on 2026-11-23"),
    ],
)
def test_a_delegate_who_left_is_found_with_the_cmdlet_that_removes_them(found, word):
    asked = {"gus@contoso.example": found}
    said = judge(looked(survey(0, delegates=(GUS,)), accounts=asked), NOW)
    assert prints(said) == ["rooms/left"]
    assert word in said.findings[0].summary
    assert "'room0@contoso.example:\\Calendar'" in said.findings[0].remedy.command


def test_a_delegate_without_an_account_may_be_a_group_and_is_looked_up_first():
    asked = {"gus@contoso.example": None}
    said = judge(looked(survey(0, delegates=(GUS,)), accounts=asked), NOW)
    assert prints(said) == ["rooms/no-account"]
    assert said.findings[0].severity is Severity.INFO
    assert "Get-Recipient" in said.findings[0].remedy.command
    assert "Remove-" not in said.findings[0].remedy.command


def test_a_delegate_of_whom_only_the_name_is_left_has_left():
    said = judge(looked(survey(0, delegates=(replace(GUS, address=""),))), NOW)
    assert prints(said) == ["rooms/left"]
    assert "-User 'Gus Former'" in said.findings[0].remedy.command


def test_a_delegate_who_works_here_is_a_note():
    asked = {"gus@contoso.example": account()}
    said = judge(looked(survey(0, delegates=(GUS,)), accounts=asked), NOW)
    assert isinstance(said, Ok)
    assert any("Gus Former: write" in note for note in said.notes)


def test_a_delegate_whose_account_may_not_be_read_makes_it_unknown():
    unseen = (Unknown("I may not read accounts.", "User.Read.All"),)
    said = judge(looked(survey(0, delegates=(GUS,)), unseen=unseen), NOW)
    assert isinstance(said, Unknown)
    assert said.would_tell == "User.Read.All"


def busy(*spans: tuple[float, float], status: BusyStatus = BusyStatus.BUSY) -> RoomState:
    entries = [Busy(NOW + HOUR * a, NOW + HOUR * b, status) for a, b in spans]
    return RoomState(room(0), NOW, tuple(entries))


@pytest.mark.parametrize(
    ("state", "found"),
    [
        (busy((1, 2), (1.5, 3)), ["rooms/overlap"]),
        (busy((1, 2), (2, 3)), []),  # one after the other
        (busy((1, 2), (1, 2), status=BusyStatus.TENTATIVE), ["rooms/unanswered"]),
        (busy((1, 2)), []),
    ],
)
def test_double_bookings_and_unanswered_meetings_are_seen_from_outside(state, found):
    said = judge(looked(survey(0), states=(state,)), NOW)
    assert isinstance(said, Ok) if not found else prints(said) == found


def test_a_calendar_that_could_not_be_read_makes_it_unknown_never_ok():
    shut = RoomState(room(1), NOW, unreadable=Unreadable(next(iter(Cause)), "it did not answer"))
    said = judge(looked(*well(2), states=(busy((1, 2)), shut)), NOW)
    assert isinstance(said, Unknown)
    assert "Room 1" in said.why
    assert "it did not answer" in said.why


def test_an_old_list_of_rooms_is_never_ok_and_its_age_is_named():
    seen = looked(*well(2))
    old = Catalogue(seen.rooms, NOW - 3 * HOUR, "Microsoft Graph did not answer.")
    said = judge(replace(seen, catalogue=old), NOW)
    assert isinstance(said, Unknown)
    assert "did not answer" in said.why
    assert "3 h old" in said.why


def test_calendars_take_turns_in_a_big_tenant_and_it_is_said_how_many_were_read():
    said = judge(looked(*well(201), states=(busy((1, 2)),)), NOW)
    assert isinstance(said, Ok)
    assert any("meetings: 1 of 201 rooms looked at this time" in note for note in said.notes)


def test_an_undescribed_room_and_one_in_no_list_are_told():
    bare = Room("room3@contoso.example", "Room 3")
    seen = looked(*well(3), survey(3))
    rooms = (*seen.rooms[:3], bare)
    said = judge(replace(seen, catalogue=Catalogue(rooms, NOW)), NOW)
    assert sorted(prints(said)) == ["rooms/not-in-lists", "rooms/undescribed"]
    assert all(finding.severity is Severity.INFO for finding in said.findings)


def test_no_room_at_all_cannot_be_ok():
    assert isinstance(judge(looked(), NOW), Unknown)


def test_a_hostile_room_name_stays_inside_its_quotes():
    evil = Room("o'hara'; Remove-Mailbox x #@contoso.example", "x")
    seen = Survey(probe(evil.address, Reach.ON_PREMISES))
    said = judge(Looked(Catalogue((evil,), NOW), (seen,), {}, (), OBJECT_ID), NOW)
    assert "'o''hara''; Remove-Mailbox x #@contoso.example'" in said.findings[0].remedy.command


def test_a_finding_names_every_room_and_keeps_its_fingerprint_when_one_more_has_it():
    two = judge(looked(survey(0), *(survey(n, Reach.DENIED) for n in (1, 2))), NOW)
    three = judge(looked(survey(0), *(survey(n, Reach.DENIED) for n in (1, 2, 3))), NOW)
    assert prints(two) == prints(three) == ["rooms/denied"]
    assert three.findings[0].rooms == tuple(room(n).address for n in (1, 2, 3))


def test_a_refusal_is_the_bots_alone_and_a_missing_mailbox_everybodys():
    surveys = (survey(0), survey(1, Reach.DENIED), survey(2, Reach.ON_PREMISES))
    said = judge(looked(*surveys, owner=Owner.BOT), NOW)
    assert isinstance(said, Broken)
    owners = {found.fingerprint: found.owner for found in said.findings}
    assert owners == {"rooms/denied": Owner.BOT, "rooms/on-premises": Owner.BOTH}


def stray(created) -> Strays:
    return Strays((Stray("fado@contoso.example", "Fado", created),), 1, 1)


def test_a_room_that_is_not_listed_is_hidden_unless_it_is_new():
    old = judge(looked(*well(2), strays=stray(NOW - 60 * HOUR)), NOW)
    new = judge(looked(*well(2), strays=stray(NOW - 5 * HOUR)), NOW)
    assert prints(old) == ["rooms/hidden"]
    assert "HiddenFromAddressListsEnabled" in old.findings[0].remedy.command
    assert isinstance(new, Ok)
    assert any("was made 5 h ago and is not listed yet" in note for note in new.notes)


def test_calendars_that_nobody_could_read_make_it_unknown_with_the_reason():
    gone = Unknown("Overlapping or unanswered meetings could not be looked for: no sign-in.")
    said = judge(looked(*well(2), unseen=(gone,)), NOW)
    assert isinstance(said, Unknown)
    assert "no sign-in" in said.why


def test_a_room_described_in_part_is_a_note_and_so_is_a_tenant_without_room_lists():
    seatless = replace(room(0), capacity=None, lists=())
    said = judge(replace(looked(survey(0)), catalogue=Catalogue((seatless,), NOW)), NOW)
    assert isinstance(said, Ok)
    assert any("1 room without seats recorded: Room 0" in note for note in said.notes)
    assert any("In no room list: 1 of 1 room." in note for note in said.notes)
