/** A stretch of a line in one style. */
export interface Span {
  readonly kind: "text" | "strong" | "emphasis" | "code" | "link";
  readonly text: string;
  /** Of a link, starting with https://; null for everything else. */
  readonly url: string | null;
}

/** A line or a cell. */
export type Spans = readonly Span[];

/** One block of a text, in the order of the file. */
export type Block =
  | { readonly kind: "heading"; readonly level: number; readonly spans: Spans }
  | { readonly kind: "paragraph"; readonly spans: Spans }
  | { readonly kind: "list"; readonly ordered: boolean; readonly items: readonly Spans[] }
  | { readonly kind: "table"; readonly head: readonly Spans[]; readonly rows: readonly (readonly Spans[])[] }
  | { readonly kind: "code"; readonly text: string };

/** A text with what stands above it between two lines of dashes. */
interface MarkdownText {
  /** Its plain `key: value` lines; lists and nested values are left out. */
  readonly matter: ReadonlyMap<string, string>;
  readonly blocks: readonly Block[];
}

/**
 * Reads the part of Markdown that model cards are written in: headings, paragraphs, flat lists, tables, fenced code;
 * bold, italics, code, links to https. Anything else stays text, so nothing is refused and nothing can be injected.
 *
 * Source: CommonMark 0.31 and GitHub's tables, of which this is a part.
 */
export function readMarkdown(source: string): MarkdownText {
  const lines = source.replaceAll("\r\n", "\n").split("\n");
  const { matter, next } = readMatter(lines);
  const blocks: Block[] = [];
  for (let at = next; at < lines.length;) {
    if (isBlank(lines[at])) {
      at++;
      continue;
    }
    const { block, end } = blockAt(lines, at);
    blocks.push(block);
    at = end;
  }
  return { matter, blocks };
}

/** A block's text without its styles. */
export function plainText(spans: Spans): string {
  return spans.map(({ text }) => text).join("");
}

const fence = /^```/;
const heading = /^(#{1,6})\s+(.*?)\s*#*$/;
const bullet = /^[-*]\s+(.*)$/;
const numbered = /^\d{1,9}[.)]\s+(.*)$/;
const rule = /^\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;

function isBlank(line: string | undefined): boolean {
  return line === undefined || line.trim() === "";
}

function readMatter(lines: readonly string[]): { matter: ReadonlyMap<string, string>; next: number } {
  const matter = new Map<string, string>();
  const end = lines[0] === "---" ? lines.indexOf("---", 1) : -1;
  for (const line of lines.slice(1, Math.max(1, end))) {
    const found = /^([A-Za-z][\w-]*):\s+(\S.*?)\s*$/.exec(line);
    if (found !== null) matter.set(found[1] ?? "", (found[2] ?? "").replaceAll(/^["']|["']$/g, ""));
  }
  return { matter, next: end + 1 };
}

/** The block that begins at a line that is not blank; `end` is the line behind it. */
function blockAt(lines: readonly string[], start: number): { block: Block; end: number } {
  const line = lines[start] ?? "";
  if (fence.test(line)) return codeAt(lines, start);
  const title = heading.exec(line);
  if (title !== null) {
    const block: Block = { kind: "heading", level: (title[1] ?? "").length, spans: spansOf(title[2] ?? "") };
    return { block, end: start + 1 };
  }
  if (line.includes("|") && rule.test(lines[start + 1] ?? "") && (lines[start + 1] ?? "").includes("|")) {
    return tableAt(lines, start);
  }
  for (const [marker, ordered] of [[bullet, false] as const, [numbered, true] as const]) {
    if (marker.test(line)) return listAt(lines, start, marker, ordered);
  }
  let end = start + 1;
  while (!isBlank(lines[end]) && !beginsBlock(lines[end] ?? "")) end++;
  return { block: { kind: "paragraph", spans: spansOf(lines.slice(start, end).join(" ")) }, end };
}

function beginsBlock(line: string): boolean {
  return fence.test(line) || heading.test(line) || bullet.test(line);
}

function codeAt(lines: readonly string[], start: number): { block: Block; end: number } {
  const close = lines.findIndex((line, at) => at > start && fence.test(line));
  const end = close === -1 ? lines.length : close;
  return { block: { kind: "code", text: lines.slice(start + 1, end).join("\n") }, end: end + 1 };
}

function tableAt(lines: readonly string[], start: number): { block: Block; end: number } {
  const cells = (line: string): readonly Spans[] =>
    line
      .trim()
      .replaceAll(/^\||\|$/g, "")
      .split("|")
      .map((cell) => spansOf(cell.trim()));
  let end = start + 2;
  while (!isBlank(lines[end]) && (lines[end] ?? "").includes("|")) end++;
  const rows = lines.slice(start + 2, end).map(cells);
  return { block: { kind: "table", head: cells(lines[start] ?? ""), rows }, end };
}

/** Lines behind an item that begin no other block go on with it. */
function listAt(
  lines: readonly string[],
  start: number,
  marker: RegExp,
  ordered: boolean,
): { block: Block; end: number } {
  const items: string[] = [];
  let end = start;
  for (; !isBlank(lines[end]); end++) {
    const line = lines[end] ?? "";
    const found = marker.exec(line);
    if (found !== null) items.push(found[1] ?? "");
    else if (beginsBlock(line)) break;
    else items.push(`${items.pop() ?? ""} ${line.trim()}`);
  }
  return { block: { kind: "list", ordered, items: items.map(spansOf) }, end };
}

const marks = /`([^`]+)`|\*\*([^*]+)\*\*|\*([^*\s][^*]*)\*|\[([^\]]+)\]\((https:\/\/[^\s)]+)\)/g;

function spansOf(text: string): Spans {
  const spans: Span[] = [];
  const add = (kind: Span["kind"], part: string, url: string | null = null): void => {
    if (part !== "") spans.push({ kind, text: part, url });
  };
  let from = 0;
  for (const found of text.matchAll(marks)) {
    const [whole, code, strong, emphasis, label, url] = found;
    add("text", text.slice(from, found.index));
    if (code !== undefined) add("code", code);
    else if (strong !== undefined) add("strong", strong);
    else if (emphasis !== undefined) add("emphasis", emphasis);
    else add("link", label ?? "", url ?? "");
    from = found.index + whole.length;
  }
  add("text", text.slice(from));
  return spans;
}
