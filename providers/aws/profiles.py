"""The profiles of AWS's shared configuration, read without loading the SDK's data."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

from botocore.configloader import load_config, raw_config_parse
from botocore.exceptions import ConfigNotFound, ConfigParseError

from core.cloud import CloudError


def profiles() -> tuple[str, ...]:
    """The profiles of ``AWS_CONFIG_FILE`` and ``AWS_SHARED_CREDENTIALS_FILE`` (``~/.aws/config``,
    ``~/.aws/credentials``), by name. A file that is not there holds none.

    Raises CloudError ``invalid`` where a file cannot be read as one.
    """
    config = os.environ.get("AWS_CONFIG_FILE") or "~/.aws/config"
    credentials = os.environ.get("AWS_SHARED_CREDENTIALS_FILE") or "~/.aws/credentials"
    return tuple(
        sorted({*_read(load_config, config).get("profiles", {}), *_read(raw_config_parse, credentials)})
    )


def _read(parse: Callable[[str], dict[str, Any]], path: str) -> Mapping[str, Mapping[str, object]]:
    try:
        return parse(path)
    except ConfigNotFound:
        return {}
    except ConfigParseError as error:
        raise _unreadable(error) from error


def _unreadable(error: Exception) -> CloudError:
    return CloudError(
        "invalid",
        f"The AWS configuration cannot be read: {error}",
        "Correct the file that the message names, or delete it and run `aws configure`.",
        detail=str(error),
    )
