import { isTableName } from "../../contract/reading.ts";
import { AppError } from "../../core/errors.ts";
import { openZip, type ZipEntry } from "../../core/zip.ts";
import { checkSize } from "../tables/lines.ts";

/** What a .zip holds: the sheets of a spreadsheet, or one table. */
export type ArchiveContent =
  | { readonly kind: "spreadsheet"; readonly entries: readonly ZipEntry[] }
  | { readonly kind: "table"; readonly path: string; readonly blob: Blob };

/** What lies beside a table and is none. */
const companions =
  /(?:^|\/)(?:readme|licen[cs]e|notice|citation|dataset_infos?|dataset_dict|state|metadata|config|vocab)[^/]*\.(?:txt|json)$/i;
/** Names of an archive that are told of, at most. */
const mostTold = 8;

/** Files that are archives inside, by what one of their entries is called. */
const strangers: readonly (readonly [path: RegExp, what: string])[] = [
  [/^xl\/workbook\.bin$/, "an .xlsb of a spreadsheet: save it as .xlsx or CSV"],
  [/^content\.xml$/, "an .ods of a spreadsheet: save it as .xlsx or CSV"],
  [/^Index\/Document\.iwa$|^Index\.zip$/, "a spreadsheet of Apple Numbers: export it as .xlsx or CSV"],
  [/^word\/document\.xml$/, "a Word document: save its table as CSV"],
  [/^ppt\/presentation\.xml$/, "a presentation: save its table as CSV"],
  [/(?:^|\/)data\.pkl$/, "a PyTorch file of weights, and no table: give it as the model"],
  [/\.npy$/, "a NumPy archive: save texts and labels as a table"],
];

/**
 * Opens what a .zip holds. Of several tables none is taken: a person has to say which.
 *
 * Errors: bad-archive as openZip; bad-table, naming what is in it; too-large for a table above 512 MB.
 */
export async function openArchive(blob: Blob, name: string): Promise<ArchiveContent> {
  const entries = (await openZip(blob, name)).filter(({ path }) => !/(?:^|\/)(?:\.|__MACOSX\/)/.test(path));
  if (entries.some(({ path }) => path === "xl/workbook.xml")) return { kind: "spreadsheet", entries };
  const found = strangers.find(([pattern]) => entries.some(({ path }) => pattern.test(path)));
  if (found !== undefined) throw new AppError("bad-table", `${name} is ${found[1]}.`);
  const named = entries.filter(({ path }) => isTableName(path) && !companions.test(path));
  const candidates = named.length === 0 && entries.length === 1 ? entries : named;
  const [entry, ...others] = candidates;
  if (entry === undefined) {
    throw new AppError("bad-table", `${name} is a .zip without a table in it (found: ${listed(entries)}).`);
  }
  if (others.length > 0) {
    const count = `${name} is a .zip with ${candidates.length} tables in it: ${listed(candidates)}`;
    throw new AppError("bad-table", `${count}. Which one is meant? Unpack it, and give that one.`);
  }
  checkSize({ size: entry.sizeBytes }, `${entry.path} in ${name}`);
  return { kind: "table", path: entry.path, blob: await entry.open() };
}

function listed(entries: readonly ZipEntry[]): string {
  if (entries.length === 0) return "nothing";
  const paths = entries.slice(0, mostTold).map(({ path }) => path);
  const more = entries.length - paths.length;
  return paths.join(", ") + (more > 0 ? ` and ${more} more` : "");
}
