/**
 * Lengths to which a pair of token lists is cut so that together they have at most `room` tokens: longest first.
 *
 * Only the longer one is cut while that is enough; where both must be, the shorter (or first) keeps floor(room / 2).
 * Source: tokenizers/src/utils/truncation.rs, the rule of the fast tokenizers. The slow Python ones differ by one token
 * in some cases.
 */
export function longestFirst(firstLength: number, secondLength: number, room: number): readonly [number, number] {
  if (firstLength + secondLength <= room) return [firstLength, secondLength];
  const shorter = Math.min(firstLength, secondLength);
  let short = shorter;
  let long = shorter > room ? shorter : Math.max(shorter, room - shorter);
  if (short + long > room) {
    short = Math.floor(room / 2);
    long = room - short;
  }
  return firstLength > secondLength ? [long, short] : [short, long];
}
