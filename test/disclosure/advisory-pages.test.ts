/** The public pages of advisories in a real browser: every page, every language, both colours. CRA P-120 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { AdvisorySite, WRITTEN } from '../../packages/server/test/support/advisory-site.ts'
import { PRODUCT } from '../../packages/server/test/support/desk.ts'
import { endings } from '../../packages/server/test/support/edge-under-test.ts'
import { follow, type Look, OwnersBrowser, openBrowser, violations } from '../page/browser.ts'
import { assertReadable, onTelephone } from './telephone.ts'

const HOSTILE = 'A title <b>with</b> "marks" & aVeryLongWordThatDoesNotEndForAWholeLineOfThePage'

const ended = endings()
let browser: Browser
let origin: string
let id: string

before(async () => {
  browser = await openBrowser()
  ended.after(() => browser.close())
  const site = await AdvisorySite.open(ended)
  await site.release('1.4.2')
  await site.release('1.4.3')
  const references = [{ summary: 'Upstream', url: 'https://example.com/a' }]
  const credits = [{ name: 'Ada Licht', organization: 'Helle Works' }]
  id = (await site.written({ title: HOSTILE, references, credits })).id
  const { body } = await site.call('GET', `/${id}`)
  const [hole] = body.content.vulnerabilities
  const vector = 'CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H'
  await site.edit(id, {
    vulnerabilities: [{ ...hole, vector, weakness: 'CWE-78', isExploited: true }],
  })
  await site.published(id)
  await site.published(id, { change: 'Another sentence.' })
  const other = await site.call('POST', '', {
    ...{ ...WRITTEN, title: 'Something else' },
    vulnerabilities: [{ name: 'LUMEN-BUG-7', description: 'x', affected: ['1.4.1'] }],
  })
  await site.published(other.body.id, { withoutFixBecause: 'There is a way around it.' })
  const withdrawn = await site.act(other.body.id, 'withdraw', { reason: 'It was another product.' })
  assert.equal(withdrawn.status, 200)
  origin = `https://127.0.0.1:${site.server.running?.ports.public}`
})
after(() => ended.endAll())

async function everyPage(wanted: Look): Promise<void> {
  const visitor = await onTelephone(browser, wanted)
  const { page } = visitor
  const look = async (what: string) => {
    await assertReadable(visitor, wanted, what)
    assert.equal(await page.evaluate('document.scripts.length'), 0)
  }
  await page.goto(`${origin}/advisories`)
  await look('all advisories')
  await follow(page, `main h2 a[href="/advisories/products/${PRODUCT}"]`)
  await look('those of a product')
  await follow(page, `main a[href="/advisories/${id}"]`)
  assert.equal(await page.innerText('h1'), HOSTILE)
  assert.match(await page.innerText('main'), /1\.4\.2[\s\S]*1\.4\.3[\s\S]*CWE-78[\s\S]*Ada Licht/)
  await look('an advisory')
  await page.goto(`${origin}/advisories`)
  await follow(page, 'main li a[href$="-0002"]')
  await look('a withdrawn one')
  await page.goto(`${origin}/advisories/NOBODY-2026-0001`)
  await look('one that is not there')
  await visitor.close()
}

for (const [locale, colorScheme] of [
  ['en-GB', 'light'],
  ['de-DE', 'dark'],
  ['fr-FR', 'light'],
] as const) {
  test(`no page of advisories has an accessibility violation: ${locale}, ${colorScheme}`, () =>
    everyPage({ locale, colorScheme }))
}

test('folders and feeds are what a browser can read', async () => {
  const visitor = await OwnersBrowser.open(browser, { locale: 'en-GB' })
  const { page } = visitor
  await page.goto(`${origin}/.well-known/csaf/`)
  await follow(page, 'a[href="white/"]')
  await follow(page, `a[href="${id.split('-').at(-2)}/"]`)
  assert.deepEqual(await violations(visitor), [])
  await follow(page, `a[href="${id.toLowerCase()}.json"]`)
  assert.match(await page.innerText('body'), /csaf_security_advisory/)
  const parsed = await page.evaluate<string>(
    `fetch('/advisories/atom.xml').then((answer) => answer.text()).then((text) =>
      new DOMParser().parseFromString(text, 'application/xml').querySelector('entry title').textContent)`,
  )
  assert.match(parsed, /Something else|A title <b>/)
  await visitor.close()
})
