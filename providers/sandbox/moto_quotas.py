"""The quotas and the metrics of an account, as AWS answers them. What differs from moto: :mod:`.moto_hook`."""

from __future__ import annotations

import json
from typing import Any

from moto.cloudwatch.responses import CloudWatchResponse
from moto.servicequotas.models import servicequotas_backends
from moto.servicequotas.responses import ServiceQuotasResponse

from providers.sandbox.moto_base import Strict


class SandboxMetrics(Strict, CloudWatchResponse):
    """CloudWatch, as far as moto has it."""


class SandboxQuotas(Strict, ServiceQuotasResponse):
    """Service Quotas: the limits that hold are the default ones, or those that :attr:`.ground.Ground.quotas` says."""

    def list_service_quotas(self) -> str:
        """ListServiceQuotas, a page at a time."""
        params: dict[str, Any] = json.loads(self.body)
        backend = servicequotas_backends[self.current_account][self.region]
        own = self.ground.quotas if self.current_account == self.ground.customer else {}
        known = [
            {**one, "Value": own.get(one["QuotaCode"], one["Value"])}
            for one in backend.list_aws_default_service_quotas(str(params.get("ServiceCode")))
        ]
        first = int(params.get("NextToken") or 0)
        size = int(params.get("MaxResults") or 100)
        answer: dict[str, Any] = {"Quotas": known[first : first + size]}
        if first + size < len(known):
            answer["NextToken"] = str(first + size)
        return json.dumps(answer)
