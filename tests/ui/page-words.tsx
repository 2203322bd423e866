import { MantineProvider } from "@mantine/core";
import type { ReactNode } from "react";
import { renderToString } from "react-dom/server";
import type { App as AppModel } from "../../src/store/app.ts";
import { AppContext } from "../../src/ui/app-context.ts";
import { App } from "../../src/ui/frame/App.tsx";
import { loadParts } from "../../src/ui/kit/later.tsx";

// A server render waits for nothing.
await loadParts();

/** The page's words, or those of a part of it, tags taken out. */
export function words(app: AppModel, part?: ReactNode): string {
  return markup(app, part)
    .replaceAll(/<(style|script)[^>]*>.*?<\/\1>/gs, "")
    .replaceAll(/<!--.*?-->/gs, "")
    .replaceAll(/<[^>]+>/g, " ")
    .replaceAll(/\s+/g, " ")
    .replaceAll("&amp;", "&");
}

/** The same with its tags. */
export function markup(app: AppModel, part?: ReactNode): string {
  // A server render would show the state that the store was born with.
  const live = { ...app, store: { ...app.store, getInitialState: app.store.getState } };
  return renderToString(part === undefined ? <App app={live} /> : within(live, part));
}

function within(app: AppModel, part: ReactNode): ReactNode {
  return (
    <AppContext value={app}>
      <MantineProvider>{part}</MantineProvider>
    </AppContext>
  );
}
