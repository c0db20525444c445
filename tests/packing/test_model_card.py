"""The model card: what it takes from the run's files, and what it says without a report."""

import dataclasses

import pytest

from stgan_tf.config.data import DataConfig
from stgan_tf.packing.model_card import card_of_run, card_text
from stgan_tf.packing.options import PackOptions
from stgan_tf.systems.run_config import Config
from stgan_tf.systems.stgan.settings import STGANSettings

OPTIONS = PackOptions("drawn-faces", "Apache-2.0", precision="float16")
CONFIG = Config(
    data=DataConfig(
        dataset="synthetic",
        synthetic_images=4000,
        attributes=("Bangs", "Male"),
        image_size=64,
        cache="memory",
        balance_attributes=True,
    ),
    settings=STGANSettings(encoder_width=16, use_stu=False, label_mode="target"),
)


def section(card, title):
    return card.split(f"\n## {title}\n\n")[1].split("\n\n## ")[0]


def test_without_a_report_there_are_no_figures():
    card = card_text(CONFIG, None, OPTIONS)
    assert card.startswith(
        "# drawn-faces\n\nThe system stgan, which edits attributes of faces, at 64 x 64 pixels.\n"
    )
    assert section(card, "Figures") == "None: the run has not been evaluated."
    assert section(card, "Data") == ("4,000 drawn faces, made by the package itself. Split: stgan.")
    assert section(card, "Use") == (
        "```\npython -m stgan_tf.edit --model=drawn-faces --input=photo.jpg \\\n"
        '    --edit="Bangs=+1" --output=edited.jpg\n```\n\nAttributes: Bangs, Male.'
    )
    assert "has never seen a photo" in section(card, "Limits")
    assert "iterations" not in card and "weakest" not in card
    assert section(card, "Licence").startswith("Apache-2.0. ")


def test_the_recipe_has_what_differs_from_the_defaults():
    flags = section(card_text(CONFIG, None, OPTIONS), "Recipe").split("```")[1].split(" \\\n    ")
    assert [flag.strip() for flag in flags] == [
        "python -m stgan_tf.train",
        "--system=stgan",
        "--dataset=synthetic",
        "--synthetic_images=4000",
        "--attributes=Bangs,Male",
        "--image_size=64",
        "--balance_attributes",
        "--encoder_width=16",
        "--nouse_stu",
        "--label_mode=target",
    ]


def test_photos_and_domains_are_told_apart():
    photos = dataclasses.replace(CONFIG.data, dataset="folder", data_dir="/home/ann/celeba")
    card = card_text(dataclasses.replace(CONFIG, data=photos), None, OPTIONS)
    assert "/home/ann" not in card and "never seen a photo" not in card
    assert section(card, "Data").startswith("A data set of its own (--dataset=folder), which is")
    seasons = DataConfig(
        dataset="domains", attributes=("winter",), domains=("summer", "winter"), image_size=64
    )
    card = card_text(Config(data=seasons), None, OPTIONS)
    assert "which translates between summer, winter, at 64 x 64" in card
    assert "--to=winter --output=edited.jpg" in section(card, "Use")


@pytest.fixture(scope="module")
def card(trained_run):
    return card_of_run(trained_run, OPTIONS)


@pytest.mark.slow
def test_figures_are_those_of_the_report(card, trained_run):
    figures = section(card, "Figures")
    assert figures.startswith("On 4 images of the test split, iteration 4, average weights. In ")
    report = (trained_run / "evaluation" / "report.md").read_text()
    tables = [line for line in report.splitlines() if line.startswith("| Bald ")]
    assert tables and tables[0] in figures
    assert "| Against the true edit, 1 images " in figures
    assert "Reconstruction: PSNR " in figures


@pytest.mark.slow
def test_limits_come_from_the_report_too(card):
    limits = section(card, "Limits").splitlines()
    assert limits[0].startswith("* It was trained on drawings only and has never seen a photo.")
    assert limits[-2].startswith("* Only 4 images: an attribute's accuracy is uncertain by up to ")
    assert limits[-1].startswith("* The weakest edits at intensity 1: ")
    assert "(seed 3, num_images 48, " in section(card, "Data")
    assert section(card, "Recipe").endswith("Trained for 4 iterations.")


@pytest.mark.slow
def test_a_packed_model_keeps_its_card(tmp_path, trained_run):
    (tmp_path / "card.md").write_text("# Mine\n")
    assert card_of_run(tmp_path, OPTIONS) == "# Mine\n"
    with pytest.raises(FileNotFoundError, match="this is not a run folder of stgan_tf.train"):
        card_of_run(tmp_path / "none", OPTIONS)
