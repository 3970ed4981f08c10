"""Alerts with their history, silences, rounds, the outbox and the replicas."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _alerts()
    _events()
    _silences()
    _rounds()
    _outbox()
    op.create_table(
        "replicas",
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("holder", name="replicas_pkey"),
    )


def _alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("number", _NUMBER, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("resolved_at", _MOMENT),
        sa.Column("alert", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", name="alerts_pkey"),
        sqlite_autoincrement=True,
    )
    op.create_index("alerts_resolved_at_idx", "alerts", ["resolved_at"])
    op.create_index(
        "alerts_fingerprint_key",
        "alerts",
        ["fingerprint"],
        unique=True,
        sqlite_where=sa.text("resolved_at IS NULL"),
        postgresql_where=sa.text("resolved_at IS NULL"),
    )


def _events() -> None:
    op.create_table(
        "alert_events",
        sa.Column("number", _NUMBER, nullable=False),
        sa.Column("alert", _NUMBER, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", name="alert_events_pkey"),
        sa.ForeignKeyConstraint(
            ["alert"], ["alerts.number"], name="alert_events_alert_fkey", ondelete="CASCADE"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("alert_events_alert_idx", "alert_events", ["alert"])
    op.create_index("alert_events_at_idx", "alert_events", ["at"])


def _silences() -> None:
    op.create_table(
        "silences",
        sa.Column("number", _NUMBER, nullable=False),
        sa.Column("matcher", sa.Text, nullable=False),
        sa.Column("begins", _MOMENT, nullable=False),
        sa.Column("until", _MOMENT, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("matched_at", _MOMENT),
        sa.Column("ended_at", _MOMENT),
        sa.Column("ended_by", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", name="silences_pkey"),
        sqlite_autoincrement=True,
    )
    op.create_index("silences_until_idx", "silences", ["until"])


def _rounds() -> None:
    op.create_table(
        "rounds",
        sa.Column("check_name", sa.Text, nullable=False),
        sa.Column("fence", sa.Integer, nullable=False),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("begun_at", _MOMENT, nullable=False),
        sa.Column("lease_until", _MOMENT),
        sa.Column("result", sa.Text),
        sa.Column("result_fence", sa.Integer),
        sa.Column("started_at", _MOMENT),
        sa.Column("finished_at", _MOMENT),
        sa.Column("unknown", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("check_name", name="rounds_pkey"),
    )


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("platform", sa.Text, nullable=False),
        sa.Column("channel_id", sa.Text, nullable=False),
        sa.Column("due_at", _MOMENT),
        sa.Column("since", _MOMENT),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("why", sa.Text, nullable=False, server_default=""),
        sa.Column("fence", sa.Integer, nullable=False, server_default="0"),
        sa.Column("holder", sa.Text, nullable=False, server_default=""),
        sa.Column("claimed_until", _MOMENT),
        sa.Column("told", sa.Text),
        sa.PrimaryKeyConstraint("topic", "platform", "channel_id", name="outbox_pkey"),
    )
    for column in ("due_at", "claimed_until"):
        op.create_index(f"outbox_{column}_idx", "outbox", ["platform", "channel_id", column])
