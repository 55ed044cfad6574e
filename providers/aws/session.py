"""Credentials and clients: found exactly as boto3's users expect, made once, shared by all threads.

botocore's own chain decides (environment, profiles, SSO, assume-role, container and instance roles, and
``AWS_ENDPOINT_URL``); nothing here second-guesses it. The data loader is shared between sessions, because
loading EC2's model is most of what a first client costs.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Literal, cast

import boto3
import botocore
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.loaders import Loader, create_loader
from botocore.model import OperationModel
from botocore.parsers import ResponseParserError
from botocore.session import Session

from core.cloud import CloudError
from providers.aws.errors import code_of, no_credentials, translate
from providers.loopback import local_place
from providers.parts import WORKERS

if TYPE_CHECKING:
    from botocore.exceptions import _ClientErrorResponseTypeDef as _Answer
    from mypy_boto3_cloudwatch.client import CloudWatchClient
    from mypy_boto3_ec2.client import EC2Client
    from mypy_boto3_elbv2.client import ElasticLoadBalancingv2Client
    from mypy_boto3_service_quotas.client import ServiceQuotasClient
    from mypy_boto3_ssm.client import SSMClient
    from mypy_boto3_sts.client import STSClient

Service = Literal["cloudwatch", "ec2", "elbv2", "service-quotas", "ssm", "sts"]

CONFIG = Config(
    retries={"mode": "standard", "total_max_attempts": 4},
    connect_timeout=5,
    read_timeout=30,
    max_pool_connections=WORKERS + 8,
    # One text for all calls: the SDK would put its own together, piece by piece, for each.
    user_agent=f"privatelink boto3/{boto3.__version__} botocore/{botocore.__version__}",
)

ONCE = frozenset(
    {
        "CreateVpcEndpoint",
        "CreateVpcEndpointServiceConfiguration",
        "CreateSecurityGroup",
        "CreateLoadBalancer",
        "CreateTargetGroup",
        "CreateListener",
    }
)
"""Calls that make something. They are repeated by whoever looks first whether the first one made it (the SDK does
not look, and not every endpoint knows the token that it sends again)."""

_SOURCES: Mapping[str, str] = {
    "env": "environment",
    "explicit": "environment",
    "iam-role": "instance role",
    "container-role": "container role",
    "assume-role-with-web-identity": "web identity",
    "sso": "profile {profile}, SSO",
    "login": "profile {profile}, console sign-in",
    "assume-role": "profile {profile}, assumed role",
    "custom-process": "profile {profile}, credential process",
}


@dataclass(frozen=True, slots=True)
class Clients:
    """The clients of one account and region. Each may be called from any thread. Those that only an audit needs
    are made when they are first asked for.

    ``source`` says in words where the credentials came from, ``partition`` is ``aws``, ``aws-cn`` or
    ``aws-us-gov``, ``titles`` names regions in words.
    """

    ec2: EC2Client
    elbv2: ElasticLoadBalancingv2Client
    sts: STSClient
    region: str
    profile: str
    source: str
    partition: str
    titles: Mapping[str, str]
    quotas: Callable[[], ServiceQuotasClient]
    metrics: Callable[[], CloudWatchClient]
    systems: Callable[[], SSMClient]

    @contextmanager
    def asking(self, operation: str) -> Iterator[None]:
        """Turn whatever the SDK raises inside into a CloudError. ``operation`` is the IAM action
        (``ec2:CreateVpcEndpoint``).
        """
        with translated(operation, self.profile, self.region):
            yield


@contextmanager
def translated(operation: str, profile: str, region: str) -> Iterator[None]:
    """Turn the SDK's exceptions into CloudError, the SDK's own kept as the cause."""
    try:
        yield
    except (ClientError, BotoCoreError, ResponseParserError) as error:
        raise translate(error, operation, profile, region) from error


@cache
def loader(data_path: str | None) -> Loader:
    """The reader of API models and endpoints, one for all sessions with the same ``data_path``."""
    return create_loader(data_path)


def _session(profile: str | None) -> Session:
    session = Session(profile=profile)
    session.register_component("data_loader", loader(session.get_config_variable("data_path")))
    return session


def connect(region: str, profile: str | None = None, environ: Mapping[str, str] | None = None) -> Clients:
    """Find credentials and make the clients; no call is made to AWS except where credentials need one.

    ``environ`` takes the place of the process's own environment for ``AWS_ENDPOINT_URL`` and the access
    keys, so that two accounts can be worked with from one process.

    Raises CloudError: ``no-credentials`` (none found, unknown profile), ``invalid`` (unreadable
    configuration, impossible region name).
    """
    own = environ or {}
    profile = profile or own.get("AWS_PROFILE")
    named = profile or os.environ.get("AWS_PROFILE") or os.environ.get("AWS_DEFAULT_PROFILE") or "default"
    with translated("", named, region):
        session = _session(profile)
        if access_key := own.get("AWS_ACCESS_KEY_ID"):
            session.set_credentials(
                access_key, own.get("AWS_SECRET_ACCESS_KEY", ""), own.get("AWS_SESSION_TOKEN")
            )
        credentials = session.get_credentials()
        if credentials is None:
            raise no_credentials(named)
        later = _later(session, region, own)
        clients = Clients(
            ec2=cast("EC2Client", _client(session, "ec2", region, own)),
            elbv2=cast("ElasticLoadBalancingv2Client", _client(session, "elbv2", region, own)),
            sts=cast("STSClient", _client(session, "sts", region, own)),
            region=region,
            profile=named,
            source=_SOURCES.get(credentials.method, "profile {profile}").format(profile=named),
            partition=session.get_partition_for_region(region),
            titles=_titles(session),
            quotas=lambda: cast("ServiceQuotasClient", later("service-quotas")),
            metrics=lambda: cast("CloudWatchClient", later("cloudwatch")),
            systems=lambda: cast("SSMClient", later("ssm")),
        )
        for client in (clients.ec2, clients.elbv2):
            for name in ONCE.intersection(client.meta.method_to_api_mapping.values()):
                place = f"needs-retry.{client.meta.service_model.service_id.hyphenize()}.{name}"
                client.meta.events.register_first(place, _not_again)
        return clients


def _not_again(
    response: tuple[object, _Answer] | None = None,
    caught_exception: Exception | None = None,
    operation: OperationModel | None = None,
    **_: object,
) -> None:
    """Before the SDK repeats a call of :data:`ONCE` by itself: where the first one may have taken effect, its
    failure is told instead (event ``needs-retry`` of botocore).
    """
    if caught_exception is not None:
        raise caught_exception
    if response is None or operation is None:
        return
    told = response[1]
    status = told.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if status >= 500 and code_of(told.get("Error", {}).get("Code", ""), status) != "throttled":
        raise ClientError(told, operation.name)


def _later(session: Session, region: str, environ: Mapping[str, str]) -> Callable[[Service], object]:
    """Makes each client once, when it is first asked for, whatever thread asks: a session is not thread-safe."""
    making = Lock()
    made: dict[Service, object] = {}

    def client(service: Service) -> object:
        with making:
            if service not in made:
                made[service] = _client(session, service, region, environ)
            return made[service]

    return client


def _client(session: Session, service: Service, region: str, environ: Mapping[str, str]) -> object:
    endpoint = environ.get("AWS_ENDPOINT_URL")
    local = local_place(endpoint or os.environ.get("AWS_ENDPOINT_URL", ""))
    # A proxy cannot reach this machine's loopback addresses for us.
    config = CONFIG.merge(Config(proxies={})) if local else CONFIG
    try:
        made = boto3.Session(botocore_session=session, region_name=region)
        client: object = made.client(service, config=config, endpoint_url=endpoint)
    except BotoCoreError:
        raise  # Some of these are ValueErrors too, and have words of their own.
    except ValueError as error:
        raise CloudError(
            "invalid",
            f"AWS cannot be addressed: {error}",
            "Correct AWS_ENDPOINT_URL: it is an http:// or https:// address.",
            detail=str(error),
        ) from error
    return client


def _titles(session: Session) -> Mapping[str, str]:
    data = cast("Mapping[str, list[dict[str, dict[str, dict[str, str]]]]]", session.get_data("endpoints"))
    return {
        name: region["description"]
        for partition in data["partitions"]
        for name, region in partition["regions"].items()
        if "description" in region
    }
