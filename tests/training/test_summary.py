from stgan_tf.config import Config
from stgan_tf.training.summary import summarize


def test_paper_model_has_the_official_parameter_counts():
    """The counts of the official code's graph (128 px, width 64)."""
    summary = summarize(Config())
    assert summary["generator_parameters"] == 74_998_771
    assert summary["encoder_parameters"] == 11_148_160
    assert summary["selective_transfer_parameters"] == 30_145_280
    assert summary["decoder_parameters"] == 33_705_331
    assert summary["discriminator_parameters"] == 44_718_990
