import { MantineProvider } from "@mantine/core";
import { useEffect, useRef } from "react";
import type { App as AppModel } from "../../store/app.ts";
import { isActive } from "../../store/experiment.ts";
import { progressOf, runsGoing } from "../../store/results/progress.ts";
import { AppContext, useActions, useSelect } from "../app-context.ts";
import { formatShare } from "../../core/format.ts";
import { DropAnywhere } from "./DropAnywhere.tsx";
import { Header } from "./Header.tsx";
import { later } from "../kit/later.tsx";
import { Hero } from "../hero/Hero.tsx";
import { Notifier } from "../results/NotifyButton.tsx";
import { ProgressVoice } from "../results/queue/ProgressPanel.tsx";
import { Results } from "../results/Results.tsx";
import { RunBar, setupButtonId } from "../results/queue/RunBar.tsx";
import { useCovered } from "../kit/use-covered.ts";
import { SetupPlace } from "../setup/SetupPlace.tsx";
import { theme } from "../theme.ts";
import { keepAwake } from "./keep-awake.ts";
import { saveWhenHidden } from "./save-when-hidden.ts";
import classes from "./App.module.css";

const Setup = later(async () => (await import("../setup/Setup.tsx")).Setup, SetupPlace);
const NewVersion = later(async () => (await import("./NewVersion.tsx")).NewVersion);
const CutOff = later(async () => (await import("../results/files/CutOff.tsx")).CutOff);
const Dialogs = later(async () => (await import("./Dialogs.tsx")).Dialogs);

/** The whole page around one app. */
export function App({ app }: { readonly app: AppModel }) {
  return (
    <AppContext value={app}>
      <MantineProvider theme={theme} defaultColorScheme="auto" withCssVariables={false} withGlobalClasses={false}>
        <a className={classes.skip} href="#results">
          Skip to the results
        </a>
        <div className={classes.page}>
          <Top />
          <div className={classes.columns}>
            <Main />
            <Side />
          </div>
        </div>
        <Dialogs />
        <DropAnywhere />
        <ProgressVoice />
        <Guards />
        <Notifier />
      </MantineProvider>
    </AppContext>
  );
}

function Top() {
  const covered = useCovered();
  return (
    <div inert={covered}>
      <NewVersion />
      <Header />
      <CutOff />
      <Hero />
    </div>
  );
}

/** Results come first: on a narrow page they are what is seen, and the set-up lies over them when it is wanted. */
function Main() {
  const covered = useCovered();
  return (
    <main id="results" className={classes.main} tabIndex={-1} inert={covered}>
      <Results />
    </main>
  );
}

/** The set-up, and under it what starts a run. */
function Side() {
  const open = useSelect((state) => state.view.setupOpen);
  const covered = useCovered();
  const actions = useActions();
  const sheet = useRef<HTMLElement>(null);
  useEffect(() => {
    if (!covered) return;
    sheet.current?.focus({ preventScroll: true });
    const close = (event: KeyboardEvent): void => {
      if (event.key !== "Escape" || event.defaultPrevented) return;
      actions.view.change({ setupOpen: false });
      document.getElementById(setupButtonId)?.focus();
    };
    window.addEventListener("keydown", close);
    return () => window.removeEventListener("keydown", close);
  }, [covered, actions]);
  return (
    <div className={classes.side}>
      <section id="setup" ref={sheet} className={classes.setup} data-open={open} aria-label="Set-up" tabIndex={-1}>
        <Setup />
      </section>
      <RunBar />
    </div>
  );
}

/** What keeps a run from being lost by accident, and shows it in the tab. */
function Guards() {
  const status = useSelect((state) => state.experiment.status);
  const adapting = useSelect((state) => state.adaptation.status !== "idle");
  const runs = useSelect((state) => runsGoing(state.experiment));
  const active = isActive(status);
  const share = formatShare(progressOf(runs).share);
  useEffect(() => {
    document.title = active ? `${share} · DPS Playground` : "DPS Playground";
  }, [active, share]);
  useEffect(() => {
    if (!active && !adapting) return;
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [active, adapting]);
  const actions = useActions();
  useEffect(() => (active ? saveWhenHidden(document, () => actions.experiment.save()) : undefined), [active, actions]);
  const works = adapting || (active && status !== "paused");
  useEffect(() => (works ? keepAwake({ page: document, locks: navigator.wakeLock }) : undefined), [works]);
  return null;
}
