declare global {
  interface Window {
    /** A browser's guard of the places where a text becomes a script. Source: W3C, Trusted Types. */
    readonly trustedTypes?: {
      createPolicy(name: string, rules: { readonly createScriptURL: (address: string) => string }): unknown;
    };
  }
}

/** Lets the page start workers from its own place, and from nowhere else. A browser without the guard is left as it is. */
export function trustOwnScripts(): void {
  window.trustedTypes?.createPolicy("default", {
    createScriptURL(address) {
      if (new URL(address, location.href).origin === location.origin) return address;
      throw new TypeError(`A script of ${address} was to be started, which is not this page's.`);
    },
  });
}
