import { Tooltip, UnstyledButton } from "@mantine/core";
import { Cpu, TriangleAlert } from "lucide-react";
import { useSelect } from "../app-context.ts";
import { deviceName } from "../../analysis/device-name.ts";
import classes from "./Header.module.css";

/** Which GPU trains, and what that means. */
export function DeviceBadge() {
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
    ? `${name}: no graphics card was found, so the CPU does its work. Everything works, but slowly.`
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
