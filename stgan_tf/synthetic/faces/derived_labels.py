"""All 40 columns of CelebA for a drawn face.

The 13 attributes of the paper are as sampled. Of the other 27 those that the drawing shows follow
from the identity; the rest (Attractive, Blurry, Double_Chin, High_Cheekbones, Oval_Face,
Pointy_Nose, Receding_Hairline, Wearing_Hat, Wearing_Necklace, Wearing_Necktie) are never set.
"""

from collections.abc import Mapping

from stgan_tf.attributes import CELEBA_ATTRIBUTES
from stgan_tf.synthetic.faces.appearance import appearance
from stgan_tf.synthetic.faces.hair_shapes import STYLES
from stgan_tf.synthetic.faces.identity import Identity
from stgan_tf.synthetic.faces.jewellery import shows_earrings


def celeba_labels(identity: Identity, attributes: Mapping[str, int]) -> dict[str, int]:
    """Returns name -> 0 or 1 for the 40 attributes, in CelebA's order."""
    look = appearance(identity, attributes)
    texture = STYLES[look.hair_style].texture
    coloured = any(attributes[name] for name in ("Black_Hair", "Blond_Hair", "Brown_Hair"))
    labels = dict.fromkeys(CELEBA_ATTRIBUTES, 0)
    labels.update(attributes)
    derived = {
        "5_o_Clock_Shadow": look.beard and identity.beard == "stubble",
        "Arched_Eyebrows": not look.male and identity.brow_arch > 2,
        "Bags_Under_Eyes": not look.young,
        "Big_Lips": identity.lip_fullness > 1.15,
        "Big_Nose": identity.nose_width > 10.6,
        "Chubby": identity.cheeks > 0.6,
        "Goatee": look.beard and identity.beard == "goatee",
        "Gray_Hair": not coloured
        and not look.hair_hidden
        and identity.other_hair in ("gray", "silver"),
        "Heavy_Makeup": not look.male,
        "Narrow_Eyes": identity.eye_openness < 0.92,
        "Rosy_Cheeks": identity.rosy > 0.45,
        "Sideburns": look.beard and identity.beard in ("full", "long", "boxed"),
        "Smiling": identity.smile > 0.6,
        "Straight_Hair": not look.bald and texture == "straight",
        "Wavy_Hair": not look.bald and texture != "straight",
        "Wearing_Earrings": shows_earrings(identity, look.male),
        "Wearing_Lipstick": not look.male,
    }
    labels.update({name: int(value) for name, value in derived.items()})
    return labels
