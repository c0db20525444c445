"""Drawn landscapes: a place apart from its season, so that the true translation is known.

TensorFlow is not imported: worker processes start in a fraction of a second.
"""

from stgan_tf.synthetic.landscapes.contact_sheet import draw_contact_sheet
from stgan_tf.synthetic.landscapes.dataset import DEFAULT_SEASONS, write_dataset
from stgan_tf.synthetic.landscapes.place import Place
from stgan_tf.synthetic.landscapes.place_sampling import sample_place
from stgan_tf.synthetic.landscapes.provenance import GENERATOR_VERSION, load_provenance
from stgan_tf.synthetic.landscapes.rendering import LARGEST, SMALLEST, draw_landscape
from stgan_tf.synthetic.landscapes.seasons import SEASONS
from stgan_tf.synthetic.landscapes.translations import true_translation

__all__ = [
    "DEFAULT_SEASONS",
    "GENERATOR_VERSION",
    "LARGEST",
    "SEASONS",
    "SMALLEST",
    "Place",
    "draw_contact_sheet",
    "draw_landscape",
    "load_provenance",
    "sample_place",
    "true_translation",
    "write_dataset",
]
