import { expose } from "comlink";
import { browserFiles, openBrowserStore } from "./browser-store.ts";
import { choicesInFiles } from "./kept-kernels.ts";
import { createTrainer } from "./trainer.ts";

expose(createTrainer(navigator.gpu, openBrowserStore, choicesInFiles(browserFiles("kernels"))));
