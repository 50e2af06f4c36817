/** Vulnerabilities at the console: triage without a mouse, a decision, and what is exposed. CRA P-053, P-111 */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { AdvisorySite } from '../../packages/server/test/support/advisory-site.ts'
import { PRODUCT } from '../../packages/server/test/support/desk.ts'
import { storesOf } from '../../packages/server/test/support/people.ts'
import { ReportingFleet } from '../../packages/server/test/support/reporting-fleet.ts'
import { openBrowser } from '../page/browser.ts'
import { shows } from '../page/shows.ts'
import { press, tabTo, write } from './support/keyboard.ts'
import { Visit } from './support/visit.ts'

const KEV = join(import.meta.dirname, '../../packages/vulnerability/test-data/kev.json.gz')
const CVE = 'CVE-2021-21315'
const OFFICER = [{ role: 'securityOfficer', product: '*' }] as const
const LIST = `/products/${PRODUCT}/vulnerabilities`
const PHONE = { width: 380, height: 800 }
const HOSTILE = '<img src=x onerror=alert(1)>'

const browser = await openBrowser()
after(() => browser.close())

type Ending = Parameters<typeof AdvisorySite.open>[0]

async function site(t: Ending): Promise<{ site: AdvisorySite; finding: string }> {
  const opened = await AdvisorySite.open(t)
  await opened.release('1.4.2')
  await opened.release('1.4.3')
  return { site: opened, finding: await opened.finding() }
}

async function becomesExploited({ server }: AdvisorySite): Promise<void> {
  const type = { 'content-type': 'application/octet-stream' }
  const { status } = await server.call('PUT', '/feeds/kev?kind=kev', await readFile(KEV), type)
  assert.equal(status, 200)
  for (let looks = 0; looks < 2; looks += 1) await server.keepBooks()
}

test('a newly exploited finding becomes a published advisory by the keyboard alone', async (t) => {
  const { site: at, finding } = await site(t)
  const visit = await Visit.open(browser, at.server, { grants: OFFICER })
  const { page } = visit
  await visit.at(LIST)
  await page.getByRole('link', { name: CVE }).waitFor()
  // It is told while somebody looks.
  await becomesExploited(at)
  await page.locator('.tag', { hasText: 'exploited' }).waitFor()

  await page.keyboard.press('j')
  await page.keyboard.press('2')
  await page
    .getByRole('dialog', { name: `Decide ${CVE}` })
    .getByLabel('What users can do')
    .waitFor()
  await write(page, 'What users can do', 'Install 1.4.3. Until then close port 8080.')
  await press(page, 'Decide')
  await page.getByText('Nothing is open').waitFor()

  await visit.at(`${LIST}?state=decided`)
  await page.getByRole('link', { name: CVE }).waitFor()
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: CVE }).waitFor()
  await press(page, 'Write an advisory')
  await press(page, 'Draft it')
  await page.getByRole('textbox', { name: 'Title' }).waitFor()

  await write(page, 'Title', 'Command injection in the status page')
  await write(page, 'Summary', 'Whoever reaches the status page runs commands on the gateway.')
  await write(page, 'Fixed in releases', '1.4.3')
  await press(page, 'Save')
  await page.getByText('Saved', { exact: true }).waitFor()

  const id = new URL(page.url()).pathname.split('/').at(-1) ?? ''
  await press(page, 'Publish')
  await tabTo(page, `This cannot be undone. Type ${id} to confirm.`)
  await page.keyboard.type(id)
  await press(page, 'Publish now')
  await page.locator('.tag', { hasText: 'published' }).waitFor()
  const told = await at.read(`/advisories/${id}`)
  assert.match(told.text, /Command injection in the status page/)
  assert.match(told.text, /Until then close port 8080/)
  // So that nobody begins a second one.
  await visit.at(`${LIST}/${finding}`)
  await page.getByRole('link', { name: `Advisory ${id}, published`, exact: true }).waitFor()
  await visit.close()
})

test('keys of triage mean nothing while somebody types, and can be switched off', async (t) => {
  const { site: at } = await site(t)
  const visit = await Visit.open(browser, at.server, { grants: OFFICER })
  const { page } = visit
  await visit.at(LIST)
  await page.getByRole('link', { name: CVE }).waitFor()
  const dialog = page.getByRole('dialog')

  await page.getByLabel('In release').fill('')
  await page.keyboard.type('?2j')
  await shows(() => page.getByLabel('In release').inputValue(), '?2j')
  await shows(() => dialog.count(), 0)

  await page.getByRole('heading', { level: 1 }).click()
  await page.keyboard.press('?')
  await dialog.getByLabel('Single keys do something on this page').uncheck()
  assert.deepEqual(await visit.flaws(), [])
  await page.keyboard.press('Escape')
  await page.getByRole('heading', { level: 1 }).click()
  await page.keyboard.press('j')
  await page.keyboard.press('2')
  await shows(() => dialog.count(), 0)
  await page.reload()
  await page.getByRole('link', { name: CVE }).waitFor()
  await page.keyboard.press('?')
  await shows(() => dialog.count(), 0)
  await visit.close()
})

test('a decision that nobody chose claims nothing', async (t) => {
  const { site: at, finding } = await site(t)
  const visit = await Visit.open(browser, at.server, { grants: OFFICER })
  await visit.at(`${LIST}/${finding}`)
  const status = visit.page.getByRole('combobox', { name: 'Status' })
  await shows(() => status.inputValue(), 'under_investigation')
  await visit.close()
})

test('two people decide one finding: the second sees what the first said before anything is saved', async (t) => {
  const { site: at, finding } = await site(t)
  const visit = await Visit.open(browser, at.server, { grants: OFFICER })
  const { page } = visit
  await visit.at(`${LIST}/${finding}?decide=under_investigation`)
  await page.getByLabel('Note').fill('Ada looks into it.')
  const path = `/products/${PRODUCT}/findings/${finding}/decide`
  const said = { status: 'affected', action: `Close 8080. ${HOSTILE}` }
  const first = await at.officer.call('POST', path, said, { 'if-match': '"0"' })
  assert.equal(first.status, 200, JSON.stringify(first.body))

  await page.getByRole('button', { name: 'Decide', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Somebody else changed it meanwhile' })
  await dialog.getByText(`Close 8080. ${HOSTILE}`).waitFor()
  await dialog.getByText('Ada looks into it.').waitFor()
  assert.deepEqual(await visit.flaws(), [])
  await dialog.getByRole('button', { name: 'Save mine over it' }).click()
  await page.getByText(`Decided: ${CVE}`).waitFor()
  const { body } = await at.officer.call('GET', `/products/${PRODUCT}/findings/${finding}`)
  const [{ status }] = body.answers
  assert.equal(status, 'under_investigation')
  assert.equal(body.statements.length, 2)
  await visit.close()
})

for (const look of [
  { colorScheme: 'light', locale: 'en-GB' },
  { colorScheme: 'dark', locale: 'de-DE', viewport: PHONE },
] as const) {
  test(`a finding tells its way through the SBOM and which devices have it: ${look.colorScheme}`, async (t) => {
    const { site: at, finding } = await site(t)
    const { server } = at
    const fleet = new ReportingFleet(server)
    const devices = ['lumen-1', 'lumen-2', 'lumen-3', 'lumen-4']
    await fleet.add(devices)
    for (const id of devices) {
      await fleet.unknown(id)
      await fleet.report(id, {})
    }
    server.clock.at = new Date(server.clock.at.getTime() + 3_600_000)
    await fleet.commits('lumen-1', '1.4.3')
    await storesOf(server).fleet.setAttributes(PRODUCT, 'lumen-2', new Map([['country', 'DE']]))
    const visit = await Visit.open(browser, server, { look, grants: OFFICER })
    const { page } = visit
    const isGerman = look.locale === 'de-DE'
    await visit.at(`${LIST}/${finding}`)
    const path = page.locator('.sbom-path').first()
    await path.waitFor()
    await shows(
      () => path.locator('li').allInnerTexts(),
      ['lumen 1.4.2', 'systeminformation 5.2.5'],
    )
    const all = isGerman ? '3 von 4 Geräten sind ausgesetzt' : '3 of 4 devices are exposed'
    const link = page.getByRole('link', { name: all })
    const filter = new URL((await link.getAttribute('href')) ?? '', visit.origin).searchParams
    assert.equal(filter.get('filter'), 'version in (1.4.2)')
    const behind = new URLSearchParams({ filter: filter.get('filter') ?? '' })
    const { body } = await server.of('GET', `/devices?${behind}`)
    assert.equal(body.length, 3)
    const country = page.getByRole('row').filter({ hasText: 'DE' }).getByRole('link', { name: '1' })
    assert.match((await country.getAttribute('href')) ?? '', /attr.country/)
    await page.getByText(isGerman ? 'Als Tabelle' : 'As a table').click()
    await page.getByText(isGerman ? 'Kein Vektor sagt es.' : 'No vector says it.').waitFor()
    assert.deepEqual(await visit.flaws(), [])
    await visit.at(LIST)
    await page.getByRole('link', { name: CVE }).waitFor()
    assert.deepEqual(await visit.flaws(), [])
    await visit.close()
  })
}

test('who may only read findings is offered nothing that would be refused', async (t) => {
  const { site: at, finding } = await site(t)
  const visit = await Visit.open(browser, at.server, {
    grants: [{ role: 'auditor', product: '*' }],
  })
  const { page } = visit
  await visit.at(`${LIST}/${finding}`)
  await page.locator('.sbom-path').first().waitFor()
  await shows(() => page.getByRole('button', { name: 'Decide' }).count(), 0)
  await shows(() => page.getByRole('button', { name: 'Write an advisory' }).count(), 0)
  await visit.close()
})
