from browser import full_size_fixture
from browser.stored_fixtures import require_current


def test_the_mobile_pages_full_size_edits_are_what_python_computes():
    require_current(full_size_fixture, ("picture", "view", "edited", "unedited", "result"))
