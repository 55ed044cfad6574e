"""Checks of load balancing rules and their probes behind private link services on Azure."""

from __future__ import annotations

from collections.abc import Iterator

from core.audit.about import about
from core.audit.aws_listeners import SSH
from core.audit.azure_balancers import READS, placed, serving
from core.audit.check import Check, Hit, Survey, Unread, facts
from core.audit.sources import AZURE_IDLE, AZURE_POOLS, AZURE_PROBES, OFFER
from core.export.advice import az
from core.export.shell import Value
from core.network.model import Listener

LINK_IDLE = 300
"""Seconds after which a private link drops an idle connection; it cannot be set."""


def _rules(survey: Survey) -> Iterator[Listener]:
    for balancer in serving(survey):
        yield from survey.index.listeners_of(balancer)


def _rule_update(one: Listener, **options: Value) -> str:
    name = one.id.rpartition("/")[2]
    return az("network lb rule update", name=name, **placed(one.id), **options)


def ssh(survey: Survey) -> Iterator[Hit | Unread]:
    """A rule is on port 22, or leads to it."""
    for one in _rules(survey):
        if SSH in (one.port, one.target_port):
            yield Hit(
                about(survey, one),
                "It offers SSH (port 22) over the private connection.",
                facts(frontendPort=one.port, backendPort=one.target_port),
                az("network lb rule delete", name=one.id.rpartition("/")[2], **placed(one.id)),
            )


def leads_nowhere(survey: Survey) -> Iterator[Hit | Unread]:
    """A rule sends to no pool that is there."""
    for one in _rules(survey):
        if survey.index.target_group(one.target_group_id) is None:
            yield Hit(
                about(survey, one),
                "It sends to no back-end pool.",
                facts(backendAddressPool=one.target_group_id or "none"),
                az(
                    "network lb rule update",
                    name=one.id.rpartition("/")[2],
                    **placed(one.id),
                    backend_pool_name="<pool>",
                ),
            )


def no_probe(survey: Survey) -> Iterator[Hit | Unread]:
    """A rule has no health probe."""
    for one in _rules(survey):
        if one.health_check is None:
            yield Unread(about(survey, one), "probe")
        elif not one.health_check.enabled:
            yield Hit(
                about(survey, one),
                "It has no health probe: it sends to machines that do not answer.",
                facts(probe="none"),
                _rule_update(one, probe_name="<probe>"),
            )


def probe_elsewhere(survey: Survey) -> Iterator[Hit | Unread]:
    """A rule's probe tries another port than the one that serves."""
    for one in _rules(survey):
        tried, serves = one.health_check, one.target_port or one.port
        if tried is None:
            yield Unread(about(survey, one), "probe")
        elif tried.enabled and tried.port not in (None, serves):
            yield Hit(
                about(survey, one),
                f"Its probe tries port {tried.port}, its machines serve on {serves}.",
                facts(probe__port=tried.port, backendPort=serves),
                _rule_update(one, probe_name=f"<probe of port {serves}>"),
            )


def idle_long(survey: Survey) -> Iterator[Hit | Unread]:
    """A rule keeps idle connections for longer than the private link does."""
    for one in _rules(survey):
        if one.idle_timeout is None:
            yield Unread(about(survey, one), "idleTimeoutInMinutes")
        elif one.idle_timeout > LINK_IDLE:
            yield Hit(
                about(survey, one),
                f"It keeps idle connections for {one.idle_timeout // 60} minutes, the private link for about five.",
                facts(idleTimeoutInMinutes=one.idle_timeout // 60),
                _rule_update(one, idle_timeout="4", enable_tcp_reset="true"),
            )


CHECKS = (
    Check(
        "azure-rule-ssh",
        "SSH over the private connection",
        "high",
        "SSH cannot be used over PrivateLink for Magento: port 22 is never opened between the networks.",
        "The network admin removes the rule; SFTP goes over another port, for example 2222.",
        OFFER,
        ssh,
        READS,
    ),
    Check(
        "azure-rule-leads-nowhere",
        "Load balancing rule without a pool",
        "high",
        "Connections to its port time out.",
        "The network admin points it at the pool of the application.",
        AZURE_POOLS,
        leads_nowhere,
        READS,
    ),
    Check(
        "azure-rule-no-probe",
        "Load balancing rule without a health probe",
        "medium",
        "Without a probe a machine that stopped goes on getting its share of the connections.",
        "The network admin adds a TCP probe on the serving port.",
        AZURE_PROBES,
        no_probe,
        READS,
    ),
    Check(
        "azure-rule-probe-elsewhere",
        "Health probe on another port",
        "low",
        "A machine is then called healthy although the port that serves may be closed.",
        "The network admin lets the probe try the serving port.",
        AZURE_PROBES,
        probe_elsewhere,
        READS,
    ),
    Check(
        "azure-rule-idle-long",
        "Idle timeout longer than the private link's",
        "info",
        "The private link drops a connection without traffic after four to five minutes, whatever the load "
        "balancer says.",
        "The application's owner sends keepalives more often than every four minutes.",
        AZURE_IDLE,
        idle_long,
        READS,
    ),
)
"""Load balancing rules on Azure."""
