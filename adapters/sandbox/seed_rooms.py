"""The forty rooms of Contoso: five sites, and the awkward ones that every real tenant has."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.sandbox.mailbox import Hours
from adapters.sandbox.room import Details

TEAMS = "Teams Room"
_LONG = ("The room formerly known as the large meeting room beside the canteen, " * 3)[:200]


@dataclass(frozen=True, slots=True)
class Site:
    """`zone` is where it lies; `windows` how Exchange names that zone."""

    city: str
    country: str
    zone: str
    windows: str
    streets: dict[str, str]  # by building


LISBON = Site(
    "Lisbon",
    "PT",
    "Europe/Lisbon",
    "GMT Standard Time",
    {"Baixa": "Rua Augusta 24", "Chiado": "Rua Garrett 100"},
)
LONDON = Site(
    "London",
    "United Kingdom",
    "Europe/London",
    "GMT Standard Time",
    {"Paddington": "1 Kingdom Street"},
)
BERLIN = Site(
    "Berlin",
    "DE",
    "Europe/Berlin",
    "W. Europe Standard Time",
    {"Unter den Linden": "Unter den Linden 17"},
)
SEATTLE = Site(
    "Seattle",
    "USA",
    "America/Los_Angeles",
    "Pacific Standard Time",
    {"Westlake": "320 Westlake Avenue"},
)
TOKYO = Site("Tokyo", "JP", "Asia/Tokyo", "Tokyo Standard Time", {"Shinagawa": "2-16-3 Konan"})
SITES = (LISBON, LONDON, BERLIN, SEATTLE, TOKYO)

_PRIVATE_BOOKS: Details = {"sharing": "freeBusyRead"}

Line = tuple[str, str | None, int | None, int | None, Details]  # name, building, floor, seats

ROOMS: dict[str, tuple[Line, ...]] = {
    "Lisbon": (
        ("Fado", "Baixa", 2, 10, {"video": TEAMS, "display": "Screen", "tags": ("whiteboard",)}),
        ("Alfama", "Baixa", 1, 8, {"video": TEAMS, "accessible": True}),
        ("Belém", "Baixa", 2, 14, {"video": TEAMS, "tags": ("whiteboard", "nice view")}),
        ("Tejo", "Baixa", 1, 12, {"video": TEAMS}),
        ("Sintra", "Baixa", 3, 24, {"video": TEAMS, "audio": "Ceiling mics", "accessible": True}),
        ("Rossio", "Chiado", 0, 10, {"video": TEAMS, "accessible": True, **_PRIVATE_BOOKS}),
        ("Estrela", "Chiado", 1, 16, {"video": TEAMS, "display": "Projector"}),
        ("Graça", "Chiado", 2, 8, {"video": TEAMS, "tags": ("quiet",)}),
        ("Mouraria", "Chiado", 3, 8, {"video": "Surface Hub", "display": "Surface Hub"}),
    ),
    "London": (
        ("Thames", "Paddington", 1, 12, {"video": TEAMS, "tags": ("whiteboard",)}),
        ("Old Library", None, None, None, {}),
        ('O\'Brien "Boardroom" #4', "Paddington", 4, 20, {"video": TEAMS, "accessible": True}),
        ("Focus", "Paddington", 1, 4, {"address": "focus.1@contoso.example"}),
        ("Focus", "Paddington", 2, 4, {"address": "focus.2@contoso.example", "display": "Screen"}),
        ("Meridian", "Paddington", 2, 8, {"address": "MERIDIAN@CONTOSO.EXAMPLE", "video": TEAMS}),
        ("Brixton", "Paddington", 3, 6, {"nickname": "the aquarium", "tags": ("glass walls",)}),
        ("Camden", "Paddington", 3, 6, _PRIVATE_BOOKS),
        ("Savile", "Paddington", 5, 30, {"video": TEAMS, "booking_type": "reserved"}),
    ),
    "Berlin": (
        ("Spree", "Unter den Linden", 1, 10, {"video": TEAMS, "timezone": "Europe/Berlin"}),
        ("Erdgeschoss", "Unter den Linden", 0, 8, {"floor_label": "EG", "accessible": True}),
        ("Kreuzberg", "Unter den Linden", 2, 6, {"timezone": None, "hours": None}),
        ("Tempelhof", "Unter den Linden", 3, 40, {"video": TEAMS, "hours": Hours(custom=True)}),
        ("Mitte", "Unter den Linden", 2, 8, {"display": "Screen", **_PRIVATE_BOOKS}),
        ("Pankow", "Unter den Linden", 4, 4, {"accessible": False}),
        ("Wannsee", "Unter den Linden", 4, 12, {"video": TEAMS, "timezone": "Mitteleuropa (alt)"}),
        ("חדר ישיבות", "Unter den Linden", 1, 6, {"address": "hadar@contoso.example"}),
    ),
    "Seattle": (
        ("Rainier", "Westlake", 12, 20, {"video": TEAMS, "state": "WA", "accessible": True}),
        ("Puget", "Westlake", 12, 8, {"video": TEAMS, "state": "WA"}),
        ("Ballard", "Westlake", 11, 4, {"state": "WA"}),
        ("Fremont", "Westlake", 11, 8, {"state": "WA", "tags": ("standing desk",)}),
        ("Night Watch", "Westlake", 1, 6, {"state": "WA", "video": TEAMS}),
        ("<!channel>", "Westlake", 10, 6, {"state": "WA"}),
        ("@everyone", "Westlake", 10, 6, {"state": "WA", **_PRIVATE_BOOKS}),
        ("🚀 Launchpad", "Westlake", 14, 12, {"state": "WA", "video": TEAMS}),
    ),
    "Tokyo": (
        ("Sakura", "Shinagawa", 21, 10, {"video": TEAMS, "accessible": True}),
        ("Fuji", "Shinagawa", 21, 16, {"video": TEAMS, "display": "Screen"}),
        ("Ginza", "Shinagawa", 20, 6, {"tags": ("tea",)}),
        ("Shibuya", "Shinagawa", 20, None, {"nickname": "Scramble"}),
        ("قاعة النور", "Shinagawa", 22, 8, {"address": "alnoor@contoso.example", "video": TEAMS}),
        (_LONG, "Shinagawa", 22, 8, {"address": "long.name@contoso.example"}),
    ),
}
