import type { KeptFile } from "./hub.ts";

/** What is kept of the Hub on this computer, and what the browser says of its storage. */
export interface StorageRecord {
  readonly files: readonly KeptFile[];
  /** Of everything that this page's address keeps, as the browser reckons; null where it does not say. */
  readonly usageBytes: number | null;
  readonly quotaBytes: number | null;
  /** true: the browser will not clear it by itself. */
  readonly persistent: boolean;
  /** Why downloads are only kept in memory until the page is closed; null where they are kept for good. */
  readonly refusal: string | null;
}
