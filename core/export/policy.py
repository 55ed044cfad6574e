"""The least permissions that the program can work with, as what each cloud takes: an IAM policy, a custom role.

Each cloud has one table of the actions that the program calls (:mod:`.policy_aws`, :mod:`.policy_azure`). A test
compares it with recorded traffic: an action that is called and not listed fails it, and one that is listed and
never called.
"""

from __future__ import annotations

from core.export.permissions import Policy, Purpose, Scope
from core.request.model import Platform
from core.request.offer import Offer


def policy(platform: Platform, purpose: Purpose, scope: Scope, offer: Offer) -> Policy:
    """The least permissions for this purpose in this scope."""
    if platform == "azure":
        from core.export import policy_azure

        return policy_azure.policy(purpose, scope)
    from core.export import policy_aws

    return policy_aws.policy(purpose, scope, offer)
