/**
 * BERT's tokenizer written from its paper's code (tokenization.py: BasicTokenizer, then WordPiece), one character at a
 * time. Independent of src and of every library.
 */
export interface WordPiece {
  /** Ids of one text, without [CLS] and [SEP]. */
  ids(text: string): number[];
}

/** vocabulary: token to id. */
export function wordPiece(vocabulary: ReadonlyMap<string, number>, lowercase: boolean): WordPiece {
  const unknown = vocabulary.get("[UNK]") ?? -1;
  return {
    ids(text) {
      return words(text, lowercase).flatMap((word) => pieces(word, vocabulary) ?? [unknown]);
    },
  };
}

function words(text: string, lowercase: boolean): string[] {
  const found: string[] = [];
  for (const chunk of spaced(text).split(" ")) {
    let chars = Array.from(chunk);
    if (lowercase) chars = Array.from(chunk.toLowerCase().normalize("NFD")).filter((char) => !/\p{Mn}/u.test(char));
    let word = "";
    for (const char of chars) {
      if (isPunctuation(char)) {
        found.push(word, char);
        word = "";
      } else {
        word += char;
      }
    }
    found.push(word);
  }
  return found.filter((word) => word !== "");
}

/** Control characters out, every blank a space, Chinese characters set apart. */
function spaced(text: string): string {
  let clean = "";
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    const blank = char === "\t" || char === "\n" || char === "\r" || /[\p{Zs}\u2028\u2029]/u.test(char);
    if (blank) clean += " ";
    else if (code === 0 || code === 0xfffd || /[\p{Cc}\p{Cf}\p{Co}]/u.test(char)) continue;
    else if (isChinese(code)) clean += ` ${char} `;
    else clean += char;
  }
  return clean;
}

function isChinese(code: number): boolean {
  const ranges = [
    [0x4e00, 0x9fff],
    [0x3400, 0x4dbf],
    [0x20000, 0x2a6df],
    [0x2a700, 0x2b73f],
    [0x2b740, 0x2b81f],
    [0x2b820, 0x2ceaf],
    [0xf900, 0xfaff],
    [0x2f800, 0x2fa1f],
  ] as const;
  return ranges.some(([from, to]) => code >= from && code <= to);
}

function isPunctuation(char: string): boolean {
  const code = char.codePointAt(0) ?? 0;
  const ascii = (code >= 33 && code <= 47) || (code >= 58 && code <= 64) || (code >= 91 && code <= 96);
  return ascii || (code >= 123 && code <= 126) || /\p{P}/u.test(char);
}

/** Longest match first; null where a rest has no piece, or the word is above 100 characters. */
function pieces(word: string, vocabulary: ReadonlyMap<string, number>): number[] | null {
  const chars = Array.from(word);
  if (chars.length > 100) return null;
  const ids: number[] = [];
  let start = 0;
  while (start < chars.length) {
    let end = chars.length;
    let id: number | undefined;
    while (end > start) {
      id = vocabulary.get((start > 0 ? "##" : "") + chars.slice(start, end).join(""));
      if (id !== undefined) break;
      end -= 1;
    }
    if (id === undefined) return null;
    ids.push(id);
    start = end;
  }
  return ids;
}
