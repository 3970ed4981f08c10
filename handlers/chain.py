"""The causal chain: every check of the doctor, causes before effects."""

from __future__ import annotations

from bot.diagnosis import in_causal_order
from handlers import (
    check_access,
    check_account,
    check_app,
    check_consent,
    check_credential,
    check_endearly,
    check_reach,
    check_rooms,
    check_scope,
)

CHECKS = in_causal_order(
    (
        check_reach.CHECK,
        check_credential.CHECK,
        check_app.CHECK,
        check_consent.CHECK,
        check_account.CHECK,
        check_access.CHECK,
        check_scope.CHECK,
        check_rooms.CHECK,
        check_endearly.CHECK,
    )
)
