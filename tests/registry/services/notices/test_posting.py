"""Posting to real servers on this machine: what arrives, and all that may go wrong."""

import socket
from ipaddress import ip_network

import pytest

from registry.domain.errors import BadInputError, RuleBrokenError
from registry.domain.notices import UndeliveredError
from registry.domain.notices.webhooks import Network
from registry.services.notices.posting import GoneError, post
from tests.factories.receivers import LOOPBACK, receiving, trickling

HERE: tuple[Network, ...] = (ip_network("127.0.0.0/8"),)


class TestPost:
    """Post."""

    def test_arrives(self) -> None:
        """The body and the headers as they were given, once."""
        with receiving() as receiver:
            status = post(receiver.url, b'{"a":1}', {"webhook-id": "i"}, allowed=HERE)
        (got,) = receiver.posted
        assert (status, got.path, got.body) == (204, "/cmr", b'{"a":1}')
        assert got.headers["webhook-id"] == "i"

    def test_private_address(self) -> None:
        """Nothing is sent to this machine unless its network is allowed."""
        with receiving() as receiver, pytest.raises(RuleBrokenError, match="not a public"):
            post(receiver.url, b"{}", {}, allowed=())
        assert receiver.posted == []

    def test_unsound_address(self) -> None:
        """An address that slipped into the database is checked again."""
        with pytest.raises(BadInputError):
            post("http://hooks.example.org/", b"{}", {}, allowed=HERE)

    @pytest.mark.parametrize("status", [400, 404, 429, 500, 503])
    def test_refused_for_now(self, status: int) -> None:
        """An answer that is no success is told, and tried again by whoever asked."""
        with receiving() as receiver:
            receiver.status = status
            with pytest.raises(UndeliveredError, match=f"{LOOPBACK} answered {status}"):
                post(receiver.url, b"{}", {}, allowed=HERE)

    def test_gone(self) -> None:
        """A receiver that wants no more says so with 410."""
        with receiving() as receiver:
            receiver.status = 410
            with pytest.raises(GoneError):
                post(receiver.url, b"{}", {}, allowed=HERE)

    def test_redirect(self) -> None:
        """A redirect is not followed: it could lead anywhere."""
        with receiving() as receiver, receiving() as other:
            receiver.status, receiver.headers = 307, {"location": other.url}
            with pytest.raises(UndeliveredError, match="redirects are not followed"):
                post(receiver.url, b"{}", {}, allowed=HERE)
        assert other.posted == []

    def test_nobody_listens(self) -> None:
        """A closed port is told as what it is."""
        with socket.create_server((LOOPBACK, 0)) as free:
            port = free.getsockname()[1]
        with pytest.raises(UndeliveredError, match="could not be reached"):
            post(f"http://{LOOPBACK}:{port}/", b"{}", {}, allowed=HERE)

    def test_silence(self) -> None:
        """A server that accepts and says nothing is left after the deadline."""
        with socket.create_server((LOOPBACK, 0)) as silent:
            port = silent.getsockname()[1]
            with pytest.raises(UndeliveredError, match=r"within 0\.2 seconds"):
                post(f"http://{LOOPBACK}:{port}/", b"{}", {}, allowed=HERE, seconds=0.2)

    def test_trickle(self) -> None:
        """A byte now and then does not prolong the deadline, which is for the whole."""
        with (
            trickling(every=0.05) as port,
            pytest.raises(UndeliveredError, match=r"within 0\.3 seconds"),
        ):
            post(f"http://{LOOPBACK}:{port}/", b"{}", {}, allowed=HERE, seconds=0.3)

    def test_not_http(self) -> None:
        """A server of another kind is told as such, and is no crash."""
        with socket.create_server((LOOPBACK, 0)) as other:
            port = other.getsockname()[1]
            with pytest.raises(UndeliveredError, match=r"could not be reached|did not answer"):
                post(f"https://{LOOPBACK}:{port}/", b"{}", {}, allowed=HERE, seconds=0.2)

    def test_proxy_of_the_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A proxy would look the name up anew; none is asked."""
        with receiving() as receiver, receiving() as proxy:
            for name in ("http_proxy", "https_proxy", "all_proxy"):
                monkeypatch.setenv(name, proxy.url)
            post(receiver.url, b"{}", {}, allowed=HERE)
        assert (len(receiver.posted), proxy.posted) == (1, [])

    def test_name_is_looked_up_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A name that leads elsewhere at the second look cannot move the connection."""
        looks: list[str] = []
        real = socket.getaddrinfo

        def turning(host: str, port: int, *args: object, **more: object) -> object:
            """Answer this machine at the first look, and a forbidden one ever after."""
            looks.append(host)
            target = LOOPBACK if host == LOOPBACK or len(looks) == 1 else "169.254.169.254"
            return real(target, port, *args, **more)  # type: ignore[arg-type]

        monkeypatch.setattr("socket.getaddrinfo", turning)
        with receiving() as receiver:
            url = receiver.url.replace(LOOPBACK, "localhost")
            assert post(url, b"{}", {}, allowed=HERE) == 204
        (got,) = receiver.posted
        assert got.headers["host"].startswith("localhost")
        assert looks.count("localhost") == 1
