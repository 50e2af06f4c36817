/** A security rollout from the wizard to its end, with real agents, as two people see it in their browsers. CRA P-053 */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { Fleet } from '../end-to-end/support/fleet.ts'
import { until } from '../end-to-end/support/until.ts'
import { openBrowser } from '../page/browser.ts'
import { shows } from '../page/shows.ts'
import { AT, MANAGER } from './support/rollout-site.ts'
import { Visit } from './support/visit.ts'

const VERSION = '1.4.3'

const fleet = await Fleet.inside()
after(() => fleet.end())
const browser = await openBrowser()
after(() => browser.close())

/** Open for an hour, half a day from now. */
function shutWindow(): readonly string[] {
  const at = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString().slice(11, 16)
  return ['window', '1-7', at(12), at(13), 'UTC']
}

test('devices change on the page by themselves, from the wizard to the end, and whoever waits, postponed or opted out stands in a column of their own', async () => {
  await fleet.publish({ version: VERSION, securityCounter: 2 })
  const rule = { count: 1, roles: ['releaseManager'] }
  await fleet.call('POST', '/approval', rule)
  const asks = { updates: { security: 'ask' } }
  const homes = { cohort: 'homes' }
  const first = await fleet.device('G1-0001', homes)
  const second = await fleet.device('G1-0002', homes)
  const postponed = await fleet.device('G1-0003', { ...homes, settings: asks })
  const optedOut = await fleet.device('G1-0004', homes)
  const asking = await fleet.device('G1-0005', { ...homes, settings: asks })
  const outside = await fleet.device('G1-0006', homes)
  const devices = [first, second, postponed, optedOut, asking, outside]
  for (const device of devices) device.start()
  for (const device of devices) await fleet.untilSeen(device, { online: true, state: 'idle' })
  await optedOut.cli('opt-out')
  await outside.cli(...shutWindow())

  // One plans it …
  const author = await Visit.open(browser, fleet.server, { grants: MANAGER })
  const { page } = author
  const next = (step: string) =>
    page
      .getByRole('button', { name: 'Next' })
      .click()
      .then(() => page.getByRole('heading', { name: step, exact: true, level: 2 }).waitFor())
  await author.at(`${AT}/new-rollout?release=${VERSION}`)
  await next('Devices')
  await page.getByLabel('Cohort', { exact: true }).selectOption('homes')
  await page.getByRole('button', { name: 'One group, everybody at once' }).click()
  await next('Care')
  await page.getByLabel('Succeeded, in per cent').fill('90')
  await page.getByLabel('And at least so many').fill('1')
  await next('Owners')
  await next('Approval')
  await page.getByText('One other person has to approve it').waitFor()
  await page.getByLabel('Start it as soon as it may').check()
  await next('Preview')
  await page.getByText('1.4.3 would be offered to 6 devices of homes.').waitFor()
  await page.getByRole('link', { name: 'G1-0001' }).waitFor()
  assert.deepEqual(await fleet.call('GET', '/rollouts'), [])
  await page.getByRole('button', { name: 'Create the rollout' }).click()
  await page.getByText('You created or changed it, so you cannot approve it').waitFor()
  assert.deepEqual(
    devices.flatMap((device) => device.states()),
    [],
  )

  // … somebody else agrees, and from here on nobody touches the author's page.
  const loaded = await page.evaluate<number>('performance.timeOrigin')
  const other = await Visit.open(browser, fleet.server, { grants: MANAGER })
  await other.at(new URL(page.url()).pathname.replace('/console', ''))
  await other.page.getByRole('button', { name: 'Look at it and approve' }).click()
  await other.page.getByRole('dialog').getByRole('link', { name: 'G1-0001' }).waitFor()
  await other.page.getByRole('button', { name: 'Approve', exact: true }).click()
  await other.page.getByText(/^Approved by person-\w+ as release manager/).waitFor()
  await other.close()

  await fleet.untilSeen(postponed, { state: 'offered', waitingFor: 'approval' })
  await postponed.cli('postpone', '1h')
  await fleet.untilSeen(asking, { state: 'offered', waitingFor: 'approval' })
  await fleet.untilSeen(outside, { state: 'offered', waitingFor: 'window' })
  const number = (column: string, count: number) =>
    page.getByRole('link', { name: `${column}, all: ${count}. Show the devices`, exact: true })
  await number('Updated', 2).waitFor({ timeout: 60_000 })
  await number('Postponed', 1).waitFor({ timeout: 60_000 })
  await number('Opted out', 1).waitFor({ timeout: 60_000 })
  await number('Waiting for the owner’s consent', 1).waitFor({ timeout: 60_000 })
  await number('Waiting for its window', 1).waitFor({ timeout: 60_000 })
  assert.deepEqual(await author.flaws(), [])
  await until(
    async () => {
      await fleet.server.moveRollouts()
      return page.getByText('It has finished: 2 succeeded').isVisible()
    },
    () => 'the rollout finishes on the page',
  )
  // Nobody waited for these two; each goes on when its owner lets it.
  await outside.cli('window', 'off')
  await number('Updated', 3).waitFor({ timeout: 60_000 })
  await asking.cli('install')
  await number('Updated', 4).waitFor({ timeout: 60_000 })
  await number('Postponed', 1).waitFor()
  await shows(() => number('Waiting for its window', 1).count(), 0)
  await shows(() => page.evaluate<number>('performance.timeOrigin'), loaded, 'never loaded anew')
  await number('Opted out', 1).click()
  await page.getByRole('button', { name: 'Why does G1-0004 stand there?' }).click()
  await page.getByText('Its owner opted out of automatic updates').waitFor()
  await author.close()
})
