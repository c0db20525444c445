"""Packaging of stgan_tf; tool settings are in pyproject.toml."""

import re
from pathlib import Path

from setuptools import find_packages, setup

ROOT = Path(__file__).parent
VERSION = re.search(
    r'__version__ = "(.+)"', (ROOT / "stgan_tf" / "__init__.py").read_text(encoding="utf-8")
)[1]

setup(
    name="stgan-tf",
    version=VERSION,
    description="STGAN (CVPR 2019) face attribute editing for TensorFlow 2 / Keras 3",
    long_description=(ROOT / "README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    python_requires=">=3.10",
    packages=find_packages(include=["stgan_tf", "stgan_tf.*"]),
    install_requires=[
        "tensorflow>=2.21",
        "keras>=3.12",
        "tensorflow-datasets>=4.9.7",
        "numpy>=1.26",
        "absl-py>=2.1",
        "pillow>=10.3",
        "resvg-py>=0.5",
        "scikit-image>=0.24",
        "scipy>=1.11",
        "tifffile>=2024.1.30",
        "threadpoolctl>=3.5",
        "matplotlib>=3.8",
        "tensorboard>=2.19",
        "tqdm>=4.66",
    ],
    extras_require={
        # One NVIDIA GPU or several: TensorFlow's own CUDA wheels.
        "cuda": ["tensorflow[and-cuda]>=2.21"],
        # Faces in photos as people take them; the weights are in the wheel.
        "align": ["mtcnn>=1.0"],
        # HEIC photos, as iPhones take them.
        "heic": ["pillow-heif>=0.18"],
        # Parquet files, as Hugging Face keeps data sets.
        "parquet": ["pyarrow>=15"],
        # Official PyTorch generators (.ckpt, .pth, .pt); 2.6: weights_only is safe from there on.
        "torch": ["torch>=2.6"],
        # The same as .safetensors.
        "safetensors": ["safetensors>=0.4"],
        # LiteRT files: checking them when they are exported, and running them without TensorFlow.
        "litert": ["ai-edge-litert>=2.1"],
        # TF Serving's protocol buffers (warm-up records, gRPC), and the embedded server.
        "serving": [
            "tensorflow-serving-api>=2.19",
            "grpcio>=1.67",
            "requests>=2.32",
            "fastapi>=0.115",
            "uvicorn>=0.32",
            "h11>=0.14",
            "prometheus-client>=0.21",
        ],
        "test": [
            "stgan-tf[align,heic,litert,parquet,safetensors,serving]",
            "pytest>=8",
            "pytest-timeout>=2.3",
            "hypothesis>=6.100",
            "pyyaml>=6",
            "ruff>=0.12",
            # Schemas of the files in export/.
            "check-jsonschema>=0.36",
            "kubernetes-validate>=1.35",
            # The mobile page in Chromium; needs chromium and chromium-driver.
            "selenium>=4.20",
        ],
    },
    entry_points={
        "console_scripts": [
            "stgan-train = stgan_tf.train:run",
            "stgan-train-classifier = stgan_tf.train_classifier:run",
            "stgan-evaluate = stgan_tf.evaluate:run",
            "stgan-edit = stgan_tf.edit:run",
            "stgan-import-official = stgan_tf.import_official:run",
            "stgan-compare = stgan_tf.compare:run",
            "stgan-export = stgan_tf.export:run",
            "stgan-litert-demo = stgan_tf.litert_demo:run",
            "stgan-faces = stgan_tf.faces:run",
            "stgan-benchmark = stgan_tf.benchmark:run",
            "stgan-demo = stgan_tf.demo:run",
            "stgan-serve = stgan_tf.serve:run",
            "stgan-client = stgan_tf.serving.client:run",
        ]
    },
    classifiers=[
        "Intended Audience :: Science/Research",
        "Programming Language :: Python :: 3",
        "Topic :: Scientific/Engineering :: Artificial Intelligence",
    ],
)
