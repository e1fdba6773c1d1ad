// The workplace of staff, as a counsellor uses it.
import { type Locator, type Page, expect, test } from "@playwright/test";
import { keepTab, openTab, withCode } from "../support/code.ts";

export type Person = { userName: string; password: string; name: string };

/** Counsellors of the demonstration (`data/demo/directory.toml`). */
export const HANNAH: Person = { userName: "hannah.brandt", password: "vorfuehrung-linde-417", name: "Hannah Brandt" };
export const JONAS: Person = { userName: "jonas.reuter", password: "vorfuehrung-tasse-825", name: "Jonas Reuter" };
export const MIRIAM: Person = { userName: "miriam.okafor", password: "vorfuehrung-wolke-136", name: "Miriam Okafor" };
export const AYLIN: Person = { userName: "aylin.demir", password: "vorfuehrung-ampel-559", name: "Aylin Demir" };

export class StaffPage {
  /** Whether other tests go on in this tab's session. */
  private shared = false;

  constructor(readonly page: Page) {}

  /**
   * Opens the workplace, signed in. A code counts once in half a minute, so whoever is signed in stays so: the tab of an
   * earlier test is opened once more. Tests that sign out, or look at sessions, sign in anew.
   */
  async signIn(person: Person): Promise<void> {
    this.shared = true;
    await this.page.goto("/team");
    const door = this.page.getByRole("heading", { name: "Anmelden" });
    await expect(door).toBeVisible();
    if (await openTab(this.page, person.userName)) {
      await this.page.reload();
      const inside = this.page.getByRole("navigation", { name: "Hauptmenü" });
      await expect(inside.or(door)).toBeVisible({ timeout: 30_000 });
      if (await inside.isVisible()) return this.isConnected();
    }
    await this.signInAnew(person);
    await keepTab(this.page, person.userName);
  }

  /** Signs in with password and code. */
  async signInAnew({ userName, password }: Person): Promise<void> {
    await this.page.goto("/team");
    await this.tryToSignIn(userName, password);
    await this.showCode({ userName, password });
    await this.isIn();
  }

  /** The dialog that asks for the second factor. */
  get question(): Locator {
    return this.page.getByRole("dialog", { name: "Zweite Sicherung" });
  }

  /** Answers it with the code of the demonstration's app. */
  async showCode({ userName, password }: Pick<Person, "userName" | "password">): Promise<void> {
    test.setTimeout(test.info().timeout + 60_000);
    await expect(this.question).toBeVisible({ timeout: 30_000 });
    await withCode(this.page, userName, password, async (code) => {
      await this.question.getByLabel("Code").fill(code);
      await this.question.getByRole("button", { name: "Weiter" }).click();
      await expect(this.question).toHaveCount(0);
      await expect(this.page.getByRole("heading", { name: "Anmelden" })).toHaveCount(0, { timeout: 30_000 });
    });
  }

  /** Fills the sign-in and sends it. */
  async tryToSignIn(userName: string, password: string): Promise<void> {
    await this.page.getByLabel("Benutzername").fill(userName);
    await this.page.getByRole("textbox", { name: "Passwort" }).fill(password);
    await this.page.getByRole("button", { name: "Anmelden", exact: true }).click();
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
    if (this.shared) throw new Error("other tests go on in this session: use signInAnew");
    await this.page.getByRole("button", { name: "Abmelden", exact: true }).click();
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
