/** A real browser before the real page of a real agent. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import type { FleetDevice } from '../end-to-end/support/fleet.ts'

const PROGRAM = '/usr/bin/chromium'
/** Generous: it is only ever waited out when something is broken. A first publication loads a validator, which takes its time on a busy machine. */
const LIMIT_MS = 60_000

export interface Look {
  /** What the browser asks for: `Accept-Language`. */
  readonly locale?: string
  readonly colorScheme?: 'light' | 'dark'
  /** The machine's, unless said. */
  readonly timeZone?: string
  readonly viewport?: { width: number; height: number }
  readonly javaScriptEnabled?: boolean
}

/** `more`: words on chromium's command line. */
export function openBrowser(...more: readonly string[]): Promise<Browser> {
  // Chromium's sandbox needs privileges that a container seldom has; it opens nothing but our own page.
  return chromium.launch({
    executablePath: PROGRAM,
    args: ['--no-sandbox', '--disable-gpu', ...more],
  })
}

/** A browser of its own, with whatever it said on its console. */
export class OwnersBrowser {
  readonly page: Page
  /** Errors of scripts and of the content security policy. */
  readonly complaints: string[] = []
  readonly #context: BrowserContext

  private constructor(context: BrowserContext, page: Page) {
    this.#context = context
    this.page = page
    page.on('pageerror', (error) => this.complaints.push(String(error)))
    page.on('console', (message) => {
      // Chromium writes every refused request as an error; what was refused is asserted elsewhere.
      const isAnswer = message.text().startsWith('Failed to load resource')
      if (message.type() === 'error' && !isAnswer) this.complaints.push(message.text())
    })
  }

  static async open(browser: Browser, look: Look = {}): Promise<OwnersBrowser> {
    const context = await browser.newContext({
      locale: look.locale ?? 'en-GB',
      colorScheme: look.colorScheme ?? 'light',
      ...(look.timeZone === undefined ? {} : { timezoneId: look.timeZone }),
      viewport: look.viewport ?? { width: 1100, height: 900 },
      javaScriptEnabled: look.javaScriptEnabled ?? true,
      ignoreHTTPSErrors: true,
      reducedMotion: 'reduce',
    })
    context.setDefaultTimeout(LIMIT_MS)
    return new OwnersBrowser(context, await context.newPage())
  }

  /** Opens the page and lets itself in. */
  async enter(
    device: FleetDevice | { readonly code: string; readonly url: string },
  ): Promise<this> {
    const { code, url } = 'url' in device ? device : await pairingOf(device)
    await this.page.goto(url)
    await this.page.fill('#code', code)
    await this.page.click('#door button')
    await this.page.waitForSelector('#hero')
    return this
  }

  /** Opens a view by its name in the address, as the links on top do. */
  async view(name: string): Promise<void> {
    await this.page.click(`nav a[href="#${name}"]`)
    await this.page.waitForSelector(`nav a[href="#${name}"][aria-current]`)
  }

  /** The words on the page, as they are seen. */
  words(): Promise<string> {
    return this.page.innerText('body')
  }

  async close(): Promise<void> {
    await this.#context.close()
    assert.deepEqual(this.complaints, [])
  }
}

export interface PairingView {
  readonly code: string
  readonly urls: readonly string[]
  readonly localNetwork?: { readonly urls: readonly string[]; readonly fingerprint: string }
}

export async function pairingOf(
  device: FleetDevice,
): Promise<PairingView & { readonly url: string }> {
  const pairing = await device.cli<PairingView>('pairing')
  const [url] = pairing.urls
  assert.ok(url !== undefined)
  return { ...pairing, url }
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface Violation {
  readonly id: string
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[]
}

/** Clicks what leads to another page, and waits until that one is there and not the one before. */
export async function follow(page: Page, selector: string): Promise<void> {
  await Promise.all([page.waitForEvent('load'), page.click(selector)])
}

/** What an accessibility checker finds wrong. `isFile`: of a page that lies on a disk, whose style nobody can fetch twice. */
export async function violations(
  { page }: OwnersBrowser,
  { isFile = false }: { readonly isFile?: boolean } = {},
): Promise<string[]> {
  // With its style, whose contrast is judged.
  await page.waitForLoadState()
  // Past the content security policy, as a debugger does: the page itself could not.
  await page.evaluate(AXE)
  const { violations: found } = await page.evaluate<{ violations: Violation[] }>(
    `axe.run(document, { resultTypes: ["violations"], preload: ${!isFile} })`,
  )
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
  )
}
