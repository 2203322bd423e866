/**
 * Starts the service worker that keeps the page for visits without a network, and calls `told` when a new release of the
 * page is ready beside the one that this tab has. Browsers without service workers, or an insecure place, have none.
 */
export async function followVersions(address: string, told: (waiting: ServiceWorker) => void): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  const { serviceWorker } = navigator;
  const registration = await serviceWorker.register(address, { updateViaCache: "none" });
  const tell = (): void => {
    // The first one ever waits for nobody.
    if (registration.waiting !== null && serviceWorker.controller !== null) told(registration.waiting);
  };
  tell();
  registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", tell));
}

/** One function, so that it happens once, however often it was asked for. */
const reload = (): void => location.reload();

/** Gives this tab the new release by a reload. Resolves where other tabs have the page open, with how many those are. */
export async function takeVersion(waiting: ServiceWorker): Promise<number> {
  const { port1, port2 } = new MessageChannel();
  navigator.serviceWorker.addEventListener("controllerchange", reload);
  return await new Promise((resolve) => {
    port1.addEventListener("message", ({ data }) => resolve(Number(data)), { once: true });
    port1.start();
    waiting.postMessage("take over", [port2]);
  });
}
