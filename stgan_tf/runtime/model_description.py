"""The description of an exported model: the JSON file beside it. No TensorFlow here.

Clients, the embedded server, the LiteRT demo and the mobile page know nothing else about a model.
It is `assets/model.json` in a SavedModel's version folder and `model.json` beside LiteRT files.

The exported functions take float32 inputs (N: any batch size in a SavedModel, 1 in a LiteRT file):

    images                (N, S, S, 3) in [-1, 1], RGB, S = image_size
    attribute_difference  (N, A): target - source times the intensity; trained in [-1, 1]
    source_attributes     (N, A) in {0, 1}; only where `needs_source` (label mode target, binary)

and return `edited` (N, S, S, 3) in [-1, 1]. A classifier takes `images` and returns `probabilities`
(N, A). The label scale and the network's other inputs are handled inside.
"""

import dataclasses
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from stgan_tf.attributes import CONFLICTS, Conflicts, Exclusion, are_one_hot
from stgan_tf.frame import CropRule, ModelFrame, Size, assumed_frame
from stgan_tf.images import CropBox, contains
from stgan_tf.squaring import RESIZES
from stgan_tf.systems.label_rule import LABEL_MODES

FORMAT = "stgan_tf.model"
#: Version 2 records the frame of the crop; in version 1 it is always CelebA's.
FORMAT_VERSION = 2
READABLE_VERSIONS = (1, 2)
FILE_NAME = "model.json"

#: Names of tensors in signatures, requests and responses; _bytes are base64 in JSON.
IMAGES = "images"
IMAGE_BYTES = "image_bytes"
ATTRIBUTE_DIFFERENCE = "attribute_difference"
SOURCE_ATTRIBUTES = "source_attributes"
EDITED = "edited"
EDITED_BYTES = "edited_bytes"
PROBABILITIES = "probabilities"

#: Signatures of a SavedModel. The default one takes encoded images (JPEG, PNG), in the model's
#: frame at any scale (if it has a crop) or square, or any with `resize` and no crop, and returns
#: PNGs of S x S.
DEFAULT_SIGNATURE = "serving_default"
EDIT_SIGNATURE = "edit"
CLASSIFY_SIGNATURE = "classify"


@dataclasses.dataclass(frozen=True)
class ModelFile:
    """A LiteRT file: its name in the folder, its role (edit or classify), its precision (float32,
    float16, dynamic_int8, int8), its size and digest, and the measurements of export: PSNR in dB
    against the float32 file (None for that file itself), milliseconds per image on two threads.
    """

    name: str
    role: str
    precision: str
    bytes: int
    sha256: str
    psnr: float | None = None
    latency_ms: float | None = None


@dataclasses.dataclass(frozen=True)
class ModelDescription:
    """
    Attributes:
        attributes: The A attribute names, in the order of every vector.
        label_mode, label_scale: As in `stgan_tf.systems.label_rule.LabelRule`.
        image_size: Side length S of the model's square images in pixels.
        crop_box: The part of aligned images of `frame` that they show; None: whole images.
        frame: The image size that `crop_box` refers to; CelebA's if unknown.
        training_frame: Size of the training images, `frame` at another scale; None if unknown.
        resize: How a picture, or its crop, becomes square: stretch, cover or contain
            (`stgan_tf.squaring`). With it and no crop, pictures of any shape are accepted; empty:
            only square images, or the stretched crop.
        has_classifier: Whether source attributes can be predicted.
        files: LiteRT files; empty for a SavedModel.
        provenance: Run, step and versions, for information only.
        classifier: The classifier's `sha256` and `validation_mean_accuracy` (in [0, 1], None if
            unknown), for information only.
        conflicts: The attributes that each attribute removes when it is added; None:
            `stgan_tf.attributes.CONFLICTS`.
        domains: The domains that it translates between; empty for a model of attributes. A single
            name: an earlier version did not record the other.
        usual_intensity: Edits beyond it are outside what the system's authors show.
    """

    attributes: tuple[str, ...]
    label_mode: str
    label_scale: float
    image_size: int
    crop_box: CropBox | None
    has_classifier: bool = False
    files: tuple[ModelFile, ...] = ()
    provenance: Mapping[str, object] = dataclasses.field(default_factory=dict)
    classifier: Mapping[str, object] | None = None
    frame: Size | None = None
    training_frame: Size | None = None
    conflicts: Conflicts | None = None
    domains: tuple[str, ...] = ()
    resize: str = ""
    usual_intensity: float = 1.5

    def __post_init__(self) -> None:
        if not self.attributes or len(set(self.attributes)) != len(self.attributes):
            raise ValueError(f"`attributes` must be distinct names. Received: {self.attributes!r}.")
        if self.label_mode not in LABEL_MODES:
            raise ValueError(
                f"`label_mode` must be one of {', '.join(LABEL_MODES)}. "
                f"Received: {self.label_mode!r}."
            )
        if self.image_size < 1:
            raise ValueError(f"`image_size` must be at least 1. Received: {self.image_size!r}.")
        if self.resize and self.resize not in RESIZES:
            raise ValueError(
                f"`resize` must be one of {', '.join(RESIZES)}, or empty. Received: "
                f"{self.resize!r}."
            )
        rules = CONFLICTS if self.conflicts is None else self.conflicts
        names = self.attributes
        own = {name: tuple(o for o in rules.get(name, ()) if o in names) for name in names}
        object.__setattr__(self, "conflicts", own)
        if self.frame is None:
            object.__setattr__(self, "frame", assumed_frame(self.crop_box))
        elif self.crop_box is None or not contains(*self.frame, self.crop_box):
            raise ValueError(
                f"`crop_box` must lie in `frame`, {self.frame} (width x height). "
                f"Received: {self.crop_box}."
            )

    @property
    def model_frame(self) -> ModelFrame:
        """The position of faces in aligned images, and the part that the model sees."""
        return ModelFrame(self.crop_box, self.frame, self.training_frame, self.resize)

    @property
    def crop_rule(self) -> CropRule:
        """Which part of an aligned image the model sees."""
        return self.model_frame.rule(self.image_size)

    @property
    def sees_whole_pictures(self) -> bool:
        """Whether its input is whole pictures, not faces detected in them."""
        return self.crop_box is None and bool(self.domains or self.resize)

    @property
    def exclusion(self) -> Exclusion:
        """Which of the attributes are mutually exclusive."""
        return Exclusion(self.conflicts, are_one_hot(self.attributes, self.domains))

    @property
    def needs_source(self) -> bool:
        """Whether edits need `source_attributes`."""
        return self.label_mode != "difference"

    @property
    def inputs(self) -> tuple[str, ...]:
        """Input names of the edit function."""
        names = (IMAGES, ATTRIBUTE_DIFFERENCE)
        return (*names, SOURCE_ATTRIBUTES) if self.needs_source else names

    def file(self, role: str, precision: str) -> ModelFile | None:
        """The LiteRT file with that role and precision, or None."""
        found = (f for f in self.files if (f.role, f.precision) == (role, precision))
        return next(found, None)

    def to_json(self) -> str:
        return json.dumps(
            {
                "format": FORMAT,
                "format_version": FORMAT_VERSION,
                "attributes": list(self.attributes),
                # For clients, which remove the attributes that an added one excludes.
                "conflicts": {name: list(others) for name, others in self.conflicts.items()},
                "domains": list(self.domains),
                "label_mode": self.label_mode,
                "label_scale": self.label_scale,
                "inputs": list(self.inputs),
                "image_size": self.image_size,
                "image_range": [-1.0, 1.0],
                "crop_box": None if self.crop_box is None else list(self.crop_box),
                # Height and width in pixels.
                "frame": None if self.frame is None else list(self.frame),
                "training_frame": None
                if self.training_frame is None
                else list(self.training_frame),
                "resize": self.resize,
                "intensity": {"trained": 1.0, "paper": self.usual_intensity},
                "has_classifier": self.has_classifier,
                "classifier": None if self.classifier is None else dict(self.classifier),
                "files": [dataclasses.asdict(file) for file in self.files],
                "provenance": dict(self.provenance),
            },
            indent=2,
        )

    @classmethod
    def from_json(cls, text: str) -> "ModelDescription":
        """Parses the text of `to_json`; raises ValueError saying what is missing or invalid."""
        try:
            data = json.loads(text)
        except json.JSONDecodeError as error:
            raise ValueError(f"It is not JSON: {error}.") from error
        if not isinstance(data, dict) or data.get("format") != FORMAT:
            raise ValueError(
                f'It has no "format": "{FORMAT}", so stgan_tf.export did not write it.'
            )
        if data.get("format_version") not in READABLE_VERSIONS:
            raise ValueError(
                f"Its format_version must be {' or '.join(map(str, READABLE_VERSIONS))}. "
                f"Received: {data.get('format_version')!r}."
            )
        try:
            box = data["crop_box"]
            return cls(
                attributes=tuple(data["attributes"]),
                label_mode=data["label_mode"],
                label_scale=float(data["label_scale"]),
                image_size=int(data["image_size"]),
                crop_box=None if box is None else CropBox(*box),
                has_classifier=bool(data["has_classifier"]),
                classifier=data.get("classifier"),
                files=tuple(ModelFile(**_known(file)) for file in data["files"]),
                provenance=data["provenance"],
                frame=_size(data.get("frame")),
                training_frame=_size(data.get("training_frame")),
                conflicts=_conflicts(data.get("conflicts")),
                domains=_domains(data.get("domains", [])),
                resize=data.get("resize", ""),
                usual_intensity=float(data.get("intensity", {}).get("paper", 1.5)),
            )
        except KeyError as error:
            raise ValueError(f"It has no {error}.") from error
        except TypeError as error:
            raise ValueError(f"A value has the wrong type: {error}.") from error

    @classmethod
    def read(cls, path: Path) -> "ModelDescription":
        """Reads the file; raises FileNotFoundError or ValueError with its path."""
        if not path.is_file():
            raise FileNotFoundError(
                f"No {path}: a model needs the {FILE_NAME} that stgan_tf.export wrote with it."
            )
        try:
            return cls.from_json(path.read_text(encoding="utf-8"))
        except ValueError as error:  # includes UnicodeDecodeError
            raise ValueError(f"{path} is not a model description. {error}") from error


def _size(value: Sequence[int] | None) -> Size | None:
    return None if value is None else Size(*value)


def _conflicts(value: object) -> Conflicts | None:
    if value is None:
        return None
    if not isinstance(value, dict) or not all(isinstance(item, list) for item in value.values()):
        raise TypeError(f"conflicts must be lists of names by attribute, not {value!r}")
    return value


def _domains(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise TypeError(f"domains must be a list of names, not {value!r}")
    return tuple(value)


def _known(file: Mapping[str, object]) -> Mapping[str, object]:
    names: Sequence[str] = [field.name for field in dataclasses.fields(ModelFile)]
    return {name: value for name, value in file.items() if name in names}
