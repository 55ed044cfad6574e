"""Resources written and deleted as ARM does it: judged at once, done after a while."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from providers.sandbox.azure import endpoints, management, services
from providers.sandbox.azure.balancers import BALANCERS
from providers.sandbox.azure.endpoints import ENDPOINTS
from providers.sandbox.azure.estate import NAMESPACE, Estate, Json, Link, Name, Refusal, Resource, bad
from providers.sandbox.azure.faults import Fault
from providers.sandbox.azure.kinds import Kind, check_name, guid_of
from providers.sandbox.azure.network import GROUPS, INTERFACES, NETWORKS
from providers.sandbox.azure.operations import Operation, Operations
from providers.sandbox.azure.routes import TABLES
from providers.sandbox.azure.services import SERVICES

KINDS: Mapping[str, Kind] = {
    kind.type.lower(): kind for kind in (NETWORKS, GROUPS, TABLES, INTERFACES, BALANCERS, SERVICES, ENDPOINTS)
}


@dataclass(slots=True)
class Store:
    """An estate with its operations. Hold the estate's lock."""

    estate: Estate
    operations: Operations = field(init=False)

    def __post_init__(self) -> None:
        self.operations = Operations(self.estate)

    def write(self, id: str, body: Json) -> Resource:
        """Put a resource without any operation: it is there, and ready. Raises Refusal."""
        found = id.strip("/").split("/")
        name = Name(found[1], found[3], found[6], found[7])
        resource, operation, _ = self.put(name, body)
        operation.due = self.estate.clock()
        self.operations.settle()
        return resource

    def put(self, name: Name, body: Json, fault: Fault | None = None) -> tuple[Resource, Operation, bool]:
        """Put a resource; and whether it is new. Raises Refusal."""
        kind = kind_of(name.kind)
        check_name(name.name)
        group = management.group_named(self.estate, name.subscription, name.group)
        location = management.location_of(body, f"{NAMESPACE}/{kind.type}")
        name = replace(name, kind=kind.type, group=group.name)
        old = self.estate.find(name.parent)
        check_idle(old)
        if old and old.location != location:
            raise Refusal(
                409,
                "InvalidResourceLocation",
                f"The resource '{name.name}' already exists in location '{old.location}' in resource group "
                f"'{group.name}'. A resource with the same name cannot be created in location '{location}'.",
            )
        new = Resource(
            id=old.id if old else name.parent,
            kind=kind.type,
            subscription=name.subscription.lower(),
            group=group.name,
            name=old.name if old else name.name,
            location=location,
            tags=dict(body.get("tags") or {}),
            properties=copy.deepcopy(body.get("properties") or {}),
            guid=guid_of(old),
            sku=body.get("sku"),
        )
        kind.write(self.estate, old, new)
        return new, self._store(kind, new, fault), old is None

    def put_part(
        self, name: Name, body: Json, fault: Fault | None = None
    ) -> tuple[Resource, Json, Operation, bool]:
        """Put a part of a resource (a subnet, a security rule); and whether it is new. Raises Refusal."""
        resource, kind = self.existing(name)
        collection = _writable(kind, name.collection)
        check_idle(resource)
        new = copy.deepcopy(resource)
        before = new.part(collection, name.child)
        called = before["name"] if before else name.child
        part = {"name": called, "properties": copy.deepcopy(body.get("properties") or {})}
        others = [one for one in new.parts(collection) if one is not before]
        new.properties[collection] = [*others, part]
        kind.write(self.estate, resource, new)
        operation = self._store(kind, new, fault)
        written = new.part(collection, called)
        assert written is not None
        return new, written, operation, before is None

    def _store(self, kind: Kind, new: Resource, fault: Fault | None) -> Operation:
        new.state = "Updating"
        new.touch()
        kind.stored(self.estate, new)
        self.estate.resources[new.id.lower()] = new

        def finish(succeeded: bool) -> None:
            new.busy = ""
            new.state = "Succeeded" if succeeded else "Failed"
            new.touch()

        operation = self.begin(new.subscription, new.location, finish, fault)
        new.busy = operation.id
        return operation

    def begin(
        self, subscription: str, location: str, finish: Callable[[bool], None], fault: Fault | None
    ) -> Operation:
        """Begin an operation that takes as long as they do, or as the fault says."""
        seconds = fault.seconds if fault and fault.kind == "slow" else self.estate.timing.operation
        error = (fault.code, fault.message) if fault and fault.kind == "failed" else None
        return self.operations.begin(subscription, location, seconds, finish, error=error)

    def patch(self, name: Name, body: Json) -> Resource:
        """Change the tags only (``UpdateTags``). Raises Refusal."""
        resource, _ = self.existing(name)
        resource.tags = dict(body.get("tags") or {})
        resource.touch()
        return resource

    def delete(self, name: Name, fault: Fault | None = None) -> Operation | None:
        """Delete a resource; None where there is none. Raises Refusal."""
        kind = kind_of(name.kind)
        resource = self.estate.find(name.parent)
        if resource is None:
            return None
        check_idle(resource)
        kind.remove(self.estate, resource)
        resource.state = "Deleting"
        found = resource

        def finish(succeeded: bool) -> None:
            found.busy = ""
            if succeeded:
                self.drop(kind, found)
            else:
                found.state = "Failed"

        operation = self.begin(resource.subscription, resource.location, finish, fault)
        resource.busy = operation.id
        return operation

    def drop(self, kind: Kind, resource: Resource) -> None:
        """Take a resource out, and what Azure made for it."""
        self.estate.resources.pop(resource.id.lower(), None)
        kind.gone(self.estate, resource)

    def delete_part(self, name: Name, fault: Fault | None = None) -> Operation | None:
        """Delete a part of a resource; None where there is none. Raises Refusal."""
        resource, kind = self.existing(name)
        collection = _writable(kind, name.collection)
        if resource.part(collection, name.child) is None:
            return None
        check_idle(resource)
        new = copy.deepcopy(resource)
        wanted = name.child.lower()
        kept = [one for one in new.parts(collection) if str(one["name"]).lower() != wanted]
        new.properties[collection] = kept
        kind.write(self.estate, resource, new)
        return self._store(kind, new, fault)

    def delete_link(self, service: Resource, name: str, fault: Fault | None = None) -> Operation | None:
        """Remove a connection from a private link service; None where there is none."""
        link = endpoints.find_link(self.estate, service, name)
        if link is None:
            return None
        found: Link = link

        def finish(succeeded: bool) -> None:
            if succeeded:
                endpoints.disconnect(found)

        return self.begin(service.subscription, service.location, finish, fault)

    def delete_group(self, subscription: str, name: str, fault: Fault | None = None) -> Operation:
        """Delete a group with everything in it. Raises Refusal."""
        group = management.group_named(self.estate, subscription, name)
        inside = self.inside(subscription, group.name)
        for resource in inside:
            if resource.kind == SERVICES.type and services.links_of(self.estate, resource):
                SERVICES.remove(self.estate, resource)
        group.state = "Deleting"

        def finish(succeeded: bool) -> None:
            group.state = "Failed"
            if succeeded:
                for resource in inside:
                    self.drop(kind_of(resource.kind), resource)
                self.estate.groups.pop(management.group_key(subscription, group.name), None)

        return self.begin(subscription, group.location, finish, fault)

    def inside(self, subscription: str, group: str | None = None, kind: str | None = None) -> list[Resource]:
        """The resources of a subscription, and of a group and a kind where one is named."""
        return [
            one
            for one in self.estate.resources.values()
            if one.subscription == subscription.lower()
            and (group is None or one.group.lower() == group.lower())
            and (kind is None or one.kind.lower() == kind.lower())
        ]

    def existing(self, name: Name) -> tuple[Resource, Kind]:
        """A resource that is there, and its kind. Raises Refusal ``ResourceNotFound``."""
        kind = kind_of(name.kind)
        management.group_named(self.estate, name.subscription, name.group)
        resource = self.estate.find(name.parent)
        if resource is None:
            raise not_found(name)
        return resource, kind

    def show(self, resource: Resource) -> Json:
        """A resource as ARM shows it."""
        shown: Json = {
            "name": resource.name,
            "id": resource.id,
            "etag": resource.etag,
            "type": f"{NAMESPACE}/{resource.kind}",
            "location": resource.location,
            "properties": kind_of(resource.kind).read(self.estate, resource),
        }
        if resource.tags:
            shown["tags"] = resource.tags
        if resource.sku:
            shown["sku"] = resource.sku
        return shown


def kind_of(type: str) -> Kind:
    """A kind by its type's name. Raises Refusal ``InvalidResourceType``."""
    kind = KINDS.get(type.lower())
    if kind is None:
        raise bad(
            "InvalidResourceType",
            f"The resource type '{type}' could not be found in the namespace '{NAMESPACE}'.",
        )
    return kind


def _writable(kind: Kind, collection: str) -> str:
    for one in kind.writable:
        if one.lower() == collection.lower():
            return one
    raise Refusal(
        405, "MethodNotAllowed", f"The {collection} of {kind.type} are written with their resource."
    )


def check_idle(resource: Resource | None) -> None:
    """Raises Refusal ``AnotherOperationInProgress`` for a resource that is being changed."""
    if resource is not None and resource.busy:
        raise busy(resource.id)


def busy(id: str) -> Refusal:
    """Azure's words for a resource that is being changed."""
    return Refusal(
        409,
        "AnotherOperationInProgress",
        f"Another operation on this or dependent resource is in progress. Resource: {id}.",
    )


def not_found(name: Name) -> Refusal:
    """ARM's words for a resource that is not there."""
    what = "/".join(one for one in (name.kind, name.name, name.collection, name.child) if one)
    return Refusal(
        404,
        "ResourceNotFound",
        f"The Resource '{NAMESPACE}/{what}' under resource group '{name.group}' was not found. For more "
        "details please go to https://aka.ms/ARMResourceNotFoundFix",
    )
