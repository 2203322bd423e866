import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createApp } from "./store/app.ts";
import type { SettingsStorage } from "./store/slot.ts";
import { App } from "./ui/frame/App.tsx";
import { trustOwnScripts } from "./ui/trusted-scripts.ts";
import { loadParts } from "./ui/kit/later.tsx";
import { adoptTheme } from "./ui/theme-sheet.ts";
import { followLinks } from "./ui/share/follow-links.ts";
import { connectTrainer } from "./worker/client.ts";

/** localStorage, unless the browser refuses even to name it (cookies blocked). */
function settingsStorage(): { readonly storage?: SettingsStorage } {
  try {
    return { storage: window.localStorage };
  } catch {
    return {};
  }
}

/** Told of other tabs only. */
function followStorage(changed: (key: string | null) => void): void {
  window.addEventListener("storage", ({ key }) => changed(key));
}

/** The worker keeps the downloads, but only a window may ask for their persistence; without HTTPS there is no storage. */
function storageManager(): StorageManager | undefined {
  return "storage" in navigator ? navigator.storage : undefined;
}

trustOwnScripts();
adoptTheme();
const modelsUrl = `${import.meta.env.BASE_URL}models/`;
const samplesUrl = `${import.meta.env.BASE_URL}tasks/`;
const storage = storageManager();
const askToPersist = storage === undefined ? null : () => storage.persist();
const recordedUrl = `${import.meta.env.BASE_URL}recorded/run.json`;
const replayUrl = `${import.meta.env.BASE_URL}recorded/replay.json`;
const urls = { recordedUrl, replayUrl, modelsUrl, samplesUrl };
// Asked for after the first paint, in a script of its own.
const openKept = async () => (await import("./store/results/kept/indexed-results.ts")).openIndexedResults();
const app = createApp(connectTrainer(), { ...settingsStorage(), ...urls, askToPersist, openKept, followStorage });
const place = document.getElementById("root");
if (place !== null) {
  createRoot(place).render(
    <StrictMode>
      <App app={app} />
    </StrictMode>,
  );
  afterFirstPaint(() => {
    void app.actions.connect().then(() => followLinks(app.actions.link));
    void loadParts();
  });
}

/** Longer than a first screen takes to be drawn: a browser that does not tell of it is not waited for. */
const mostWaitedMs = 2000;

/** Runs when the first screen has been drawn; at once in a tab behind others, which is not drawn. */
function afterFirstPaint(run: () => void): void {
  if (document.hidden) {
    run();
    return;
  }
  const begin = (): void => {
    observer.disconnect();
    clearTimeout(waited);
    run();
  };
  const observer = new PerformanceObserver((list) => {
    if (list.getEntriesByName("first-contentful-paint").length > 0) begin();
  });
  const waited = setTimeout(begin, mostWaitedMs);
  observer.observe({ type: "paint", buffered: true });
}
