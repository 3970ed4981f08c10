"""Application permissions: their ids, and which of them open what.

Ids from Microsoft's permissions reference; what opens what from the pages of each call.
"""

from __future__ import annotations

GRAPH_APP_ID = "00000003-0000-0000-c000-000000000000"

APP_ROLES = {
    "Application.Read.All": "9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30",
    "Application.ReadWrite.All": "1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9",
    "Application.ReadWrite.OwnedBy": "18a4783c-866b-4cc7-a460-3d5e5662c884",
    "AppRoleAssignment.ReadWrite.All": "06b708a9-e830-4db3-a914-8e69da51d44f",
    "AuditLog.Read.All": "b0afded3-3588-46d8-8b3d-9842eff778da",
    "Calendars.Read": "798ee544-9d2d-430c-a058-570e29e34338",
    "Calendars.ReadBasic.All": "8ba4a692-bc31-4128-9094-475872af8a53",
    "Calendars.ReadWrite": "ef54d2bf-783f-4e0f-bca1-3210c0444d99",
    "ConsentRequest.Read.All": "1260ad83-98fb-4785-abbb-d6cc1806fd41",
    "ConsentRequest.ReadWrite.All": "9f1b81a7-0223-4428-bfa4-0bcb5535f27d",
    "DelegatedPermissionGrant.Read.All": "81b4724a-58aa-41c1-8a55-84ef97466587",
    "DelegatedPermissionGrant.ReadWrite.All": "8e8e4742-1d95-4f68-9d56-6ee75648c72a",
    "Directory.Read.All": "7ab1d382-f21e-4acd-a863-ba3e13f7da61",
    "Domain.Read.All": "dbb9058a-0e50-45d7-ae91-66909b5d4664",
    "GroupMember.Read.All": "98830695-27a2-44f7-8c18-0c3ebc9698f6",
    "LicenseAssignment.Read.All": "e2f98668-2877-4f38-a2f4-8202e0717aa1",
    "Mail.Read": "810c84a8-4a9e-49e6-bf7d-12d183f40d01",
    "Mail.Send": "b633e1c5-b582-4048-a93e-9f11b44c7e96",
    "MailboxSettings.Read": "40f97065-369a-49f4-947c-6a255697ae91",
    "MailboxSettings.ReadWrite": "6931bccd-447a-43d1-b442-00a195474933",
    "Organization.Read.All": "498476ce-e0fe-48b0-b801-37ba7e2685c6",
    "Place.Read.All": "913b9306-0ce1-42b8-9137-6a7df690a760",
    "Place.ReadWrite.All": "f1f5e9aa-ad18-4b97-883e-6aa7e95b7a5f",
    "Policy.Read.All": "246dd0d5-5bd0-4def-940b-0421030a5b68",
    "Policy.Read.ConditionalAccess": "37730810-e9ba-4e46-b07e-8ca78d182097",
    "Policy.Read.PermissionGrant": "9e640839-a198-48fb-8b9a-013fd6f6cbcd",
    "Reports.Read.All": "230c1aed-a721-4c5d-9cb4-a90514e508ef",
    "RoleManagement.Read.All": "c7fbd983-d9aa-4fa7-84b8-17382c103bc4",
    "RoleManagement.Read.Directory": "483bed4a-2ad3-4361-a73b-c83ccdbdc53c",
    "RoleManagement.Read.Exchange": "c769435f-f061-4d0b-8ff1-3d39870e5f85",
    "RoleManagement.ReadWrite.Exchange": "025d3225-3f02-4882-b4c0-cd5b541a4e80",
    "ServiceHealth.Read.All": "79c261e0-fe76-4144-aad5-bdc68fbe4037",
    "ServiceMessage.Read.All": "1b620472-6534-4fe6-9df2-4680e8aa28ec",
    "User.Read.All": "df021288-bdef-4463-88db-98f22de89214",
    "User.ReadBasic.All": "97235f07-e226-4f63-ace3-39588e11d3a1",
}

READ_CALENDAR = frozenset(
    {"Calendars.ReadBasic", "Calendars.ReadBasic.All", "Calendars.Read", "Calendars.ReadWrite"}
)
WRITE_CALENDAR = frozenset({"Calendars.ReadWrite"})
READ_SHARING = frozenset({"Calendars.Read", "Calendars.ReadWrite"})
READ_SETTINGS = frozenset({"MailboxSettings.Read", "MailboxSettings.ReadWrite"})
READ_PLACES = frozenset({"Place.Read.All", "Place.ReadWrite.All"})
READ_NAMES = frozenset({"User.ReadBasic.All", "User.Read.All", "Directory.Read.All"})
READ_LICENCES = frozenset({"LicenseAssignment.Read.All", "User.Read.All", "Directory.Read.All"})
READ_ORGANIZATION = frozenset({"Organization.Read.All", "Directory.Read.All", "User.Read.All"})
READ_ACTIVITY = frozenset({"AuditLog.Read.All"})
READ_AUDITS = frozenset({"AuditLog.Read.All", "Directory.Read.All"})
READ_APPS = frozenset({"Application.Read.All", "Application.ReadWrite.All", "Directory.Read.All"})
# DelegatedPermissionGrant.Read.All exists, but no page lists it for this call.
READ_GRANTS = frozenset({"Directory.Read.All", "DelegatedPermissionGrant.ReadWrite.All"})
READ_ROLES = frozenset(
    {"RoleManagement.Read.Directory", "RoleManagement.Read.All", "Directory.Read.All"}
)
READ_MEMBERSHIPS = frozenset({"User.Read.All", "GroupMember.Read.All", "Directory.Read.All"})
READ_EXCHANGE_ROLES = frozenset(
    {
        "RoleManagement.Read.Exchange",
        "RoleManagement.ReadWrite.Exchange",
        "RoleManagement.Read.All",
        "Directory.Read.All",
    }
)
READ_EXCHANGE_SCOPES = READ_EXCHANGE_ROLES - {"Directory.Read.All"}
READ_POLICIES = frozenset({"Policy.Read.All"})
READ_CONDITIONS = frozenset({"Policy.Read.All", "Policy.Read.ConditionalAccess"})
READ_GRANT_POLICIES = frozenset({"Policy.Read.PermissionGrant"})
READ_CONSENT_REQUESTS = frozenset({"ConsentRequest.Read.All", "ConsentRequest.ReadWrite.All"})
READ_DOMAINS = frozenset({"Domain.Read.All", "Directory.Read.All"})
READ_SKUS = frozenset({"LicenseAssignment.Read.All", "Organization.Read.All", "Directory.Read.All"})
READ_HEALTH = frozenset({"ServiceHealth.Read.All"})
READ_MESSAGES = frozenset({"ServiceMessage.Read.All"})

# What the bot asks of its tenant beside the scoped Exchange roles: the smallest set that its
# commands and checks need.
WANTED = (
    "Place.Read.All",
    "User.Read.All",
    "MailboxSettings.Read",
    "LicenseAssignment.Read.All",
    "Application.Read.All",
    "Directory.Read.All",
    "RoleManagement.Read.Directory",
    "RoleManagement.Read.Exchange",
    "Policy.Read.All",
    "ConsentRequest.Read.All",
    "AuditLog.Read.All",
    "ServiceHealth.Read.All",
)
