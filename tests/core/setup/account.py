"""An AWS account in memory: what the planner reads and the executor writes, with AWS's own idempotency."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from core.cloud import CloudError, Watch
from core.journal import events as e
from core.network.model import (
    Connection,
    Endpoint,
    EndpointService,
    Instance,
    Inventory,
    Listener,
    LoadBalancer,
    Network,
    Observation,
    Rule,
    SecurityGroup,
    Subnet,
    Target,
    TargetGroup,
    VendorService,
)
from core.request.model import Request, Service
from core.request.offer import Offer
from core.setup import change as c
from core.setup.executor import Result, execute
from core.setup.plan import Plan
from core.setup.planning import plan
from core.setup.undo import plan_undo
from core.workflow.story import Story, tell

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ENABLEMENT = "shop-1"
TAG = c.tag_key(ENABLEMENT)
VPC = "vpc-0aaa"
VENDOR = "com.amazonaws.vpce.us-west-2.vpce-svc-0feed"
OFFER = Offer()
MAGENTO = OFFER.aws_principal

NETWORK = Network(VPC, "main", ("10.20.0.0/16",))
SUBNETS = (
    Subnet("subnet-a1", "a1", VPC, "10.20.0.0/24", "us-west-2a", "usw2-az1", 200),
    Subnet("subnet-a2", "a2", VPC, "10.20.1.0/24", "us-west-2a", "usw2-az1", 240),
    Subnet("subnet-b1", "b1", VPC, "10.20.2.0/24", "us-west-2b", "usw2-az2", 200),
    Subnet("subnet-x1", "x1", "vpc-0b", "10.99.0.0/24", "us-west-2a", "usw2-az1", 200),
)
INSTANCES = (
    Instance("i-0a", "db-a", VPC, "subnet-a1", "us-west-2a", "10.20.0.4", "running"),
    Instance("i-0b", "db-b", VPC, "subnet-b1", "us-west-2b", "10.20.2.4", "running"),
    Instance("i-0x", "other", "vpc-0b", "subnet-x1", "us-west-2a", "10.99.0.4", "running"),
)
INVENTORY = Inventory(
    "aws", "111122223333", "us-west-2", NOW, networks=(NETWORK,), subnets=SUBNETS, instances=INSTANCES
)
VENDORS = (VendorService(VENDOR, OFFER.aws_account, ("us-west-2c",), ("usw2-az1", "usw2-az3"), True),)

WEB = Service("Webserver", "HTTP", 80, "to-magento", (), 80)
SECURE = Service("Webserver", "HTTPS", 443, "to-magento", (), 443)
DATABASE = Service("Database", "TCP", 3306, "from-magento", ("10.20.0.4", "i-0b"), 3306)


def request(*services: Service, **changes: Any) -> Request:
    """A bidirectional request over the account above, with these services."""
    services = services or (WEB, DATABASE)
    kind = "bidirectional" if any(row.direction == "from-magento" for row in services) else "unidirectional"
    base = Request(
        "abcdefg123456", "pro", "production", "US-3", "aws", "111122223333", "us-west-2", VPC, (), None, kind,
        None, services,
    )  # fmt: skip
    return replace(base, **changes)


def targets(*names: str, port: int = 3306, target_port: int = 3306) -> Service:
    return Service("Database", "TCP", port, "from-magento", names, target_port)


def story(*, details: bool = True, made: Iterable[e.Event] = ()) -> Story:
    """A story in which the vendor's details have come, unless told otherwise."""
    told: list[e.Event] = list(made)
    if details:
        told.append(e.DetailsReceived(at=NOW, service_names=(VENDOR,)))
    return tell(told)


def balancer(tags: dict[str, str] | None = None, **changes: Any) -> LoadBalancer:
    base = LoadBalancer(
        "arn:lb/theirs", "theirs", VPC, "network", True, "active", ("subnet-a2", "subnet-b1"), "theirs.elb",
        cross_zone=False, tags=tags or {},
    )  # fmt: skip
    return replace(base, **changes)


def group(*targets: tuple[str, int], **changes: Any) -> TargetGroup:
    rows = tuple(Target(id, port, "healthy") for id, port in targets)
    return replace(TargetGroup("arn:tg/theirs", "theirs-db", VPC, "TCP", 3306, "ip", rows), **changes)


def listener(**changes: Any) -> Listener:
    return replace(Listener("arn:ls/theirs", "arn:lb/theirs", 3306, "TCP", "arn:tg/theirs"), **changes)


def service(**changes: Any) -> EndpointService:
    base = EndpointService(
        "vpce-svc-0their", "theirs", "com.amazonaws.vpce.us-west-2.vpce-svc-0their", "available", True,
        ("arn:lb/theirs",), ("us-west-2a",), (MAGENTO,),
    )  # fmt: skip
    return replace(base, **changes)


def endpoint(**changes: Any) -> Endpoint:
    base = Endpoint("vpce-0their", "theirs", VENDOR, VPC, ("subnet-a2",), (), "available", ())
    return replace(base, **changes)


STANDING = replace(
    INVENTORY,
    load_balancers=(balancer(),),
    listeners=(listener(),),
    target_groups=(group(("10.20.0.4", 3306), ("i-0b", 3306)),),
)
"""The network with a load balancer that fits already."""


class Killed(BaseException):
    """The process ends here."""


class Account:
    """Answers the port's verbs that plan, executor and undo use. ``before``/``after`` are called around every
    call with its number and name, and may raise; ``delay`` is the time of a call."""

    platform = "aws"
    region = "us-west-2"

    def __init__(self, inventory: Inventory = INVENTORY, *, delay: float = 0, provisioning: int = 1) -> None:
        self.seen = inventory
        self.delay = delay
        self.provisioning = provisioning
        self.lingering = 2
        self.calls: list[str] = []
        self.before: Callable[[int, str], None] = lambda number, name: None
        self.after: Callable[[int, str], None] = lambda number, name: None
        self.tokens: dict[str, str] = {}
        self.lock = threading.Lock()
        self.made = 0

    def inventory(
        self, network_id: str | None = None, detail: str = "setup", on_progress: object = None
    ) -> Inventory:
        return self.seen

    def _call(self, name: str, work: Callable[[], Any]) -> Any:
        with self.lock:
            number = len(self.calls)
            self.calls.append(name)
        self.before(number, name)
        time.sleep(self.delay)
        with self.lock:
            answer = work()
        self.after(number, name)
        return answer

    def apply(self, change: c.Change, enablement: str, token: str) -> c.Outcome:
        name = f"{change.action} {change.key}"
        return self._call(
            name, lambda: self._apply(change, c.tags(enablement, change.key, change.name), token)
        )

    def find(self, change: c.Change, enablement: str) -> c.Outcome | None:
        return self._call(f"find {change.key}", lambda: self._find(change, enablement))

    def observe(self, watch: Watch) -> Observation:
        return self._call("observe", lambda: self._observe(watch))

    def reject(self, connection: Connection) -> None:
        def work() -> None:
            self._set("connections", replace(connection, state="rejected"), connection.endpoint_id)

        self._call(f"reject {connection.endpoint_id}", work)

    def _observe(self, watch: Watch) -> Observation:
        self.provisioning -= 1
        if self.provisioning < 0:
            for row in self.seen.load_balancers:
                if row.state == "provisioning":
                    self._put("load_balancers", replace(row, state="active"))
        rows = tuple(row for row in self.seen.load_balancers if row.id in watch.load_balancer_ids)
        return Observation(NOW, load_balancers=rows)

    def _find(self, change: c.Change, enablement: str) -> c.Outcome | None:
        for name in ("load_balancers", "target_groups", "listeners", "endpoint_services", "security_groups",
                     "endpoints"):  # fmt: skip
            for row in getattr(self.seen, name):
                if row.tags.get(c.tag_key(enablement)) == change.key:
                    return c.Outcome(row.id, getattr(row, "state", ""))
        return None

    def _set(self, name: str, row: Any, id: str) -> None:
        ids = {"connections": "endpoint_id"}.get(name, "id")
        rows = tuple(row if getattr(one, ids) == id else one for one in getattr(self.seen, name))
        self.seen = replace(self.seen, **{name: rows})

    def _put(self, name: str, row: Any) -> c.Outcome:
        rows = tuple(one for one in getattr(self.seen, name) if one.id != row.id)
        self.seen = replace(self.seen, **{name: (*rows, row)})
        return c.Outcome(row.id, getattr(row, "state", ""))

    def _get(self, name: str, id: str) -> Any:
        for row in getattr(self.seen, name):
            if row.id == id:
                return row
        raise CloudError("not-found", f"{id} is not there", "nothing")

    def _drop(self, name: str, id: str) -> c.Outcome:
        self._get(name, id)
        self.seen = replace(
            self.seen, **{name: tuple(one for one in getattr(self.seen, name) if one.id != id)}
        )
        return c.Outcome(id, "deleted")

    def _new(self, prefix: str) -> str:
        self.made += 1
        return f"{prefix}{self.made}"

    def _apply(self, change: c.Change, tags: dict[str, str], token: str) -> c.Outcome:
        if isinstance(change.spec, c.TagSpec):
            return self._tag(change, change.spec)
        if change.action == "delete":
            return self._delete(change)
        match change.spec:
            case c.LoadBalancerSpec(name, subnets):
                same = [row for row in self.seen.load_balancers if row.name == name]
                if same:
                    return c.Outcome(same[0].id, same[0].state)
                state = "provisioning" if self.provisioning else "active"
                row = LoadBalancer(
                    self._new("arn:lb/"), name, VPC, "network", True, state, subnets, "dns", cross_zone=False,
                    tags=tags,
                )  # fmt: skip
                return self._put("load_balancers", row)
            case c.CrossZoneSpec(lb):
                return self._put("load_balancers", replace(self._get("load_balancers", lb), cross_zone=True))
            case c.TargetGroupSpec(name, network, protocol, port, kind):
                same_group = [row for row in self.seen.target_groups if row.name == name]
                if same_group:
                    return c.Outcome(same_group[0].id)
                made = TargetGroup(self._new("arn:tg/"), name, network, protocol, port, kind, (), tags=tags)
                return self._put("target_groups", made)
            case c.TargetsSpec(target_group, targets, port):
                tg = self._get("target_groups", target_group)
                rows = {(row.id, row.port): row for row in tg.targets}
                rows |= {(id, port): Target(id, port, "initial") for id in targets}
                return self._put("target_groups", replace(tg, targets=tuple(rows.values())))
            case c.ListenerSpec(lb, protocol, port, target_group):
                self._get("load_balancers", lb)
                self._get("target_groups", target_group)
                if change.action == "change":
                    old = self._get("listeners", change.id)
                    return self._put("listeners", replace(old, target_group_id=target_group))
                for row in self.seen.listeners:
                    if (row.load_balancer_id, row.port) == (lb, port):
                        if row.target_group_id != target_group:
                            raise CloudError("already-exists", "listener", "none")
                        return c.Outcome(row.id)
                return self._put(
                    "listeners", Listener(self._new("arn:ls/"), lb, port, protocol, target_group, tags)
                )
            case c.EndpointServiceSpec(name, lb):
                if change.action == "change":
                    old = self._get("endpoint_services", change.id)
                    return self._put("endpoint_services", replace(old, acceptance_required=True))
                if self._get("load_balancers", lb).state != "active":
                    raise CloudError("invalid", "the load balancer is not active", "wait")
                if token in self.tokens:
                    return c.Outcome(self.tokens[token], "available")
                id = self.tokens[token] = self._new("vpce-svc-")
                made_service = EndpointService(
                    id,
                    name,
                    f"com.amazonaws.vpce.us-west-2.{id}",
                    "available",
                    True,
                    (lb,),
                    (),
                    (),
                    tags=tags,
                )
                return self._put("endpoint_services", made_service)
            case c.PrincipalSpec(service_id, principals):
                old = self._get("endpoint_services", service_id)
                every = tuple(dict.fromkeys((*old.principals, *principals)))
                return self._put("endpoint_services", replace(old, principals=every))
            case c.SecurityGroupSpec(name, _, network):
                if any(row.name == name for row in self.seen.security_groups):
                    raise CloudError("already-exists", "duplicate group", "none")
                return self._put("security_groups", SecurityGroup(self._new("sg-"), name, network, (), tags))
            case c.IngressSpec(sg, ports, cidrs):
                guard = self._get("security_groups", sg)
                new = tuple(Rule("in", "tcp", port, port, cidr) for port in ports for cidr in cidrs)
                rules = tuple(dict.fromkeys((*guard.rules, *new)))
                return self._put("security_groups", replace(guard, rules=rules))
            case c.EndpointSpec(name, network, service_name, subnets, groups):
                if token in self.tokens:
                    return c.Outcome(self.tokens[token], "pending-acceptance")
                id = self.tokens[token] = self._new("vpce-")
                made_endpoint = Endpoint(
                    id, name, service_name, network, subnets, groups, "pending-acceptance", (), tags=tags
                )
                return self._put("endpoints", made_endpoint)
        raise CloudError("unsupported", f"{change.action} {change.kind}", "none")

    def _tag(self, change: c.Change, spec: c.TagSpec) -> c.Outcome:
        name = f"{change.kind.replace('-', '_')}s"
        row = self._get(name, spec.resource)
        tags = {key: value for key, value in row.tags.items() if key != TAG}
        return self._put(name, replace(row, tags=tags | ({TAG: c.ADOPTED} if spec.present else {})))

    def _delete(self, change: c.Change) -> c.Outcome:
        id = change.id or ""
        busy = CloudError("in-use", f"{id} is in use", "wait")
        if isinstance(change.spec, c.PrincipalSpec):
            old = self._get("endpoint_services", id)
            left = tuple(row for row in old.principals if row not in change.spec.principals)
            return self._put("endpoint_services", replace(old, principals=left))
        assert change.spec is None
        guarding = any(id in row.security_group_ids for row in self.seen.endpoints)
        if change.kind == "security-group" and (guarding or self.lingering > 0):
            self.lingering -= 1
            raise busy
        if change.kind == "endpoint-service" and any(
            row.service_id == id and row.state != "rejected" for row in self.seen.connections
        ):
            raise busy
        if change.kind == "load-balancer" and any(
            id in row.load_balancer_ids for row in self.seen.endpoint_services
        ):
            raise busy
        if change.kind == "target-group" and any(row.target_group_id == id for row in self.seen.listeners):
            raise busy
        return self._drop(f"{change.kind.replace('-', '_')}s", id)


class Desk:
    """A person who plans and applies again and again, with one journal."""

    def __init__(self, account: Account, wanted: Request, *, details: bool = True) -> None:
        self.account = account
        self.wanted = wanted
        self.offer = OFFER
        self.vendors = VENDORS
        self.events: list[e.Event] = []
        if details:
            self.events.append(e.DetailsReceived(at=NOW, service_names=(VENDOR,)))
        self.pauses: list[float] = []
        self.numbers = 0
        self.on_record: Callable[[int], None] = lambda number: None

    @property
    def story(self) -> Story:
        return tell(self.events)

    def plan(self) -> Plan:
        return plan(self.wanted, self.story, self.account.seen, self.vendors, self.offer, ENABLEMENT)

    def undo(self, *, force: bool = True) -> Plan:
        return plan_undo(self.account.seen, ENABLEMENT, self.story, force=force, offer=self.offer)

    def record(self, event: e.Event) -> None:
        self.on_record(len(self.events))
        self.events.append(event)

    def token(self, key: str) -> str:
        self.numbers += 1
        return f"token-{self.numbers}-{key}"

    def pause(self, seconds: float) -> bool:
        self.pauses.append(seconds)
        return False

    def execute(self, planned: Plan, **options: Any) -> Result:
        story = self.story
        arguments: dict[str, Any] = {
            "cloud": self.account,
            "enablement": ENABLEMENT,
            "known": {key: made.id for key, made in story.made.items()},
            "in_doubt": story.in_doubt,
            "perhaps": frozenset(key for key, lasting in story.begun.items() if lasting),
            "record": self.record,
            "now": lambda: NOW + timedelta(seconds=len(self.events)),
            "token": self.token,
            "pause": self.pause,
        }
        return execute(planned, **(arguments | options))

    def apply(self, **options: Any) -> Result:
        return self.execute(self.plan(), **options)
