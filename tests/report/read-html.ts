/** A tag of a page. */
export interface Tag {
  readonly name: string;
  readonly attributes: string;
}

const empty = new Set(["meta", "!doctype"]);

/**
 * The opening tags of a page in their order. Errors: Error where a tag is not closed, closes another, or has an attribute
 * that is not name="value".
 */
export function tagsOf(page: string): readonly Tag[] {
  const tags: Tag[] = [];
  const open: string[] = [];
  const plain = page.replace(/<style>[^]*?<\/style>/, "");
  for (const [whole, slash, name = "", attributes = "", own] of plain.matchAll(
    /<(\/?)([a-z!][\w-]*)((?:[^<>"]|"[^"]*")*?)(\/?)>/gi,
  )) {
    // prettier-ignore
    if (slash === "/") {
      const last = open.pop();
      if (last !== name) throw new Error(`</${name}> closes <${last ?? "nothing"}>`);
      continue;
    }
    if (!/^(\s+[a-zA-Z][\w-]*="[^"]*")*\s*$/.test(attributes) && name !== "!doctype") {
      throw new Error(`attributes of ${whole.slice(0, 200)}`);
    }
    tags.push({ name, attributes });
    if (own !== "/" && !empty.has(name.toLowerCase())) open.push(name);
  }
  if (open.length > 0) throw new Error(`never closed: ${open.join(" ")}`);
  if (plain.replace(/<(\/?)([a-z!][\w-]*)((?:[^<>"]|"[^"]*")*?)(\/?)>/gi, "").includes("<"))
    throw new Error("a stray <");
  return tags;
}

/** What a person reads of a page. */
export function textOf(page: string): string {
  const entities: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', "#39": "'", amp: "&" };
  return page
    .replace(/<style>[^]*?<\/style>/, "")
    .replace(/<(?:[^<>"]|"[^"]*")*>/g, "")
    .replace(/&(lt|gt|quot|#39|amp);/g, (_, name: string) => entities[name] ?? "");
}

/** The cells of the table of that label, its head first; [] where there is none. */
export function tableOf(page: string, label: string): readonly (readonly string[])[] {
  const start = page.indexOf(`aria-label="${label}, as a table"`);
  if (start < 0) return [];
  const rows = page.slice(start, page.indexOf("</table>", start)).split("<tr>").slice(1);
  return rows.map((row) =>
    [...row.matchAll(/<t[hd][^>]*>([^]*?)<\/t[hd]>/g)].map(([, cell = ""]) => textOf(cell).trim()),
  );
}
