"""The ledger: what was asked of Microsoft 365, and how each replica stood."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_MOMENT = sa.DateTime(timezone=True)
_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "ledger_tallies",
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("grain", sa.Integer, nullable=False),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        *(
            sa.Column(name, _WHOLE, nullable=False)
            for name in ("requests", "throttled", "unavailable", "waits")
        ),
        sa.Column("waited", sa.Double, nullable=False),
        sa.Column("retry_after", sa.Double, nullable=False),
        sa.PrimaryKeyConstraint(
            "kind", "at", "grain", "holder", "name", name="ledger_tallies_pkey"
        ),
    )
    op.create_index("ledger_tallies_grain_idx", "ledger_tallies", ["grain", "at"])
    op.create_table(
        "ledger_kept",
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("grain", sa.Integer, nullable=False),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("headroom", sa.Double, nullable=False),
        sa.Column("step", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("at", "grain", "holder", name="ledger_kept_pkey"),
    )
    op.create_index("ledger_kept_grain_idx", "ledger_kept", ["grain", "at"])
    op.create_table(
        "standings",
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("standing", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("holder", name="standings_pkey"),
    )
