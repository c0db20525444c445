"""Data sets: their images and attributes, and the tf.data pipelines that read them."""
