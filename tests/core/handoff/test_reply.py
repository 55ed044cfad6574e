import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.handoff.reply import MAX_CHARACTERS, Reply, read_reply
from tests.growth import assert_linear

ONE = "com.amazonaws.vpce.us-west-2.vpce-svc-0123456789abcdef0"
TWO = "com.amazonaws.vpce.us-west-2.vpce-svc-0fedcba9876543210"
SHORT = "com.amazonaws.vpce.us-west-2.vpce-svc-0abc"
OWN = "com.amazonaws.vpce.us-west-2.vpce-svc-0aaaaaaaaaaaaaaaa"
EAST = "com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0"
GUID = "0a1b2c3d-0000-4000-8000-123456789abc"
ALIAS = f"magento-pls.{GUID}.eastus2.azure.privatelinkservice"
RESOURCE = (
    f"/subscriptions/{GUID}/resourceGroups/mag_net-1/providers/Microsoft.Network/privateLinkServices/mag-pls"
)


def aws(text: str, own: str | None = OWN) -> Reply:
    return read_reply(text, "aws", "us-west-2", own)


OWN_SUB = "11111111-0000-4000-8000-123456789abc"
MAGENTO_SUB = "22222222-0000-4000-8000-123456789abc"
MINE = RESOURCE.replace(GUID, OWN_SUB)
MINE_ALIAS = f"mag-pls.{MAGENTO_SUB}.eastus2.azure.privatelinkservice"


def azure(text: str) -> Reply:
    return read_reply(text, "azure", "eastus2", (MINE, MINE_ALIAS), OWN_SUB)


def codes(reply: Reply) -> list[str]:
    return [problem.code for problem in reply.problems]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (ONE, [ONE]),
        (f"The service is {ONE}.", [ONE]),
        (f"({ONE}), [{ONE}](https://x/{ONE}); **{ONE}** `{ONE}` <{ONE}> '{ONE}'", [ONE]),
        (f"First {TWO}, then {ONE}; {TWO} again", [TWO, ONE]),
        (ONE.upper(), [ONE]),
        (f"> > Hi,\n> > {ONE}\n>> bye", [ONE]),
        (ONE.replace(".", "\\.").replace("-", "\\-"), [ONE]),
        (ONE.replace("-", "\u2011"), [ONE]),
        (ONE.replace(".", ".\u200b").replace("-", "\u00ad-"), [ONE]),
        (f"<p>Service:<br><b>{ONE[:30]}</b><wbr>{ONE[30:]}</p>", [ONE]),
        (ONE.replace("-", "&#45;").replace(".", "&#x2e;"), [ONE]),
        (ONE[:40] + "=\r\n" + ONE[40:], [ONE]),
        (f"{ONE}\nadded for you", [ONE]),
        (f"{ONE}\n\nabcdef", [ONE]),
        (f"{SHORT}\nadded for you", [SHORT]),
        (f"name is\n{ONE}\nand", [ONE]),
        (f"|name|{ONE}|\n|name|{TWO}|", [ONE, TWO]),
        (f"{ONE}\n{TWO}\n", [ONE, TWO]),
        (f"\ufeff{ONE}\x00\x1b[0m", [ONE]),
    ],
)
def test_aws_names_however_they_are_pasted(text: str, names: list[str]) -> None:
    assert aws(text) == Reply(tuple(names), ())


@pytest.mark.parametrize("cut", range(1, len(ONE)))
@pytest.mark.parametrize("wrap", ["\n", "\r\n> ", "  \n\t> > "])
def test_a_name_may_be_wrapped_anywhere(cut: int, wrap: str) -> None:
    assert aws(f"It is {ONE[:cut]}{wrap}{ONE[cut:]}.").service_names == (ONE,)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (f"Alias: {ALIAS}.", [ALIAS]),
        (f"the alias is\n{ALIAS}\nplease", [ALIAS]),
        (f"the alias is {ALIAS[:20]}\n> {ALIAS[20:]}", [ALIAS]),
        (f"Resource id: `{RESOURCE}`.", [RESOURCE]),
        (f"> {RESOURCE[:70]}\n> {RESOURCE[70:]}\n> please connect", [RESOURCE]),
        (f"{RESOURCE}\n{ALIAS}", [RESOURCE, ALIAS]),
        (f"{RESOURCE} and {RESOURCE.upper()}", [RESOURCE]),
    ],
)
def test_azure_names_however_they_are_pasted(text: str, names: list[str]) -> None:
    found = azure(text)
    assert (found.service_names, found.problems) == (tuple(names), ())
    assert found.subscriptions == ((GUID,) if RESOURCE in names else ())


@pytest.mark.parametrize(
    ("text", "subscriptions"),
    [
        (f"{ALIAS}", ()),
        (RESOURCE, (GUID,)),
        (f"{ALIAS}, our subscription is {MAGENTO_SUB.upper()}.", (MAGENTO_SUB,)),
        (f"{ALIAS}\n> Subscription\n> ID: `{MAGENTO_SUB[:20]}\n> {MAGENTO_SUB[20:]}`", (MAGENTO_SUB,)),
        (f"{ALIAS} subscriptions {MAGENTO_SUB}, {GUID} and {OWN_SUB}", (MAGENTO_SUB, GUID)),
        (f"{ALIAS} tenant {MAGENTO_SUB}", ()),
        (f"{ALIAS} subscription {MAGENTO_SUB}, tenant {GUID}", (MAGENTO_SUB,)),
        (f"{ALIAS}\nsubscription:\n{MAGENTO_SUB}\nRegards", (MAGENTO_SUB,)),
        (f"{ALIAS}\nsubscription {MAGENTO_SUB[:24]}\n{MAGENTO_SUB[24:]}\nRegards", (MAGENTO_SUB,)),
        (f"{ALIAS} subscription {MAGENTO_SUB}-1", ()),
        (f"{ALIAS} allowed for your subscription {OWN_SUB}", ()),
        (f"{ALIAS} your subscription {OWN_SUB} may see it; correlation id {GUID}", ()),
        (f"{ALIAS} > {MINE}", ()),
    ],
)
def test_magentos_subscriptions_are_those_that_are_called_so(
    text: str, subscriptions: tuple[str, ...]
) -> None:
    assert azure(text).subscriptions == subscriptions


def test_a_reply_with_a_subscription_only_is_one() -> None:
    found = azure(f"Please make it visible to our subscription {MAGENTO_SUB}.")
    assert (found.service_names, found.subscriptions) == ((), (MAGENTO_SUB,))
    assert [(one.code, one.severity) for one in found.problems] == [("reply-only-subscription", "warning")]


def test_alias_and_resource_id_of_one_service_are_one_connection() -> None:
    resource = RESOURCE.replace("mag-pls", "Magento-PLS")
    found = azure(f"{resource} {ALIAS}")
    assert found.service_names == (ALIAS,)
    assert found.subscriptions == (GUID,)
    assert codes(found) == ["reply-same-service"]


def test_the_own_service_is_not_magentos_under_either_name() -> None:
    found = azure(f"> {MINE}\n> {MINE_ALIAS}\n{ALIAS}")
    assert found.service_names == (ALIAS,)
    assert codes(found) == ["reply-own-service", "reply-own-service"]


@pytest.mark.parametrize(
    ("reply", "names", "expected"),
    [
        (aws(""), [], ["reply-no-service-name"]),
        (aws("Hello, we are on it."), [], ["reply-no-service-name"]),
        (aws("vpce-svc-0abc"), [], ["reply-no-service-name"]),
        (aws("com.amazonaws.vpce.us-west-2.vpce-svc-xyz"), [], ["reply-no-service-name"]),
        (aws("com.amazonaws.vpce.us-west-2.vpce-svc-0abcxyz"), [], ["reply-no-service-name"]),
        (aws("com.amazonaws.vpce.<region>.vpce-svc-0abc"), [], ["reply-no-service-name"]),
        (aws(EAST), [], ["reply-wrong-region"]),
        (aws(f"{EAST} {TWO}"), [TWO], ["reply-wrong-region"]),
        (aws(OWN), [], ["reply-own-service", "reply-no-service-name"]),
        (aws(f"> {OWN}\n{ONE}"), [ONE], ["reply-own-service"]),
        (aws(OWN.upper(), own=f" {OWN} "), [], ["reply-own-service", "reply-no-service-name"]),
        (aws(OWN, own=None), [OWN], []),
        (aws(ALIAS), [], ["reply-wrong-platform"]),
        (azure(ONE), [], ["reply-wrong-platform"]),
        (azure(ALIAS.replace("eastus2", "westeurope")), [], ["reply-wrong-region"]),
        (aws("x" * (MAX_CHARACTERS + 1)), [], ["reply-too-large"]),
    ],
)
def test_what_a_reply_does_not_say(reply: Reply, names: list[str], expected: list[str]) -> None:
    assert list(reply.service_names) == names
    assert codes(reply) == expected
    assert all(problem.remedy for problem in reply.problems)
    severities = {problem.code: problem.severity for problem in reply.problems}
    assert all((severities[code] == "warning") == (code == "reply-own-service") for code in severities)


def test_an_id_without_its_region_is_completed_in_the_remedy_only() -> None:
    (problem,) = aws("vpce-svc-0abc is ours").problems
    assert SHORT in problem.remedy


ADVERSARIES = [
    "com.amazonaws.vpce.",
    "com.amazonaws.vpce.us-west-2.vpce-svc-0\n",
    "com.amazonaws.vpce.aa-" + "a" * 1000,
    "a" * 999 + "\n",
    "0123456789abcdef",
    "<a ",
    "<",
    "<p",
    "&#",
    "&#0;",
    "\\",
    "=\n",
    "\n",
    " ",
    "> ",
    f".{GUID}",
    f".{GUID}.eastus2.azure.privatelinkservice",
    "/subscriptions/" + GUID,
    RESOURCE + "-\n",
    "/resourceGroups/",
    "\u200b\u2011",
]


@pytest.mark.parametrize("most", [MAX_CHARACTERS // 4, pytest.param(MAX_CHARACTERS, marks=pytest.mark.slow)])
@pytest.mark.parametrize("unit", ADVERSARIES)
def test_twice_as_much_of_anything_takes_twice_as_long_to_read(unit: str, most: int) -> None:
    assert_linear(lambda size: read_reply(unit * (size // len(unit)), "azure", "eastus2", OWN), most)


NOISE = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=30).map(lambda text: f" {text}\n")


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(NOISE, st.sampled_from([f"\n{ONE} ", f"\n> {TWO}, ", f" `{SHORT}`"])), max_size=6))
def test_the_names_are_found_in_order_among_anything(parts: list[str]) -> None:
    names = [name for part in parts for name in (ONE, TWO, SHORT) if name in part]
    assert aws("".join(parts)).service_names == tuple(dict.fromkeys(names))


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters()), st.sampled_from(["aws", "azure", ""]), st.text(max_size=5))
def test_any_text_is_read(text: str, platform: str, region: str) -> None:
    reply = read_reply(text, platform, region)
    assert reply.service_names or reply.problems
