// The page over a fake engine, to look at while working on it; never part of the build:
//   npx vite -c vite.config.ts tests/ui/preview        then /?scene=running (or ready, finished, failed, unclear, no-webgpu)
import { createRoot } from "react-dom/client";
// oxlint-disable-next-line import/no-unassigned-import -- index.html links it in the real page
import "../../../src/ui/page.css";
import { AppError } from "../../../src/core/errors.ts";
import { createApp } from "../../../src/store/app.ts";
import { App } from "../../../src/ui/frame/App.tsx";
import { writeResult } from "../../../src/analysis/result-text.ts";
import { asScores } from "../../store/fake-answers.ts";
import { watchedResult } from "../../store/fake-subnetwork.ts";
import { createFakeTrainer } from "../../store/fake-trainer.ts";
import { fakeCommit } from "../../store/fake-hub.ts";
import type { FakeOptions } from "../../store/fake-trainer.ts";

const params = new URLSearchParams(location.search);
const scene = params.get("scene") ?? "";
const slow = () => new Promise<void>((resolve) => setTimeout(resolve, 100));
const lost = new AppError("device-lost", "The GPU went away: the driver was reset. What was measured so far is kept.");

const notFinite = new AppError("not-finite", "The loss is NaN at step 300. A smaller learning rate may help.");

const keptFiles = (
  [
    ["model", "google/bert_uncased_L-2_H-128_A-2", "model.safetensors", 17_700_000, true],
    ["model", "google-bert/bert-base-uncased", "model.safetensors", 181_000_000, false],
    ["dataset", "nyu-mll/glue", "rte/train-00000-of-00001.parquet", 653_000, true],
  ] as const
).map(([kind, id, path, sizeBytes, complete]) => ({
  kind,
  id,
  commit: fakeCommit,
  path,
  hash: "a".repeat(64),
  sizeBytes,
  complete,
}));

const scenes: Readonly<Record<string, FakeOptions>> = {
  running: { stepCount: 600, batch: 6, pause: slow },
  finished: { stepCount: 400, batch: 100 },
  scores: { stepCount: 100, batch: 100 },
  timed: { stepCount: 100, batch: 100 },
  "timed-whole": { stepCount: 100, batch: 100, timestamps: false },
  exported: { stepCount: 100, batch: 100, disagreeing: "one" },
  heavy: { stepCount: 2000, batch: 100, pause: () => new Promise((resolve) => setTimeout(resolve, 40)) },
  grid: { stepCount: 300, batch: 100 },
  table: { stepCount: 300, batch: 100 },
  queue: { stepCount: 600, batch: 12, pause: slow, failing: { run: 1, error: notFinite, whole: false } },
  huge: { stepCount: 40, batch: 20, pause: () => new Promise((resolve) => setTimeout(resolve, 60)) },
  sets: { stepCount: 300, batch: 100 },
  failed: { stepCount: 300, batch: 60, failing: { run: 4, error: lost, whole: true } },
  unclear: { unclear: true, tooLarge: true },
  "no-webgpu": { webgpu: false },
  text: {},
  adapting: { batch: 5, pause: slow },
  adapted: { batch: 5, stepCount: 200 },
  hub: { hub: { kept: keptFiles } },
  "hub-loading": { hub: { kept: keptFiles, pause: () => new Promise((resolve) => setTimeout(resolve, 1500)) } },
  "hub-refused": {
    hub: {
      refusal: "This browser gives no storage here (Security error)",
      failing: new AppError(
        "no-access",
        "https://huggingface.co gives the model org/secret only to people who accepted its terms there (gated). Accept " +
          "them, download the files, and open them from disk; or in the terminal set HF_TOKEN.",
      ),
    },
  },
};

const masked = {
  layers: Number(params.get("layers") ?? 2),
  heads: Number(params.get("heads") ?? 2),
  hidden: Number(params.get("hidden") ?? 128),
  intermediate: Number(params.get("intermediate") ?? 256),
};
const app = createApp(createFakeTrainer(scenes[scene] ?? {}), {
  quietMs: 50,
  recordedUrl: "/recorded/none.json",
  samplesUrl: "/tasks/",
});
const place = document.getElementById("root");
if (place !== null) createRoot(place).render(<App app={app} />);
await app.actions.connect();
const running = "running finished scores timed timed-whole exported heavy failed grid table queue huge sets".split(" ");
if (running.includes(scene) || scene === "ready" || scene === "unclear") {
  await app.actions.model.load([{ path: "tiny/config.json", file: new Blob(["{}"]) }]);
  await app.actions.data.load("train", [{ path: "train.tsv", file: new Blob(["x"]) }]);
  if (scene !== "ready") await app.actions.data.load("dev", [{ path: "dev.tsv", file: new Blob(["x"]) }]);
  if (scene === "finished") app.actions.settings.setSeeds("1-5");
  if (scene === "heavy") app.actions.settings.setSeeds("1-10");
  if (scene === "running") app.actions.settings.setSeeds("1-3");
  app.actions.kernels.time(scene.startsWith("timed"));
  setScene();
  await new Promise((resolve) => setTimeout(resolve, 400));
  if (scene === "queue") void later();
  if (running.includes(scene)) await app.actions.run();
}
const result = app.archive.result();
if (scene === "scores" && result !== null) {
  await app.actions.openResult(new Blob([writeResult(asScores(result))]), "scores.json");
}
if (scene === "subnetwork") {
  const plan = {
    methods: ["plain", "one", "two"].map((id) => ({ id, values: {} })),
    seeds: [1, 2, 3],
    training: {},
    grid: [],
    order: "sequential" as const,
  };
  const plain = await createFakeTrainer({ stepCount: 200, batch: 200 }).start(plan, () => undefined);
  const how = { one: "settling", two: params.get("two") === "once" ? "once" : "columns" } as const;
  const { result } = watchedResult(plain, masked, how, Number(params.get("cycles") ?? 6));
  await app.actions.openResult(new Blob([writeResult(result)]), "result.json");
}
if (scene.startsWith("hub")) {
  app.actions.hub.setModel(scene === "hub-refused" ? "org/secret" : "google/bert_uncased_L-4_H-256_A-4");
  app.actions.view.change({ modelOrigin: "hub" });
  app.actions.hub.setTask("pairs");
  if (scene === "hub-refused") await app.actions.hub.downloadModel();
  if (scene === "hub-loading") void app.actions.hub.downloadModel();
  if (params.has("storage")) app.actions.storage.show(true);
}
if (scene === "exported") {
  for (const { run, problem } of app.store.getState().exports.runs) {
    if (problem === null) await app.actions.exports.make(run, () => undefined);
  }
  await app.actions.exports.ask("A bridge is planned.", "The council met to discuss the new bridge.");
  await app.actions.prediction.load([{ path: "test.tsv", file: new Blob(["x"]) }], "one-seed1");
  app.actions.prediction.map({ first: 1, second: null, label: 0 });
  await app.actions.prediction.start();
}
if (["text", "adapting", "adapted"].includes(scene)) {
  await app.actions.model.load([{ path: "tiny/config.json", file: new Blob(["{}"]) }]);
  await app.actions.adaptation.loadTexts([{ path: "letters-of-a-botanist.txt", file: new Blob(["x"]) }]);
  app.actions.settings.setAdaptationValue("steps", 200);
  if (scene !== "text") await app.actions.adaptation.start(app.store.getState().settings.adaptation);
}

/** Settings and sets of the scenes that are about them. */
function setScene(): void {
  const { settings } = app.actions;
  const shares = { field: "frozenShare", text: "0.1, 0.2, 0.3, 0.5" };
  if (scene === "ready" || scene === "grid" || scene === "table" || scene === "queue") settings.addAxis(shares);
  if (scene === "table") settings.addAxis({ field: "learningRate", text: "1e-5, 2e-5, 5e-5" });
  if (scene === "queue") settings.setOrder("interleaved");
  if (scene === "grid" || scene === "table") settings.setSeeds("1-3");
  if (scene === "huge") {
    settings.addAxis({ field: "frozenShare", text: Array.from({ length: 33 }, (_, at) => at / 40).join(", ") });
    settings.setSeeds("1-14");
  }
  if (scene !== "sets" && scene !== "ready") return;
  const names = ["SNLI.tsv", "MNLI matched.tsv", "SICK.tsv"];
  void app.actions.transfers.add(names.map((path) => ({ path, file: new Blob(["x"]) })));
}

/** What a person does to the queue while it goes on. */
async function later(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 1500));
  await app.actions.experiment.cancel("two-frozenShare=0.5-seed2");
}
