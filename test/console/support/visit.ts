/** Somebody at the console: a real browser, signed in at a real server by a session of its own. */
import type { Browser, Page } from 'playwright-core'
import type { Grant } from '../../../packages/server/src/accounts/rights.ts'
import {
  type Caller,
  type Inhabited,
  signedIn,
} from '../../../packages/server/test/support/people.ts'
import { type Look, OwnersBrowser, violations } from '../../page/browser.ts'

export const ADMINISTRATOR: readonly Grant[] = [{ role: 'administrator', product: '*' }]

export interface Visitor {
  readonly look?: Look
  readonly grants?: readonly Grant[]
  /** Seconds since the last proof that it is the same person. */
  readonly provedAgo?: number
}

export class Visit {
  readonly browser: OwnersBrowser
  readonly page: Page
  /** The same person by the API. */
  readonly caller: Caller
  readonly origin: string

  private constructor(browser: OwnersBrowser, caller: Caller, origin: string) {
    this.browser = browser
    this.page = browser.page
    this.caller = caller
    this.origin = origin
  }

  static async open(
    browser: Browser,
    server: Inhabited,
    { look, grants = ADMINISTRATOR, provedAgo = 0 }: Visitor = {},
  ): Promise<Visit> {
    const caller = await signedIn(server, grants, { provedAgo })
    const opened = await OwnersBrowser.open(browser, look)
    const origin = `http://localhost:${new URL(server.url('/')).port}`
    const [name = '', value = ''] = (caller.credential.cookie ?? '').split('=')
    await opened.page.context().addCookies([{ name, value, url: origin }])
    return new Visit(opened, caller, origin)
  }

  /** Opens a screen by its address below `/console`, and waits for its heading. */
  async at(path: string): Promise<void> {
    await this.page.goto(`${this.origin}/console${path}`)
    await this.page.waitForSelector('h1')
    await this.loaded()
  }

  /** Everything that was asked for is there. */
  async loaded(): Promise<void> {
    // By the selector: a function would be evaluated in the page, which its policy refuses.
    await this.page.waitForSelector('[data-loading]', { state: 'detached' })
  }

  heading(): Promise<string> {
    return this.page.innerText('h1')
  }

  /** What an accessibility checker finds, and whether the page is wider than the window. */
  async flaws(): Promise<string[]> {
    const [width, window] = await this.page.evaluate<[number, number]>(
      '[document.documentElement.scrollWidth, window.innerWidth]',
    )
    const wide = width > window ? [`the page is ${width} wide in a window of ${window}`] : []
    return [...(await violations(this.browser)), ...wide]
  }

  /** Fails when the page complained: an error of a script, or something that its policy kept out. */
  close(): Promise<void> {
    return this.browser.close()
  }
}
