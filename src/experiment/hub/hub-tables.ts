import type { HubData, HubFile } from "../../contract/catalog.ts";
import type { TableSource } from "../../contract/run.ts";
import { AppError } from "../../core/errors.ts";
import { openRepository } from "../../models/hub/repository.ts";
import type { HubMeans } from "../../models/hub/repository.ts";
import type { NamedFile } from "../workspace.ts";

/** A table of the Hub, for Workspace.loadTable(role, file, source). */
export interface HubTable {
  readonly file: NamedFile;
  readonly source: Extract<TableSource, { kind: "hub" }>;
}

/** Both tables of a task, of one commit. */
export interface HubTables {
  readonly train: HubTable;
  readonly dev: HubTable;
  /** Why the Hub was not asked and what is kept was used, as a sentence; null where it was asked. */
  readonly offline: string | null;
}

/** What is asked for: `dev` is one of `data.dev`. */
export interface HubTablesRequest {
  readonly hub: string;
  readonly data: HubData;
  readonly dev: HubFile;
  readonly revision: string;
}

/** As for tables that are dropped. */
const maxBytes = 512_000_000;

/** Gets a task's train and dev files. Errors: those of openRepository and HubRepository.fetch. */
export async function fetchHubTables(request: HubTablesRequest, means: HubMeans): Promise<HubTables> {
  const { hub, data, dev, revision } = request;
  const repository = await openRepository("dataset", { hub, id: data.dataset, revision }, means);
  const { id, commit, offline } = repository;
  const table = (path: string, file: Blob): HubTable => ({
    file: { path: `${id}/${path}`, file },
    source: { kind: "hub", id, path, revision: repository.revision, commit },
  });
  const files = new Map<string, Blob>();
  // The small one first: where the commit has another layout, that is known before the large one is fetched.
  const wanted = [dev.path, data.train.path].map((path) => ({ path, maxBytes }));
  for await (const { path, file } of repository.fetch(wanted)) files.set(path, file);
  const found = (path: string): HubTable => {
    const file = files.get(path);
    if (file === undefined) throw new AppError("bug", `${path} was fetched and is not there.`);
    return table(path, file);
  };
  return { train: found(data.train.path), dev: found(dev.path), offline };
}
