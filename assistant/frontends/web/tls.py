"""The server's certificate: the site's own, or one generated for this vault whose key lies in the vault."""

from __future__ import annotations

import datetime
import ipaddress
import json
import os
import secrets
import ssl
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from assistant.errors import UsageError

if TYPE_CHECKING:
    from assistant.vault.store import Vault

_SETTING: Final = "web.tls"
# Browsers accept 398 days at most of public certificates; for a pinned one a year is a habit, not a rule.
_DAYS: Final = 365
_RENEW_DAYS: Final = 30


def own_context(cert: Path, key: Path) -> ssl.SSLContext:
    """TLS with the site's certificate. Raises UsageError where the files do not fit."""
    context = _context()
    try:
        context.load_cert_chain(cert, key, password=lambda: os.environ.get("ASSISTANT_TLS_PASSWORD", ""))
    except (OSError, ssl.SSLError) as error:
        raise UsageError(
            f"certificate or key cannot be used ({type(error).__name__})",
            path=cert,
            remedy="give PEM files; the password of an encrypted key comes from ASSISTANT_TLS_PASSWORD",
        ) from None
    return context


def self_signed_context(vault: Vault, names: Iterable[str]) -> tuple[ssl.SSLContext, str]:
    """TLS with a certificate generated for these names, kept in the vault; the SHA-256 fingerprint to compare.

    The key touches the disk only encrypted, inside the vault folder, for the moment in which OpenSSL reads it.
    """
    wanted = sorted(set(names))
    cert, key = _stored(vault, wanted) or _make(vault, wanted)
    password = secrets.token_urlsafe(24).encode()
    sealed = load_pem_private_key(key, None).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(password)
    )
    file = vault.folder / f"tls-{secrets.token_hex(8)}.pem"
    context = _context()
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(sealed + cert)
        context.load_cert_chain(file, password=password)
    finally:
        with suppress(OSError):
            file.unlink()
    digest = x509.load_pem_x509_certificate(cert).fingerprint(hashes.SHA256()).hex().upper()
    return context, ":".join(digest[n : n + 2] for n in range(0, len(digest), 2))


def certificate(vault: Vault) -> bytes:
    """The generated certificate as PEM, for those who want to trust it; empty where there is none."""
    return str(json.loads(vault.get(_SETTING) or "{}").get("cert", "")).encode()


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_CIPHER_SERVER_PREFERENCE
    return context


def _stored(vault: Vault, names: list[str]) -> tuple[bytes, bytes] | None:
    row = json.loads(vault.get(_SETTING) or "{}")
    if row.get("names") != names:
        return None
    cert = str(row["cert"]).encode()
    left = x509.load_pem_x509_certificate(cert).not_valid_after_utc - datetime.datetime.now(datetime.UTC)
    return (cert, str(row["key"]).encode()) if left.days > _RENEW_DAYS else None


def _make(vault: Vault, names: list[str]) -> tuple[bytes, bytes]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "assistant")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=_DAYS))
        .add_extension(x509.SubjectAlternativeName([_general(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    cert = made.public_bytes(Encoding.PEM)
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    vault.put(_SETTING, json.dumps({"names": names, "cert": cert.decode(), "key": secret.decode()}))
    vault.audit.append("web.certificate", {"fingerprint": made.fingerprint(hashes.SHA256()).hex()})
    return cert, secret


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
