"""Systems that edit attributes, one folder each."""
