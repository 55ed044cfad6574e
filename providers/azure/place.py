"""Which Azure it is: the public cloud, a sovereign one, or an endpoint of one's own. Imports no SDK."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from core.cloud import CloudError
from providers.loopback import local_place

CLOUDS: Mapping[str, tuple[str, str, str]] = {
    "azure": (
        "https://management.azure.com",
        "https://management.azure.com/.default",
        "https://login.microsoftonline.com",
    ),
    "azure-us-government": (
        "https://management.usgovcloudapi.net",
        "https://management.core.usgovcloudapi.net/.default",
        "https://login.microsoftonline.us",
    ),
    "azure-china": (
        "https://management.chinacloudapi.cn",
        "https://management.chinacloudapi.cn/.default",
        "https://login.chinacloudapi.cn",
    ),
}
"""Cloud → (Resource Manager's address, the scope of its tokens, who signs in). Source: azure.mgmt.core.tools
``get_arm_endpoints``, azure.identity ``AzureAuthorityHosts``.
"""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where the program's requests go: Resource Manager's ``endpoint`` and the ``authority`` that signs in.

    ``ca`` is a file of certificate authorities for the endpoint, ``authority_ca`` for an authority of one's
    own. ``local`` is the endpoint's ``host:port`` where it is on this machine, else empty;
    ``authority_is_local`` says the same of the authority.
    """

    endpoint: str
    scope: str
    authority: str
    own_authority: bool
    ca: str | None
    authority_ca: str | None
    local: str
    authority_is_local: bool


def surroundings(environ: Mapping[str, str]) -> Surroundings:
    """Read ``PRIVATELINK_AZURE_CLOUD`` (``azure``, ``azure-us-government``, ``azure-china``),
    ``PRIVATELINK_AZURE_ENDPOINT``, ``PRIVATELINK_AZURE_CA`` and ``AZURE_AUTHORITY_HOST``.

    Raises CloudError ``invalid`` for an unknown cloud, an address that is not https, or a missing file.
    """
    name = environ.get("PRIVATELINK_AZURE_CLOUD") or "azure"
    if name not in CLOUDS:
        raise CloudError(
            "invalid",
            f"There is no Azure cloud {name}.",
            f"Set PRIVATELINK_AZURE_CLOUD to one of {', '.join(CLOUDS)}, or leave it out.",
        )
    endpoint, scope, authority = CLOUDS[name]
    own_endpoint = environ.get("PRIVATELINK_AZURE_ENDPOINT")
    own_authority = environ.get("AZURE_AUTHORITY_HOST")
    if own_endpoint:
        endpoint = _https(own_endpoint, "PRIVATELINK_AZURE_ENDPOINT")
        scope = f"{endpoint}/.default"
    if own_authority:
        text = own_authority if "://" in own_authority else f"https://{own_authority}"
        authority = _https(text, "AZURE_AUTHORITY_HOST")
    ca = environ.get("PRIVATELINK_AZURE_CA") or None
    if ca and not Path(ca).is_file():
        raise CloudError(
            "invalid",
            f"The file of certificate authorities is not there: {ca}",
            "Correct PRIVATELINK_AZURE_CA: it names a PEM file.",
        )
    return Surroundings(
        endpoint=endpoint,
        scope=scope,
        authority=authority,
        # The known ones may be set by name too; only others cannot be looked up at Microsoft.
        own_authority=bool(own_authority) and authority not in {row[2] for row in CLOUDS.values()},
        ca=ca,
        authority_ca=ca if own_authority else None,
        local=local_place(endpoint),
        authority_is_local=bool(local_place(authority)),
    )


def _https(text: str, setting: str) -> str:
    url = urlsplit(text)
    if url.scheme != "https" or not url.hostname:
        raise CloudError(
            "invalid",
            f"Azure cannot be addressed at {text}: tokens are sent over https only.",
            f"Correct {setting}: it is an https:// address.",
        )
    return text.rstrip("/")
