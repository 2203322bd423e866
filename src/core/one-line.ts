/**
 * What breaks a line, steers a terminal, or turns the order of what is read around: control characters, separators of lines,
 * marks of direction, and halves of characters. What joins letters and emoji stays.
 */
const unseen = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu;

/** An error takes no more. */
const mostOfAnError = 300;

/**
 * Any text as one line of at most `most` characters, in which what cannot be seen is shown as \u001b is. A longer one lacks
 * its middle: what was found is told first, and what to do last.
 */
export function oneLine(text: string, most = mostOfAnError): string {
  if (text.length <= most) {
    const whole = visible(text);
    return whole.length <= most ? whole : joined(whole, whole, most);
  }
  // Of megabytes only what may be shown is looked at.
  return joined(visible(text.slice(0, most)), visible(text.slice(-most)), most);
}

function visible(text: string): string {
  return text.replace(unseen, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function joined(head: string, tail: string, most: number): string {
  const headLength = Math.ceil((2 * most) / 3);
  const parts = [head.slice(0, headLength), tail.slice(-(most - headLength - 1))];
  // A pair may have been cut.
  return parts.map((part) => part.replace(/\p{Cs}/gu, "")).join("…");
}
