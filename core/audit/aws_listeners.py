"""Checks of the listeners of load balancers behind endpoint services on AWS."""

from __future__ import annotations

from collections.abc import Iterator

from core.audit.about import about
from core.audit.aws_balancers import BALANCERS, LISTENERS, serving
from core.audit.check import Check, Hit, Survey, Unread, facts
from core.audit.sources import AWS_CREATE_SERVICE, AWS_HUB_ELB, AWS_NLB_LISTENERS, OFFER
from core.export.advice import aws
from core.network.model import Listener

SSH = 22
IDLE = 350
"""Seconds after which a network load balancer forgets a TCP connection without traffic, where nobody said
otherwise.
"""
_OLD_TLS = (
    "ELBSecurityPolicy-2016-08",
    "TLS-1-0",
    "TLS-1-1",
    "FS-2018-06",
    "FS-1-1",
    "TLS13-1-0",
    "TLS13-1-1",
)


def _listeners(survey: Survey) -> Iterator[Listener]:
    for balancer in serving(survey):
        yield from survey.index.listeners_of(balancer)


def ssh(survey: Survey) -> Iterator[Hit | Unread]:
    """A listener is on port 22, or leads to it."""
    for one in _listeners(survey):
        group = survey.index.target_group(one.target_group_id)
        if one.port == SSH or (group is not None and group.port == SSH):
            yield Hit(
                about(survey, one),
                "It offers SSH (port 22) over the private connection.",
                facts(Port=one.port, TargetGroupPort=group.port if group else None),
                aws(survey.region, "elbv2 delete-listener", listener_arn=one.id),
            )


def leads_nowhere(survey: Survey) -> Iterator[Hit | Unread]:
    """A listener forwards to no target group that is there."""
    for one in _listeners(survey):
        if survey.index.target_group(one.target_group_id) is None:
            yield Hit(
                about(survey, one),
                f"It leads to {one.target_group_id}, which is not there."
                if one.target_group_id
                else "It forwards to no single target group.",
                facts(DefaultActions=one.target_group_id or "none"),
                aws(
                    survey.region,
                    "elbv2 modify-listener",
                    listener_arn=one.id,
                    default_actions="Type=forward,TargetGroupArn=<ARN of the target group>",
                ),
            )


def not_tcp(survey: Survey) -> Iterator[Hit | Unread]:
    """A listener takes UDP only."""
    for one in _listeners(survey):
        if one.protocol in ("UDP", "QUIC"):
            yield Hit(
                about(survey, one),
                f"It takes {one.protocol}: the ports of PrivateLink for Magento are TCP.",
                facts(Protocol=one.protocol, Port=one.port),
                aws(survey.region, "elbv2 delete-listener", listener_arn=one.id),
            )


def idle_short(survey: Survey) -> Iterator[Hit | Unread]:
    """A listener drops idle connections sooner than the default."""
    for one in _listeners(survey):
        if one.protocol not in ("TCP", "TCP_UDP"):
            continue
        if one.idle_timeout is None:
            yield Unread(about(survey, one), "tcp.idle_timeout.seconds")
        elif one.idle_timeout < IDLE:
            yield Hit(
                about(survey, one),
                f"It drops connections that are idle for {one.idle_timeout} seconds.",
                facts(tcp__idle_timeout__seconds=one.idle_timeout),
                aws(
                    survey.region,
                    "elbv2 modify-listener-attributes",
                    listener_arn=one.id,
                    attributes=f"Key=tcp.idle_timeout.seconds,Value={IDLE}",
                ),
            )


def tls(survey: Survey) -> Iterator[Hit | Unread]:
    """A listener ends TLS itself."""
    for one in _listeners(survey):
        if one.protocol == "TLS":
            yield Hit(
                about(survey, one),
                "It ends TLS with a certificate of yours, which does not hold for the endpoint's own DNS name.",
                facts(Protocol=one.protocol, Certificates=one.certificate_ids),
                aws(survey.region, "elbv2 describe-listener-certificates", listener_arn=one.id),
            )


def tls_old(survey: Survey) -> Iterator[Hit | Unread]:
    """A listener's policy takes TLS 1.0 or 1.1."""
    for one in _listeners(survey):
        if one.protocol == "TLS" and any(old in one.tls_policy for old in _OLD_TLS):
            yield Hit(
                about(survey, one),
                f"Its policy {one.tls_policy} takes TLS 1.0 or 1.1.",
                facts(SslPolicy=one.tls_policy),
                aws(
                    survey.region,
                    "elbv2 modify-listener",
                    listener_arn=one.id,
                    ssl_policy="ELBSecurityPolicy-TLS13-1-2-2021-06",
                ),
            )


_READS = (BALANCERS, LISTENERS, "endpoint services")

CHECKS = (
    Check(
        "aws-listener-ssh",
        "SSH over the private connection",
        "high",
        "SSH cannot be used over PrivateLink for Magento: port 22 is never opened between the VPCs.",
        "The network admin removes the listener; SFTP goes over another port, for example 2222.",
        OFFER,
        ssh,
        (BALANCERS, LISTENERS, "target groups", "endpoint services"),
    ),
    Check(
        "aws-listener-leads-nowhere",
        "Listener without a target group",
        "high",
        "Connections to its port are refused.",
        "The network admin points it at the target group of the application.",
        AWS_NLB_LISTENERS,
        leads_nowhere,
        (BALANCERS, LISTENERS, "endpoint services"),
        ("target groups",),
    ),
    Check(
        "aws-listener-not-tcp",
        "Listener that takes no TCP",
        "low",
        "The services of an enablement are TCP services.",
        "The network admin removes it, unless other clients use it.",
        AWS_CREATE_SERVICE,
        not_tcp,
        (BALANCERS, LISTENERS, "endpoint services"),
    ),
    Check(
        "aws-listener-idle-short",
        "Listener that drops idle connections early",
        "low",
        "A dropped connection is noticed only by the next write, which fails. The default is 350 seconds.",
        "The network admin lengthens it, or the application sends keepalives more often.",
        AWS_NLB_LISTENERS,
        idle_short,
        (*_READS, "listener attributes"),
    ),
    Check(
        "aws-listener-tls",
        "Listener that ends TLS",
        "info",
        "Clients come by the endpoint's DNS name, for which no certificate of yours can hold.",
        "The application on the other side checks the certificate against the name in it, not the endpoint's.",
        AWS_NLB_LISTENERS,
        tls,
        _READS,
    ),
    Check(
        "aws-listener-tls-old",
        "Listener with an old TLS policy",
        "medium",
        "TLS 1.0 and 1.1 are broken (RFC 8996).",
        "The network admin chooses a policy from TLS 1.2 on, after asking who still needs the old ones.",
        AWS_HUB_ELB,
        tls_old,
        _READS,
    ),
)
"""Listeners on AWS."""
