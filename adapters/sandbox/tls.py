"""A throw-away certificate authority, a server certificate, and certificates for an app.

Made once a process: nobody keeps them, and nothing outside loopback trusts them.
"""

from __future__ import annotations

import ipaddress
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

_LIFE = timedelta(days=30)
_NAMES = (x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1")))


@dataclass(frozen=True, slots=True)
class Chain:
    """PEM texts."""

    authority: bytes
    certificate: bytes
    key: bytes


@lru_cache(maxsize=1)
def chain() -> Chain:
    """The authority and the certificate for localhost that it signed."""
    authority_key, key = (
        ec.generate_private_key(ec.SECP256R1()),
        ec.generate_private_key(ec.SECP256R1()),
    )
    name = _name("roomops sandbox authority")
    signer = x509.SubjectKeyIdentifier.from_public_key(authority_key.public_key())
    authority = (
        _builder(name, name, authority_key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .add_extension(signer, critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    certificate = (
        _builder(_name("localhost"), name, key)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        .add_extension(x509.SubjectAlternativeName(_NAMES), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(signer), critical=False
        )
        .sign(authority_key, hashes.SHA256())
    )
    return Chain(
        authority.public_bytes(Encoding.PEM), certificate.public_bytes(Encoding.PEM), _pem(key)
    )


def server_context(directory: Path) -> ssl.SSLContext:
    """For the server; leaves ca.pem, server.pem and server.key in `directory`."""
    made = chain()
    (directory / "ca.pem").write_bytes(made.authority)
    (directory / "server.pem").write_bytes(made.certificate)
    (directory / "server.key").write_bytes(made.key)
    (directory / "server.key").chmod(0o600)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(directory / "server.pem", directory / "server.key")
    return context


def app_certificate() -> tuple[x509.Certificate, bytes]:
    """A self-signed certificate for an app's sign-in, and the PEM of it with its RSA key."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = _name("roomops sandbox app")
    certificate = _builder(name, name, key).sign(key, hashes.SHA256())
    return certificate, _pem(key) + certificate.public_bytes(Encoding.PEM)


@lru_cache(maxsize=8)
def expired_certificate(ended: datetime) -> x509.Certificate:
    """One for an app's sign-in that was good for a year, until then."""
    key, name = ec.generate_private_key(ec.SECP256R1()), _name("roomops before the rotation")
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(ended - timedelta(days=365))
        .not_valid_after(ended)
        .sign(key, hashes.SHA256())
    )


def _builder(subject: x509.Name, issuer: x509.Name, key: PrivateKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)  # noqa: TID251  clients check it by the real clock
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + _LIFE)
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs,
        crl_sign=signs,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _pem(key: PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
