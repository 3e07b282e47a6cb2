"""Ways to damage a file, each chosen and placed at random."""

from collections.abc import Callable, Sequence
from random import Random

from eval.fuzz.seed_files import PACKAGES, PLAIN, zipped

Mutation = Callable[[Random, bytes], bytes]

_TOKENS = (
    b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<", b">", b"</p>",
    b"<table>", b"<td rowspan=65535 colspan=1000>", b"<p hidden>", b"<script>", b"&", b"&#x110000;",
    b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>", b"<math>", b"<dl><dt>",
    b"---\n", b"+++\n", b"```", b"`", b"| ", b"\\", b"\"", b"'", b"{", b"}", b"[", b"]", b"(", b")",
    b"\r", b"\n\n", b"\t", b"%", b"\\begin{comment}", b"\\section{", b".. ", b"////\n", b"* ",
    b"99999999999999999999", b"-1", b"1e999", b"NaN", b"../../etc/passwd", b"From ", b"--b\n",
    b"=?utf-8?b?", b"Content-Type: multipart/mixed; boundary=b\n", b"00:00:00,000 --> ", b"&a *a",
    b"<<: *a", b"!!python/object:os.system", b"/Kids[2 0 R]", b"/Parent 3 0 R", b"endstream", b"PK",
    b"/Encrypt 1 0 R", b"\xe2\x80\xae", b"\xcd\x81" * 9, b"\xed\xa0\x80", b"\xf4\x90\x80\x80",
)  # fmt: skip
_MANY = 200


def _flip(random: Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(random.choice((1, 1, 2, 4, 16))):
        changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
    return bytes(changed)


def _replace(random: Random, data: bytes) -> bytes:
    changed = bytearray(data)
    changed[random.randrange(len(changed))] = random.randrange(256)
    return bytes(changed)


def _cut(random: Random, data: bytes) -> bytes:
    return data[: random.randrange(len(data))]


def _leave_out(random: Random, data: bytes) -> bytes:
    start, end = _part(random, data)
    return data[:start] + data[end:]


def _repeat(random: Random, data: bytes) -> bytes:
    start, end = _part(random, data)
    times = random.choice((1, 2, 8, _MANY))
    return data[:end] + data[start:end] * times + data[end:]


def _swap(random: Random, data: bytes) -> bytes:
    start, end = _part(random, data)
    at = random.randrange(len(data))
    return data[:at] + data[start:end] + data[at:]


def _insert(random: Random, data: bytes) -> bytes:
    at = random.randrange(len(data) + 1)
    token = random.choice(_TOKENS) * random.choice((1, 1, 1, 3, _MANY))
    return data[:at] + token + data[at:]


def _random_bytes(random: Random, data: bytes) -> bytes:
    at = random.randrange(len(data) + 1)
    return data[:at] + random.randbytes(random.choice((1, 4, 64))) + data[at:]


def _splice(random: Random, data: bytes) -> bytes:
    other = PLAIN[random.choice(sorted(PLAIN))][1]()
    return data[: random.randrange(len(data) + 1)] + other[random.randrange(len(other)) :]


def _part(random: Random, data: bytes) -> tuple[int, int]:
    start = random.randrange(len(data))
    return start, min(len(data), start + 1 + random.randrange(random.choice((4, 32, 256))))


MUTATIONS: Sequence[Mutation] = (
    _flip, _replace, _cut, _leave_out, _repeat, _swap, _insert, _insert, _random_bytes, _splice,
)  # fmt: skip


def mutated(random: Random, data: bytes) -> bytes:
    """Return data after one to five mutations."""
    for _ in range(random.choice((1, 1, 2, 3, 5))):
        data = random.choice(MUTATIONS)(random, data) if data else random.randbytes(8)
    return data


def fuzzed(random: Random, name: str) -> bytes:
    """Return a damaged file of a format; of a package, one of its parts or the whole."""
    if name not in PACKAGES:
        return mutated(random, PLAIN[name][1]())
    parts: dict[str, str | bytes] = dict(PACKAGES[name][1])
    if random.random() < 0.7:
        part = random.choice(sorted(parts))
        content = parts[part]
        parts[part] = mutated(random, content.encode() if isinstance(content, str) else content)
        return zipped(parts)
    return mutated(random, zipped(parts))
