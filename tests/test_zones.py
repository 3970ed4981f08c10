"""Zone names of Windows, IANA and people, and the countries that a Windows name covers."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tzlocal.windows_tz import win_tz

from handlers.zones import zone_of


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("Europe/Lisbon", "Europe/Lisbon"),
        ("europe/lisbon", "Europe/Lisbon"),
        (" Europe/Lisbon ", "Europe/Lisbon"),
        ("GMT Standard Time", "Europe/London"),
        ("gmt standard time", "Europe/London"),
        ("Pacific Standard Time", "America/Los_Angeles"),
        ("E. South America Standard Time", "America/Sao_Paulo"),
        ("Lord Howe Standard Time", "Australia/Lord_Howe"),
        ("UTC", "UTC"),
        ("Etc/UTC", "UTC"),
        ("GMT", "UTC"),
        ("tzone://Microsoft/Utc", "UTC"),
        ("Dateline Standard Time", "Etc/GMT+12"),
        # What CLDR, and so Windows tables and browsers, still call by an older name.
        ("India Standard Time", "Asia/Kolkata"),
        ("Asia/Calcutta", "Asia/Kolkata"),
        ("Nepal Standard Time", "Asia/Kathmandu"),
        ("Europe/Kiev", "Europe/Kyiv"),
        ("US/Pacific", "America/Los_Angeles"),
        ("EST5EDT", "America/New_York"),
        # Links in the data, but places of their own to the people there.
        ("Europe/Amsterdam", "Europe/Amsterdam"),
        ("Europe/Oslo", "Europe/Oslo"),
    ],
)
def test_a_zone_has_one_name_however_it_is_written(name, zone):
    assert zone_of(name) == zone


@pytest.mark.parametrize(
    "name",
    [
        None,
        "",
        " ",
        "tzone://Microsoft/Custom",
        "Customized Time Zone",
        "Factory",
        "Mars/Olympus",
        "../../etc/passwd",
        "Europe/Lisbon\0",
        "x" * 1_000_000,
    ],
)
def test_an_unknown_zone_is_none_and_breaks_nothing(name):
    assert zone_of(name) is None
    assert zone_of(name, "PT") is None


@pytest.mark.parametrize(
    ("windows", "country", "zone"),
    [
        ("GMT Standard Time", "PT", "Europe/Lisbon"),
        ("GMT Standard Time", "Portugal", "Europe/Lisbon"),
        ("GMT Standard Time", "portugal", "Europe/Lisbon"),
        ("GMT Standard Time", "Ireland", "Europe/Dublin"),
        ("GMT Standard Time", "United Kingdom", "Europe/London"),
        ("GMT Standard Time", "UK", "Europe/London"),
        ("W. Europe Standard Time", "Netherlands", "Europe/Amsterdam"),
        ("W. Europe Standard Time", "The Netherlands", "Europe/Amsterdam"),
        ("W. Europe Standard Time", "DE", "Europe/Berlin"),
        ("Romance Standard Time", "Spain", "Europe/Madrid"),
        ("Central Europe Standard Time", "Czechia", "Europe/Prague"),
        ("Greenwich Standard Time", "Côte d'Ivoire", "Africa/Abidjan"),
        ("Eastern Standard Time", "United States", "America/New_York"),
        ("Eastern Standard Time", "U.S.A.", "America/New_York"),
        ("Eastern Standard Time", "Canada", "America/Toronto"),
        ("AUS Eastern Standard Time", "Australia", "Australia/Sydney"),
        ("China Standard Time", "Hong Kong SAR", "Asia/Hong_Kong"),
        ("Tokyo Standard Time", "Japan", "Asia/Tokyo"),
        ("FLE Standard Time", "Finland", "Europe/Helsinki"),
        # A country that the name does not cover, or that nobody knows, changes nothing.
        ("GMT Standard Time", "Japan", "Europe/London"),
        ("GMT Standard Time", "Atlantis", "Europe/London"),
        ("GMT Standard Time", "", "Europe/London"),
        ("GMT Standard Time", "🇵🇹" * 1000, "Europe/London"),
        # An IANA name says it all.
        ("Europe/Paris", "PT", "Europe/Paris"),
    ],
)
def test_a_windows_zone_in_a_country_is_that_countrys_zone(windows, country, zone):
    assert zone_of(windows, country) == zone


@pytest.mark.parametrize("windows", sorted(win_tz))
def test_every_windows_zone_is_a_zone_whose_clocks_we_know(windows):
    zone = zone_of(windows)

    assert zone is not None
    assert ZoneInfo(zone).key == zone
    assert zone_of(zone) == zone


@given(name=st.none() | st.text(), country=st.none() | st.text())
def test_no_text_breaks_the_look_up(name, country):
    assert zone_of(name, country) is None or isinstance(zone_of(name, country), str)
