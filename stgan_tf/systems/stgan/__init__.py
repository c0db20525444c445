"""STGAN (Liu et al., CVPR 2019) and the variants of AttGAN."""
