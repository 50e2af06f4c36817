/** Advisories at the console: written by two people at once, judged field by field, looked at before anybody else does. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { AdvisorySite, WRITTEN } from '../../packages/server/test/support/advisory-site.ts'
import { PRODUCT } from '../../packages/server/test/support/desk.ts'
import { openBrowser } from '../page/browser.ts'
import { shows } from '../page/shows.ts'
import { described } from './support/described.ts'
import { Visit } from './support/visit.ts'

const OFFICER = [{ role: 'securityOfficer', product: '*' }] as const
const HOSTILE = '<img src=x onerror=alert(1)><script>alert(2)</script>'
const address = (id: string, view = '') => `/products/${PRODUCT}/advisories/${id}${view}`

const browser = await openBrowser()
after(() => browser.close())

type Ending = Parameters<typeof AdvisorySite.open>[0]

async function site(t: Ending): Promise<AdvisorySite> {
  const opened = await AdvisorySite.open(t)
  await opened.release('1.4.2')
  await opened.release('1.4.3')
  return opened
}

test('what keeps an advisory from the public stands at its field, and so does what is refused', async (t) => {
  const at = await site(t)
  const visit = await Visit.open(browser, at.server, { grants: OFFICER })
  const { page } = visit
  await visit.at(`/products/${PRODUCT}/advisories`)
  await page.getByText('Nothing was written yet').waitFor()
  assert.deepEqual(await visit.flaws(), [])
  await page.getByRole('button', { name: 'Write an advisory' }).click()
  const title = page.getByRole('textbox', { name: 'Title' })
  await title.waitFor()
  await shows(() => title.getAttribute('aria-invalid'), 'true')
  const said = (name: string) => described(page.getByRole('textbox', { name, exact: true }))
  await shows(() => said('Title'), /must say something/)

  await title.fill(WRITTEN.title)
  await page.getByRole('textbox', { name: 'Summary', exact: true }).fill(WRITTEN.summary)
  await page.getByRole('button', { name: 'Add a vulnerability' }).click()
  const name = page.getByRole('textbox', { name: 'Name', exact: true })
  await name.fill('CVE-2021-21315')
  await page.getByRole('textbox', { name: 'Weakness' }).fill('78')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('The server refused it').waitFor()
  await shows(() => said('Weakness'), /such as CWE-78/)
  // In sight, although the button is at the other end of the page.
  const { y } = (await page.getByText('The server refused it').boundingBox()) ?? assert.fail()
  assert.ok(y >= 0 && y < 900, `the answer stands at ${y}`)
  await shows(() => title.inputValue(), WRITTEN.title, 'what was typed stays')

  await page.getByRole('textbox', { name: 'Weakness' }).fill('CWE-99999')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('Saved', { exact: true }).waitFor()
  await page
    .getByText(/is no weakness of the CWE catalogue/)
    .first()
    .waitFor()
  await shows(() => said('Weakness'), /is no weakness of the CWE catalogue/)
  await shows(() => said('Affected releases'), /names no affected release/)
  await shows(() => said('What owners shall do'), /must say something/)
  assert.deepEqual(await visit.flaws(), [])
  await visit.close()
})

test('two people write one advisory: the second sees both versions, and what only the first wrote stays', async (t) => {
  const at = await site(t)
  const { id } = await at.written()
  const visit = await Visit.open(browser, at.server, { grants: OFFICER })
  const { page } = visit
  await visit.at(address(id))
  const title = page.getByRole('textbox', { name: 'Title' })
  await title.fill('What I would call it')
  const other = await at.edit(id, { title: `Theirs ${HOSTILE}`, impact: 'The network is lost.' })
  assert.equal(other.status, 200)
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Somebody else changed it meanwhile' })
  await dialog.getByText('What I would call it').waitFor()
  await dialog.getByText(`Theirs ${HOSTILE}`).waitFor()
  assert.deepEqual(await visit.flaws(), [])
  assert.equal((await at.call('GET', `/${id}`)).body.content.title, `Theirs ${HOSTILE}`)
  await dialog.getByRole('button', { name: 'Save mine over it' }).click()
  await dialog.waitFor({ state: 'detached' })
  await page.getByText('Saved', { exact: true }).waitFor()
  const { content } = (await at.call('GET', `/${id}`)).body
  assert.deepEqual(
    [content.title, content.impact],
    ['What I would call it', 'The network is lost.'],
  )
  await visit.close()
})

test('taking theirs loses what was typed only when somebody chose it', async (t) => {
  const at = await site(t)
  const { id } = await at.written()
  const visit = await Visit.open(browser, at.server, { grants: OFFICER })
  const { page } = visit
  await visit.at(address(id))
  const title = page.getByRole('textbox', { name: 'Title' })
  await title.fill('Mine')
  await at.edit(id, { title: 'Theirs' })
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Close' }).click()
  await shows(() => title.inputValue(), 'Mine')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await dialog.getByRole('button', { name: 'Take theirs' }).click()
  await page.getByRole('heading', { level: 1, name: 'Theirs' }).waitFor()
  await shows(() => title.inputValue(), 'Theirs')
  await visit.close()
})

for (const look of [
  { colorScheme: 'light', locale: 'en-GB' },
  { colorScheme: 'dark', locale: 'de-DE', viewport: { width: 380, height: 800 } },
] as const) {
  test(`hostile text stays text on the page, in CSAF and in the history: ${look.colorScheme}`, async (t) => {
    const at = await site(t)
    const references = [{ summary: HOSTILE, url: 'https://lumen.example/a' }]
    const credits = [{ name: HOSTILE.slice(0, 100), organization: '' }]
    const { id } = await at.written({
      ...{ title: HOSTILE, summary: `${HOSTILE}\n${'x'.repeat(4_000)}`, references, credits },
    })
    await at.published(id, { withoutFixBecause: 'It is in the news.' })
    const visit = await Visit.open(browser, at.server, { look, grants: OFFICER })
    const { page } = visit
    await visit.at(address(id, '?view=page'))
    await page.getByRole('article').getByRole('heading', { name: HOSTILE }).waitFor()
    await page.getByRole('article').getByRole('link', { name: HOSTILE }).waitFor()
    await shows(() => page.locator('img').count(), 0)
    assert.deepEqual(await visit.flaws(), [])
    for (const view of ['?view=csaf', '?view=csaf&version=1', '?view=history', '']) {
      await visit.at(address(id, view))
      assert.deepEqual(await visit.flaws(), [], view)
    }
    await visit.at(`/products/${PRODUCT}/advisories`)
    await page.getByText(HOSTILE).first().waitFor()
    assert.deepEqual(await visit.flaws(), [])
    await visit.close()
  })
}

test('an advisory is held, published once its name was typed and the person proved anew, and withdrawn', async (t) => {
  const at = await site(t)
  const { id } = await at.written()
  const visit = await Visit.open(browser, at.server, { grants: OFFICER, provedAgo: 3_600 })
  const { page } = visit
  const dialog = page.getByRole('dialog')
  await visit.at(address(id))
  await page.getByRole('button', { name: 'Hold back' }).click()
  await dialog.getByLabel('Reason').fill('Upstream publishes later.')
  await dialog.getByLabel('Until').fill('2027-01-15')
  await dialog.getByRole('button', { name: 'Hold back' }).click()
  await page.locator('.tag', { hasText: 'held back until' }).waitFor()

  await page.getByRole('button', { name: 'Publish', exact: true }).click()
  const act = dialog.getByRole('button', { name: 'Publish now' })
  await shows(() => act.isDisabled(), true)
  await dialog.getByRole('textbox').last().fill(id)
  await act.click()
  const door = page.getByRole('dialog', { name: 'Is it still you?' })
  await door.waitFor()
  assert.equal((await at.call('GET', `/${id}`)).body.version, 0)
  await door.getByRole('button', { name: 'Leave it' }).click()
  await visit.close()

  const again = await Visit.open(browser, at.server, { grants: OFFICER })
  await again.at(address(id))
  await again.page.getByRole('button', { name: 'Publish', exact: true }).click()
  const second = again.page.getByRole('dialog')
  await second.getByRole('textbox').last().fill(id)
  await second.getByRole('button', { name: 'Publish now' }).click()
  await again.page.locator('.tag', { hasText: 'published' }).waitFor()
  const onPublicPages = again.page.getByRole('link', { name: 'The public page' })
  assert.match((await onPublicPages.getAttribute('href')) ?? '', new RegExp(`/advisories/${id}`))
  await again.page.getByRole('button', { name: 'Withdraw' }).click()
  await second.getByLabel('Reason').fill('It was another product.')
  await second.getByRole('textbox').last().fill(id)
  await second.getByRole('button', { name: 'Withdraw' }).click()
  await again.page.locator('.tag', { hasText: 'withdrawn' }).waitFor()
  assert.match((await at.read(`/advisories/${id}`)).text, /It was another product/)
  await again.close()
})

test('a session that ended and a server that is away cost nothing of what was typed', async (t) => {
  const at = await site(t)
  const { id } = await at.written()
  const visit = await Visit.open(browser, at.server, { grants: OFFICER })
  const { page } = visit
  await visit.at(address(id))
  const summary = page.getByRole('textbox', { name: 'Summary', exact: true })
  await summary.fill('What took an hour to write.')
  const context = page.context()
  const cookies = await context.cookies()
  await context.clearCookies()
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  const door = page.getByRole('dialog', { name: 'Your session ended' })
  await door.waitFor()
  await door.getByRole('button', { name: 'Leave it' }).click()
  await shows(() => summary.inputValue(), 'What took an hour to write.')

  await context.addCookies(cookies)
  await context.setOffline(true)
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('The server does not answer. Trying again').waitFor()
  await shows(() => summary.inputValue(), 'What took an hour to write.')
  await context.setOffline(false)
  await page.getByText('The server does not answer. Trying again').waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('Saved', { exact: true }).waitFor()
  const { content } = (await at.call('GET', `/${id}`)).body
  assert.equal(content.summary, 'What took an hour to write.')
  await visit.close()
})
