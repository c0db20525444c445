"""The page's texts: complete in both languages, replaceable, and words for every change."""

import json
import re
from importlib import resources

import pytest

from stgan_tf.attributes import CELEBA_ATTRIBUTES
from stgan_tf.user_study.wording import Wording


def test_both_languages_have_the_same_texts_with_the_same_gaps():
    texts = json.loads((resources.files("stgan_tf.user_study") / "page_texts.json").read_bytes())
    english, chinese = texts["en"], texts["zh"]
    assert list(english) == list(chinese)
    for name, text in english.items():
        gaps = [sorted(re.findall(r"\{\w+\}", str(each))) for each in (text, chinese[name])]
        assert gaps[0] == gaps[1], name


def test_celebas_attributes_have_words():
    wording = Wording()
    for attribute in CELEBA_ATTRIBUTES:
        words = wording.of_change(attribute, "add")
        assert re.fullmatch(r"[A-Z][a-z -]+( \([a-z ]+\))?", words["en"])
        assert re.fullmatch(r"[\u4e00-\u9fff]+", words["zh"])
    only_added = {name for name in CELEBA_ATTRIBUTES if not wording.asks(name, "remove")}
    hair = {"Black_Hair", "Blond_Hair", "Brown_Hair", "Gray_Hair", "Straight_Hair", "Wavy_Hair"}
    assert only_added == hair
    assert wording.of_change("No_Beard", "add")["en"] == "Remove the beard"


def test_other_attributes_and_domains_are_named():
    wording = Wording()
    assert wording.of_change("Big_Hat", "remove") == {
        "en": "Remove: Big Hat",
        "zh": "去掉：Big Hat",
    }
    direction = "summer to winter"
    assert wording.asks("winter", direction) and wording.asks("Big_Hat", "remove")
    assert wording.of_change("winter", direction) == {
        "en": "Change from summer to winter",
        "zh": "从 summer 变为 winter",
    }


def test_the_page_speaks_of_what_is_there():
    faces, seasons = Wording().of_page(30), Wording().of_page(4, domains=True)
    # 30 questions of 15 s, 4 of 15 s, and a minute to read the consent.
    assert "about 9 minutes" in faces["en"]["consent"][0]
    assert "大约需要 2 分钟" in seasons["zh"]["consent"][0]
    for name in ("criteria_choice", "criteria_ranking"):
        assert faces["en"][name].endswith("and the person and everything else stay the same.")
        assert seasons["en"][name].endswith("and everything else stays the same.")
        assert "人物" in faces["zh"][name] and "人物" not in seasons["zh"][name]
    assert "{" not in "".join(faces["en"]["consent"] + seasons["zh"]["consent"])


def test_texts_are_replaced(tmp_path):
    path = tmp_path / "texts.json"
    words = {"en": "Turn it into winter", "zh": "变为冬天"}
    told = {"en": {"title": "Winter"}, "changes": {"winter": {"summer to winter": words}}}
    path.write_text(json.dumps(told))
    wording = Wording(path)
    page = wording.of_page(30)
    assert page["en"]["title"] == "Winter"
    assert page["zh"] == Wording().of_page(30)["zh"]
    assert wording.of_change("winter", "summer to winter") == words


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "cannot be used"),
        ("[]", "cannot be used"),
        ('{"fr": {}}', "it has 'fr' where a language or 'changes' should be"),
        ('{"en": {"titel": "x"}}', "en, titel is unknown"),
        ('{"en": {"consent": "x"}}', "en, consent is a list; received 'x'"),
        ('{"changes": {"Tint": {"add": {"en": "Tint"}}}}', "Tint, add needs en and zh"),
    ],
)
def test_texts_that_cannot_be_used_are_told(tmp_path, text, message):
    path = tmp_path / "texts.json"
    path.write_text(text)
    with pytest.raises(ValueError, match=re.escape(message)):
        Wording(path)
    with pytest.raises(FileNotFoundError, match="--texts: no file"):
        Wording(tmp_path / "nowhere")
