"""The filter language: which documents a search may draw from.

    author = "Marco Rubio" and published >= 2025-11-01
    language in (en, es) and not (tags = draft or words < 200)

A filter compares fields: a document's metadata, and `id`, `uri`, `title` and `media_type`. A
field whose name is not a word is written in backquotes: `` `reviewed by` = me ``.

| form | what passes |
|---|---|
| `f = v` | documents where any value of `f` equals `v` |
| `f in (v, w)` | documents where any value of `f` equals any of those |
| `f != v`, `f not in (v, w)` | documents that have `f` and where no value of it is among those |
| `f < v`, `<=`, `>`, `>=` | documents where any value of `f` is in that range |
| `f contains v`, `f starts with v` | documents where any value of `f`, as text, does |
| `has f`, `f != null` | documents that have `f` |
| `not has f`, `f = null` | documents that do not |
| `not x`, `x and y`, `x or y`, `(x)` | as in logic; `not` binds tightest, then `and`, then `or` |

A document without the field passes none of the comparisons, and so passes their `not`. A field
that no document has is an error, so that a typing mistake does not look like an empty result.

Where a document lies can be filtered as well, by fields that every document from a file has:

- `folder = contracts/2024`: what lies in a folder 2024 within one called contracts, or below it;
  `folder = /home/me/contracts` that folder alone, and below it;
- `path = 2024/lease.pdf`: the files of that name within a folder 2024; also with `starts with`;
- `type in (pdf, docx)` files with such a suffix, in any case.

Values:

- *numbers* (`3`, `-2.5`, `1e6`) compare with numbers, and with text that is written as one.
  Four digits (`2025`) also compare with dates, as that whole year. Whole numbers are equal to the
  last digit; their ranges are those of 64-bit floats;
- *dates* (`2025-11-01T09:30:00+02:00`, `2025-11-01`, `2025-11`, ISO 8601) compare with text that
  is written as one. A date in a filter without a time is that whole day or month in UTC: `=` is
  any instant of it, `>=` begins with it, `<=` includes it, `>` begins after it. A time without a
  zone is UTC. A document's date without a time counts as the first instant of that day or month
  in UTC; a document's year alone is a number;
- *text*, bare (`en`) or in single or double quotes (a quote inside is written twice, or after a
  backslash; a backslash after another), compares by its characters, exactly: `=` with every
  value as JSON writes it (`draft = true`), ranges with text alone, in code-point order. Quotes
  make a number text, but a date stays a date. Bare `null` is no value; in quotes it is text.

Keywords may be in either case. lark is imported when a filter is parsed, not before.
"""

from index.filters.literals import FieldValue, document_fields, field_values
from index.filters.match import matches
from index.filters.nodes import And, Comparison, Filter, Not, Or
from index.filters.parser import parse
from index.filters.sql import to_sql

__all__ = [
    "And",
    "Comparison",
    "FieldValue",
    "Filter",
    "Not",
    "Or",
    "document_fields",
    "field_values",
    "matches",
    "parse",
    "to_sql",
]
