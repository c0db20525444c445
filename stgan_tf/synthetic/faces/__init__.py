"""Drawn faces in CelebA's layout, whose true edits are known.

An `Identity` holds everything about a drawing that is not one of the 13 attributes, so the same
person can be drawn with any attribute changed. TensorFlow is not imported: worker processes start
in a fraction of a second.
"""

from stgan_tf.synthetic.faces.attribute_sampling import sample_attributes
from stgan_tf.synthetic.faces.contact_sheet import draw_contact_sheet
from stgan_tf.synthetic.faces.counterfactuals import counterfactual
from stgan_tf.synthetic.faces.dataset import write_dataset
from stgan_tf.synthetic.faces.identity import Identity, sample_identity
from stgan_tf.synthetic.faces.provenance import GENERATOR_VERSION, load_provenance
from stgan_tf.synthetic.faces.rendering import draw_face, landmarks, render
from stgan_tf.synthetic.parallel import drawing_ahead

__all__ = [
    "GENERATOR_VERSION",
    "Identity",
    "counterfactual",
    "draw_contact_sheet",
    "draw_face",
    "drawing_ahead",
    "landmarks",
    "load_provenance",
    "render",
    "sample_attributes",
    "sample_identity",
    "write_dataset",
]
