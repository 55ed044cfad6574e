"""The words of F1: a topic for every screen and page, and the keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.explain.vendor_page import Section

OTHER_KEYS: tuple[tuple[str, str], ...] = (
    ("Tab", "next field or button; Enter presses it"),
    ("j, k, ↑, ↓", "move in a list; Enter chooses"),
    ("Esc", "close a dialog"),
    ("Ctrl+P", "every action by name"),
    ("Mouse", "Shift (Option on a Mac) and drag marks text to copy"),
)
"""Keys that are always the same; :mod:`tui.keys` has those that a person can choose."""


@dataclass(frozen=True, slots=True)
class Topic:
    """What F1 says: what the screen is for, where its values are found, what is good to know, documentation.

    ``find`` and ``know`` are sentences, one a paragraph; ``links`` are titles with their addresses; ``sections`` those
    of the vendor's page that are about this step.
    """

    title: str
    text: str
    find: tuple[str, ...] = ()
    know: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    sections: tuple[Section, ...] = ()


AWS_PRIVATELINK = ("AWS PrivateLink", "https://aws.amazon.com/privatelink/")
AZURE_PRIVATELINK = ("Azure Private Link", "https://docs.microsoft.com/en-us/azure/private-link/")
AWS_CONSOLE = ("Amazon VPC console", "https://console.aws.amazon.com/vpc/")
AZURE_PORTAL = ("Azure portal", "https://portal.azure.com")
_AWS_GUIDE = "https://docs.aws.amazon.com/vpc/latest/userguide"
_AZURE_GUIDE = "https://docs.microsoft.com/en-us/azure"

COSTS = (
    "You pay for what stands in your own account: load balancer, endpoints and the data that they handle. "
    "The plan says so for each change. It is billed until it is removed, also while you wait for Magento."
)
SUPPORT = (
    "During enablement Magento opens the ports, makes the first connection and helps with its faults. After it, "
    "Magento Support does not cover PrivateLink faults; more support can be bought from Magento Services."
)
NO_SSH = (
    "SSH never crosses PrivateLink: Magento cannot open port 22 between the networks. Use `magento-cloud ssh` "
    "over the internet, or SFTP on another port, for example 2222."
)
NO_PRIVATE_DNS = (
    "Private DNS is not part of the offer. Connect to the endpoint's own DNS name. For a name of your own, point "
    "a record of your private zone at it; a TLS certificate still has to fit the name that clients use."
)
CHANGES = (
    "Changes are made by ticket: another account number, one connection more or less, another port, removal. "
    "Name the first ticket and these ids in it."
)

TOPICS: Mapping[str, Topic] = {
    "home": Topic(
        "Home",
        "Every enablement that was begun on this machine, whose turn it is and what comes next. An enablement "
        "takes days and two companies act in it; its journal is kept on disk, so that you can close this program "
        "at any moment and resume at the same step. ! drift: the last look showed something that somebody changed "
        "behind this program's back; the enablement itself names it.",
        know=(
            "PrivateLink connects your network and Magento's privately, inside one cloud region (AWS or Azure).",
            SUPPORT,
            COSTS,
        ),
        links=(AWS_PRIVATELINK, AZURE_PRIVATELINK),
        sections=("Features and support",),
    ),
    "audit": Topic(
        "Audit",
        "Is my network fit for PrivateLink, and safe? The audit looks at load balancers, endpoint services, "
        "endpoints and what stands around them, and checks them against the clouds' documents and the offer's rules. "
        "It only reads. Each finding says what was read, where on the way of the connection it is, and the exact "
        "command that mends it. What could not be seen is told as not checked; it is never a pass.",
        find=(
            "Keys: / searches, 1 to 5 hide and show a severity, Tab goes to the tree of resources and to the detail.",
            "a looks again for the check under the cursor; F4 looks again for all of them; s saves a report.",
            "Without a cloud: privatelink inventory writes a file on one machine, which is opened here on another.",
        ),
        know=(
            "A part of a command between < and > is yours to choose.",
            "privatelink audit does the same without a screen, with suppressions and a baseline for CI.",
        ),
        links=(AWS_PRIVATELINK, AZURE_PRIVATELINK),
    ),
    "desk": Topic(
        "CTA's desk",
        "For a CTA: what customers sent, and every enablement that is kept here, the late ones first, each with whose "
        "turn it is. A request is checked against the offer's rules and, where an inventory of its account came too, "
        "against that. What is missing or wrong is written as a text to send back; what is complete, as the Support "
        "ticket. Files that were sent are never changed.",
        find=(
            "Keys: o opens a file or folder, 1 to 4 show the state, what to ask, the ticket, and what to "
            "write where it is late; Tab goes to the text.",
            "t takes a request or history into an enablement here; f tells the ticket's number, n keeps a note; "
            "e writes the enablement as one file. Enter opens its wizard.",
        ),
        know=(
            "What customer, CTA and infrastructure team each wrote is joined when a history is taken in: no event of "
            "anybody is lost.",
            "Customers make an inventory with privatelink inventory. privatelink desk does this without a screen.",
        ),
    ),
    "settings": Topic(
        "Settings",
        "Everything that can be set, with its value, and whether that is the default or stands in the file. Enter "
        "changes one; what is wrong is said beneath the field, and nothing is saved. The screen and the keys change "
        "at once; looks and the offer hold for the next enablement that is opened.",
        find=(
            "The file is config.toml in the folder of the journals; you may edit it by hand. Its comments stay.",
            "offer.regions, a table of its own, is set in the file only.",
        ),
        know=("`privatelink settings NAME VALUE` does the same without a screen.",),
    ),
    "account": Topic(
        "Sign-in and account",
        "The program signs in as your cloud's own tools do: a profile (also SSO and assumed roles), environment "
        "variables, or the machine's role. It keeps no credentials. The account that answers must be the one in "
        "the request, because Magento opens its service to that account only. On Azure you can also sign in with a "
        "code on another device, or in the browser of this machine; that lasts until the program ends.",
        find=(
            "Account number, AWS: the console's menu at the top right, or `aws sts get-caller-identity`.",
            "Subscription id, Azure: the portal under Subscriptions, or `az account show`.",
            "Tenant, Azure, only to sign in as a person: `az account show --query tenantId`; may be empty.",
            "Region: that of your VPC or VNet, at the top of the console. Your CTA knows Magento's.",
        ),
        know=(
            "Both sides have to be on the same cloud and in the same region. There is no way around it: if your "
            "services are elsewhere, you need a network in Magento's region first.",
            "`privatelink policy` prints the least permissions that are needed, for whoever grants them.",
        ),
        links=(AWS_CONSOLE, AZURE_PORTAL),
        sections=("Prerequisites",),
    ),
    "project": Topic(
        "Project and environment",
        "PrivateLink is there for Production and Staging of Pro plan projects. It is not there for integration "
        "or local environments, nor for the Starter plan.",
        find=(
            "Project ID: in the project's URL, and in the output of `magento-cloud project:list`.",
            "Plan: on the invoice and in Account Settings. Your CTA knows all of these.",
        ),
        know=("Production and Staging are enabled one by one: begin an enablement for each.",),
        sections=(
            "Limitations",
            "Prerequisites",
        ),
    ),
    "type": Topic(
        "Connection type",
        "Unidirectional: your systems read from the store, over an interface endpoint in your VPC to Magento's "
        "endpoint service. Bidirectional adds a second connection the other way: the store reaches services in "
        "your VPC, over an endpoint service of yours in front of a network load balancer. The consumer of a "
        "service owns the endpoint: yours is the one to Magento; the one to you is Magento's.",
        find=(
            "Who knows: your network administrator and your CTA. Ask what has to open connections to what.",
            "The service name of an endpoint service that you have: VPC console, Endpoint services; Azure: the "
            "private link service's Properties.",
        ),
        know=(
            "Bidirectional: your load balancer and endpoint service have to stand before Magento is asked.",
            "Bidirectional costs more: a load balancer in your account besides the endpoint. " + COSTS,
        ),
        links=(AWS_PRIVATELINK, AZURE_PRIVATELINK),
        sections=("PrivateLink connection types",),
    ),
    "network": Topic(
        "Network",
        "The VPC that hosts the services. The connection takes one subnet in each zone; zones are compared by "
        "their ids (usw2-az1), because zone names differ between accounts. Without a choice of yours the subnet "
        "with the most free addresses is taken in each zone.",
        find=(
            "AWS: VPC console, Your VPCs and Subnets. Azure: the portal, Virtual networks. Your network "
            "administrator knows which one hosts the services.",
        ),
        know=(
            "The VPC has to be in the account and region of the request, and host the services or route to them.",
            "Its upkeep, and what stands in it, is yours to pay.",
        ),
        links=(AWS_CONSOLE, AZURE_PORTAL),
        sections=("Prerequisites",),
    ),
    "services": Topic(
        "Services and ports",
        "Each service with its protocol and port, in the direction in which connections are opened. Magento opens "
        "just these ports, and never port 22. For services that Magento reaches, the targets are addresses or "
        "instance ids in your VPC.",
        find=(
            "Ports: whoever runs the service. As in: Webserver, HTTP port 80; SFTP port 2222.",
            "Targets, AWS: EC2 console, Instances (`aws ec2 describe-instances`). Azure: the portal, Network "
            "interfaces (`az network nic list`).",
        ),
        know=(
            NO_SSH,
            "Port 443 into Magento works on AWS, but not on Azure.",
            "A port that is left out now takes a ticket later: Magento has to open it.",
        ),
        sections=(
            "Prerequisites",
            "Limitations",
        ),
    ),
    "prerequisites": Topic(
        "Prerequisites",
        "What must hold before Magento is asked, each checked against the rules and your account. “Not checked” "
        "says why it could not be.",
        know=("Incomplete or wrong data delays the enablement, which takes up to five business days.",),
        sections=("Prerequisites",),
    ),
    "setup": Topic(
        "Bidirectional set-up",
        "First a plan: what is created, what is taken over as it is, what is left alone, each with its command. "
        "“Do it for me” makes the changes after one more question. “I do it” guides you through the console, "
        "change by change, and watches, read-only, until everything stands. “Commands” gives the same as a "
        "script. Only what carries this enablement's tag is ever changed or removed.",
        know=(
            "Needed in your network: a network load balancer and an endpoint service that lets Magento ask. The "
            "endpoint to it is Magento's, not yours.",
            "Every connection to your service needs your acceptance, and only Magento may ask for one.",
            COSTS,
        ),
        links=(
            AWS_CONSOLE,
            (
                "AWS: create a Network Load Balancer",
                "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/create-network-load-balancer.html",
            ),
            ("AWS: create an endpoint service", f"{_AWS_GUIDE}/create-endpoint-service.html"),
            ("AWS: endpoint services", f"{_AWS_GUIDE}/endpoint-service.html#endpoint-service-overview"),
            AZURE_PORTAL,
            (
                "Azure: create a load balancer",
                f"{_AZURE_GUIDE}/load-balancer/quickstart-load-balancer-standard-public-portal",
            ),
            (
                "Azure: Private Link service workflow",
                f"{_AZURE_GUIDE}/private-link/private-link-service-overview#workflow",
            ),
        ),
        sections=("Customer set up for bidirectional PrivateLink connections",),
    ),
    "ticket": Topic(
        "Review and ticket",
        "The text that the Support ticket needs. Your CTA verifies the data and files the ticket; you may also "
        "file it yourself. With the number the five business days begin.",
        find=("The number: in the help desk, and in its mail to you. Your CTA has it too.",),
        know=(
            "Enablement takes up to five business days. Incomplete or wrong data delays it.",
            "The ticket is where you, your CTA, Magento's infrastructure team and Magento Support talk until the "
            "connection stands. Keep its number.",
        ),
        sections=("Enablement workflow",),
    ),
    "details": Topic(
        "Magento's details",
        "Paste the whole reply, however it is formatted. Magento's service name is found in it and its region is "
        "compared with yours.",
        find=(
            "In the Support ticket: Magento's infrastructure team posts the details there.",
            "AWS: a service name, com.amazonaws.vpce.<region>.vpce-svc-…. Azure: an alias or a resource id.",
        ),
        know=(
            "Magento allows your account first. Until then the name does not show itself to you, just as one with a "
            "typing error or of another region.",
        ),
        sections=("Enablement workflow",),
    ),
    "request": Topic(
        "Connection request",
        "An interface endpoint in your VPC to Magento's service, with a security group that lets your network "
        "reach the agreed ports. It is pending until Magento approves it.",
        know=(NO_PRIVATE_DNS, COSTS),
        links=(
            ("AWS: interface endpoints", f"{_AWS_GUIDE}/vpce-interface.html"),
            (
                "AWS: create an interface endpoint",
                f"{_AWS_GUIDE}/vpce-interface.html#create-interface-endpoint",
            ),
            ("AWS: what is PrivateLink", f"{_AWS_GUIDE}/what-is-amazon-vpc.html#what-is-privatelink"),
            ("Azure: private endpoints", f"{_AZURE_GUIDE}/private-link/private-endpoint-overview"),
        ),
        sections=("Enablement workflow",),
    ),
    "progress": Topic(
        "Live progress",
        "Every step with its actor. While it is Magento's turn there is nothing for you to do: looks at the cloud "
        "go on by themselves, seldom when nothing moves; “Look now” looks at once. When the five business days are "
        "over, the text to write is here. A line with ! drift names what somebody changed behind this program's back: "
        "the plan of the set-up pages mends it, once you agree.",
        know=("Questions go into the Support ticket, where all parties read them.", SUPPORT),
        sections=("Enablement workflow",),
    ),
    "accept": Topic(
        "Accept incoming",
        "Magento's endpoint asks for a connection to your endpoint service. Requests of Magento's account can be "
        "accepted; anybody else's is shown as a stranger's: reject it, or accept it by typing its account's number.",
        find=(
            "AWS: VPC console, Endpoint services, your service, Endpoint connections. Azure: the private link "
            "service, Private endpoint connections.",
        ),
        know=("This completes the set-up. Then both directions are verified.",),
        links=(
            (
                "AWS: accept or reject connection requests",
                f"{_AWS_GUIDE}/accept-reject-endpoint-requests.html",
            ),
            (
                "Azure: manage connection requests",
                f"{_AZURE_GUIDE}/private-link/private-link-service-overview#manage-your-connection-requests",
            ),
        ),
        sections=("Enablement workflow",),
    ),
    "verify": Topic(
        "Verify",
        "Probes from this machine, when it is in your network: the name resolves to private addresses, the port "
        "answers. That it is in your network is read from its address alone: a VPN or an office with the same "
        "range looks so too. From elsewhere, run the commands where they belong and paste what they print. "
        "Magento's side is tested over `magento-cloud ssh`; `environment:checkout` stays on your own machine and "
        "proves nothing.",
        find=("The endpoint's DNS names, AWS: VPC console, Endpoints, your endpoint, Details.",),
        know=("Faults found now are Magento's to help with: write them into the ticket.", NO_PRIVATE_DNS),
        sections=("Enablement workflow",),
    ),
    "doctor": Topic(
        "Diagnosis",
        "Both ways are walked hop by hop, read only: what is seen to be right, what is at fault, and what cannot be "
        "known from here. Causes are ranked: first those that alone keep traffic away. The block below shows the "
        "evidence of the line under the cursor, as the cloud's API said it, and what mends it; c copies the command.",
        know=(
            "What only Magento can see is asked in the ticket: the text is ready to copy.",
            "“Run probes” runs them inside your network, by AWS Systems Manager or Azure Run Command. "
            "It first shows every line that would be run. What they print is in the log.",
            "`privatelink doctor` does the same without a screen.",
            SUPPORT,
        ),
        sections=("Features and support",),
    ),
    "findings": Topic(
        "Audit",
        "The network of this enablement is read and checked: who may connect, who is connected, and what stands on the "
        "way. Nothing is changed. The block below shows all about the finding under the cursor: what was read, and the "
        "command that mends it; c copies the command. Tab goes to the block, which scrolls.",
        know=(
            "A connection may carry traffic and be unsafe all the same.",
            "“Audit” on the first page looks at a whole account, with a search; `privatelink audit` does it without a "
            "screen.",
        ),
        sections=("Features and support",),
    ),
    "done": Topic(
        "Done",
        "The ids to keep, and what to do when something changes. “Undo” removes what this enablement made in your "
        "account, and nothing else. A connection that is in use ends with it: agree on that by ticket first.",
        know=(CHANGES, SUPPORT, COSTS),
        sections=(
            "Features and support",
            "Limitations",
        ),
    ),
    "undo": Topic(
        "Undo",
        "Everything that this enablement made is listed before anything is removed: what carries its tag and is in "
        "its journal as made here. What was there before stays; only additions to it are taken back. A live "
        "connection stands in the way until you say that it may end: agree on that with Magento first, by ticket.",
    ),
}
