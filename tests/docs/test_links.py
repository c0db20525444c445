"""Links, pictures and paths in the documentation lead somewhere."""

import re

import pytest
from docs.manual import PAGES, PRESENT_PAGES, ROOT, anchors, code_spans, name_of, prose

#: Of the repository; other paths in code spans are the reader's own.
_TRACKED = re.compile(r"(stgan_tf|tests|flags|export|docs)/[\w./*-]+")


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_links_and_pictures_lead_somewhere(path):
    text = re.sub(r"`[^`]*`", "", prose(path))
    targets = re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r'(?:src|href)="([^"]+)"', text)
    for target in targets:
        if target.startswith("https://"):
            continue
        file, _, anchor = target.partition("#")
        page = (path.parent / file).resolve() if file else path
        assert page.exists(), target
        assert not anchor or anchor in anchors(page), target


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_headings_have_anchors_of_their_own(path):
    if path.name == "CHANGELOG.md":  # each version has the same ones
        return
    found = anchors(path)
    assert len(found) == len(set(found))


@pytest.mark.parametrize("path", PRESENT_PAGES, ids=name_of)
def test_named_files_exist(path):
    for span in code_spans(path):
        name = span.split()[0]
        if _TRACKED.fullmatch(name) and "/dist" not in name:  # what a build makes
            assert list(ROOT.glob(name.rstrip("/"))), name


def test_every_page_is_in_the_navigation():
    navigation = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    for path in (ROOT / "docs").rglob("*.md"):
        assert f" {path.relative_to(ROOT / 'docs').as_posix()}\n" in navigation


def test_tests_of_faults_exist():
    """Each row of docs/faults.md names the tests that show it, and what selects them."""
    page = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")
    named = re.findall(r'`((?:\w+/)*test_\w+\.py)(?: -k (?:(\w+)|"([^"]+)"))?`', page)
    assert len(named) > 15
    for name, word, words in named:
        text = (ROOT / "tests" / name).read_text(encoding="utf-8")
        functions = re.findall(r"^def (test_\w+)", text, re.MULTILINE)
        for part in (word or words).split(" or "):
            assert any(part in function for function in functions), f"{name} -k {part}"
