"""Facts about where notices may go, and how a receiver checks them."""

import base64
from ipaddress import ip_address, ip_network

import pytest

from registry.domain.errors import BadInputError, RuleBrokenError
from registry.domain.notices import UndeliveredError, check_url, require_allowed, signature
from registry.domain.notices.webhooks import Network, is_allowed, secret_of, secret_text

HOSPITAL: tuple[Network, ...] = (ip_network("10.20.0.0/16"), ip_network("fd12::/16"))


class TestCheckUrl:
    """Check url."""

    @pytest.mark.parametrize(
        ("url", "found"),
        [
            ("https://hooks.example.org/cmr", ("hooks.example.org", 443)),
            ("https://hooks.example.org:8443/", ("hooks.example.org", 8443)),
            ("http://localhost:9000/", ("localhost", 9000)),
            ("http://127.0.0.1/x", ("127.0.0.1", 80)),
            ("https://[2001:db8::1]/x", ("2001:db8::1", 443)),
        ],
    )
    def test_sound(self, url: str, found: tuple[str, int]) -> None:
        """Encrypted anywhere; in the clear to this machine only."""
        assert check_url(url) == found

    @pytest.mark.parametrize(
        "url",
        [
            "",
            "hooks.example.org",
            "http://hooks.example.org/",
            "http://localhost.example.org/",
            "ftp://hooks.example.org/",
            "file:///etc/passwd",
            "https://",
            "https://user@hooks.example.org/",
            "https://user:secret@hooks.example.org/",
            "https://hooks.example.org/#part",
            "https://hooks.example.org:notaport/",
            "https://hooks.example.org/a b",
            "https://hooks.example.org/\r\nX: y",
            "https://hooks.example.org/" + "x" * 500,
        ],
    )
    def test_refused(self, url: str) -> None:
        """Anything else, with the field named."""
        with pytest.raises(BadInputError) as refused:
            check_url(url)
        assert refused.value.field == "url"


class TestIsAllowed:
    """Is allowed."""

    @pytest.mark.parametrize(
        "address",
        [
            "127.0.0.1",
            "::1",
            "0.0.0.0",  # noqa: S104 -- refused is what it is here for
            "10.0.0.1",
            "172.16.3.4",
            "192.168.1.1",
            "100.64.0.1",
            "169.254.169.254",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "fe80::1",
            "fd00::1",
            "ff02::1",
            "::ffff:10.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::a00:1",
            "2002:a00:1::1",
            "2001:db8::1",
        ],
    )
    def test_not_public(self, address: str) -> None:
        """Private, local, shared, multicast, reserved, and those in the clothes of IPv6."""
        assert not is_allowed(ip_address(address), ())

    @pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07::1"])
    def test_public(self, address: str) -> None:
        """What everybody can reach."""
        assert is_allowed(ip_address(address), ())

    def test_hospital_network(self) -> None:
        """The setting opens the networks it names, and no neighbour of theirs."""
        assert is_allowed(ip_address("10.20.3.4"), HOSPITAL)
        assert is_allowed(ip_address("fd12::1"), HOSPITAL)
        assert is_allowed(ip_address("::ffff:10.20.3.4"), HOSPITAL)
        assert not is_allowed(ip_address("10.21.0.1"), HOSPITAL)
        assert not is_allowed(ip_address("169.254.169.254"), HOSPITAL)


class TestRequireAllowed:
    """Require allowed."""

    def test_first_address_is_used(self) -> None:
        """The one that was looked at is the one that is spoken to."""
        found = ["93.184.215.14", "93.184.215.15"]
        assert require_allowed(found, host="h", allowed=()) == "93.184.215.14"

    def test_one_private_refuses_all(self) -> None:
        """A name that also leads inside is not trusted for the rest."""
        with pytest.raises(RuleBrokenError, match=r"h leads to 10\.0\.0\.1, .*CMR_WEBHOOK_NET"):
            require_allowed(["93.184.215.14", "10.0.0.1"], host="h", allowed=())
        with pytest.raises(RuleBrokenError, match=r"^10\.0\.0\.1 is not a public address"):
            require_allowed(["10.0.0.1"], host="10.0.0.1", allowed=())

    def test_nothing_found(self) -> None:
        """A name that leads nowhere may lead somewhere later."""
        with pytest.raises(UndeliveredError):
            require_allowed([], host="h", allowed=())

    def test_zone_of_a_link(self) -> None:
        """A link-local address with its zone is one."""
        with pytest.raises(RuleBrokenError):
            require_allowed(["fe80::1%eth0"], host="h", allowed=())


class TestSignature:
    """Signature."""

    def test_reference_vector(self) -> None:
        """The vector published with Standard Webhooks."""
        secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
        made = signature(
            [secret],
            id="msg_p5jXN8AQM9LWM0D4loKWxJek",
            timestamp=1614265330,
            body=b'{"test": 2432232314}',
        )
        assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="

    def test_two_secrets(self) -> None:
        """After a rotation both sign, the new one first."""
        both = signature([b"new", b"old"], id="i", timestamp=1, body=b"{}")
        assert both.split(" ") == [
            signature([one], id="i", timestamp=1, body=b"{}") for one in (b"new", b"old")
        ]


class TestSecretOf:
    """Secret of."""

    def test_each_its_own(self) -> None:
        """Another webhook, generation or registry has another secret of 32 bytes."""
        secrets = {
            secret_of(b"k", "a", 1), secret_of(b"k", "a", 2), secret_of(b"k", "b", 1),
            secret_of(b"l", "a", 1),
        }  # fmt: skip
        assert len(secrets) == 4
        assert {len(one) for one in secrets} == {32}
        assert secret_text(b"\x00" * 32) == "whsec_" + "A" * 43 + "="
