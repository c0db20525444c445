"""The attribute classifier: its network, its training, and the copy that a run keeps."""
