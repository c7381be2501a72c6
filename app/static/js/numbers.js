// Numbers as people type them: separators, full-width digits and a leading ¥ are taken.

const plain = (text) => text.normalize("NFKC").replace(/[,\s¥]/g, "");

/** Whether the server would take the text as a number. */
export const isNumber = (text) => /^-?(\d+|\d{1,3}(,\d{3})+)?(\.\d+)?$/.test(text.normalize("NFKC").replace(/[\s¥]/g, ""));

/** A number with separators; any other text as it is. */
export function separated(text) {
  if (!/^-?\d+(\.\d+)?$/.test(plain(text))) return text;
  const [whole, rest] = plain(text).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return rest === undefined ? grouped : `${grouped}.${rest}`;
}

/** The exact sum of texts, with separators; null where one of them is no number. */
export function sum(texts) {
  const numbers = texts.map(plain).filter(Boolean);
  if (!numbers.every((one) => /^-?\d+(\.\d+)?$/.test(one))) return null;
  const places = Math.max(0, ...numbers.map((one) => (one.split(".")[1] ?? "").length));
  const all = numbers.reduce((total, one) => {
    const [whole, rest = ""] = one.replace("-", "").split(".");
    const value = BigInt(whole + rest.padEnd(places, "0"));
    return one.startsWith("-") ? total - value : total + value;
  }, 0n);
  const digits = String(all < 0n ? -all : all).padStart(places + 1, "0");
  const cut = digits.length - places;
  return separated((all < 0n ? "-" : "") + digits.slice(0, cut) + (places ? `.${digits.slice(cut)}` : ""));
}
