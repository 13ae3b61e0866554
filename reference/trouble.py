"""Errors that a person can do something about carry the sentence that says what."""

from reference.texts import say


class Trouble(Exception):
    """`text` is the key of its sentence in texts.csv, which may name the error's own words as `detail`."""

    text: str

    def sentence(self, language: str) -> str:
        """What is wrong and what to do about it, in `language` (`vi` or `en`)."""
        return say(self.text, language, detail=self)
