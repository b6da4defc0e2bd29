"""A published version of a policy is immutable and stays."""

from pathlib import Path

from shared.core.files import as_json, read_yaml
from shared.policy.load import published, read_policy


def test_every_published_version_is_there_and_says_what_it_said() -> None:
    stated = as_json(read_yaml(Path(__file__).parent / "published.yaml"))
    found = {f"{policy}/v{version}": read_policy(folder).digest for policy, version, folder in published()}
    assert found == stated


def test_a_version_is_in_the_folder_of_its_name() -> None:
    for policy, version, folder in published():
        used = read_policy(folder)
        assert (used.id, used.version) == (policy, version)
