from browser import face_paste_fixture
from browser.face_paste_fixture import ARRAYS, decoded
from browser.stored_fixtures import require_current


def test_the_mobile_pages_pasted_faces_are_what_python_computes():
    require_current(face_paste_fixture, ARRAYS, ("factor", "shift"), decoded)
