"""How Graph's activity logs are switched on, so that the integration's throttling can be seen.

https://learn.microsoft.com/graph/microsoft-graph-activity-logs-overview
"""

from __future__ import annotations

from bot.finding import Evidence, Unknown
from bot.tenancy import Watched
from handlers.powershell import powershell

SETTING = "ROOMOPS_LOG_ANALYTICS_WORKSPACE"
ROLE = "Log Analytics Reader"
CATEGORY = "MicrosoftGraphActivityLogs"
ROLE_WAIT = "up to an hour"
_NAME = "roomops-graph-activity"
_MICROSOFT = "Microsoft keeps the integration's 429s in Graph's activity logs alone"

WOULD_TELL = (
    f"The tenant's Entra diagnostic setting with the category {CATEGORY} sent to a Log Analytics "
    f"workspace (needs Entra ID P1 or P2, and an Azure subscription), the role “{ROLE}” on it for "
    f"the bot's app, and its id in {SETTING}"
)


def unset(watched: Watched) -> Unknown:
    """No workspace is named."""
    lines = (_NAMED, _sending(), _role(watched), "$w.CustomerId  # goes into " + SETTING)
    why = f"I cannot tell whether Microsoft throttles the integration: {_MICROSOFT}, and no "
    return Unknown(f"{why}workspace with them is set.", WOULD_TELL, "\n".join(lines))


def no_role(watched: Watched, workspace: str, evidence: tuple[Evidence, ...]) -> Unknown:
    why = (
        "I cannot tell whether Microsoft throttles the integration: my app may not read the Graph "
        f"activity logs in workspace {workspace}."
    )
    tell = f"The role “{ROLE}” on that workspace for the bot's app; it takes {ROLE_WAIT} to show"
    return Unknown(why, tell, "\n".join((_found(workspace), _role(watched))), evidence)


def nothing_arrives(workspace: str, evidence: tuple[Evidence, ...]) -> Unknown:
    """No table, or not one row of anybody in a day."""
    why = (
        "I cannot tell whether Microsoft throttles the integration: no Graph activity logs have "
        f"arrived in workspace {workspace} for a day, not of any app."
    )
    tell = (
        f"Entra's diagnostic setting with the category {CATEGORY}, sent to that workspace (needs "
        "Entra ID P1 or P2)"
    )
    return Unknown(why, tell, "\n".join((_found(workspace), _sending())), evidence)


_NAMED = "$w = Get-AzOperationalInsightsWorkspace -ResourceGroupName GROUP -Name WORKSPACE"


def _found(workspace: str) -> str:
    return (
        "$w = Get-AzOperationalInsightsWorkspace | "
        f"Where-Object CustomerId -eq {powershell(workspace)}"
    )


def _sending() -> str:
    """A tenant's diagnostic settings have no cmdlet of their own."""
    path = f"/providers/microsoft.aadiam/diagnosticSettings/{_NAME}?api-version=2017-04-01"
    logs = f"logs = @(@{{ category = '{CATEGORY}'; enabled = $true }})"
    setting = f"@{{ properties = @{{ workspaceId = $w.ResourceId; {logs} }} }}"
    return (
        f"Invoke-AzRestMethod -Method PUT -Path '{path}' "
        f"-Payload ({setting} | ConvertTo-Json -Depth 5)"
    )


def _role(watched: Watched) -> str:
    return (
        f"New-AzRoleAssignment -ApplicationId {powershell(watched.own_app)} "
        f"-RoleDefinitionName '{ROLE}' -Scope $w.ResourceId"
    )
