// The workplace of staff, as a counsellor uses it.
import { type Locator, type Page, expect } from "@playwright/test";

export type Person = { userName: string; password: string; name: string };

/** Counsellors of the demonstration (`data/demo/directory.toml`). */
export const HANNAH: Person = { userName: "hannah.brandt", password: "vorfuehrung-linde-417", name: "Hannah Brandt" };
export const JONAS: Person = { userName: "jonas.reuter", password: "vorfuehrung-tasse-825", name: "Jonas Reuter" };
export const MIRIAM: Person = { userName: "miriam.okafor", password: "vorfuehrung-wolke-136", name: "Miriam Okafor" };
export const AYLIN: Person = { userName: "aylin.demir", password: "vorfuehrung-ampel-559", name: "Aylin Demir" };

export class StaffPage {
  constructor(readonly page: Page) {}

  /** Opens the workplace and signs in. */
  async signIn({ userName, password }: Person): Promise<void> {
    await this.page.goto("/team");
    await this.tryToSignIn(userName, password);
    await this.isIn();
  }

  /** Fills the sign-in and sends it. */
  async tryToSignIn(userName: string, password: string): Promise<void> {
    await this.page.getByLabel("Benutzername").fill(userName);
    await this.page.getByRole("textbox", { name: "Passwort" }).fill(password);
    await this.page.getByRole("button", { name: "Anmelden" }).click();
  }

  /** The workplace is there, and its lists. */
  async isIn(): Promise<void> {
    await expect(this.page.getByRole("navigation", { name: "Hauptmenü" })).toBeVisible({ timeout: 30_000 });
    await this.isConnected();
  }

  async isConnected(): Promise<void> {
    await expect(this.page.locator("[data-connection]")).toHaveAttribute("data-connection", "live", { timeout: 30_000 });
  }

  async signOut(): Promise<void> {
    await this.page.getByRole("button", { name: "Abmelden" }).click();
    await expect(this.page.getByRole("heading", { name: "Anmelden" })).toBeVisible();
  }

  async showWaiting(): Promise<void> {
    await this.page.getByRole("link", { name: /^Wartend/ }).click();
    await expect(this.list("Wartende Anfragen")).toBeVisible();
  }

  async showMine(): Promise<void> {
    await this.page.getByRole("link", { name: /^Meine/ }).click();
    await expect(this.list("Meine Beratungen")).toBeVisible();
  }

  list(name: "Wartende Anfragen" | "Meine Beratungen"): Locator {
    return this.page.getByRole("region", { name });
  }

  /** A row of the list that is shown, by its pseudonym. */
  row(pseudonym: string): Locator {
    return this.page.locator(".case").filter({ has: this.page.locator(".case-name", { hasText: pseudonym }) });
  }

  /** Opens a row of the list that is shown. */
  async open(pseudonym: string): Promise<void> {
    await this.row(pseudonym).getByRole("link").click();
    await expect(this.title).toHaveText(pseudonym);
  }

  /** The heading of what is open. */
  get title(): Locator {
    return this.page.getByRole("main").getByRole("heading", { level: 1 });
  }

  get acceptButton(): Locator {
    return this.page.getByRole("button", { name: /^Annehmen/ });
  }

  /** Accepts the open enquiry; the conversation opens. */
  async accept(pseudonym: string): Promise<void> {
    await this.acceptButton.click();
    await expect(this.page).toHaveURL(/\/team\/mine\/[0-9a-f]{32}$/);
    await expect(this.title).toHaveText(pseudonym);
  }

  get composer(): Locator {
    return this.page.getByRole("textbox", { name: "Nachricht schreiben" });
  }

  /** Writes a message; it stands in the timeline at once. */
  async write(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.page.getByRole("button", { name: "Senden" }).click();
    await expect(this.composer).toHaveValue("");
  }

  /** The message with this text. */
  message(text: string): Locator {
    return this.page.locator(".bubble").filter({ has: this.page.locator(".bubble-text", { hasText: new RegExp(`^${text}$`) }) });
  }

  /** The message is stored by the server. */
  async isSent(text: string): Promise<void> {
    await expect(this.message(text)).toHaveAttribute("data-state", "sent");
  }
}
