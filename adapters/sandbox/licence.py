"""Licences by part number, with the service plans that matter to a mailbox.

Ids from Microsoft's “Product names and service plan identifiers for licensing”.
"""

from __future__ import annotations

from typing import Any

from adapters.sandbox.mailbox import stable_id

SKUS = {
    "STANDARDPACK": "18181a46-0d4e-45cd-891e-60aabd171b4e",
    "ENTERPRISEPACK": "6fd2c87f-b296-42f0-b197-1e91e994b900",
    "EXCHANGESTANDARD": "4b9405b0-7788-4568-add1-99614e613b69",
    "EXCHANGEDESKLESS": "80b2d799-d2ba-4d2a-8842-fb0d0f3a4b82",
    "M365_F1": "44575883-256e-4a79-9da4-ebe9acabe2b2",
}
_PLANS = {
    "STANDARDPACK": ("EXCHANGE_S_STANDARD", "9aaf7827-d63c-4b61-89c3-182f06f82e5c"),
    "ENTERPRISEPACK": ("EXCHANGE_S_ENTERPRISE", "efb87545-963c-4e0d-99df-69c6916d9eb0"),
    "EXCHANGESTANDARD": ("EXCHANGE_S_STANDARD", "9aaf7827-d63c-4b61-89c3-182f06f82e5c"),
    "EXCHANGEDESKLESS": ("EXCHANGE_S_DESKLESS", "4a82b400-a79f-41a4-b4e2-e94f5787b113"),
    # Its name starts like a mailbox plan's and it gives no mailbox.
    "M365_F1": ("EXCHANGE_S_FOUNDATION", "113feb6c-3fe4-4440-bddc-54d774bf0318"),
}


def licence_details(part_number: str, status: str = "Success") -> dict[str, Any]:
    """As microsoft.graph.licenseDetails."""
    name, plan = _PLANS[part_number]
    return {
        "id": stable_id("licence", part_number),
        "skuId": SKUS[part_number],
        "skuPartNumber": part_number,
        "servicePlans": [
            {
                "servicePlanId": plan,
                "servicePlanName": name,
                "provisioningStatus": status,
                "appliesTo": "User",
            }
        ],
    }
