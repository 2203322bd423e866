import type { Plugin } from "vite";

/** What both the page and its engine may do: run scripts of their own place, and nothing that is written into the page. */
const common = {
  "default-src": "'none'",
  // onnxruntime is WebAssembly.
  "script-src": "'self' 'wasm-unsafe-eval'",
  "base-uri": "'none'",
  "form-action": "'none'",
  "require-trusted-types-for": "'script'",
};

/** The page itself: what it fetches is its own; pictures of charts are drawn from data: addresses. */
const page = {
  ...common,
  "connect-src": "'self'",
  "img-src": "'self' data:",
  "style-src": "'self'",
  "trusted-types": "default",
  "worker-src": "'self'",
};

/** The engine, a worker with a policy of its own: only it asks the Hub, whose address and mirrors are the reader's choice. */
const engine = {
  ...common,
  "connect-src": "'self' https: http://localhost:* http://127.0.0.1:*",
  "trusted-types": "'none'",
};

/** Only a header may say who shows the page in a frame. */
const framing = { "frame-ancestors": "'none'" };

const policyText = (policy: Readonly<Record<string, string>>): string =>
  Object.entries(policy)
    .map(([name, value]) => `${name} ${value}`)
    .join("; ");

/** Headers of everything that npm start serves. */
const headers = {
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
};

/**
 * What the built page may do: told by the page itself, for hosts that only hand out files, and by headers of npm start.
 * A worker's policy comes with its script, so a host without headers gives it none. npm run dev has none of it: it puts
 * scripts and styles into the page.
 */
export const fortress: Plugin = {
  name: "fortress",
  transformIndexHtml: (_, { server }) =>
    server === undefined
      ? [
          {
            tag: "meta",
            attrs: { "http-equiv": "Content-Security-Policy", content: policyText(page) },
            injectTo: "head-prepend",
          },
        ]
      : [],
  configurePreviewServer({ middlewares }) {
    middlewares.use(({ url = "" }, response, next) => {
      const policy = policyText({ ...(/\/engine-[^/]*\.js/.test(url) ? engine : page), ...framing });
      for (const [name, value] of Object.entries({ ...headers, "Content-Security-Policy": policy })) {
        response.setHeader(name, value);
      }
      next();
    });
  },
};
