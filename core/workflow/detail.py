"""Whom an endpoint service lets in, as the words of a fact, and those words read back."""

from __future__ import annotations

from core.network.model import EndpointService

_ASKS, _OPEN = "acceptance required", "acceptance off"
UNREAD, _NOBODY = "principals not read", "allows nobody"


def service_detail(service: EndpointService) -> str:
    """An endpoint service's acceptance and principals in words, for :func:`read_service_detail`."""
    allows = f"allows {', '.join(service.principals)}" if service.principals else _NOBODY
    if service.principals is None:
        allows = UNREAD
    asks = service.acceptance_required and not service.auto_approval
    return f"{_ASKS if asks else _OPEN}; {allows}"


def read_service_detail(detail: str) -> tuple[bool | None, tuple[str, ...] | None]:
    """Whether acceptance is required, and the principals, as :func:`service_detail` wrote them.

    None for what it does not say. Principals are ARNs or ids, which hold no blank.
    """
    acceptance, _, allows = detail.partition("; ")
    required = {_ASKS: True, _OPEN: False}.get(acceptance)
    if required is None or allows == UNREAD:
        return required, None
    if allows == _NOBODY:
        return required, ()
    return required, tuple(allows.removeprefix("allows ").split(", "))
