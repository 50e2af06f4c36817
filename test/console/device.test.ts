/** A device at the console: what it runs and why, what its owner chose, what it told, and what is done to it. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { TestDevice } from '../../packages/server/test/support/test-device.ts'
import { openBrowser } from '../page/browser.ts'
import { shows } from '../page/shows.ts'
import {
  AT_WORK,
  FAILED,
  ODD,
  OPTED_OUT,
  POSTPONED,
  PRODUCT,
  shownFleet,
  VULNERABILITY,
} from './support/shown-fleet.ts'
import { Visit, type Visitor } from './support/visit.ts'

const ends: (() => unknown)[] = []
const { server, fleet, door, rollout } = await shownFleet({ after: (end) => void ends.push(end) })
const browser = await openBrowser()
after(async () => {
  await browser.close()
  for (const end of ends.reverse()) await end()
})

async function visitDevice(device: string, visitor: Visitor = {}) {
  const visit = await Visit.open(browser, server, visitor)
  await visit.at(`/products/${PRODUCT}/fleet/${device}`)
  return { visit, page: visit.page }
}

test('a postponement is told as the owner’s choice, with its end in both zones, and is why', async () => {
  const { visit, page } = await visitDevice(POSTPONED)
  const choices = page.getByRole('region', { name: 'Its owner’s choices' })
  await choices.getByText('Postponed by its owner').waitFor()
  await choices.getByText(/at the device/).waitFor()
  await page.getByText(/Its owner postponed the release until /).waitFor()
  await page.getByRole('link', { name: rollout }).first().waitFor()
  await shows(() => page.getByText(/failed/i).count(), 0)
  await visit.close()
})

test('an opt-out is a choice too, and the German page says it in German', async () => {
  const { visit, page } = await visitDevice(OPTED_OUT, { look: { locale: 'de-DE' } })
  const choices = page.getByRole('region', { name: 'Was sein Besitzer gewählt hat' })
  await choices.getByText('Automatische Updates abgewählt').waitFor()
  await page
    .getByText('Sein Besitzer hat automatische Updates abgewählt und dieses nicht verlangt.')
    .waitFor()
  await shows(() => page.getByText(/fehlgeschlagen/i).count(), 0)
  await visit.close()
})

test('why an update failed is one sentence, and what the device told is beside it', async () => {
  const { visit, page } = await visitDevice(FAILED)
  await page
    .getByText(/It failed at .*, in attempt 1: The new version’s own test said no/)
    .waitFor()
  const told = page.getByRole('region', { name: 'What it told' })
  await told.getByText('Update failed').waitFor()
  await told.getByText('The new version’s own test said no (SELF_TEST_FAILED)').waitFor()
  await visit.close()
})

test('what a device is exposed to is known by its version, and said so', async () => {
  const { visit, page } = await visitDevice(AT_WORK)
  const exposed = page.getByRole('region', { name: 'What it is exposed to' })
  await exposed.getByRole('link', { name: VULNERABILITY }).waitFor()
  await exposed.getByText(/known of the version, 1\.4\.2, and not of this single device/).waitFor()
  await visit.close()
})

test('a report that comes is shown by itself', async () => {
  const { visit, page } = await visitDevice(AT_WORK)
  const told = page.getByRole('region', { name: 'What it told' })
  await told.getByText('Downloading').waitFor()
  await fleet.report(AT_WORK, { state: 'installing', rollout, attempt: 1 })
  await told.getByText('Installing').waitFor()
  await visit.close()
})

test('a long history is read page by page, down to the first report', async () => {
  const device = 'lumen-0050'
  for (let count = 0; count < 120; count += 1) await fleet.report(device, {})
  const { visit, page } = await visitDevice(device)
  await page.getByText('Report 120', { exact: true }).waitFor()
  await shows(() => page.getByText('Report 70', { exact: true }).count(), 0)
  await page.getByRole('button', { name: 'Show more' }).click()
  await page.getByText('Report 21', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Show more' }).click()
  await page.getByText('Report 1', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Show more' }).waitFor({ state: 'detached' })
  // One that comes meanwhile is added in front, and who read far back stays there.
  await fleet.report(device, {})
  await page.getByText('Report 121', { exact: true }).waitFor()
  await shows(() => page.getByText('Report 1', { exact: true }).count(), 1)
  await visit.close()
})

test('quarantine asks for its reason, is shown with it, and ends with a click', async () => {
  const device = 'lumen-0051'
  const { visit, page } = await visitDevice(device)
  await page.getByText('More', { exact: true }).click()
  await page.getByRole('button', { name: 'Put into quarantine' }).click()
  const act = page.getByRole('dialog').getByRole('button', { name: 'Put into quarantine' })
  await shows(() => act.isDisabled(), true)
  await page.getByRole('textbox', { name: 'Reason' }).fill('<b>opened</b> by somebody')
  assert.deepEqual(await visit.flaws(), [])
  await act.click()
  const note = page.getByRole('region', { name: 'In quarantine' })
  await note.getByText('<b>opened</b> by somebody').waitFor()
  await page.getByText('Nothing is offered to it: it is in quarantine.').waitFor()
  assert.deepEqual(await visit.flaws(), [])
  await note.getByRole('button', { name: 'Let it out of quarantine' }).click()
  await note.waitFor({ state: 'detached' })
  assert.equal((await server.of('GET', `/devices/${device}`)).body.quarantine, undefined)
  await visit.close()
})

test('two who edit one device see both versions, and nothing is lost', async () => {
  const { visit, page } = await visitDevice(ODD)
  await page.getByRole('button', { name: 'Edit' }).click()
  const floor = page.getByRole('group', { name: 'Attribute floor' })
  await floor.getByRole('textbox', { name: 'Value' }).fill('4')
  assert.deepEqual(await visit.flaws(), [])
  const theirs = await server.of('PATCH', `/devices/${ODD}`, { attributes: { floor: 9 } })
  assert.equal(theirs.status, 200)
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByRole('heading', { name: 'Somebody else changed it meanwhile' }).waitFor()
  const cells = page.getByRole('dialog').getByRole('cell').filter({ hasText: /./ })
  await shows(() => cells.allInnerTexts(), ['4', '9'])
  await page.getByRole('button', { name: 'Save mine over it' }).click()
  await shows(() => floor.getByRole('textbox', { name: 'Value' }).inputValue(), '4')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('Saved', { exact: true }).waitFor()
  const { body } = await server.of('GET', `/devices/${ODD}`)
  assert.equal(body.attributes.floor, 4)
  await visit.close()
})

test('a session that ends while a form is filled in keeps the form, and goes on after signing in', async () => {
  const { visit, page } = await visitDevice('lumen-0052')
  await page.getByRole('button', { name: 'Edit' }).click()
  await page.getByRole('button', { name: 'Add an attribute' }).click()
  const added = page.getByRole('group', { name: 'Attribute 2' })
  await added.getByRole('textbox', { name: 'Value' }).fill('12')
  await added.getByRole('textbox', { name: 'Attribute' }).fill('room')
  const room = page.locator('fieldset', { hasText: 'Attribute room' }).getByLabel('Value')
  const cookies = await page.context().cookies()
  await page.context().clearCookies()
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByRole('heading', { name: 'Your session ended' }).waitFor()
  await shows(() => room.inputValue(), '12')
  await page.context().addCookies(cookies)
  await page.evaluate("new BroadcastChannel('fleetward-door').postMessage('entered')")
  await page.getByText('Saved', { exact: true }).waitFor()
  const { body } = await server.of('GET', '/devices/lumen-0052')
  assert.equal(body.attributes.room, '12')
  await visit.close()
})

test('a command is asked for, waits for the device, and stands in the list', async () => {
  const device = 'lumen-0053'
  const { visit, page } = await visitDevice(device)
  await page.getByRole('button', { name: 'Look for updates now' }).click()
  const commands = page.getByRole('region', { name: 'Commands' })
  await commands.getByText('Waits for the device').waitFor()
  const { body } = await server.of('GET', `/devices/${device}/commands`)
  assert.equal(body[0].command, 'check-now')
  await visit.close()
})

test('a device at the other end of the wire enrols, tells and is asked, and the page follows', async (t) => {
  const device = await TestDevice.enrolled(t, door, 'wire-1', { cohort: 'field' })
  const { visit, page } = await visitDevice(device.id)
  const identity = page.getByRole('region', { name: 'Identity' })
  await identity.getByText('Valid until').waitFor()
  await page.getByText('It has reported nothing yet.').waitFor()
  const owner = { automaticSecurity: false, automaticFunctionality: false, optedOut: true }
  assert.equal((await device.post(await device.report({ owner }))).status, 200)
  const choices = page.getByRole('region', { name: 'Its owner’s choices' })
  await choices.getByText('Opted out of automatic updates').waitFor()
  const window = { weekdays: [1, 3], from: '22:00', to: '05:30', timeZone: 'Asia/Tokyo' }
  const inNight = { ...owner, optedOut: false, window }
  assert.equal((await device.post(await device.report({ owner: inNight }))).status, 200)
  await choices.getByText(/window: Mon, Wed from 22:00 to 05:30 in Asia\/Tokyo; open/).waitFor()
  const topic = `ota/1/${PRODUCT}/devices/${device.id}/command`
  const client = await device.mqtt()
  await client.subscribeAsync(topic, { qos: 1 })
  const commands = page.getByRole('region', { name: 'Commands' })
  await commands.getByRole('button', { name: 'Look for updates now' }).click()
  await commands.getByText(/Sent$/).waitFor()
  await visit.close()
})

test('what nothing brings back wants the device’s id typed', async () => {
  const device = 'lumen-0054'
  const { visit, page } = await visitDevice(device)
  await page.getByText('More', { exact: true }).click()
  await page.getByRole('button', { name: 'Revoke its certificate' }).click()
  const dialog = page.getByRole('dialog')
  const revoke = dialog.getByRole('button', { name: 'Revoke its certificate' })
  await dialog.getByRole('textbox').fill('lumen-0055')
  await shows(() => revoke.isDisabled(), true)
  await dialog.getByRole('textbox').fill(device)
  await revoke.click()
  await page.getByText('Certificate revoked').first().waitFor()
  await page.getByText('More', { exact: true }).click()
  await page.getByRole('button', { name: 'Decommission' }).click()
  await dialog.getByRole('textbox').fill(device)
  await dialog.getByRole('button', { name: 'Decommission' }).click()
  await page.waitForURL((url) => url.pathname.endsWith('/fleet'))
  await page.getByText(`${device} is decommissioned`).waitFor()
  assert.equal((await server.of('GET', `/devices/${device}`)).status, 404)
  await visit.at(`/products/${PRODUCT}/fleet/${device}`)
  await page.getByRole('heading', { name: 'No such device' }).waitFor()
  assert.deepEqual(await visit.flaws(), [])
  await visit.close()
})

test('an identity in two places is said with its signs, and can be dismissed', async () => {
  const device = 'lumen-0055'
  await server.edge?.database
    .updateTable('devices')
    .set({ clone_suspected_at: fleet.now })
    .where('id', '=', device)
    .execute()
  const { visit, page } = await visitDevice(device)
  const note = page.getByRole('region', { name: 'One identity in two places' })
  await note.getByText('Two reports under one number: 0').waitFor()
  assert.deepEqual(await visit.flaws(), [])
  await note.getByRole('button', { name: 'It is one device' }).click()
  await note.waitFor({ state: 'detached' })
  await visit.close()
})

test('a device that flaps is said to, with when it last did', async () => {
  const device = 'lumen-0057'
  const flappedAt = (at: number) =>
    server.edge?.database
      .updateTable('devices')
      .set({ flapped_at: at })
      .where('id', '=', device)
      .execute()
  await flappedAt(fleet.now)
  const { visit, page } = await visitDevice(device)
  const note = page.getByRole('region', { name: 'Connects again and again' })
  await note.getByText(/more than 6 times in an hour/).waitFor()
  await page.getByRole('main').getByText('Connects again and again').first().waitFor()
  assert.deepEqual(await visit.flaws(), [])
  await flappedAt(fleet.now - 7200)
  await visit.at(`/products/${PRODUCT}/fleet/${device}`)
  await page.getByText('Last connected too often').waitFor()
  await shows(() => note.count(), 0, 'two hours ago is not now')
  await visit.close()
})

test('what a device is entitled to is there, until when, and what has ended', async () => {
  const device = 'lumen-0058'
  const { visit, page } = await visitDevice(device)
  const entitlements = page.getByRole('region', { name: 'Entitlements' })
  await entitlements.getByText('It has none.').waitFor()
  const give = (name: string, until: number | null) =>
    server.of('POST', `/entitlements/${name}`, { devices: [device], until })
  assert.equal((await give('plus', null)).status, 200)
  assert.equal((await give('radio', fleet.now + 86_400)).status, 200)
  assert.equal((await give('trial', fleet.now + 86_400)).status, 200)
  await server.edge?.database
    .updateTable('device_entitlements')
    .set({ until: fleet.now - 60 })
    .where('name', '=', 'trial')
    .execute()
  await visit.at(`/products/${PRODUCT}/fleet/${device}`)
  await entitlements.getByRole('listitem').filter({ hasText: 'plus without an end' }).waitFor()
  await entitlements
    .getByRole('listitem')
    .filter({ hasText: /radio *until/ })
    .waitFor()
  await entitlements
    .getByRole('listitem')
    .filter({ hasText: /trial.*Ended *until/ })
    .waitFor()
  assert.deepEqual(await visit.flaws(), [])
  await visit.close()
})

test('who may only look is offered no act', async () => {
  const grants = [{ role: 'viewer', product: PRODUCT }] as const
  const { visit, page } = await visitDevice('lumen-0056', { grants })
  await page.getByRole('heading', { name: 'Identity' }).waitFor()
  await shows(() => page.getByRole('button', { name: /Edit|Look for/ }).count(), 0)
  await shows(() => page.getByText('More', { exact: true }).count(), 0)
  await visit.close()
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`an accessibility checker finds nothing, also on a phone: ${colorScheme}`, async () => {
    for (const device of [POSTPONED, FAILED, ODD]) {
      const { visit, page } = await visitDevice(device, {
        look: { colorScheme, locale: 'de-DE', viewport: { width: 380, height: 800 } },
      })
      await page.getByText(/Das ist von der Version/).waitFor()
      await page
        .getByText(/^Rollout /)
        .first()
        .waitFor()
      assert.deepEqual(await visit.flaws(), [], device)
      await page.getByText('Mehr', { exact: true }).click()
      assert.deepEqual(await visit.flaws(), [], device)
      await visit.close()
    }
  })
}
