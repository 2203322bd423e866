import { ActionIcon, Tooltip, UnstyledButton, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { Cpu, HardDriveDownload, Moon, Sun, TriangleAlert } from "lucide-react";
import { useActions, useSelect } from "./app-context.ts";
import { deviceName } from "./kit/device-name.ts";
import classes from "./Header.module.css";

/** Name, pitch, the GPU at hand, and light or dark. */
export function Header() {
  return (
    <header className={classes.header}>
      <Mark />
      <div className={classes.brand}>
        <h1 className={classes.name}>DPS Playground</h1>
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

function DeviceBadge() {
  const { device, status } = useSelect((state) => state.engine);
  if (device === null) {
    const text = status === "checking" ? "Looking for a GPU …" : status === "no-webgpu" ? "No WebGPU here" : "No GPU";
    return (
      <span className={classes.badge} data-state={status}>
        <Cpu size={14} /> {text}
      </span>
    );
  }
  const name = deviceName(device);
  const about = device.software
    ? `${name}: no graphics card was found, so the processor plays its part. Everything works, but slowly.`
    : `${name}, through WebGPU.`;
  return (
    <Tooltip label={about} multiline maw={300} withArrow events={{ hover: true, focus: true, touch: true }}>
      <UnstyledButton className={classes.badge} data-state={device.software ? "software" : "ready"}>
        {device.software ? <TriangleAlert size={14} /> : <Cpu size={14} />}
        <span className={classes.badgeName}>{name}</span>
        {device.software && <span className={classes.badgeNote}>software</span>}
      </UnstyledButton>
    </Tooltip>
  );
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
