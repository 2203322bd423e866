/** This release of the page; the build writes it before this script. */
declare const release: {
  /** Of the files' names and contents. */
  readonly version: string;
  /** By path below the page's folder. */
  readonly files: Readonly<Record<string, ReleasedFile>>;
};

/** A file of the release. */
export interface ReleasedFile {
  /** SHA-256 of the content, in hexadecimal. */
  readonly hash: string;
  /** Large and seldom wanted: kept when it is first asked for. */
  readonly later?: true;
}

declare const self: ServiceWorkerGlobalScope;

/**
 * Makes the page work without a network from its second visit on. All files of a release are kept in one cache, each
 * checked by its hash, and every page that this script serves is served from that cache alone: a host that has got the
 * next release meanwhile cannot mix into this one. A new release waits until no tab has the old one open, or the only tab
 * that has asks for it.
 */
const folder = self.registration.scope;
const prefix = `dps-playground ${folder} `;
const cacheName = prefix + release.version;
const indexPath = "index.html";

self.addEventListener("install", (event) => event.waitUntil(keepRelease()));
self.addEventListener("activate", (event) => event.waitUntil(dropOthers()));
self.addEventListener("fetch", (event) => {
  const path = pathOf(event.request);
  if (path !== null) event.respondWith(answer(path, event.request));
});
self.addEventListener("message", (event) => {
  const [port] = event.ports;
  if (event.data === "take over" && port !== undefined) event.waitUntil(takeOver(port));
});

/** The file of the release that is asked for; null for all else, which the browser fetches as ever. */
function pathOf({ method, url, mode }: Request): string | null {
  const address = new URL(url);
  if (method !== "GET" || !url.startsWith(folder)) return null;
  const path = decodeURIComponent(address.pathname.slice(new URL(folder).pathname.length));
  if (mode === "navigate") return path === "" || path === indexPath ? indexPath : null;
  return Object.hasOwn(release.files, path) ? path : null;
}

/** Some hosts send index.html elsewhere: it is asked for by the folder's own address. */
const urlOf = (path: string): string => folder + (path === indexPath ? "" : encodeURI(path));

/** So many files are fetched at once. */
const lanes = 4;

async function keepRelease(): Promise<void> {
  const cache = await caches.open(cacheName);
  const waiting = Object.keys(release.files).filter((path) => release.files[path]?.later !== true);
  const work = async (): Promise<void> => {
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
      if ((await cache.match(urlOf(path), { ignoreVary: true })) === undefined) {
        await cache.put(urlOf(path), await fetched(path));
      }
    }
  };
  await Promise.all(Array.from({ length: lanes }, work));
}

/** Those of other releases. */
async function dropOthers(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(
    names.filter((name) => name.startsWith(prefix) && name !== cacheName).map((name) => caches.delete(name)),
  );
}

/** From this release's cache; what is not yet in it comes from the host, if that still has the same. */
async function answer(path: string, request: Request): Promise<Response> {
  const cache = await caches.open(cacheName);
  const kept = await cache.match(urlOf(path), { ignoreVary: true });
  if (kept !== undefined) return kept;
  // The browser threw the cache away: better the page as the host has it than none.
  if (path === indexPath) return await fetch(request);
  const response = await fetched(path);
  // Without room for it, it is fetched again the next time.
  await cache.put(urlOf(path), response.clone()).catch(() => undefined);
  return response;
}

/** Errors: TypeError without an answer, or with one that is not of this release. */
async function fetched(path: string): Promise<Response> {
  // A name with a hash in it never means another content. All else goes past the browser's own cache: where the page fetches
  // the same large file just then, Chromium fails one of the two (ERR_CACHE_WRITE_FAILURE).
  const cache = path.startsWith("assets/") ? "default" : "no-store";
  const response = await fetch(urlOf(path), { cache });
  if (!response.ok) throw new TypeError(`${path} was answered with ${response.status}.`);
  const bytes = await response.arrayBuffer();
  const hash = Array.from(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
  if (hash !== release.files[path]?.hash) throw new TypeError(`${path} is of another release than this page.`);
  // Unpacked as it is now.
  const headers = new Headers(response.headers);
  for (const name of ["Content-Encoding", "Content-Length"]) headers.delete(name);
  return new Response(bytes, { headers });
}

/** Takes the place of the release before; with more tabs open than the one that asks, answers how many those are. */
async function takeOver(port: MessagePort): Promise<void> {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const others = pages.filter(({ url }) => url.startsWith(folder)).length - 1;
  if (others > 0) port.postMessage(others);
  else await self.skipWaiting();
}
