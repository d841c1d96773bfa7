"""Build `src/subaccounts/hashing/common_passwords.bin`, the digests of common passwords.

Usage, in an environment of its own with this package, Django and zxcvbn:

    python -m venv lists && lists/bin/pip install . "Django==5.2.*" "zxcvbn==4.5.*"
    lists/bin/python tools/build_blocklist.py src/subaccounts/hashing/common_passwords.bin

Two public lists hold hardly a password of 15 characters, so the walks, repetitions and decorated words that people
reach for when 15 are asked of them are made here. Only digests are kept; `generated()` needs neither list.
"""

from __future__ import annotations

import gzip
import hashlib
import itertools
import sys
from collections.abc import Iterable, Iterator
from importlib import resources
from pathlib import Path

from subaccounts.domain.password_policy import FLOOR, SINGLE_FACTOR, canonical
from subaccounts.hashing.blocklist import HEADER, MAGIC, WIDTH

LONGEST = 30
LENGTHS = range(FLOOR, LONGEST + 1)
LAYOUTS = (
    ("1234567890-=", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./"),
    ("1234567890-=", "йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю."),
    ("1234567890+", "qwertyuiopå", "asdfghjklæø", "zxcvbnm,.-"),
)
SEQUENCES = (
    "0123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    "abcdefghijklmnopqrstuvwxyzæøå",
)
CHUNKS = "qwerty asdfgh zxcvbn йцукен фывапр abc abcd qwe qwer asd asdf zxc zxcv wasd qaz wsx йцу йцук фыв фыва ячс абв абвг".split()  # noqa: SIM905  # words read better as words
WORDS = """
password passw0rd p@ssw0rd p@ssword letmein welcome iloveyou dragon monkey sunshine princess football baseball
superman batman master shadow michael jordan ashley bailey charlie computer internet freedom whatever trustno1
starwars pokemon minecraft liverpool arsenal chelsea barcelona realmadrid manchester administrator admin login guest
secret default changeme test testing qwerty hello flower summer winter spring autumn january february march april may
june july august september october november december monday friday sunday family mother father daddy angel blessed
jesus cookie chocolate banana cheese orange purple yellow silver golden diamond killer hunter soccer hockey tennis
samsung iphone google facebook microsoft windows linux ubuntu nintendo playstation xbox
пароль привет любовь солнце наташа марина светлана александр максим москва россия украина спартак динамо зенит
котенок зайка малыш мама папа семья работа магазин касса продавец админ администратор самсунг компьютер
adgangskode kodeord hemmelig velkommen danmark københavn sommer vinter fodbold brøndby jylland sjælland
verystrongpassword thisismypassword mypassword mysecretpassword yourpassword nopassword newpassword oldpassword
shop store sales cashier manager office company employee
""".split()  # noqa: SIM905  # words read better as words
PHRASES = """
correcthorsebatterystaple thisisapassword thisismypassword thisisasecret iloveyouforever iloveyousomuch
ilovemyfamily ilovemymother ihatepasswords iforgotmypassword forgotmypassword whatisthepassword whatismypassword
pleaseletmein openthedoorplease opensesameopensesame tobeornottobe maytheforcebewithyou luckyluckylucky
thequickbrownfox thequickbrownfoxjumps thequickbrownfoxjumpsoverthelazydog abcdefghijklmnopqrstuvwxyz
nevergonnagiveyouup happybirthdaytoyou merrychristmas welcometothejungle hakunamatata supercalifragilistic
supercalifragilisticexpialidocious onetwothreefourfive administratoradministrator letmeinletmeinletmein
ятебялюблю ялюблютебя ялюблюсвоюработу паролькоторыйнельзя мойсамыйсложныйпароль
jegelskerdig detteerminadgangskode minhemmeligekode
""".split()  # noqa: SIM905  # words read better as words
ENDINGS = [
    "1",
    "12",
    "123",
    "1234",
    "12345",
    "123456",
    "1234567",
    "12345678",
    "123456789",
    "1234567890",
    "!",
    "1!",
    "123!",
    "!!!",
]
ENDINGS += [str(year) for year in range(1990, 2031)]


def walks() -> Iterator[str]:
    """Yield what fingers do on a keyboard: along a row and round again, row after row, down the columns, in zigzag."""
    for rows in LAYOUTS:
        plain = tuple("".join(letter for letter in row if letter.isalnum()) for row in rows)
        for layout in (rows, plain):
            ways = [*layout, *(row[::-1] for row in layout)]
            for way in ways:
                yield from cycle(way)
            for one, two in itertools.permutations(ways, 2):
                yield from starts(one + two)
            for three in itertools.permutations(layout, 3):
                yield from starts("".join(three))
            columns = ["".join(letters) for letters in zip(*layout, strict=False)]
            for order in (columns, [column[::-1] for column in columns], snake(columns), columns[::-1]):
                for first in range(len(order)):
                    yield from starts("".join(order[first:]))
            for one, two in itertools.permutations(layout, 2):
                zigzag = "".join(a + b for a, b in zip(one, two, strict=False))
                for first in range(0, len(zigzag) - FLOOR, 2):
                    yield from starts(zigzag[first:])


def snake(columns: list[str]) -> list[str]:
    """Go down one column and up the next."""
    return [column if place % 2 == 0 else column[::-1] for place, column in enumerate(columns)]


def starts(text: str) -> Iterator[str]:
    """Yield the beginnings of a walk."""
    return (text[:length] for length in LENGTHS if length <= len(text))


def cycle(text: str) -> Iterator[str]:
    """Yield a text gone round and round, from each of its places on."""
    for first in range(len(text)):
        endless = (text[first:] + text[:first]) * (LONGEST // len(text) + 1)
        yield from (endless[:length] for length in LENGTHS)


def repetitions() -> Iterator[str]:
    """Yield one letter, two or three digits, a chunk or a year over and over, and the alphabets."""
    for sequence in SEQUENCES:
        for way in (sequence, sequence[::-1]):
            yield from cycle(way)
        for letter in sequence:
            yield from cycle(letter)
    for size in (2, 3):
        for digits in itertools.product("0123456789", repeat=size):
            yield from starts("".join(digits) * LONGEST)
    for chunk in [*CHUNKS, *(str(year) for year in range(1950, 2031))]:
        yield from starts(chunk * LONGEST)


def decorated(words: Iterable[str]) -> Iterator[str]:
    """Yield each word several times, and once or twice with the endings people add."""
    for word in words:
        yield from (word * times for times in (2, 3, 4))
        yield from (start + ending for start in (word, word * 2) for ending in ENDINGS)
        yield from ((word + ending) * 2 for ending in ENDINGS)


def generated() -> set[str]:
    """Return every made password of 8 to 30 characters, canonical."""
    pairs = ("".join(pair) for pair in itertools.permutations(WORDS[:40], 2))  # of the best known words alone
    made = itertools.chain(walks(), repetitions(), decorated(WORDS), PHRASES, pairs)
    return kept(made)


def kept(passwords: Iterable[str]) -> set[str]:
    """Return the canonical forms of those that a policy could let in."""
    return {text for text in map(canonical, passwords) if len(text) >= FLOOR}


def listed() -> tuple[set[str], list[str]]:
    """Return the passwords of Django's and zxcvbn's lists, canonical, and the most frequent words among them."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    packed = resources.files("django.contrib.auth").joinpath("common-passwords.txt.gz").read_bytes()
    django = gzip.decompress(packed).decode("utf-8").split()
    zxcvbn = list(FREQUENCY_LISTS["passwords"])
    frequent = [word for word in zxcvbn if word.isalpha() and len(word) >= 4][:400]
    return kept([*django, *zxcvbn]), frequent


def packed(passwords: set[str]) -> bytes:
    """Return the file: a header with both counts, then the sorted digests."""
    digests = sorted({hashlib.sha256(text.encode()).digest()[:WIDTH] for text in passwords})
    if len(digests) != len(passwords):
        raise SystemExit("two passwords share a digest: take another width")
    long = sum(len(text) >= SINGLE_FACTOR for text in passwords)
    return HEADER.pack(MAGIC, len(passwords), long) + b"".join(digests)


def main() -> None:
    """Write the file named on the command line and print the numbers for the docstring of the block list."""
    common, frequent = listed()
    passwords = common | generated() | kept(text for word in frequent for text in (word * 2, word * 3, word * 4))
    Path(sys.argv[1]).write_bytes(packed(passwords))
    print(f"{len(passwords)} entries, {sum(len(text) >= SINGLE_FACTOR for text in passwords)} of 15 characters or more")


if __name__ == "__main__":
    main()
