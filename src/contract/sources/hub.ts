/** The Hub itself; mirrors behave alike. */
export const defaultHub = "https://huggingface.co";

/** What a Hub keeps: models and data sets have an address of their own each. */
export type RepositoryKind = "model" | "dataset";

/** A model or data set of a Hub. */
export interface RepositoryName {
  readonly kind: RepositoryKind;
  /** "name" or "organisation/name". */
  readonly id: string;
}

/** A repository as somebody asks for it. */
export interface HubRequest {
  /** Address without a closing slash, as in "https://huggingface.co". */
  readonly hub: string;
  readonly id: string;
  /** Branch, tag or commit. */
  readonly revision: string;
}

/** How far a download is; sent at most ten times a second. */
export interface DownloadProgress {
  readonly phase: "asking" | "fetching" | "waiting" | "checking";
  /** In the repository; null while the Hub is asked what there is. */
  readonly file: string | null;
  /** Over all files that are wanted; what was kept from earlier counts as done. */
  readonly doneBytes: number;
  /** 0 while it is not known. */
  readonly totalBytes: number;
  /** Smoothed over some seconds; null before anything is known of it. */
  readonly bytesPerSecond: number | null;
  readonly secondsLeft: number | null;
  /** A sentence on what is waited for; null otherwise. */
  readonly note: string | null;
}

/** A file that is kept here, or as much of it as came. */
export interface KeptFile extends RepositoryName {
  readonly commit: string;
  readonly path: string;
  /** Of its content, as the Hub lists it: SHA-256, or Git's SHA-1 of a small file. null where it was not noted. */
  readonly hash: string | null;
  readonly sizeBytes: number;
  /** false: a download that broke off, and may be continued. */
  readonly complete: boolean;
}
