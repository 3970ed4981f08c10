"""How Entra refuses a token: AADSTS codes with their HTTP status, OAuth error and text.

Texts from captured answers and Microsoft's error-code reference; the code is the thing to read,
the text changes its form from year to year.
https://learn.microsoft.com/entra/identity-platform/reference-error-codes
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4


@dataclass(frozen=True, slots=True)
class Form:
    status: int
    error: str
    text: str
    suberror: str = ""


FORMS = {
    53003: Form(
        400,
        "interaction_required",
        "Access has been blocked by Conditional Access policies. The access policy does not "
        "allow token issuance.",
        "message_only",
    ),
    70003: Form(
        400, "unsupported_grant_type", "The app requested an unsupported grant type '{detail}'."
    ),
    70011: Form(
        400,
        "invalid_scope",
        "The provided value for the input parameter 'scope' is not valid. "
        "The scope {detail} is not valid.",
    ),
    90002: Form(
        400,
        "invalid_request",
        "Tenant '{detail}' not found. Check to make sure you have the correct tenant ID and are "
        "signing into the correct cloud. Check with your subscription administrator, this may "
        "happen if there are no active subscriptions for the tenant.",
    ),
    500011: Form(
        400,
        "invalid_resource",
        "The resource principal named {detail} was not found in the tenant named {tenant}. This "
        "can happen if the application has not been installed by the administrator of the tenant "
        "or consented to by any user in the tenant. You might have sent your authentication "
        "request to the wrong tenant.",
    ),
    700016: Form(
        400,
        "unauthorized_client",
        "Application with identifier '{app}' was not found in the directory '{tenant}'. This can "
        "happen if the application has not been installed by the administrator of the tenant or "
        "consented to by any user in the tenant. You may have sent your authentication request "
        "to the wrong tenant.",
    ),
    700027: Form(401, "invalid_client", "Client assertion failed signature validation. {detail}"),
    900144: Form(
        400,
        "invalid_request",
        "The request body must contain the following parameter: '{detail}'.",
    ),
    7000112: Form(400, "unauthorized_client", "Application '{app}'({name}) is disabled."),
    7000215: Form(
        401,
        "invalid_client",
        "Invalid client secret provided. Ensure the secret being sent in the request is the "
        "client secret value, not the client secret ID, for a secret added to app '{app}'.",
    ),
    7000218: Form(
        401,
        "invalid_client",
        "The request body must contain the following parameter: 'client_assertion' or "
        "'client_secret'.",
    ),
    7000222: Form(
        401,
        "invalid_client",
        "The provided client secret keys for app '{app}' are expired. Visit the Azure portal to "
        "create new keys for your app: https://aka.ms/NewClientSecret, or consider using "
        "certificate credentials for added security: https://aka.ms/certCreds.",
    ),
}


class SignInRefused(Exception):
    """`detail` is what the text quotes; never a secret."""

    def __init__(self, code: int, detail: str = "") -> None:
        super().__init__(f"AADSTS{code}")
        self.code = code
        self.detail = detail

    @property
    def status(self) -> int:
        return FORMS[self.code].status

    def body(self, now: datetime, *, app: str, name: str, tenant: str) -> dict[str, Any]:
        """The OAuth error, in the form captured in September 2026: parts set apart by spaces."""
        form, trace, correlation = FORMS[self.code], str(uuid4()), str(uuid4())
        text = form.text.format(detail=self.detail, app=app, name=name, tenant=tenant)
        stamp = f"{now:%Y-%m-%d %H:%M:%S}Z"
        body: dict[str, Any] = {
            "error": form.error,
            "error_description": f"AADSTS{self.code}: {text} Trace ID: {trace} "
            f"Correlation ID: {correlation} Timestamp: {stamp}",
            "error_codes": [self.code],
            "timestamp": stamp,
            "trace_id": trace,
            "correlation_id": correlation,
            "error_uri": f"https://login.microsoftonline.com/error?code={self.code}",
        }
        return body | ({"suberror": form.suberror} if form.suberror else {})
