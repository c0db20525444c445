"""CycleGAN (Zhu et al., ICCV 2017) between an attribute's two values."""
