"""What `stgan_tf.benchmark` measures: parts of the package, and two versions in turns."""
