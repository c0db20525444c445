"""One suite for both clients: REST against the embedded server, gRPC against TF Serving's services,
each over a real connection; both must equal the SavedModel called directly.
"""

import dataclasses
import io

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image
from serving.toy_models import (
    DESCRIPTION,
    NAMES,
    SIZE,
    TARGET_DESCRIPTION,
    WEIGHTS,
    image_file,
    pixels_of,
)
from warm_commands import run_command

from stgan_tf.images import resize_bicubic_numpy, to_uint8
from stgan_tf.serving.edit_client import EditClient
from stgan_tf.serving.grpc_client import GrpcClient
from stgan_tf.serving.rest_client import RestClient
from stgan_tf.serving.retrying import Retries, ServingError

ONCE = Retries(1)


@pytest.fixture(params=["rest", "grpc"])
def transport(request):
    """transport(target=False, name="stgan", version=None)"""
    opened = []

    def make(target=False, name="stgan", version=None):
        prefix = "target_" if target else ""
        if request.param == "rest":
            found = request.getfixturevalue(f"{prefix}server" if target else "server")
            client = RestClient(found.url, name, version, retries=ONCE)
        else:
            address = request.getfixturevalue(f"{prefix}grpc_target")
            client = GrpcClient(address, name, version, retries=ONCE)
        opened.append(client)
        return client

    yield make
    for client in opened:
        client.close()


@pytest.fixture
def client(transport):
    return EditClient(transport(), DESCRIPTION)


def random_png(seed, size=(SIZE, SIZE)):
    pixels = np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 3), np.uint8)
    with io.BytesIO() as file:
        Image.fromarray(pixels).save(file, "PNG")
        return file.getvalue()


def test_edits_equal_the_saved_model_called_directly(client, toy_dir):
    photos = [random_png(1), random_png(2), random_png(3, (178, 218))]
    edited = client.edit(photos, {"Eyeglasses": 1, "Bangs": -1}, intensity=1.5)
    module = tf.saved_model.load(str(toy_dir / "1"))
    difference = np.float32([[-1.5, 0, 0, 1.5]] * 3)
    expected = module.signatures["serving_default"](
        image_bytes=tf.constant(photos), attribute_difference=tf.constant(difference)
    )["edited_bytes"].numpy()
    assert edited == expected.tolist()
    shift = (1.5 * WEIGHTS[3] - 1.5 * WEIGHTS[0]) * 127.5
    change = pixels_of(edited[0]).astype(float) - pixels_of(photos[0])
    inside = pixels_of(edited[0]) < 255
    assert np.abs(change[inside] - shift).max() <= 1


def test_one_image_needs_no_list(client):
    (edited,) = client.edit(image_file(value=100), {"Bangs": 1})
    assert (pixels_of(edited) == 106).all()  # 100 + 0.05 * 127.5, cut off


def test_square_images_of_another_size_and_format_are_made_to_fit(client):
    (edited,) = client.edit(image_file(40, kind="WEBP"), {"Bangs": 1})
    assert pixels_of(edited).shape == (SIZE, SIZE, 3)
    photo = np.asarray(Image.open(io.BytesIO(random_png(4, (40, 40)))))
    with io.BytesIO() as file:
        Image.fromarray(to_uint8(resize_bicubic_numpy(photo, SIZE))).save(file, "PNG")
        resized = file.getvalue()
    assert client.edit(random_png(4, (40, 40)), {"Bangs": 1}) == client.edit(resized, {"Bangs": 1})


def test_signatures(transport):
    found = transport().signatures()
    default = found["serving_default"]
    assert default.inputs["image_bytes"].dtype == "DT_STRING"
    assert default.inputs["image_bytes"].shape == (-1,)
    assert default.inputs["attribute_difference"].shape == (-1, len(NAMES))
    assert default.outputs["edited_bytes"].dtype == "DT_STRING"
    assert found["edit"].inputs["images"].shape == (-1, SIZE, SIZE, 3)
    assert found["edit"].inputs["images"].dtype == "DT_FLOAT"


def test_float_images(transport):
    images = np.zeros((2, SIZE, SIZE, 3), np.float32)
    difference = np.float32([[1, 0, 0, 0], [0, 1, 0, 0]])
    inputs = {"images": images, "attribute_difference": difference}
    (edited,) = transport().predict(inputs, "edit").values()
    assert edited.shape == images.shape
    np.testing.assert_allclose(edited[:, 3, 4, 1], [0.05, 0.1], rtol=1e-6)


def test_classify(client):
    found = client.classify([image_file(value=0), image_file(value=255)])
    expected = [0.5 + mean + 0.1 * np.arange(4) for mean in (-1, 1)]
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_status(transport):
    newest = transport().status()[-1]
    assert (newest.version, newest.state, newest.error_code) == (1, "AVAILABLE", "OK")


def test_target_models_are_given_the_source(transport):
    client = EditClient(transport(target=True), TARGET_DESCRIPTION)
    photo = image_file(value=100)
    # Of the source (1, 1, 0, 0): blond switches black off; source[0] shifts by 1/8.
    (edited,) = client.edit(photo, {"Blond_Hair": 1}, 1.5, {"Bangs": 1, "Black_Hair": 1})
    shift = (1.5 * WEIGHTS[2] - WEIGHTS[1] + 1 / 8) * 127.5
    assert abs(int(pixels_of(edited)[0, 0, 0]) - 100 - shift) <= 1


def test_target_models_ask_the_classifier_where_there_is_no_source(transport):
    client = EditClient(transport(target=True), TARGET_DESCRIPTION)
    photo = image_file(value=140)  # mean 0.098: 0.598, 0.698 ...: it has all attributes
    given = client.edit(photo, {"Blond_Hair": 1}, source=np.ones(4))
    assert client.edit(photo, {"Blond_Hair": 1}) == given
    assert client.edit(photo, {"Blond_Hair": 1}, source=np.zeros((1, 4))) != given


def test_difference_models_take_away_what_the_face_has(client, transport, caplog):
    photo = image_file(value=100)  # mean -0.216: 0.284, 0.384, 0.484, 0.584: glasses only
    blond, blacker = WEIGHTS[2] * 127.5, (WEIGHTS[2] - WEIGHTS[1]) * 127.5

    def shift(edited):
        return int(pixels_of(edited)[0, 0, 0]) - 100

    (edited,) = client.edit(photo, {"Blond_Hair": 1}, source="Black_Hair")
    assert abs(shift(edited) - blacker) <= 1
    (edited,) = client.edit(photo, {"Blond_Hair": 1})  # the classifier sees no black hair
    assert abs(shift(edited) - blond) <= 1
    # mean 0.098: 0.598, 0.698 ...: black hair is seen in the second.
    first, second = client.edit([photo, image_file(value=140)], {"Blond_Hair": 1})
    assert abs(shift(first) - blond) <= 1 and abs(shift(second) - 40 - blacker) <= 1
    assert not caplog.records
    blind = EditClient(transport(), dataclasses.replace(DESCRIPTION, has_classifier=False))
    for _ in range(2):
        (edited,) = blind.edit(image_file(value=140), {"Blond_Hair": 1})
        assert abs(shift(edited) - 40 - blond) <= 1
    assert caplog.text.count("does not remove Black_Hair") == 1


def test_the_servers_own_words_are_shown(transport):
    with pytest.raises(ServingError, match=r"Servable not found for request: Latest\(other\)"):
        EditClient(transport(name="other"), DESCRIPTION).edit(image_file(), {"Bangs": 1})
    inputs = {"image_bytes": [b"no image"], "attribute_difference": np.zeros((1, 4), np.float32)}
    with pytest.raises(ServingError, match="JPEG"):
        transport().predict(inputs)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([], {"Bangs": 1}), "No images"),
        ((image_file(), {}), "No edits"),
        ((image_file(), {"Glasses": 1}), "Unknown attribute: 'Glasses'"),
        ((image_file(), {"Black_Hair": 1, "Blond_Hair": 1}), "cannot both be added"),
        (
            (image_file(), {"Bangs": 1}, -1),
            "`intensity` must be a non-negative number. Received: -1",
        ),
        ((image_file(), {"Bangs": 1}, float("nan")), "Received: nan"),
        ((b"no image", {"Bangs": 1}), "cannot be read"),
        ((image_file(size=(30, 20)), {"Bangs": 1}), "Received: 30x20. For photos of any size"),
    ],
)
def test_wrong_arguments_are_refused_before_anything_is_sent(arguments, message):
    with pytest.raises(ValueError, match=message):
        EditClient(None, DESCRIPTION).edit(*arguments)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ({"Glasses": 1}, "Unknown attribute: 'Glasses'"),
        ([1, 0], "4 values of 0 or 1"),
        ([1, 0, 0, 2], "4 values of 0 or 1"),
    ],
)
def test_wrong_sources(source, message):
    with pytest.raises(ValueError, match=message):
        EditClient(None, TARGET_DESCRIPTION).edit(image_file(), {"Bangs": 1}, source=source)


def test_without_a_classifier_the_source_must_be_given():
    described = dataclasses.replace(TARGET_DESCRIPTION, has_classifier=False)
    with pytest.raises(ValueError, match="no classifier, so.*--source"):
        EditClient(None, described).edit(image_file(), {"Bangs": 1})
    with pytest.raises(ValueError, match="exported without a classifier"):
        EditClient(None, described).classify(image_file())


def test_rest_servers_describe_their_model(server):
    assert EditClient(RestClient(server.url, "stgan")).description() == DESCRIPTION


def test_where_a_server_does_not_the_file_is_asked_for(server, grpc_target):
    with pytest.raises(ServingError, match="Pass the path of the model.json"):
        EditClient(GrpcClient(grpc_target, "stgan")).edit(image_file(), {"Bangs": 1})
    with pytest.raises(ServingError, match="Servable not found.*Pass the path of the model.json"):
        EditClient(RestClient(server.url, "other")).description()


def test_nobody_there():
    for client in (
        RestClient("http://127.0.0.1:9", "stgan", retries=Retries(2, 0.001)),
        GrpcClient("127.0.0.1:9", "stgan", retries=Retries(2, 0.001)),
    ):
        with pytest.raises(ServingError, match="127.0.0.1:9"):
            client.status()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: RestClient("localhost:8501", "stgan"), "must read http://HOST:PORT"),
        (lambda: RestClient("ftp://x", "stgan"), "must read http://HOST:PORT"),
        (lambda: GrpcClient("http://localhost:8500", "stgan"), "must read HOST:PORT"),
    ],
)
def test_addresses(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.slow
def test_the_command_over_grpc(grpc_target, toy_dir, tmp_path):
    (tmp_path / "photo.png").write_bytes(image_file(value=100))
    server = f"--grpc={grpc_target}"
    flags = [f"--description={toy_dir / '1' / 'assets' / 'model.json'}", "--edit=Bangs=1"]
    flags += [tmp_path / "photo.png", f"--output={tmp_path / 'edited.png'}"]
    result = run_command("serving.client", server, *flags)
    assert result.returncode == 0, result.stderr
    assert (pixels_of((tmp_path / "edited.png").read_bytes()) == 106).all()
    state = run_command("serving.client", server)
    assert state.stdout.splitlines() == [
        "stgan version 2: END NOT_FOUND: no such file",
        "stgan version 1: AVAILABLE",
    ]
