"""Who may call: sites (host pages with a secret that mints widget tokens) and API keys, both kept in the vault.

A site's secret is needed in clear to check signatures, so it lies encrypted in the vault. Of an API key only the SHA-256 is
kept: it is 256 random bits, so a slow hash would add nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypedDict
from urllib.parse import urlsplit

from assistant.errors import UsageError
from assistant.types import Principal

if TYPE_CHECKING:
    from assistant.policy.model import Policy
    from assistant.vault.store import Vault

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_SITES: Final = "web.sites"
_KEYS: Final = "web.keys"
KEY_PREFIX: Final = "sk-local-"
# The audit record takes no brackets, which an IPv6 host has.
_PLAIN: Final = str.maketrans("", "", "[]")


@dataclass(frozen=True, slots=True)
class Site:
    """A host page's server: where its pages may stand and as which roles its visitors ask."""

    name: str
    secret: str
    origins: frozenset[str]
    roles: frozenset[str]

    @property
    def principal(self) -> Principal:
        """As whom its visitors ask."""
        return Principal(f"site:{self.name}", self.roles)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A program's key, without the key."""

    name: str
    sha256: str
    roles: frozenset[str]

    @property
    def principal(self) -> Principal:
        """As whom the program asks."""
        return Principal(f"key:{self.name}", self.roles)


class Row(TypedDict, total=False):
    """A site or a key as the vault keeps it: a site has a secret and origins, a key the hash of itself."""

    secret: str
    sha256: str
    origins: list[str]
    roles: list[str]


class ShownKey(TypedDict):
    """A key without itself."""

    name: str
    roles: list[str]


class ShownSite(ShownKey):
    """A site without its secret."""

    origins: list[str]


class Listed(TypedDict):
    """Who may call, without secrets."""

    sites: list[ShownSite]
    keys: list[ShownKey]


class AccessBook:
    """The sites and keys of a vault, as they were at the last `refresh`: a request never waits for the vault."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self.sites: Mapping[str, Site] = {}
        self.keys: Mapping[str, ApiKey] = {}
        self.refresh()

    def refresh(self) -> None:
        """Read again what another process may have changed. Where that fails nobody is let in, and the error is raised."""
        try:
            sites, keys = self._load(_SITES), self._load(_KEYS)
        except Exception:
            self.sites, self.keys = {}, {}
            raise
        self.sites = {
            name: Site(name, row["secret"], frozenset(row["origins"]), frozenset(row["roles"]))
            for name, row in sites.items()
        }
        self.keys = {name: ApiKey(name, row["sha256"], frozenset(row["roles"])) for name, row in keys.items()}

    def allowed_origins(self) -> frozenset[str]:
        """Where the widget may stand: nowhere, as long as no site names an origin."""
        return frozenset().union(*(site.origins for site in self.sites.values()))

    def key_of(self, presented: str) -> ApiKey | None:
        """The key that was presented, or None. Every stored one is compared, so that time tells nothing."""
        digest = _digest(presented)
        found = [key for key in self.keys.values() if hmac.compare_digest(key.sha256, digest)]
        return found[0] if found else None

    def add_site(self, name: str, origins: Iterable[str], roles: Iterable[str], policy: Policy) -> str:
        """Add a site and give its secret, which is shown once. Raises UsageError for a malformed name, origin or role."""
        row: Row = {
            "secret": secrets.token_urlsafe(32),
            "origins": sorted({origin_of(origin) for origin in origins}),
            "roles": _roles(roles, policy),
        }
        if not row["origins"]:
            raise UsageError("a site needs an origin", remedy="give --origin https://www.example.org")
        self._add(_SITES, name, row)
        self._vault.audit.append(
            "web.site", {"name": name, "origins": [o.translate(_PLAIN) for o in row["origins"]], "roles": row["roles"]}
        )
        return str(row["secret"])

    def add_key(self, name: str, roles: Iterable[str], policy: Policy) -> str:
        """Add a key and give it, which is shown once. Raises UsageError for a malformed name or role."""
        key = KEY_PREFIX + secrets.token_urlsafe(32)
        row: Row = {"sha256": _digest(key), "roles": _roles(roles, policy)}
        self._add(_KEYS, name, row)
        self._vault.audit.append("web.key", {"name": name, "roles": row["roles"]})
        return key

    def revoke(self, name: str) -> int:
        """Take a site or key back; tokens minted with the site's secret end with it. Raises UsageError for an unknown name."""
        gone = 0
        with self._vault.transaction():
            for setting in (_SITES, _KEYS):
                rows = self._load(setting)
                if rows.pop(name, None) is not None:
                    gone += 1
                    self._vault.put(setting, json.dumps(rows))
            if not gone:
                raise UsageError("there is no site or key of that name", remedy="see `assistant serve access`")
            self._vault.audit.append("web.revoke", {"name": name})
        self.refresh()
        return gone

    def listed(self) -> Listed:
        """Everything but the secrets, for people."""
        return {
            "sites": [
                {"name": site.name, "origins": sorted(site.origins), "roles": sorted(site.roles)}
                for site in self.sites.values()
            ],
            "keys": [{"name": key.name, "roles": sorted(key.roles)} for key in self.keys.values()],
        }

    def _load(self, setting: str) -> dict[str, Row]:
        rows: dict[str, Row] = json.loads(self._vault.get(setting) or "{}")
        return rows

    def _add(self, setting: str, name: str, row: Row) -> None:
        if not _NAME.fullmatch(name):
            raise UsageError("a name is 1 to 40 lower-case letters, digits or -", remedy="choose a plain name")
        with self._vault.transaction():
            rows = self._load(setting)
            if name in rows:
                raise UsageError("that name is taken", remedy="revoke it first, or choose another")
            rows[name] = row
            self._vault.put(setting, json.dumps(rows))
        self.refresh()


def origin_of(text: str) -> str:
    """An origin as browsers send it: scheme, host, port where it is not the scheme's own. Raises UsageError otherwise."""
    wrong = UsageError("an origin is scheme and host, such as https://www.example.org", remedy="leave path and * out")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise wrong from None
    if parts.scheme not in ("http", "https") or not parts.hostname or "*" in text or "@" in parts.netloc:
        raise wrong
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise wrong
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    default = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" + (f":{port}" if port and port != default else "")


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def _roles(roles: Iterable[str], policy: Policy) -> list[str]:
    wanted = sorted(set(roles))
    known = sorted({role for rule in policy.access for role in rule.roles})
    if not wanted or not set(wanted) <= set(known):
        raise UsageError("a role of the policy is needed", remedy=f"give --role, one of: {', '.join(known)}")
    return wanted
