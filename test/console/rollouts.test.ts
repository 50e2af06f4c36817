/** The rollouts of a product and one of them, in a real browser before a real server: live, explained, and in hand. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { signedIn } from '../../packages/server/test/support/people.ts'
import { openBrowser } from '../page/browser.ts'
import { shows } from '../page/shows.ts'
import { AT, group, MANAGER, NIGHT, RolloutSite, VERSION } from './support/rollout-site.ts'
import { Visit } from './support/visit.ts'

const browser = await openBrowser()
after(() => browser.close())

const NARROW = { width: 380, height: 800 }
const HOSTILE = '<img src=x onerror=alert(1)> \u05d0\u05d1 Closes a hole'

/** How far the table of the groups reaches out of its frame. */
const OUT_OF_SIGHT = `(() => {
  const { scrollWidth, clientWidth } = document.querySelector('.rollout-groups').parentElement
  return scrollWidth - clientWidth
})()`

/** Everybody is offered the release. */
const atOnce = {
  plan: { groups: [group('homes', { rest: true }, { success: { soakSeconds: 60 } })] },
}

async function offeredOf(site: RolloutSite, id: string): Promise<readonly string[]> {
  const path = `/rollouts/${id}/devices?column=offered&limit=100`
  const { body } = await site.server.of('GET', path)
  return body.map(({ device }: { device: string }) => device)
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`each device stands in its column, and its number leads to it and to why: ${colorScheme}`, async (t) => {
    const site = await RolloutSite.open(t)
    const id = await site.rollOut({ ...atOnce, notice: { summary: HOSTILE, severity: 'high' } })
    await site.fleet.pass(1)
    const offered = await offeredOf(site, id)
    const [postponed = '', optedOut = '', working = '', failed = '', done = ''] = offered
    const [asking = '', outside = '', empty = ''] = offered.slice(5)
    await site.postpones(postponed, id)
    await site.optsOut(optedOut)
    await site.waits(asking, id, 'approval')
    await site.waits(outside, id, 'window', { window: NIGHT })
    await site.waits(empty, id, 'power')
    await site.fleet.begins(working, id)
    await site.fleet.fails(failed, id)
    await site.fleet.commits(done, VERSION)
    const look = { colorScheme, locale: 'en-GB', viewport: NARROW }
    const visit = await Visit.open(browser, site.server, { look, grants: MANAGER })
    const { page } = visit
    await visit.at(`${AT}/rollouts`)
    await page.getByText('1 of 30 devices updated').waitFor()
    assert.deepEqual(await visit.flaws(), [])
    await page.getByRole('link', { name: '1.4.3 to everyone' }).click()
    for (const column of ['Updated', 'Installing', 'Postponed', 'Opted out', 'Failed']) {
      await page.getByRole('link', { name: `${column}, homes: 1.` }).waitFor()
    }
    for (const width of [NARROW.width, 1280]) {
      await page.setViewportSize({ ...NARROW, width })
      await shows(() => page.evaluate<number>(OUT_OF_SIGHT), 0, `every column at ${width} px`)
    }
    await page.setViewportSize(NARROW)
    for (const [column, device, why] of [
      ['Waiting for the owner’s consent', asking, 'It waits for its owner’s consent.'],
      ['Waiting for its window', outside, 'It waits for a maintenance window.'],
      ['Waiting for something else', empty, 'It waits for enough power.'],
      ['Failed', failed, 'The new version’s own test said no (SELF_TEST_FAILED)'],
    ] as const) {
      await page.getByRole('link', { name: `${column}, homes: 1.` }).click()
      await page.getByRole('heading', { name: `Devices of homes: ${column}` }).waitFor()
      await page.getByRole('button', { name: `Why does ${device} stand there?` }).click()
      await page.getByText(why).waitFor()
      assert.deepEqual(await visit.flaws(), [])
    }
    await page.getByRole('link', { name: 'Waiting for its window, homes: 1.' }).click()
    await page.getByText(/every day from 22:00 to 05:30 in Asia\/Tokyo; open/).waitFor()
    assert.deepEqual(await visit.flaws(), [])
    await shows(() => page.getByText(HOSTILE).isVisible(), true, 'what owners read is text')
    await shows(() => page.locator('main img').count(), 0)
    assert.deepEqual(await visit.flaws(), [])

    const waits = page.getByRole('link', { name: 'postponed', exact: true })
    assert.match((await waits.getAttribute('href')) ?? '', /waitingFor\+%3D\+postponement/)
    await page.getByRole('link', { name: 'Postponed, homes: 1.' }).click()
    await page.getByRole('button', { name: `Why does ${postponed} stand there?` }).click()
    await page.getByText('Its owner postponed the release until').waitFor()
    await page.getByRole('link', { name: 'Opted out, homes: 1.' }).click()
    await page.getByRole('button', { name: `Why does ${optedOut} stand there?` }).click()
    await page.getByText('Its owner opted out of automatic updates').waitFor()
    assert.equal(new URL(page.url()).searchParams.get('column'), 'optedOut', 'it can be sent')
    assert.deepEqual(await visit.flaws(), [])
    await visit.close()
  })
}

test('a rollout that stopped itself says why and what to do next, in both languages, while somebody looks on', async (t) => {
  const site = await RolloutSite.open(t)
  const id = await site.rollOut(atOnce)
  await site.fleet.pass(1)
  const [first = '', second = '', third = '', ...others] = await offeredOf(site, id)
  const visit = await Visit.open(browser, site.server, { grants: MANAGER })
  const { page } = visit
  await visit.at(`${AT}/rollouts/${id}`)
  await page.getByText('running').waitFor()
  for (const device of [first, second, third, ...others.slice(0, 4)]) {
    await site.fleet.fails(device, id)
  }
  await site.fleet.pass(1)
  await page.getByText('It stopped itself. In group homes, 7 failed and 0 stayed silent').waitFor()
  await page.getByText('Look at the devices that failed and why.').waitFor()
  await page.getByRole('button', { name: 'Go on' }).click()
  await page.getByText('this accepts the failures there are').waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Go on' }).click()
  await page.getByText('It stopped itself. In group').waitFor({ state: 'detached' })
  assert.equal((await site.server.of('GET', `/rollouts/${id}`)).body.state, 'running')
  await site.server.of('POST', `/rollouts/${id}/stop`)
  await visit.close()

  const german = await Visit.open(browser, site.server, { look: { locale: 'de-DE' } })
  await german.at(`${AT}/rollouts/${id}`)
  await german.page.getByText('Jemand hat ihn angehalten.').waitFor()
  assert.deepEqual(await german.flaws(), [])
  await german.close()
})

test('a pause is undone beside it; a stop asks for the version, and a withdrawal is for good', async (t) => {
  const site = await RolloutSite.open(t)
  const id = await site.rollOut(atOnce)
  const visit = await Visit.open(browser, site.server, { grants: MANAGER })
  const { page } = visit
  const state = async () => (await site.server.of('GET', `/rollouts/${id}`)).body.state
  await visit.at(`${AT}/rollouts/${id}`)
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.getByText('An operator paused it.').waitFor()
  await page.locator('.said').getByRole('button', { name: 'Go on' }).click()
  await page.getByText('An operator paused it.').waitFor({ state: 'detached' })
  assert.equal(await state(), 'running')

  await page.getByRole('button', { name: 'Withdraw' }).click()
  const dialog = page.getByRole('dialog')
  const act = dialog.getByRole('button', { name: 'Withdraw' })
  await shows(() => act.isDisabled(), true)
  await dialog.getByRole('textbox').fill(VERSION)
  assert.deepEqual(await visit.flaws(), [])
  await act.click()
  await page.getByText('It was withdrawn for good.').waitFor()
  assert.equal(await state(), 'withdrawn')
  await shows(() => page.getByRole('button', { name: 'Go on' }).count(), 0)
  await visit.close()
})

test('of two who widen at once the second sees both shares, and nothing is saved until one was chosen', async (t) => {
  const site = await RolloutSite.open(t)
  const id = await site.rollOut({ share: 0.1 })
  const visit = await Visit.open(browser, site.server, { grants: MANAGER })
  const { page } = visit
  const planned = async () =>
    (await site.server.of('GET', `/rollouts/${id}`)).body.plan.groups[0].members.share
  await visit.at(`${AT}/rollouts/${id}`)
  await page.getByRole('button', { name: 'Widen' }).click()
  await page.getByText('Now it is for 10% of the cohort.').waitFor()
  await page.getByLabel('New share of the cohort').fill('50')
  const other = await signedIn(site.server, MANAGER)
  const path = `/products/${site.product}/rollouts/${id}`
  const seen = { 'if-match': (await other.call('GET', path)).headers.get('etag') ?? '' }
  assert.equal((await other.call('PATCH', path, { share: 0.3 }, seen)).status, 200)
  await page.getByRole('dialog').getByRole('button', { name: 'Widen' }).click()
  const conflict = page.getByRole('dialog', { name: 'Somebody else changed it meanwhile' })
  await conflict.getByRole('row', { name: 'Share of the cohort 50% 30%' }).waitFor()
  assert.deepEqual(await visit.flaws(), [])
  assert.equal(await planned(), 0.3)
  await conflict.getByRole('button', { name: 'Save mine over it' }).click()
  await page.getByText('Widened to 50%').waitFor()
  assert.equal(await planned(), 0.5)
  await visit.close()
})

test('an earlier deadline is set at once, a later one is kept in its form until it says why', async (t) => {
  const site = await RolloutSite.open(t)
  const deadline = Math.floor(Date.now() / 1000) + 7 * 86_400
  const id = await site.rollOut({ ...atOnce, policy: { deadline } })
  const visit = await Visit.open(browser, site.server, { grants: MANAGER })
  const { page } = visit
  const kept = async () => (await site.server.of('GET', `/rollouts/${id}`)).body.policy.deadline
  await visit.at(`${AT}/rollouts/${id}`)
  await page.getByRole('button', { name: 'Change the deadline' }).click()
  await page.getByLabel('On devices by').fill('2199-01-01T00:00')
  await page.getByRole('button', { name: 'Set the deadline' }).click()
  await page.getByText('This deadline is later: say why it may be.').waitFor()
  await shows(() => page.getByLabel('On devices by').inputValue(), '2199-01-01T00:00')
  assert.equal(await kept(), deadline)
  await page.getByLabel('Reason').fill('Ships at sea come home in winter')
  await page.getByRole('button', { name: 'Set the deadline' }).click()
  await page.getByText('Ships at sea come home in winter').waitFor()
  assert.notEqual(await kept(), deadline)
  await visit.close()
})

test('nobody approves their own rollout; somebody else approves what they saw, and not what it became meanwhile', async (t) => {
  const site = await RolloutSite.open(t)
  await site.askApproval()
  const author = await Visit.open(browser, site.server, { grants: MANAGER })
  const wanted = { release: VERSION, cohort: 'everyone', start: false, ...atOnce }
  const created = await author.caller.call('POST', `/products/${site.product}/rollouts`, wanted)
  const { id } = created.body
  await author.at(`${AT}/rollouts/${id}`)
  await author.page.getByText('You created or changed it, so you cannot approve it').waitFor()
  await shows(() => author.page.getByRole('button', { name: /approve/ }).count(), 0)
  assert.deepEqual(await author.flaws(), [])

  const other = await Visit.open(browser, site.server, { grants: MANAGER })
  const { page } = other
  await other.at(`${AT}/rollouts/${id}`)
  await page.getByText('One other person has to approve it, as: release manager.').waitFor()
  await page.getByRole('button', { name: 'Look at it and approve' }).click()
  const dialog = page.getByRole('dialog', { name: 'Approve this rollout?' })
  await dialog.getByRole('rowheader', { name: 'homes' }).waitFor()
  assert.deepEqual(await other.flaws(), [])
  // The author makes it another one while somebody looks at it.
  const path = `/products/${site.product}/rollouts/${id}`
  const seen = { 'if-match': (await author.caller.call('GET', path)).headers.get('etag') ?? '' }
  const deadline = Math.floor(Date.now() / 1000) + 30 * 86_400
  const tightened = await author.caller.call('POST', `${path}/deadline`, { deadline }, seen)
  assert.equal(tightened.status, 200, JSON.stringify(tightened.body))
  await dialog.getByRole('button', { name: 'Approve', exact: true }).click()
  await dialog.getByText('It was changed while you looked, and nothing was approved.').waitFor()
  const before = await site.server.of('GET', `/rollouts/${id}`)
  assert.deepEqual([before.body.state, before.body.approval.given], ['waitingForApproval', []])
  await dialog.getByText('On devices by').waitFor()
  await dialog.getByRole('button', { name: 'Approve', exact: true }).click()
  await page.getByText(/^Approved by person-\w+ as release manager/).waitFor()
  // Without a word from here, the author's page knows.
  await author.page.getByRole('button', { name: 'Start' }).waitFor()
  await author.page.getByText(/^Approved by person-\w+ as release manager/).waitFor()
  await author.close()
  await other.close()
})
