"""Where the integration works with the bot's own app, its states are the bot's, and probes tell."""

from __future__ import annotations

import pytest

from adapters.sandbox import Sandbox, empty, healthy
from tests.sandbox.asking import NOW, Asker, Clock

FADO = "users/fado@contoso.example/calendar"
CANARY = "users/clara.canary@contoso.example/calendar"


@pytest.mark.parametrize(
    ("fault", "path", "expected"),
    [
        ("scope-lost", FADO, 403),
        ("scope-some-rooms-missing", FADO, 403),
        ("scope-some-rooms-missing", "users/sakura@contoso.example/calendar", 200),
        ("scope-too-wide", CANARY, 200),
        ("scope-everyone", CANARY, 200),
        ("consent-only", CANARY, 200),
        ("integration-consent-revoked", "places/microsoft.graph.room", 401),
        ("no-access", FADO, 403),
        ("consent-excess", CANARY, 403),
    ],
)
def test_where_the_integration_uses_the_bots_app_its_states_are_met_by_probes(
    fault: str, path: str, expected: int
) -> None:
    tenant = healthy(NOW)
    tenant.integrate_by_own_app()
    with Sandbox(tenant, clock=Clock()) as sandbox:
        assert sandbox.settings()["ROOMOPS_INTEGRATION_APP_ID"] == tenant.app.client_id
        asker = Asker(sandbox)
        assert [asker.get(each).status_code for each in (FADO, CANARY)] == [200, 403]
        tenant.break_(fault)
        asker.renew()
        assert asker.get(path).status_code == expected
        tenant.mend()
        asker.renew()
        assert [asker.get(each).status_code for each in (FADO, CANARY)] == [200, 403]
        asker.http.close()


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("integration-missing", 700016),
        ("integration-deleted", 700016),
        ("integration-disabled", 7000112),
        ("integration-disabled-by-microsoft", 7000112),
    ],
)
def test_an_app_that_is_gone_or_off_gets_no_token(fault: str, code: int) -> None:
    tenant = empty()
    tenant.integrate_by_own_app()
    with Sandbox(tenant, clock=Clock()) as sandbox:
        asker = Asker(sandbox)
        tenant.break_(fault)
        assert asker.sign_in().json()["error_codes"] == [code]
        tenant.mend()
        assert asker.sign_in().status_code == 200
        asker.http.close()
