"""What deploy/kubernetes promises: valid by the official schemas, closed, and of what exists."""

import re
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from cloudcoil.models.keda import v1alpha1 as keda
from flask import Flask

from ai_prism.cli import COMMANDS
from ai_prism.settings import PREFIX, Settings
from ai_prism.storage.tables import Queue

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "deploy" / "kubernetes"
#: The oldest that its makers still mend, and the newest that there is a schema of.
VERSIONS = ("1.34", "1.37")

Resource = dict[str, Any]


def resources_of(file: Path) -> list[Resource]:
    """Return what a kustomization lists, or what is in a file of resources."""
    found = list(yaml.safe_load_all(file.read_text()))
    if file.name != "kustomization.yaml":
        return found
    return [one for name in found[0]["resources"] for one in resources_of(file.parent / name)]


KUSTOMIZATIONS = sorted(FOLDER.rglob("kustomization.yaml"))
RESOURCES = [resource for file in KUSTOMIZATIONS for resource in resources_of(file)]
SECRETS = resources_of(FOLDER / "secrets.example.yaml")
RUN = [resource for resource in RESOURCES if resource["kind"] in ("Deployment", "Job")]


def kinds(kind: str) -> list[Resource]:
    return [resource for resource in RESOURCES if resource["kind"] == kind]


def title(resource: Resource) -> str:
    return f"{resource['kind']} {resource['metadata']['name']}"


def pod_of(resource: Resource) -> Resource:
    pod: Resource = resource["spec"]["template"]["spec"]
    return pod


def container_of(resource: Resource) -> Resource:
    (container,) = pod_of(resource)["containers"]
    return dict(container)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("resource", [*RESOURCES, *SECRETS], ids=title)
def test_a_resource_is_what_the_schema_says(resource: Resource, version: str) -> None:
    if resource["apiVersion"].startswith("keda.sh/"):
        read = getattr(keda, resource["kind"]).model_validate(resource)
        # What the schema does not know is left out, so this shows that it knows all.
        assert read.model_dump(by_alias=True, exclude_unset=True, mode="json") == resource
    else:
        kubernetes_validate.validate(resource, version, strict=True)


def test_the_schemas_refuse_what_is_wrong() -> None:
    wrong = {**RUN[0], "spec": {**RUN[0]["spec"], "replica": 1}}

    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, VERSIONS[-1], strict=True)


def test_every_file_is_listed_but_the_example_of_the_secrets() -> None:
    listed = {
        file.parent / name
        for file in KUSTOMIZATIONS
        for name in yaml.safe_load(file.read_text())["resources"]
    }

    assert {*listed, *KUSTOMIZATIONS, FOLDER / "secrets.example.yaml"} == set(
        FOLDER.rglob("*.yaml")
    )
    assert kinds("Secret") == []


def test_no_secret_has_a_default() -> None:
    assert {value for secret in SECRETS for value in secret["stringData"].values()} == {""}


def test_every_variable_is_a_setting() -> None:
    settings = {PREFIX + field.upper() for field in Settings.__struct_fields__}
    ours = next(secret for secret in SECRETS if secret["metadata"]["name"] == "ai-prism")
    (configuration,) = kinds("ConfigMap")

    assert ours["stringData"].keys() | configuration["data"].keys() <= settings
    Settings.from_environment(configuration["data"])


@pytest.mark.parametrize("resource", RUN, ids=title)
def test_what_runs_can_do_no_more_than_it_must(resource: Resource) -> None:
    pod, container = pod_of(resource), container_of(resource)

    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    for bounds in ("requests", "limits"):
        assert container["resources"][bounds].keys() == {"cpu", "memory"}


def test_the_user_is_that_of_the_image() -> None:
    user = re.search(r"^ARG USER_ID=(\d+)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)

    assert user
    assert {pod_of(one)["securityContext"]["runAsUser"] for one in RUN} == {int(user[1])}


@pytest.mark.parametrize("resource", RUN, ids=title)
def test_what_is_mounted_is_there_and_what_is_named_exists(resource: Resource) -> None:
    pod, container = pod_of(resource), container_of(resource)
    sources = [name["name"] for source in container["envFrom"] for name in source.values()]

    assert container["args"][0] in COMMANDS
    assert {mount["name"] for mount in container["volumeMounts"]} == {
        volume["name"] for volume in pod["volumes"]
    }
    assert sources == ["ai-prism", "ai-prism"]


def test_every_queue_has_workers_and_those_that_work_grow_with_it() -> None:
    (access,) = kinds("TriggerAuthentication")
    known = {secret["metadata"]["name"]: secret["stringData"] for secret in SECRETS}
    queues = {}
    for scaled in kinds("ScaledObject"):
        (trigger,) = scaled["spec"]["triggers"]
        queues[trigger["metadata"]["listName"]] = scaled["spec"]["scaleTargetRef"]["name"]
        assert trigger["authenticationRef"]["name"] == access["metadata"]["name"]

    workers = {one["metadata"]["name"]: container_of(one)["args"] for one in kinds("Deployment")}
    assert queues.keys() == set(Queue) - {Queue.WEBHOOKS}
    assert "--queue=webhooks" in workers["courier"]
    for queue, worker in queues.items():
        assert f"--queue={queue}" in workers[worker]
        assert f"--name={worker}" in workers[worker]
    for wanted in access["spec"]["secretTargetRef"]:
        assert wanted["key"] in known[wanted["name"]]


def test_probes_ask_what_there_is(app: Flask) -> None:
    routes = {rule.rule for rule in app.url_map.iter_rules()}
    probes = ("startupProbe", "readinessProbe", "livenessProbe")
    for resource in kinds("Deployment"):
        container = container_of(resource)
        asked = [container[probe] for probe in probes if probe in container]
        paths = {probe["httpGet"]["path"] for probe in asked if "httpGet" in probe}
        words = [word for probe in asked for word in probe.get("exec", {}).get("command", ())]

        assert asked
        assert paths <= routes
        if words:
            assert words[-1].endswith(f"--destination={resource['metadata']['name']}@$(hostname)")


def test_nothing_comes_in_but_to_the_web_server_and_goes_out_but_of_two_workers() -> None:
    policies = {policy["metadata"]["name"]: policy["spec"] for policy in kinds("NetworkPolicy")}
    ours = {"app.kubernetes.io/name": "ai-prism"}
    closed = policies.pop("closed")

    assert closed == {"podSelector": {"matchLabels": ours}, "policyTypes": ["Ingress", "Egress"]}
    lets_in = [name for name, policy in policies.items() if "ingress" in policy]
    to_anywhere = [
        name
        for name, policy in policies.items()
        if any("to" not in rule for rule in policy.get("egress", ()))
    ]
    assert lets_in == ["web-in"]
    assert to_anywhere == ["reviewer-out", "courier-out"]
