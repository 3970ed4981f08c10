"""Names of application permissions by their id, for where the tenant itself cannot be asked.

https://learn.microsoft.com/graph/permissions-reference, read on 2026-11-23
"""

from __future__ import annotations

APP_ROLES = {
    "798ee544-9d2d-430c-a058-570e29e34338": "Calendars.Read",
    "8ba4a692-bc31-4128-9094-475872af8a53": "Calendars.ReadBasic.All",
    "ef54d2bf-783f-4e0f-bca1-3210c0444d99": "Calendars.ReadWrite",
    "913b9306-0ce1-42b8-9137-6a7df690a760": "Place.Read.All",
    "f1f5e9aa-ad18-4b97-883e-6aa7e95b7a5f": "Place.ReadWrite.All",
    "40f97065-369a-49f4-947c-6a255697ae91": "MailboxSettings.Read",
    "6931bccd-447a-43d1-b442-00a195474933": "MailboxSettings.ReadWrite",
    "df021288-bdef-4463-88db-98f22de89214": "User.Read.All",
    "97235f07-e226-4f63-ace3-39588e11d3a1": "User.ReadBasic.All",
    "7ab1d382-f21e-4acd-a863-ba3e13f7da61": "Directory.Read.All",
    "9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30": "Application.Read.All",
    "1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9": "Application.ReadWrite.All",
    "18a4783c-866b-4cc7-a460-3d5e5662c884": "Application.ReadWrite.OwnedBy",
    "06b708a9-e830-4db3-a914-8e69da51d44f": "AppRoleAssignment.ReadWrite.All",
    "81b4724a-58aa-41c1-8a55-84ef97466587": "DelegatedPermissionGrant.Read.All",
    "8e8e4742-1d95-4f68-9d56-6ee75648c72a": "DelegatedPermissionGrant.ReadWrite.All",
    "b0afded3-3588-46d8-8b3d-9842eff778da": "AuditLog.Read.All",
    "246dd0d5-5bd0-4def-940b-0421030a5b68": "Policy.Read.All",
    "9e640839-a198-48fb-8b9a-013fd6f6cbcd": "Policy.Read.PermissionGrant",
    "37730810-e9ba-4e46-b07e-8ca78d182097": "Policy.Read.ConditionalAccess",
    "1260ad83-98fb-4785-abbb-d6cc1806fd41": "ConsentRequest.Read.All",
    "9f1b81a7-0223-4428-bfa4-0bcb5535f27d": "ConsentRequest.ReadWrite.All",
    "483bed4a-2ad3-4361-a73b-c83ccdbdc53c": "RoleManagement.Read.Directory",
    "c769435f-f061-4d0b-8ff1-3d39870e5f85": "RoleManagement.Read.Exchange",
    "025d3225-3f02-4882-b4c0-cd5b541a4e80": "RoleManagement.ReadWrite.Exchange",
    "c7fbd983-d9aa-4fa7-84b8-17382c103bc4": "RoleManagement.Read.All",
    "79c261e0-fe76-4144-aad5-bdc68fbe4037": "ServiceHealth.Read.All",
    "1b620472-6534-4fe6-9df2-4680e8aa28ec": "ServiceMessage.Read.All",
    "e2f98668-2877-4f38-a2f4-8202e0717aa1": "LicenseAssignment.Read.All",
    "498476ce-e0fe-48b0-b801-37ba7e2685c6": "Organization.Read.All",
    "dbb9058a-0e50-45d7-ae91-66909b5d4664": "Domain.Read.All",
    "230c1aed-a721-4c5d-9cb4-a90514e508ef": "Reports.Read.All",
    "98830695-27a2-44f7-8c18-0c3ebc9698f6": "GroupMember.Read.All",
    "810c84a8-4a9e-49e6-bf7d-12d183f40d01": "Mail.Read",
    "b633e1c5-b582-4048-a93e-9f11b44c7e96": "Mail.Send",
    "5183ed5d-b7f8-4e9a-915e-dafb46b9cb62": "HealthMonitoringAlert.Read.All",
    "2b655018-450a-4845-81e7-d603b1ebffdb": "ServiceActivity-Exchange.Read.All",
    "dc890d15-9560-4a4c-9b7f-a736ec74ec40": "full_access_as_app",
    "dc50a0fb-09a3-484d-be87-e023b12c6440": "Exchange.ManageAsApp",
}
