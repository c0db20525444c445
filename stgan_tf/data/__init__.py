"""Data sets: which images there are, their attributes, and the tf.data pipelines that read them."""
