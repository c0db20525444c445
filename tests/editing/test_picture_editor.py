"""Whole pictures translated at full size, by a run and by what is exported of it."""

import numpy as np
import pytest
from editing.conftest import THREE
from small_runs import SIZE

from stgan_tf.editing.editor import Editor
from stgan_tf.editing.full_size import put_back, view_of
from stgan_tf.editing.picture_editor import PictureEditor
from stgan_tf.exporting.export_run import export_run
from stgan_tf.exporting.options import ExportOptions

OPTIONS = ExportOptions(
    precisions=("float32",), warmup=False, comparison_images=2, latency_repeats=1
)


@pytest.fixture
def picture():
    return np.random.default_rng(0).integers(0, 256, (50, 80, 3), np.uint8)


def by_hand(editor, picture, edits, source=None):
    view = view_of(picture, SIZE, "contain")
    edited = editor.edit(view.pixels, edits, source=source)
    return put_back(picture, view, edited, editor.reconstruct(view.pixels, source))


@pytest.mark.parametrize("model", ["stgan", "attgan"])
def test_both_directions_between_two_domains(season_dir, picture, model):
    editor = Editor(season_dir(model=model))
    pictures = PictureEditor(editor)
    winter, summer = (pictures.translate(picture, to) for to in ("winter", "summer"))
    np.testing.assert_array_equal(winter, by_hand(editor, picture, {"winter": 1}, {"winter": 0}))
    np.testing.assert_array_equal(summer, by_hand(editor, picture, {"winter": -1}, {"winter": 1}))
    assert (winter != summer).any()
    assert (winter != picture).any()


def test_no_intensity_is_no_change(season_dir, picture):
    pictures = PictureEditor(Editor(season_dir()))
    result = pictures.translate(picture, "winter", intensity=0)
    np.testing.assert_array_equal(result, picture)


def test_of_several_domains_the_source_is_said_or_seen(season_dir, season_classifier, picture):
    blind = PictureEditor(Editor(season_dir(THREE), "none"))
    with pytest.raises(ValueError, match=r"must be known\. Give it \(--from=autumn"):
        blind.translate(picture, "winter")
    said = {name: blind.translate(picture, "winter", name) for name in ("autumn", "summer")}
    expected = by_hand(blind.editor, picture, {"winter": 1, "summer": -1})
    np.testing.assert_array_equal(said["summer"], expected)
    assert (said["summer"] != said["autumn"]).any()

    editor = Editor(season_dir(THREE), season_classifier)
    view = view_of(picture, SIZE, "contain").pixels
    seen = THREE[int(editor.classify(view).argmax())]
    to = next(name for name in THREE if name != seen)
    found = PictureEditor(editor).translate(picture, to)
    np.testing.assert_array_equal(found, blind.translate(picture, to, seen))


def test_only_for_whole_pictures(run_dir, season_dir, picture):
    with pytest.raises(ValueError, match="trained on faces.*use PhotoEditor"):
        PictureEditor(Editor(run_dir()))
    pictures = PictureEditor(Editor(season_dir()))
    with pytest.raises(ValueError, match="takes no face landmarks"):
        pictures.look(picture, [np.zeros((5, 2))])
    with pytest.raises(ValueError, match=r"--to=winter is for models of domain folders"):
        Editor(run_dir()).translate(picture[:SIZE, :SIZE], "winter")


@pytest.mark.slow
@pytest.mark.parametrize("domains", [("summer", "winter"), THREE])
def test_exports_translate_as_their_run(season_dir, season_classifier, picture, tmp_path, domains):
    run, classifier = season_dir(domains), season_classifier if domains == THREE else "none"
    export_run(run, tmp_path / "out", classifier, OPTIONS)
    expected = {
        source: Editor(run, classifier).translate(picture, "winter", source)
        for source in ("", "summer")
    }
    for place in ("saved_model", "litert/edit_float32.tflite"):
        editor = Editor(tmp_path / "out" / place)
        assert editor.domains == domains
        assert PictureEditor(editor).translate(picture, "winter").shape == picture.shape
        for source, edited in expected.items():
            found = editor.translate(picture, "winter", source).astype(int)
            assert np.abs(found - edited).max() <= 1
