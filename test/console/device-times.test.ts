/** Times of a device at the console: in the zone of whoever looks, and beside it in the device's where that is another time. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openBrowser } from '../page/browser.ts'
import { shows } from '../page/shows.ts'
import { OPTED_OUT, POSTPONED, PRODUCT, shownFleet } from './support/shown-fleet.ts'
import { Visit } from './support/visit.ts'

const ends: (() => unknown)[] = []
const { server, fleet } = await shownFleet({ after: (end) => void ends.push(end) })
const browser = await openBrowser()
after(async () => {
  await browser.close()
  for (const end of ends.reverse()) await end()
})

const HERE = 'Asia/Tokyo'
const THERE = 'America/New_York'
const WINDOWS = 'Europe/Berlin'

async function visitDevice(device: string, timeZone: string) {
  const visit = await Visit.open(browser, server, { look: { timeZone } })
  await visit.at(`/products/${PRODUCT}/fleet/${device}`)
  return { visit, page: visit.page }
}

function timeIn(timeZone: string, seconds: number): string {
  const words = new Intl.DateTimeFormat('en-GB', {
    ...{ dateStyle: 'medium', timeStyle: 'short', timeZone },
  })
  return words.format(seconds * 1000)
}
const both = (seconds: number) =>
  `${timeIn(HERE, seconds)} (${timeIn(THERE, seconds)} at the device)`
/** Behind a "5 minutes ago". */
const distant = (seconds: number) =>
  `(${timeIn(HERE, seconds)} · ${timeIn(THERE, seconds)} at the device)`

test('each time of a device stands first by the viewer’s clock, and beside it by the device’s', async () => {
  const { body } = await server.of('GET', `/devices/${POSTPONED}`)
  const [report] = (await server.of('GET', `/devices/${POSTPONED}/reports`)).body
  const { visit, page } = await visitDevice(POSTPONED, HERE)
  const part = (name: string) => page.getByRole('region', { name, exact: true })
  const until = both(body.owner.postponedUntil)
  await part('Its owner’s choices').getByText(until).waitFor()
  await page.getByText(`Postponed until ${until}`).waitFor()
  await page.getByText(`Its owner postponed the release until ${until}.`).waitFor()
  await part('What it told').getByText(both(report.receivedAt)).first().waitFor()
  await part('What it runs').getByText(both(body.enrolledAt)).first().waitFor()
  await part('What it runs').getByText(distant(body.lastSeenAt)).waitFor()
  assert.deepEqual(await visit.flaws(), [])
  await visit.close()
})

test('so does the time of what is wrong with it, and of its revocation', async () => {
  const device = 'lumen-0059'
  const at = fleet.now
  await fleet.report(device, { inventory: { timeZone: THERE } })
  await server.edge?.database
    .updateTable('devices')
    .set({
      ...{ clone_suspected_at: at, flapped_at: at, revoked_at: at },
      ...{ quarantined_at: at, quarantined_by: 'somebody', quarantine_reason: 'opened' },
    })
    .where('id', '=', device)
    .execute()
  const { visit, page } = await visitDevice(device, HERE)
  for (const name of ['In quarantine', 'One identity in two places', 'Connects again and again']) {
    await page.getByRole('region', { name, exact: true }).getByText(distant(at)).waitFor()
  }
  await page.getByRole('region', { name: 'Identity' }).getByText(both(at)).waitFor()
  assert.deepEqual(await visit.flaws(), [])
  await visit.close()
})

test('a command is told by both clocks', async () => {
  const device = 'lumen-0061'
  await fleet.report(device, { inventory: { timeZone: THERE } })
  const { visit, page } = await visitDevice(device, HERE)
  const commands = page.getByRole('region', { name: 'Commands' })
  await commands.getByRole('button', { name: 'Look for updates now' }).click()
  await commands.getByText('Waits for the device').waitFor()
  const [command] = (await server.of('GET', `/devices/${device}/commands`)).body
  await commands.getByText(distant(command.createdAt)).waitFor()
  await visit.close()
})

test('when a window opens is told by the viewer’s clock, the window’s and the device’s', async () => {
  const device = 'lumen-0060'
  await fleet.report(device, { inventory: { timeZone: THERE } })
  const hourIn12 = timeIn(WINDOWS, fleet.now + 12 * 3600).slice(-5, -3)
  const { status, body } = await server.of('POST', '/rollouts', {
    ...{ release: '1.4.3', cohort: 'pilot' },
    plan: {
      groups: [{ name: 'everybody', members: { rest: true } }],
      window: {
        ...{ weekdays: [1, 2, 3, 4, 5, 6, 7], zone: WINDOWS },
        ...{ from: `${hourIn12}:00`, to: `${hourIn12}:59` },
      },
    },
  })
  assert.equal(status, 201, JSON.stringify(body))
  await fleet.pass(1)
  const why = `/rollouts/${body.id}/devices/${device}/explain`
  const { opensAt } = (await server.of('GET', why)).body.facts.figures
  const [here, window, there] = [HERE, WINDOWS, THERE].map((zone) => timeIn(zone, opensAt))
  const opens = `it opens at ${here} (${window} in ${WINDOWS} · ${there} at the device).`
  const { visit, page } = await visitDevice(device, HERE)
  await page.getByText(opens).waitFor()
  await visit.at(`/products/${PRODUCT}/rollouts/${body.id}?column=notOffered`)
  await page.getByRole('button', { name: `Why does ${device} stand there?` }).click()
  await page.getByText(opens).waitFor()
  await visit.close()
})

test('where both go by the same time, it stands once', async () => {
  // Another name, the same clock.
  const { visit, page } = await visitDevice(POSTPONED, 'America/Toronto')
  await page.getByText(/Its owner postponed the release until /).waitFor()
  await shows(() => page.getByText(/at the device/).count(), 0)
  await visit.close()
})

test('a zone that there is not is none, whatever a device says', async () => {
  for (const timeZone of ['Nowhere/<b>', '', `${'a'.repeat(199)}`, '../../etc/passwd']) {
    await fleet.report(OPTED_OUT, { inventory: { timeZone } })
    const { visit, page } = await visitDevice(OPTED_OUT, HERE)
    await page.getByRole('heading', { name: 'What it told' }).waitFor()
    await shows(() => page.getByText(/at the device/).count(), 0, timeZone)
    await visit.close()
  }
})

test('where an operator says where a device is, its machine’s UTC does not count', async () => {
  const device = 'lumen-0062'
  await fleet.report(device, { inventory: { timeZone: 'UTC' } })
  await server.of('PATCH', `/devices/${device}`, { attributes: { timeZone: THERE } })
  const { body } = await server.of('GET', `/devices/${device}`)
  const { visit, page } = await visitDevice(device, HERE)
  await page.getByText(both(body.enrolledAt)).first().waitFor()
  await visit.close()
})
