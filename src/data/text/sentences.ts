/** Where a sentence may end: its mark, closing quotes or brackets, a blank, and the start of the next one. */
const boundary = /[.!?…][.!?…"'”’)\]]*\s+(?=["'“‘([]*[\p{Lu}\p{N}])/gu;

/** What ends in a full stop in the middle of a sentence: an initial, or one of these before a name or a number. */
const abbreviated =
  /(?:^|[\s("“'‘[])(?:\p{Lu}|Mr|Mrs|Ms|Dr|Prof|Rev|Hon|St|Mt|Gen|Col|Capt|Lt|Sgt|Sen|Rep|Gov|vs|No|Vol|Fig)\.\s*$/u;

/** Splits English-like prose into sentences: a plain rule, good enough to say what follows what. */
export function splitSentences(paragraph: string): string[] {
  const sentences: string[] = [];
  let start = 0;
  for (const { 0: mark, index } of paragraph.matchAll(boundary)) {
    const end = index + mark.length;
    if (abbreviated.test(paragraph.slice(Math.max(start, end - 12), end))) continue;
    sentences.push(paragraph.slice(start, end).trimEnd());
    start = end;
  }
  const last = paragraph.slice(start).trim();
  return last === "" ? sentences : [...sentences, last];
}
