"""What the names of tables and columns say: which column is a key, and what it refers to."""

from __future__ import annotations

import re

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+|\d+")
# Words that say of a column that it identifies something.
_IDENTIFYING = ("id", "code", "key", "uuid", "guid", "ident", "identifier", "slug", "isbn", "doi")
_NUMBERING = ("no", "nr", "number", "num", "ref")

Words = tuple[str, ...]


def words_of(name: str) -> Words:
    """Return the words of a name.

    >>> words_of("customerID"), words_of("ISO country-code")
    (('customer', 'id'), ('iso', 'country', 'code'))
    """
    return tuple(word.casefold() for word in _WORD.findall(name))


def stem_of(table: str) -> Words:
    """Return the words for one row of a table.

    >>> stem_of("order_categories")
    ('order', 'category')
    """
    *first, last = words_of(table) or (table,)
    return (*first, _singular(last))


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if re.search("(?:ss|x|ch|sh)es$", word):
        return word[:-2]
    return word[:-1] if re.search("[^su]s$", word) and len(word) > 3 else word


def title_of(name: str) -> str:
    """Return a name as a title: its words, the first letter large."""
    text = re.sub(r"[\s_]+", " ", name).strip()
    return text[:1].upper() + text[1:]


def key_rank(column: str, table: str) -> int:
    """Return how much a column is called like the key of a table: 0 most, 4 not at all."""
    words, stem = words_of(column), stem_of(table)
    if words == ("id",) or _names(words, stem, ("id",)):
        return 0
    if words == ("code",) or _names(words, stem, _IDENTIFYING):
        return 1
    if words and words[-1] in _IDENTIFYING:
        return 2
    return 3 if words and words[-1] in _NUMBERING else 4


def _names(words: Words, stem: Words, kinds: tuple[str, ...]) -> bool:
    """Whether words are those of a table and then one of some kind, written apart or together."""
    joined = "".join(words)
    return any(joined == f"{''.join(stem)}{kind}" for kind in kinds)


def agreement(column: str, numeric: bool, table: str, key: str, *, same: bool = False) -> int:
    """Return how well a column's name agrees with its referring to the key of a table; 0 not.

    ``same`` tells that the column is of that table as well. Whole numbers, of which any few are
    among any many, need a name that says more.
    """
    words, stem, target = words_of(column), stem_of(table), words_of(key)
    general = all(word in (*_IDENTIFYING, *_NUMBERING) for word in target)
    identifying = bool(words) and words[-1] in (*_IDENTIFYING, *_NUMBERING)
    if words and not general and words[-len(target) :] == target:
        # other_actor_id for actor_id; in the table itself that one is the key.
        return 0 if same and words == target else 3 if words == target else 2
    if same:
        return 2 if identifying and "parent" in words and general else 0
    if _names(words, stem, (*_IDENTIFYING, *_NUMBERING)):
        return 3
    if words == stem:
        return 2
    holds = any(words[at : at + len(stem)] == stem for at in range(len(words)))
    return 1 if holds and (identifying or not numeric) else 0
