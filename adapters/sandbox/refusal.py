"""How Graph says no: an HTTP status and an OData error body.

Codes and texts are those of Microsoft's documentation or of captures in its issue trackers.
"""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """An answer that is an error.  `bare` bodies carry no innerError, as Outlook's do."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        bare: bool = False,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.bare = bare
        self.headers = headers or {}

    def body(self, request_id: str, client_request_id: str, at: str) -> dict[str, Any]:
        error: dict[str, Any] = {"code": self.code, "message": self.message}
        if not self.bare:
            error["innerError"] = {
                "date": at,
                "request-id": request_id,
                "client-request-id": client_request_id,
            }
        return {"error": error}


def bad_request(message: str) -> Refusal:
    return Refusal(400, "BadRequest", message)


def outlook_bad_request(code: str, message: str) -> Refusal:
    return Refusal(400, code, message, bare=True)


def no_such_segment(segment: str) -> Refusal:
    return bad_request(f"Resource not found for the segment '{segment}'.")


def token_invalid(message: str) -> Refusal:
    challenge = (
        'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/'
        'authorize", client_id="00000003-0000-0000-c000-000000000000"'
    )
    return Refusal(
        401, "InvalidAuthenticationToken", message, headers={"WWW-Authenticate": challenge}
    )


def token_without_permissions() -> Refusal:
    text = "The token contains no permissions, or permissions can not be understood."
    return Refusal(401, "NoPermissionsInAccessToken", text, bare=True)


def access_denied() -> Refusal:
    text = "Access is denied. Check credentials and try again."
    return Refusal(403, "ErrorAccessDenied", text, bare=True)


def blocked_by_policy() -> Refusal:
    text = (
        "Access to OData is disabled: [RAOP] : Blocked by tenant configured AppOnly "
        "AccessPolicy settings."
    )
    return Refusal(403, "ErrorAccessDenied", text, bare=True)


def insufficient_privileges() -> Refusal:
    text = "Insufficient privileges to complete the operation."
    return Refusal(403, "Authorization_RequestDenied", text)


def missing_permission(permission: str) -> Refusal:
    text = (
        "The principal does not have required Microsoft Graph permission(s): "
        f"{permission} to call this API."
    )
    return Refusal(403, "Authentication_MSGraphPermissionMissing", text)


def not_premium() -> Refusal:
    text = "Neither tenant is B2C or tenant doesn't have premium license"
    return Refusal(403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant", text)


def no_such_user(user: str) -> Refusal:
    text = f"The requested user '{user}' is invalid."
    return Refusal(404, "ErrorInvalidUser", text, bare=True)


def no_cloud_mailbox() -> Refusal:
    text = "The mailbox is either inactive, soft-deleted, or is hosted on-premise."
    return Refusal(404, "MailboxNotEnabledForRESTAPI", text, bare=True)


def no_such_object(key: str) -> Refusal:
    text = (
        f"Resource '{key}' does not exist or one of its queried reference-property objects "
        "are not present."
    )
    return Refusal(404, "Request_ResourceNotFound", text)


def no_such_place(key: str) -> Refusal:
    return Refusal(404, "ErrorItemNotFound", f"The place '{key}' was not found.", bare=True)


def no_such_item() -> Refusal:
    text = "The specified object was not found in the store."
    return Refusal(404, "ErrorItemNotFound", text, bare=True)


def over_mailbox_limit(limit: str, retry_after: str | None) -> Refusal:
    text = f"Application is over its {limit} limit."
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    return Refusal(429, "ApplicationThrottled", text, bare=True, headers=headers)


def too_many_requests(retry_after: str | None) -> Refusal:
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    return Refusal(429, "TooManyRequests", "Please retry again later.", headers=headers)


def over_service_limit(retry_after: str, told: dict[str, str]) -> Refusal:
    """`told` are the headers with which the directory explains itself."""
    headers = {"Retry-After": retry_after} | told
    return Refusal(429, "TooManyRequests", "Please retry again later.", headers=headers)


def unavailable(retry_after: str | None) -> Refusal:
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    text = "The service is temporarily unavailable. Please retry again later."
    return Refusal(503, "serviceNotAvailable", text, headers=headers)


def gateway_timeout() -> Refusal:
    return Refusal(504, "UnknownError", "")


def failed_dependency() -> Refusal:
    return Refusal(424, "FailedDependency", "A request that this one depends on failed.")
