/**
 * The first day of somebody who has never seen it: `npm start`, and from then on nothing but the console. From the link
 * to a passkey, to a rollout, to why one device did not take it, to a published advisory.
 */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { processesOf } from '../end-to-end/support/story-run.ts'
import { openBrowser, violations } from '../page/browser.ts'
import { shows } from '../page/shows.ts'
import { Person } from '../sign-in/person.ts'
import { ROOT } from '../support/sources.ts'

const STORY_LIMIT_MS = 240_000

const browser = await openBrowser()
after(() => browser.close())

let folder: string
let story: ChildProcess
let link: string

before(
  async () => {
    folder = await mkdtemp(join(tmpdir(), 'fleetward-first-day-'))
    const words = ['scripts/start.mjs', '--folder', folder]
    story = spawn(process.execPath, words, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] })
    link = await printedLink(story)
  },
  { timeout: STORY_LIMIT_MS },
)

after(async () => {
  story.kill('SIGTERM')
  if (story.exitCode === null) await once(story, 'exit')
  assert.deepEqual(processesOf(folder), [], 'the story left processes behind')
  await rm(folder, { recursive: true, force: true })
})

test('a rollout is started, a device says why it did not take it, and an advisory is published, by the console alone', {
  timeout: 240_000,
}, async () => {
  const ada = await Person.open(browser)
  const { page } = ada
  const heading = (name: string | RegExp) => page.getByRole('heading', { name, level: 1 }).waitFor()

  // From the link to a passkey, and on to the first steps.
  await ada.open(link)
  await ada.press('Go on')
  await page.fill('#name', 'Ada Lovelace')
  await page.fill('#login', 'ada')
  await ada.press('Go on')
  await ada.press('Make a passkey')
  await ada.at('/account/codes')
  await page.getByRole('link', { name: 'Console' }).last().click()
  await heading('First steps')
  assert.deepEqual(await violations(ada.browser), [])

  // What is next leads to the wizard, with the release that nobody has yet.
  await page.getByRole('link', { name: 'Roll out 1.5.0' }).click()
  await heading('New rollout')
  await shows(() => page.getByLabel('Release').inputValue(), '1.5.0')
  const next = async (step: string) => {
    await page.getByRole('button', { name: 'Next' }).click()
    await page.getByRole('heading', { name: step, exact: true, level: 2 }).waitFor()
  }
  await next('Devices')
  await page.getByLabel('Cohort', { exact: true }).selectOption('homes')
  await page.getByRole('button', { name: 'One group, everybody at once' }).click()
  await next('Care')
  await page.getByLabel('On whose clock').selectOption('none')
  await next('Owners')
  await next('Approval')
  await page.getByLabel('Start it as soon as it may').check()
  await next('Preview')
  await page.getByText('1.5.0 would be offered to 3 devices of homes.').waitFor()
  await page.getByRole('button', { name: 'Create the rollout' }).click()
  await page.getByText('running').first().waitFor()

  // Five devices that run for real: three take it while the page is looked at.
  await page
    .getByRole('link', { name: 'Updated, all: 3. Show the devices', exact: true })
    .waitFor({ timeout: 120_000 })

  // Who did not take the fix says why in a sentence, and what its owner chose.
  await page.getByRole('link', { name: 'Fleet', exact: true }).click()
  await heading('Fleet')
  await page.getByRole('link', { name: 'G1-0005' }).click()
  await heading('G1-0005')
  await page.getByText('Its owner opted out of automatic updates and has not asked').waitFor()

  // The draft is told to the public, once its name was typed.
  await page.getByRole('link', { name: 'Advisories', exact: true }).click()
  await heading('Advisories')
  await page.getByRole('link', { name: /^LUMEN/ }).click()
  await heading('Command injection in Lumen Gateway G1')
  const name = /LUMEN-WORKS-\d{4}-\d{4}/.exec(await page.innerText('main'))?.[0] ?? ''
  await page.getByRole('button', { name: 'Publish', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox').last().fill(name)
  await dialog.getByRole('button', { name: 'Publish now' }).click()
  await page.locator('.tag', { hasText: 'published' }).first().waitFor()
  assert.deepEqual(await violations(ada.browser), [])

  // All of it is done on the first steps as well.
  await page.getByRole('link', { name: 'First steps', exact: true }).click()
  await heading('First steps')
  for (const step of ['Your first rollout', 'Watch it', 'Tell the public']) {
    await page.locator('.steps > li', { hasText: step }).getByText('done').waitFor()
  }
  await ada.close()
})

/** The one-time link that the story ends with. */
function printedLink(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    child.stdout?.setEncoding('utf8').on('data', (more: string) => {
      text += more
      const printed = /^ *(http:\/\/localhost:\d+\/welcome#\S+)/m.exec(text)?.[1]
      if (printed !== undefined) resolve(printed)
    })
    child.once('exit', () => reject(new Error(`The story ended:\n${text}`)))
  })
}
