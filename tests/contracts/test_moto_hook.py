"""The points of moto that the sandbox hooks into: another version that moves one of them fails here."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import moto
import moto.ec2.urls
import moto.elb.urls
import moto.elbv2.urls
import pytest
from moto.ec2.models.vpcs import VPCEndPoint
from moto.ec2.responses import EC2Response
from moto.elbv2.models import ELBv2Backend, FakeLoadBalancer, FakeTargetGroup
from moto.elbv2.responses import ELBV2Response

from providers.sandbox import moto_hook
from providers.sandbox.ground import MOTO_VERSION, Ground
from providers.sandbox.moto_base import Strict
from providers.sandbox.moto_ec2 import SandboxEC2
from providers.sandbox.moto_elb import SandboxELB

NEW = {
    "describe_vpc_endpoint_connections",
    "accept_vpc_endpoint_connections",
    "reject_vpc_endpoint_connections",
}
"""What moto lacks. Once it has one of these, the sandbox's own wants a fresh look."""


def test_the_pinned_version_is_the_installed_one() -> None:
    assert moto.__version__ == MOTO_VERSION
    pyproject = Path(__file__).parents[2] / "pyproject.toml"
    assert f'"moto[server]=={MOTO_VERSION}"' in pyproject.read_text()


@pytest.mark.parametrize(("own", "motos"), [(SandboxEC2, EC2Response), (SandboxELB, ELBV2Response)])
def test_every_action_replaces_one_of_motos_or_is_new(own: type, motos: type) -> None:
    rooms = [one for one in own.__mro__ if one.__module__.startswith("providers.sandbox")]
    actions = {
        name
        for room in rooms
        for name, held in vars(room).items()
        if inspect.isfunction(held) and not name.startswith("_")
    }
    assert actions
    assert {name for name in actions if not hasattr(motos, name)} == (NEW if own is SandboxEC2 else set())


@pytest.mark.parametrize("name", ["_dispatch", "_authenticate_and_authorize_normal_action", "serialized"])
def test_what_wraps_every_request_is_there(name: str) -> None:
    assert callable(getattr(EC2Response, name))
    ours = getattr(Strict, name)
    assert list(inspect.signature(ours).parameters) == list(
        inspect.signature(getattr(EC2Response, name)).parameters
    )


def test_the_url_tables_hold_what_is_replaced() -> None:
    assert moto.ec2.urls.url_paths[moto_hook.EC2_PATH].__self__ is EC2Response
    assert moto.elbv2.urls.url_paths[moto_hook.ELB_PATH] is moto.elb.urls.url_paths[moto_hook.ELB_PATH]


def test_installing_is_undone() -> None:
    tables = (moto.ec2.urls.url_paths, moto.elb.urls.url_paths, moto.elbv2.urls.url_paths)
    before = [dict(table) for table in tables]
    with moto_hook.install(Ground("us-west-2", "1" * 12, "2" * 12)):
        assert all(table != old for table, old in zip(tables, before, strict=True))
    assert [dict(table) for table in tables] == before


@pytest.mark.parametrize(
    ("holder", "words"),
    [
        (VPCEndPoint, 'self.state = "available"'),
        (VPCEndPoint, "self.dns_entries = dns_entries"),
        (VPCEndPoint, "self.network_interface_ids ="),
        (FakeLoadBalancer, "self.attrs ="),
        (FakeLoadBalancer, "self.listeners"),
        (FakeTargetGroup, "self.load_balancer_arns"),
        (ELBv2Backend, "self.tagging_service = TaggingService()"),
        (ELBv2Backend, "make_arn_for_load_balancer("),
    ],
)
def test_the_insides_that_are_read_or_set_are_there(holder: type, words: str) -> None:
    assert re.search(re.escape(words), inspect.getsource(holder))
