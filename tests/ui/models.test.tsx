import { describe, expect, it, vi } from "vitest";
import { missingForRun } from "../../src/store/state.ts";
import { RunBar } from "../../src/ui/results/queue/RunBar.tsx";
import { ModelsTable } from "../../src/ui/results/findings/ModelsTable.tsx";
import { ModelLineup } from "../../src/ui/setup/model/ModelLineup.tsx";
import { bench, table } from "../store/bench.ts";
import { words } from "./page-words.tsx";

const folderOf = (name: string) => [{ path: `${name}/config.json`, file: new Blob([name]) }];

describe("models to compare", () => {
  it("are added one by one, with the memory of the largest, and joined in a table with their statuses", async () => {
    const { app } = await bench({ modelOf: (name) => ({ name }) });
    const { actions, store } = app;
    expect(words(app, <ModelLineup />)).toBe("");
    await actions.model.load(folderOf("alpha"));
    expect(words(app, <ModelLineup />)).toContain("Add alpha");
    actions.lineup.add();
    expect(words(app, <ModelLineup />)).toContain("Load another model above and add it, too.");
    await actions.model.load(folderOf("beta"));
    await actions.data.load("train", [table]);
    await vi.waitFor(() => expect(missingForRun(store.getState())).toEqual([]));
    expect(words(app, <ModelLineup />)).toContain("Add beta");
    actions.lineup.add();
    actions.settings.setSeeds("1, 2");
    await vi.waitFor(() => expect(store.getState().lineup.items[1]?.totalBytes).not.toBeNull());
    expect(words(app, <ModelLineup />)).toMatch(
      /Run trains these 2 models, one after another\. Memory is that of the largest, .* beta largest .* · up to .* a run/,
    );
    expect(words(app, <ModelLineup />)).not.toContain("Add ");
    expect(words(app, <RunBar />)).toContain("2 models × 3 methods × 2 seeds = 12 runs");
    expect(words(app, <ModelsTable />)).toBe("");
    await actions.run();
    expect(words(app, <ModelLineup />)).toMatch(/alpha done .* beta done/);
    const text = words(app, <ModelsTable />);
    expect(text).toMatch(/Model Method RTE, \S+ alpha \S.* \d+\.\d\d ± \d+\.\d\d .*beta \S.* \d+\.\d\d ± \d+\.\d\d/);
    expect(text).toMatch(/Model shown below alpha beta *$/);
  });
});
