"""What is sent again, and when."""

import random
from dataclasses import dataclass

import httpx

_AGAIN = frozenset({429, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Retrying:
    """How often, and how patiently.

    Attributes:
        attempts: how often a request is sent at most.
        base: seconds before it is sent the second time, doubled each time, give or take half.
        longest: seconds that are waited at most, also where the server asks for more.
    """

    attempts: int = 5
    base: float = 0.25
    longest: float = 30.0

    def delay(self, attempt: int, outcome: httpx.Response | httpx.TransportError) -> float | None:
        """Return the seconds after which a request is sent again, None where it is not.

        Args:
            attempt: how often it was sent, from 1.
            outcome: the answer, or why there is none.
        """
        if attempt >= self.attempts:
            return None
        if isinstance(outcome, httpx.TransportError):
            return self._usual(attempt)
        if outcome.status_code not in _AGAIN:
            return None
        return min(self.longest, _retry_after(outcome) or self._usual(attempt))

    def _usual(self, attempt: int) -> float:
        doubled = self.base * 2.0 ** (attempt - 1)
        return min(self.longest, doubled * random.uniform(0.5, 1.5))


def _retry_after(response: httpx.Response) -> float | None:
    """Return the seconds that the server asks to wait, None where it does not say."""
    value = response.headers.get("retry-after", "")
    return float(value) if value.isascii() and value.isdigit() else None
