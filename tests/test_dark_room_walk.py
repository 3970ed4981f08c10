"""A room that goes dark ends nothing that was wrong with it."""

from __future__ import annotations

OVERLAP = "rooms with overlapping meetings"


def overlaps(watching) -> list[str]:
    return [head for head in watching.wall.heads if "overlapping meetings" in head]


def test_a_double_booking_is_not_over_because_its_room_cannot_be_read(contoso, watching):
    watching.only("reach", "access", "scope", "rooms")
    watching.tick(2)
    assert overlaps(watching) == [f"#2 2 {OVERLAP} in the next three days: Camden, @everyone"]

    for name in ("Camden", "@everyone"):
        contoso.room(name).deny()
    watching.tick(3)

    assert overlaps(watching) == [f"#2 2 {OVERLAP} in the next three days: Camden, @everyone"]
