/** For everybody: screen reader, keyboard, small screens, light and dark, three languages. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { OwnersBrowser, openBrowser, violations } from './browser.ts'
import { NOTICE, ShownDevice, worstDay } from './shown-device.ts'
import { shows } from './shows.ts'

const VIEWS = ['overview', 'settings', 'activity', 'data', 'about']

const device = await ShownDevice.open(worstDay())
after(() => device.close())
const browser = await openBrowser()
after(() => browser.close())

test('no view has an accessibility violation (all languages and colours: the long walk)', async () => {
  const owner = await OwnersBrowser.open(browser, { locale: 'de-DE', colorScheme: 'dark' })
  await owner.enter(device)
  for (const view of VIEWS) {
    await owner.view(view)
    assert.deepEqual(await violations(owner), [], view)
  }
  await owner.close()
})

test('with the keyboard alone: in, through the views, postpone, reset and back, with the focus always to be seen', async () => {
  const owner = await OwnersBrowser.open(browser)
  const { page } = owner
  const { keyboard } = page
  const focused = () =>
    page.evaluate<string>('document.activeElement.id || document.activeElement.textContent.trim()')
  const tabTo = async (wanted: string) => {
    for (let steps = 0; steps < 40; steps++) {
      if ((await focused()) === wanted) {
        const outline = await page.evaluate<string>(
          'getComputedStyle(document.activeElement).outlineStyle',
        )
        assert.notEqual(outline, 'none', `${wanted} shows its focus`)
        return
      }
      await keyboard.press('Tab')
    }
    assert.fail(`${wanted} cannot be reached; at ${await focused()}`)
  }
  await page.goto(device.url)
  await page.waitForSelector('#door')
  assert.equal(await focused(), 'code')
  await keyboard.type(device.code)
  await keyboard.press('Enter')
  await page.waitForSelector('#hero')
  assert.equal(await focused(), 'title')

  await tabTo('Postpone 1 day')
  await keyboard.press('Enter')
  await page.getByText('The update is postponed.').waitFor()
  assert.equal(await focused(), 'Postpone 1 day')
  const { body } = device.asked.findLast(({ path }) => path === '/1/postpone') ?? {}
  assert.deepEqual({ ...(body as object) }, { path: NOTICE.path, seconds: 86_400 })

  await page.evaluate('document.body.focus(); document.activeElement.blur()')
  await tabTo('skip')
  await tabTo('Your data')
  await keyboard.press('Enter')
  await page.waitForSelector('#begin-again')
  assert.equal(await focused(), 'title')
  await tabTo('do-factory')
  await keyboard.press('Enter')
  assert.equal(await focused(), 'confirm')
  // A modal dialog keeps the focus; Escape gives it back to where it came from.
  for (let steps = 0; steps < 8; steps++) {
    await keyboard.press('Tab')
    const inside = await page.evaluate<boolean>(
      'document.activeElement === document.body || document.querySelector("dialog").contains(document.activeElement)',
    )
    assert.ok(inside)
  }
  await keyboard.press('Escape')
  assert.equal(await focused(), 'do-factory')
  assert.equal(
    device.asked.some(({ path }) => path === '/1/reset'),
    false,
  )
  await owner.close()
})

test('news from the device keeps the focus, what was typed and what is open', async () => {
  const owner = await OwnersBrowser.open(browser)
  const { page } = owner
  await owner.enter(device)
  await owner.view('settings')
  await page.fill('#from', '03:15')
  await page.focus('#timeZone')
  const before = device.answers.status.version
  device.answers.status.version = '1.4.9'
  device.answers.status.model = 'Lumen Gateway G2'
  await page.getByText('Lumen Gateway G2').waitFor({ timeout: 30_000 })
  await shows(() => page.inputValue('#from'), '03:15')
  await shows(() => page.evaluate('document.activeElement.id'), 'timeZone')
  device.answers.status.version = before ?? ''
  device.answers.status.model = 'Lumen Gateway G1'
  await owner.close()
})

test('the end of support is said until it is put away, and stays true on the first view', async () => {
  const owner = await OwnersBrowser.open(browser)
  const { page } = owner
  await owner.enter(device)
  await page.click('#support-notice button')
  await page.reload()
  await page.waitForSelector('#hero')
  await shows(() => page.locator('#support-notice').count(), 0)
  device.answers.notices.length = 0
  await page.getByRole('heading', { name: /no longer gets security updates/ }).waitFor()
  device.answers.notices.push(structuredClone(NOTICE))
  await owner.close()
})

const ENDING: [locale: string, colorScheme: 'light' | 'dark', year: RegExp, month: RegExp][] = [
  ['en-GB', 'light', /less than a year: with August 2031/, /less than a month\./],
  ['de-DE', 'dark', /weniger als einem Jahr: mit August 2031/, /weniger als einem Monat\./],
  ['fr-FR', 'light', /moins d’un an : avec août 2031/, /moins d’un mois\./],
]
for (const [locale, colorScheme, year, month] of ENDING) {
  test(`the end of support comes nearer on the page, step by step: ${locale}`, async () => {
    const before = structuredClone(device.answers)
    const { status, notices } = device.answers
    notices.length = 0
    Object.assign(status, { supportEndsOn: '2031-08', supportEnded: false, supportNotice: 12 })
    Object.assign(status, { state: 'idle', waitingFor: undefined, lastFailure: undefined })
    Object.assign(status.owner ?? {}, { optedOut: undefined })
    const owner = await OwnersBrowser.open(browser, { locale, colorScheme })
    const { page } = owner
    await owner.enter(device)
    await page.waitForSelector('#support-notice')
    await shows(() => page.innerText('#support-notice p'), year)
    assert.deepEqual(await violations(owner), [])
    await page.click('#support-notice button')
    await shows(() => page.locator('#support-notice').count(), 0)
    // Put away at one step, it comes back at the next.
    Object.assign(status, { supportNotice: 6 })
    await page.reload()
    await page.waitForSelector('#support-notice')
    Object.assign(status, { supportNotice: 1 })
    await page.reload()
    await page.waitForSelector('#hero')
    await shows(() => page.innerText('#hero h1'), month)
    await shows(() => page.locator('#support-notice').count(), 0, 'not twice on one view')
    assert.deepEqual(await violations(owner), [])
    Object.assign(device.answers, before)
    await owner.close()
  })
}

test('no word on the page stands outside the catalogues', async () => {
  const owner = await OwnersBrowser.open(browser)
  const { page } = owner
  await page.route('**/site/en.json', async (route) => {
    const words = (await (await route.fetch()).json()) as Record<string, string>
    const marked = Object.entries(words).map(([key, word]) => [key, `⟦${word}⟧`])
    await route.fulfill({ json: Object.fromEntries(marked) })
  })
  await owner.enter(device)
  const leaves = (json: unknown): string[] =>
    typeof json === 'object' && json !== null ? Object.values(json).flatMap(leaves) : [String(json)]
  const known = new Set([
    ...leaves(device.answers),
    ...device.answers.entries.flatMap((each) => Object.keys((each as { facts: object }).facts)),
    ...['English', 'Deutsch', 'Français', 'UTC'],
  ])
  for (const view of VIEWS) {
    await owner.view(view)
    if (view === 'data') await page.click('#do-erase')
    const seen = await page.evaluate<string[]>(`(() => {
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
      const texts = []
      while (walker.nextNode()) {
        if (!walker.currentNode.parentElement.closest('noscript')) texts.push(walker.currentNode.data.trim())
      }
      const attributes = [...document.querySelectorAll('[aria-label],[placeholder],[title],[alt]')]
        .flatMap((element) => ['aria-label', 'placeholder', 'title', 'alt'].map((name) => element.getAttribute(name)))
      return [...texts, ...attributes].filter((text) => text && /\\p{L}/u.test(text))
    })()`)
    const foreign = seen.filter(
      (words) =>
        !words.startsWith('⟦') &&
        !known.has(words) &&
        // Days and dates come from Intl in the reader's language; a code is an example of itself.
        !/^\p{Lu}\p{Ll}{2,8}(day)?$|^\d{1,2} \p{L}+ \d{4}|^[A-Z]{4}(-[A-Z]{4}){2}$/u.test(words),
    )
    assert.deepEqual(foreign, [], view)
    if (view === 'data') await page.keyboard.press('Escape')
  }
  await owner.close()
})
