"""Permissions as AWS's IAM judges them, for the actions that this program calls.

moto checks that an action is in one of the caller's policies, once it is asked to (``POST 0`` to
``/moto-api/reset-auth``); it looks at no resource, and takes every condition for a refusal. Here each request is
judged on every resource that it touches, with the tags that these carry and that it sets, and a creation
with tags needs the tagging action too. Source of what an action touches and of its condition keys: "Actions,
resources, and condition keys" of Amazon EC2 and of Elastic Load Balancing V2 in the Service Authorization
Reference.
"""

from __future__ import annotations

import fnmatch
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from moto import settings
from moto.core.authorization import ActionAuthenticatorMixin
from moto.iam.access_control import IAMPolicy, IAMRequest

Json = Mapping[str, Any]
Context = Mapping[str, tuple[str, ...]]

NEW: Mapping[str, str] = {
    "CreateVpcEndpoint": "vpc-endpoint",
    "CreateVpcEndpointServiceConfiguration": "vpc-endpoint-service",
    "CreateSecurityGroup": "security-group",
    "CreateLoadBalancer": "loadbalancer/net",
    "CreateTargetGroup": "targetgroup",
    "CreateListener": "listener/net",
}
"""What a creation makes: the first part of the new resource's ARN."""
NAMED: Mapping[str, str] = {
    "VpcId": "vpc",
    "SubnetIds": "subnet",
    "SecurityGroupIds": "security-group",
    "GroupId": "security-group",
    "ServiceId": "vpc-endpoint-service",
    "ServiceIds": "vpc-endpoint-service",
    "VpcEndpointIds": "vpc-endpoint",
}
"""Parameters of EC2's writing actions that name resources."""
PREFIXES: Mapping[str, str] = {
    "vpce-svc-": "vpc-endpoint-service",
    "vpce-": "vpc-endpoint",
    "sg-": "security-group",
    "vpc-": "vpc",
    "subnet-": "subnet",
}
"""What an id that is tagged is: the first that fits."""
OWNED = frozenset({"AcceptVpcEndpointConnections", "RejectVpcEndpointConnections"})
"""Actions whose endpoints are somebody else's: they are judged on the service alone."""
SERVICES: Mapping[str, str] = {
    "ec2": "ec2",
    "elbv2": "elasticloadbalancing",
    "service-quotas": "servicequotas",
    "cloudwatch": "cloudwatch",
    "ssm": "ssm",
}
"""moto's name of a service → IAM's."""
READS = ("Describe", "Get", "List")
BALANCING = ("LoadBalancerArn", "TargetGroupArn", "ListenerArn", "ResourceArns")


@dataclass(frozen=True, slots=True)
class Touch:
    """An action on one resource, with the condition keys that are known of it."""

    action: str
    arn: str
    context: Context


def enforced() -> bool:
    """Whether permissions are looked at: moto's own switch."""
    return bool(ActionAuthenticatorMixin.request_count >= settings.INITIAL_NO_AUTH_ACTION_COUNT)


def refusal(response: Any, service_owner: str) -> str:
    """Why the caller may not do what it asks for, in AWS's words; empty where it may.

    ``response`` is moto's object for the request. Raises moto's errors for keys and signatures that are wrong.
    ``service_owner`` is the account of the endpoint service that is to be connected to, if any.
    """
    request = IAMRequest(
        account_id=response.current_account,
        method=response.method,
        path=response.raw_path,
        data=response.data,
        body=response.raw_body,
        headers=response.headers,
        action=response._get_action(),
    )
    request.check_signature()
    caller = request._access_key
    statements = [one for policy in caller.collect_policies() for one in _statements(policy)]
    for touch in touches(response, service_owner):
        if not allowed(statements, touch):
            return (
                f"User: {caller.arn} is not authorized to perform: {touch.action} on resource: {touch.arn} "
                f"because no identity-based policy allows the {touch.action} action"
            )
    return ""


def _statements(policy: Any) -> list[Json]:
    told = IAMPolicy(policy)._policy_json["Statement"]
    return [told] if isinstance(told, dict) else list(told)


def touches(response: Any, service_owner: str) -> Iterator[Touch]:
    """Everything that a request does to a resource."""
    action = str(response._get_action())
    service = SERVICES[response.service_name]
    region: Context = {"aws:RequestedRegion": (response.region,)}
    parameters = response._get_params()
    if action.startswith(READS):
        yield Touch(f"{service}:{action}", "*", region)
        return
    tags = _tags_of_request(action, parameters)
    asked: dict[str, tuple[str, ...]] = {f"aws:RequestTag/{key}": (value,) for key, value in tags.items()}
    if tags:
        asked["aws:TagKeys"] = tuple(tags)
    head = f"arn:aws:{service}:{response.region}:{response.current_account}:"
    made = NEW.get(action)
    standing = dict(_standing(response, action, parameters, head))
    for arn, held in standing.items():
        # For EC2 the tags of what is being made are no keys of what a creation names besides.
        own = {} if made and service == "ec2" else asked
        yield Touch(f"{service}:{action}", arn, {**region, **own, **_resource_tags(held)})
    if not made:
        if not standing:
            yield Touch(f"{service}:{action}", "*", {**region, **asked})
        return
    new = f"{head}{made}/{parameters.get('Name', 'new')}/0"
    owner: Context = {"ec2:VpceServiceOwner": (service_owner,)} if action == "CreateVpcEndpoint" else {}
    if action != "CreateListener":
        yield Touch(f"{service}:{action}", new, {**region, **asked, **owner})
    if tags:
        tagging = "ec2:CreateTags" if service == "ec2" else "elasticloadbalancing:AddTags"
        yield Touch(tagging, new, {**region, **asked, f"{service}:CreateAction": (action,)})


def _standing(
    response: Any, action: str, parameters: Json, head: str
) -> Iterator[tuple[str, Mapping[str, str]]]:
    """The resources that are there already, with their tags."""
    if response.service_name == "ec2":
        for kind, id in _ec2_resources(action, parameters):
            found = response.ec2_backend.tags.get(id) or {}
            yield f"{head}{kind}/{id}", {str(key): str(value) for key, value in found.items()}
        return
    if response.service_name == "ssm":
        asked = json.loads(response.body)
        yield f"arn:aws:ssm:{response.region}::document/{asked.get('DocumentName')}", {}
        for id in asked.get("InstanceIds") or ():
            yield f"arn:aws:ec2:{response.region}:{response.current_account}:instance/{id}", {}
        return
    for arn in _many(parameters, BALANCING):
        yield arn, dict(response.elbv2_backend.tagging_service.get_tag_dict_for_resource(arn))


def _many(parameters: Json, names: Iterable[str]) -> tuple[str, ...]:
    found: list[str] = []
    for name in names:
        value = parameters.get(name) or ()
        found += [value] if isinstance(value, str) else [str(one) for one in value]
    return tuple(found)


def _ec2_resources(action: str, parameters: Json) -> Iterator[tuple[str, str]]:
    if action in ("CreateTags", "DeleteTags"):
        for id in _many(parameters, ("Resources",)):
            yield next((kind for prefix, kind in PREFIXES.items() if id.startswith(prefix)), "unknown"), id
        return
    for name, kind in NAMED.items():
        if not (action in OWNED and kind == "vpc-endpoint"):
            for id in _many(parameters, (name,)):
                yield kind, id


def _tags_of_request(action: str, parameters: Json) -> dict[str, str]:
    if action == "RemoveTags":
        return dict.fromkeys(_many(parameters, ("TagKeys",)), "")
    rows = list(parameters.get("Tags") or ())
    for one in parameters.get("TagSpecifications") or ():
        rows += one.get("Tags") or ()
    return {str(row["Key"]): str(row.get("Value", "")) for row in rows}


def _resource_tags(tags: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    return {f"aws:ResourceTag/{key}": (value,) for key, value in tags.items()}


def allowed(statements: Iterable[Json], touch: Touch) -> bool:
    """Whether some statement allows it and none denies it."""
    effects = {str(one["Effect"]) for one in statements if _concerns(one, touch)}
    return "Allow" in effects and "Deny" not in effects


def _concerns(statement: Json, touch: Touch) -> bool:
    actions, resources = _listed(statement["Action"]), _listed(statement["Resource"])
    return (
        any(_like(one.lower(), touch.action.lower()) for one in actions)
        and any(_like(one, touch.arn) for one in resources)
        and all(
            _holds(operator, values, touch.context.get(key))
            for operator, keys in (statement.get("Condition") or {}).items()
            for key, values in keys.items()
        )
    )


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else [str(one) for one in value]


def _like(pattern: str, text: str) -> bool:
    return re.fullmatch(fnmatch.translate(pattern.replace("[", "[[]")), text) is not None


def _holds(operator: str, values: Any, found: tuple[str, ...] | None) -> bool:
    """One condition: ``Null``, ``StringEquals``, ``StringNotEquals`` or ``StringLike``, the last three with
    ``ForAllValues`` and ``ForAnyValue``.

    Raises NotImplementedError for another operator: a condition that is not understood must not pass.
    """
    wanted = _listed(values)
    if operator == "Null":
        return (found is None) == (wanted[0] == "true")
    how, _, name = operator.rpartition(":")
    if name not in ("StringEquals", "StringNotEquals", "StringLike"):
        raise NotImplementedError(f"the condition operator {operator}")
    fits = [
        any(_like(one, text) if name == "StringLike" else one == text for one in wanted)
        for text in found or ()
    ]
    if name == "StringNotEquals":
        # A key that is not there equals nothing.
        return not any(fits)
    # A key that is not there passes ForAllValues, as in AWS.
    return all(fits) if how == "ForAllValues" else any(fits)
