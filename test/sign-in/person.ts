/** A person at a real browser, with a fingerprint reader that says yes. */
import assert from 'node:assert/strict'
import type { Browser, CDPSession, Page } from 'playwright-core'
import { type Look, OwnersBrowser } from '../page/browser.ts'

export class Person {
  readonly browser: OwnersBrowser
  readonly page: Page
  readonly #devtools: CDPSession
  #authenticator = ''
  #isVerified = true
  /** Tabs that the reader was plugged into beside its own. */
  #tabs = 0

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
    person.#authenticator = await person.#reader(devtools)
    return person
  }

  async #reader(devtools: CDPSession): Promise<string> {
    const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        ...{ protocol: 'ctap2', transport: 'internal', hasResidentKey: true },
        ...{ hasUserVerification: true, isUserVerified: this.#isVerified },
        automaticPresenceSimulation: true,
      },
    })
    return authenticatorId
  }

  /**
   * The reader with its passkeys in another tab: chromium gives each one readers of its own. `tab` may be somebody
   * else's.
   */
  async plugInto(tab: Page): Promise<void> {
    const { credentials } = await this.#devtools.send('WebAuthn.getCredentials', {
      authenticatorId: this.#authenticator,
    })
    const devtools = await tab.context().newCDPSession(tab)
    await devtools.send('WebAuthn.enable')
    const authenticatorId = await this.#reader(devtools)
    // What signed in another tab was counted there; one reader never counts backwards.
    this.#tabs += 1
    for (const credential of credentials) {
      const signCount = credential.signCount + this.#tabs * 10
      await devtools.send('WebAuthn.addCredential', {
        ...{ authenticatorId, credential: { ...credential, signCount } },
      })
    }
  }

  /** Whether the reader knows its owner from now on; tabs that it is plugged into later take it over. */
  async verifies(isUserVerified: boolean): Promise<void> {
    this.#isVerified = isUserVerified
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
