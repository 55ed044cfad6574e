"""Request files that fit the sandbox's world, as a customer would write them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

UNIDIRECTIONAL = """
[project]
id = "abcdefg123456"
plan = "pro"
environment = "production"
region = "US-3"

[cloud]
platform = "aws"
account = "{account}"
region = "us-west-2"
network = "{network}"

[connection]
type = "unidirectional"

[[services]]
name = "Webserver"
protocol = "HTTP"
port = 80
direction = "to-magento"

[[services]]
name = "SFTP"
protocol = "SFTP"
port = 2222
direction = "to-magento"
"""

BIDIRECTIONAL = """
[project]
id = "abcdefg123456"
plan = "pro"
environment = "staging"
region = "US-3"

[cloud]
platform = "aws"
account = "{account}"
region = "us-west-2"
network = "{network}"

[connection]
type = "bidirectional"
{service_name}

[[services]]
name = "Webserver"
protocol = "HTTP"
port = 80
direction = "to-magento"

[[services]]
name = "Database"
protocol = "TCP"
port = 3306
direction = "from-magento"
targets = ["10.20.1.20"]

[[services]]
name = "Orders"
protocol = "TCP"
port = 8443
target_port = 8080
direction = "from-magento"
targets = ["10.20.2.21"]
"""


def write(folder: Path, template: str, environment: Mapping[str, str], service_name: str = "") -> str:
    """Write a request for the sandbox's customer; answers the file's path."""
    path = folder / "request.toml"
    named = f'service_name = "{service_name}"' if service_name else ""
    path.write_text(
        template.format(
            account=environment["PRIVATELINK_SANDBOX_ACCOUNT"],
            network=environment["PRIVATELINK_SANDBOX_VPC"],
            service_name=named,
        ),
        encoding="utf-8",
    )
    return str(path)


AZURE_UNIDIRECTIONAL = """
[project]
id = "abcdefg123456"
plan = "pro"
environment = "production"
region = "AZ-WESTEUROPE-1"
cluster = "abcdefg123456-production-1"

[cloud]
platform = "azure"
account = "{account}"
region = "westeurope"
network = "{network}"

[connection]
type = "unidirectional"

[[services]]
name = "Webserver"
protocol = "HTTP"
port = 80
direction = "to-magento"

[[services]]
name = "SFTP"
protocol = "SFTP"
port = 2222
direction = "to-magento"
"""

AZURE_BIDIRECTIONAL = """
[project]
id = "abcdefg123456"
plan = "pro"
environment = "staging"
region = "AZ-WESTEUROPE-1"
cluster = "abcdefg123456-staging-1"

[cloud]
platform = "azure"
account = "{account}"
region = "westeurope"
network = "{network}"

[connection]
type = "bidirectional"
{service_name}

[[services]]
name = "Webserver"
protocol = "HTTP"
port = 80
direction = "to-magento"

[[services]]
name = "Database"
protocol = "TCP"
port = 3306
direction = "from-magento"
targets = ["10.20.1.20"]

[[services]]
name = "Orders"
protocol = "TCP"
port = 8443
target_port = 8080
direction = "from-magento"
targets = ["10.20.1.21"]
"""
