/**
 * Text as a searcher means it: without case, without accents. Folded text is only ever compared
 * in memory and never logged, so a newer Unicode table cannot change what a log means.
 */

/** Letters that Unicode does not take apart into a base letter and a mark. */
const foldedLetters: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ı: 'i',
};

/** Lower case without accents, e.g. `São Łódź` becomes `sao lodz`. */
export function fold(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\u0300-\u036f]+/g, '')
    .replace(/[ßæœøłđı]/g, (letter) => foldedLetters[letter] ?? letter);
}

/** True where every word of `query` occurs somewhere in `folded`, which is folded already. */
export function matchesText(folded: string, query: string): boolean {
  return fold(query)
    .split(/\s+/)
    .every((word) => folded.includes(word));
}
