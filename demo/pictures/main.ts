/**
 * `npm run pictures`: takes a picture of every screen of the console, from a story that is told for it, in Chromium.
 *
 *   npm run pictures                        those of README, anew, into docs/pictures
 *   npm run pictures -- --out F             every screen, in three widths, light and dark, into F
 *   npm run pictures -- --out F --language de --only fleet
 *   npm run pictures -- --story demo/.story   of a story that is up already and has no administrator yet
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { type Browser, chromium, type Page } from 'playwright-core'
import { REPOSITORY, storyFolder } from '../folder.ts'
import { type PicturedScreen, SCREENS, SHOWN } from './screens.ts'

const CHROMIUM = '/usr/bin/chromium'
const WIDTHS = [380, 1280, 2560]
const HEIGHT_PX = 900
/** Telling the story takes half a minute; a slow machine three. */
const STORY_LIMIT_MS = 180_000

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    story: { type: 'string' },
    only: { type: 'string' },
    language: { type: 'string', default: 'en' },
  },
})

if (values.out !== undefined) await mkdir(values.out, { recursive: true })
const folder = resolve(values.story ?? (await mkdtemp(join(tmpdir(), 'fleetward-pictures-'))))
const story = values.story === undefined ? await tell(folder) : undefined
const browser = await chromium.launch({
  ...{ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] },
})
try {
  await take(browser)
} finally {
  await browser.close()
  if (story !== undefined) {
    story.kill('SIGTERM')
    if (story.exitCode === null) await once(story, 'exit')
    await rm(folder, { recursive: true, force: true })
  }
}

async function take(through: Browser): Promise<void> {
  const { settings, firstAdministrator } = storyFolder(folder).server
  const { listen } = JSON.parse(await readFile(settings, 'utf8')) as {
    listen: { operator: number }
  }
  const origin = `http://localhost:${listen.operator}`
  const context = await through.newContext({ locale: values.language, reducedMotion: 'reduce' })
  const page = await context.newPage()
  await becomeAdministrator(page, (await readFile(firstAdministrator, 'utf8')).trim())
  const wanted = SCREENS.filter(({ name }) =>
    values.out === undefined ? SHOWN.includes(name) : (values.only ?? name) === name,
  )
  for (const screen of wanted) {
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const width of values.out === undefined ? [1280] : WIDTHS) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
        await page.setViewportSize({ width, height: HEIGHT_PX })
        await open(page, `${origin}/console${screen.path}`, screen)
        const path = fileOf(screen.name, colorScheme, width)
        await page.screenshot({ path, fullPage: values.out !== undefined })
        process.stdout.write(`${path}\n`)
      }
    }
  }
}

function fileOf(name: string, scheme: string, width: number): string {
  if (values.out === undefined) return join(REPOSITORY, 'docs/pictures', `${name}-${scheme}.png`)
  return join(resolve(values.out), `${name}-${scheme}-${width}.png`)
}

async function open(page: Page, url: string, { prepare }: PicturedScreen): Promise<void> {
  await page.goto(url)
  await loaded(page)
  if (prepare !== undefined) {
    await prepare(page)
    await page.waitForURL((there) => there.href !== url)
    await loaded(page)
  }
}

async function loaded(page: Page): Promise<void> {
  await page.waitForSelector('h1')
  // By a selector: the page's policy keeps a script out that waits.
  await page.waitForSelector('body:not(:has([data-loading], [aria-busy=true]))')
  // Charts are drawn a frame later.
  await pause(300)
}

/** By the link, with a passkey of a fingerprint reader that says yes. */
async function becomeAdministrator(page: Page, link: string): Promise<void> {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      ...{ protocol: 'ctap2', transport: 'internal', hasResidentKey: true },
      ...{ hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
    },
  })
  await page.goto(link)
  const go = () => page.locator('main button.first').first().click()
  await go()
  await page.waitForURL((url) => /^\/welcome\/(you|way)$/.test(url.pathname))
  // A new link for somebody who is known asks for no name.
  if (page.url().endsWith('/you')) {
    await page.fill('#name', 'Ada')
    await page.fill('#login', 'ada')
    await go()
    await page.waitForURL((url) => url.pathname === '/welcome/way')
  }
  await go()
  await page.waitForURL((url) => url.pathname === '/account/codes')
}

/** Until it stands there with everything up. */
async function tell(place: string) {
  const words = ['scripts/start.mjs', '--folder', place]
  const told = spawn(process.execPath, words, {
    cwd: REPOSITORY,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const isUp = Promise.withResolvers<void>()
  told.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (text.includes('Everything stays up')) isUp.resolve()
  })
  told.once('exit', () => isUp.reject(new Error('The story ended before it was told')))
  const limit = setTimeout(() => isUp.reject(new Error('The story takes too long')), STORY_LIMIT_MS)
  try {
    await isUp.promise
  } catch (error) {
    told.kill('SIGTERM')
    throw error
  } finally {
    clearTimeout(limit)
  }
  return told
}
