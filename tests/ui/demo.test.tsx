import { MantineProvider } from "@mantine/core";
import { renderToString } from "react-dom/server";
import { afterEach, expect, it, vi } from "vitest";
import { readMarkdown } from "../../src/core/markdown.ts";
import { createApp } from "../../src/store/app.ts";
import type { App as AppModel } from "../../src/store/app.ts";
import { AppContext } from "../../src/ui/app-context.ts";
import { Markdown } from "../../src/ui/setup/model/Markdown.tsx";
import { BundledModels } from "../../src/ui/setup/model/BundledModels.tsx";
import { DemoNote } from "../../src/ui/demo/DemoNote.tsx";
import { EndCard } from "../../src/ui/demo/EndCard.tsx";
import { DemoFacts } from "../../src/ui/demo/DemoFacts.tsx";
import { createFakeTrainer } from "../store/fake-trainer.ts";
import type { FakeOptions } from "../store/fake-trainer.ts";
import { serve, shippedFiles } from "../store/shipped-files.ts";

afterEach(() => vi.unstubAllGlobals());

async function connected(options: FakeOptions = {}): Promise<AppModel> {
  serve(await shippedFiles());
  const urls = { modelsUrl: "https://page.test/models/", samplesUrl: "https://page.test/tasks/" };
  const app = createApp(createFakeTrainer({ stepCount: 8, ...options }), { quietMs: 0, ...urls });
  await app.actions.connect();
  return app;
}

/** The demo's parts of the page in words. */
function words(app: AppModel): string {
  // A server render would show the state that the store was born with.
  const store = { ...app.store, getInitialState: app.store.getState };
  const html = renderToString(
    <AppContext value={{ ...app, store }}>
      <MantineProvider>
        <BundledModels />
        <DemoFacts />
        <EndCard />
        <DemoNote />
      </MantineProvider>
    </AppContext>,
  );
  return html
    .replaceAll(/<(style|script)[^>]*>.*?<\/\1>|<!--.*?-->/gs, "")
    .replaceAll(/<[^>]+>/g, " ")
    .replaceAll(/\s+/g, " ");
}

it("offers the bundled model and the demo, and says what the demo would replace", async () => {
  const app = await connected();
  expect(words(app)).toContain("Small 7 weights · 17 B · mit");
  expect(words(app)).toContain("2 runs of a BERT of 7 weights");
  expect(words(app)).not.toContain("takes the place");
  await app.actions.data.load("train", [{ path: "mine.tsv", file: new Blob(["x"]) }]);
  expect(words(app)).toContain("It replaces what you have loaded; your settings can be restored.");
});

it("says beside its run what to look at and what it set", async () => {
  const app = await connected({ software: false });
  expect(words(app)).not.toContain("what to look at");
  await app.actions.runDemo();
  expect(words(app)).toContain("Training loss. The curves of a seed begin as one.");
  expect(words(app)).toContain("Model Small Task Sentiment Methods Vanilla, DPS Dense, DPS Mix Seeds 1, 2, 3");
  expect(words(app)).toContain("Dropout, all methods 0 Epochs 2 Learning rate 5e-4 Longest input 64");
  expect(words(app)).toContain("Restore my settings");
  app.actions.demo.putSettingsBack();
  expect(words(app)).not.toContain("Restore my settings");
});

it("says how long it takes, what it amounts to, and continues to the full demo", async () => {
  const app = await connected({ software: true, stepMs: 300 });
  await app.actions.runDemo();
  expect(words(app)).toMatch(/Five steps were timed first: 2 runs take about \d+ (s|min) here\./);
  expect(words(app)).toMatch(/Continue to the full demo, about \d+ (s|min)/);
  const { comparisons } = app.store.getState().experiment;
  expect(words(app)).toContain("Too early to tell: only one seed so far.");
  expect(words(app)).toContain(comparisons[0]?.sentence);
  expect(words(app)).toMatch(/Add 3 seeds Try a sentence Copy link/);
  await app.actions.continueDemo();
  expect(words(app)).toContain("Too early to tell: only 3 seeds so far.");
  expect(words(app)).not.toContain("Continue to the full demo");
});

it("draws a card with its headings below the page's, and tables with named cells", () => {
  const text =
    "# A\n\n## B\n\n### C\n\nUse `x`, **y** or [z](https://e.org).\n\n|a|b|\n|-|-|\n|1|2|\n\n```\ncode\n```\n\n- i";
  const html = renderToString(<Markdown blocks={readMarkdown(text).blocks} />);
  expect(html.match(/<(h\d)>/g)).toEqual(["<h3>", "<h3>", "<h4>"]);
  expect(html).toContain('Use <code>x</code>, <b>y</b> or <a href="https://e.org"');
  expect(html).toMatch(/<th scope="col">a<\/th>.*<th scope="row">1<\/th><td>2<\/td>/);
  expect(html).toContain("<pre>code</pre><ul><li>i</li></ul>");
});
