"""A plain client of Graph for the tests: it knows HTTP and nothing of roomops."""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from adapters.sandbox import Sandbox

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
SCOPE = "https://graph.microsoft.com/.default"
Json = dict[str, Any]


class Clock:
    """Stands still until it is moved."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **length: float) -> None:
        self.now += timedelta(**length)


class Asker:
    """Signs in once, then asks; every answer is the raw response."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        trust = ssl.create_default_context(cafile=sandbox.ca_bundle)
        self.http = httpx.Client(verify=trust, trust_env=False, timeout=10)
        self.bearer = ""

    def sign_in(self, tenant: str = "", **changes: str | None) -> httpx.Response:
        """Ask for a token; a field that is changed to None is left out."""
        settings = self.sandbox.settings()
        form = {
            "grant_type": "client_credentials",
            "client_id": settings["ROOMOPS_CLIENT_ID"],
            "client_secret": settings["ROOMOPS_CLIENT_SECRET"],
            "scope": SCOPE,
        } | changes
        url = f"{self.sandbox.url}/{tenant or self.sandbox.tenant.id}/oauth2/v2.0/token"
        return self.http.post(url, data={k: v for k, v in form.items() if v is not None})

    def renew(self) -> str:
        self.bearer = self.sign_in().json()["access_token"]
        return self.bearer

    def headers(self, **more: str) -> dict[str, str]:
        bearer = self.bearer or self.renew()
        named = {name.replace("_", "-"): value for name, value in more.items()}
        return {"Authorization": f"Bearer {bearer}"} | named

    def get(self, path: str, version: str = "v1.0", **headers: str) -> httpx.Response:
        """`path` without a leading slash, or a next link."""
        url = path if path.startswith("https:") else f"{self.sandbox.url}/{version}/{path}"
        return self.http.get(url, headers=self.headers(**headers))

    def post(self, path: str, body: object, **headers: str) -> httpx.Response:
        url = f"{self.sandbox.url}/v1.0/{path}"
        return self.http.post(url, json=body, headers=self.headers(**headers))

    def schedule(
        self, rooms: Iterable[str], start: datetime = NOW, hours: float = 8, **headers: str
    ) -> httpx.Response:
        """Ask the first room's mailbox about all of them, in UTC."""
        asked = list(rooms)
        body = question(asked, start, start + timedelta(hours=hours))
        return self.post(f"users/{asked[0]}/calendar/getSchedule", body, **headers)

    def batch(self, *requests: Json) -> httpx.Response:
        return self.post("$batch", {"requests": list(requests)})


def question(rooms: list[str], start: datetime, end: datetime, zone: str = "UTC") -> Json:
    """A body of getSchedule; the times are written as they are, in `zone`."""
    return {
        "schedules": rooms,
        "startTime": {"dateTime": f"{start:%Y-%m-%dT%H:%M:%S}", "timeZone": zone},
        "endTime": {"dateTime": f"{end:%Y-%m-%dT%H:%M:%S}", "timeZone": zone},
        "availabilityViewInterval": 30,
    }


def code(response: httpx.Response) -> str:
    return str(response.json()["error"]["code"])
