"""The words of F1: a topic for every screen and page, the keys, the glossary."""

from __future__ import annotations

from collections.abc import Mapping

KEYS: tuple[tuple[str, str], ...] = (
    ("F1", "this help"),
    ("F2, F3", "page before, page after"),
    ("F4", "the page's main button"),
    ("F5", "look at the cloud now"),
    ("F9", "next theme: dark, light, high contrast"),
    ("F10", "quit; the journal keeps everything"),
    ("Tab", "next field or button; Enter presses it"),
    ("j, k, ↑, ↓", "move in a list; Enter chooses"),
    ("c", "copy what is under the cursor"),
    ("Esc", "close a dialog; from the wizard back home"),
    ("Ctrl+P", "every action by name"),
    ("Mouse", "Shift (Option on a Mac) and drag marks text to copy"),
)

TOPICS: Mapping[str, tuple[str, str]] = {
    "home": (
        "Home",
        "Every enablement that was begun on this machine, whose turn it is and what comes next. An enablement "
        "takes days and two companies act in it; its journal is kept on disk, so that you can close this program "
        "at any moment and resume at the same step.",
    ),
    "account": (
        "Sign-in and account",
        "The program signs in as your cloud's own tools do: a profile (also SSO and assumed roles), environment "
        "variables, or the machine's role. It keeps no credentials. The account that answers must be the one in "
        "the request, because Magento opens its service to that account only.",
    ),
    "project": (
        "Project and environment",
        "The project ID is in the project's URL and in the output of `magento-cloud project:list`. PrivateLink is "
        "there for Production and Staging of Pro plan projects, not for integration or local environments and not "
        "for the Starter plan.",
    ),
    "type": (
        "Connection type",
        "Unidirectional: your systems read from the store, over an interface endpoint in your VPC to Magento's "
        "endpoint service. Bidirectional adds a second connection the other way: the store reaches services in "
        "your VPC, over an endpoint service of yours in front of a network load balancer. The consumer of a "
        "service owns the endpoint: yours is the one to Magento; the one to you is Magento's.",
    ),
    "network": (
        "Network",
        "The VPC that hosts the services. The connection takes one subnet in each zone; zones are compared by "
        "their ids (usw2-az1), because zone names differ between accounts. Without a choice of yours the subnet "
        "with the most free addresses is taken in each zone.",
    ),
    "services": (
        "Services and ports",
        "Each service with its protocol and port, in the direction in which connections are opened. Magento opens "
        "just these ports, and never port 22. For services that Magento reaches, the targets are addresses or "
        "instance ids in your VPC.",
    ),
    "prerequisites": (
        "Prerequisites",
        "What must hold before Magento is asked, each checked against the rules and your account. “Not checked” "
        "says why it could not be.",
    ),
    "setup": (
        "Bidirectional set-up",
        "First a plan: what is created, what is taken over as it is, what is left alone, each with its command. "
        "“Do it for me” makes the changes after one more question. “I do it” shows how and watches, read-only, "
        "until everything stands. “Commands” gives the same as a script. Only what carries this enablement's tag "
        "is ever changed or removed.",
    ),
    "ticket": (
        "Review and ticket",
        "The text that the Support ticket needs. Your CTA verifies the data and files the ticket; you may also "
        "file it yourself. With the number the five business days begin.",
    ),
    "details": (
        "Magento's details",
        "Paste the whole reply, however it is formatted. Magento's service name is found in it and its region is "
        "compared with yours.",
    ),
    "request": (
        "Connection request",
        "An interface endpoint in your VPC to Magento's service, with a security group that lets your network "
        "reach the agreed ports. It is pending until Magento approves it. Private DNS is never switched on: it is "
        "not part of the offer.",
    ),
    "progress": (
        "Live progress",
        "Every step with its actor. While it is Magento's turn there is nothing for you to do: looks at the cloud "
        "go on by themselves, seldom when nothing moves. F5 looks at once. When the five business days are over, "
        "the text to write is here.",
    ),
    "accept": (
        "Accept incoming",
        "Magento's endpoint asks for a connection to your endpoint service. Requests of Magento's account can be "
        "accepted; anybody else's is shown as a stranger's and can only be rejected.",
    ),
    "verify": (
        "Verify",
        "Probes from this machine, when it is in your network: the name resolves to private addresses, the port "
        "answers. From elsewhere, run the commands where they belong and paste what they print. Magento's side "
        "is tested over `magento-cloud ssh`; `environment:checkout` stays on your own machine and proves nothing.",
    ),
    "done": (
        "Done",
        "The ids to keep. Changes later (another account, another connection, removal) are made by ticket. "
        "“Undo” removes what this enablement made in your account, and nothing else.",
    ),
    "undo": (
        "Undo",
        "Everything that this enablement made is listed before anything is removed: what carries its tag and is in "
        "its journal as made here. What was there before stays; only additions to it are taken back. A live "
        "connection stands in the way until you say that it may end: agree on that with Magento first, by ticket.",
    ),
}

GLOSSARY: tuple[tuple[str, str], ...] = (
    ("Enablement", "setting PrivateLink up for one environment, from the request to the proof"),
    (
        "Endpoint service",
        "what one side offers: a service behind a network load balancer that others connect to",
    ),
    (
        "Interface endpoint",
        "what the other side has: private addresses in its own VPC that lead to the service",
    ),
    ("Connection request", "made by creating an endpoint; the owner of the service accepts or rejects it"),
    ("Principal", "the account that may see and use an endpoint service"),
    ("NLB", "network load balancer; an endpoint service stands in front of one"),
    ("Target group", "the addresses or instances that an NLB's listener forwards to"),
    ("AZ id", "a zone's name that is the same in every account, as in usw2-az1"),
    (
        "CTA",
        "Customer Technical Advisor: your contact at Magento, who verifies the data and files the ticket",
    ),
    ("Support ticket", "the thread that you, the CTA, Magento's infrastructure team and Support share"),
)
