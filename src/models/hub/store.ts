import type { KeptFile, RepositoryName } from "../../contract/sources/hub.ts";

/**
 * A file of a Hub, by its content. The Hub's address is no part of it: a commit and a hash say what the bytes are,
 * wherever they came from, so that a mirror's downloads serve the Hub as well; and a mirror that lies about a commit
 * is found out by the hash that the next Hub lists.
 */
export interface FileKey extends RepositoryName {
  /** 40 hexadecimal digits. */
  readonly commit: string;
  /** In the repository, with "/". */
  readonly path: string;
  /**
   * SHA-256 (64 digits) or Git's SHA-1 (40 digits) of the content; null where no Hub could be asked: then commit and
   * path alone decide.
   */
  readonly hash: string | null;
}

/** The key of a file that is still to come. */
export interface DraftKey extends FileKey {
  readonly hash: string;
}

/**
 * Where downloads are kept: memory, the browser's storage, the Hugging Face cache folder.
 *
 * Errors of every method: no-space where storage is full or refused. One download at a time writes a draft.
 */
export interface FileStore {
  /**
   * A complete file; null where there is none. A store may answer with the same content (`hash`) kept under another
   * commit, and then keeps it under this one as well. Where `hash` is given, other content must not be answered.
   */
  read(key: FileKey): Promise<Blob | null>;
  /** Opens what came of a file so far, or an empty draft. The caller closes it. */
  openDraft(key: DraftKey): Promise<Draft>;
  /** All that is kept, drafts too where the store can name them; or of one repository. */
  list(of?: RepositoryName): Promise<readonly KeptFile[]>;
  /** Removes a file and its draft; content that another commit needs stays. Nothing happens where it is not there. */
  remove(key: FileKey): Promise<void>;
  /** The commit that a revision stood for when it was last asked; null where it never was. */
  commitOf(repository: RepositoryName, revision: string): Promise<string | null>;
  /** Notes that commit. */
  keepCommit(repository: RepositoryName, revision: string, commit: string): Promise<void>;
}

/** A file that is coming in. It outlives a cancelled download and a closed page, with its first `sizeBytes` bytes. */
export interface Draft {
  readonly sizeBytes: number;
  /** ETag of the answer that the bytes are from; null where it had none. */
  readonly validator: string | null;
  /** Drops what is there and begins anew, with the ETag of the answer that begins. */
  begin(validator: string | null): Promise<void>;
  /** Adds bytes at the end; they count as kept once this resolves or close() does. */
  append(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** What is there, for the check of its hash. */
  content(): Promise<Blob>;
  /** Makes the file complete under its key. The draft is closed by it. */
  finish(): Promise<Blob>;
  /** Drops the draft with all that came. The draft is closed by it. */
  discard(): Promise<void>;
  /** Lets go of the draft and keeps what came. May be called twice. */
  close(): Promise<void>;
}
