"""What a round saw against what stood: damping, folding, blindness, one row a rule."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.alert import Status
from bot.finding import LACKING, Broken, Evidence, Finding, Owner, Severity, Unknown
from bot.lifecycle import acknowledged
from bot.reconcile import reconcile
from tests.alerting import (
    BLIND,
    NOW,
    OK,
    World,
    broken,
    diagnosis,
    finding,
    warning,
)

LOST = broken(finding("consent/missing"))
DENIED = finding("rooms/denied", rooms=("a@x", "b@x"))
SOFT = broken(warning("rooms/zone"))


@pytest.mark.parametrize(
    ("rounds", "kinds", "stands"),
    [
        # what is critical opens at once, and is over at the first good round
        ([broken(DENIED)], ["opened"], True),
        ([broken(DENIED), OK], ["opened", "resolved"], False),
        # a warning may be chance: twice to open, twice to end
        ([SOFT, SOFT], ["opened"], True),
        ([SOFT, SOFT, OK], ["opened"], True),
        ([SOFT, SOFT, OK, OK], ["opened", "resolved"], False),
        ([SOFT, SOFT, OK, SOFT, OK], ["opened"], True),
        ([SOFT, broken(finding("rooms/zone"))], ["opened"], True),
        # an unknown ends nothing and interrupts nothing
        ([broken(DENIED), BLIND], ["opened"], True),
        ([SOFT, BLIND, SOFT], ["opened"], True),
        ([SOFT, SOFT, OK, BLIND, OK], ["opened", "resolved"], False),
        # three returns within an hour: flapping, and then it takes five good rounds
        ([SOFT, SOFT, *[OK, SOFT] * 3], ["opened", "flapping"], True),
        ([SOFT, SOFT, *[OK, SOFT] * 4], ["opened", "flapping"], True),
        ([SOFT, SOFT, *[OK, SOFT] * 3, *[OK] * 4], ["opened", "flapping"], True),
        ([SOFT, SOFT, *[OK, SOFT] * 3, *[OK] * 5], ["opened", "flapping", "resolved"], False),
        # an hour without a return: steady again, once
        ([SOFT, SOFT, *[OK, SOFT] * 3, *[SOFT] * 14], ["opened", "flapping", "steady"], True),
    ],
)
def test_a_flicker_wakes_nobody(rounds, kinds, stands):
    world = World()

    for result in rounds:
        world.round("rooms", rooms=result)

    assert world.kinds(1) == kinds
    assert (not world.alerts[1].is_over) is stands


def test_a_warning_seen_once_is_forgotten():
    world = World()

    world.round(rooms=SOFT)
    assert [alert.status for alert in world.open()] == [Status.PENDING]
    world.round(rooms=OK)

    assert world.alerts == {}


def test_what_returns_within_half_an_hour_is_a_new_number_that_remembers():
    world = World()

    for _ in range(4):
        world.round(rooms=broken(DENIED))
        world.round(rooms=OK)
        world.round(rooms=OK)

    assert list(world.alerts) == [1, 2, 3, 4]
    assert len(world.alerts[4].flaps) == 3
    assert world.kinds(4) == ["opened", "flapping"]
    assert not world.alerts[4].is_over


def test_what_returns_after_an_hour_starts_anew():
    world = World()
    world.round(rooms=broken(DENIED))
    world.round(rooms=OK)
    world.now += 12 * (world.now - NOW)

    world.round(rooms=broken(DENIED))

    assert world.alerts[2].flaps == ()


def test_nothing_is_written_where_nothing_changed():
    world = World()
    result = broken(replace(DENIED, evidence=(Evidence("GET /", "403", NOW),)))
    world.round(rooms=result)

    later = broken(replace(DENIED, evidence=(Evidence("GET /", "403", NOW.replace(hour=11)),)))

    assert world.round(rooms=later) == []


def test_numbers_that_move_are_shown_and_not_told():
    world = World()
    world.round(rooms=broken(finding("rooms/slow", summary="312 requests waited 4.5 s.")))

    [change] = world.round(rooms=broken(finding("rooms/slow", summary="298 requests waited 9 s.")))

    assert change.events == ()
    assert change.after.finding.summary == "298 requests waited 9 s."


def test_a_lost_consent_is_one_alert_with_its_rooms():
    world = World()

    world.round(consent=LOST, scope=broken(finding("scope/gone")), rooms=broken(DENIED))

    [alert] = world.open()
    assert alert.fingerprint == "consent/missing"
    assert alert.symptoms == ("Scope: scope/gone is broken.", "Rooms: rooms/denied is broken.")
    assert world.kinds(1) == ["opened"]


def test_a_cause_found_later_takes_the_symptom_in_and_gives_it_back():
    world = World()
    world.round(rooms=broken(DENIED))
    assert world.of("rooms/denied").because_of == ""

    world.round(consent=LOST)
    assert world.of("rooms/denied").because_of == "consent/missing"
    assert world.of("consent/missing").symptoms == ("Rooms: rooms/denied is broken.",)

    world.round(consent=OK)
    assert world.of("rooms/denied").because_of == ""
    assert world.kinds(1) == ["opened", "folded", "unfolded"]


def test_a_symptom_that_outlives_its_cause_speaks_for_itself():
    world = World()
    world.round(consent=LOST, rooms=broken(DENIED))

    world.round(consent=OK)

    assert [alert.fingerprint for alert in world.open()] == ["rooms/denied"]


def test_an_old_look_is_no_proof_that_a_symptom_outlived_its_cause():
    world = World()
    world.round(rooms=broken(DENIED))
    world.round(consent=LOST)

    world.round("consent", consent=OK)
    assert world.of("rooms/denied").because_of == "consent/missing"

    world.round("rooms")
    assert world.of("rooms/denied").because_of == ""


def test_a_cause_that_cannot_be_told_goes_on_explaining():
    world = World()
    world.round(rooms=broken(DENIED))
    world.round(consent=LOST)

    world.round(consent=BLIND)

    assert world.of("rooms/denied").because_of == "consent/missing"


def test_a_cause_that_is_over_explains_nothing_even_where_the_symptom_cannot_be_told():
    world = World()
    world.round(rooms=broken(DENIED))
    world.round(consent=LOST)

    world.round(consent=OK, rooms=BLIND)

    assert world.of("rooms/denied").because_of == ""


def test_a_cause_without_an_alert_folds_nothing():
    """Somebody has to speak: here the cause's own round has not been written yet."""
    world = World(results={"consent": LOST})

    world.round("rooms", rooms=broken(DENIED))

    assert world.of("rooms/denied").status is Status.OPEN


def test_another_owner_s_cause_folds_nothing():
    world = World()
    ours = finding("consent/bot", owner=Owner.BOT)
    theirs = finding("rooms/sync", owner=Owner.INTEGRATION)

    world.round(consent=broken(ours), rooms=broken(theirs))

    assert {alert.because_of for alert in world.open()} == {""}
    assert len(world.open()) == 2


def test_a_pending_symptom_is_forgotten_where_its_cause_tells_of_it():
    world = World()
    world.round(rooms=broken(warning("rooms/denied")))

    world.round(consent=LOST, rooms=broken(DENIED))

    assert [alert.fingerprint for alert in world.open()] == ["consent/missing"]


@pytest.mark.parametrize(
    ("rounds", "open_"),
    [
        ([BLIND], []),
        ([BLIND, BLIND], ["rooms/unknown"]),
        ([BLIND, OK, BLIND], []),
        ([BLIND, BLIND, OK], []),  # the first round that can tell ends it
        ([BLIND, BLIND, broken(DENIED)], ["rooms/denied"]),
    ],
)
def test_a_check_that_cannot_tell_twice_in_a_row_is_an_alert(rounds, open_):
    world = World()

    for result in rounds:
        world.round(rooms=result)

    assert [alert.fingerprint for alert in world.open()] == open_


def test_blindness_that_a_cause_explains_is_no_alert_of_its_own():
    world = World()

    for _ in range(4):
        world.round(consent=LOST, rooms=BLIND)

    [alert] = world.open()
    assert alert.symptoms == ("Rooms: I cannot tell.",)


def test_blindness_is_folded_once_its_cause_is_known():
    world = World()
    world.round(rooms=BLIND)
    world.round(rooms=BLIND)

    world.round(consent=LOST)

    assert world.of("rooms/unknown").because_of == "consent/missing"


def test_another_incident_number_of_the_same_blindness_is_no_news():
    world = World()
    for incident in ("a1b2c3", "d4e5f6"):
        world.round(rooms=Unknown(f"The check itself went wrong (KeyError, incident {incident})."))

    assert (
        world.round(rooms=Unknown("The check itself went wrong (KeyError, incident 0a0b0c).")) == []
    )


def test_two_findings_of_one_fingerprint_are_one_alert_with_all_rooms():
    world = World()
    twin = warning("rooms/denied", rooms=("b@x", "c@x"))

    world.round(rooms=broken(DENIED, twin))

    [alert] = world.open()
    assert alert.finding.severity is Severity.CRITICAL
    assert alert.finding.rooms == ("a@x", "b@x", "c@x")


def test_only_checks_that_were_looked_at_begin_or_end_anything():
    world = World()
    world.round(rooms=broken(DENIED))

    assert world.round("consent", rooms=OK, scope=broken(finding("scope/gone"))) == []


@pytest.mark.parametrize(
    ("rooms", "severity", "kinds", "status"),
    [
        (("a@x", "b@x", "c@x"), Severity.CRITICAL, ["worse"], Status.ACKNOWLEDGED),
        (("a@x",), Severity.CRITICAL, ["better"], Status.ACKNOWLEDGED),
        (("a@x", "c@x"), Severity.CRITICAL, ["changed"], Status.ACKNOWLEDGED),
        (("b@x", "a@x"), Severity.CRITICAL, [], Status.ACKNOWLEDGED),
        (("a@x", "b@x"), Severity.WARNING, ["better"], Status.ACKNOWLEDGED),
        (tuple("abcdef"), Severity.CRITICAL, ["worse"], Status.ACKNOWLEDGED),
        (tuple("abcdefg"), Severity.CRITICAL, ["worse", "reopened"], Status.OPEN),
    ],
)
def test_an_acknowledgement_holds_until_it_gets_much_worse(rooms, severity, kinds, status):
    world = World()
    world.round(rooms=broken(DENIED))
    world.keep(acknowledged(world.alerts[1], "slack:U1 Olivia", "", world.now))

    world.round(rooms=broken(replace(DENIED, rooms=rooms, severity=severity)))

    assert world.kinds(1) == ["opened", "acknowledged", *kinds]
    assert world.alerts[1].status is status


def test_slow_growth_undoes_an_acknowledgement_too():
    world = World()
    world.round(rooms=broken(DENIED))
    world.keep(acknowledged(world.alerts[1], "slack:U1 Olivia", "", world.now))

    for count in range(3, 8):
        world.round(rooms=broken(replace(DENIED, rooms=tuple("abcdefgh"[:count]))))

    assert world.alerts[1].status is Status.OPEN


def test_what_gets_severer_needs_somebody_again():
    world = World()
    world.round(rooms=SOFT)
    world.round(rooms=SOFT)
    world.keep(acknowledged(world.alerts[1], "slack:U1 Olivia", "soon", world.now))

    world.round(rooms=broken(finding("rooms/zone")))

    assert world.kinds(1)[-2:] == ["worse", "reopened"]
    assert world.alerts[1].acknowledged_by == ""


def test_a_new_symptom_of_a_known_cause_is_told_once():
    world = World()
    world.round(consent=LOST)

    world.round(rooms=broken(DENIED))
    world.round(rooms=broken(replace(DENIED, summary="9 rooms denied.")))

    assert world.kinds(1) == ["opened", "changed"]
    assert world.alerts[1].symptoms == ("Rooms: 9 rooms denied.",)


def test_what_is_well_changes_nothing():
    assert reconcile({"rooms"}, diagnosis({}), (), (), {}, NOW) == []


def test_a_cause_that_stands_but_does_not_explain_it_any_more_folds_it_no_longer():
    """The link between is well again, so the symptom has a reason of its own."""
    world = World()
    theirs = replace(DENIED, owner=Owner.INTEGRATION)
    world.round(rooms=broken(DENIED))
    world.round(consent=broken(finding("consent/missing", owner=Owner.BOT)))
    assert world.of("rooms/denied").because_of == "consent/missing"

    world.round(rooms=broken(theirs))

    assert world.of("rooms/denied").because_of == ""


def test_of_two_findings_that_are_one_a_root_wins_over_a_symptom():
    world = World()
    root = replace(DENIED, owner=Owner.INTEGRATION)

    world.round(
        consent=broken(finding("consent/missing", owner=Owner.BOT)),
        rooms=broken(root, replace(DENIED, owner=Owner.BOT)),
    )

    assert world.of("rooms/denied").because_of == ""


def partly(*findings: Finding, unseen: str) -> Broken:
    return Broken(findings, unseen=(unseen,))


def test_what_could_not_be_seen_beside_what_broke_is_not_over():
    world = World()
    world.round(rooms=broken(finding("rooms/denied"), finding("rooms/policy")))

    world.round(rooms=partly(finding("rooms/policy"), unseen="rooms/denied"))

    assert world.of("rooms/denied").status is Status.OPEN


def test_what_could_be_seen_beside_what_could_not_is_over():
    world = World()
    world.round(rooms=broken(finding("rooms/denied"), finding("rooms/policy")))

    world.round(rooms=Unknown("One room is silent.", unseen=("rooms/denied",)))

    assert world.of("rooms/policy") is None
    assert world.of("rooms/denied").status is Status.OPEN


def test_a_list_of_rooms_does_not_shrink_while_some_are_not_seen():
    world = World()
    world.round(rooms=broken(finding("rooms/denied", rooms=["a", "b"])))

    assert world.round(rooms=partly(finding("rooms/denied", rooms=["a"]), unseen="rooms/")) == []
    world.round(rooms=partly(finding("rooms/denied", rooms=["a", "c"]), unseen="rooms/"))

    assert set(world.of("rooms/denied").finding.rooms) == {"a", "b", "c"}
    assert "1 room before" in world.of("rooms/denied").finding.summary
    world.round(rooms=broken(finding("rooms/denied", rooms=["c"])))
    assert world.of("rooms/denied").finding.rooms == ("c",)


def test_a_check_that_tells_a_part_again_is_blind_no_more():
    world = World()
    world.round(rooms=BLIND)
    world.round(rooms=BLIND)
    assert world.of("rooms/unknown")

    world.round(rooms=Broken((finding("rooms/denied"),), unseen=("",)))

    assert world.of("rooms/unknown") is None


LACKS = replace(warning("consent/missing/bot"), owner=Owner.BOT)
SHUT = Unknown("I may not.", "Place.Read.All", cause=LACKING)


def test_a_check_that_is_blind_for_a_lost_permission_waits_for_that_to_be_told():
    """The permission is a warning that opens with its second round; no blindness before it."""
    world = World()
    world.round(consent=broken(LACKS), rooms=SHUT)
    world.round("rooms")
    assert [one.fingerprint for one in world.open()] == ["consent/missing/bot"]

    world.round("consent")
    world.round()
    assert [one.fingerprint for one in world.open()] == ["consent/missing/bot"]
    assert world.of("consent/missing/bot").symptoms == ("Rooms: I cannot tell.",)


def test_a_blindness_whose_reason_was_a_flicker_is_told_itself():
    world = World()
    world.round(consent=broken(LACKS), rooms=SHUT)
    world.round(consent=OK)
    world.round()

    assert [one.fingerprint for one in world.open()] == ["rooms/unknown"]
