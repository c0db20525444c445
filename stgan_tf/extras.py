"""Optional packages, and the pip extras that install them."""

import importlib.util

#: {module: extra}
EXTRAS = {
    "tensorflow": "train",
    "keras": "train",
    "matplotlib": "train",
    "resvg_py": "train",
    "skimage": "train",
    "tensorboard": "train",
    "tensorflow_datasets": "train",
    "threadpoolctl": "train",
    "mtcnn": "align",
    "pillow_heif": "heic",
    "pyarrow": "parquet",
    "torch": "torch",
    "safetensors": "safetensors",
    "huggingface_hub": "hub",
    "ai_edge_litert": "litert",
    "fastapi": "serving",
    "grpc": "serving",
    "h11": "serving",
    "prometheus_client": "serving",
    "starlette": "serving",
    "tensorflow_serving": "serving",
    "uvicorn": "serving",
    "statsmodels": "study",
}


def require(*modules: str) -> None:
    """Raises ModuleNotFoundError if one of them is not installed, without importing it. To be
    called before starting other processes, which would fail late or without saying why.
    """
    for module in modules:
        if importlib.util.find_spec(module) is None:
            raise ModuleNotFoundError(f"No module named {module!r}", name=module)


def what_to_install(error: ModuleNotFoundError) -> str:
    """A sentence for the user; empty if the module belongs to no extra, which is a bug in this
    package.
    """
    if error.name is None:  # raised by this package itself, with its own message
        return str(error)
    module = error.name.partition(".")[0]
    if module not in EXTRAS:
        return ""
    return f"{module} is not installed: pip install 'stgan-tf[{EXTRAS[module]}]'"
