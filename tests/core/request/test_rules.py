import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.request.model import (
    Draft,
    DraftCloud,
    DraftConnection,
    DraftProject,
    DraftService,
    Problem,
    Request,
)
from core.request.offer import Offer
from core.request.protocols import PROTOCOLS, transport
from core.request.read import check_reading, read
from core.request.rules import CODES, check, request_of

Spoil = Callable[[str, Mapping[str, Any]], Draft]

SUB = "0a1b2c3d-0000-4000-8000-123456789abc"
OTHER_SUB = SUB.replace("0a1b", "ffff")
GROUP = f"/subscriptions/{SUB}/resourceGroups/net/providers/Microsoft.Network"
VNET = f"{GROUP}/virtualNetworks/shop-vnet"
PLS = f"{GROUP}/privateLinkServices/shop"
NIC = f"{GROUP}/networkInterfaces/db-nic"
MACHINE = f"/subscriptions/{SUB}/resourceGroups/net/providers/Microsoft.Compute/virtualMachines/db"
TO = {"name": "Search", "protocol": "HTTPS", "port": 443, "direction": "to-magento"}
FROM = {
    "name": "Mail",
    "protocol": "SMTP",
    "port": 25,
    "direction": "from-magento",
    "targets": ["10.1.1.1"],
}
ONLY_TO = {"connection": {"type": "unidirectional"}, "services": [TO]}

E, W = "error", "warning"
RULES: list[tuple[str, dict[str, Any], set[tuple[str, str, str]]]] = [
    # platform, changes to a good request, every problem that must come of it
    ("aws", {}, set()),
    ("azure", {}, set()),
    ("aws", ONLY_TO, set()),
    *(
        ("aws", {path: None}, {("required", path, E)})
        for path in (
            "project.id",
            "project.plan",
            "project.environment",
            "cloud.platform",
            "cloud.account",
            "cloud.region",
            "cloud.network",
            "connection.type",
            "services.0.name",
            "services.0.protocol",
            "services.0.port",
            "services.1.direction",
        )
    ),
    ("aws", {"project.id": "  "}, {("required", "project.id", E)}),
    ("aws", {"services": []}, {("required", "services", E)}),
    # hidden characters
    ("aws", {"services.0.name": "Web\nserver"}, {("hidden-character", "services.0.name", E)}),
    ("aws", {"services.0.name": "\x1b[2JWeb"}, {("hidden-character", "services.0.name", E)}),
    ("aws", {"project.region": "US\u202e-3"}, {("hidden-character", "project.region", E)}),
    ("aws", {"cloud.account": "1111222233\u200b33"}, {("hidden-character", "cloud.account", E)}),
    ("aws", {"services.1.targets.0": "10.0\x00.0.1"}, {("hidden-character", "services.1.targets.0", E)}),
    ("aws", {"services.0.name": "👩\u200d💻 [b]Shop[/b]"}, set()),
    # project
    ("aws", {"project.id": "ABCdefg123456"}, {("project-id-characters", "project.id", E)}),
    ("aws", {"project.id": "abc-efg123456"}, {("project-id-characters", "project.id", E)}),
    ("aws", {"project.id": "abcdefg12"}, {("project-id-length", "project.id", W)}),
    ("aws", {"project.id": "abcdefg1234567"}, {("project-id-length", "project.id", W)}),
    ("aws", {"project.plan": " Pro "}, set()),
    ("aws", {"project.plan": "Starter"}, {("plan-not-offered", "project.plan", E)}),
    ("aws", {"project.plan": "gold"}, {("plan-not-offered", "project.plan", E)}),
    ("aws", {"project.environment": "STAGING"}, set()),
    *(
        ("aws", {"project.environment": name}, {("environment-not-offered", "project.environment", E)})
        for name in ("integration", "local", "prod")
    ),
    ("aws", {"project.region": None}, set()),
    ("aws", {"project.region": "us-3"}, set()),
    ("aws", {"project.region": "US-99"}, {("magento-region-unknown", "project.region", W)}),
    ("aws", {"project.region": "US"}, {("magento-region-differs", "project.region", W)}),
    ("aws", {"project.region": "US-A1"}, {("magento-region-platform", "project.region", W)}),
    # cloud
    ("aws", {"cloud.platform": "AWS"}, set()),
    ("aws", {"cloud.platform": "gcp"}, {("platform-unknown", "cloud.platform", E)}),
    ("aws", {"cloud.account": "1111-2222-3333"}, {("account-syntax", "cloud.account", E)}),
    ("aws", {"cloud.account": "11112222333"}, {("account-syntax", "cloud.account", E)}),
    ("aws", {"cloud.account": "１１１１２２２２３３３３"}, {("account-syntax", "cloud.account", E)}),
    ("aws", {"cloud.account": "402592597372"}, {("account-of-magento", "cloud.account", E)}),
    ("azure", {"cloud.account": SUB.upper()}, set()),
    ("azure", {"cloud.account": "111122223333"}, {("account-syntax", "cloud.account", E)}),
    (
        "aws",
        {"cloud.region": "US-WEST-2"},
        set(),
    ),
    (
        "aws",
        {**ONLY_TO, "cloud.region": "us-west-2a", "project.region": None},
        {("region-syntax", "cloud.region", E)},
    ),
    (
        "azure",
        {**ONLY_TO, "services.0.port": 8443, "cloud.region": "East US 2", "project.region": None},
        {("region-syntax", "cloud.region", E)},
    ),
    (
        "aws",
        {**ONLY_TO, "cloud.region": "eastus2", "project.region": None},
        {("region-platform", "cloud.region", E)},
    ),
    ("aws", {"cloud.network": "VPC-0ABC"}, set()),
    ("aws", {"cloud.network": "subnet-0abc"}, {("network-syntax", "cloud.network", E)}),
    ("aws", {"cloud.network": VNET}, {("network-syntax", "cloud.network", E)}),
    ("azure", {"cloud.network": "shop-vnet"}, {("network-syntax", "cloud.network", E)}),
    ("azure", {"cloud.network": VNET.upper()}, set()),
    (
        "azure",
        {"cloud.network": VNET.replace(SUB, OTHER_SUB)},
        {("network-subscription", "cloud.network", E)},
    ),
    ("aws", {"cloud.subnets": ["subnet-0abc", "subnet-0def"]}, set()),
    ("aws", {"cloud.subnets": ["subnet-0abc", "vpc-0def"]}, {("subnet-syntax", "cloud.subnets.1", E)}),
    (
        "aws",
        {"cloud.subnets": ["subnet-0abc", "subnet-0ABC"]},
        {("subnet-duplicate", "cloud.subnets.1", W)},
    ),
    ("azure", {"cloud.subnets": [f"{VNET}/subnets/a"]}, set()),
    ("azure", {"cloud.subnets": ["a"]}, {("subnet-syntax", "cloud.subnets.0", E)}),
    ("azure", {"cloud.subnets": [f"{VNET}2/subnets/a"]}, {("subnet-network", "cloud.subnets.0", E)}),
    # connection
    ("aws", {"connection.type": "Bidirectional"}, set()),
    ("aws", {"connection.type": "both"}, {("connection-type-unknown", "connection.type", E)}),
    ("aws", {"services": [TO]}, {("bidirectional-from-magento-missing", "services", E)}),
    ("aws", {"services": [FROM]}, {("bidirectional-to-magento-missing", "services", E)}),
    (
        "aws",
        {"connection": {"type": "unidirectional"}, "services.2": FROM},
        {
            ("unidirectional-from-magento", "services.1.direction", E),
            ("unidirectional-from-magento", "services.2.direction", E),
        },
    ),
    ("aws", {"connection.service_name": None}, {("service-name-missing", "connection.service_name", W)}),
    (
        "aws",
        {**ONLY_TO, "connection": {"type": "unidirectional", "service_name": "x"}},
        {("service-name-unneeded", "connection.service_name", W)},
    ),
    *(
        ("aws", {"connection.service_name": name}, {("service-name-syntax", "connection.service_name", E)})
        for name in ("vpce-svc-0abc", "vpce-0abc", "com.amazonaws.us-west-2.s3", PLS, "x")
    ),
    (
        "aws",
        {"connection.service_name": "com.amazonaws.vpce.us-east-1.vpce-svc-0abc"},
        {("service-name-region", "connection.service_name", E)},
    ),
    (
        "azure",
        {"connection.service_name": PLS.replace(SUB, OTHER_SUB)},
        {("service-name-subscription", "connection.service_name", E)},
    ),
    (
        "azure",
        {"connection.service_name": f"shop.{SUB}.eastus2.azure.privatelinkservice"},
        {("service-name-alias", "connection.service_name", W)},
    ),
    (
        "azure",
        {"connection.service_name": f"shop.{SUB}.westeurope.azure.privatelinkservice"},
        {
            ("service-name-alias", "connection.service_name", W),
            ("service-name-region", "connection.service_name", E),
        },
    ),
    (
        "azure",
        {"connection.service_name": "com.amazonaws.vpce.us-west-2.vpce-svc-0abc"},
        {("service-name-syntax", "connection.service_name", E)},
    ),
    # services
    ("aws", {"services.0.direction": "inbound"}, {("direction-unknown", "services.0.direction", E)}),
    ("aws", {"services.0.direction": "To-Magento"}, set()),
    ("aws", {"services.0.name": "x" * 81}, {("service-label-long", "services.0.name", E)}),
    ("aws", {"services.0.name": "database"}, {("service-label-duplicate", "services.1.name", W)}),
    ("aws", {"services.0.protocol": "<script>"}, {("protocol-syntax", "services.0.protocol", E)}),
    ("aws", {"services.0.protocol": "ssh"}, {("protocol-ssh", "services.0.protocol", E)}),
    ("aws", {"services.0.protocol": "udp"}, {("protocol-udp", "services.0.protocol", E)}),
    ("aws", {"services.0.protocol": "XYZ"}, {("protocol-unknown", "services.0.protocol", W)}),
    ("aws", {"services.0.port": 443}, {("protocol-port", "services.0.port", W)}),
    ("aws", {"services.0.protocol": "HTTPS"}, {("protocol-port", "services.0.port", W)}),
    ("aws", {"services.0.protocol": "SFTP", "services.0.port": 2222}, set()),
    *(
        ("aws", {"services.0.port": port}, {("port-range", "services.0.port", E)})
        for port in (0, -1, 65536, 10**5000)
    ),
    ("aws", {"services.0.port": 65535}, set()),
    ("aws", {"services.0.port": 1}, set()),
    ("aws", {"services.0.port": 22}, {("port-ssh", "services.0.port", E)}),
    ("aws", {"services.1.port": 22}, {("port-ssh", "services.1.port", E)}),
    ("aws", {"services.1.target_port": 22}, {("port-ssh", "services.1.target_port", E)}),
    ("aws", {"services.1.target_port": 70000}, {("port-range", "services.1.target_port", E)}),
    (
        "aws",
        {"services.2": FROM | {"port": 3306, "protocol": "TCP"}},
        {("port-duplicate", "services.2.port", E)},
    ),
    ("aws", {"services.2": FROM | {"port": 80, "protocol": "TCP"}}, set()),
    ("azure", {"services.0": TO}, {("port-refused", "services.0.port", E)}),
    ("azure", {"services.1.port": 443}, set()),
    ("aws", {"services.0": TO}, set()),
    ("aws", {"services.1.targets": []}, {("targets-missing", "services.1.targets", W)}),
    ("aws", {"services.1.targets": [" "]}, {("targets-missing", "services.1.targets", W)}),
    *(
        ("aws", {"services.1.targets.0": text}, {("target-syntax", "services.1.targets.0", E)})
        for text in ("db.example.com", "10.0.0.0/8", "10.0.0.4:3306", "010.0.0.4", "fd00::1", "i-xyz")
    ),
    *(
        ("aws", {"services.1.targets.0": text}, {("target-public", "services.1.targets.0", E)})
        for text in ("8.8.8.8", "127.0.0.1", "169.254.169.254", "0.0.0.0", "172.32.0.1")
    ),
    ("aws", {"services.1.targets": ["100.64.0.9", "172.31.0.1"]}, set()),
    ("azure", {"services.1.targets": ["i-0abc"]}, {("target-syntax", "services.1.targets.0", E)}),
    ("azure", {"services.1.targets": [MACHINE, NIC.upper()]}, set()),
    ("azure", {"services.1.targets": [VNET]}, {("target-syntax", "services.1.targets.0", E)}),
    (
        "azure",
        {"services.1.targets": [NIC.replace(SUB, SUB[:-1] + "d")]},
        {("target-subscription", "services.1.targets.0", E)},
    ),
    ("aws", {"services.1.targets": [NIC]}, {("target-syntax", "services.1.targets.0", E)}),
    ("azure", {"project.cluster": None}, {("cluster-missing", "project.cluster", W)}),
    ("azure", {"project.cluster": "a b"}, {("cluster-syntax", "project.cluster", E)}),
    ("aws", {"project.cluster": "abc_stg"}, set()),
    # ARM's naming rules: a group does not end with a dot, a name not with a dot or hyphen.
    (
        "azure",
        {"cloud.network": VNET.replace("Groups/net/", "Groups/net./")},
        {("network-syntax", "cloud.network", E)},
    ),
    ("azure", {"cloud.network": VNET + "-"}, {("network-syntax", "cloud.network", E)}),
    (
        "azure",
        {"cloud.network": VNET[: VNET.rindex("/") + 1] + "x" * 81},
        {("network-syntax", "cloud.network", E)},
    ),
    ("aws", {"services.1.targets.1": "10.20.0.4"}, {("target-duplicate", "services.1.targets.1", W)}),
    ("aws", {"services.0.targets": ["10.0.0.1"]}, {("targets-unneeded", "services.0.targets", W)}),
    ("aws", {"services.0.target_port": 81}, {("target-port-unneeded", "services.0.target_port", W)}),
]

SHAPES: list[tuple[bytes, str]] = [
    (b" " * (1 << 20) + b" ", "file-too-large"),
    (b"\xff", "file-not-utf8"),
    (b"x", "file-syntax"),
    (b"a=" + b"[" * 100_000, "file-too-deep"),
    (b"x = 1", "unknown-key"),
    (b'{"cloud": {}, "cloud": {}}', "duplicate-key"),
    (b"cloud = 1", "wrong-type"),
    (b'{"project": {"id": "\\ud800"}}', "broken-text"),
    (b'{"services": [' + b"{}," * 200 + b"{}]}", "list-too-long"),
]


def summary(problems: tuple[Problem, ...]) -> set[tuple[str, str, str]]:
    return {(problem.code, problem.field, problem.severity) for problem in problems}


@pytest.mark.parametrize(("platform", "changes", "expected"), RULES)
def test_rule(
    spoil: Spoil, platform: str, changes: dict[str, Any], expected: set[tuple[str, str, str]]
) -> None:
    draft = spoil(platform, changes)
    problems = check(draft)
    assert summary(problems) == expected
    assert all(problem.message and problem.remedy for problem in problems)
    if all(problem.severity == "warning" for problem in problems):
        assert isinstance(request_of(draft), Request)
    else:
        with pytest.raises(ValueError, match=problems[0].field.partition(".")[0]):
            request_of(draft)


@pytest.mark.parametrize(("data", "code"), SHAPES)
def test_shape(data: bytes, code: str) -> None:
    assert code in {problem.code for problem in read(data, "").problems}


def test_every_code_is_explained_and_every_explained_code_has_a_case() -> None:
    in_cases = {code for _, _, expected in RULES for code, _, _ in expected} | {code for _, code in SHAPES}
    assert in_cases == set(CODES)


def test_all_problems_at_once_and_in_the_files_order(spoil: Spoil) -> None:
    draft = spoil(
        "aws",
        {
            "services.0.port": 22,
            "services.1.targets.0": "8.8.8.8",
            "project.id": "A",
            "cloud.account": "1",
            "connection.service_name": None,
        },
    )
    problems = check(draft)
    assert [problem.field for problem in problems] == [
        "project.id",
        "cloud.account",
        "connection.service_name",
        "services.0.port",
        "services.1.targets.0",
    ]


def test_services_are_in_order_beyond_ten(spoil: Spoil) -> None:
    services = [TO | {"name": f"S{index}", "port": 0} for index in range(12)]
    draft = spoil("aws", {**ONLY_TO, "services": services})
    fields = [problem.field for problem in check(draft) if problem.code == "port-range"]
    assert fields == [f"services.{index}.port" for index in range(12)]


@pytest.mark.parametrize(
    ("platform", "path", "value", "remedy"),
    [
        ("aws", "cloud.account", "1111 2222-3333", "Write 111122223333."),
        (
            "aws",
            "cloud.region",
            "us-west-2b",
            "us-west-2b is an Availability Zone; write its region, us-west-2.",
        ),
        ("azure", "cloud.region", "(US) East US 2", "Write eastus2."),
        ("azure", "cloud.region", "East US 2", "Write eastus2."),
        (
            "aws",
            "connection.service_name",
            "vpce-svc-0abc",
            "Write the whole name: com.amazonaws.vpce.us-west-2.vpce-svc-0abc.",
        ),
    ],
)
def test_remedy_says_what_to_write(spoil: Spoil, platform: str, path: str, value: str, remedy: str) -> None:
    found = [problem.remedy for problem in check(spoil(platform, {path: value})) if problem.field == path]
    assert found == [remedy]


def test_port_22_is_refused_with_the_reason(spoil: Spoil) -> None:
    (problem,) = check(spoil("aws", {"services.1.port": 22}))
    assert "SSH" in problem.message
    assert "22" in problem.message


def test_settings_change_the_rules(spoil: Spoil) -> None:
    offer = Offer(plans=("starter",), environments=("integration",), azure_refused_ports=(80,))
    changes = {"project.plan": "starter", "project.environment": "integration"}
    assert check(spoil("aws", changes), offer) == ()
    assert summary(check(spoil("azure", changes), offer)) == {("port-refused", "services.0.port", "error")}


def test_a_request_is_normalized(spoil: Spoil) -> None:
    draft = spoil(
        "aws",
        {
            "project.plan": " PRO ",
            "project.region": "us-3",
            "cloud.account": " 111122223333\n",
            "cloud.region": "US-WEST-2",
            "cloud.network": "VPC-0ABC",
            "cloud.subnets": ["subnet-0abc", "SUBNET-0ABC "],
            "cloud.profile": "  ",
            "connection.service_name": "COM.amazonaws.vpce.us-west-2.vpce-svc-0ABC",
            "services.0.protocol": "http",
            "services.0.targets": ["10.0.0.1"],
            "services.0.target_port": 81,
            "services.1.targets": ["I-0ABC", "i-0abc", "10.0.0.1"],
            "services.1.target_port": 13306,
        },
    )
    request = request_of(draft)
    assert (request.plan, request.magento_region, request.account) == ("pro", "US-3", "111122223333")
    assert (request.region, request.network, request.profile) == ("us-west-2", "vpc-0abc", None)
    assert request.subnets == ("subnet-0abc",)
    assert request.service_name == "com.amazonaws.vpce.us-west-2.vpce-svc-0abc"
    web, database = request.services
    assert (web.protocol, web.targets, web.target_port) == ("HTTP", (), 80)
    assert (database.targets, database.target_port) == (("i-0abc", "10.0.0.1"), 13306)


def test_azure_keeps_the_spelling_of_resource_ids(spoil: Spoil) -> None:
    request = request_of(spoil("azure", {"cloud.account": SUB.upper()}))
    assert request.account == SUB
    assert request.network == VNET


def test_transport_of_known_and_unknown_protocols() -> None:
    assert {transport(name) for name in PROTOCOLS} == {"TCP", "UDP"}
    assert transport(" http ") == "TCP"
    assert transport("quic") == "UDP"
    assert transport("whatever") == "TCP"


WORDS = st.one_of(
    st.none(),
    st.text(max_size=12),
    st.sampled_from(
        [
            *("aws", "azure", "pro", "production", "unidirectional", "bidirectional"),
            *("to-magento", "from-magento", "111122223333", "us-west-2", "vpc-0abc", "abcdefg123456"),
            *(
                "HTTP",
                "SSH",
                "10.0.0.1",
                "i-0abc",
                SUB,
                VNET,
                PLS,
                "com.amazonaws.vpce.us-west-2.vpce-svc-0a",
            ),
        ]
    ),
)
TEXTS = st.lists(WORDS.filter(bool).map(str), max_size=3).map(tuple)
NUMBERS = st.one_of(st.none(), st.integers(), st.sampled_from([22, 80, 443, 65535, 65536, 10**5000]))
DRAFTS = st.builds(
    Draft,
    project=st.builds(DraftProject, id=WORDS, plan=WORDS, environment=WORDS, region=WORDS),
    cloud=st.builds(
        DraftCloud, platform=WORDS, account=WORDS, region=WORDS, network=WORDS, subnets=TEXTS, profile=WORDS
    ),
    connection=st.builds(DraftConnection, type=WORDS, service_name=WORDS),
    services=st.lists(
        st.builds(
            DraftService,
            name=WORDS,
            protocol=WORDS,
            port=NUMBERS,
            direction=WORDS,
            targets=TEXTS,
            target_port=NUMBERS,
        ),
        max_size=3,
    ).map(tuple),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(DRAFTS)
def test_checking_never_fails_and_decides_whether_there_is_a_request(draft: Draft) -> None:
    problems = check(draft)
    assert problems == check(draft)
    assert {problem.code for problem in problems} <= set(CODES)
    if any(problem.severity == "error" for problem in problems):
        with pytest.raises(ValueError):
            request_of(draft)
    else:
        request_of(draft)


@settings(max_examples=100, deadline=None)
@given(
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5)),
        lambda inner: st.one_of(
            st.lists(inner, max_size=4),
            st.dictionaries(
                st.sampled_from(
                    ["project", "cloud", "connection", "services", "id", "account", "port", "targets", "x"]
                ),
                inner,
                max_size=5,
            ),
        ),
        max_leaves=20,
    )
)
def test_any_json_value_is_read_and_nothing_is_told_twice(value: object) -> None:
    problems = check_reading(read(json.dumps(value).encode(), "x.json"))
    assert {problem.code for problem in problems} <= set(CODES)
    broken = {problem.field for problem in problems if problem.code in ("wrong-type", "broken-text")}
    assert not [one for one in problems if one.code == "required" and one.field in broken]
