"""The tables as they stand at HEAD.  Whoever changes one adds a migration and moves HEAD."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    text,
)

from adapters.store.columns import NUMBER, Key, Moment, Words
from adapters.store.documents import Document
from bot.alert import Alert
from bot.notification import Told
from bot.silence import Matcher
from bot.throttling import Standing

HEAD = "0003"  # revisions are numbered, so that a newer one sorts after an older one
# Alembic's own default name could be another application's, in a database that we share with it.
VERSION_TABLE = "roomops_version"

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "uq": "%(table_name)s_%(column_0_name)s_key",
        "ix": "%(table_name)s_%(column_0_name)s_idx",
        "fk": "%(table_name)s_%(column_0_name)s_fkey",
        "ck": "%(table_name)s_%(constraint_name)s_check",
    }
)

audit = Table(
    "audit",
    metadata,
    Column("number", NUMBER, primary_key=True),
    Column("invocation", Key, nullable=False, unique=True),  # what makes a repeat a repeat
    Column("at", Moment, nullable=False, index=True),  # retention deletes by age
    # Not "user": in PostgreSQL, `SELECT user` is the database's own user, without an error.
    Column("user_id", Words, nullable=False),
    Column("channel_id", Words, nullable=False),
    Column("text", Words, nullable=False),
    Column("command", Words, nullable=False),
    Column("allowed", Boolean, nullable=False),
    Column("outcome", Words),  # null: it has not ended, or its end was lost
    Column("duration_ms", Integer),
    sqlite_autoincrement=True,  # a number once given is never given again, not even after pruning
)

notebook = Table(
    "notebook",
    metadata,
    Column("key", Key, primary_key=True),
    Column("value", Words, nullable=False),
    Column("at", Moment, nullable=False),
)

# What is true.  The columns are what is asked for; the document is the whole alert.
alerts = Table(
    "alerts",
    metadata,
    Column("number", NUMBER, primary_key=True),
    Column("version", Integer, nullable=False),  # what compare-and-set compares
    Column("fingerprint", Key, nullable=False),
    Column("resolved_at", Moment, index=True),  # null: it is not over
    Column("alert", Document(Alert), nullable=False),
    Index(
        "alerts_fingerprint_key",
        "fingerprint",
        unique=True,
        sqlite_where=text("resolved_at IS NULL"),
        postgresql_where=text("resolved_at IS NULL"),
    ),
    sqlite_autoincrement=True,
)

events = Table(
    "alert_events",
    metadata,
    Column("number", NUMBER, primary_key=True),
    Column(
        "alert", NUMBER, ForeignKey("alerts.number", ondelete="CASCADE"), nullable=False, index=True
    ),
    Column("at", Moment, nullable=False, index=True),  # what a silence hid is asked by time
    Column("kind", Words, nullable=False),
    Column("who", Words, nullable=False),
    Column("words", Words, nullable=False),
    sqlite_autoincrement=True,
)

silences = Table(
    "silences",
    metadata,
    Column("number", NUMBER, primary_key=True),
    Column("matcher", Document(Matcher), nullable=False),
    Column("begins", Moment, nullable=False),
    Column("until", Moment, nullable=False, index=True),
    Column("author", Words, nullable=False),
    Column("reason", Words, nullable=False),
    Column("matched_at", Moment),
    Column("ended_at", Moment),
    Column("ended_by", Words, nullable=False),
    sqlite_autoincrement=True,
)

# One row a check, also the lease on its round.
rounds = Table(
    "rounds",
    metadata,
    Column("check_name", Key, primary_key=True),
    Column("fence", Integer, nullable=False),  # how often it was claimed
    Column("holder", Words, nullable=False),
    Column("begun_at", Moment, nullable=False),  # the newest claim
    Column("lease_until", Moment),  # null: nobody looks
    Column("result", Words),  # null: no round has ended yet
    Column("result_fence", Integer),  # the claim that gave the result
    Column("started_at", Moment),
    Column("finished_at", Moment),
    Column("unknown", Integer, nullable=False),
)

# What has to be looked at for speaking, and what was told: the other half of an alert.
outbox = Table(
    "outbox",
    metadata,
    Column("topic", Key, primary_key=True),
    Column("platform", Key, primary_key=True),
    Column("channel_id", Key, primary_key=True),
    Column("due_at", Moment),  # null: claimed and not wanted since, or all is said
    Column("since", Moment),  # since when there has been something to say
    Column(
        "attempts", Integer, nullable=False, server_default="0"
    ),  # claims since anything was last told
    Column("why", Words, nullable=False, server_default=""),  # it was put off
    Column("fence", Integer, nullable=False, server_default="0"),  # how often it was claimed
    Column("holder", Words, nullable=False, server_default=""),
    Column("claimed_until", Moment),  # null: nobody speaks of it now
    Column("told", Document(Told)),
    Index("outbox_due_at_idx", "platform", "channel_id", "due_at"),
    Index("outbox_claimed_until_idx", "platform", "channel_id", "claimed_until"),
)

replicas = Table(
    "replicas",
    metadata,
    Column("holder", Key, primary_key=True),
    Column("version", Words, nullable=False),
    Column("at", Moment, nullable=False),
)

# What was asked of Microsoft 365: a row a minute or hour, and what it is a tally of.
tallies = Table(
    "ledger_tallies",
    metadata,
    Column("kind", Key, primary_key=True),  # a By: in all, by operation, mailbox or asker
    Column("at", Moment, primary_key=True),
    Column("grain", Integer, primary_key=True),  # minutes: 1, or 60 where they were merged
    Column("holder", Key, primary_key=True),  # the replica; "" where they were merged
    Column("name", Key, primary_key=True),
    Column("requests", NUMBER, nullable=False),
    Column("throttled", NUMBER, nullable=False),
    Column("unavailable", NUMBER, nullable=False),
    Column("waits", NUMBER, nullable=False),
    Column("waited", Double, nullable=False),  # seconds
    Column("retry_after", Double, nullable=False),  # seconds, the longest
    Index("ledger_tallies_grain_idx", "grain", "at"),
)

# When book was kept at all, and how it stood then.
kept = Table(
    "ledger_kept",
    metadata,
    Column("at", Moment, primary_key=True),
    Column("grain", Integer, primary_key=True),
    Column("holder", Key, primary_key=True),
    Column("headroom", Double, nullable=False),  # the lowest
    Column("step", Integer, nullable=False),  # the highest
    Index("ledger_kept_grain_idx", "grain", "at"),
)

# How each replica stood when it last wrote.
standings = Table(
    "standings",
    metadata,
    Column("holder", Key, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("standing", Document(Standing), nullable=False),
)
