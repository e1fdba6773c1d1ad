// A server of one's own, for tests that stop it, cut it off, or read its data.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { openSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const BINARY = process.env.BEISTAND_BINARY ?? new URL("../../target/debug/beistand", import.meta.url).pathname;

export class OwnServer {
  private child: ChildProcess | undefined;

  private constructor(
    /** Holds `data` and `server.log`. */
    readonly folder: string,
    readonly port: number,
    /** How browsers call it: passkeys need a name. */
    private readonly host: string,
  ) {}

  /** Makes a fresh demonstration and serves it. */
  static async start(host = "127.0.0.1"): Promise<OwnServer> {
    const folder = await mkdtemp(join(tmpdir(), "beistand-own-"));
    const server = new OwnServer(folder, await freePort(), host);
    await promisify(execFile)(BINARY, ["demo", "--data", server.data]);
    await server.up();
    return server;
  }

  get url(): string {
    return `http://${this.host}:${this.port}`;
  }

  get data(): string {
    return join(this.folder, "data");
  }

  /** Everything that it has logged. */
  async log(): Promise<string> {
    return readFile(join(this.folder, "server.log"), "utf8");
  }

  /** Copies the data folder, as a backup taken now would be. */
  async copy(): Promise<string> {
    const copy = await mkdtemp(join(tmpdir(), "beistand-copy-"));
    await cp(this.data, copy, { recursive: true });
    return copy;
  }

  /** Starts it (again), on the same port. */
  async up(): Promise<void> {
    const log = openSync(join(this.folder, "server.log"), "a");
    const listen = `127.0.0.1:${this.port}`;
    this.child = spawn(BINARY, ["serve", "--demo", "--data", this.data, "--listen", listen, "--public-url", this.url], { stdio: ["ignore", log, log] });
    for (let tries = 0; tries < 400; tries += 1) {
      if (await answers(this.port)) return;
      if (this.child.exitCode !== null) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`the server did not start:\n${await this.log()}`);
  }

  /** Ends it: `SIGTERM` drains, `SIGKILL` is a loss of power. */
  async down(signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<void> {
    const child = this.child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    await ended;
  }

  /** Ends it and removes its folder. */
  async remove(): Promise<void> {
    await this.down("SIGKILL");
    await rm(this.folder, { recursive: true, force: true });
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => (typeof address === "object" && address ? resolve(address.port) : reject(new Error("no port"))));
    });
  });
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
