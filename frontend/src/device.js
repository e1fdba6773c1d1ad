// An own device: what outlives the tab. On a foreign one nothing of it is made, not even an empty storage.
if (page) {
  const NAME = "beistand";
  const ALL = "all";
  const KEY = "key";
  const ended = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = request.oncomplete = () => resolve(request.result);
      request.onerror = request.onabort = () => reject(request.error);
    });
  const there = async () => (await indexedDB.databases()).some(({ name }) => name === NAME);
  const open = async (make) => {
    // Gone, or never made.
    if (!make && !(await there())) throw null;
    const request = indexedDB.open(NAME);
    request.onupgradeneeded = () => (make ? request.result.createObjectStore(ALL) : request.transaction.abort());
    const storage = await ended(request);
    storage.onversionchange = () => storage.close();
    return storage;
  };
  const run = async (mode, use, make) => {
    const storage = await open(make);
    try {
      const transaction = storage.transaction(ALL, mode, { durability: "strict" });
      const asked = use(transaction.objectStore(ALL));
      await ended(transaction);
      return asked;
    } finally {
      storage.close();
    }
  };
  const scope = location.pathname.startsWith("/team") ? "/team" : "/app";
  device = {
    there: async () => globalThis.indexedDB?.databases !== undefined && (await there()),
    create: async () => {
      const key = await crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
      await run("readwrite", (all) => [all.clear(), all.put(key, KEY)], true);
    },
    get: async (name) => (await run("readonly", (all) => all.get(name))).result,
    all: async () => {
      const [names, values] = await run("readonly", (all) => [all.getAllKeys(), all.getAll()]);
      return names.result.flatMap((name, at) => (name === KEY ? [] : [name, values.result[at]]));
    },
    write: (entries) =>
      run("readwrite", (all) => {
        for (let at = 0; at < entries.length; at += 2) {
          if (entries[at + 1]) all.put(entries[at + 1], entries[at]);
          else all.delete(entries[at]);
        }
      }),
    sign: async (input) => {
      const key = await run("readonly", (all) => all.get(KEY));
      return new Uint8Array(await crypto.subtle.sign("HMAC", key.result, input));
    },
    install: async () => {
      if (!document.querySelector("link[rel=manifest]")) {
        document.head.append(Object.assign(document.createElement("link"), { rel: "manifest", href: `${scope}.webmanifest` }));
      }
      await navigator.serviceWorker?.register("/sw.js", { scope, updateViaCache: "none" });
    },
    destroy: async () => {
      document.querySelector("link[rel=manifest]")?.remove();
      const programs = (await navigator.serviceWorker?.getRegistrations()) ?? [];
      const forget = programs.map((program) => program.unregister());
      if (await there()) forget.push(ended(indexedDB.deleteDatabase(NAME)));
      if (programs.length > 0) for (const name of await caches.keys()) forget.push(caches.delete(name));
      await Promise.allSettled(forget);
    },
  };
}
