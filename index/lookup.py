"""Looking ids up among sorted ones."""

import numpy as np
from numpy.typing import NDArray

from index.protocols import Ids


def places_in(known: Ids, ids: Ids) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return each id's place (n,) in `known`, which is sorted, and whether (n,) it is there at all.

    The place of one that is not there means nothing.

    >>> places, present = places_in(np.array([2, 5, 9]), np.array([9, 3, 10]))
    >>> present.tolist(), places[present].tolist()
    ([True, False, False], [2])
    """
    if not len(known):
        return np.zeros(len(ids), dtype=np.int64), np.zeros(len(ids), dtype=bool)
    places = np.searchsorted(known, ids)
    places[places == len(known)] = 0
    return places, known[places] == ids
