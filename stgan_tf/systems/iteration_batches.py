"""A check of the batches that a trainer receives for one iteration."""


def require_batches(data: dict, count: int) -> None:
    """Raises ValueError unless `data` has the `count` batches that an iteration takes."""
    received = data["images"].shape[0]
    if received != count:
        raise ValueError(
            f"An iteration takes {count} batches, images of shape ({count}, batch, height, "
            f"width, 3). Received: {received} batches, images of shape {data['images'].shape}."
        )
