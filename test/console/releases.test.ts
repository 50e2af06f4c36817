/** Releases at the console: what is signed, what waits, whether it may go out, and what this browser verified itself. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { after, type TestContext, test } from 'node:test'
import { generateKey } from '@fleetward/platform'
import { sql } from 'kysely'
import { Desk, type DeskRelease, PRODUCT } from '../../packages/server/test/support/desk.ts'
import {
  aRelease,
  digestsOf,
  importFresh,
  importSilent,
  withParts,
} from '../../packages/server/test/support/gated.ts'
import { gatewaySbom } from '../../packages/server/test/support/gateway-sbom.ts'
import { TestServer } from '../../packages/server/test/support/test-server.ts'
import { type Look, openBrowser } from '../page/browser.ts'
import { shows } from '../page/shows.ts'
import { Visit } from './support/visit.ts'

const HERE = `/products/${PRODUCT}/releases`
const LOOKS: readonly Look[] = [
  { colorScheme: 'light' },
  { colorScheme: 'dark', viewport: { width: 380, height: 800 }, locale: 'de-DE' },
]
const HOSTILE = '<img src=x onerror=alert(1)>'

const browser = await openBrowser()
after(() => browser.close())

async function published(t: TestContext, ...releases: readonly DeskRelease[]) {
  const server = await TestServer.start(t, {}, { at: new Date() })
  const { desk, online } = await server.product()
  for (const kind of ['security', 'functionality'] as const) {
    const of = releases.filter((release) => release.kind === kind)
    if (of.length > 0) await server.publish(desk, 1, of)
  }
  return { server, desk, online }
}

async function looked(visit: Visit): Promise<void> {
  assert.deepEqual(await visit.flaws(), [])
}

test('an empty list tells the steps at the desk, each as a command', async (t) => {
  const server = await TestServer.start(t, {}, { at: new Date() })
  await server.call('POST', '/products', { id: PRODUCT })
  for (const look of LOOKS) {
    const visit = await Visit.open(browser, server, { look })
    await visit.at(HERE)
    await visit.page.getByText(`fleetward release sign --product ${PRODUCT}`).waitFor()
    await looked(visit)
    await visit.close()
  }
})

test('lines stand side by side, with what went where, what waits and whose keys signed', async (t) => {
  const { server, desk } = await published(
    ...([t, aRelease('1.4.2'), aRelease('1.4.3'), aRelease('1.10.0')] as const),
    aRelease('1.4.0', { kind: 'functionality' }),
  )
  const rollout = { release: '1.4.3', cohort: 'everyone', share: 0.25 }
  assert.equal((await server.of('POST', '/rollouts', rollout)).status, 201)
  const next = desk.roleMetadata('functionality', 2, [
    aRelease('1.4.0', { kind: 'functionality' }),
    aRelease('1.5.0', { kind: 'functionality' }),
  ])
  assert.equal((await server.upload('functionality', next)).status, 202)
  for (const look of LOOKS) {
    const visit = await Visit.open(browser, server, { look })
    await visit.at(HERE)
    const { page } = visit
    await page.getByRole('link', { name: '1.5.0' }).waitFor()
    await page.getByText('functionality/1.5.0/firmware.tar.zst', { exact: true }).waitFor()
    await page.getByRole('link', { name: /^25\s?% (of|von) everyone$/ }).waitFor()
    const lines = page.locator('.release-version')
    await shows(() => lines.allInnerTexts(), ['1.10.0', '1.4.3', '1.4.2', '1.4.0'])
    // Root: two of three.
    await page
      .getByText(/2 (of|von) 3/)
      .first()
      .waitFor()
    await looked(visit)
    await visit.close()
  }
})

test('a release is verified in this browser, with the fingerprints of the root that it saw first', async (t) => {
  // As long as notes may be, and as bad as a name can be.
  const notes = `${HOSTILE}\u202e ${'x'.repeat(1900)}`
  const { server } = await published(t, aRelease('1.4.2'), aRelease('1.4.3', { notes }))
  for (const look of LOOKS) {
    const visit = await Visit.open(browser, server, { look })
    const { page } = visit
    await visit.at(`${HERE}/1.4.3`)
    await page.getByText(/^. ?(verified in this browser|in diesem Browser geprüft)$/).waitFor()
    await page.getByText(/for the first time|zum ersten Mal/).waitFor()
    const checked = page.getByText(/What exactly was checked|Was genau geprüft wurde/)
    await checked.click()
    await page.getByText(/security, [vV]ersion 1/).waitFor()
    await page.getByText(HOSTILE).waitFor()
    await looked(visit)
    const again = page.getByRole('button', { name: /^(Verify again|Noch einmal prüfen)$/ })
    await Promise.all([page.waitForResponse(/\/metadata\/files\//), again.click()])
    await again.waitFor()
    await page.getByText(/for the first time|zum ersten Mal/).waitFor()
    await page.reload()
    await page.getByText(/^. ?(verified in this browser|in diesem Browser geprüft)$/).waitFor()
    await shows(() => page.getByText(/for the first time|zum ersten Mal/).count(), 0)
    await visit.close()
  }
})

test('a byte that somebody changed on the server is refused loudly, and the step is named', async (t) => {
  const { server } = await published(t, aRelease('1.4.3'))
  const bytes = await server.metadata('1.security.json')
  assert.ok(bytes !== undefined)
  const at = new TextDecoder().decode(bytes).indexOf('CVE-2021-21315') + 'CVE-'.length
  bytes[at] = (bytes[at] ?? 0) + 1
  await server.edge?.database
    .updateTable('metadata')
    .set({ bytes })
    .where('role', '=', 'security')
    .where('version', '=', 1)
    .execute()
  for (const look of LOOKS) {
    const visit = await Visit.open(browser, server, { look })
    await visit.at(`${HERE}/1.4.3`)
    const alert = visit.page.getByRole('alert').filter({ hasText: /NOT verified|NICHT bestätigt/ })
    await alert.waitFor()
    await shows(() => alert.innerText(), /the role that signed|der Rolle, die das Release/)
    await shows(() => alert.innerText(), /DIGEST_MISMATCH/)
    await shows(() => visit.page.getByText(/^. ?verified in this browser$/).count(), 0)
    await looked(visit)
    await visit.close()
  }
})

test('what the server shows otherwise than it was signed is refused, and the field is named', async (t) => {
  const { server } = await published(t, aRelease('1.4.3'))
  const database = server.edge?.database
  assert.ok(database !== undefined)
  const { rows } = await sql<{ target: string }>`select target from releases`.execute(database)
  const changed = (rows[0]?.target ?? '').replace('Fixes a known', 'Hides a known')
  assert.notEqual(changed, rows[0]?.target)
  await sql`update releases set target = ${changed}`.execute(database)
  const visit = await Visit.open(browser, server)
  await visit.at(`${HERE}/1.4.3`)
  const alert = visit.page.getByRole('alert').filter({ hasText: 'NOT verified' })
  await alert.waitFor()
  await shows(() => alert.innerText(), /SHOWN_OTHERWISE · fields: notes/)
  await visit.close()
})

test('a root that no chain leads to is a loud warning, until a person forgets the old one', async (t) => {
  const { server, online } = await published(t, aRelease('1.4.3'))
  const visit = await Visit.open(browser, server)
  const { page } = visit
  await visit.at(`${HERE}/1.4.3`)
  await page.getByText(/^. ?verified in this browser$/).waitFor()
  // As when the product was set up anew, with other keys, under its old name.
  const bytes = new Desk().rootMetadata(1, online)
  await server.edge?.database
    .updateTable('metadata')
    .set({ bytes })
    .where('role', '=', 'root')
    .execute()
  await page.reload()
  const alert = page.getByRole('alert').filter({ hasText: 'ANOTHER' })
  await alert.waitFor()
  await shows(() => alert.innerText(), /ROOT_STRANGE/)
  await looked(visit)
  await page.getByRole('button', { name: 'Forget what was trusted' }).click()
  const dialog = page.getByRole('dialog')
  const button = dialog.getByRole('button', { name: 'Forget what was trusted' })
  await shows(() => button.isDisabled(), true)
  await dialog.getByRole('textbox').fill(PRODUCT)
  await looked(visit)
  await button.click()
  // The stranger signed none of the rest.
  await page.getByText('targets, which says who may sign releases').waitFor()
  await visit.close()
})

test('a reason of the gate is let through until a day, and the waiver is ended', async (t) => {
  const server = await TestServer.start(t, {}, { at: new Date() })
  const { desk } = await server.product({
    mode: 'advisory',
    reason: 'a test',
    riskAssessment: false,
  })
  const release = aRelease('1.4.3')
  await server.publish(desk, 1, [release])
  const visit = await Visit.open(browser, server)
  const { page } = visit
  await visit.at(`${HERE}/1.4.3`)
  await page.getByRole('button', { name: 'Ask the gate' }).click()
  await page.getByText('A feed is missing').first().waitFor()
  await looked(visit)
  await page.getByRole('button', { name: 'Let through' }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Why it may go out in spite of it').fill('')
  await dialog.getByLabel('Until which day').fill('2036-01-01')
  await dialog.getByLabel('Why it may go out in spite of it').fill(HOSTILE)
  await dialog.getByRole('button', { name: 'Let through' }).click()
  // Later than a waiver may last: said in the dialog, where what was typed stays.
  await dialog.locator('.problem, .field-error').first().waitFor()
  await shows(() => dialog.getByLabel('Why it may go out in spite of it').inputValue(), HOSTILE)
  await looked(visit)
  const day = new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10)
  await dialog.getByLabel('Until which day').fill(day)
  await dialog.getByRole('button', { name: 'Let through' }).click()
  await dialog.waitFor({ state: 'detached' })
  await page.getByText(HOSTILE).waitFor()
  await page.getByRole('button', { name: 'End it' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'End it' }).click()
  await page.getByText('over', { exact: false }).first().waitFor()
  await page.getByRole('button', { name: 'End it' }).waitFor({ state: 'detached' })
  await looked(visit)
  await visit.close()
})

test('an SBOM is shown beside the one before it, with hostile names as text', async (t) => {
  const sbom = withParts(gatewaySbom('1.4.3').text, { name: HOSTILE, version: '1.0.0' })
  const { server } = await published(t, aRelease('1.4.2'), aRelease('1.4.3', { sbom }))
  await importSilent(server)
  await server.keepBooks()
  for (const look of LOOKS) {
    const visit = await Visit.open(browser, server, { look })
    await visit.at(`${HERE}/1.4.3`)
    const row = visit.page.locator('tr').filter({ hasText: 'systeminformation' })
    await row.waitFor()
    await shows(() => row.innerText(), /5\.2\.5\s+5\.3\.1/)
    await visit.page.locator('tr').filter({ hasText: HOSTILE }).waitFor()
    await looked(visit)
    await visit.close()
  }
})

test('what a release fixes leads to the finding that it answers', async (t) => {
  const { server } = await published(t, aRelease('1.4.2'), aRelease('1.4.3'))
  await importFresh(server, 'osv')
  await server.keepBooks()
  const [finding] = (await server.of('GET', '/findings?vulnerability=CVE-2021-21315')).body
  const visit = await Visit.open(browser, server)
  await visit.at(`${HERE}/1.4.3`)
  const link = visit.page.getByRole('link', { name: 'CVE-2021-21315' }).first()
  assert.ok((await link.getAttribute('href'))?.endsWith(`/vulnerabilities/${finding.id}`))
  await visit.close()
})

test('a release that its gate holds back is shown waiting, with why, and counts as verified by nobody', async (t) => {
  const server = await TestServer.start(t, {}, { at: new Date() })
  const { desk } = await server.product({ riskAssessment: false })
  await server.publish(desk, 1, [aRelease('1.4.3')])
  for (const look of LOOKS) {
    const visit = await Visit.open(browser, server, { look })
    const { page } = visit
    await visit.at(HERE)
    await page.locator('a[href$="/1.4.3#gate"]').waitFor()
    await looked(visit)
    await page.getByRole('link', { name: '1.4.3', exact: true }).click()
    await page.getByText(/cannot verify it either|nicht prüfen\. Nichts auf/).waitFor()
    await page.locator('.release-reasons .closes').first().waitFor()
    await shows(() => page.getByRole('button', { name: /Withdraw|Zurückziehen/ }).count(), 0)
    await looked(visit)
    await visit.close()
  }
})

test('a role that gets other keys is said to be signed anew, with the commands', async (t) => {
  const { server, desk } = await published(t, aRelease('1.4.3'))
  desk.roles = { ...desk.roles, security: [generateKey('ed25519')] }
  assert.equal((await server.upload('targets', desk.targetsMetadata(2, []))).status, 202)
  const visit = await Visit.open(browser, server)
  await visit.at(HERE)
  await visit.page
    .getByText(`fleetward repository renew --product ${PRODUCT} --role security`)
    .waitFor()
  await looked(visit)
  await visit.close()
})

test('evidence is listed with how it went, and taken along as it was brought', async (t) => {
  const release = aRelease('1.4.3')
  const { server } = await published(t, release)
  const report = new TextEncoder().encode('<script>alert(1)</script>')
  const sha256 = createHash('sha256').update(report).digest('hex')
  const query = new URLSearchParams({
    ...{ kind: 'pentest', outcome: 'failed', name: HOSTILE },
    subject: digestsOf(release).artifact,
  })
  const brought = await server.of('PUT', `/evidence/files/${sha256}?${query}`, report)
  assert.equal(brought.status, 200, JSON.stringify(brought.body))
  const visit = await Visit.open(browser, server)
  const { page } = visit
  await visit.at(`${HERE}/1.4.3`)
  const row = page.locator('tr').filter({ hasText: HOSTILE })
  await shows(() => row.innerText(), /Penetration test\s+▲ failed/)
  await looked(visit)
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    row.getByRole('link').click(),
  ])
  assert.deepEqual(new Uint8Array(await readFile(await download.path())), report)
  await visit.close()
})

test('a release is withdrawn after its version was typed, and by nobody who may not', async (t) => {
  const { server } = await published(t, aRelease('1.4.3'))
  const viewer = await Visit.open(browser, server, { grants: [{ role: 'viewer', product: '*' }] })
  await viewer.at(`${HERE}/1.4.3`)
  await viewer.page.getByText(/^. ?verified in this browser$/).waitFor()
  await shows(() => viewer.page.getByRole('button', { name: 'Withdraw' }).count(), 0)
  await shows(() => viewer.page.getByText('Ask the gate').count(), 0)
  await looked(viewer)
  await viewer.close()

  const visit = await Visit.open(browser, server)
  const { page } = visit
  await visit.at(`${HERE}/1.4.3`)
  await page.getByRole('button', { name: 'Withdraw' }).click()
  const dialog = page.getByRole('dialog')
  const act = dialog.getByRole('button', { name: 'Withdraw' })
  await shows(() => act.isDisabled(), true)
  await dialog.getByRole('textbox').fill('1.4.3')
  await looked(visit)
  await act.click()
  await page.getByText('Metadata without it is drafted').waitFor()
  await looked(visit)
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click()
  await page.locator('.tag', { hasText: 'withdrawn' }).first().waitFor()
  const { body } = await server.of('GET', '/releases/1.4.3')
  assert.ok(body.withdrawnAt > 0)
  await visit.close()
})

test('a paid release is offered to holders alone, and that is undone', async (t) => {
  const { server } = await published(
    ...([t, aRelease('1.4.3'), aRelease('1.5.0', { kind: 'functionality' })] as const),
  )
  const visit = await Visit.open(browser, server)
  const { page } = visit
  await visit.at(`${HERE}/1.5.0`)
  await page.getByRole('button', { name: 'Change' }).click()
  const dialog = page.getByRole('dialog')
  const field = dialog.getByLabel('Only to devices with the entitlement')
  await field.fill('No Name!')
  await dialog.getByRole('button', { name: 'Set' }).click()
  await dialog.locator('.field-error').waitFor()
  await field.fill('plus')
  await dialog.getByRole('button', { name: 'Set' }).click()
  await page.getByRole('button', { name: 'Undo' }).waitFor()
  const set = async () => (await server.of('GET', '/releases/1.5.0')).body.entitlement
  assert.equal(await set(), 'plus')
  await page.getByRole('button', { name: 'Undo' }).click()
  await shows(set, undefined)
  await page.getByText('everybody').waitFor()
  await visit.close()
})
