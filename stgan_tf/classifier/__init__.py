"""The attribute classifier: network, training, and the one a run keeps."""
