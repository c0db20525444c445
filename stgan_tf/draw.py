"""Draws a data set with known true edits: faces in CelebA's layout, or landscapes in several
seasons.

python -m stgan_tf.draw --scene=faces --out_dir=data/faces --num_images=4000
python -m stgan_tf.draw --scene=landscapes --out_dir=data/seasons --seasons=summer,winter
"""

import logging
from pathlib import Path

from absl import app, flags

from stgan_tf.command import run_command
from stgan_tf.extras import require
from stgan_tf.flag_notes import flag_group
from stgan_tf.options import ConfigError
from stgan_tf.synthetic import faces, landscapes

FLAGS = flags.FLAGS
CONTACT_SHEET_ROWS = 8

with flag_group("Drawing"):
    flags.DEFINE_enum(
        "scene",
        "faces",
        ["faces", "landscapes"],
        "faces: people with and without 13 attributes, in CelebA's layout. landscapes: places in "
        "several seasons, one folder per season.",
    )
    flags.DEFINE_integer(
        "num_images", 4000, "Number of faces or places.", lower_bound=1, upper_bound=999_999
    )
    flags.DEFINE_integer("seed", 0, "The same seed draws the same images.", lower_bound=0)
with flag_group("Output"):
    flags.DEFINE_string("out_dir", None, "Output folder; created if missing.", required=True)
    flags.DEFINE_bool(
        "overwrite", False, "Replace a data set that was drawn with other flags or another version."
    )
    flags.DEFINE_string(
        "contact_sheet",
        None,
        "Also write a contact sheet to this image file (.png or .jpg): one row per face and one "
        "column per inverted attribute, or one row per place and one column per season.",
    )
with flag_group("Landscapes"):
    flags.DEFINE_list(
        "seasons",
        list(landscapes.DEFAULT_SEASONS),
        f"Two or more of {', '.join(landscapes.SEASONS)}; each place is drawn in one of them.",
    )
    flags.DEFINE_integer(
        "size",
        128,
        "Image size in pixels.",
        lower_bound=landscapes.SMALLEST,
        upper_bound=landscapes.LARGEST,
    )
with flag_group("Computation"):
    flags.DEFINE_integer(
        "num_processes", 0, "Worker processes; 0: one per CPU core.", lower_bound=0
    )
flags.register_validator(
    "contact_sheet",
    lambda path: path is None or path.lower().endswith((".png", ".jpg", ".jpeg")),
    message="must end in .png, .jpg or .jpeg",
)


def main(argv: list[str]) -> None:
    """Runs the command."""
    logging.getLogger("stgan_tf").setLevel(logging.INFO)
    require("resvg_py", "threadpoolctl")
    try:
        folder = _draw()
        print(f"{FLAGS.num_images} {FLAGS.scene} (seed {FLAGS.seed}): {folder}")
        if FLAGS.contact_sheet:
            print(f"Contact sheet: {_draw_contact_sheet()}")
    except ConfigError as error:
        raise app.UsageError(str(error)) from error
    except (ValueError, OSError) as error:
        raise SystemExit(f"stgan_tf.draw: {error}") from error


def _draw() -> Path:
    shared = {
        "out_dir": FLAGS.out_dir,
        "num_images": FLAGS.num_images,
        "seed": FLAGS.seed,
        "num_processes": FLAGS.num_processes,
        "overwrite": FLAGS.overwrite,
    }
    if FLAGS.scene == "landscapes":
        return landscapes.write_dataset(**shared, seasons=FLAGS.seasons, size=FLAGS.size)
    for name in ("seasons", "size"):
        if FLAGS[name].present:
            raise ConfigError(
                name,
                "applies to landscapes only. Leave it out, or pass --scene=landscapes. Received: "
                f"{FLAGS[name].value}.",
            )
    return faces.write_dataset(**shared)


def _draw_contact_sheet() -> Path:
    rows = min(CONTACT_SHEET_ROWS, FLAGS.num_images)
    if FLAGS.scene == "landscapes":
        return landscapes.draw_contact_sheet(FLAGS.contact_sheet, FLAGS.seed, rows, FLAGS.size)
    return faces.draw_contact_sheet(FLAGS.contact_sheet, FLAGS.seed, rows)


def run() -> None:
    """Entry point for the console script stgan-draw."""
    run_command(main)


if __name__ == "__main__":
    run()
