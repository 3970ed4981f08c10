"""Zone names: the one IANA name behind whatever Windows, Graph, chat profiles or people write.

An unknown name is None, never an error: Graph answers with Windows names, IANA names,
`tzone://Microsoft/Custom` and nulls, and none of them may cost an answer.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from importlib.resources import files

from tzlocal.windows_tz import tz_win, win_tz

# dateTimeTimeZone and workingHours use these beside the Windows names; Custom has no zone.
_MICROSOFT = {"tzone://microsoft/utc": "UTC"}
# Fixed to what they have been links to since tzdata 2024b; some builds still carry them as zones.
_OLD = {
    "Etc/UTC": "UTC",
    "Etc/GMT": "UTC",
    "EST5EDT": "America/New_York",
    "CST6CDT": "America/Chicago",
    "MST7MDT": "America/Denver",
    "PST8PDT": "America/Los_Angeles",
}
# What people and Exchange's country list write, where iso3166.tab says it otherwise.
_COUNTRIES = {
    "GB": ("UK", "United Kingdom", "Great Britain", "England", "Scotland", "Wales"),
    "US": ("USA", "United States of America"),
    "KR": ("South Korea", "Korea", "Republic of Korea"),
    "CZ": ("Czechia",),
    "NL": ("The Netherlands", "Holland"),
    "TR": ("Türkiye",),
    "RU": ("Russian Federation",),
    "VN": ("Viet Nam",),
    "HK": ("Hong Kong SAR", "Hong Kong SAR China"),
    "MO": ("Macao", "Macao SAR", "Macao SAR China"),
    "AE": ("UAE",),
    "MM": ("Myanmar", "Burma"),
    "CD": ("Congo (DRC)", "Democratic Republic of the Congo"),
    "CG": ("Congo", "Republic of the Congo"),
    "VA": ("Holy See",),
    "TL": ("Timor-Leste",),
    "MK": ("Macedonia",),
    "SZ": ("Eswatini", "Swaziland"),
    "CV": ("Cabo Verde",),
}


def zone_of(name: str | None, country: str | None = None) -> str | None:
    """The canonical IANA name of a Windows or IANA name in any case, or None.

    A Windows name covers many countries ("GMT Standard Time" is London's and Lisbon's):
    with a country, as an ISO 3166 code or an English name, it is that country's zone.
    """
    said = (name or "").strip().casefold()
    if said in _MICROSOFT:
        return _MICROSOFT[said]
    if golden := _windows().get(said):
        return _in_country(golden, said, country)
    return _names().get(said)


def _in_country(golden: str, windows: str, country: str | None) -> str:
    code = _codes().get(_letters(country or ""), "")
    local = [z for z in _of_country().get(code, ()) if tz_win.get(z, "").casefold() == windows]
    # zone.tab lists a country's zones with the most populous of a region first.
    return golden if golden in local or not local else local[0]


@cache
def _windows() -> dict[str, str]:
    names = _names()
    known = ((windows, names.get(zone.casefold())) for windows, zone in win_tz.items())
    return {windows.casefold(): zone for windows, zone in known if zone}


@cache
def _names() -> dict[str, str]:
    """Every IANA name, folded, to the name that is shown.

    A link ("US/Pacific") is followed, unless the name itself stands for a place in zone.tab:
    Europe/Amsterdam is a link to Europe/Brussels, and nobody there wants to read that.
    """
    places = {zone for zones in _of_country().values() for zone in zones}
    links = dict(line.split()[2:0:-1] for line in _lines("tzdata.zi") if line.startswith("L "))
    shown = {}
    for name in (files("tzdata") / "zones").read_text("utf-8").split():
        target = name if name in places else links.get(name, name)
        shown[name.casefold()] = _OLD.get(target, target)
    del shown["factory"]  # "the zone has not been set"
    return shown


@cache
def _of_country() -> dict[str, tuple[str, ...]]:
    zones: dict[str, tuple[str, ...]] = {}
    for line in _lines("zone.tab"):
        code, _, zone = line.split("\t")[:3]
        zones[code] = (*zones.get(code, ()), zone)
    return zones


@cache
def _codes() -> dict[str, str]:
    """From a country's code or English names, letters only, to its ISO 3166 code."""
    codes: dict[str, str] = {}
    for line in _lines("iso3166.tab"):
        code, name = line.split("\t")
        codes |= dict.fromkeys(map(_letters, (code, name, *_COUNTRIES.get(code, ()))), code)
    return codes


def _letters(text: str) -> str:
    spelled = unicodedata.normalize("NFKD", text.replace("&", "and"))
    return "".join(c for c in spelled.casefold() if c.isalpha())


def _lines(table: str) -> list[str]:
    text = (files("tzdata") / "zoneinfo" / table).read_text("utf-8")
    return [line for line in text.splitlines() if not line.startswith("#")]
