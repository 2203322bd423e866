import { parsedJson } from "../../core/json.ts";
import * as v from "valibot";
import type { RepositoryName } from "../../contract/sources/hub.ts";
import { AppError } from "../../core/errors.ts";
import { isSafePath } from "./names.ts";

/** A file as the Hub lists it. */
export interface ListedFile {
  readonly path: string;
  readonly sizeBytes: number;
  /** SHA-256 of a large file's content, else Git's SHA-1 of it as a blob. */
  readonly hash: string;
}

/** What a repository holds at a commit. */
export interface Listing {
  readonly commit: string;
  readonly files: readonly ListedFile[];
}

/** A longer answer is not read: the largest repositories stay far below. */
export const maxListingBytes = 64 * 2 ** 20;
const maxFileCount = 100_000;

const hex = (digits: number) => v.pipe(v.string(), v.toLowerCase(), v.regex(new RegExp(`^[0-9a-f]{${digits}}$`)));
const size = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const sibling = v.pipe(
  v.object({
    rfilename: v.pipe(v.string(), v.maxLength(2000)),
    size,
    blobId: hex(40),
    lfs: v.nullish(v.object({ sha256: hex(64), size })),
  }),
  v.transform(({ rfilename, size: sizeBytes, blobId, lfs }): ListedFile => ({
    path: rfilename,
    sizeBytes: lfs?.size ?? sizeBytes,
    hash: lfs?.sha256 ?? blobId,
  })),
);

const listing = v.object({
  sha: hex(40),
  siblings: v.pipe(v.array(sibling), v.maxLength(maxFileCount)),
});

/**
 * Reads the answer to listingUrl(). Files whose path would leave the repository's folder are passed over.
 *
 * Errors: bad-download where it is no JSON, a page in place of it, or lacks what is needed.
 * Source: the Hub's API, repository information with blobs=true.
 */
export function readListing(text: string, hub: string, repository: RepositoryName): Listing {
  const from = `The answer of ${hub} on ${repository.id}`;
  const advice = "Is this the address of a Hub, and does no login page stand between?";
  const json = parsedJson(text, (cause) => {
    const found = /^\s*</.test(text) ? "is a web page" : "cannot be read";
    return new AppError("bad-download", `${from} ${found}; JSON is wanted. ${advice}`, { cause });
  });
  const checked = v.safeParse(listing, json, { abortEarly: true });
  if (!checked.success) {
    const [issue] = checked.issues;
    const where = v.getDotPath(issue) ?? "the whole";
    throw new AppError("bad-download", `${from} is not what a Hub says: ${where}: ${issue.message}. ${advice}`);
  }
  const { sha, siblings } = checked.output;
  return { commit: sha, files: siblings.filter(({ path }) => isSafePath(path)) };
}
