import { expose } from "comlink";
import { browserFiles, openBrowserStore } from "./browser-store.ts";
import { choicesInFiles } from "./kept-kernels.ts";
import { createTrainer } from "./trainer.ts";
import { showLife } from "./vitals.ts";

expose(createTrainer(navigator.gpu, openBrowserStore, choicesInFiles(browserFiles("kernels"))));
showLife(globalThis);
