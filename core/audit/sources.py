"""The documents that the checks' rules are written in."""

from __future__ import annotations

from core.audit.finding import Source
from core.request.offer import PAGE

_LINK = "https://docs.aws.amazon.com/vpc/latest/privatelink"
_VPC = "https://docs.aws.amazon.com/vpc/latest/userguide"
_NLB = "https://docs.aws.amazon.com/elasticloadbalancing/latest/network"
_HUB = "https://docs.aws.amazon.com/securityhub/latest/userguide"
_LEARN = "https://learn.microsoft.com/en-us/azure"

OFFER = Source("PrivateLink service: Features and support, Limitations", PAGE)

AWS_SHARE = Source(
    "AWS PrivateLink: Configure an endpoint service", f"{_LINK}/configure-endpoint-service.html"
)
AWS_CREATE_SERVICE = Source(
    "AWS PrivateLink: Create a service powered by AWS PrivateLink", f"{_LINK}/create-endpoint-service.html"
)
AWS_SERVICE_DNS = Source(
    "AWS PrivateLink: Manage DNS names for VPC endpoint services", f"{_LINK}/manage-dns-names.html"
)
AWS_ENDPOINT = Source(
    "AWS PrivateLink: Access an AWS service using an interface VPC endpoint",
    f"{_LINK}/create-interface-endpoint.html",
)
AWS_ENDPOINT_MANAGE = Source(
    "AWS PrivateLink: Configure an interface endpoint", f"{_LINK}/interface-endpoints.html"
)
AWS_ENDPOINT_STATES = Source(
    "AWS PrivateLink concepts: endpoint states", f"{_LINK}/concepts.html#endpoint-states"
)
AWS_QUOTAS = Source("AWS PrivateLink quotas", f"{_LINK}/vpc-limits-endpoints.html")
AWS_PRICING = Source("AWS PrivateLink pricing", "https://aws.amazon.com/privatelink/pricing/")
AWS_NLB = Source("Network Load Balancers", f"{_NLB}/network-load-balancers.html")
AWS_NLB_GROUPS = Source(
    "Security groups for your Network Load Balancer", f"{_NLB}/load-balancer-security-groups.html"
)
AWS_NLB_LISTENERS = Source(
    "Listeners for your Network Load Balancers", f"{_NLB}/load-balancer-listeners.html"
)
AWS_NLB_TROUBLE = Source(
    "Troubleshoot your Network Load Balancer", f"{_NLB}/load-balancer-troubleshooting.html"
)
AWS_TARGETS = Source(
    "Target groups for your Network Load Balancers", f"{_NLB}/load-balancer-target-groups.html"
)
AWS_TARGET_ATTRIBUTES = Source(
    "Edit target group attributes for your Network Load Balancer", f"{_NLB}/edit-target-group-attributes.html"
)
AWS_HEALTH = Source(
    "Health checks for Network Load Balancer target groups", f"{_NLB}/target-group-health-checks.html"
)
AWS_HUB_ELB = Source("AWS Security Hub controls: Elastic Load Balancing", f"{_HUB}/elb-controls.html")
AWS_HUB_EC2 = Source("AWS Security Hub controls: Amazon EC2", f"{_HUB}/ec2-controls.html")
AWS_ACL = Source("Control subnet traffic with network access control lists", f"{_VPC}/vpc-network-acls.html")
AWS_SUBNETS = Source("Subnet CIDR blocks: subnet sizing", f"{_VPC}/subnet-sizing.html")

AZURE_SERVICE = Source(
    "What is Azure Private Link service?", f"{_LEARN}/private-link/private-link-service-overview"
)
AZURE_SERVICE_POLICY = Source(
    "Disable network policies for Private Link service source IP",
    f"{_LEARN}/private-link/disable-private-link-service-network-policy",
)
AZURE_SERVICE_TROUBLE = Source(
    "Troubleshoot Azure Private Link service connectivity problems",
    f"{_LEARN}/private-link/troubleshoot-private-link-connectivity",
)
AZURE_ENDPOINT = Source("What is a private endpoint?", f"{_LEARN}/private-link/private-endpoint-overview")
AZURE_ENDPOINT_MANAGE = Source(
    "Manage Azure private endpoints", f"{_LEARN}/private-link/manage-private-endpoint"
)
AZURE_ENDPOINT_POLICY = Source(
    "Manage network policies for private endpoints",
    f"{_LEARN}/private-link/disable-private-endpoint-network-policy",
)
AZURE_ENDPOINT_DNS = Source(
    "Azure Private Endpoint private DNS zone values", f"{_LEARN}/private-link/private-endpoint-dns"
)
AZURE_ENDPOINT_TROUBLE = Source(
    "Troubleshoot Azure private endpoint connectivity problems",
    f"{_LEARN}/private-link/troubleshoot-private-endpoint-connectivity",
)
AZURE_PRICING = Source(
    "Azure Private Link pricing", "https://azure.microsoft.com/en-us/pricing/details/private-link/"
)
AZURE_SKU = Source("Azure Load Balancer SKUs", f"{_LEARN}/load-balancer/skus")
AZURE_PROBES = Source(
    "Azure Load Balancer health probes", f"{_LEARN}/load-balancer/load-balancer-custom-probe-overview"
)
AZURE_POOLS = Source("Backend pool management", f"{_LEARN}/load-balancer/backend-pool-management")
AZURE_IDLE = Source(
    "Azure Load Balancer TCP reset and idle timeout", f"{_LEARN}/load-balancer/load-balancer-tcp-reset"
)
AZURE_ZONES = Source("Reliability in Azure Load Balancer", f"{_LEARN}/reliability/reliability-load-balancer")
AZURE_NSG = Source(
    "Azure network security groups overview", f"{_LEARN}/virtual-network/network-security-groups-overview"
)
AZURE_LIMITS = Source(
    "Azure subscription and service limits: Private Link",
    f"{_LEARN}/azure-resource-manager/management/azure-subscription-service-limits#private-link-limits",
)
