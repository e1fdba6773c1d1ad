// Listens to everything that a browser complains about.
import type { BrowserContext, ConsoleMessage, Page, Request } from "@playwright/test";

/** Runs in each page before its own scripts: what a policy refuses becomes a line that no test can overlook. */
function tellViolations(): void {
  document.addEventListener("securitypolicyviolation", (event) => {
    console.error(`CSP report: ${event.effectiveDirective} ${event.blockedURI}`);
  });
  if ("ReportingObserver" in globalThis) {
    const tell = (reports: { type: string; body: unknown }[]) => {
      for (const report of reports) console.error(`report: ${report.type} ${JSON.stringify(report.body)}`);
    };
    new ReportingObserver(tell as ReportingObserverCallback, { buffered: true }).observe();
  }
}

/** Chromium's own lines about the network; only these can be announced. */
const NETWORK_LINES = [/^Failed to load resource: /, /^WebSocket connection to .* failed/];

type Announced = { address: RegExp; error: RegExp };

export class Watch {
  private readonly found: string[] = [];
  private readonly announced: Announced[] = [];
  private readonly known = new Set<BrowserContext>();

  /** Watches all pages of a context, those that are opened later too. */
  async context(context: BrowserContext): Promise<void> {
    if (this.known.has(context)) return;
    this.known.add(context);
    await context.addInitScript(tellViolations);
    for (const page of context.pages()) this.page(page);
    context.on("page", (page) => this.page(page));
    context.on("weberror", (error) => this.found.push(`page error: ${error.error().stack ?? error.error().message}`));
    context.on("console", (message) => this.console(message));
    context.on("request", (request) => this.request(request));
  }

  /**
   * Announces Chromium's own line for a call that this test makes fail on purpose, by its address and by the status
   * or net error that the line names, as in `expectNetworkError(/\/api\/account\/login/, "401")`.
   */
  expectNetworkError(address: RegExp, error: string | RegExp): void {
    this.announced.push({ address, error: typeof error === "string" ? new RegExp(error.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")) : error });
  }

  /** All complaints that nobody announced. */
  complaints(): string[] {
    return [...this.found];
  }

  /** As `complaints`, and forgets them: for a test that provokes them. */
  take(): string[] {
    return this.found.splice(0);
  }

  private page(page: Page): void {
    page.on("crash", () => this.found.push(`crashed: ${new URL(page.url()).pathname}`));
  }

  private console(message: ConsoleMessage): void {
    if (message.type() !== "error" && message.type() !== "warning") return;
    const text = message.text();
    const address = message.location().url;
    const network = NETWORK_LINES.some((line) => line.test(text));
    const expected = this.announced.some((one) => one.error.test(text) && (one.address.test(address) || one.address.test(text)));
    if (!(network && expected)) this.found.push(`console ${message.type()}: ${text} (${address})`);
  }

  private request(request: Request): void {
    const address = new URL(request.url());
    const here = ["127.0.0.1", "localhost", "[::1]"].includes(address.hostname);
    if (address.protocol.startsWith("http") && !here) this.found.push(`request to a third party: ${address.host}`);
  }
}
