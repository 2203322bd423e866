import { describe, expect, it, vi } from "vitest";
import { metricsOf } from "../../../src/store/results/scores.ts";
import { problemWithName } from "../../../src/store/setup/transfers.ts";
import { notices, ready } from "../bench.ts";
import type { Bench } from "../bench.ts";

const file = (path: string, text = "x") => ({ path, file: new Blob([text]) });
const names = ({ app }: Bench) => app.store.getState().transfers.sets.map(({ name }) => name);
const prepared = ({ app }: Bench) => app.store.getState().data.prepared?.transfers.map(({ name }) => name);

describe("sets of other sources", () => {
  it("are named after their files, and are prepared with the tables", async () => {
    const made = await ready();
    await made.app.actions.transfers.add([file("nli/snli.tsv"), file("sick.CSV"), file("other/snli.tsv")]);
    expect(names(made)).toEqual(["snli", "sick", "snli 2"]);
    await vi.waitFor(() => expect(prepared(made)).toEqual(["snli", "sick", "snli 2"]));
    expect(made.app.store.getState().data.prepared?.transfers[1]?.mapping).toContain("neutral");
  });

  it("can be named anew and taken away", async () => {
    const made = await ready();
    await made.app.actions.transfers.add([file("snli.tsv"), file("sick.tsv")]);
    await made.app.actions.transfers.rename("snli", "SNLI");
    await made.app.actions.transfers.rename("SNLI", "sick");
    await made.app.actions.transfers.remove("sick");
    expect(names(made)).toEqual(["SNLI"]);
    await vi.waitFor(() => expect(prepared(made)).toEqual(["SNLI"]));
    const calls = made.trainer.calls.filter((call) => call.startsWith("loadTransfer"));
    expect(calls).toEqual([
      "loadTransfer snli",
      "loadTransfer sick",
      "loadTransfer SNLI",
      "loadTransfer snli away",
      "loadTransfer sick away",
    ]);
  });

  it("are refused one by one, with the reason", async () => {
    const made = await ready();
    await made.app.actions.transfers.add([file("empty.tsv", ""), file("sick.tsv")]);
    expect(names(made)).toEqual(["sick"]);
    expect(notices(made.app)).toEqual(["transfers: bad-table"]);
    await made.app.actions.transfers.add(Array.from({ length: 11 }, (_, index) => file(`set${index}.tsv`)));
    expect(names(made)).toHaveLength(10);
    expect(made.app.store.getState().notices.items.at(-1)?.message).toContain("at most 10 sets");
  });

  it("have names that their scores can be called by", () => {
    expect(problemWithName("SNLI", ["sick"])).toBeNull();
    expect(problemWithName(" ", [])).toBe("Give it a name.");
    expect(problemWithName("a@b", [])).toContain("@");
    expect(problemWithName("sick", ["sick"])).toContain("Another set");
    expect(problemWithName("x".repeat(41), [])).toContain("40");
  });

  it("give scores after the last step, and are handed to a fresh engine", async () => {
    const made = await ready();
    await made.app.actions.transfers.add([file("snli.tsv")]);
    await vi.waitFor(() => expect(prepared(made)).toEqual(["snli"]));
    await made.app.actions.run();
    const { engine, experiment } = made.app.store.getState();
    const [run] = experiment.runs;
    expect(run?.evaluations.at(-1)?.scores["accuracy@snli"]).toBeGreaterThan(0);
    expect(run?.evaluations.at(0)?.scores["accuracy@snli"]).toBeUndefined();
    const metrics = metricsOf(engine.catalog, experiment.config, experiment.runs);
    expect(metrics.map(({ label }) => label)).toEqual(["Accuracy", "F1", "Accuracy on snli", "F1 on snli"]);
    const before = made.trainer.calls.length;
    await made.app.actions.startAgain();
    expect(made.trainer.calls.slice(before)).toContain("loadTransfer snli");
    expect(prepared(made)).toEqual(["snli"]);
  });
});
