import pytest

pytestmark = pytest.mark.slow


def test_the_pages_own_unit_tests(npm):
    npm("test")
