import json

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.request.fields import FIELDS, field_at
from core.request.model import Draft, DraftCloud, DraftConnection, DraftProject, DraftService
from core.request.read import read
from core.request.rules import check
from core.request.schema import schema
from core.request.write import to_toml
from core.text import hidden

TEXT = st.one_of(st.none(), st.text(max_size=20))
TEXTS = st.lists(st.text(max_size=10), max_size=3).map(tuple)
NUMBER = st.one_of(st.none(), st.integers(-(10**17), 10**17))
DRAFTS = st.builds(
    Draft,
    project=st.builds(DraftProject, id=TEXT, plan=TEXT, environment=TEXT, region=TEXT),
    cloud=st.builds(
        DraftCloud, platform=TEXT, account=TEXT, region=TEXT, network=TEXT, subnets=TEXTS, profile=TEXT
    ),
    connection=st.builds(DraftConnection, type=TEXT, service_name=TEXT),
    services=st.lists(
        st.builds(
            DraftService,
            name=TEXT,
            protocol=TEXT,
            port=NUMBER,
            direction=TEXT,
            targets=TEXTS,
            target_port=NUMBER,
        ),
        max_size=3,
    ).map(tuple),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(DRAFTS)
def test_what_is_written_reads_back(draft: Draft) -> None:
    toml = to_toml(draft)
    reading = read(toml.encode(), "request.toml")
    assert reading.problems == ()
    assert reading.draft == draft
    assert hidden(toml.replace("\n", "").replace("\t", "")) is None


def example() -> dict[str, object]:
    made: dict[str, dict[str, object]] = {"project": {}, "cloud": {}, "connection": {}}
    for path, field in FIELDS.items():
        section, _, name = path.partition(".")
        if section != "services":
            made[section][name] = list(field.example) if isinstance(field.example, tuple) else field.example
    web: dict[str, object] = {"name": "Web", "protocol": "HTTP", "port": 80, "direction": "to-magento"}
    database: dict[str, object] = {
        name: list(value) if isinstance(value := FIELDS[f"services.*.{name}"].example, tuple) else value
        for name in ("name", "protocol", "targets", "target_port")
    } | {"port": 3306, "direction": "from-magento", "protocol": "TCP"}
    return {**made, "services": [web, database]}


def test_the_schema_takes_what_the_reader_and_the_rules_take() -> None:
    whole = schema()
    jsonschema.Draft202012Validator.check_schema(whole)
    request = example()
    jsonschema.validate(request, whole)
    reading = read(json.dumps(request).encode(), "x.json")
    assert reading.problems == ()
    assert check(reading.draft) == ()


@pytest.mark.parametrize(
    "wrong",
    [{"x": 1}, {"services": []}, {"cloud": {"account": 111122223333}}, {"connection": {"type": "both"}}],
)
def test_the_schema_refuses(wrong: dict[str, object]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**example(), **wrong}, schema())


def test_every_field_of_the_model_is_described() -> None:
    models = {"project": DraftProject, "cloud": DraftCloud, "connection": DraftConnection}
    paths = {f"{name}.{key}" for name, model in models.items() for key in model.model_fields}
    paths |= {f"services.*.{key}" for key in DraftService.model_fields} | {"services"}
    assert paths == set(FIELDS)
    assert field_at("services.12.port") is FIELDS["services.*.port"]
