"""Examples for every command, at the end of its help."""

from __future__ import annotations

from collections.abc import Mapping

EXAMPLES: Mapping[str, tuple[str, ...]] = {
    "check": ("privatelink check request.toml", "privatelink check request.json --format json"),
    "new": ("privatelink new request.toml",),
    "schema": ("privatelink schema > request.schema.json",),
    "plan": (
        "privatelink plan pl-7k3m9q",
        "privatelink plan pl-7k3m9q --guide",
        "privatelink plan pl-7k3m9q --undo",
    ),
    "apply": ("privatelink apply pl-7k3m9q --yes",),
    "undo": ("privatelink undo pl-7k3m9q --yes",),
    "ticket": ("privatelink ticket pl-7k3m9q --company 'Example Ltd'",),
    "filed": ("privatelink filed pl-7k3m9q --ticket 123456",),
    "details": ("privatelink details pl-7k3m9q --reply reply.txt", "privatelink details pl-7k3m9q --reply -"),
    "desk": (
        "privatelink desk",
        "privatelink desk inbox/ --ask",
        "privatelink desk request.toml seen.json --keep",
    ),
    "note": ("privatelink note pl-7k3m9q 'Called: the network team answers on Monday'",),
    "status": ("privatelink status", "privatelink status pl-7k3m9q --watch"),
    "accept": ("privatelink accept pl-7k3m9q",),
    "reject": ("privatelink reject pl-7k3m9q vpce-0123456789abcdef0 --yes",),
    "verify": ("privatelink verify pl-7k3m9q", "privatelink verify pl-7k3m9q --output printed.txt"),
    "policy": (
        "privatelink policy --cloud aws --for audit",
        "privatelink policy --id pl-7k3m9q --format json > policy.json",
    ),
    "doctor": (
        "privatelink doctor pl-7k3m9q",
        "privatelink doctor pl-7k3m9q --port 3306 --run-on i-0123456789abcdef0",
    ),
    "recover": ("privatelink recover pl-7k3m9q --yes",),
    "drift": ("privatelink drift pl-7k3m9q",),
    "journal": (
        "privatelink journal export pl-7k3m9q --out history.jsonl",
        "privatelink journal import history.jsonl --merge",
        "privatelink journal verify",
    ),
    "inventory": (
        "privatelink inventory --region us-west-2 --out seen.json",
        "privatelink inventory --from seen.json --redact --out redacted.json",
    ),
    "audit": (
        "privatelink audit --region us-west-2",
        "privatelink audit --from seen.json --format html --out audit.html",
    ),
    "explain": ("privatelink explain endpoint service", "privatelink explain port-ssh"),
    "settings": (
        "privatelink settings",
        "privatelink settings screen.theme high-contrast",
        "privatelink settings screen.theme --default",
    ),
    "completion": (
        "privatelink completion bash > ~/.local/share/bash-completion/completions/privatelink",
        "privatelink completion zsh > ~/.zfunc/_privatelink",
        "privatelink completion fish > ~/.config/fish/completions/privatelink.fish",
    ),
    "serve": ("privatelink serve", "privatelink serve --rehearse aws"),
    "sandbox": ("privatelink sandbox > env.sh &", "privatelink sandbox --cloud azure > env.sh &"),
    "walkthrough": (
        "privatelink walkthrough",
        "privatelink walkthrough --cloud azure --scenario silence --pace live",
        "privatelink walkthrough --scenario bidirectional --record pictures",
        "privatelink walkthrough --request request.toml",
    ),
    "scenarios": (
        "privatelink scenarios list",
        "privatelink scenarios show unidirectional > mine.toml",
        "privatelink scenarios check mine.toml",
    ),
    "rehearse": ("privatelink rehearse", "privatelink rehearse --cloud azure --no-screen"),
}
"""By command. Each line can be typed as it stands, but for ids and files."""


def epilog(command: str) -> str:
    """The end of a command's help, as click formats it: lines that are kept apart."""
    return "\n".join(("\b", "Examples:", *(f"  {line}" for line in EXAMPLES[command])))
