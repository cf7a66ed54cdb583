"""A small real HTTPS server that speaks the transit interface: versions of a key, tokens, sealing, minimum version."""

from __future__ import annotations

import base64
import datetime
import ipaddress
import json
import secrets
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.x509.oid import NameOID

TOKEN = "s.token-of-the-test"


class KeyService(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, folder: Path, port: int = 0) -> None:
        self.versions: list[bytes] = [secrets.token_bytes(32)]
        self.minimum = 1
        self.ready = True
        self.answer: bytes | None = None  # said instead of an answer, where set
        self.asked: list[str] = []
        self.ca = _certificate(folder)

        class Handler(BaseHTTPRequestHandler):
            server: KeyService

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                self.server.asked.append(self.path)
                status, data = self.server.reply(self.path, self.headers.get("X-Vault-Token", ""), body)
                out = self.server.answer or json.dumps({"data": data} if status == 200 else {"errors": ["no"]}).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(out)))
                self.end_headers()
                self.wfile.write(out)

            def log_message(self, *_: Any) -> None:
                pass

        super().__init__(("127.0.0.1", port), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.ca, folder / "server.key")
        self.socket = context.wrap_socket(self.socket, server_side=True)
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass  # a client that does not trust the certificate hangs up

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.server_port}/v1/transit/keys/ward"

    def reply(self, path: str, token: str, body: dict[str, str]) -> tuple[int, dict[str, str]]:
        if not self.ready:
            return 503, {}
        if token != TOKEN:
            return 403, {}
        if path == "/v1/transit/encrypt/ward":
            nonce = secrets.token_bytes(12)
            sealed = nonce + AESGCM(self.versions[-1]).encrypt(nonce, base64.b64decode(body["plaintext"]), None)
            return 200, {"ciphertext": f"vault:v{len(self.versions)}:{base64.b64encode(sealed).decode()}"}
        if path == "/v1/transit/decrypt/ward":
            try:
                _, version, sealed_text = body["ciphertext"].split(":")
                number, raw = int(version[1:]), base64.b64decode(sealed_text)
                if not self.minimum <= number <= len(self.versions):
                    return 400, {}
                plain = AESGCM(self.versions[number - 1]).decrypt(raw[:12], raw[12:], None)
            except (ValueError, InvalidTag):
                return 400, {}
            return 200, {"plaintext": base64.b64encode(plain).decode()}
        return 404, {}

    def stop(self) -> None:
        self.shutdown()
        self.server_close()


def _certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "key service of a test")])
    now = datetime.datetime.now(datetime.UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    (folder / "ca.pem").write_bytes(built.public_bytes(serialization.Encoding.PEM))
    (folder / "server.key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return folder / "ca.pem"
