"""Every code that the program can give is explained, nothing else is, and every term is a word that it uses."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import get_args

import pytest

from core.audit.catalogue import CHECKS
from core.cloud import ErrorCode
from core.diagnosis.causes import CAUSES
from core.explain.cause_remedies import REMEDIES
from core.explain.error_codes import CLOUD, JOURNAL, OWN
from core.explain.glossary import GLOSSARY
from core.explain.look_up import TERM, everything, explain, near
from core.explain.setup_codes import SETUP
from core.journal.errors import JournalCode
from core.request.codes import CODES
from core.setup import aws_endpoint, azure_endpoint
from providers.secrets import SecretCode

ROOT = Path(__file__).parents[3]
CODE = re.compile(r"[a-z]+(-[a-z0-9]+)*")


@cache
def trees() -> dict[str, ast.AST]:
    """Every file of the program but the explanations themselves, the sandbox aside, as Python reads it."""
    return {
        place: ast.parse(file.read_text(encoding="utf-8"))
        for folder in ("core", "providers", "tui")
        for file in sorted((ROOT / folder).rglob("*.py"))
        if not (place := file.relative_to(ROOT).as_posix()).startswith(("core/explain/", "providers/sandbox"))
    }


def strings(tree: ast.AST) -> set[str]:
    """The texts of a file that are not docstrings."""
    docstrings = {id(one.value) for one in ast.walk(tree) if isinstance(one, ast.Expr)}
    return {
        one.value
        for one in ast.walk(tree)
        if isinstance(one, ast.Constant) and isinstance(one.value, str) and id(one) not in docstrings
    }


def problems() -> set[str]:
    """The codes with which problems are made outside the request's rules: by ``problem`` or ``Problem``."""
    found = {f"endpoint-{state}" for state in aws_endpoint.DEAD | azure_endpoint.DEAD}
    for place, tree in trees().items():
        if place.startswith("core/request/"):
            continue
        for call in (one for one in ast.walk(tree) if isinstance(one, ast.Call)):
            name = getattr(call.func, "attr", getattr(call.func, "id", ""))
            if name not in ("problem", "Problem") or not call.args:
                continue
            code = call.args[0]
            if isinstance(code, ast.Constant):
                found.add(str(code.value))
            elif isinstance(code, ast.Name):
                found |= assigned(tree, code.id)
    return found


def assigned(tree: ast.AST, name: str) -> set[str]:
    """The texts that a file gives to a name, alone or as the first of several."""
    found = set()
    for one in (one for one in ast.walk(tree) if isinstance(one, ast.Assign)):
        for target in one.targets:
            pairs = (
                zip(target.elts, one.value.elts, strict=False)
                if isinstance(target, ast.Tuple) and isinstance(one.value, ast.Tuple)
                else [(target, one.value)]
            )
            for left, right in pairs:
                if isinstance(left, ast.Name) and left.id == name and isinstance(right, ast.Constant):
                    found.add(str(right.value))
    return found


def of_program() -> set[str]:
    """The codes of the program's own failures: defaults and attributes called ``code``, and what ends a command."""
    found = set(get_args(SecretCode))
    for tree in trees().values():
        found |= assigned(tree, "code")
        for one in ast.walk(tree):
            if isinstance(one, ast.FunctionDef) and one.name == "__init__":
                for argument, default in zip(
                    reversed(one.args.args), reversed(one.args.defaults), strict=False
                ):
                    if argument.arg == "code" and isinstance(default, ast.Constant):
                        found.add(str(default.value))
            if isinstance(one, ast.FunctionDef) and one.name in ("_classified", "_fault"):
                for end in (end for end in ast.walk(one) if isinstance(end, ast.Return)):
                    if isinstance(end.value, ast.Tuple) and isinstance(end.value.elts[0], ast.Constant):
                        found.add(str(end.value.elts[0].value))
    return found


def test_every_problem_of_plan_undo_ticket_and_reply_is_explained_and_no_other() -> None:
    assert problems() - set(CODES) == set(SETUP), "some problems of a request are found while planning"


def test_every_failure_is_explained_and_no_other() -> None:
    assert set(CLOUD) == set(get_args(ErrorCode))
    assert set(JOURNAL) == set(get_args(JournalCode))
    assert of_program() - problems() - set(CLOUD) == set(OWN)


def test_every_cause_has_a_remedy_and_no_other() -> None:
    assert set(REMEDIES) == set(CAUSES)


def test_every_code_is_found_by_its_name() -> None:
    codes = {*SETUP, *CLOUD, *JOURNAL, *OWN, *CAUSES, *CHECKS, *CODES}
    assert {one.name for one in everything() if one.kind != TERM} == codes
    for code in codes:
        assert CODE.fullmatch(code)
        assert code in {one.name for one in explain(code)}


@pytest.mark.parametrize("kind", sorted({one.kind for one in everything()}))
def test_an_explanation_has_meaning_remedy_and_source(kind: str) -> None:
    for one in everything():
        if one.kind == kind:
            assert one.meaning.endswith((".", "…", ".)")), one
            assert one.source, one
            assert bool(one.remedy) == (kind != TERM), one


def test_every_term_is_used_and_explained_once() -> None:
    said = "\n".join(text for tree in trees().values() for text in strings(tree)).casefold()
    unused = [
        one.name for one in GLOSSARY if not any(word.casefold() in said for word in (one.name, *one.also))
    ]
    assert unused == []
    words = [word.casefold() for one in GLOSSARY for word in (one.name, *one.also)]
    assert len(set(words)) == len(words)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("alias", "Alias"),
        ("AZ-ID", "AZ id"),
        ("principals", "Principal"),
        ("vpc endpoint", "Interface endpoint"),
        ("[port-ssh]", "port-ssh"),
        ("aws_nlb_one_zone", "aws-nlb-one-zone"),
    ],
)
def test_a_word_is_found_however_it_is_written(typed: str, name: str) -> None:
    assert [one.name for one in explain(typed)] == [name]


def test_a_code_with_two_meanings_has_both() -> None:
    assert len({one.kind for one in explain("endpoint-failed")}) == 2


def test_what_is_near_is_offered() -> None:
    assert "Principal" in near("princpal")
    assert "port-ssh" in near("ssh")
    assert explain("ssh") == near("") == near("qqqqqqqq") == ()
