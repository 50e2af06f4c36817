/** What an owner does in a browser, on a real device that a real server updates. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Page } from 'playwright-core'
import { Fleet, type FleetDevice } from '../end-to-end/support/fleet.ts'
import { until } from '../end-to-end/support/until.ts'
import { OwnersBrowser, openBrowser, pairingOf } from './browser.ts'
import { shows } from './shows.ts'

const HOUR = 3600

const fleet = await Fleet.inside()
after(() => fleet.end())
const browser = await openBrowser()
after(() => browser.close())
await fleet.publish({ version: '1.4.3', securityCounter: 2 })
await fleet.publish({ version: '1.5.0', kind: 'functionality', securityCounter: 2 })

interface Status {
  /** Whether the agent answered, and not the disk alone. */
  readonly running: boolean
  readonly version: string
  readonly waitingFor?: string
  readonly now: number
  /** Missing while the disk alone answers, as between two runs of the agent. */
  readonly owner?: {
    readonly window: unknown
    readonly functionality: string
    readonly logClassesOff: readonly string[]
    readonly optedOut?: { readonly until: number | 'forever' }
    readonly postponed?: { readonly until: number }
  }
}

type Told = Status & { readonly owner: NonNullable<Status['owner']> }

async function statusOf(device: FleetDevice): Promise<Told> {
  const status = await device.cli<Status>('status')
  assert.ok(hasTold(status), 'the agent answers')
  return status
}

const hasTold = (status: Status): status is Told => status.owner !== undefined

async function started(id: string, cohort: string): Promise<FleetDevice> {
  const device = await fleet.device(id, { cohort, settings: { page: { port: 0 } } })
  device.start()
  await fleet.untilSeen(device, { online: true, state: 'idle', version: '1.4.2' })
  return device
}

const becomes = (device: FleetDevice, is: (status: Told) => boolean) =>
  until(
    async () => {
      const status = await device.cli<Status>('status')
      return hasTold(status) && is(status) && status
    },
    () => `${device.id} is as its owner wanted\n${device.account()}`,
  )

async function events(device: FleetDevice): Promise<string[]> {
  type Log = { entries: { event: string; by: string; class: string }[] }
  const { entries } = await device.cli<Log>('log', '--limit', '500')
  return entries.map((entry) => `${entry.class} ${entry.event} by ${entry.by}`)
}

const home = await started('G1-0003', 'home')

test('a browser without the code sees a door; a wrong code is refused, slowed and recorded; the right one opens (CRA P-048, P-062)', async () => {
  const device = home
  const { code, url } = await pairingOf(device)
  const { page, close } = await opened()
  await page.goto(url)
  await page.waitForSelector('#door')
  assert.doesNotMatch(await page.innerText('body'), /G1-0003|1\.4\.2/)

  await page.fill('#code', 'ACDE-FHJK-MNPQ')
  await page.keyboard.press('Enter')
  await page.waitForSelector('#pairing-problem:not(:empty)')
  await page.waitForSelector('#code:focus')
  // Each wrong one doubles the delay: at last it is longer than a slow machine takes to type the right one.
  for (const nth of ['second', 'third']) {
    await until(
      async () => (await answerTo(page, () => page.click('#door button'))) === 403,
      () => `the wrong code is looked at a ${nth} time`,
    )
  }
  // The right one comes during the delay and is not even looked at.
  await page.fill('#code', code)
  await page.click('#door button')
  await until(
    async () => /too many tries/.test(await page.innerText('#pairing-problem')),
    () => 'the delay is said',
  )
  await until(
    async () => {
      await page.click('#door button')
      await page.locator('#hero, #pairing-problem:not(:empty)').first().waitFor()
      return (await page.locator('#hero').count()) === 1
    },
    () => 'the right code opens after the delay',
  )
  const seen = await events(device)
  assert.ok(seen.includes('access pairing-code-wrong by page'))
  assert.ok(seen.includes('access paired by page'))

  // A closed browser window comes back in; after leaving it does not.
  await page.reload()
  await page.waitForSelector('#hero')
  await page.click('#leave')
  await page.waitForSelector('#door')
  await page.reload()
  await page.waitForSelector('#door')
  await close()
})

test('opting out takes one action beside the sentence that names the risk, and opting in one (CRA P-054)', async () => {
  const device = await started('G1-0002', 'opted')
  const { page, close } = await opened(device)
  const button = page.locator('#opt-out')
  const risk = await button.getAttribute('aria-describedby')
  await shows(() => page.innerText(`#${risk}`), /known weaknesses stay open/)
  await button.click()
  await page.waitForSelector('#opt-in')
  assert.equal((await statusOf(device)).owner.optedOut?.until, 'forever')
  await shows(() => page.innerText('#title'), /updates are off/)

  await fleet.rollOut('1.4.3', 'opted')
  await page.waitForSelector('.card.notice')
  await shows(() => page.innerText('.card.notice'), /CVE-2021-21315/)
  await becomes(device, ({ waitingFor }) => waitingFor === 'optIn')

  await page.click('#opt-in')
  await fleet.untilSeen(device, { version: '1.4.3', state: 'idle' })
  await until(
    async () => /up to date/.test(await page.innerText('#title')),
    () => 'the page follows the installation by itself',
  )
  const seen = await events(device)
  assert.ok(seen.includes('configuration opted-out by page'))
  assert.ok(seen.includes('configuration opted-in by page'))
  await close()
})

test('opting out until a time ends by itself', async () => {
  const device = home
  const { page, close } = await opened(device)
  const { now } = await statusOf(device)
  await page.click('#opt-out-until')
  await page.fill('dialog #until', field(now + 8 * HOUR))
  await page.keyboard.press('Enter')
  await page.waitForSelector('#opt-in')
  const { optedOut } = (await statusOf(device)).owner
  assert.equal(optedOut?.until, Math.floor((now + 8 * HOUR) / 60) * 60)
  await close()
})

test('a notice says what, why, how long and what is interrupted; postponing and installing are one action each (CRA P-055, P-056)', async () => {
  const device = await started('G1-0004', 'asked')
  const { page, close } = await opened(device)
  await fleet.rollOut('1.5.0', 'asked')
  const card = page.locator('.card.notice')
  await card.waitFor()
  const words = await card.innerText()
  for (const wanted of [/1\.5\.0/, /about 1 minute/, /does not restart/, /waits for your yes/]) {
    assert.match(words, wanted)
  }
  assert.match(words, /postpone it for/)

  await card.getByRole('button', { name: 'Postpone 1 hour' }).click()
  const { owner, now } = await becomes(device, ({ waitingFor }) => waitingFor === 'postponement')
  assert.ok(Math.abs(Number(owner.postponed?.until) - now - HOUR) < 120)
  await card.getByText('You postponed it until').waitFor()

  // More than is allowed: the dialog stays and says why, nothing changes.
  await card.getByRole('button', { name: 'Postpone until' }).click()
  await page.evaluate("document.getElementById('until').removeAttribute('max')")
  await page.fill('dialog #until', field(now + 400 * 24 * HOUR))
  await page.keyboard.press('Enter')
  await page.waitForSelector('dialog .problem:not(:empty)')
  await shows(() => page.innerText('dialog .problem'), /cannot be postponed that long/)
  await page.keyboard.press('Escape')
  assert.equal((await statusOf(device)).owner.postponed?.until, owner.postponed?.until)

  await card.getByRole('button', { name: 'Install now' }).click()
  await fleet.untilSeen(device, { version: '1.5.0', state: 'idle' })
  await until(
    async () => /Installed version: 1\.5\.0/.test(await page.innerText('#hero')),
    () => 'the page shows the new version',
  )
  const seen = await events(device)
  assert.ok(seen.includes('update update-postponed by page'))
  assert.ok(seen.includes('update update-approved by page'))
  await close()
})

test('maintenance window, functionality updates and switches are saved at the device and shown again', async () => {
  const device = home
  const { page, close } = await opened(device)
  await page.click('nav a[href="#settings"]')
  await page.uncheck('input[name=day-1]')
  await page.fill('#from', '22:00')
  await page.fill('#to', '05:30')
  await page.fill('#timeZone', 'Europe/Berlin')
  await page.click('#window button[type=submit]')
  const { owner } = await becomes(device, (status) => status.owner.window !== 'none')
  assert.deepEqual(owner.window, {
    ...{ weekdays: [2, 3, 4, 5, 6, 7], from: '22:00', to: '05:30', timeZone: 'Europe/Berlin' },
  })
  await page.getByText('22:00 to 05:30 (Europe/Berlin)').waitFor()

  await page.fill('#timeZone', 'Europe/Nowhere')
  await page.click('#window button[type=submit]')
  await page.getByText('cannot be a maintenance window').waitFor()

  await page.getByRole('button', { name: 'Remove window' }).click()
  await becomes(device, (status) => status.owner.window === 'none')
  await page.check('#functionality-automatic')
  await becomes(device, (status) => status.owner.functionality === 'automatic')
  await page.reload()
  await page.waitForSelector('#functionality-automatic:checked')
  await close()
})

test('logging goes off by class after its consequence was said, and the switch is the last entry (CRA P-099)', async () => {
  const device = home
  const { page, close } = await opened(device)
  await page.click('nav a[href="#activity"]')
  await page.getByText('The update service started').waitFor()
  await page.click('#class-update')
  await shows(() => page.innerText('dialog'), /which updates were installed/)
  await page.keyboard.press('Escape')
  await page.waitForSelector('#class-update:checked')
  await page.click('#class-update')
  await page.click('dialog button[type=submit]')
  await becomes(device, ({ owner }) => owner.logClassesOff.includes('update'))
  await page.getByText('From here on something is no longer written down').waitFor()

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save as JSON lines' }).click(),
  ])
  const { createReadStream } = await import('node:fs')
  const lines: string[] = []
  for await (const part of createReadStream(await download.path())) lines.push(String(part))
  assert.match(lines.join(''), /"event":"logging-off"/)
  await close()
})

test('the page speaks the browser’s language and another one when asked', async () => {
  const device = home
  const { page, close } = await opened(device, 'de-AT')
  await shows(() => page.getAttribute('html', 'lang'), 'de')
  await shows(() => page.innerText('#automatic'), /Automatische Sicherheitsupdates sind aus/)
  const inFrench = page
    .getByRole('heading', { name: /mises à jour de sécurité automatiques/ })
    .first()
  await page.selectOption('#language', 'fr')
  await inFrench.waitFor()
  await shows(() => page.getAttribute('html', 'lang'), 'fr')
  await shows(() => page.evaluate('document.activeElement.id'), 'language')
  await page.reload()
  await inFrench.waitFor()
  await close()
})

test('data leaves encrypted and comes back with its passphrase alone (CRA P-100)', async () => {
  const device = home
  const { page, close } = await opened(device)
  await page.click('nav a[href="#data"]')
  await page.click('#data-export button')
  await page.fill('#passphrase', 'correct horse battery')
  await page.fill('#again', 'correct horse')
  await page.fill('#again', 'correct horse batterx')
  await page.keyboard.press('Enter')
  await page.getByText('The two passphrases are not the same').waitFor()
  await page.fill('#again', 'correct horse battery')
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.click('dialog button[type=submit]'),
  ])
  assert.equal(download.suggestedFilename(), `${device.id}.age`)
  const archive = await download.path()
  await page.waitForSelector('dialog', { state: 'detached' })

  await device.cli('settings', 'functionality=ask')
  await page.click('#data-import button')
  await page.setInputFiles('#archive', archive)
  await page.fill('#passphrase', 'wrong horse battery!')
  await page.click('dialog button[type=submit]')
  await page.getByText('The passphrase does not fit this file').waitFor()
  assert.equal((await statusOf(device)).owner.functionality, 'ask')

  await page.fill('#passphrase', 'correct horse battery')
  await page.click('dialog button[type=submit]')
  await page.getByText('Settings and data are taken over').waitFor()
  await becomes(device, ({ running, owner }) => running && owner.functionality === 'automatic')
  await close()
})

test('a reset wants the device’s id typed, happens, and lets the browser in by the new code alone (CRA P-050)', async () => {
  const device = await started('G1-0008', 'anew')
  const { page, close } = await opened(device)
  await page.click('#opt-out')
  await page.waitForSelector('#opt-in')
  const before = await pairingOf(device)
  await page.click('nav a[href="#data"]')
  await page.click('#do-factory')
  await page.fill('dialog #confirm', 'G1-0007')
  await page.click('dialog button.danger')
  await page.getByText('That is not the id of this device').waitFor()
  assert.equal((await statusOf(device)).owner.optedOut?.until, 'forever')

  await page.fill('dialog #confirm', 'G1-0008')
  await page.click('dialog button.danger')
  await becomes(device, ({ running, owner }) => running && owner.optedOut === undefined)
  const after = await pairingOf(device)
  assert.notEqual(after.code, before.code)
  assert.equal((await statusOf(device)).owner.optedOut, undefined)
  await close()
})

/** The status of the agent's answer to what is pressed. */
async function answerTo(page: Page, press: () => Promise<void>): Promise<number> {
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.request().method() === 'POST'),
    press(),
  ])
  return answer.status()
}

/** What a date field takes; device and browser are in one time zone here. */
function field(seconds: number): string {
  const at = new Date(seconds * 1000)
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

async function opened(device?: FleetDevice, locale = 'en-GB') {
  const owner = await OwnersBrowser.open(browser, { locale })
  if (device !== undefined) await owner.enter(device)
  return { page: owner.page, close: () => owner.close() }
}
