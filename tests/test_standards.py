"""Numbers and code tables of the national standards."""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from string import ascii_uppercase, digits

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.standards.errors import StandardError
from app.standards.organisation_code import check_organisation_code, make_organisation_code
from app.standards.registration_number import check_registration_number, make_registration_number
from app.standards.resident_id import (
    EARLIEST,
    PROVINCES,
    birth_date,
    check_resident_id,
    make_resident_id,
    sex,
)
from app.standards.tables import CodeTable, code_table, code_tables
from app.standards.uscc import ALPHABET, check_uscc, is_plain_uscc, make_uscc

TODAY = date(2026, 6, 30)

usccs = st.builds(
    make_uscc, st.from_regex(rf"[{ALPHABET}][0-9]{{7}}[{ALPHABET}]{{9}}", fullmatch=True, alphabet=ALPHABET)
)
births = st.dates(date(1900, 1, 1), TODAY)
regions = st.builds("{}{:04d}".format, st.sampled_from(sorted(PROVINCES)), st.integers(0, 9999))
resident_ids = st.builds(make_resident_id, regions, births, st.integers(0, 999))
organisation_codes = st.builds(make_organisation_code, st.text(digits + ascii_uppercase, min_size=8, max_size=8))
registration_numbers = st.builds(make_registration_number, st.text(digits, min_size=14, max_size=14))
tables = pytest.mark.parametrize("table", code_tables(), ids=lambda table: table.code)


def refusal(check: Callable[[str], str], text: str) -> StandardError:
    """The error that a check raises."""
    with pytest.raises(StandardError) as caught:
        check(text)
    return caught.value


def other(data: st.DataObject, code: str, alphabet: str) -> str:
    """The code with one character replaced by another of the alphabet."""
    position = data.draw(st.integers(0, len(code) - 1))
    char = data.draw(st.sampled_from(alphabet).filter(lambda char: char != code[position]))
    return code[:position] + char + code[position + 1 :]


@pytest.mark.parametrize(
    ("check", "number"),
    [
        (check_uscc, "91110000600037341L"),
        (check_uscc, "91100000100003962T"),
        (check_uscc, "9144030071526726XG"),
        (check_resident_id, "11010519491231002X"),
        (check_resident_id, "440524188001010014"),
        (check_organisation_code, "D2143569X"),
        (check_registration_number, "110108000000016"),
    ],
)
def test_published_numbers_pass(check: Callable[[str], str], number: str) -> None:
    assert check(number) == number


@given(usccs)
def test_made_usccs_check(code: str) -> None:
    assert check_uscc(code) == code


@given(usccs, st.data())
def test_a_uscc_is_plain_where_it_is_sound_as_it_stands(code: str, data: st.DataObject) -> None:
    assert is_plain_uscc(code)
    at, char = data.draw(st.integers(0, 17)), data.draw(st.sampled_from(f"{ALPHABET}IOSVZa ９\u200b"))
    other = code[:at] + char + code[at + 1 :]
    try:
        sound = check_uscc(other) == other
    except StandardError:
        sound = False
    assert is_plain_uscc(other) is sound


@given(usccs, st.data())
def test_uscc_with_one_character_changed_is_refused(code: str, data: st.DataObject) -> None:
    refusal(check_uscc, other(data, code, digits + ascii_uppercase))


@given(usccs, st.data())
def test_uscc_error_names_the_right_check_character(code: str, data: st.DataObject) -> None:
    char = data.draw(st.sampled_from(ALPHABET).filter(lambda char: char != code[-1]))
    assert refusal(check_uscc, code[:-1] + char).params == {"char": char, "expected": code[-1]}


@given(resident_ids)
def test_made_resident_ids_check(number: str) -> None:
    assert check_resident_id(number) == number


@given(resident_ids, st.data())
def test_resident_id_with_one_character_changed_is_refused(number: str, data: st.DataObject) -> None:
    refusal(check_resident_id, other(data, number, digits + "X"))


@given(regions, births, st.integers(0, 999))
def test_resident_id_tells_birth_date_and_sex(region: str, birth: date, sequence: int) -> None:
    number = make_resident_id(region, birth, sequence)
    assert birth_date(number) == birth
    assert sex(number) == ("1" if sequence % 2 else "2")


@given(organisation_codes)
def test_made_organisation_codes_check(code: str) -> None:
    assert check_organisation_code(f"{code[:8]}-{code[8]}") == code


@given(organisation_codes, st.data())
def test_organisation_code_with_another_check_character_is_refused(code: str, data: st.DataObject) -> None:
    char = data.draw(st.sampled_from(digits + "X").filter(lambda char: char != code[-1]))
    assert refusal(check_organisation_code, code[:-1] + char).params["expected"] == code[-1]


@given(registration_numbers)
def test_made_registration_numbers_check(number: str) -> None:
    assert check_registration_number(number) == number


@given(registration_numbers, st.data())
def test_registration_number_with_one_digit_changed_is_refused(number: str, data: st.DataObject) -> None:
    refusal(check_registration_number, other(data, number, digits))


@given(st.sampled_from([check_uscc, check_resident_id, check_organisation_code, check_registration_number]), st.text())
def test_any_text_is_passed_or_refused_in_words(check: Callable[[str], str], text: str) -> None:
    try:
        code = check(text)
    except StandardError as error:
        words = str(error)
    else:
        words = check(code)
    assert words


@pytest.mark.parametrize(
    "typed",
    [
        "91110000600037341l",
        " 9111 0000 6000 3734 1L\t",
        "９１１１００００６０００３７３４１Ｌ",
        "91110000-60003734-1L",
        "9111000060003734\u200b1L",
    ],
)
def test_normal_form(typed: str) -> None:
    assert check_uscc(typed) == "91110000600037341L"


@pytest.mark.parametrize(
    ("check", "text", "message"),
    [
        (check_uscc, "", "应为 18 位，实为 0 位"),
        (check_uscc, "9111000060003734", "应为 18 位，实为 16 位"),
        (check_uscc, "91110000600O37341L", "第 12 位“O”不是合法字符"),
        (check_uscc, "911I0000600037341L", "第 4 位“I”应为数字"),
        (check_uscc, "91110000600037341M", "校验码不符：末位是“M”，应为“L”"),
        (check_resident_id, "110105491231002", "应为 18 位，实为 15 位"),
        (check_resident_id, "1101051949123100XX", "第 17 位“X”应为数字"),
        (check_resident_id, "11010519491231002A", "第 18 位“A”不是合法字符"),
        (check_resident_id, "17010519491231002X", "前两位“17”不是省级行政区划代码"),
        (check_resident_id, "11010519490229002X", "第 7 至 14 位“19490229”不是日期"),
        (check_resident_id, "110105184912310024", "出生日期 1849-12-31 过早"),
        (check_resident_id, "110105194912310021", "校验码不符：末位是“1”，应为“X”"),
        (check_organisation_code, "D2143569-1", "校验码不符：末位是“1”，应为“X”"),
        (check_organisation_code, "D2143569-A", "第 9 位“A”不是合法字符"),
        (check_registration_number, "1101080000000", "应为 15 位，实为 13 位"),
        (check_registration_number, "110108000000017", "校验码不符：末位是“7”，应为“6”"),
    ],
)
def test_messages_say_what_is_wrong(check: Callable[[str], str], text: str, message: str) -> None:
    assert str(refusal(check, text)) == message


def test_authorities_with_letters_pass() -> None:
    for stem in ("N2420100MF0000000", "A1110000000000000", "Y1110000000000000"):
        assert check_uscc(make_uscc(stem)).startswith(stem)


def test_abolished_counties_and_residence_permits_pass() -> None:
    for region in ("422921", "110103", "810000", "820000", "830000"):
        assert make_resident_id(region, date(1960, 2, 29), 1)


@given(st.dates(TODAY + timedelta(1), date(9999, 12, 31)))
def test_nobody_is_born_tomorrow(birth: date) -> None:
    with pytest.raises(StandardError, match="晚于今天"):
        check_resident_id(f"110105{birth:%Y%m%d}0010", today=TODAY)


def test_making_refuses_a_bad_stem() -> None:
    for make, stem in (
        (make_uscc, "9111000060003734"),
        (make_uscc, "91110000600037I41"),
        (make_organisation_code, "D214356"),
        (make_registration_number, "1101080000000A"),
    ):
        refusal(make, stem)
    with pytest.raises(StandardError):
        make_resident_id("110105", EARLIEST, 1000)
    with pytest.raises(StandardError):
        make_resident_id("11010A", EARLIEST, 1)


@tables
def test_table_is_sound(table: CodeTable) -> None:
    codes = [row.code for row in table.rows]
    assert len(codes) == len(set(codes))
    assert all(row.parent in {"", *codes} and row.parent != row.code for row in table.rows)
    assert all(row.title and row.title == row.title.strip() for row in table.rows)
    assert all(table.code and table.title and table.standard and table.edition for table in code_tables())


@tables
def test_table_fits_the_register(table: CodeTable) -> None:
    assert max(len(row.code) for row in table.rows) <= 30
    assert max(len(row.title) for row in table.rows) <= 120


@pytest.mark.parametrize(
    ("code", "count"),
    [
        ("enterprise_type", 34),
        ("enterprise_size", 4),
        ("currency", 39),
        ("ethnic_group", 56),
        ("identity_document", 20),
        ("data_subject", 8),
    ],
)
def test_counts(code: str, count: int) -> None:
    assert len(code_table(code).rows) == count


def test_industry_has_the_levels_of_the_standard() -> None:
    rows = code_table("industry").rows
    assert Counter(len(row.code) for row in rows) == {1: 20, 2: 97, 3: 473, 4: 1381}
    assert all(row.parent == row.code[:-1] for row in rows if len(row.code) > 2)
    assert all(row.parent.isalpha() for row in rows if len(row.code) == 2)
    assert [row.code for row in rows if not row.parent] == list("ABCDEFGHIJKLMNOPQRST")


def test_region_has_the_levels_of_the_standard() -> None:
    rows = code_table("region").rows
    assert Counter(
        "province" if row.code.endswith("0000") else "prefecture" if row.code.endswith("00") else "county"
        for row in rows
    ) == {"province": 34, "prefecture": 333, "county": 2847}
    assert all(row.parent in (row.code[:4] + "00", row.code[:2] + "0000") for row in rows if row.parent)
    assert {row.code[:2] for row in rows} == PROVINCES - {"83"}


@pytest.mark.parametrize(
    ("table", "code", "title", "parent"),
    [
        ("region", "420106", "武昌区", "420100"),
        ("region", "419001", "济源市", "410000"),
        ("region", "500157", "两江新区", "500000"),
        ("industry", "7295", "信用服务", "729"),
        ("industry", "I", "信息传输、软件和信息技术服务业", ""),
        ("enterprise_type", "173", "私营有限责任（公司）", "170"),
        ("ethnic_group", "56", "基诺族", ""),
        ("identity_document", "111", "居民身份证", ""),
    ],
)
def test_known_rows(table: str, code: str, title: str, parent: str) -> None:
    row = {row.code: row for row in code_table(table).rows}[code]
    assert (row.title, row.parent) == (title, parent)
