"""Draws a data set of faces in CelebA's layout, whose true edits are known.

python -m stgan_tf.faces --out_dir=data/faces --num_images=4000
"""

import logging

from absl import flags

from stgan_tf.command import run_command
from stgan_tf.synthetic.faces import draw_contact_sheet, write_dataset

FLAGS = flags.FLAGS
CONTACT_SHEET_ROWS = 8

flags.DEFINE_string("out_dir", None, "Folder to draw into; made where missing.", required=True)
flags.DEFINE_integer("num_images", 4000, "Number of faces.", lower_bound=1, upper_bound=999_999)
flags.DEFINE_integer("seed", 0, "The same seed draws the same faces.", lower_bound=0)
flags.DEFINE_integer(
    "num_processes", 0, "Worker processes; 0: one for each CPU core.", lower_bound=0
)
flags.DEFINE_bool("overwrite", False, "Replace faces drawn with another seed, count or version.")
flags.DEFINE_string(
    "contact_sheet",
    None,
    "Image file (.png or .jpg) to draw as well: a row for each of the first faces, a column for "
    "each of the 13 attributes inverted.",
)
flags.register_validator(
    "contact_sheet",
    lambda path: path is None or path.lower().endswith((".png", ".jpg", ".jpeg")),
    message="must end in .png, .jpg or .jpeg",
)


def main(argv: list[str]) -> None:
    """Flags -> one call."""
    logging.getLogger("stgan_tf").setLevel(logging.INFO)
    try:
        folder = write_dataset(
            FLAGS.out_dir,
            FLAGS.num_images,
            seed=FLAGS.seed,
            num_processes=FLAGS.num_processes,
            overwrite=FLAGS.overwrite,
        )
        print(f"{FLAGS.num_images} faces (seed {FLAGS.seed}): {folder}")
        if FLAGS.contact_sheet:
            rows = min(CONTACT_SHEET_ROWS, FLAGS.num_images)
            print(f"Contact sheet: {draw_contact_sheet(FLAGS.contact_sheet, FLAGS.seed, rows)}")
    except (ValueError, OSError) as error:
        raise SystemExit(f"stgan_tf.faces: {error}") from error


def run() -> None:
    """Entry point of the console script stgan-faces."""
    run_command(main)


if __name__ == "__main__":
    run()
