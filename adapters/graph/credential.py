"""The bot's secret or certificate, in the form that MSAL takes."""

from __future__ import annotations

import re
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from bot.errors import Trouble
from bot.settings import Settings

_BLOCK = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----.+?-----END \1-----", re.DOTALL)

Credential = str | dict[str, str]


def credential(settings: Settings) -> Credential:
    """What proves that we are the app; Trouble where nothing usable is set."""
    if settings.client_certificate:
        return _certificate(settings.client_certificate)
    if settings.client_secret:
        return settings.client_secret.get_secret_value()
    raise Trouble(
        "The bot has no credential for Microsoft 365",
        "Set ROOMOPS_CLIENT_SECRET or ROOMOPS_CLIENT_CERTIFICATE.",
    )


def _certificate(path: Path) -> Credential:
    """Key and certificates apart, without a thumbprint: so MSAL signs with PS256, not SHA-1."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError as wrong:
        raise _useless(path, "cannot be read") from wrong
    blocks = [(match[1], match[0]) for match in _BLOCK.finditer(text)]
    keys = [block for kind, block in blocks if kind.endswith("PRIVATE KEY")]
    chain = [block for kind, block in blocks if kind == "CERTIFICATE"]
    if not keys or not chain:
        raise _useless(path, f"holds no {'certificate' if keys else 'private key'}")
    if "ENCRYPTED" in keys[0]:
        raise _useless(path, "holds a key that is locked with a passphrase")
    if not _fit(keys[0], chain[0]):
        raise _useless(path, "holds a key that is not the certificate's")
    return {"private_key": keys[0], "public_certificate": "\n".join(chain)}


def _fit(key: str, certificate: str) -> bool:
    """Whether both can be read and belong together."""
    try:
        ours = load_pem_private_key(key.encode(), None).public_key()
        return x509.load_pem_x509_certificate(certificate.encode()).public_key() == ours
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return False


def _useless(path: Path, why: str) -> Trouble:
    hint = "ROOMOPS_CLIENT_CERTIFICATE takes a PEM file with an open key and its certificate."
    return Trouble(f"{path} {why}", hint)
