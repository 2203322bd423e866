import type { RepositoryName } from "../../contract/sources/hub.ts";
import { AppError } from "../../core/errors.ts";

const commitForm = /^[0-9a-f]{40}$/;

/** Whether a revision is a whole commit, which never changes. */
export function isCommit(revision: string): boolean {
  return commitForm.test(revision);
}

/** Whether a text has the form of a repository's id: "name" or "organisation/name", as the Hub allows them. */
export function isRepositoryId(text: string): boolean {
  const parts = text.split("/");
  const sound = (part: string): boolean => /^[A-Za-z0-9_]([\w.-]*[A-Za-z0-9_])?$/.test(part) && part.length <= 96;
  return parts.length <= 2 && parts.every(sound) && !/\.\.|--/.test(text) && !/\.git$/i.test(text);
}

/** Checks an id. Errors: bad-settings. */
export function checkedId(text: string): string {
  const id = text.trim();
  if (isRepositoryId(id)) return id;
  throw new AppError(
    "bad-settings",
    `"${id.slice(0, 120)}" is no id of the Hub. Wanted is organisation/name, as in google/bert_uncased_L-2_H-128_A-2, ` +
      "or a name alone, as in bert-base-uncased: letters, digits, -, _ and single dots.",
  );
}

/** Checks a branch, tag or commit. Errors: bad-settings. */
export function checkedRevision(text: string): string {
  const revision = text.trim();
  const sound = /^\w[\w./-]*$/.test(revision) && !/\.\.|\/\/|\/$|\.lock$/.test(revision) && revision.length <= 200;
  if (sound) return revision;
  throw new AppError(
    "bad-settings",
    `"${revision.slice(0, 120)}" is no revision. Wanted is a branch, a tag or a commit, as in main.`,
  );
}

/** Checks a Hub's address and takes closing slashes away. Errors: bad-settings. */
export function checkedHub(text: string): string {
  const address = text.trim().replace(/\/+$/, "");
  const url = URL.canParse(address) ? new URL(address) : null;
  const web = url !== null && (url.protocol === "https:" || url.protocol === "http:");
  if (web && url.username === "" && url.password === "" && url.search === "" && url.hash === "") return address;
  throw new AppError(
    "bad-settings",
    `"${address.slice(0, 120)}" is no address of a Hub. Wanted is one as in https://huggingface.co, without a query.`,
  );
}

/** Whether a path stays inside its repository, on every system. */
export function isSafePath(path: string): boolean {
  const sound = (part: string): boolean => part !== "" && part !== "." && part !== "..";
  // oxlint-disable-next-line no-control-regex -- file names with control characters are what is refused here
  return path.length <= 500 && !/[\\:\u0000-\u001f]/.test(path) && path.split("/").every(sound);
}

/** Where the Hub says what a repository holds at a revision. */
export function listingUrl(hub: string, { kind, id }: RepositoryName, revision: string): string {
  return `${hub}/api/${kind}s/${id}/revision/${encodeURIComponent(revision)}?blobs=true`;
}

/** Where the Hub gives a file of a commit. */
export function fileUrl(hub: string, { kind, id }: RepositoryName, commit: string, path: string): string {
  const place = path.split("/").map(encodeURIComponent).join("/");
  return `${hub}/${kind === "dataset" ? "datasets/" : ""}${id}/resolve/${commit}/${place}`;
}

/** How messages call a repository. */
export function describeRepository({ kind, id }: RepositoryName): string {
  return `the ${kind === "dataset" ? "data set" : "model"} ${id}`;
}
