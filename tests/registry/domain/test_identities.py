"""Facts about a provider's word: what is asked of it, and every way in which it is not believed."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey

from registry.domain.errors import BadInputError
from registry.domain.identities import (
    Asked,
    Identity,
    Provider,
    ProviderError,
    UnknownKeyError,
    authorization_address,
    challenge_of,
    check_redirect,
    identity_of,
    provider_of,
    still_fresh,
)

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
ISSUER = "https://id.example"
KEY = RSAKey.generate_key(2048, parameters={"kid": "one"})
OTHER = RSAKey.generate_key(2048, parameters={"kid": "two"})
KEYS = KeySet.import_key_set(KeySet([KEY]).as_dict(private=False))
DOCUMENT: dict[str, Any] = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/authorize",
    "token_endpoint": f"{ISSUER}/token",
    "jwks_uri": f"{ISSUER}/keys",
    "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
}
PROVIDER: Provider = provider_of(DOCUMENT, issuer=ISSUER)
ASKED = Asked(client="cmr", nonce="n-1", since=NOW - timedelta(minutes=1))
FRESH = Asked(client="cmr", nonce="n-1", since=NOW - timedelta(minutes=1), fresh=True)
CLAIMS: dict[str, Any] = {
    "iss": ISSUER,
    "sub": "anna",
    "aud": "cmr",
    "exp": int((NOW + timedelta(minutes=5)).timestamp()),
    "iat": int(NOW.timestamp()),
    "nonce": "n-1",
}


def token(key: RSAKey = KEY, header: dict[str, Any] | None = None, **changes: Any) -> str:  # noqa: ANN401
    """Return an ID token; a change to None leaves the claim out."""
    claims = {name: said for name, said in (CLAIMS | changes).items() if said is not None}
    return jwt.encode(header or {"alg": "RS256", "kid": key.kid}, claims, key)


def read(text: str, *, asked: Asked = ASKED, keys: KeySet = KEYS) -> Identity:
    """Return whom a token names, at half past nine and with a minute of grace."""
    return identity_of(
        text, keys, provider=PROVIDER, asked=asked, now=NOW, skew=timedelta(seconds=60)
    )


class TestIdentityOf:
    """Believing an ID token."""

    def test_right_in_everything(self) -> None:
        """Subject and issuer are who it is; without auth_time nothing is said of when."""
        assert read(token()) == Identity(issuer=ISSUER, subject="anna", auth_time=None, acr=None)

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"iss": "https://elsewhere.example"}, "not of https://id.example"),
            ({"iss": None}, "not of https://id.example"),
            ({"aud": "another"}, "not for this registry"),
            ({"aud": None}, "not for this registry"),
            ({"aud": ["cmr", "another"]}, "another party"),
            ({"aud": ["cmr", "another"], "azp": "another"}, "another party"),
            ({"azp": "another"}, "another party"),
            ({"nonce": "n-2"}, "nonce"),
            ({"nonce": None}, "nonce"),
            ({"exp": int((NOW - timedelta(seconds=60)).timestamp())}, "expired"),
            ({"exp": None}, "lacks a time"),
            ({"exp": "tomorrow"}, "lacks a time"),
            ({"exp": True}, "lacks a time"),
            ({"exp": 1e300}, "no time"),
            ({"iat": int((NOW + timedelta(seconds=61)).timestamp())}, "of the future"),
            ({"iat": None}, "lacks a time"),
            ({"sub": None}, "names nobody"),
            ({"sub": ""}, "names nobody"),
            ({"sub": 7}, "names nobody"),
        ],
    )
    def test_wrong_in_one_claim(self, changes: dict[str, Any], sentence: str) -> None:
        """Each check of section 3.1.3.7 refuses by itself, and says which it was."""
        with pytest.raises(ProviderError, match=sentence):
            read(token(**changes))

    def test_clocks_may_differ_a_little(self) -> None:
        """Within the grace an expired token, or one of the near future, still counts."""
        graces: tuple[dict[str, Any], ...] = (
            {"exp": int((NOW - timedelta(seconds=59)).timestamp())},
            {"iat": int((NOW + timedelta(seconds=60)).timestamp())},
        )
        for changes in graces:
            assert read(token(**changes)).subject == "anna"

    def test_several_audiences_with_this_party(self) -> None:
        """A token for several is this registry's where it names it as the party."""
        assert read(token(aud=["another", "cmr"], azp="cmr")).subject == "anna"

    def test_key_that_is_not_at_hand(self) -> None:
        """It is told apart, so that the keys are fetched anew."""
        with pytest.raises(UnknownKeyError, match="unknown key"):
            read(token(OTHER))

    def test_signature_by_another_key_under_the_same_name(self) -> None:
        """The name of a key proves nothing."""
        with pytest.raises(ProviderError, match="does not hold"):
            read(token(OTHER, {"alg": "RS256", "kid": "one"}))

    def test_token_without_the_name_of_its_key(self) -> None:
        """Every key is tried; one that none signed is refused."""
        both = KeySet.import_key_set(KeySet([OTHER, KEY]).as_dict(private=False))
        assert read(token(header={"alg": "RS256"}), keys=both).subject == "anna"
        with pytest.raises(ProviderError, match="does not hold"):
            read(token(OTHER, {"alg": "RS256"}))

    def test_no_shared_key_and_no_key_at_all(self) -> None:
        """The provider offers "none" and HS256; neither is believed."""
        shared = OctKey.import_key("a secret of more than thirty-two bytes")
        forged = jwt.encode({"alg": "HS256"}, CLAIMS, shared)
        bare = "eyJhbGciOiJub25lIn0." + token().split(".")[1] + "."
        for text in (forged, bare, "", "a.b.c", "no token at all"):
            with pytest.raises(ProviderError, match="does not hold"):
                read(text)

    def test_changed_claims(self) -> None:
        """A token whose claims were changed after signing is refused."""
        head, _, mark = token().split(".")
        other = token(sub="berta").split(".")[1]
        with pytest.raises(ProviderError, match="does not hold"):
            read(f"{head}.{other}.{mark}")


class TestFresh:
    """A login in which the person must show anew who they are."""

    def test_time_of_authentication_is_given_back(self) -> None:
        """It is what the signature names."""
        at = NOW - timedelta(seconds=10)
        assert read(token(auth_time=int(at.timestamp())), asked=FRESH).auth_time == at

    @pytest.mark.parametrize(
        ("at", "sentence"),
        [
            (None, "does not say when"),
            (NOW - timedelta(minutes=2, seconds=1), "did not sign in anew"),
            (NOW + timedelta(seconds=61), "did not sign in anew"),
        ],
    )
    def test_older_login_does_not_count(self, at: datetime | None, sentence: str) -> None:
        """A session of the provider, or none that it tells of, proves nothing now."""
        said = None if at is None else int(at.timestamp())
        with pytest.raises(ProviderError, match=sentence):
            read(token(auth_time=said), asked=FRESH)

    def test_two_minutes(self) -> None:
        """Afterwards one must show it again."""
        assert still_fresh(NOW - timedelta(seconds=120), now=NOW)
        assert not still_fresh(NOW - timedelta(seconds=121), now=NOW)

    def test_strength_that_is_asked_for(self) -> None:
        """Where a strength is set, a weaker login is refused."""
        asked = Asked(client="cmr", nonce="n-1", since=NOW, acr="phrh")
        assert read(token(acr="phrh"), asked=asked).acr == "phrh"
        with pytest.raises(ProviderError, match="“phrh” is asked for"):
            read(token(acr="pwd"), asked=asked)


class TestProviderOf:
    """Discovery documents."""

    def test_only_public_keys_are_accepted(self) -> None:
        """What the provider offers besides is left out."""
        assert PROVIDER.algorithms == ("RS256",)

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"issuer": "https://elsewhere.example"}, "not of https://id.example"),
            ({"token_endpoint": "http://id.example/token"}, "token_endpoint must be an https"),
            ({"jwks_uri": "file:///etc/passwd"}, "jwks_uri must be an https"),
            ({"authorization_endpoint": None}, "authorization_endpoint must be"),
            ({"id_token_signing_alg_values_supported": ["HS256"]}, "none is accepted"),
        ],
    )
    def test_unfit_document(self, changes: dict[str, Any], sentence: str) -> None:
        """It is refused before anybody is sent there."""
        with pytest.raises(ProviderError, match=sentence):
            provider_of(DOCUMENT | changes, issuer=ISSUER)


class TestAddress:
    """Where a person is sent, and sent back to."""

    def test_challenge_of_the_standard(self) -> None:
        """RFC 7636, appendix B."""
        verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
        assert challenge_of(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

    def query(self, asked: Asked) -> dict[str, list[str]]:
        """Return what a person is sent to the provider with."""
        back = "http://127.0.0.1:1/callback"
        address = authorization_address(
            PROVIDER, asked, redirect_uri=back, state="s", verifier="v" * 43
        )
        return parse_qs(urlsplit(address).query)

    def test_verifier_stays_here(self) -> None:
        """Only its challenge travels through the browser."""
        query = self.query(ASKED)
        assert query["code_challenge"] == [challenge_of("v" * 43)]
        assert "v" * 43 not in str(query)
        assert "prompt" not in query

    def test_fresh_login_asks_for_one(self) -> None:
        """No session of the provider will do."""
        query = self.query(FRESH)
        assert (query["prompt"], query["max_age"]) == (["login"], ["0"])

    @pytest.mark.parametrize(
        "address",
        [
            "http://127.0.0.1:4711/callback",
            "http://[::1]:4711/x",
            "https://r.example/login/callback",
        ],
    )
    def test_own_page_and_own_machine(self, address: str) -> None:
        """The registry's page and a loopback address are accepted."""
        check_redirect(address, public_url="https://r.example/")

    @pytest.mark.parametrize(
        "address",
        [
            "https://r.example/elsewhere",
            "https://evil.example/login/callback",
            "http://localhost:4711/callback",
            "http://127.0.0.1.evil.example/callback",
            "http://127.0.0.1:4711@evil.example/callback",
            "http://me@127.0.0.1:4711/callback",
            "http://127.0.0.1:4711/callback?next=x",
            "https://127.0.0.1:4711/callback",
            "",
        ],
    )
    def test_elsewhere(self, address: str) -> None:
        """Nobody is sent back to anywhere else."""
        with pytest.raises(BadInputError, match="redirect_uri"):
            check_redirect(address, public_url="https://r.example")
