"""What ARM does at each of its addresses: one method an operation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from providers.sandbox.azure import compute, endpoints, management, monitor, routes, services
from providers.sandbox.azure.estate import NAMESPACE, Json, Name, Refusal, Resource
from providers.sandbox.azure.faults import Fault
from providers.sandbox.azure.operations import Operation, retry_after
from providers.sandbox.azure.store import Store, kind_of, not_found
from providers.sandbox.azure.tokens import Principal

LINKS = "privateEndpointConnections"


@dataclass(frozen=True, slots=True)
class Call:
    """One request that was let in. ``root`` is the API's own address, ``fault`` what is to go wrong, ``query`` what
    is asked besides.
    """

    method: str
    path: str
    body: Json
    principal: Principal
    root: str
    skip: int
    fault: Fault | None
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, a JSON body (None: empty), and headers."""

    status: int
    body: Json | None = None
    headers: dict[str, str] = field(default_factory=dict)


class Handlers:
    """The operations on one store. ``page`` is how many items a list answers at once."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.estate = store.estate
        self.page = 500

    # Subscriptions, providers, groups

    def subscriptions(self, call: Call, parts: dict[str, str]) -> Answer:
        """``GET /subscriptions``."""
        own = [one for one in self.estate.subscriptions if one.tenant == call.principal.tenant]
        return _closed(self._list(call, [management.subscription(one) for one in own]))

    def subscription(self, call: Call, parts: dict[str, str]) -> Answer:
        """``GET /subscriptions/{id}``."""
        found = next(one for one in self.estate.subscriptions if one.id == parts["subscription"])
        return Answer(200, management.subscription(found))

    def tenants(self, call: Call, parts: dict[str, str]) -> Answer:
        """``GET /tenants``."""
        return _closed(self._list(call, [management.tenant(call.principal.tenant)]))

    def locations(self, call: Call, parts: dict[str, str]) -> Answer:
        """``GET …/locations``."""
        return Answer(200, {"value": management.locations(parts["subscription"])})

    def providers(self, call: Call, parts: dict[str, str]) -> Answer:
        """``GET …/providers`` and one of them."""
        shown = management.provider(self.estate, parts["subscription"])
        if "namespace" not in parts:
            return self._list(call, [shown])
        _check_namespace(parts["namespace"])
        return Answer(200, shown)

    def register(self, call: Call, parts: dict[str, str]) -> Answer:
        """``POST …/providers/{namespace}/register`` and ``unregister``."""
        _check_namespace(parts["namespace"])
        known = self.estate.registered
        if parts["act"].lower() == "unregister":
            known.pop(parts["subscription"], None)
        else:
            known.setdefault(parts["subscription"], self.estate.clock() + self.estate.timing.registration)
        return Answer(200, management.provider(self.estate, parts["subscription"]))

    def groups(self, call: Call, parts: dict[str, str]) -> Answer:
        """``GET …/resourcegroups``."""
        head = f"{parts['subscription']}/"
        found = [group for key, group in self.estate.groups.items() if key.startswith(head)]
        return self._list(call, [management.show_group(one) for one in found])

    def group(self, call: Call, parts: dict[str, str]) -> Answer:
        """``GET …/resourcegroups/{name}``."""
        found = management.group_named(self.estate, parts["subscription"], parts["group"])
        return Answer(200, management.show_group(found))

    def has_group(self, call: Call, parts: dict[str, str]) -> Answer:
        """``HEAD …/resourcegroups/{name}``."""
        known = management.group_key(parts["subscription"], parts["group"]) in self.estate.groups
        return Answer(204 if known else 404)

    def put_group(self, call: Call, parts: dict[str, str]) -> Answer:
        """``PUT …/resourcegroups/{name}``."""
        group, new = management.put_group(self.estate, parts["subscription"], parts["group"], call.body)
        return Answer(201 if new else 200, management.show_group(group))

    def patch_group(self, call: Call, parts: dict[str, str]) -> Answer:
        """``PATCH …/resourcegroups/{name}``: its tags."""
        group = management.group_named(self.estate, parts["subscription"], parts["group"])
        group.tags = dict(call.body.get("tags") or {})
        return Answer(200, management.show_group(group))

    def delete_group(self, call: Call, parts: dict[str, str]) -> Answer:
        """``DELETE …/resourcegroups/{name}``."""
        operation = self.store.delete_group(parts["subscription"], parts["group"], call.fault)
        return self._accepted(call, operation)

    def resources(self, call: Call, parts: dict[str, str]) -> Answer:
        """``GET …/resources``, of a subscription or a group."""
        found = self.store.inside(parts["subscription"], parts.get("group"))
        shown = [self.store.show(one) for one in found]
        keys = ("id", "name", "type", "location", "tags", "sku")
        return self._list(call, [{key: one[key] for key in keys if key in one} for one in shown])

    def tags(self, call: Call, parts: dict[str, str]) -> Answer:
        """``…/providers/Microsoft.Resources/tags/default`` of a resource: all its tags, and nothing else of
        it, read, replaced, merged into or taken from.
        """
        resource, _ = self.store.existing(_name(parts))
        if call.method != "GET":
            resource.tags = management.new_tags(resource.tags, call.method, call.body)
            resource.touch()
        return Answer(200, management.show_tags(resource.id, resource.tags))

    # Resources of Microsoft.Network

    def list(self, call: Call, parts: dict[str, str]) -> Answer:
        """The resources of a kind, of a subscription or a group."""
        kind = kind_of(parts["kind"])
        if "group" in parts:
            management.group_named(self.estate, parts["subscription"], parts["group"])
        found = self.store.inside(parts["subscription"], parts.get("group"), kind.type)
        return self._list(call, [self.store.show(one) for one in found])

    def get(self, call: Call, parts: dict[str, str]) -> Answer:
        """One resource."""
        resource, _ = self.store.existing(_name(parts))
        return self._shown(200, resource)

    def put(self, call: Call, parts: dict[str, str]) -> Answer:
        """Make or change a resource: 201 or 200 with ``Updating``, and where to look."""
        self._check_registered(parts["subscription"])
        resource, operation, new = self.store.put(_name(parts), call.body, call.fault)
        return self._written(call, 201 if new else 200, self.store.show(resource), operation)

    def patch(self, call: Call, parts: dict[str, str]) -> Answer:
        """Change a resource's tags."""
        return self._shown(200, self.store.patch(_name(parts), call.body))

    def delete(self, call: Call, parts: dict[str, str]) -> Answer:
        """Delete a resource: 202 with where to look, or 204."""
        return self._accepted(call, self.store.delete(_name(parts), call.fault))

    def parts(self, call: Call, parts: dict[str, str]) -> Answer:
        """The parts of a resource: subnets, rules, pools."""
        name = _name(parts)
        resource, kind = self.store.existing(name)
        collection, draw = _child(kind.children, name)
        shown = [draw(self.estate, resource, one) for one in resource.parts(collection)]
        return self._list(call, shown)

    def part(self, call: Call, parts: dict[str, str]) -> Answer:
        """One part of a resource."""
        name = _name(parts)
        resource, kind = self.store.existing(name)
        collection, draw = _child(kind.children, name)
        found = resource.part(collection, name.child)
        if found is None:
            raise Refusal(404, "NotFound", f"Resource {resource.id}/{collection}/{name.child} not found.")
        return Answer(200, draw(self.estate, resource, found))

    def put_part(self, call: Call, parts: dict[str, str]) -> Answer:
        """Make or change a part of a resource."""
        self._check_registered(parts["subscription"])
        name = _name(parts)
        resource, written, operation, new = self.store.put_part(name, call.body, call.fault)
        _, draw = _child(kind_of(resource.kind).children, name)
        shown = draw(self.estate, resource, written)
        return self._written(call, 201 if new else 200, shown, operation)

    def delete_part(self, call: Call, parts: dict[str, str]) -> Answer:
        """Delete a part of a resource."""
        return self._accepted(call, self.store.delete_part(_name(parts), call.fault))

    # Private Link

    def links(self, call: Call, parts: dict[str, str]) -> Answer:
        """The connections of a private link service."""
        service, _ = self.store.existing(_name({**parts, "kind": "privateLinkServices"}))
        found = services.links_of(self.estate, service)
        return self._list(call, [services.show_link(self.estate, service, one) for one in found])

    def link(self, call: Call, parts: dict[str, str]) -> Answer:
        """One connection: read, approved or rejected, removed."""
        name = _name({**parts, "kind": "privateLinkServices"})
        service, _ = self.store.existing(name)
        if call.method == "DELETE":
            return self._accepted(call, self.store.delete_link(service, parts["link"], call.fault))
        link = endpoints.find_link(self.estate, service, parts["link"])
        if link is None:
            raise not_found(Name(name.subscription, name.group, name.kind, name.name, LINKS, parts["link"]))
        if call.method == "PUT":
            endpoints.decide(self.estate, link, call.body)
        return Answer(200, services.show_link(self.estate, service, link))

    def zone_groups(self, call: Call, parts: dict[str, str]) -> Answer:
        """The private DNS zone groups of a private endpoint: none, ever."""
        self.store.existing(_name({**parts, "kind": "privateEndpoints"}))
        return self._list(call, [])

    def visibility(self, call: Call, parts: dict[str, str]) -> Answer:
        """``checkPrivateLinkServiceVisibility``: whether an alias shows itself to this subscription."""
        alias = str(call.body.get("privateLinkServiceAlias") or "")
        subscription = parts["subscription"]

        def result() -> Json:
            return {"visible": services.look_up(self.estate, alias, subscription) is not None}

        operation = self.store.operations.begin(
            subscription, parts["location"], 0.0, lambda succeeded: None, result=result
        )
        return self._accepted(call, operation)

    def approved(self, call: Call, parts: dict[str, str]) -> Answer:
        """``autoApprovedPrivateLinkServices``: those that take this subscription's connections unasked."""
        found = [
            {"privateLinkService": one.id}
            for one in self.estate.of_kind("privateLinkServices")
            if one.location == parts["location"].lower() and services.approves(one, parts["subscription"])
        ]
        return self._list(call, found)

    def usages(self, call: Call, parts: dict[str, str]) -> Answer:
        """``…/locations/{location}/usages``: the limits and what is used of them."""
        found = routes.usages(self.estate, parts["subscription"], parts["location"].lower())
        return self._list(call, found)

    def metrics(self, call: Call, parts: dict[str, str]) -> Answer:
        """``…/providers/Microsoft.Insights/metrics`` of a resource."""
        resource, _ = self.store.existing(_name(parts))
        return Answer(200, monitor.metrics(self.estate, resource, call.query))

    def run_command(self, call: Call, parts: dict[str, str]) -> Answer:
        """``POST …/virtualMachines/{name}/runCommand``."""
        id = compute.begin(self.estate, call.path.rpartition("/")[0], call.body)
        return self._running(call, parts["subscription"], id)

    def command_result(self, call: Call, parts: dict[str, str]) -> Answer:
        """``…/Microsoft.Compute/locations/{location}/operations/{id}``: 202 while it runs, then its result."""
        found = compute.result(self.estate, parts["id"])
        return Answer(200, found) if found else self._running(call, parts["subscription"], parts["id"])

    def _running(self, call: Call, subscription: str, id: str) -> Answer:
        place = f"/subscriptions/{subscription}/providers/Microsoft.Compute/locations/{self.estate.region}"
        where = f"{call.root}{place}/operations/{id}?api-version=2024-07-01"
        return Answer(202, None, {"Location": where, **retry_after(self.estate.timing.retry_after)})

    # Long-running operations

    def operation(self, call: Call, parts: dict[str, str]) -> Answer:
        """``…/operations/{id}``: how an operation is."""
        found = self._operation(parts)
        wait = {} if found.done else retry_after(self.estate.timing.retry_after)
        return Answer(200, found.body, wait)

    def operation_result(self, call: Call, parts: dict[str, str]) -> Answer:
        """``…/operationResults/{id}``: 202 while it is under way, then its result."""
        found = self._operation(parts)
        if not found.done:
            headers = self.store.operations.headers(found, call.root, location=True)
            return Answer(202, None, dict(headers))
        if found.error:
            raise Refusal(400, *found.error)
        return Answer(200, found.result()) if found.result else Answer(204)

    def _operation(self, parts: dict[str, str]) -> Operation:
        found = self.store.operations.known.get(parts["id"].lower())
        if found is None or found.subscription.lower() != parts["subscription"]:
            raise Refusal(404, "NotFound", f"The operation {parts['id']} was not found.")
        return found

    # Answers

    def _shown(self, status: int, resource: Resource) -> Answer:
        return Answer(status, self.store.show(resource), {"ETag": resource.etag})

    def _written(self, call: Call, status: int, body: Json, operation: Operation) -> Answer:
        headers = self.store.operations.headers(operation, call.root, location=False)
        return Answer(status, body, dict(headers))

    def _accepted(self, call: Call, operation: Operation | None) -> Answer:
        if operation is None:
            return Answer(204)
        headers = self.store.operations.headers(operation, call.root, location=True)
        return Answer(202, None, dict(headers))

    def _list(self, call: Call, items: Iterable[Json]) -> Answer:
        every = [*items]
        shown = every[call.skip : call.skip + self.page]
        body: Json = {"value": shown}
        if call.skip + self.page < len(every):
            place = f"{call.root}{call.path}?api-version=2024-01-01"
            body["nextLink"] = f"{place}&$skiptoken={call.skip + self.page}"
        return Answer(200, body)

    def _check_registered(self, subscription: str) -> None:
        if self.estate.registration(subscription) != "Registered":
            raise Refusal(
                409,
                "MissingSubscriptionRegistration",
                f"The subscription is not registered to use namespace '{NAMESPACE}'. See "
                "https://aka.ms/rps-not-found for how to register subscriptions.",
            )


def _closed(answer: Answer) -> Answer:
    """A list whose last page says so too: ``nextLink`` is required in Microsoft.Resources' oldest lists."""
    return Answer(answer.status, {"nextLink": "", **(answer.body or {})}, answer.headers)


def _name(parts: dict[str, str]) -> Name:
    return Name(
        parts["subscription"],
        parts["group"],
        parts["kind"],
        parts["name"],
        parts.get("collection", ""),
        parts.get("child", ""),
    )


def _child(children: Any, name: Name) -> tuple[str, Any]:
    for collection, draw in children.items():
        if collection.lower() == name.collection.lower():
            return collection, draw
    raise Refusal(404, "InvalidResourceType", f"{name.kind} has no {name.collection}.")


def _check_namespace(namespace: str) -> None:
    if namespace.lower() != NAMESPACE.lower():
        words = f"The resource namespace '{namespace}' is invalid."
        raise Refusal(404, "InvalidResourceNamespace", words)
