import json
import subprocess

from ice_mock.client import DEFAULT_KEY
from ice_mock.domain.scenario import DEFAULT_KEY as KEY_OF_THE_SERVER


def test_it_prints_what_a_shell_evaluates(command):
    script = (
        command("env", "--url", "http://[::1]:4711/").out + 'echo "$ICE_MOCK_URL $ICE_ENDPOINT $ICE_PROTOCOL"'
    )

    output = subprocess.run(["/bin/sh", "-c", script], capture_output=True, text=True, check=True).stdout

    assert output == "http://[::1]:4711 [::1]:4711 http\n"


def test_values_are_quoted(command):
    ended = command("env", "--url", "http://localhost/a b;c")

    assert "export ICE_MOCK_URL='http://localhost/a b;c'\n" in ended.out


def test_it_needs_no_server_and_prints_every_variable_as_a_document(command):
    assert json.loads(command("env", "--json").out) == {
        "ICE_MOCK_URL": "http://127.0.0.1:4610",
        "ICE_ENDPOINT": "127.0.0.1:4610",
        "ICE_PROTOCOL": "http",
        "ALIBABA_CLOUD_ACCESS_KEY_ID": "LTAI-icemock",
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "icemock",
        "ALIBABA_CLOUD_REGION_ID": "cn-shanghai",
        "OSS_ENDPOINT": "http://127.0.0.1:4610",
        "OSS_REGION": "cn-shanghai",
        "OSS_ACCESS_KEY_ID": "LTAI-icemock",
        "OSS_ACCESS_KEY_SECRET": "icemock",
    }


def test_the_key_is_the_one_that_the_default_world_has():
    assert (KEY_OF_THE_SERVER.id, KEY_OF_THE_SERVER.secret) == DEFAULT_KEY
