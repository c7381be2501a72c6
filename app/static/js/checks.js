// Check characters of national numbers, as app/standards has them; what they refuse, the server refuses too.

const compact = (text) => text.normalize("NFKC").replace(/[\s-]/g, "").toUpperCase();

const USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY";
const USCC_WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
const ID_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const BODY = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const BODY_WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2];

const weighted = (stem, alphabet, weights) =>
  weights.reduce((sum, weight, at) => sum + weight * alphabet.indexOf(stem[at]), 0);

function uscc(code) {
  if (!/^[0-9A-HJ-NPQRTUWXY]\d{7}[0-9A-HJ-NPQRTUWXY]{10}$/.test(code)) return false;
  return USCC[(31 - weighted(code, USCC, USCC_WEIGHTS) % 31) % 31] === code[17];
}

function residentId(number) {
  if (!/^\d{17}[\dX]$/.test(number)) return false;
  const [year, month, day] = [number.slice(6, 10), number.slice(10, 12), number.slice(12, 14)].map(Number);
  const birth = new Date(year, month - 1, day);
  if (birth.getFullYear() !== year || birth.getMonth() !== month - 1 || birth.getDate() !== day) return false;
  return "10X98765432"[weighted(number, "0123456789", ID_WEIGHTS) % 11] === number[17];
}

function organisationCode(code) {
  if (!/^[0-9A-Z]{8}[\dX]$/.test(code)) return false;
  return "0123456789X"[(11 - weighted(code, BODY, BODY_WEIGHTS) % 11) % 11] === code[8];
}

function registrationNumber(number) {
  if (!/^\d{15}$/.test(number)) return false;
  let check = 5;
  for (const digit of number.slice(0, 14)) check = ((check || 10) * 2 % 11 + Number(digit)) % 10;
  return (1 - ((check || 10) * 2) % 11 + 10) % 10 === Number(number[14]);
}

const CHECKS = {
  "uscc": [18, uscc],
  "resident-id": [18, residentId],
  "organisation-code": [9, organisationCode],
  "registration-number": [15, registrationNumber],
};

/** Whether a number is right: true, false, or null while it is still being typed. */
export function verify(kind, text) {
  const [length, check] = CHECKS[kind];
  const number = compact(text);
  if (number.length < length) return null;
  return check(number);
}
