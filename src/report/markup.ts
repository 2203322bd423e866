/** Text that may stand in a page as it is: made by `html` alone, so that nothing gets in unescaped. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What may be put into markup: text and numbers are escaped, markup is not, null is nothing. */
type Part = Markup | string | number | null | readonly Part[];

/** Markup of a template: whatever is put in is escaped, in attributes (which stand in double quotes) as well. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(strings.map((text, index) => text + written(parts[index] ?? null)).join(""));
}

function written(part: Part): string {
  if (part === null) return "";
  if (part instanceof Markup) return part.text;
  if (typeof part === "string") return escaped(part);
  return typeof part === "number" ? String(part) : part.map(written).join("");
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Control characters, and those that turn the direction of what follows: a stranger's text must not. */
// oxlint-disable-next-line no-control-regex -- control characters are what is replaced here
const unprintable = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** A text as HTML writes it. */
function escaped(text: string): string {
  return text.replace(unprintable, "\ufffd").replace(/[&<>"']/g, (letter) => entities[letter] ?? "");
}

/** A stranger's text, short enough for a table. */
export function shortened(text: string, limit = 90): string {
  return text.length > limit ? `${text.slice(0, limit - 1)}…` : text;
}
