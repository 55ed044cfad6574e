"""A person's own request file for a walkthrough: the shape that the sandbox takes from it, or why it cannot."""

from __future__ import annotations

from core.network.saved import Saved
from core.request.facts import CLOUD_NAMES
from core.request.model import ConnectionType, Platform, Problem
from core.request.offer import Offer
from core.request.read import Reading, check_reading
from core.request.rules import request_of
from core.walkthrough.shape import Shape, shape_of
from tui.received import read_received


def shape_at(path: str, offer: Offer, cloud: Platform, kind: ConnectionType) -> Shape | str:
    """The shape of the request in a file, to be played on a cloud with a connection type; else what is wrong, in
    words. Reads the disk.
    """
    found = read_received((path,))
    if len(found) != 1:
        return "That is a folder: name one request file."
    content = found[0].content
    if isinstance(content, Problem):
        return f"{content.message}. {content.remedy}"
    if not isinstance(content, Reading):
        return (
            f"That is {'an inventory' if isinstance(content, Saved) else 'a history'}: name a request file."
        )
    errors = [one for one in check_reading(content, offer) if one.severity == "error"]
    if errors:
        more = f" And {len(errors) - 1} more: privatelink check tells all." if len(errors) > 1 else ""
        return f"{errors[0].field}: {errors[0].message}.{more}"
    request = request_of(content.draft, offer)
    if (request.platform, request.type) != (cloud, kind):
        return f"It is for {CLOUD_NAMES[request.platform]}, {request.type}: choose such a walkthrough above."
    return shape_of(request)
