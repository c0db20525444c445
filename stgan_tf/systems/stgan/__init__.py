"""STGAN (Liu et al., CVPR 2019), and AttGAN's variants."""
