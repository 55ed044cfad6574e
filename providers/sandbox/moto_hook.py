"""What the sandbox adds to moto, from outside, and where moto differs from AWS.

moto 5.2.5 answers most of EC2, ELB and STS. Two response classes take the place of moto's own in its URL
tables before the server starts (:func:`install`), and give them back afterwards. What moto does → what AWS
does, and therefore the sandbox, with the API's own error codes:

any action that moto lacks
    500 with HTML → 400 ``InvalidAction``
any EC2 action with ``DryRun``
    does it → 412 ``DryRunOperation``, nothing done
Describe-, Accept-, RejectVpcEndpointConnections
    lacking → there; failures (``InvalidVpcEndpointId.NotFound``, ``InvalidState``) come in ``Unsuccessful``
DescribeVpcEndpointServices
    the own account's services → the owner's and the allowed accounts', zones by the caller's names, and a
    few of AWS's own; else 400 ``InvalidServiceName``
CreateVpcEndpoint to a ``vpce-svc`` service
    ``available`` at once, any name, any zone, addresses from nowhere → ``InvalidServiceName`` where the
    service does not show itself; ``InvalidParameter`` for a subnet in a zone (by id) that it has not, for
    private DNS that it has not, for another endpoint type; ``DuplicateSubnetsInSameZone``;
    ``InvalidGroup.NotFound``; then ``pendingAcceptance`` where acceptance is required
ModifyVpcEndpoint
    ids only → the same checks, and the interfaces and names follow
DescribeVpcEndpoints
    few filters, deleted ones stay → the API's filters, deleted ones go
DeleteVpcEndpoints
    silent about unknown ones → ``InvalidVpcEndpoint.NotFound`` in ``Unsuccessful``
CreateVpcEndpointServiceConfiguration
    any load balancer → network load balancers only (``InvalidParameter``)
DescribeVpcEndpointServiceConfigurations
    no filters → the API's filters
DeleteVpcEndpointServiceConfigurations
    always → ``ExistingVpcEndpointConnections`` in ``Unsuccessful`` while endpoints live
ModifyVpcEndpointServicePermissions
    any text → ``InvalidPrincipal``
CreateSubnet, DescribeAvailabilityZones
    zone names alike in all accounts → names differ between accounts, ids do not
CreateLoadBalancer
    twice the same name makes two, ARN ``loadbalancer/app/…`` → same name and settings: the same one, else
    ``DuplicateLoadBalancerName``; ARN ``loadbalancer/net/…`` for a network load balancer
CreateListener, CreateTargetGroup
    two listeners on a port; a second group always refused → same settings: the same one, else
    ``DuplicateListener``, ``DuplicateTargetGroupName``
DescribeLoadBalancers
    ``active`` at the first look → ``provisioning`` for a while
DeleteLoadBalancer
    always → ``ResourceInUse`` while an endpoint service stands on it
DescribeTargetHealth
    always ``healthy`` → ``initial``, then as the target answers; ``unused`` without a listener
DescribeTargetGroups
    load balancers that once used the group → those that do
CreateLoadBalancer, CreateTargetGroup
    no interfaces, few attributes → a network load balancer has an interface in each subnet, and it and its
    target groups have the attributes that AWS gives them
ListServiceQuotas
    lacking → there; the defaults hold

SendCommand, GetCommandInvocation (Systems Manager)
    run nothing → the probes of a script are tried from the customer's side; ``InvalidInstanceId`` for a machine
    that is not running, ``InvocationDoesNotExist`` for a moment

DescribeImages
    in each account and region about 1,300 → none: a machine takes any image here, and making them was most of the
    time of a start

any action, where permissions are checked (``/moto-api/reset-auth``)
    the action alone, conditions refuse → each resource with its tags and the request's, see :mod:`.moto_iam`

Left as in moto: ``ClientToken`` is ignored (AWS answers a repeated token with the first answer), nearly
nothing is paginated, quotas are not enforced, and CloudFormation knows no endpoint service.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import moto.backends
import moto.cloudwatch.urls
import moto.core.responses
import moto.elb.urls
import moto.elbv2.urls
import moto.servicequotas.urls
import moto.settings
import moto.ssm.urls
from moto.backends import list_of_moto_modules
from moto.core.errors import COMMON_ERROR_CODES
from moto.core.utils import method_names_from_class
from moto.ec2 import urls as ec2_urls
from moto.ec2.models import ec2_backends
from moto.elb.models import elb_backends
from moto.elbv2.models import elbv2_backends
from moto.iam.models import iam_backends
from moto.sts.models import sts_backends

from providers.sandbox.ground import Ground
from providers.sandbox.moto_base import COMMON_ERRORS
from providers.sandbox.moto_ec2 import SandboxEC2
from providers.sandbox.moto_elb import SandboxELB
from providers.sandbox.moto_quotas import SandboxMetrics, SandboxQuotas
from providers.sandbox.moto_systems import SandboxSystems

EC2_PATH = "{0}/"
ELB_PATH = "{0}/$"
ELBV2_API_VERSION = "2015-12-01"
SESSION_SECONDS = 12 * 3600


@contextmanager
def install(ground: Ground) -> Iterator[None]:
    """Put the sandbox's answers in moto's place while the context lasts, on empty accounts.

    moto keeps its accounts for the whole process, so there can be one sandbox a process at a time.
    """
    ec2: type[SandboxEC2] = type("EC2Response", (SandboxEC2,), {"ground": ground})
    elbv2: type[SandboxELB] = type("ELBV2Response", (SandboxELB,), {"ground": ground})
    quotas: type[SandboxQuotas] = type("ServiceQuotasResponse", (SandboxQuotas,), {"ground": ground})
    metrics: type[SandboxMetrics] = type("CloudWatchResponse", (SandboxMetrics,), {"ground": ground})
    systems: type[SandboxSystems] = type("SimpleSystemManagerResponse", (SandboxSystems,), {"ground": ground})
    classic: Callable[..., Any] = moto.elb.urls.url_paths[ELB_PATH]

    def elb(request: Any, *arguments: Any, **named: Any) -> Any:
        if request.values.get("Version") == ELBV2_API_VERSION:
            return elbv2.dispatch(request, *arguments, **named)
        return classic(request, *arguments, **named)

    places: list[tuple[dict[str, Any], str, Any]] = [
        (ec2_urls.url_paths, EC2_PATH, ec2.dispatch),
        (moto.elb.urls.url_paths, ELB_PATH, elb),
        (moto.elbv2.urls.url_paths, ELB_PATH, elb),
        (moto.servicequotas.urls.url_paths, ELB_PATH, quotas.dispatch),
        (moto.cloudwatch.urls.url_paths, ELB_PATH, metrics.dispatch),
        (moto.ssm.urls.url_paths, ELB_PATH, systems.dispatch),
        (vars(moto.settings), "ec2_load_default_amis", lambda: False),
        # The same for every request: found out once.
        (vars(moto.backends), "list_of_moto_modules", cache(lambda: tuple(list_of_moto_modules()))),
        (vars(moto.core.responses), "method_names_from_class", cache(method_names_from_class)),
    ]
    before = [table[path] for table, path, _ in places]
    _forget()
    known_errors = list(COMMON_ERROR_CODES)
    COMMON_ERROR_CODES.extend(COMMON_ERRORS)
    for table, path, handler in places:
        table[path] = handler
    try:
        yield
    finally:
        for (table, path, _), handler in zip(places, before, strict=True):
            table[path] = handler
        COMMON_ERROR_CODES[:] = known_errors
        _forget()


def _forget() -> None:
    """Empty every account. moto's own reset would first make each of them anew."""
    for backends in (ec2_backends, elb_backends, elbv2_backends, iam_backends, sts_backends):
        backends.clear()


def keys(account: str, role: str, region: str) -> dict[str, str]:
    """Temporary credentials of a role in an account (STS AssumeRole), as environment variables."""
    role_arn = f"arn:aws:iam::{account}:role/{role}"
    assumed = sts_backends[account]["aws"].assume_role(
        region_name=region,
        role_session_name="sandbox",
        role_arn=role_arn,
        policy="",
        duration=SESSION_SECONDS,
        external_id="",
    )
    return {
        "AWS_ACCESS_KEY_ID": assumed.access_key_id,
        "AWS_SECRET_ACCESS_KEY": assumed.secret_access_key,
        "AWS_SESSION_TOKEN": assumed.session_token,
    }
