/** What to do about missing WebGPU, in one or two sentences for the browser at hand. */
export function browserAdvice(userAgent: string): string {
  const firefox = /Firefox\/(\d+)/.exec(userAgent);
  const chromium = /Chrome\/(\d+)/.exec(userAgent);
  const safari = /Version\/(\d+)[\d.]* .*Safari/.exec(userAgent);
  const android = userAgent.includes("Android");
  const linux = userAgent.includes("Linux") && !android;
  if (firefox !== null) return firefoxAdvice(userAgent, linux || android);
  if (chromium !== null) return chromiumAdvice(Number(chromium[1]), linux);
  if (safari !== null || /iPhone|iPad/.test(userAgent)) {
    return "Safari offers WebGPU from version 26 (macOS 26, iOS 26). Update the system, or use Chrome or Edge on a Mac.";
  }
  return "WebGPU works in Chrome and Edge from version 113, Firefox from 141 on Windows and 145 on macOS, and Safari 26.";
}

function firefoxAdvice(userAgent: string, linuxOrAndroid: boolean): string {
  if (linuxOrAndroid) {
    return "Firefox offers WebGPU on Windows (from 141) and macOS (from 145), but not yet by default on this system. Use Chrome or Edge here.";
  }
  const wanted = userAgent.includes("Windows") ? "141" : "145";
  return `Firefox offers WebGPU here from version ${wanted}. Update Firefox, or use Chrome or Edge.`;
}

function chromiumAdvice(version: number, linux: boolean): string {
  if (version < 113) return `This browser is version ${version}; WebGPU needs 113 or newer. Update it and come back.`;
  if (linux) {
    return "On Linux, open chrome://flags/#enable-unsafe-webgpu, set it to Enabled and restart the browser; a current Vulkan driver is needed.";
  }
  return "Turn on “Use graphics acceleration when available” in the browser's settings under System, update the graphics driver, and restart the browser.";
}
