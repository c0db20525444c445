"""Drawn landscapes: a place apart from its season, so that the true translation is known.

TensorFlow is not imported: worker processes start in a fraction of a second.
"""

from stgan_tf.synthetic.landscapes.place import Place
from stgan_tf.synthetic.landscapes.place_sampling import sample_place
from stgan_tf.synthetic.landscapes.rendering import draw_landscape
from stgan_tf.synthetic.landscapes.seasons import SEASONS

__all__ = ["SEASONS", "Place", "draw_landscape", "sample_place"]
