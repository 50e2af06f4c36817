/** A person at a real browser, with a fingerprint reader that says yes. */
import assert from 'node:assert/strict'
import type { Browser, CDPSession, Page } from 'playwright-core'
import { type Look, OwnersBrowser } from '../page/browser.ts'

export class Person {
  readonly browser: OwnersBrowser
  readonly page: Page
  readonly #devtools: CDPSession
  #authenticator = ''

  private constructor(browser: OwnersBrowser, devtools: CDPSession) {
    this.browser = browser
    this.page = browser.page
    this.#devtools = devtools
  }

  static async open(browser: Browser, look: Look = {}): Promise<Person> {
    const opened = await OwnersBrowser.open(browser, look)
    const devtools = await opened.page.context().newCDPSession(opened.page)
    await devtools.send('WebAuthn.enable')
    const person = new Person(opened, devtools)
    await person.#plugIn()
    return person
  }

  async #plugIn(): Promise<void> {
    const { authenticatorId } = await this.#devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        ...{ protocol: 'ctap2', transport: 'internal', hasResidentKey: true },
        ...{ hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
      },
    })
    this.#authenticator = authenticatorId
  }

  /** Whether the reader knows its owner from now on. */
  async verifies(isUserVerified: boolean): Promise<void> {
    const authenticatorId = this.#authenticator
    await this.#devtools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified })
  }

  async passkeys(): Promise<number> {
    const { credentials } = await this.#devtools.send('WebAuthn.getCredentials', {
      authenticatorId: this.#authenticator,
    })
    return credentials.length
  }

  async open(url: string): Promise<void> {
    await this.page.goto(url)
  }

  /** The heading of the page that is open now. */
  title(): Promise<string> {
    return this.page.innerText('h1')
  }

  async press(name: string | RegExp): Promise<void> {
    await this.page.getByRole('button', { name }).click()
  }

  async at(path: string): Promise<void> {
    await this.page.waitForURL((url) => url.pathname === path)
  }

  /** By keyboard alone, with the focus always to be seen. */
  async tabTo(wanted: string): Promise<void> {
    const focused = () =>
      this.page.evaluate<string>(
        'document.activeElement.id || document.activeElement.textContent.trim()',
      )
    for (let steps = 0; steps < 40; steps++) {
      if ((await focused()) === wanted) {
        const outline = await this.page.evaluate<string>(
          'getComputedStyle(document.activeElement).outlineStyle',
        )
        assert.notEqual(outline, 'none', `${wanted} shows its focus`)
        return
      }
      await this.page.keyboard.press('Tab')
    }
    assert.fail(`${wanted} cannot be reached; at ${await focused()}`)
  }

  close(): Promise<void> {
    return this.browser.close()
  }
}
