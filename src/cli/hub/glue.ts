import type { Catalog, TaskEntry } from "../../contract/catalog.ts";
import { fetchHubTables, type HubTables } from "../../experiment/hub/hub-tables.ts";
import { withDownload } from "./hub-download.ts";
import { optionsUnder, wrongUsage, type Given, type Option } from "../options.ts";
import { adviceFor } from "../suggest.ts";
import type { Terminal } from "../terminal.ts";

/** A GLUE task of the Hub in place of files. */
export interface GlueRequest {
  readonly task: string;
  /** The split to score on; null: the task's first. */
  readonly dev: string | null;
  readonly revision: string;
}

/** Options that --glue leaves nothing to say for. */
const idle = ["train", "dev", "sample", "task", "columns", "dev-share", "split-seed"];

const onHub = ({ tasks }: Catalog): readonly TaskEntry[] => tasks.filter(({ hub }) => hub !== null);

/** --glue and what goes with it. */
export function glueOptions(catalog: Catalog, group: string): readonly Option[] {
  const tasks = onHub(catalog);
  const several = tasks.flatMap(({ id, hub }) =>
    hub === null || hub.dev.length === 1 ? [] : [`${id}: ${hub.dev.map(({ split }) => split).join(", ")}`],
  );
  const option = optionsUnder(group);
  return [
    option(
      "glue",
      tasks.map(({ id }) => id).join("|"),
      "A GLUE task of the Hub, in place of --train and --dev: fetched, and kept in the Hugging Face cache.",
    ),
    option(
      "glue-dev",
      "SPLIT",
      `With --glue: the split to score on, where there are several (${several.join("; ")}). Default: the first.`,
    ),
    option("glue-revision", "REV", "With --glue: branch, tag or commit of the data set. Default: main."),
  ];
}

/** What --glue asks for; null where it was not given. Errors: bad-settings, naming the option. */
export function readGlue(given: Given, catalog: Catalog): GlueRequest | null {
  const task = given.get("glue");
  if (task === undefined) {
    const stray = ["glue-dev", "glue-revision"].find((name) => given.has(name));
    if (stray !== undefined) throw wrongUsage(`--${stray} is for a task of the Hub; give --glue TASK as well.`);
    return null;
  }
  const used = idle.find((name) => given.has(name));
  if (used !== undefined) throw wrongUsage(`--glue brings its own files and columns, so --${used} has no place.`);
  const dev = given.get("glue-dev") ?? null;
  const hub = entryOf(task, catalog).hub;
  const splits = hub?.dev.map(({ split }) => split) ?? [];
  if (dev !== null && !splits.includes(dev)) {
    throw wrongUsage(`--glue-dev: ${task} has no split ${dev} with labels; it has ${splits.join(", ")}.`);
  }
  return { task, dev, revision: given.get("glue-revision") ?? "main" };
}

function entryOf(task: string, catalog: Catalog): TaskEntry {
  const tasks = onHub(catalog);
  const entry = tasks.find(({ id }) => id === task);
  if (entry !== undefined) return entry;
  const ids = tasks.map(({ id }) => id);
  throw wrongUsage(`--glue: there is no task "${task}". ${adviceFor(task, ids, `Known are ${ids.join(", ")}.`)}`);
}

/** Fetches both files, or takes them from the cache, and tells of it. Errors: those of fetchHubTables. */
export async function openGlue(request: GlueRequest, catalog: Catalog, terminal: Terminal): Promise<HubTables> {
  const data = entryOf(request.task, catalog).hub;
  const dev = data?.dev.find(({ split }) => split === request.dev) ?? data?.dev[0];
  if (data === null || dev === undefined) throw wrongUsage(`--glue: ${request.task} has no files on the Hub.`);
  const { revision } = request;
  return await withDownload(
    terminal,
    async (means, hub) => await fetchHubTables({ hub, data, dev, revision }, means),
    ({ offline, train }) => ({ offline, source: train.source }),
  );
}
