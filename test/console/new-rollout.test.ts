/** A new rollout, step by step: checked by the server, kept over whatever happens, and created at the end alone. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Ending } from '../../packages/server/test/support/edge-under-test.ts'
import { signIn } from '../../packages/server/test/support/people.ts'
import { openBrowser } from '../page/browser.ts'
import { shows } from '../page/shows.ts'
import { AT, MANAGER, NIGHT, RolloutSite, VERSION } from './support/rollout-site.ts'
import { Visit } from './support/visit.ts'

const browser = await openBrowser()
after(() => browser.close())

const NARROW = { width: 380, height: 800 }

async function begun(t: Ending, colorScheme: 'light' | 'dark') {
  const site = await RolloutSite.open(t)
  const look = { colorScheme, locale: 'en-GB', viewport: NARROW }
  const visit = await Visit.open(browser, site.server, { look, grants: MANAGER })
  await visit.at(`${AT}/new-rollout`)
  const { page } = visit
  const next = () => page.getByRole('button', { name: 'Next' }).click()
  const step = (name: string) =>
    page.getByRole('heading', { name, exact: true, level: 2 }).waitFor()
  const rollouts = async () => (await site.server.of('GET', '/rollouts')).body.length
  return { site, visit, page, next, step, rollouts }
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`from the release to the preview nothing is created, then the rollout that was previewed: ${colorScheme}`, async (t) => {
    const { visit, page, next, step, rollouts, site } = await begun(t, colorScheme)
    await page.getByLabel('Release').selectOption(VERSION)
    await page.getByText('A fix goes out soon').waitFor()
    assert.deepEqual(await visit.flaws(), [])
    await next()
    await step('Devices')
    await page.getByLabel('Cohort', { exact: true }).selectOption('everyone')
    assert.deepEqual(await visit.flaws(), [])
    await next()
    await step('Care')
    await page.getByLabel('On whose clock').selectOption('device')
    assert.deepEqual(await visit.flaws(), [])
    await next()
    await step('Owners')
    await page.getByLabel('Words').selectOption('own')
    await page.getByLabel('In one sentence').fill('<b>Closes</b> a hole')
    assert.deepEqual(await visit.flaws(), [])
    await next()
    await step('Approval')
    assert.deepEqual(await visit.flaws(), [])
    await next()
    await step('Preview')
    await page.getByText('1.4.3 would be offered to 30 devices of everyone.').waitFor()
    const first = page.getByRole('row', { name: /^first/ })
    await first.waitFor()
    await shows(async () => (await first.locator('td').allTextContents()).slice(0, 2), ['2', '2'])
    await page.getByText('from 22:00 to 05:00, in the local time of each device').waitFor()
    await page.getByText('<b>Closes</b> a hole').waitFor()
    assert.deepEqual(await visit.flaws(), [])
    assert.equal(await rollouts(), 0)

    await page.getByRole('button', { name: 'Create the rollout' }).click()
    await page.getByText('It is ready for 30 devices').waitFor()
    assert.equal(await rollouts(), 1)
    await page.getByRole('button', { name: 'Start' }).click()
    await page.getByText('running').waitFor()
    const [rollout] = (await site.server.of('GET', '/rollouts')).body
    assert.equal(rollout.notice.summary, '<b>Closes</b> a hole')
    await visit.at(`${AT}/new-rollout`)
    await shows(() => page.getByLabel('Release').inputValue(), '', 'nothing is left of it')
    await visit.close()
  })
}

test('the preview says what owners chose: who is asked, who put it off until when, who has not said', async (t) => {
  const { site, visit, page, next, step } = await begun(t, 'light')
  await site.asks('D-1000')
  await site.postpones('D-1001', 'earlier')
  await site.optsOut('D-1002')
  await site.fleet.unknown('D-1003')
  await page.getByLabel('Release').selectOption(VERSION)
  await next()
  await step('Devices')
  await page.getByLabel('Cohort', { exact: true }).selectOption('everyone')
  await page.getByRole('button', { name: 'One group, everybody at once' }).click()
  for (const name of ['Care', 'Owners', 'Approval', 'Preview']) {
    await next()
    await step(name)
  }
  await page.getByText('1.4.3 would be offered to 30 devices of everyone.').waitFor()
  await page.getByRole('cell', { name: /until \d/ }).waitFor()
  const heads = (await page.getByRole('columnheader').allInnerTexts()).slice(1, 7)
  const cells = (await page.getByRole('row').last().getByRole('cell').allInnerTexts()).slice(0, 6)
  assert.deepEqual(heads, [
    ...['Devices', 'Install it by themselves', 'Ask their owner'],
    ...['Postponed', 'Opted out', 'Have not said'],
  ])
  const [members, takesIt, asksOwner, postponed = '', optedOut, saidNothing] = cells
  assert.deepEqual([members, takesIt, asksOwner], ['30', '26', '1'])
  assert.deepEqual([optedOut, saidNothing], ['1', '1'])
  assert.match(postponed, /^1\s+until \d/)
  assert.deepEqual(await visit.flaws(), [])
  await visit.close()
})

test('the preview says in whose night devices begin, as they told it', async (t) => {
  const { site, visit, page, next, step } = await begun(t, 'dark')
  await site.tellsHours('D-1000', NIGHT, 'UTC')
  await site.tellsHours('D-1001', NIGHT, 'UTC')
  await site.tellsHours('D-1002', 'none', 'Asia/Tokyo')
  await page.getByLabel('Release').selectOption(VERSION)
  await next()
  await step('Devices')
  await page.getByLabel('Cohort', { exact: true }).selectOption('everyone')
  await next()
  await step('Care')
  await page.getByLabel('On whose clock').selectOption('device')
  for (const name of ['Owners', 'Approval', 'Preview']) {
    await next()
    await step(name)
  }
  const card = page.locator('section', { hasText: 'In whose night' }).last()
  await card.getByText(/^2 devices: every day from 22:00 to 05:30 in Asia\/Tokyo; open/).waitFor()
  await card.getByText('1 device at any hour: its owner set no window').waitFor()
  await card.getByText('27 devices have not told whether their owners set a window').waitFor()
  await card.getByText(/^3 devices in Asia\/Tokyo: open/).waitFor()
  await card.getByText('27 devices have not told their time zone').waitFor()
  assert.deepEqual(await visit.flaws(), [])
  await visit.close()
})

test('what the server refuses stands at its field, on the step where it is mended, and the words stay', async (t) => {
  const { visit, page, next, step, rollouts } = await begun(t, 'light')
  await page.getByLabel('Release').selectOption(VERSION)
  await next()
  await step('Devices')
  await page.getByLabel('Cohort', { exact: true }).selectOption('everyone')
  await page.getByRole('button', { name: 'One group, everybody at once' }).click()
  await page.getByRole('button', { name: 'Add a group before the last' }).click()
  await page.getByLabel('Per cent of the cohort').fill('140')
  await next()
  const share = page.getByLabel('Per cent of the cohort')
  await page.locator('[aria-invalid=true]').first().waitFor()
  await shows(() => share.getAttribute('aria-invalid'), 'true')
  await shows(() => share.inputValue(), '140')
  assert.deepEqual(await visit.flaws(), [])
  await share.fill('20')
  await next()
  await step('Care')
  await page.getByLabel('Stops at failures, in per cent').first().fill('0')
  await next()
  await page.locator('[aria-invalid=true]').first().waitFor()
  await page.getByLabel('Stops at failures, in per cent').first().fill('20')
  await next()
  await step('Owners')
  await page.getByLabel('Words').selectOption('own')
  const words = `${'x'.repeat(3_990)} end`
  await page.getByLabel('In one sentence').fill(words)
  await next()
  await page.locator('[aria-invalid=true]').waitFor()
  await shows(() => page.getByLabel('In one sentence').inputValue(), words)
  assert.deepEqual(await visit.flaws(), [])

  // Back and forth, and over a reload.
  await page.getByRole('button', { name: 'Back' }).click()
  await step('Care')
  await shows(() => page.getByLabel('Stops at failures, in per cent').first().inputValue(), '20')
  await page.reload()
  await step('Care')
  await shows(() => page.getByLabel('Stops at failures, in per cent').first().inputValue(), '20')
  await page.getByRole('button', { name: '2. Devices' }).click()
  await step('Devices')
  await shows(() => page.getByLabel('Cohort', { exact: true }).inputValue(), 'everyone')
  assert.equal(await rollouts(), 0)
  await visit.close()
})

test('a session that ends in the middle is renewed beside it, and the step goes on with every word', async (t) => {
  const { site, visit, page, next, step, rollouts } = await begun(t, 'light')
  await page.getByLabel('Release').selectOption(VERSION)
  await next()
  await step('Devices')
  await page.getByLabel('Cohort', { exact: true }).selectOption('everyone')
  await page.getByLabel('Name').first().fill('brave ones')
  const { session } = (await visit.caller.call('GET', '/me')).body
  assert.equal((await visit.caller.call('DELETE', `/me/sessions/${session.id}`)).status, 204)
  await next()
  const door = page.getByRole('dialog', { name: 'Your session ended' })
  await door.waitFor()
  assert.deepEqual(await visit.flaws(), [])
  // Signed in in another tab, which ends where every sign-in of the console does.
  const again = await signIn(site.server, visit.caller.account)
  const [name = '', value = ''] = (again.credential.cookie ?? '').split('=')
  await page.context().addCookies([{ name, value, url: visit.origin }])
  const tab = await page.context().newPage()
  await tab.goto(`${visit.origin}/console/back`)
  await step('Care')
  await shows(() => door.count(), 0)
  await page.getByText('Group brave ones').waitFor()
  assert.equal(await rollouts(), 0)
  await visit.close()
})

test('a server that is away takes no word with it', async (t) => {
  const { visit, page, next, step } = await begun(t, 'light')
  await page.getByLabel('Release').selectOption(VERSION)
  await next()
  await step('Devices')
  await page.getByLabel('Cohort', { exact: true }).selectOption('everyone')
  await page.getByLabel('Name').first().fill('brave ones')
  await page.context().setOffline(true)
  await next()
  await page.getByText('The server does not answer', { exact: true }).waitFor()
  await shows(() => page.getByLabel('Name').first().inputValue(), 'brave ones')
  await page.context().setOffline(false)
  await next()
  await step('Care')
  await page.getByText('Group brave ones').waitFor()
  await visit.close()
})

test('who may not plan is told so, and a product without a release what comes before', async (t) => {
  const site = await RolloutSite.open(t, { devices: 1 })
  const grants = [{ role: 'viewer', product: '*' }] as const
  const visit = await Visit.open(browser, site.server, { grants })
  await visit.at(`${AT}/new-rollout`)
  await visit.page.getByText('Your roles do not plan rollouts of this product.').waitFor()
  await visit.at(`${AT}/rollouts`)
  await visit.page.getByText('No rollout yet').waitFor()
  await shows(() => visit.page.getByRole('link', { name: 'New rollout' }).count(), 0)
  assert.deepEqual(await visit.flaws(), [])
  await visit.close()
})
