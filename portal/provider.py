"""Sign-in by OpenID Connect: the authorization code flow with PKCE, the ID token verified, its claims mapped to a role.

OpenID Connect Core 1.0, sections 3.1 (the flow) and 3.1.3.7 (what is verified of an ID token); RFC 7636 (PKCE).
"""

import os
import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import httpx
from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]
from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]
from itsdangerous import BadData, URLSafeTimedSerializer
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from portal.people import ROLES, Person
from portal.words import says
from reference.trouble import Trouble
from warehouse.settings import BadSetting, Settings

#: The cookie that holds what belongs to one try, and how many seconds somebody has to sign in at the provider.
COOKIE = "admissions_provider"
LASTS = 600
_SCOPE = "openid profile email"
_SECONDS = 10.0
#: Clocks differ by this much.
_LEEWAY = 60
#: What the provider signs with: never `none`, and nothing with a secret that two sides share.
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
_KNOWN_FOR = 3600
_LONGEST_NAME = 200


class ProviderTrouble(Trouble):
    """The provider cannot be reached, or what it says cannot be trusted; the text is for the log."""

    text = "provider_trouble"

    def sentence(self, language: str) -> str:
        return says(self.text, language)


class NoRole(Exception):
    """Nothing that the provider says of this person gives a role; the text is the person's name."""


@dataclass(frozen=True)
class Try:
    """What one sign-in needs when the provider has sent the person back."""

    state: str
    nonce: str
    verifier: str
    there: str


@dataclass(frozen=True)
class Provider:
    """The provider's addresses and keys, as its metadata say."""

    issuer: str
    authorization: str
    token: str
    userinfo: str
    keys: Mapping[str, Any]
    takes_basic: bool


def begin(settings: Settings, redirect_uri: str, there: str) -> tuple[str, str]:
    """Where to send the person, and the signed cookie that knows the way back. Raises ProviderTrouble."""
    provider = _provider(settings.oidc_issuer)
    tried = Try(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48), there)
    asked = {
        "response_type": "code",
        "client_id": settings.oidc_client_id,
        "redirect_uri": redirect_uri,
        "scope": _SCOPE,
        "state": tried.state,
        "nonce": tried.nonce,
        "code_challenge": create_s256_code_challenge(tried.verifier),
        "code_challenge_method": "S256",
    }
    return str(httpx.URL(provider.authorization).copy_merge_params(asked)), _signer(settings).dumps(asdict(tried))


def known_try(settings: Settings, cookie: str, state: str) -> Try | None:
    """The try that the cookie is of; None where it is over, forged, or the provider answers another one."""
    try:
        tried = Try(**_signer(settings).loads(cookie, max_age=LASTS))
    except (BadData, TypeError):
        return None
    return tried if secrets.compare_digest(tried.state.encode(), state.encode()) else None


def person_of(settings: Settings, code: str, tried: Try, redirect_uri: str) -> Person:
    """Who has signed in at the provider. Raises ProviderTrouble, NoRole."""
    provider = _provider(settings.oidc_issuer)
    tokens = _tokens(settings, provider, code, tried, redirect_uri)
    claims = _verified(settings, provider, tokens, tried)
    person = _person(settings, claims)
    if person is None and provider.userinfo and tokens.get("access_token"):
        person = _person(settings, {**claims, **_userinfo(provider, tokens["access_token"], claims["sub"])})
    if person is None:
        raise NoRole(_name(claims))
    return person


# ------------------------------------------------------------------------------------------- what the provider says


def _provider(issuer: str) -> Provider:
    return _known(issuer, int(time.monotonic() // _KNOWN_FOR))


@lru_cache(maxsize=4)
def _known(issuer: str, hour: int) -> Provider:
    said = _fetched(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    try:
        if said["issuer"].rstrip("/") != issuer.rstrip("/"):
            raise ProviderTrouble(f"issuer is {said['issuer']!r}, expected {issuer!r}")
        ways = said.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        return Provider(
            issuer=said["issuer"],
            authorization=said["authorization_endpoint"],
            token=said["token_endpoint"],
            userinfo=said.get("userinfo_endpoint", ""),
            keys=_fetched(said["jwks_uri"]),
            takes_basic="client_secret_basic" in ways,
        )
    except (KeyError, AttributeError, TypeError) as error:
        raise ProviderTrouble(f"metadata of {issuer}: {error}") from error


def _fetched(address: str, **headers: str) -> dict[str, Any]:
    try:
        answer = httpx.get(address, headers=headers, timeout=_SECONDS)
        answer.raise_for_status()
        said = answer.json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise ProviderTrouble(f"{address}: {error}") from error
    if not isinstance(said, dict):
        raise ProviderTrouble(f"{address}: no object")
    return said


def _tokens(settings: Settings, provider: Provider, code: str, tried: Try, redirect_uri: str) -> dict[str, Any]:
    """What the code is worth."""
    secret = _secret_of_client(settings)
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "code_verifier": tried.verifier,
        "client_id": settings.oidc_client_id,
    }
    basic = httpx.BasicAuth(settings.oidc_client_id, secret) if secret and provider.takes_basic else None
    if secret and basic is None:
        form["client_secret"] = secret
    try:
        answer = httpx.post(provider.token, data=form, auth=basic, timeout=_SECONDS)
        answer.raise_for_status()
        said = answer.json()
    except (httpx.HTTPError, ValueError) as error:
        raise ProviderTrouble(f"{provider.token}: {error}") from error
    if not isinstance(said, dict) or not isinstance(said.get("id_token"), str):
        raise ProviderTrouble(f"{provider.token}: no ID token")
    return said


def _verified(settings: Settings, provider: Provider, tokens: Mapping[str, Any], tried: Try) -> dict[str, Any]:
    """The claims of the ID token: signed by the provider, made by it, for us, for this very try, and not over."""
    try:
        keys = KeySet.import_key_set(dict(provider.keys))  # type: ignore[arg-type]
        token = jwt.decode(tokens["id_token"], keys, algorithms=_ALGORITHMS)
        claims = CodeIDToken(
            token.claims,
            token.header,
            options={
                "iss": {"essential": True, "value": provider.issuer},
                "aud": {"essential": True, "value": settings.oidc_client_id},
                "nonce": {"essential": True, "value": tried.nonce},
            },
            params={
                "nonce": tried.nonce,
                "client_id": settings.oidc_client_id,
                "access_token": tokens.get("access_token"),
            },
        )
        claims.validate(leeway=_LEEWAY)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        # The keys may have changed since: the next try fetches them anew.
        _known.cache_clear()
        raise ProviderTrouble(f"ID token: {error}") from error
    return dict(claims)


def _userinfo(provider: Provider, access_token: str, subject: str) -> dict[str, Any]:
    said = _fetched(provider.userinfo, authorization=f"Bearer {access_token}")
    # Somebody else's would be an attack (section 5.3.2).
    return said if said.get("sub") == subject else {}


# ---------------------------------------------------------------------------------------------- who that is for us


def roles_of(setting: str) -> list[tuple[str, str, Person]]:
    """`claim:value=role`, parted by commas -> claim, value, and a person of that role. Raises BadSetting."""
    found = []
    for entry in filter(None, (each.strip() for each in setting.split(","))):
        left, is_there, role = entry.rpartition("=")
        claim, has_value, value = left.rpartition(":")
        kind, _, code = role.strip().partition(":")
        is_commune = kind == "commune" and re.fullmatch("[0-9]{5}", code)
        if not is_there or not has_value or not (is_commune or (role.strip() in ROLES and kind != "commune")):
            raise BadSetting("OIDC_ROLES", entry, "setting_choice", allowed=f"claim:value=({', '.join(ROLES)}:CODE)")
        found.append((claim.strip(), value.strip(), Person("", kind, code or None)))
    return found


def _person(settings: Settings, claims: Mapping[str, Any]) -> Person | None:
    """The role of the first entry of the setting that fits."""
    for claim, value, role in roles_of(settings.oidc_roles):
        if value in _values(claims, claim):
            return Person(_name(claims), role.role, role.commune_code)
    return None


def _values(claims: Mapping[str, Any], name: str) -> list[str]:
    """What a claim says, as texts; `realm_access.roles` looks into an object."""
    said: Any = claims
    if name in claims:
        said = claims[name]
    else:
        for part in name.split("."):
            said = said.get(part) if isinstance(said, Mapping) else None
    listed = said if isinstance(said, list) else [said]
    return [str(each).lower() if isinstance(each, bool) else str(each) for each in listed if each is not None]


def _name(claims: Mapping[str, Any]) -> str:
    """What the person is called; an address that the provider has not confirmed might be anybody's."""
    email = claims.get("email") if claims.get("email_verified") is not False else None
    name = str(claims.get("preferred_username") or email or claims["sub"])
    return "".join(letter for letter in name if letter.isprintable())[:_LONGEST_NAME]


# --------------------------------------------------------------------------------------------------------- secrets


def _secret_of_client(settings: Settings) -> str:
    if not settings.oidc_client_secret_file:
        return ""
    try:
        return Path(settings.oidc_client_secret_file).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        # Whoever signs in is not to know where it lies, nor what is in it.
        raise ProviderTrouble(f"ADMISSIONS_OIDC_CLIENT_SECRET_FILE: {type(error).__name__}") from None


def _signer(settings: Settings) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(_own_secret(settings), salt="provider")


def _own_secret(settings: Settings) -> str:
    """What our cookies are signed with: made once, and nobody else on the machine reads it."""
    path = settings.portal / "secret"
    try:
        return path.read_text("ascii")
    except FileNotFoundError:
        settings.portal.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = path.with_name(f".secret-{secrets.token_hex(8)}")
    handle = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write(secrets.token_urlsafe(32))
    try:
        # Whole, or not at all; where two make one at the same time, the first one's stays.
        os.link(made, path)
    except FileExistsError:
        pass
    finally:
        made.unlink()
    return path.read_text("ascii")
