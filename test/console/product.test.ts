/** What the law asks about a product, written and read at the console. CRA P-026 */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { PRODUCT } from '../../packages/server/test/support/desk.ts'
import type { Ending } from '../../packages/server/test/support/edge-under-test.ts'
import { aRelease } from '../../packages/server/test/support/gated.ts'
import { signedIn } from '../../packages/server/test/support/people.ts'
import { TestServer } from '../../packages/server/test/support/test-server.ts'
import { aRisk, wholeFacts } from '../../packages/server/test/support/whole-facts.ts'
import { COMPONENTS, writeEverything } from '../../packages/server/test/support/whole-product.ts'
import { openBrowser } from '../page/browser.ts'
import { shows } from '../page/shows.ts'
import { serverWithProduct } from './support/server-with-product.ts'
import { ADMINISTRATOR, Visit } from './support/visit.ts'

const AT = `/products/${PRODUCT}`
const ANY = { 'if-match': '*' }
const HOSTILE = '<img src=x onerror=alert(1)>'
const PARTS = [
  ...['facts', 'risks', 'requirements', 'components', 'upstream', 'standards', 'data'],
  ...['information', 'evidence', 'rules', 'declaration', 'dossier'],
]

const browser = await openBrowser()
after(() => browser.close())

async function wholeProduct(t: Ending): Promise<TestServer> {
  const server = await TestServer.start(t, {}, { at: new Date() })
  const { desk } = await server.product()
  assert.equal((await server.publish(desk, 1, [aRelease('1.4.2')])).status, 200)
  await writeEverything(server, { versions: ['1.4.2'], reviewed: COMPONENTS.slice(1) })
  return server
}

async function factsOf(server: TestServer) {
  return (await server.call('GET', `${AT}/facts`)).body.facts
}

test('two editors of facts: both versions are shown, and what one did not touch stays the other’s', async (t) => {
  const server = await serverWithProduct(t)
  const visit = await Visit.open(browser, server)
  const { page } = visit
  assert.equal((await server.call('POST', `${AT}/facts`, wholeFacts(), ANY)).status, 200)
  await visit.at(`${AT}/about/facts?edit=yes`)
  await page.getByLabel('Intended purpose').fill('Mine')
  const theirs = { ...wholeFacts(), intendedPurpose: 'Theirs', users: ['everybody'] }
  assert.equal((await server.call('POST', `${AT}/facts`, theirs, ANY)).status, 200)
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Somebody else changed it meanwhile' })
  await dialog.getByRole('cell', { name: 'Mine', exact: true }).waitFor()
  await dialog.getByRole('cell', { name: 'Theirs', exact: true }).waitFor()
  await shows(() => dialog.getByRole('row').count(), 2)
  assert.deepEqual(await visit.flaws(), [])
  await dialog.getByRole('button', { name: 'Save mine over it' }).click()
  await page.getByText('Saved', { exact: true }).waitFor()
  assert.deepEqual(await factsOf(server), { ...theirs, intendedPurpose: 'Mine' })
  await visit.close()
})

test('what is missing in the facts leads into its field, and what is wrong stands at the field that it is wrong in', async (t) => {
  const server = await serverWithProduct(t)
  const visit = await Visit.open(browser, server)
  const { page } = visit
  await visit.at(`${AT}/about/facts`)
  await page.getByRole('link', { name: 'Intended purpose' }).first().click()
  const field = page.getByLabel('Intended purpose')
  await field.waitFor()
  await page.waitForSelector('[data-path="intendedPurpose"] :focus')
  await field.fill('Connects lamps')
  await page.getByLabel('SBOM (address)').fill('http://not.encrypted.example')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.locator('[data-path="sbomUrl"] .field-error').waitFor()
  await shows(() => field.inputValue(), 'Connects lamps')
  await page.getByLabel('SBOM (address)').fill('')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('Saved', { exact: true }).waitFor()
  assert.deepEqual(await factsOf(server), { intendedPurpose: 'Connects lamps' })
  await visit.close()
})

test('who leaves what is not saved is asked, and finds it again', async (t) => {
  const visit = await Visit.open(browser, await serverWithProduct(t))
  const { page } = visit
  await visit.at(`${AT}/about/facts?edit=yes`)
  await page.getByLabel('Security environment').fill('Behind a router')
  await page.getByRole('link', { name: 'Risks', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Leave without saving?' })
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await shows(() => page.getByLabel('Security environment').inputValue(), 'Behind a router')
  await page.getByRole('link', { name: 'Risks', exact: true }).click()
  await dialog.getByRole('button', { name: 'Leave' }).click()
  await page.getByRole('heading', { name: 'Review', exact: true }).waitFor()
  await page.goBack()
  await shows(() => page.getByLabel('Security environment').inputValue(), 'Behind a router')
  await page.getByRole('button', { name: 'Throw my changes away' }).click()
  await shows(() => page.getByLabel('Security environment').inputValue(), '')
  await visit.close()
})

test('a requirement is answered, and a suggestion is accepted by a person', async (t) => {
  const server = await serverWithProduct(t)
  assert.equal((await server.call('POST', `${AT}/facts`, wholeFacts(), ANY)).status, 200)
  const visit = await Visit.open(browser, server)
  const { page } = visit
  await visit.at(`${AT}/about/requirements`)
  await page.getByRole('link', { name: /^I\.2\.c/ }).click()
  const card = page.getByRole('article')
  await card.getByRole('button', { name: 'Accept this' }).click()
  await page.getByText('Accepted').waitFor()
  const accepted = await server.call('GET', `${AT}/requirements/I.2.c`)
  assert.equal(accepted.body.isSuggested, true)

  await page.getByRole('link', { name: /^I\.2\.j/ }).click()
  await card.getByRole('link', { name: 'Answer' }).click()
  await card.getByLabel('The requirement applies (needed)').selectOption('true')
  await card.getByLabel('How it is met').fill(`One port. ${HOSTILE}`)
  await card.getByLabel('Tests').fill('ports')
  await card.getByRole('button', { name: 'Add one' }).click()
  await card.getByLabel('What (needed)').fill('Close the other one')
  assert.deepEqual(await visit.flaws(), [])
  await card.getByRole('button', { name: 'Save', exact: true }).click()
  await card.getByText('Something is still to be done.').waitFor()
  await card.getByText('Earlier versions').click()
  await card.getByRole('listitem').filter({ hasText: 'Version 1' }).getByText('ports').waitFor()
  const { body } = await server.call('GET', `${AT}/requirements/I.2.j`)
  assert.deepEqual(body.answer, {
    ...{ applies: true, how: `One port. ${HOSTILE}`, evidence: { tests: ['ports'] } },
    openPoints: [{ what: 'Close the other one' }],
  })
  await shows(() => page.locator('main img').count(), 0)
  await visit.close()
})

test('a dossier is built with its gaps, and a gap is filled from its link', async (t) => {
  const server = await wholeProduct(t)
  const grants = [...ADMINISTRATOR, { role: 'securityOfficer', product: '*' }] as const
  const visit = await Visit.open(browser, server, { grants })
  const { page } = visit
  await visit.at(`${AT}/about/dossier`)
  await page.getByRole('button', { name: 'Build a dossier' }).click()
  const gap = page.getByRole('listitem').filter({ hasText: `Component ${COMPONENTS[0]}` })
  await gap.getByRole('link', { name: 'Fill this gap' }).click()
  await page.getByRole('link', { name: COMPONENTS[0], exact: true }).click()
  await page.getByLabel('Decision (needed)').selectOption('accepted')
  await page.getByLabel('Supported by its maker (needed)').selectOption('supported')
  await page.getByLabel('Updates so far (needed)').selectOption('regular')
  await page.getByLabel('Known vulnerabilities and what was done (needed)').fill('None.')
  await page.getByLabel('Licence (needed)').fill('MIT')
  await page.getByLabel('CE marking (needed)').selectOption('not-applicable')
  await page.getByLabel('Reviewed by (needed)').fill('A. Licht')
  await page.getByLabel('Next review on (needed)').fill(inAYear())
  assert.deepEqual(await visit.flaws(), [])
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('Saved', { exact: true }).waitFor()
  await visit.at(`${AT}/about/dossier`)
  await page.getByRole('button', { name: 'Build a dossier' }).click()
  const newest = page.getByRole('region', { name: 'Version 2' })
  await newest.getByText('Incomplete').waitFor()
  // Only that nobody signed is left; it leads to the declaration.
  await shows(() => newest.getByRole('listitem').count(), 1)
  await newest.getByRole('link', { name: 'Fill this gap' }).click()
  await page.getByText(/fleetward dossier sign-declaration .* --read [0-9a-f]{64}/).waitFor()
  await visit.close()
})

test('a risk is added, and its texts are texts', async (t) => {
  const server = await serverWithProduct(t)
  const visit = await Visit.open(browser, server)
  const { page } = visit
  const written = aRisk('old-one', { threat: `${HOSTILE}${'x'.repeat(1900)}` })
  assert.equal((await server.call('POST', `${AT}/risks`, written)).status, 201)
  await visit.at(`${AT}/about/risks?edit=old-one`)
  await page.getByLabel('Asset').fill(HOSTILE)
  await page.getByLabel('Tests').fill('')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('Saved', { exact: true }).waitFor()
  const { body } = await server.call('GET', `${AT}/risks/old-one`)
  assert.deepEqual([body.asset, body.tests], [HOSTILE, []])
  await shows(() => page.locator('main img').count(), 0)
  assert.deepEqual(await visit.flaws(), [])
  await visit.close()
})

test('changing a rule asks for a fresh proof, and what was typed waits for it', async (t) => {
  const server = await serverWithProduct(t)
  const visit = await Visit.open(browser, server, { provedAgo: 3600 })
  const { page } = visit
  await visit.at(`${AT}/about/rules`)
  const approval = page.getByRole('region', { name: 'Approval of rollouts' })
  await approval.getByRole('button', { name: 'Change' }).click()
  await approval.getByLabel('How many people approve').fill('2')
  await approval.getByLabel('Security officer').check()
  await approval.getByRole('button', { name: 'Save', exact: true }).click()
  const door = page.getByRole('dialog', { name: 'Is it still you?' })
  await door.getByRole('button', { name: 'Leave it' }).click()
  await shows(() => approval.getByLabel('How many people approve').inputValue(), '2')
  assert.equal((await server.call('GET', `${AT}/approval`)).body.count, 0)
  await visit.close()
})

test('what is done at a terminal alone says its command: signing the declaration, and bringing evidence', async (t) => {
  const server = await serverWithProduct(t)
  const visit = await Visit.open(browser, server)
  const { page } = visit
  await visit.at(`${AT}/about/evidence`)
  await page
    .getByText(`fleetward evidence add report.sarif --kind sarif --for <file> --product ${PRODUCT}`)
    .waitFor()
  // What is missing comes first; the command shows the draft.
  await visit.at(`${AT}/about/declaration`)
  await page.getByText('It is signed at a terminal only').waitFor()
  const sign = `fleetward dossier sign-declaration ${PRODUCT}`
  await page.getByText(sign, { exact: true }).waitFor()
  await visit.close()

  const whole = await wholeProduct(t)
  const later = await Visit.open(browser, whole)
  await later.at(`${AT}/about/evidence`)
  await later.page.getByRole('link', { name: 'suite 1.4.2' }).waitFor()
  await later.page.getByText('fleetward evidence add').waitFor()
  await later.at(`${AT}/about/declaration`)
  const { draft } = (await whole.call('GET', `${AT}/declaration`)).body
  const command = later.page.locator('.command').filter({ hasText: sign })
  await shows(() => command.innerText(), new RegExp(`--name .* --read ${draft.sha256}`))
  await later.close()
})

test('a viewer reads every part, and there is nothing to press that changes something', async (t) => {
  const server = await wholeProduct(t)
  await signedIn(server, ADMINISTRATOR)
  const visit = await Visit.open(browser, server, {
    grants: [{ role: 'viewer', product: '*' }],
    look: { colorScheme: 'dark', locale: 'de-DE', viewport: { width: 380, height: 800 } },
  })
  for (const part of ['', ...PARTS.map((one) => `/about/${one}`)]) {
    await visit.at(`${AT}${part}${part === '/about/facts' ? '?edit=yes' : ''}`)
    const changing = visit.page.getByRole('main').getByRole('button', {
      name: /Speichern|Hinzufügen|Ändern|Entfernen|Annehmen|erstellen|Veröffentlichen|prüfen/,
    })
    await shows(() => changing.count(), 0, part)
    assert.deepEqual(await visit.flaws(), [], part)
  }
  await visit.close()
})

test('no part of a whole product has an accessibility violation: light, wide', async (t) => {
  const server = await wholeProduct(t)
  const grants = [...ADMINISTRATOR, { role: 'securityOfficer', product: '*' }] as const
  const visit = await Visit.open(browser, server, {
    ...{ grants, look: { viewport: { width: 1600, height: 900 } } },
  })
  for (const part of ['', ...PARTS.map((one) => `/about/${one}`), '/about/facts?edit=yes']) {
    await visit.at(`${AT}${part}`)
    assert.deepEqual(await visit.flaws(), [], part)
  }
  await visit.close()
})

/** For a field that takes no time that is over. */
function inAYear(): string {
  return new Date(Date.now() + 365 * 86_400_000).toISOString().slice(0, 10)
}
