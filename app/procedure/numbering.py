"""How the procedure numbers its articles and what stands below them."""

from enum import StrEnum

DIGITS = "〇一二三四五六七八九"
LARGEST = 999


def chinese_number(number: int) -> str:
    """1–999 as the procedure writes it: 十, 二十一, 一百〇五, 一百一十."""
    if not 0 < number <= LARGEST:
        raise ValueError(f"{number} is not between 1 and {LARGEST}")
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    written = f"{DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        written += "十" if number < 20 else f"{DIGITS[tens]}十"
    elif hundreds and ones:
        written += DIGITS[0]
    return written + (DIGITS[ones] if ones else "")


class Numbering(StrEnum):
    """A style of numbering: its first number, less what only parts it from the text (the 、 of 一、)."""

    HAN = "一"
    HAN_BRACKETED = "（一）"
    DIGIT = "1"
    DIGIT_BRACKETED = "（1）"
    CIRCLED = "①"

    def mark(self, number: int) -> str:
        """The number in this style: （三） for 3."""
        if self is Numbering.CIRCLED:
            return chr(ord(self.value) + number - 1)
        return self.value.replace("一", chinese_number(number)).replace("1", str(number))
