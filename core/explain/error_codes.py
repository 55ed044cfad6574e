"""The codes of failures: of a cloud, a journal, the secret store, and of this program's own commands."""

from __future__ import annotations

from collections.abc import Mapping

from core.cloud import ErrorCode
from core.explain.meaning import Meaning
from core.journal.errors import JournalCode

_CLOUD = "the clouds' API references, Common errors"
_SQLITE = "SQLite: result codes"
_SYSTEM = "the operating system's error"
_US = "this program"

CLOUD: Mapping[ErrorCode, Meaning] = {
    "no-credentials": Meaning(
        "The cloud knows no credentials, or did not accept them.",
        "Check the profile or the environment variables, the session (aws sso login, az login) and the clock.",
        _CLOUD,
    ),
    "credentials-expired": Meaning(
        "The session or the temporary keys have expired.",
        "Sign in again (aws sso login, az login). Nothing done so far is lost.",
        _CLOUD,
    ),
    "access-denied": Meaning(
        "The credentials may not do what is named.",
        "Ask whoever administers the account's permissions for it (privatelink policy prints all that is needed), "
        "then repeat the same command.",
        _CLOUD,
    ),
    "wrong-region": Meaning(
        "The region cannot be used by this account.",
        "Choose the Magento project's region, or have the account's administrator enable it.",
        _CLOUD,
    ),
    "service-not-visible": Meaning(
        "An endpoint service does not show itself: this account is not allowed yet, it is in another region, or its "
        "name has a typing error. The cloud does not tell these apart.",
        "Compare name and region with the ticket; then ask there whether Magento has allowed your account.",
        "AWS PrivateLink: Concepts; Azure: What is Azure Private Link service",
    ),
    "not-found": Meaning(
        "What is named is not there.", "Check the id and the region; if it was deleted, plan anew.", _CLOUD
    ),
    "already-exists": Meaning(
        "Something of that name is there already.", "Rename or remove it, or adopt it.", _CLOUD
    ),
    "in-use": Meaning(
        "It is in use, or not in a state for this.",
        "Remove what depends on it first, or wait a minute and try again.",
        _CLOUD,
    ),
    "quota-exceeded": Meaning(
        "A quota of the account is used up.",
        "Remove what is not needed, or ask the cloud for a higher quota.",
        "AWS PrivateLink quotas; Azure subscription and service limits",
    ),
    "invalid": Meaning(
        "The cloud did not accept the request.",
        "Correct what the message names; if nothing of it was typed in, report it as a bug.",
        _CLOUD,
    ),
    "throttled": Meaning(
        "The cloud asked to slow down.",
        "Wait a minute and try again; another program may be using up the account's request rate.",
        _CLOUD,
    ),
    "unreachable": Meaning(
        "The cloud's address cannot be reached from this machine.",
        "Check network, VPN, proxy, and an endpoint address of your own, if one is set.",
        _SYSTEM,
    ),
    "unavailable": Meaning(
        "The cloud has a fault, or no capacity.", "Wait a few minutes and repeat the same command.", _CLOUD
    ),
    "unsupported": Meaning(
        "The place that answers does not know or allow the call, or the subscription is not registered for it yet.",
        "Check AWS_ENDPOINT_URL, PRIVATELINK_AZURE_ENDPOINT and PRIVATELINK_AZURE_CLOUD if they are set; on Azure plan "
        "again: registering Microsoft.Network is then the first change.",
        _CLOUD,
    ),
    "not-installed": Meaning(
        "A part of the program that this needs is not installed.",
        "Install what the message names, for example pip install '.[sandbox]'.",
        _US,
    ),
    "unexpected": Meaning(
        "The cloud answered something that this program does not know.",
        "Repeat the command; if it comes again, report it with the message.",
        _US,
    ),
}

JOURNAL: Mapping[JournalCode, Meaning] = {
    "held": Meaning(
        "Another process is changing this enablement.", "Wait for it, or end it; then do it again.", _US
    ),
    "missing": Meaning("No enablement has this id here.", "See which there are: privatelink status.", _US),
    "exists": Meaning(
        "There is already an enablement with this id.", "Resume that one, or choose another id.", _US
    ),
    "damaged": Meaning(
        "A journal's content does not hold together. Nothing was written to it.",
        "Restore it from a backup, or go on with what can be read: privatelink recover ID --yes.",
        _SQLITE,
    ),
    "not-damaged": Meaning("The journal can be read; there is nothing to recover.", "Use it as it is.", _US),
    "future-version": Meaning(
        "A newer privatelink wrote the file. It was left as it is.",
        "Update privatelink on this machine.",
        _US,
    ),
    "disk-full": Meaning(
        "The disk is full.", "Make room and do it again; everything recorded before is safe.", _SQLITE
    ),
    "read-only": Meaning(
        "This user may not write there.",
        "Give this user permission, or point PRIVATELINK_HOME at a folder of its own.",
        _SYSTEM,
    ),
    "not-a-journal": Meaning(
        "The file is no journal of this program, and no export of one. It was left as it is.",
        "Name a file that privatelink journal export wrote; move a foreign one away from the journals' folder.",
        _US,
    ),
    "other-history": Meaning(
        "Two histories of one enablement part: both were written to since then. Nothing was changed.",
        "Join them: privatelink journal import FILE --merge. No event of either is lost.",
        _US,
    ),
    "unsafe-path": Meaning(
        "Something else stands in the file's place, or the name is no id.",
        "Look at what is there and move it away, or correct the name.",
        _SYSTEM,
    ),
    "io-error": Meaning(
        "The disk or the system refused.",
        "Check the disk and its mount, then do it again; everything recorded before is safe.",
        _SYSTEM,
    ),
}

OWN: Mapping[str, Meaning] = {
    "not-yet": Meaning(
        "The move cannot be made now; the message says what comes before it, and whose turn it is.",
        "Do what it says; privatelink status ID has the whole order.",
        _US,
    ),
    "unusable-input": Meaning(
        "What was typed, or a file that was named, cannot be used.", "Correct it as the message says.", _US
    ),
    "settings": Meaning(
        "config.toml cannot be used.", "Correct the setting that the message names, or remove it.", _US
    ),
    "file": Meaning(
        "A file cannot be read or written.", "Check its name, its folder and who may use it.", _SYSTEM
    ),
    "fault": Meaning(
        "A fault of this program. What happened was kept in a file of your own.",
        "Report it, with that file.",
        _US,
    ),
    "no-store": Meaning(
        "This machine has no secret store.",
        "Set one up, or set the secret in an environment variable for this run.",
        _US,
    ),
    "insecure-store": Meaning(
        "The only secret store here keeps secrets in files.",
        "Set up the system's own store, or set the secret in an environment variable for this run.",
        _US,
    ),
    "locked": Meaning(
        "The secret store is locked.", "Unlock it (sign in to the desktop), then try again.", _US
    ),
    "refused": Meaning("The secret store refused.", "Look at the store with its own program.", _US),
}
