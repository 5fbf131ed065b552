"""The shipped content: it parses, every sentence is traceable, and what is said decides the content hash."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from mvd_handout.content import unfilled as u
from mvd_handout.content.clinic import load_clinic
from mvd_handout.content.library import Library, parse_text, text_language
from mvd_handout.content.plan import PlanCache
from mvd_handout.content.resources import data_root
from mvd_handout.domain.errors import ContentError, InputError
from tests.samples import handout, starter_kit, write_clinic

HANDOUT = data_root("handouts") / "hfs-recovery"
CLAIMS = tomllib.loads((HANDOUT / "claims.toml").read_text(encoding="utf-8"))


def sentences(value: object) -> Iterator[u.Sentence]:
    if isinstance(value, u.Sentence):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from sentences(each)
    elif isinstance(value, u.Node | u.Branch):
        for name in value.__struct_fields__:
            yield from sentences(getattr(value, name))


def plain(sentence: u.Sentence) -> str:
    return "".join(part.text if isinstance(part, u.Words) else f"{{{{ {part.name} }}}}" for part in sentence.parts)


def all_sentences() -> list[u.Sentence]:
    return [*sentences(handout().nodes), *sentences(handout().record)]


def known_ids() -> set[str]:
    return {
        str(each["id"])
        for table in CLAIMS.values()
        if isinstance(table, list)
        for each in table
        if isinstance(each, dict) and "id" in each
    } | {key for table in CLAIMS.values() if isinstance(table, dict) for key in table}


def test_every_mark_of_the_handout_is_a_registered_claim_or_ambiguity() -> None:
    marks = {mark for sentence in all_sentences() for mark in sentence.marks}
    assert marks - {"form", "clinic", "computed"} <= known_ids()
    assert len(marks) > 40


def test_every_claim_of_the_source_is_registered() -> None:
    known = known_ids()
    assert {f"C{number:02}" for number in range(1, 42)} <= known
    assert {f"X{number}" for number in range(1, 16)} <= known


def test_no_sentence_has_a_percent_sign_or_a_derived_number() -> None:
    for sentence in (*all_sentences(), *sentences(tuple(block.nodes for block in starter_kit()))):
        text = plain(sentence)
        assert "%" not in text
        assert not re.search(r"\b(60|70)\b", text), text
        assert not re.search(r"\d\s*[-–—]\s*\d", text), text


def test_no_sentence_of_the_article_is_copied() -> None:
    """No seven words in a row are the source's own; its title is printed as a title, through a slot."""
    article = set(Path(__file__).with_name("article_shingles.txt").read_text(encoding="ascii").split("\n")[1:])
    assert len(article) > 350
    copied = [
        run
        for sentence in all_sentences()
        for run in runs_of_seven(plain(sentence))
        if hashlib.sha256(run.encode()).hexdigest()[:16] in article
    ]
    assert copied == []


def runs_of_seven(text: str) -> list[str]:
    words = re.findall(r"[a-z']+", text.replace("\u2019", "'").lower())
    return [" ".join(words[at : at + 7]) for at in range(len(words) - 6)]


def test_lists_have_at_most_seven_items() -> None:
    def lists(value: object) -> Iterator[u.List]:
        if isinstance(value, u.List):
            yield value
        if isinstance(value, tuple):
            for each in value:
                yield from lists(each)
        elif isinstance(value, u.Node | u.Branch):
            for name in value.__struct_fields__:
                yield from lists(getattr(value, name))

    found = [*lists(handout().nodes), *(each for block in starter_kit() for each in lists(block.nodes))]
    assert len(found) > 8
    assert max(len(each.items) for each in found) <= 7


def test_the_content_hash_depends_on_words_and_not_on_lines() -> None:
    source = "# A [form]\n\nB. [C01]\n"
    texts = (source, f"\n{source}", source.replace("B", "C"))
    one, two, three = (u.content_hash(parse_text(text, "x.md")) for text in texts)
    assert one == two
    assert one != three


def without_lines(data: object) -> object:
    if isinstance(data, dict):
        return {key: without_lines(value) for key, value in data.items() if key != "line"}
    return [without_lines(each) for each in data] if isinstance(data, list | tuple) else data


def test_the_content_hash_is_that_of_the_tree_without_its_lines() -> None:
    """Names of fields are told from words that look like one."""
    sly = u.Sentence(
        (u.Words(',"line":7'), u.Words('\\",\\"line\\":7'), u.Words('{"line":1,"line":2}')), ('a,"line":3',), 9
    )
    for parts in ((handout().nodes,), ('x,"line":4', (u.Paragraph((sly,), 12),)), ()):
        tree = msgspec.json.encode(without_lines(msgspec.to_builtins(parts)))
        assert u.content_hash(*parts) == hashlib.sha256(tree).hexdigest()


def test_an_unknown_handout_or_language_says_what_there_is() -> None:
    with pytest.raises(ContentError, match="Did you mean hfs-recovery"):
        Library.shipped().handout("hfs-recovry")
    with pytest.raises(ContentError, match="Languages: en"):
        Library.shipped().handout("hfs-recovery", "pl")


def test_a_clinics_own_handout_comes_before_the_shipped_one(tmp_path: Path) -> None:
    own = tmp_path / "handouts" / "hfs-recovery"
    own.mkdir(parents=True)
    for path in HANDOUT.iterdir():
        text = path.read_text(encoding="utf-8")
        (own / path.name).write_text(text.replace('version = "1.0.0"', 'version = "9.9.9"'), encoding="utf-8")
    library = Library.shipped(tmp_path)
    assert library.names() == ("hfs-recovery",)
    assert library.handout("hfs-recovery").version == "9.9.9"


def test_the_cache_changes_nothing_and_its_loss_costs_nothing(tmp_path: Path) -> None:
    cache = PlanCache(tmp_path / "cache")
    plain_read = Library.shipped().handout("hfs-recovery")
    first = Library.shipped(cache=cache).handout("hfs-recovery")
    files = sorted((tmp_path / "cache").iterdir())
    assert len(files) == 2
    assert Library.shipped(cache=cache).handout("hfs-recovery") == first == plain_read
    for path in files:
        path.write_text("{", encoding="utf-8")
    assert Library.shipped(cache=cache).handout("hfs-recovery") == plain_read
    readonly = PlanCache(Path("/proc/nowhere"))
    assert Library.shipped(cache=readonly).handout("hfs-recovery") == plain_read


CLINIC = """
[hospital]
name = "Example Hospital"
unit = "Ward 4"
feedback = "handouts@example.org"
[phones]
emergency = "999"
day = {number = "01632 960100", hours = "By day"}
out_of_hours = {number = "01632 960101", hours = "By night"}
[[surgeons]]
name = "Dr Morgan Sample"
phone = "01632 960110"
hours = "By day"
[handout]
paper = "A4"
locale = "en-GB"
time_zone = "Europe/London"
hear_within_days = 14
"""


def test_a_clinic_folder_is_read_with_its_blocks(tmp_path: Path) -> None:
    path = write_clinic(tmp_path, CLINIC)
    (tmp_path / "blocks").mkdir()
    (tmp_path / "blocks" / "warning-signs.md").write_text(
        '+++\ntitle = "Signs"\nsources = ["K1"]\n+++\n**Call {{ phone.emergency }}** if you need help.\n',
        encoding="utf-8",
    )
    clinic = load_clinic(path)
    block = clinic.block("warning-signs")
    assert block is not None
    assert block.title == "Signs"
    assert [sentence.marks for sentence in sentences(block.nodes)] == [("clinic",)]
    assert block.nodes[0].line == 5


@pytest.mark.parametrize(
    ("name", "content", "error", "message"),
    [
        ("clinic.key", "short", InputError, "the key is damaged"),
        ("clinic.toml", CLINIC.replace('"Ward 4"', '"Ward 4'), InputError, "clinic.toml, line 4"),
        ("clinic.toml", CLINIC + '\n[values]\nx = "C:\\Users"\n', InputError, "a backslash inside double quotes"),
        ("clinic.toml", CLINIC + "\n[hospital]\n", InputError, "stands here twice"),
        ("clinic.toml", CLINIC.replace("Ward", "\udcff"), InputError, "not UTF-8"),
        ("blocks/a.md", "Call <b>now</b>.", ContentError, "blocks/a.md, line 1: html inline"),
        ("blocks/a.md", "", ContentError, "there are no words in it"),
        ("blocks/a.md", '+++ title = "x" +++\nwords', ContentError, "a head that does not end"),
        ("blocks/a.md", "# Title\n", ContentError, "blocks/a.md, line 1: a title"),
        ("blocks/a.md", "{% if note %}\n" * 900 + "x" + "\n{% endif %}" * 900, ContentError, "hundreds deep"),
        ("blocks/a.md", "Fine.\n\nSee {{ phone.nigth }}.", ContentError, "blocks/a.md, line 3"),
    ],
)
def test_a_damaged_clinic_folder_says_what_to_mend(
    tmp_path: Path, name: str, content: str, error: type[Exception], message: str
) -> None:
    path = write_clinic(tmp_path, CLINIC)
    (tmp_path / "blocks").mkdir()
    (tmp_path / name).write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(error, match=re.escape(message)):
        load_clinic(path)


def test_a_profile_from_notepad_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = write_clinic(tmp_path, "")
    path.write_bytes(b"\xef\xbb\xbf" + CLINIC.replace("\n", "\r\n").encode())
    assert load_clinic(path).profile.unit == "Ward 4"


@pytest.mark.parametrize(
    ("tag", "text"), [("en", "en"), ("en-GB", "en"), ("pt-BR", "pt-BR"), ("pt-PT", "pt"), ("eng", "eng"), ("de", "de")]
)
def test_the_text_of_a_paper_is_found_by_what_it_says_of_its_language(tag: str, text: str) -> None:
    assert text_language(tag, ("en", "pt", "pt-BR")) == text
