// The application of people who seek advice, as one of them uses it.
import { type Locator, type Page, expect } from "@playwright/test";

export type Enquiry = { topic: string; postcode: string; agency: string; pseudonym: string; text: string };
export type Access = { userName: string; password: string };

export class SeekerPage {
  constructor(readonly page: Page) {}

  /** From the first screen to the sent message; gives what one needs to come back. */
  async enquire({ topic, postcode, agency, pseudonym, text }: Enquiry): Promise<Access> {
    const { page } = this;
    await page.goto("/app");
    await page.getByRole("button", { name: "Neue Anfrage" }).click();
    await page.getByRole("button", { name: topic }).first().click();
    await page.getByLabel("Postleitzahl").fill(postcode);
    await page.getByRole("radio", { name: agency }).check();
    await page.getByRole("button", { name: "Weiter" }).click();

    await page.getByLabel("Wie dürfen wir Sie nennen?").fill(pseudonym);
    await page.getByRole("radio", { name: /Eigenes Passwort/ }).check();
    const password = `leise-treppe-${Date.now()}`;
    await page.getByRole("textbox", { name: "Passwort" }).fill(password);
    const userName = await page.getByLabel("Benutzername").inputValue();
    await page.getByRole("checkbox", { name: "Ich habe das gelesen und bin einverstanden." }).check();
    await page.getByRole("button", { name: "Zugang anlegen" }).click();

    await page.getByLabel("Ihre Nachricht").fill(text, { timeout: 30_000 });
    await page.getByRole("button", { name: "Anfrage senden" }).click();
    await expect(page.getByRole("heading", { name: "Ihre Nachricht ist angekommen." })).toBeVisible({ timeout: 30_000 });
    return { userName, password };
  }

  /** From the confirmation to the conversation. */
  async toConversation(): Promise<void> {
    await this.page.getByRole("button", { name: "Zur Unterhaltung" }).click();
    await expect(this.composer).toBeVisible();
  }

  async signIn({ userName, password }: Access): Promise<void> {
    await this.page.goto("/app");
    await this.page.getByRole("button", { name: "Ich war schon hier" }).click();
    await this.page.getByLabel("Benutzername").fill(userName);
    await this.page.getByRole("textbox", { name: "Passwort" }).fill(password);
    await this.page.getByRole("button", { name: "Anmelden" }).click();
    await expect(this.page.getByRole("heading", { name: "Ihre Beratungen" })).toBeVisible({ timeout: 30_000 });
  }

  /** Opens a conversation of the list. */
  async open(name: string): Promise<void> {
    await this.page.getByRole("button", { name: new RegExp(name) }).first().click();
    await expect(this.composer).toBeVisible();
  }

  get composer(): Locator {
    return this.page.getByRole("textbox", { name: "Nachricht schreiben" });
  }

  /** Writes a message. */
  async write(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.page.getByRole("button", { name: "Senden" }).click();
    await expect(this.composer).toHaveValue("");
  }

  /** The message with this text. */
  message(text: string): Locator {
    return this.page.locator(".bubble").filter({ has: this.page.locator(".bubble-text", { hasText: new RegExp(`^${text}$`) }) });
  }
}
