/** Through every page of signing in, in whatever language; `look` at each. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import type { Browser } from 'playwright-core'
import type { SigningIn } from '../../packages/server/test/support/signing-in.ts'
import { type Look, violations } from '../page/browser.ts'
import { Person } from './person.ts'

const TELEPHONE = { width: 360, height: 760 }

export async function firstLink(signing: SigningIn): Promise<string> {
  const file = signing.server.running?.firstAdministratorFile ?? ''
  return (await readFile(file, 'utf8')).trim()
}

/** Nothing that an accessibility checker finds, and nothing wider than a telephone. */
export async function everyPageIsAccessible(
  browser: Browser,
  signing: SigningIn,
  wanted: Look,
): Promise<void> {
  const ada = await Person.open(browser, { ...wanted, viewport: TELEPHONE })
  const { page } = ada
  const look = async (what: string) => {
    assert.deepEqual(await violations(ada.browser), [], what)
    const width = await page.evaluate<number>('document.documentElement.scrollWidth')
    assert.ok(width <= TELEPHONE.width, `${what} is ${width} wide`)
  }
  const first = () => page.click('main button.first')

  await ada.open(`${signing.origin}/welcome`)
  await page.fill('#code', 'fwi_wrong')
  await first()
  await page.waitForSelector('[role=alert]')
  await look('a refusal')
  await ada.open(await firstLink(signing))
  await look('welcome')
  await first()
  await look('who')
  await page.fill('#name', 'Ada Lovelace')
  await page.fill('#login', 'ada')
  await first()
  await ada.at('/welcome/way')
  await look('how')
  await first()
  await ada.at('/account/codes')
  await look('before the codes')
  await first()
  await page.waitForSelector('.codes')
  await look('codes')
  const code = await page.locator('.codes code').first().innerText()
  await page.click('main a.button')
  await ada.at('/console/first-steps')
  await ada.open(`${signing.origin}/account`)
  await look('account')
  await page.click('a[href="/account/password"]')
  await ada.at('/account/password')
  await look('password')

  // Somebody else at the same account: a note, and a second session.
  const stranger = signing.visitor({ 'user-agent': 'Mozilla/5.0 (X11; Linux) Firefox/140.0' })
  const entered = await stranger.post('/sign-in', { login: 'ada', password: '', code, next: '' })
  assert.equal(entered.status, 303, entered.text)
  await ada.open(`${signing.origin}/account`)
  await page.waitForSelector('.card.warning')
  await page.locator('summary').first().click()
  await look('account with a note')
  await ada.open(`${signing.origin}/account/sessions`)
  await look('sessions')
  signing.pass(301)
  await ada.open(`${signing.origin}/account/password`)
  await ada.at('/step-up')
  await look('step-up')
  await page.click('nav button')
  await ada.at('/sign-in')
  await look('sign-in')
  await ada.close()
}
