"""Data sets: folders and attribute files, Parquet, TFDS, drawn faces."""
