/** A public page on a telephone: nobody is kept out of it, nothing is cut off, and it is in the reader's language. */
import assert from 'node:assert/strict'
import type { Browser } from 'playwright-core'
import { type Look, OwnersBrowser, violations } from '../page/browser.ts'

const TELEPHONE = { width: 360, height: 760 }

export const onTelephone = (browser: Browser, wanted: Look) =>
  OwnersBrowser.open(browser, { ...wanted, viewport: TELEPHONE })

export async function assertReadable(
  visitor: OwnersBrowser,
  { locale }: Look,
  what: string,
): Promise<void> {
  const { page } = visitor
  assert.deepEqual(await violations(visitor), [], what)
  const width = await page.evaluate<number>('document.documentElement.scrollWidth')
  assert.ok(width <= TELEPHONE.width, `${what} is ${width} wide`)
  assert.equal(await page.getAttribute('html', 'lang'), locale?.slice(0, 2), what)
}
