"""Whole pictures translated on a server, over REST and gRPC, and by the command."""

import dataclasses

import numpy as np
import pytest
from PIL import Image
from serving.toy_models import DESCRIPTION, SEASONS_DESCRIPTION, WEIGHTS, image_file, pixels_of
from warm_commands import run_command

from stgan_tf.serving.edit_client import EditClient
from stgan_tf.serving.grpc_client import GrpcClient
from stgan_tf.serving.picture_client import PictureClient
from stgan_tf.serving.rest_client import RestClient
from stgan_tf.serving.retrying import Retries

AUTUMN, SPRING, SUMMER, WINTER = WEIGHTS * 127.5


@pytest.fixture(params=["rest", "grpc"])
def transport(request):
    if request.param == "rest":
        client = RestClient(request.getfixturevalue("seasons_server").url, "stgan")
    else:
        target = request.getfixturevalue("seasons_grpc_target")
        client = GrpcClient(target, "stgan", retries=Retries(1))
    yield client
    client.close()


@pytest.fixture
def client(transport):
    return EditClient(transport, SEASONS_DESCRIPTION)


@pytest.fixture
def picture():
    """uint8 (40, 60, 4), detail of which the model sees nothing, and alpha."""
    return np.random.default_rng(0).integers(90, 110, (40, 60, 4), np.uint8)


def test_pictures_come_back_at_full_size(client, picture):
    pictures = PictureClient(client)
    to_summer = pictures.translate(picture, "summer", source="spring")
    expected = picture[..., :3] + SUMMER - SPRING
    # The toy model's pixels are rounded down, with and without the edit.
    assert np.abs(to_summer[..., :3] - expected).max() <= 1.5
    np.testing.assert_array_equal(to_summer[..., 3], picture[..., 3])
    # The toy classifier sees winter everywhere.
    expected = picture[..., :3] + 0.5 * (SUMMER - WINTER)
    half = pictures.translate(picture, "summer", intensity=0.5)[..., :3]
    assert np.abs(half - expected).max() <= 1.5
    deep = pictures.translate(picture.astype(np.uint16) * 257, "summer", source="spring")
    assert (deep.dtype, deep.shape) == (np.uint16, picture.shape)


def test_images_are_translated_at_the_models_size(client):
    images = [image_file(size=(30, 20)), image_file(value=60)]
    edited = [pixels_of(image) for image in client.translate(images, "summer", "autumn")]
    assert [image.shape for image in edited] == [(16, 16, 3)] * 2
    for image, value in zip(edited, (100, 60), strict=True):
        assert np.abs(image - (value + SUMMER - AUTUMN)).max() <= 1
    for image, value in zip(client.reconstruct(images), (100, 60), strict=True):
        assert np.abs(pixels_of(image).astype(int) - value).max() <= 1
    seen = client.asked(images, "summer")[1]
    np.testing.assert_array_equal(seen, [[0, 0, 0, 1]] * 2)


def test_errors_name_what_was_wrong(picture):
    with pytest.raises(ValueError, match="trained on faces.*EditClient.edit"):
        PictureClient(EditClient(None, DESCRIPTION))
    with pytest.raises(ValueError, match="models of domain folders"):
        EditClient(None, DESCRIPTION).translate(image_file(), "winter")
    pictures = PictureClient(EditClient(None, SEASONS_DESCRIPTION))
    with pytest.raises(ValueError, match=r"--to must be .*Did you mean winter\?"):
        pictures.translate(picture, "wintr")
    described = dataclasses.replace(SEASONS_DESCRIPTION, has_classifier=False)
    with pytest.raises(ValueError, match="domain of the pictures must be known"):
        PictureClient(EditClient(None, described)).translate(picture, "winter")


def run(*arguments):
    return run_command("serving.client", *arguments)


def test_the_command(seasons_server, picture, tmp_path):
    for name in ("one.png", "two.webp"):
        Image.fromarray(picture[..., :3]).save(tmp_path / name, lossless=True)
    photos = [tmp_path / "one.png", tmp_path / "two.webp", f"--output={tmp_path / 'out'}"]
    wanted = (f"--url={seasons_server.url}", "--to=summer", "--from=spring")
    result = run(*photos, *wanted)
    assert result.returncode == 0, result.stderr
    names = [str(tmp_path / "out" / name) for name in ("one.png", "two.webp")]
    assert result.stdout.splitlines() == names
    written = np.asarray(Image.open(names[0]))
    assert np.abs(written - (picture[..., :3] + SUMMER - SPRING)).max() <= 1.5
    result = run(photos[0], photos[2], f"--url={seasons_server.url}", "--to=sumer")
    assert result.returncode == 1
    assert "one.png: --to must be one of the model's domains" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--to=winter", "--edit=Bald=1"], "one of --edit and --to"),
        (["--edit=Bald=1", "--from=winter"], "--from goes with --to"),
        (["--to=winter", "--source=Male"], "With --to, give --from=DOMAIN"),
    ],
)
def test_flags_that_do_not_go_together(flags, message):
    result = run("photo.png", "--output=out.png", *flags)
    assert result.returncode != 0
    assert message in result.stdout + result.stderr
