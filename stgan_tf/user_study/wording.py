"""The words on the page in English and Chinese, and how the wanted changes are put. No TensorFlow
here.
"""

import json
import math
from importlib import resources
from pathlib import Path

from stgan_tf.user_study.answer_files import LANGUAGES

#: The changes that flip an attribute; those of domains are directions ("summer to winter").
ADD, REMOVE = "add", "remove"
_DIRECTION = " to "
_CHANGES = "changes"
#: For attributes without words of their own.
_PLAIN = {
    ADD: {"en": "Add: {name}", "zh": "添加：{name}"},
    REMOVE: {"en": "Remove: {name}", "zh": "去掉：{name}"},
}
#: The gaps of the texts that are filled when the page is made, not by the page.
_MINUTES, _KEPT = "{minutes}", "{kept}"
#: The names of the texts for the second gap.
_SCENE, _PERSON = "kept_scene", "kept_person"
#: Seconds that a question takes, generously; what is asked before it takes a minute.
_QUESTION_SECONDS = 15
_TRANSLATE = {"en": "Change from {source} to {target}", "zh": "从 {source} 变为 {target}"}


class Wording:
    """The texts of a study.

    Args:
        path: JSON file with texts that replace the package's: {"en": {name: text}, "zh": {...},
            "changes": {attribute: {"add": {"en": text, "zh": text}, "remove": {...}}}}, each part
            optional; the names are those of page_texts.json. None: none.

    Raises FileNotFoundError or ValueError naming the file.
    """

    def __init__(self, path: Path | None = None):
        self._page = _shipped("page_texts.json")
        self._changes = _shipped("change_words.json")
        if path is not None:
            self._replace(path)

    def of_page(self, num_questions: int, domains: bool = False) -> dict[str, dict]:
        """The page's texts, {language: {name: text}}.

        Args:
            num_questions: All that a participant is asked.
            domains: Whether pictures are translated between domains, so that the criteria should
                not speak of a person.
        """
        minutes = str(1 + math.ceil(num_questions * _QUESTION_SECONDS / 60))

        def filled(text: str | list, kept: str) -> str | list:
            if isinstance(text, list):
                return [filled(part, kept) for part in text]
            return text.replace(_MINUTES, minutes).replace(_KEPT, kept)

        return {
            language: {
                name: filled(text, texts[_SCENE if domains else _PERSON])
                for name, text in texts.items()
                if name not in (_SCENE, _PERSON)
            }
            for language, texts in self._page.items()
        }

    def asks(self, attribute: str, change: str) -> bool:
        """Whether a change can be asked for in words; removing a hair colour cannot: it leaves open
        what should be there instead.
        """
        known = self._changes.get(attribute)
        return known is None or change in known or is_direction(change)

    def of_change(self, attribute: str, change: str) -> dict[str, str]:
        """{language: the wanted change in words}."""
        known = self._changes.get(attribute, {})
        if change in known:
            return known[change]
        if change in _PLAIN:
            name = attribute.replace("_", " ")
            return {code: text.format(name=name) for code, text in _PLAIN[change].items()}
        source, _, target = change.partition(_DIRECTION)
        return {
            code: text.format(source=source, target=target) for code, text in _TRANSLATE.items()
        }

    def _replace(self, path: Path) -> None:
        if not path.is_file():
            raise FileNotFoundError(f"--texts: no file {path}.")
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
            changes = told.pop(_CHANGES, {})
            for language, texts in told.items():
                self._replace_texts(language, texts)
            for attribute, words in changes.items():
                for change, by_language in words.items():
                    if sorted(by_language) != sorted(LANGUAGES):
                        raise ValueError(f"{attribute}, {change} needs {' and '.join(LANGUAGES)}")
                self._changes[attribute] = words
        except (ValueError, TypeError, AttributeError) as error:
            raise ValueError(f"--texts: {path} cannot be used: {error}.") from error

    def _replace_texts(self, language: str, texts: dict) -> None:
        if language not in LANGUAGES:
            raise ValueError(f"it has {language!r} where a language or {_CHANGES!r} should be")
        for name, text in texts.items():
            shipped = self._page[language].get(name)
            if type(text) is not type(shipped):
                kind = "unknown" if shipped is None else f"a {type(shipped).__name__}"
                raise ValueError(f"{language}, {name} is {kind}; received {text!r}")
            self._page[language][name] = text


def is_direction(change: str) -> bool:
    """Whether a change is from one domain to another ("summer to winter")."""
    return _DIRECTION in change


def _shipped(name: str) -> dict:
    return json.loads((resources.files("stgan_tf.user_study") / name).read_text(encoding="utf-8"))
