"""Names as people type them: matched without case, accents or punctuation, with did-you-mean."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache

LONGEST = 12  # words of one name
QUOTES = '"“”„'  # what marks a phrase as one name by hand


@lru_cache(maxsize=65536)
def normal(text: str) -> str:
    """The form in which names are compared: "Belém #4" and "belem 4" are the same name."""
    parts = unicodedata.normalize("NFKD", text).casefold()
    kept = (c if c.isalnum() else " " for c in parts if not unicodedata.combining(c))
    return " ".join("".join(kept).split()) or sayable(text).casefold()


def longest_match(words: Sequence[str], names: Mapping[str, object]) -> tuple[str, int] | None:
    """The longest run at the start of `words` that is one of the normalised `names`."""
    for count in range(min(len(words), LONGEST), 0, -1):
        name = normal(" ".join(words[:count]))
        if name in names:
            return name, count
    return None


def near(text: str, names: Iterable[str], most: int = 3) -> list[str]:
    """The names, as written, that `text` may have meant; best first."""
    written = {normal(name): name for name in names}
    wanted = normal(text)[:200]
    starts = [n for n in written if wanted and n.startswith(wanted)]
    holds = [n for n in written if wanted and f" {wanted}" in f" {n}"]
    close = get_close_matches(wanted, [n for n in written if len(n) < 200], n=most, cutoff=0.7)
    return [written[n] for n in dict.fromkeys([*starts, *holds, *close])][:most]


def sayable(name: str) -> str:
    """The name without the marks that would end a quoted phrase; the same name to `normal`."""
    return " ".join(name.translate(_NO_QUOTES).split())


_NO_QUOTES = dict.fromkeys(map(ord, QUOTES), " ")


def or_list(names: Sequence[str]) -> str:
    """Join as in A, B or C."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} or {names[-1]}"
