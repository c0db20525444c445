"""Whatever is sent, the answer is never a 500, and the server goes on."""

import base64
import json
import socket

import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from serving.toy_models import image_file

URL = "/v1/models/stgan:predict"
COMMON = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
}
PHOTOS = [image_file(), image_file(kind="JPEG"), image_file(size=(178, 218), kind="JPEG")]


def answered(server, body, path=URL, headers=None):
    answer = requests.post(server.url + path, data=body, headers=headers, timeout=30)
    assert answer.status_code < 500, answer.text
    assert ("error" in answer.json()) == (answer.status_code != 200)
    return answer


@st.composite
def damaged_photos(draw):
    photo = draw(st.sampled_from(PHOTOS))
    place = draw(st.integers(0, len(photo)))
    junk = draw(st.binary(max_size=60))
    kept = draw(st.sampled_from([len(photo), place]))
    return (photo[:place] + junk + photo[place + len(junk) :])[:kept]


@given(st.lists(damaged_photos(), min_size=1, max_size=3))
@settings(max_examples=120, **COMMON)
def test_damaged_photos(server, photos):
    rows = [
        {
            "image_bytes": {"b64": base64.b64encode(photo).decode()},
            "attribute_difference": [0, 0, 0, 0],
        }
        for photo in photos
    ]
    answered(server, json.dumps({"instances": rows}))


GOOD = json.dumps(
    {
        "signature_name": "serving_default",
        "inputs": {
            "image_bytes": [{"b64": base64.b64encode(PHOTOS[0]).decode()}],
            "attribute_difference": [[0, 0.5, -1e3, 1]],
        },
    }
).encode()


@given(st.integers(0, len(GOOD)), st.binary(max_size=8), st.integers(0, 8))
@settings(max_examples=120, **COMMON)
def test_damaged_json(server, place, junk, dropped):
    answered(server, GOOD[:place] + junk + GOOD[place + dropped :])


NUMBERS = st.floats() | st.integers() | st.booleans() | st.none() | st.text(max_size=3)
NESTED = st.recursive(NUMBERS, lambda part: st.lists(part, max_size=5), max_leaves=40)


@given(
    st.fixed_dictionaries(
        {"signature_name": st.sampled_from(["edit", "classify", "serving_default", "", "\ud800"])},
        optional={
            "inputs": st.dictionaries(
                st.sampled_from(["images", "attribute_difference", "image_bytes", "\udfff"]), NESTED
            )
            | NESTED,
            "instances": st.lists(NESTED, max_size=3),
        },
    )
)
@settings(max_examples=120, **COMMON)
def test_other_json(server, data):
    answered(server, json.dumps(data))


@given(st.text(max_size=30), st.binary(max_size=30))
@settings(max_examples=60, **COMMON)
def test_other_paths(server, path, body):
    path = path.encode("utf-8", "surrogatepass").replace(b"/", b"%2f")
    path = "".join(f"%{byte:02x}" for byte in path)
    for start in ("/v1/models/", "/v1/models/stgan/versions/", "/v1/models/stgan/labels/"):
        answered(server, body, start + path + ":predict")


@given(st.binary(min_size=1, max_size=100))
@settings(max_examples=40, **COMMON)
def test_what_is_no_http(server, junk):
    with socket.create_connection(("127.0.0.1", int(server.url.rsplit(":")[-1])), 30) as raw:
        raw.sendall(junk + b"\r\n\r\n")
        raw.shutdown(socket.SHUT_WR)
        answer = raw.makefile("rb").read(20)
        assert answer == b"" or (answer.startswith(b"HTTP/1.1 ") and answer[9:10] != b"5")
    assert requests.get(f"{server.url}/v1/models/stgan", timeout=30).status_code == 200
