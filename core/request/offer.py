"""The offer's changeable facts, each a setting whose default is what the vendor publishes today.

Source: ``privatelink-service`` page of the vendor's documentation (last substantive edit 2025-09) for the
values that the original document does not name.
"""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field

PAGE = "https://experienceleague.adobe.com/en/docs/commerce-on-cloud/user-guide/develop/privatelink-service"
"""The vendor's page about the service, as it is published today."""


class ProjectRegion(BaseModel):
    """Where the integration environments of a Magento region run; Production may sit elsewhere."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    platform: str
    region: str


def _region(platform: str, region: str) -> ProjectRegion:
    return ProjectRegion(platform=platform, region=region)


PROJECT_REGIONS: Mapping[str, ProjectRegion] = {
    "US": _region("aws", "us-east-1"),
    "US-3": _region("aws", "us-west-2"),
    "US-5": _region("aws", "us-west-2"),
    "EU": _region("aws", "eu-west-1"),
    "EU-3": _region("aws", "eu-west-1"),
    "EU-5": _region("aws", "eu-central-1"),
    "EU-6": _region("aws", "eu-west-3"),
    "AP-3": _region("aws", "ap-southeast-2"),
    "US-A1": _region("azure", "eastus2"),
    "AZ-WESTEUROPE-1": _region("azure", "westeurope"),
}


class Offer(BaseModel):
    """What Magento's side of PrivateLink is, as far as it can change without this program changing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    plans: tuple[str, ...] = ("pro",)
    environments: tuple[str, ...] = ("production", "staging")
    aws_account: str = Field(default="402592597372", pattern=r"^[0-9]{12}$")
    """Magento's AWS account: its root is the only principal ever allowed on a customer's endpoint service."""
    azure_subscriptions: tuple[str, ...] = ()
    """None is published: it comes with the ticket."""
    business_days: int = Field(default=5, ge=1, le=60)
    holidays: str = "US"
    """Country whose public holidays are no business days (ISO 3166, as the ``holidays`` package names it)."""
    azure_refused_ports: tuple[int, ...] = (443,)
    """Ports into Magento that do not work on Azure."""
    regions: Mapping[str, ProjectRegion] = PROJECT_REGIONS

    @property
    def aws_principal(self) -> str:
        """The principal that a customer's endpoint service must allow."""
        return f"arn:aws:iam::{self.aws_account}:root"
