"""A database of the first version goes on with what is in it."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, insert

from adapters.store.schema import notebook
from tests.store.alerting import standing
from tests.store.conftest import NOON, Open


def test_what_an_older_roomops_wrote_is_there_after_the_upgrade(
    database_url: str, replica: Open
) -> None:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", "adapters.store:migrations")
        command.upgrade(config, "0001")
        connection.execute(insert(notebook).values(key="teams:1", value="kept", at=NOON))
    engine.dispose()

    store = replica(database_url)

    assert store.get("teams:1") == "kept"
    assert standing(store.book).number == 1
