"""The audit in a terminal, by keys alone: a saved inventory opened, sifted, and its report saved."""

from __future__ import annotations

import stat
from pathlib import Path

from core.network import saved
from tests.core.audit.build import AWS, done, edited
from tests.e2e.program import PROGRAM, clean_environment
from tests.e2e.terminal import terminal

FAULTY = done(AWS, edited("load_balancers", deletion_protection=False), edited("endpoints", private_dns=True))


def test_a_saved_inventory_is_audited_without_a_cloud(tmp_path: Path) -> None:
    (tmp_path / "seen.json").write_bytes(saved.write([FAULTY]))
    with terminal((str(PROGRAM),), clean_environment(tmp_path), str(tmp_path), 80, 24) as screen:
        screen.see("PrivateLink for Magento", "None yet")
        screen.press("a")
        screen.see("Or a saved inventory")
        for _ in range(3):
            screen.press("tab")
            screen.settle()
        screen.press(*"seen.json")
        screen.see(r"│ seen\.json")
        screen.press("f4")
        screen.see("medium 2", "Private DNS on", "Load balancer without", "AWS 111122223333")
        screen.press("/")
        screen.settle()
        screen.press(*"deletion")
        screen.press("enter")
        screen.wait(lambda: "Private DNS on" not in screen.text, "only what was searched for")
        screen.see("deletion_protection.enabled = false")
        screen.settle()
        screen.press("s")
        screen.see("Save the report", r"privatelink-audit\.html")
        screen.button("Save")
        screen.see("Saved: privatelink-audit")
        report = tmp_path / "privatelink-audit.html"
        assert stat.S_IMODE(report.stat().st_mode) == 0o600
        assert "aws-nlb-unprotected" in report.read_text(encoding="utf-8")
        screen.press("escape")
        screen.see("None yet", "New enablement")
