/** Somebody at the console of an installed server: a real browser, with a real session from the server's database. */
import type { Browser, BrowserContext, Page } from 'playwright-core'
import type { Grant } from '../../packages/server/src/accounts/rights.ts'
import { connectDatabase } from '../../packages/server/src/adapters/sql/database.ts'
import { signedIn } from '../../packages/server/test/support/people.ts'
import type { Server } from '../support/installed-server.ts'

const ADMINISTRATOR: readonly Grant[] = [{ role: 'administrator', product: '*' }]

/** Outlives a restart of the server. */
export interface Person {
  readonly cookie: string
}

export async function newPerson(server: Server): Promise<Person> {
  const database = connectDatabase({ file: server.databaseFile })
  try {
    const clock = { now: () => new Date() }
    const inhabited = { clock, edge: { database }, url: server.operatorUrl }
    const { credential } = await signedIn(inhabited, ADMINISTRATOR)
    return { cookie: credential.cookie ?? '' }
  } finally {
    await database.destroy()
  }
}

/** With nothing in its cache. What a page complains of fails the benchmark: a broken page is fast. */
export class ConsoleVisit {
  readonly page: Page
  readonly #context: BrowserContext
  readonly #complaints: string[] = []

  private constructor(context: BrowserContext, page: Page) {
    this.#context = context
    this.page = page
    page.on('pageerror', (error) => this.#complaints.push(String(error)))
    page.on('console', (message) => {
      if (message.type() === 'error') this.#complaints.push(message.text())
    })
  }

  static async open(
    browser: Browser,
    server: Server,
    { cookie }: Person,
    locale = 'en-GB',
  ): Promise<ConsoleVisit> {
    const viewport = { width: 1280, height: 900 }
    const context = await browser.newContext({ locale, viewport, baseURL: server.operatorUrl('') })
    context.setDefaultTimeout(60_000)
    const [name = '', value = ''] = cookie.split('=')
    await context.addCookies([{ name, value, url: server.operatorUrl('') }])
    return new ConsoleVisit(context, await context.newPage())
  }

  async close(): Promise<void> {
    await this.#context.close()
    if (this.#complaints.length > 0) {
      throw new Error(`The console complained: ${this.#complaints.join('; ')}`)
    }
  }
}
