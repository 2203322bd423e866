import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { RepositoryKind } from "../../../src/contract/sources/hub.ts";

/** A repository as the server keeps it. */
export interface ServedRepository {
  readonly kind: RepositoryKind;
  readonly id: string;
  /** 40 hexadecimal digits. */
  readonly commit: string;
  /** Branches and tags beside the commit itself. */
  readonly revisions: readonly string[];
  /** true: the files (not the listing) are answered with 401 GatedRepo, unless a token comes along. */
  readonly gated: boolean;
  readonly files: ReadonlyMap<string, ServedFile>;
}

export interface ServedFile {
  readonly bytes: Uint8Array;
  /** Large files are redirected to the storage, and listed with their SHA-256. */
  readonly large: boolean;
}

/** What goes wrong with a request; the first fault whose `path` is in the URL and whose `times` are not used up acts. */
export interface Fault {
  readonly path: string;
  /** How often; default always. */
  readonly times?: number;
  /** The redirecting Hub, or the storage that has the bytes; default both. */
  readonly at?: "hub" | "storage";
  readonly does:
    | { readonly kind: "status"; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
    /** The socket is destroyed after so many bytes of the body. */
    | { readonly kind: "cut"; readonly afterBytes: number }
    | { readonly kind: "page" }
    /** Every byte differs from what is listed. */
    | { readonly kind: "wrong bytes" }
    /** Ends well, but with a byte too many. */
    | { readonly kind: "too long" }
    /** Range is passed over. */
    | { readonly kind: "no range" }
    /** So many bytes, then a pause, and so on. */
    | { readonly kind: "slow"; readonly chunkBytes: number; readonly pauseMs: number }
    /** Nothing at all. */
    | { readonly kind: "silent" }
    | { readonly kind: "text"; readonly text: string };
}

/** A request as it came and was answered. */
export interface RequestNote {
  readonly server: "hub" | "storage";
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly range: string | undefined;
  readonly ifRange: string | undefined;
  readonly authorization: string | undefined;
  status: number;
  /** Of the body. */
  sentBytes: number;
}

/** A server that behaves like the Hugging Face Hub, and a second one that behaves like the storage behind it. */
export interface HubServer {
  /** Address without a closing slash. */
  readonly url: string;
  readonly storageUrl: string;
  readonly requests: RequestNote[];
  /** Change it at any time. */
  readonly faults: Fault[];
  /** Whether the storage gives browsers leave to send If-Range and other headers that need it; default false. */
  preflight: boolean;
  /** Adds or replaces a repository; the commit, where none is given, is made from the content. */
  put(repository: GivenRepository): ServedRepository;
  /** A repository that was renamed: requests are redirected. */
  rename(from: string, to: string): void;
  close(): Promise<void>;
}

export interface GivenRepository {
  readonly kind?: RepositoryKind;
  readonly id: string;
  readonly commit?: string;
  readonly revisions?: readonly string[];
  readonly gated?: boolean;
  readonly files: Readonly<Record<string, Uint8Array | string>>;
}

/** Smaller files lie in Git itself, as on the Hub by .gitattributes; here the size decides. */
const largeBytes = 10_000;

/** The headers that the Hub lets pages read. */
const exposed =
  "X-Repo-Commit,X-Request-Id,X-Error-Code,X-Error-Message,X-Total-Count,ETag,Link,Accept-Ranges,Content-Range," +
  "X-Linked-Size,X-Linked-ETag,X-Xet-Hash";

/** Starts both on free ports of this machine. */
export async function startHub(): Promise<HubServer> {
  const repositories: ServedRepository[] = [];
  const renamed = new Map<string, string>();
  const requests: RequestNote[] = [];
  const faults: Fault[] = [];
  const used = new Map<Fault, number>();
  const state = { preflight: false };

  const faultOf = (note: RequestNote): Fault["does"] | undefined => {
    const fault = faults.find(
      (one) =>
        note.path.includes(one.path) &&
        (one.at ?? note.server) === note.server &&
        (used.get(one) ?? 0) < (one.times ?? Infinity),
    );
    if (fault !== undefined) used.set(fault, (used.get(fault) ?? 0) + 1);
    return fault?.does;
  };

  const listen = async (server: "hub" | "storage", answer: (call: Call) => void): Promise<[Server, string]> => {
    const http = createServer((request, response) => {
      const { range, "if-range": ifRange, authorization } = request.headers;
      const note = {
        server,
        method: request.method ?? "",
        path: request.url ?? "",
        range,
        ifRange: typeof ifRange === "string" ? ifRange : undefined,
        authorization,
        status: 0,
        sentBytes: 0,
      };
      requests.push(note);
      response.setHeader("Access-Control-Allow-Origin", request.headers.origin ?? "*");
      response.setHeader("Access-Control-Expose-Headers", exposed);
      response.on("close", () => {
        note.status = response.statusCode;
      });
      if (note.method === "OPTIONS") {
        preflight(server, state.preflight, response);
        return;
      }
      const fault = faultOf(note);
      if (!failed(fault, response)) answer({ request, response, note, fault });
    });
    await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
    const address = http.address();
    return [http, `http://127.0.0.1:${typeof address === "object" ? (address?.port ?? 0) : 0}`];
  };

  const [storage, storageUrl] = await listen("storage", (call) => {
    const [, id, hash] = /^\/repos\/(.+)\/([0-9a-f]{64})(\?|$)/.exec(call.note.path) ?? [];
    const file = repositories
      .filter((one) => one.id === id)
      .flatMap((one) => [...one.files.values()])
      .find((one) => sha256(one.bytes) === hash);
    if (file === undefined) refuse(call.response, 403, {});
    else send(call, file.bytes, `"${hash ?? ""}"`);
  });
  const [hub, url] = await listen("hub", (call) => answerHub(call, { repositories, renamed, storageUrl }));

  return {
    url,
    storageUrl,
    requests,
    faults,
    get preflight() {
      return state.preflight;
    },
    set preflight(allowed) {
      state.preflight = allowed;
    },
    put(given) {
      const repository = served(given);
      const before = repositories.findIndex(({ kind, id }) => kind === repository.kind && id === repository.id);
      if (before < 0) repositories.push(repository);
      else repositories[before] = repository;
      return repository;
    },
    rename: (from, to) => renamed.set(from, to),
    async close() {
      for (const server of [hub, storage]) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
}

interface Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly note: RequestNote;
  readonly fault: Fault["does"] | undefined;
}

interface Shelf {
  readonly repositories: readonly ServedRepository[];
  readonly renamed: ReadonlyMap<string, string>;
  readonly storageUrl: string;
}

function served({ kind = "model", id, commit, revisions, gated, files }: GivenRepository): ServedRepository {
  const entries = Object.entries(files).map(([path, content]): [string, ServedFile] => {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    return [path, { bytes, large: bytes.length >= largeBytes }];
  });
  const digest = createHash("sha1");
  for (const [path, { bytes }] of entries) digest.update(path).update(bytes);
  return {
    kind,
    id,
    commit: commit ?? digest.digest("hex"),
    revisions: revisions ?? ["main"],
    gated: gated ?? false,
    files: new Map(entries),
  };
}

function answerHub(call: Call, shelf: Shelf): void {
  const { request, response, note } = call;
  const path = decodeURI(note.path.replace(/\?.*$/, ""));
  for (const [from, to] of shelf.renamed) {
    if (!new RegExp(`^/(api/models/)?${from}/(revision|resolve)/`).test(path)) continue;
    response.writeHead(307, { Location: note.path.replace(from, to) }).end();
    return;
  }
  const listing = /^\/api\/(model|dataset)s\/(.+)\/revision\/(.+)$/.exec(path);
  const file = /^\/(datasets\/)?(.+?)\/resolve\/([^/]+)\/(.+)$/.exec(path);
  const [kind, id, revision] =
    listing === null
      ? [file?.[1] === undefined ? "model" : "dataset", file?.[2], file?.[3]]
      : [listing[1], listing[2], listing[3]];
  const repository = shelf.repositories.find((one) => one.kind === kind && one.id === id);
  if (repository === undefined) return refuse(response, 401, { "X-Error-Code": "RepoNotFound" });
  const known = [repository.commit, ...repository.revisions].includes(decodeURIComponent(revision ?? ""));
  if (!known) return refuse(response, 404, { "X-Error-Code": "RevisionNotFound" });
  if (listing !== null) return sendText(call, JSON.stringify(listed(repository)), "application/json; charset=utf-8");
  const found = repository.files.get(file?.[4] ?? "");
  if (found === undefined) return refuse(response, 404, { "X-Error-Code": "EntryNotFound" });
  if (repository.gated && request.headers.authorization === undefined) {
    const message = `Access to model ${repository.id} is restricted. Please log in.`;
    return refuse(response, 401, { "X-Error-Code": "GatedRepo", "X-Error-Message": message });
  }
  response.setHeader("X-Repo-Commit", repository.commit);
  if (!found.large) return send(call, found.bytes, `"${gitHash(found.bytes)}"`);
  const hash = sha256(found.bytes);
  response.writeHead(302, {
    Location: `${shelf.storageUrl}/repos/${repository.id}/${hash}?Expires=1&Signature=x`,
    "X-Linked-Size": String(found.bytes.length),
    "X-Linked-ETag": `"${hash}"`,
    ETag: `"${hash}"`,
    "Accept-Ranges": "bytes",
  });
  response.end();
}

/** As the Hub's API answers with blobs=true, as far as anybody may need it. */
function listed({ id, commit, files, gated }: ServedRepository): unknown {
  return {
    _id: "0123456789abcdef01234567",
    id,
    modelId: id,
    sha: commit,
    private: false,
    gated: gated ? "auto" : false,
    lastModified: "2024-02-19T11:06:12.000Z",
    siblings: [...files].map(([rfilename, { bytes, large }]) =>
      large
        ? {
            rfilename,
            blobId: gitHash(pointerTo(bytes)),
            size: bytes.length,
            lfs: { sha256: sha256(bytes), size: bytes.length, pointerSize: pointerTo(bytes).length },
          }
        : { rfilename, blobId: gitHash(bytes), size: bytes.length },
    ),
  };
}

function pointerTo(bytes: Uint8Array): Uint8Array {
  const spec = "version https://git-lfs.github.com/spec/v1";
  return new TextEncoder().encode(`${spec}\noid sha256:${sha256(bytes)}\nsize ${bytes.length}\n`);
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

export function gitHash(bytes: Uint8Array): string {
  return createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
}

function preflight(server: "hub" | "storage", storageAllows: boolean, response: ServerResponse): void {
  if (server === "storage" && !storageAllows) {
    response.writeHead(403).end();
    return;
  }
  const allow = { "Access-Control-Allow-Headers": "*, Range, If-Range", "Access-Control-Allow-Methods": "GET, HEAD" };
  response.writeHead(204, allow).end();
}

function refuse(response: ServerResponse, status: number, headers: Readonly<Record<string, string>>): void {
  response.writeHead(status, { "Content-Type": "text/plain", ...headers }).end();
}

/** Acts out the faults that need no content. */
function failed(fault: Fault["does"] | undefined, response: ServerResponse): boolean {
  if (fault?.kind === "status") refuse(response, fault.status, fault.headers ?? {});
  else if (fault?.kind === "page") {
    const page = "<!doctype html><title>Sign in to the network</title>";
    response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" }).end(page);
  } else return fault?.kind === "silent";
  return true;
}

function sendText(call: Call, text: string, type: string): void {
  call.response.setHeader("Content-Type", type);
  const { fault } = call;
  const bytes = new TextEncoder().encode(fault?.kind === "text" ? fault.text : text);
  call.response.writeHead(200, { "Content-Length": bytes.length });
  writeBody(call, bytes);
}

/** Answers GET and HEAD with Range and If-Range, as RFC 9110 has it for one range. */
function send(call: Call, content: Uint8Array, etag: string): void {
  const { note, response, fault } = call;
  const bytes = fault?.kind === "wrong bytes" ? content.map((byte) => byte ^ 0xff) : content;
  const tag = fault?.kind === "wrong bytes" ? '"other"' : etag;
  response.setHeader("ETag", tag);
  response.setHeader("Accept-Ranges", "bytes");
  response.setHeader("Content-Type", "application/octet-stream");
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(note.range ?? "") ?? [];
  const unchanged = note.ifRange === undefined || note.ifRange === tag;
  if (from === undefined || !unchanged || fault?.kind === "no range") {
    const body = fault?.kind === "too long" ? new Uint8Array([...bytes, 0]) : bytes;
    response.writeHead(200, { "Content-Length": body.length });
    writeBody(call, body);
    return;
  }
  const begin = Number(from);
  if (begin >= bytes.length) {
    response.writeHead(416, { "Content-Range": `bytes */${bytes.length}` }).end();
    return;
  }
  const end = to === undefined || to === "" ? bytes.length : Math.min(bytes.length, Number(to) + 1);
  const range = `bytes ${begin}-${end - 1}/${bytes.length}`;
  response.writeHead(206, { "Content-Range": range, "Content-Length": end - begin });
  writeBody(call, bytes.subarray(begin, end));
}

function writeBody({ note, response, fault }: Call, body: Uint8Array): void {
  if (note.method === "HEAD") {
    response.end();
    return;
  }
  if (fault?.kind === "cut") {
    const part = body.subarray(0, fault.afterBytes);
    note.sentBytes += part.length;
    // Destroyed at once, the bytes would be lost on the way out.
    response.write(part, () => setTimeout(() => response.destroy(), 20));
    return;
  }
  if (fault?.kind !== "slow") {
    note.sentBytes += body.length;
    response.end(body);
    return;
  }
  let at = 0;
  const next = (): void => {
    if (response.destroyed) return;
    const part = body.subarray(at, at + fault.chunkBytes);
    at += part.length;
    note.sentBytes += part.length;
    response.write(part);
    if (at >= body.length) response.end();
    else setTimeout(next, fault.pauseMs);
  };
  next();
}
