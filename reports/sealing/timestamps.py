"""Timestamps: asking a timestamp server (RFC 3161) to vouch for the time of a signature."""

from asyncio import to_thread
from typing import Final

import httpx
from asn1crypto import tsp
from pyhanko.sign.timestamps import TimeStamper

from reports.errors import SealAwayError

_SECONDS: Final = 15.0


class TimestampServer(TimeStamper):
    """A timestamp server at an address."""

    def __init__(self, address: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._address = address

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Return what the server answers.

        Raises
        ------
        SealAwayError
            When it cannot be reached, or answers with anything but a timestamp.
        """
        return await to_thread(self._ask, req.dump())

    def _ask(self, question: bytes) -> tsp.TimeStampResp:
        headers = {
            "Content-Type": "application/timestamp-query",
            "Accept": "application/timestamp-reply",
        }
        try:
            answer = httpx.post(
                self._address, content=question, headers=headers, timeout=_SECONDS
            ).raise_for_status()
        except httpx.HTTPStatusError as error:
            status = error.response.status_code
            raise SealAwayError(
                f"The timestamp server {self._address} answered {status} instead of a timestamp."
            ) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise SealAwayError(
                f"The timestamp server {self._address} cannot be reached: "
                f"{str(error) or type(error).__name__}."
            ) from error
        try:
            found = tsp.TimeStampResp.load(answer.content)
            status = found["status"]["status"].native
        except (ValueError, TypeError) as error:
            raise SealAwayError(
                f"The timestamp server {self._address} did not answer with a timestamp."
            ) from error
        if status not in {"granted", "granted_with_mods"}:
            raise SealAwayError(f"The timestamp server {self._address} refused: {status}.")
        return found
