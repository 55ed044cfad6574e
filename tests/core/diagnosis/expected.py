"""What is expected of a cause by itself, said here and not taken from the program."""

from __future__ import annotations

ASKED = frozenset(
    {
        ("aws", "not-visible", "to-magento"),
        ("aws", "regions-differ", "to-magento"),
        ("aws", "not-accepted", "to-magento"),
        ("aws", "endpoint-rejected", "to-magento"),
        ("aws", "endpoint-expired", "to-magento"),
        ("aws", "no-connection", "from-magento"),
        ("aws", "large-packets", "to-magento"),
        ("aws", "no-answer", "to-magento"),
        ("aws", "refused", "to-magento"),
        ("aws", "stalled", "to-magento"),
        ("azure", "not-visible", "to-magento"),
        ("azure", "regions-differ", "to-magento"),
        ("azure", "regions-differ", "from-magento"),
        ("azure", "not-accepted", "to-magento"),
        ("azure", "endpoint-rejected", "to-magento"),
        ("azure", "endpoint-disconnected", "to-magento"),
        ("azure", "no-connection", "from-magento"),
    }
)
"""Cloud, cause and direction where the text for the ticket has something to ask of Magento."""

ONLY_POSSIBLE = frozenset(
    {"balancer-without-group", "proxy-protocol", "tls-name", "idle-drop", "policies-off"}
)
"""Causes that no field of the account proves: the connection counts as healthy beside them."""
