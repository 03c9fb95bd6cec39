"""What the sandbox sends back, and how it gets onto the wire."""

from enum import Enum, auto

import msgspec
from attrs import frozen

Headers = tuple[tuple[str, str], ...]

JSON = ("content-type", "application/json")


class Delivery(Enum):
    """How an answer leaves; all but the first are faults, and end the connection."""

    WHOLE = auto()
    CUT_OFF = auto()
    CUT_OFF_IN_CHUNKS = auto()
    CLOSE = auto()
    RESET = auto()
    RESET_AFTER_HEADERS = auto()
    STALL = auto()
    STALL_IN_BODY = auto()
    TRICKLE = auto()

    @property
    def is_silent(self) -> bool:
        """Whether the client never learns the status."""
        return self in {Delivery.CLOSE, Delivery.RESET, Delivery.STALL}


@frozen
class Answer:
    """An HTTP answer."""

    status: int
    body: bytes
    headers: Headers = (JSON,)
    delivery: Delivery = Delivery.WHOLE
    is_twilios: bool = True
    """Whether it carries Twilio's headers; a gateway's answer does not."""


def error(status: int, code: int, message: str, *headers: tuple[str, str]) -> Answer:
    """Answer with an error in Twilio's legacy form."""
    more_info = f"https://www.twilio.com/docs/errors/{code}"
    body = {"code": code, "message": message, "more_info": more_info, "status": status}
    return Answer(status, msgspec.json.encode(body), (JSON, *headers))
