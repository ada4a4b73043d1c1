"""What is said: catalogues with symbolic ids, one file per area and language, and the translator over them."""

from locales.translator import LANGUAGES, MissingKey, Translator, translator

__all__ = ["LANGUAGES", "MissingKey", "Translator", "translator"]
