"""What both of the sandbox's response classes do, and how they look into moto's accounts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

from botocore.model import OperationNotFoundError
from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, BaseResponse
from moto.ec2.exceptions import DryRunClientError
from moto.ec2.models import ec2_backends
from moto.elbv2.models import elbv2_backends

from providers.sandbox import moto_iam
from providers.sandbox.ground import Ground

DRY_RUN_STATUS = 412
INVALID_ACTION = "InvalidAction"
INTERNAL_ERROR = "InternalError"
ACCESS_DENIED = "AccessDenied"
UNAUTHORIZED = "UnauthorizedOperation"
DENIALS = (ACCESS_DENIED, UNAUTHORIZED)
FORBIDDEN = 403
COMMON_ERRORS = (INVALID_ACTION, INTERNAL_ERROR, ACCESS_DENIED, UNAUTHORIZED)
"""Errors of every service, which moto takes for unknown ones and warns of."""


class Refused(ServiceException):
    """An answer with an error: the API's code and words."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)


class Strict(BaseResponse):
    """One request at a time, an error that a client understands for everything that is not there."""

    ground: ClassVar[Ground]
    dry_run: ClassVar[bool] = False
    denial: ClassVar[str] = ACCESS_DENIED

    def _dispatch(self, request: Any, full_url: str | None = None, headers: Any = None) -> Any:
        with self.ground.lock:
            try:
                return super()._dispatch(request, full_url, headers)
            except DryRunClientError as refusal:
                _, answered, body = self.serialized(ActionResult(refusal))
                return DRY_RUN_STATUS, answered, body
            except ServiceException as refusal:
                status, answered, body = self.serialized(ActionResult(refusal))
                return (FORBIDDEN if refusal.code in DENIALS else status), answered, body
            except (OperationNotFoundError, NotImplementedError) as lacking:
                name = self._get_action()
                words = f"The action {name} is not valid for this web service. ({lacking})"
                return self.serialized(ActionResult(Refused(INVALID_ACTION, words)))
            except Exception as fault:  # noqa: BLE001 - a fault of moto's is told as AWS tells its own
                words = f"{type(fault).__name__}: {fault}"
                _, answered, body = self.serialized(ActionResult(Refused(INTERNAL_ERROR, words)))
                return 500, answered, body

    def _authenticate_and_authorize_normal_action(self, resource: str = "*") -> None:
        if not moto_iam.enforced():
            super()._authenticate_and_authorize_normal_action(resource)
        elif why := moto_iam.refusal(self, self._service_owner()):
            raise Refused(self.denial, why)
        if self.dry_run and self._get_bool_param("DryRun", False):
            raise DryRunClientError

    def _service_owner(self) -> str:
        """The account of the endpoint service that the request wants a connection to, if there is one."""
        name = self._get_param("ServiceName", "") or ""
        return next((owner for owner, one in services(self.region) if one.service_name == name), "")


def ec2_of(account: str, region: str) -> Any:
    """The EC2 of one account and region."""
    return ec2_backends[account][region]


def elbv2_of(account: str, region: str) -> Any:
    """The load balancers of one account and region."""
    return elbv2_backends[account][region]


def accounts() -> tuple[str, ...]:
    """The accounts that anything was ever asked of."""
    return tuple(ec2_backends)


def services(region: str) -> Iterator[tuple[str, Any]]:
    """Every account's endpoint service configurations, each with its owner."""
    for account in accounts():
        for service in list(ec2_of(account, region).configurations.values()):
            yield account, service


def endpoints(region: str) -> Iterator[tuple[str, Any]]:
    """Every account's endpoints, each with its owner."""
    for account in accounts():
        for endpoint in list(ec2_of(account, region).vpc_end_points.values()):
            yield account, endpoint


def balancers_of(owner: str, service: Any, region: str) -> list[Any]:
    """The network load balancers behind an endpoint service."""
    known = elbv2_of(owner, region).load_balancers
    return [known[arn] for arn in service.network_load_balancer_arns if arn in known]


def zone_ids_of(owner: str, service: Any, region: str) -> tuple[str, ...]:
    """The zones of an endpoint service by id: those of its load balancers."""
    found = balancers_of(owner, service, region)
    return tuple(sorted({subnet.availability_zone_id for balancer in found for subnet in balancer.subnets}))


def tags_of(resource: Any) -> dict[str, str]:
    """The tags of an EC2 resource of moto's."""
    return {tag["key"]: tag["value"] for tag in resource.get_tags()}


def wire_tags(resource: Any) -> list[dict[str, str]]:
    """The tags as an answer spells them."""
    return [{"Key": key, "Value": value} for key, value in tags_of(resource).items()]


def settle(endpoint: Any, ground: Ground) -> None:
    """Let an endpoint that was accepted long enough ago become available."""
    if endpoint.state == "pending" and ground.lasted(endpoint.id, ground.timing.acceptance):
        endpoint.state = "available"


def balancer_state(balancer: Any, ground: Ground) -> str:
    """``provisioning`` or ``active``, by the clock."""
    waits = not ground.lasted(balancer.arn, ground.timing.provisioning)
    return "provisioning" if waits else "active"


def check_filters(filters: Sequence[Mapping[str, Any]], known: Iterable[str]) -> None:
    """Raises :class:`Refused` ``InvalidParameterValue`` for a filter that the action has not."""
    names = {*known, "tag-key"}
    for wanted in filters:
        name = str(wanted.get("Name"))
        if name not in names and not name.startswith("tag:"):
            raise Refused("InvalidParameterValue", f"The filter '{name}' is invalid")


def passes(
    filters: Sequence[Mapping[str, Any]], values: Mapping[str, object], tags: Mapping[str, str]
) -> bool:
    """Whether a resource passes an API call's filters: every filter by one of its values.

    Values may hold ``*`` and ``?``. The filters are checked before.
    """
    for wanted in filters:
        name = str(wanted["Name"])
        if name.startswith("tag:"):
            held = [tags[name[4:]]] if name[4:] in tags else []
        elif name == "tag-key":
            held = list(tags)
        else:
            value = values[name]
            held = [str(item) for item in value] if isinstance(value, list | tuple) else [str(value)]
        if not any(_like(str(pattern), item) for pattern in wanted.get("Values", []) for item in held):
            return False
    return True


def _like(pattern: str, text: str) -> bool:
    expression = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    # The state names' first letter differs between botocore's model and the wire.
    return re.fullmatch(expression, text, re.IGNORECASE | re.DOTALL) is not None


def unsuccessful(resource_id: str, code: str, message: str) -> dict[str, Any]:
    """One resource of a call that did not succeed for all, as the answer lists it."""
    return {"ResourceId": resource_id, "Error": {"Code": code, "Message": message}}
