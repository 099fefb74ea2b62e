"""How many jobs start in each minute, counted over masks of minutes."""

from __future__ import annotations

from .minute_mask import marked_minutes


class MinuteCounts:
    """A counter for every minute; adding a mask counts all of its minutes at once.

    The counters are kept in binary, and bit ``n`` of all of them in one number: the work is a few
    operations on whole numbers a mask, whether its schedule fires once a week or every minute.
    """

    def __init__(self, minutes: int) -> None:
        self._minutes = minutes
        self._planes: list[int] = []

    def add(self, mask: int, times: int = 1) -> None:
        """Count each minute of `mask` so many `times` more."""
        for plane in range(times.bit_length()):
            if times >> plane & 1:
                self._add_at(plane, mask)

    def _add_at(self, plane: int, carry: int) -> None:
        while carry:
            self._planes += [0] * (plane + 1 - len(self._planes))
            self._planes[plane], carry = self._planes[plane] ^ carry, self._planes[plane] & carry
            plane += 1

    def listed(self) -> list[int]:
        """Return the count of each minute."""
        counts = [0] * self._minutes
        for plane, bits in enumerate(self._planes):
            for place in marked_minutes(bits):
                counts[place] += 1 << plane
        return counts
