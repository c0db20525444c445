"""The participants' page: one HTML file with all pictures in it, and nothing about the systems. No
TensorFlow here.
"""

import base64
import io
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import NamedTuple

import numpy as np
from markupsafe import Markup
from PIL import Image

from stgan_tf.evaluation import page_templates

PAGE_FILE = "page/index.html"
_PACKAGE = "stgan_tf.user_study"


class ShownQuestion(NamedTuple):
    """A question as the page knows it.

    number: Its random number.
    part: 0 or 1: the page shuffles the questions of each part and shows part 0 first, so that a
        repeated question, in part 1, comes after its original.
    photo: Number of the source photo.
    change: {language: the wanted change in words}.
    pictures: Numbers of the results.
    """

    number: str
    part: int
    photo: str
    change: Mapping[str, str]
    pictures: Sequence[str]


def render_study_page(
    study: str,
    answer_kind: str,
    questions: Sequence[ShownQuestion],
    images: Mapping[str, np.ndarray],
    texts: Mapping[str, Mapping],
    contact: str = "",
) -> str:
    """The page's HTML.

    Args:
        study, answer_kind: As in `StudyKey`.
        images: {number: uint8 (H, W, 3)} of all photos and results.
        texts: {language: {name: text}} (page_texts.json).
        contact: E-mail address of whoever runs the study; empty: none.
    """
    told = {
        "study": study,
        "ranking": answer_kind == "ranking",
        "contact": contact,
        "texts": texts,
        "questions": [question._asdict() for question in questions],
        "images": {number: _data_url(image) for number, image in images.items()},
    }
    return page_templates.render(
        "study_page",
        _PACKAGE,
        title=next(iter(texts.values()))["title"],
        told=told,
        style=_part("study_page.css"),
        scripts=[_part("study_answers.js"), _part("study_page.js")],
    )


def _part(name: str) -> Markup:
    return Markup((resources.files(_PACKAGE) / "templates" / name).read_text(encoding="utf-8"))


def _data_url(image: np.ndarray) -> str:
    # Lossless: participants judge the quality.
    file = io.BytesIO()
    Image.fromarray(image).save(file, format="PNG", optimize=True)
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode('ascii')}"
