// Keeps the program of an own device, so that it opens without a connection: the shell and the files that it names by
// their hashes. Never an answer of the server's calls, never anything that somebody wrote. Where the device is not an
// own one any more it removes itself.
"use strict";

const MARK = "beistand";
const SHELL = new URL(registration.scope).pathname;
const CACHE = `${MARK}${SHELL}`;
/** Milliseconds until the kept shell is shown, if the network is there and says nothing. */
const PATIENCE = 4000;
const FILE = /^\/(pkg|assets|site)\/|^\/icon\.svg$/;

/** Whether this is still somebody's own device. */
const isOwn = async () => (await indexedDB.databases()).some(({ name }) => name === MARK);

async function leave() {
  await caches.delete(CACHE);
  await registration.unregister();
}

/** Files that a shell or a script names, each with its hash where it says one. */
function named(text) {
  const files = new Map();
  const add = (path, hash) => files.set(path, files.get(path) || hash);
  for (const [tag] of text.matchAll(/<(?:link|meta|script)\b[^>]*>/g)) {
    const path = /"(\/(?:pkg|assets|site)\/[\w.-]+|\/icon\.svg)"/.exec(tag)?.[1];
    if (path) add(path, /integrity="([^"]+)"/.exec(tag)?.[1]);
  }
  for (const [, name, hash] of text.matchAll(/new URL\("\.\/([\w.-]+)", import\.meta\.url\), \{integrity: "([^"]+)"\}/g)) {
    add(`/pkg/${name}`, hash);
  }
  return files;
}

/** The same of everything that a shell leads to; `load` gives a file by path and hash. */
async function allOf(shell, load) {
  const files = named(shell);
  for (const [path, hash] of files) {
    if (!path.endsWith(".js")) continue;
    const script = await load(path, hash);
    if (script) for (const [part, own] of named(await script.text())) files.set(part, own);
  }
  return files;
}

/** Keeps a shell once all that it names is here: what is opened without a connection is whole. */
async function keep(response) {
  if (!(await isOwn())) return leave();
  const cache = await caches.open(CACHE);
  const shell = await response.clone().text();
  const before = await (await cache.match(SHELL))?.text();
  if (shell === before) return;
  const kept = (path) => cache.match(path, { ignoreVary: true });
  const load = async (path, integrity) => {
    if (!(await kept(path))) {
      const file = await fetch(path, { integrity, credentials: "omit" });
      if (!file.ok) throw new TypeError("not loaded");
      await cache.put(path, file);
    }
    return kept(path);
  };
  const files = await allOf(shell, load);
  for (const [path, hash] of files) await load(path, hash);
  if (!(await isOwn())) return leave();
  await cache.put(SHELL, response);
  // A page of the version before may still be open.
  const older = before ? await allOf(before, kept) : new Map();
  for (const { url } of await cache.keys()) {
    const path = new URL(url).pathname;
    if (path !== SHELL && !files.has(path) && !older.has(path)) await cache.delete(path);
  }
}

async function show(event) {
  const asked = fetch(event.request);
  event.waitUntil(asked.then((answer) => (answer.ok ? keep(answer.clone()) : undefined)).catch(() => {}));
  const late = new Promise((_, reject) => setTimeout(reject, PATIENCE));
  const found = async () => (await caches.open(CACHE)).match(SHELL);
  try {
    const answer = await Promise.race([asked, late]);
    return answer.ok ? answer : ((await found()) ?? answer);
  } catch {
    return (await found()) ?? asked;
  }
}

async function file(request) {
  const kept = await caches.match(request, { cacheName: CACHE, ignoreVary: true });
  return kept ?? fetch(request);
}

addEventListener("install", (event) => {
  const kept = fetch(SHELL, { cache: "no-store", credentials: "omit" }).then((answer) => keep(answer));
  event.waitUntil(kept.then(() => skipWaiting()));
});

addEventListener("activate", (event) => event.waitUntil(clients.claim()));

addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(show(event));
  else if (FILE.test(address.pathname)) event.respondWith(file(request));
});
