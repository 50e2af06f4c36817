/** The console in German: what the server says stands there in German too, and what stays English is marked as English. */
import assert from 'node:assert/strict'
import { after, type TestContext, test } from 'node:test'
import { REQUIREMENTS } from '../../packages/server/src/law/requirements/annex-1.ts'
import { VULNERABILITY } from '../../packages/server/test/support/case-desk.ts'
import { PRODUCT } from '../../packages/server/test/support/desk.ts'
import { aRelease, importFresh } from '../../packages/server/test/support/gated.ts'
import { signedIn } from '../../packages/server/test/support/people.ts'
import { TestServer } from '../../packages/server/test/support/test-server.ts'
import { wholeFacts } from '../../packages/server/test/support/whole-facts.ts'
import { openBrowser } from '../page/browser.ts'
import { shows } from '../page/shows.ts'
import { Visit } from './support/visit.ts'

const GERMAN = { look: { locale: 'de-DE' } }
const AT = `/products/${PRODUCT}`
/** Words that no German sentence has. */
const ENGLISH = /\b(the|is|are|and|with|nobody|there|this|has|have|must|been|which|from)\b/i
const SHOWN_TEXTS = `(() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const texts = []
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    if (node.parentElement.closest('[lang="en"], code, pre, script, style, noscript') === null) {
      texts.push(node.textContent.trim())
    }
  }
  return texts.filter((text) => text !== '')
})()`

const browser = await openBrowser()
after(() => browser.close())

async function served(t: TestContext): Promise<TestServer> {
  const server = await TestServer.start(t, {}, { at: new Date() })
  const { desk } = await server.product({
    ...{ mode: 'advisory', reason: 'a test', riskAssessment: true },
  })
  await server.publish(desk, 1, [aRelease('1.4.3')])
  return server
}

/** What a manufacturer writes is shown as it was written: here in German. */
function germanFacts() {
  const whole = wholeFacts()
  const declaration = { ...whole.declaration, object: 'LG-G1 mit Firmware 1.4' }
  return { ...whole, declaration }
}

async function isGerman({ page }: Visit): Promise<void> {
  const texts = await page.evaluate<string[]>(SHOWN_TEXTS)
  assert.ok(texts.length > 10)
  assert.deepEqual(
    texts.filter((text) => ENGLISH.test(text)),
    [],
  )
}

test('what is refused is said in German, at its field too, with the server’s own words below', async (t) => {
  const visit = await Visit.open(browser, await served(t), GERMAN)
  const { page } = visit
  await visit.at('/settings/webhooks')
  await page.getByRole('button', { name: 'Webhook hinzufügen' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Adresse').fill('https://127.0.0.1/hook')
  await dialog.getByLabel('Ereignisse').fill('rollout.*')
  await dialog.getByRole('button', { name: 'Hinzufügen', exact: true }).click()
  await dialog.getByText('An diese Adresse kann ein Webhook nicht gehen.').waitFor()
  await dialog.getByText('Der Server sagt (englisch):').waitFor()
  await shows(() => dialog.locator('.problem [lang="en"]').innerText(), /\S/)
  await isGerman(visit)
  await dialog.getByLabel('Ereignisse').fill('Rollout!')
  await dialog.getByRole('button', { name: 'Hinzufügen', exact: true }).click()
  await dialog
    .getByText('Etwas darin fehlt oder ist nicht so, wie es sein muss.', { exact: true })
    .waitFor()
  // For this one the console has no words of its own.
  await dialog.locator('.field-error [lang="en"]').filter({ hasText: 'must be a type' }).waitFor()
  await isGerman(visit)
  assert.deepEqual(await visit.flaws(), [])

  await visit.at('/settings/people')
  await page.getByRole('button', { name: 'Person hinzufügen' }).click()
  await dialog.getByLabel('Name', { exact: true }).fill('Grace')
  await dialog.getByLabel('Anmeldename').fill('G!')
  await dialog.getByRole('button', { name: 'Hinzufügen', exact: true }).click()
  await dialog.locator('.field-error').filter({ hasText: 'muss 2 bis 254 Zeichen' }).waitFor()
  await isGerman(visit)
  await visit.close()
})

test('a closed gate and a feed that is too old say why in German', async (t) => {
  const server = await served(t)
  await importFresh(server, 'kev')
  server.clock.at = new Date(server.clock.at.getTime() + 9 * 86_400_000)
  const visit = await Visit.open(browser, server, GERMAN)
  const { page } = visit
  await visit.at(`${AT}/releases/1.4.3`)
  await page.getByRole('button', { name: 'Jetzt prüfen' }).click()
  await page.getByText('Es gibt keinen Feed von Schwachstellen (osv oder cve).').waitFor()
  await page.getByText(/^kev wurde .*Importieren Sie einen neueren\.$/).waitFor()
  await page.getByText('Noch hat niemand die Risiken des Produkts bewertet.').waitFor()
  await isGerman(visit)
  assert.deepEqual(await visit.flaws(), [])
  await visit.at('/settings/feeds')
  await page.getByText('zu alt').first().waitFor()
  await page.getByText(/^kev wurde .*Importieren Sie einen neueren\.$/).waitFor()
  await isGerman(visit)
  assert.deepEqual(await visit.flaws(), [])
  await visit.close()
})

test('what Fleetward suggests for a requirement, and which data it processes, is said in German', async (t) => {
  const server = await served(t)
  const facts = await server.call('POST', `${AT}/facts`, germanFacts(), { 'if-match': '*' })
  assert.equal(facts.status, 200)
  const visit = await Visit.open(browser, server, GERMAN)
  const { page } = visit
  for (const { id } of REQUIREMENTS) {
    await visit.at(`${AT}/about/requirements?row=${id}`)
    await page.getByRole('heading', { name: id, exact: true }).waitFor()
    await isGerman(visit)
    await shows(() => page.locator('.suggested [lang="en"]').count(), 0, id)
  }
  await visit.at(`${AT}/about/requirements?row=I.2.c`)
  await page.getByText('Sicherheitsupdates installieren sich standardmäßig selbst.').waitFor()
  await page.getByText('Veröffentlichte Releases, die der Sicherheit dienen: 1.').waitFor()
  assert.deepEqual(await visit.flaws(), [])
  await page.getByRole('button', { name: 'Annehmen' }).click()
  // The answer is what was accepted: the server's own words.
  await page
    .locator('dd[lang="en"]')
    .filter({ hasText: 'Security updates install by themselves' })
    .waitFor()
  await isGerman(visit)
  await visit.at(`${AT}/about/data`)
  await page.getByText('Kennung und Zertifikate eines Geräts').waitFor()
  await page.getByText('Ereignisse: 30 Tage; Zustellungen: 30 Tage').waitFor()
  await shows(() => page.locator('[aria-labelledby="fleetward-data"] [lang="en"]').count(), 0)
  await isGerman(visit)
  assert.deepEqual(await visit.flaws(), [])
  await visit.at(`${AT}/about/information`)
  await page.getByText('Sichere Verwendung vom ersten Tag an', { exact: true }).waitFor()
  await shows(() => page.locator('[aria-labelledby="preview"] [lang="en"]').count(), 0)
  assert.deepEqual(await visit.flaws(), [])
  await visit.close()
})

test('the sheet for ENISA’s portal has German words beside the portal’s own', async (t) => {
  const server = await served(t)
  const grants = [{ role: 'securityOfficer', product: '*' }] as const
  const officer = await signedIn(server, grants)
  const opened = await officer.call('POST', '/cases', VULNERABILITY)
  assert.equal(opened.status, 201)
  const visit = await Visit.open(browser, server, { ...GERMAN, grants })
  const { page } = visit
  await visit.at(`/cases/${opened.body.id}?sheet=earlyWarning`)
  await page.getByText('Schwere der Schwachstelle', { exact: false }).waitFor()
  await page.getByText('Severity of the vulnerability', { exact: false }).waitFor()
  await page.getByText('Das Portal trägt ihn aus der Registrierung ein.').waitFor()
  assert.deepEqual(await visit.flaws(), [])
  await visit.close()
})

test('the declaration is read in German, with the English text that is signed below it', async (t) => {
  const server = await served(t)
  const facts = await server.call('POST', `${AT}/facts`, germanFacts(), { 'if-match': '*' })
  assert.equal(facts.status, 200)
  const visit = await Visit.open(browser, server, GERMAN)
  const { page } = visit
  await visit.at(`${AT}/about/declaration`)
  const translation = page.getByRole('region', { name: 'Übersetzung des Entwurfs' })
  await translation.getByText(/^Die alleinige Verantwortung .* trägt der Hersteller\.$/).waitFor()
  await translation.getByText('entspricht: Verordnung (EU) 2024/2847.', { exact: false }).waitFor()
  await translation.getByText(/^Hiermit erklärt Lumen GmbH/).waitFor()
  await shows(() => translation.locator('[lang="en"]').count(), 0)
  const draft = page.getByRole('region', { name: 'Der Entwurf' })
  await draft
    .locator('[lang="en"]')
    .getByText(/^This declaration of conformity is issued/)
    .waitFor()
  await isGerman(visit)
  assert.deepEqual(await visit.flaws(), [])
  await visit.close()
})

test('the requirements of Annex I and the gaps of a product stand there in German', async (t) => {
  const server = await served(t)
  const visit = await Visit.open(browser, server, GERMAN)
  const { page } = visit
  await visit.at(`${AT}/about/requirements?row=I.2.c`)
  await page
    .getByText(/^sicherstellen, dass Schwachstellen durch/)
    .first()
    .waitFor()
  await page.getByText('Anhang I Teil I Nummer 2 Buchstabe c').waitFor()
  await page.getByText('in unserer Übersetzung', { exact: false }).waitFor()
  await isGerman(visit)
  assert.deepEqual(await visit.flaws(), [])
  for (const part of ['facts', 'information', 'declaration', 'data', 'support']) {
    await visit.at(`${AT}/about/${part}`)
    await isGerman(visit)
  }
  await visit.at(`${AT}/about/dossier`)
  await page.getByRole('button', { name: 'Dokumentation erstellen' }).click()
  await page.getByText('Niemand hat sie unterzeichnet', { exact: false }).waitFor()
  await isGerman(visit)
  assert.deepEqual(await visit.flaws(), [])
  await visit.close()
})
