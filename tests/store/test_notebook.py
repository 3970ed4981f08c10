"""The notebook on SQLite and on PostgreSQL."""

from __future__ import annotations

from adapters.store import Store
from tests.store.conftest import Open


def test_what_was_never_put_is_not_there(store: Store) -> None:
    assert store.get("teams:reference") is None


def test_the_last_word_under_a_key_stands(store: Store) -> None:
    store.put("a", "first")
    store.put("b", "other")
    store.put("a", "last")

    assert store.get("a") == "last"
    assert store.get("b") == "other"


def test_another_replica_reads_what_one_has_put(database_url: str, replica: Open) -> None:
    replica(database_url).put("a", "“ñ” 🎈 ע")

    assert replica(database_url).get("a") == "“ñ” 🎈 ע"


def test_keys_may_be_long_and_values_longer(store: Store) -> None:
    key, value = "19:" + "x" * 5000, "{}" * 100_000
    store.put(key, value)

    assert store.get(key) == value
    assert store.get(key + "x") is None
