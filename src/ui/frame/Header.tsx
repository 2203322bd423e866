import { ActionIcon, UnstyledButton, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { Cpu, HardDriveDownload, Moon, Sun } from "lucide-react";
import type { AppActions } from "../../store/state.ts";
import { useActions } from "../app-context.ts";
import { later } from "../kit/later.tsx";
import classes from "./Header.module.css";

const DeviceBadge = later(async () => (await import("./DeviceBadge.tsx")).DeviceBadge, BadgePlace);

/** Name, pitch, the GPU at hand, and light or dark. */
export function Header() {
  const actions = useActions();
  return (
    <header className={classes.header}>
      <Mark />
      <div className={classes.brand}>
        <h1 className={classes.name}>
          <UnstyledButton className={classes.home} title="To the first screen" onClick={() => goHome(actions)}>
            DPS Playground
          </UnstyledButton>
        </h1>
        <p className={classes.pitch}>
          Fine-tune BERT in the browser, on your own GPU, and see whether training only part of it helps.
        </p>
      </div>
      <DeviceBadge />
      <DownloadsButton />
      <SchemeToggle />
    </header>
  );
}

/** The mark: a small network of which a part is lit. */
function Mark() {
  const lit = new Set([1, 3, 4, 8]);
  return (
    <svg className={classes.mark} viewBox="0 0 30 30" aria-hidden>
      {Array.from({ length: 9 }, (_, index) => (
        <rect
          key={index}
          x={(index % 3) * 10 + 1}
          y={Math.floor(index / 3) * 10 + 1}
          width="8"
          height="8"
          rx="2"
          fill={lit.has(index) ? "var(--accent)" : "var(--line-strong)"}
        />
      ))}
    </svg>
  );
}

/** Until the engine has answered. */
function BadgePlace() {
  return (
    <span className={classes.badge} data-state="checking">
      <Cpu size={14} /> Looking for a GPU …
    </span>
  );
}

/** To the first screen; while a run goes on, to the top of it. */
function goHome(actions: AppActions): void {
  actions.home();
  window.scrollTo({ top: 0 });
}

function DownloadsButton() {
  const actions = useActions();
  return (
    <ActionIcon size="lg" onClick={() => actions.storage.show(true)} aria-label="Downloads" title="Downloads">
      <HardDriveDownload size={18} />
    </ActionIcon>
  );
}

function SchemeToggle() {
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme("light");
  const next = scheme === "dark" ? "light" : "dark";
  return (
    <ActionIcon size="lg" onClick={() => setColorScheme(next)} aria-label={`Switch to ${next} colours`}>
      {scheme === "dark" ? <Sun size={18} /> : <Moon size={18} />}
    </ActionIcon>
  );
}
