/** How much JavaScript a browser with an empty cache fetches for the first screen, as it came over the wire. */
import type { Browser, Response } from 'playwright-core'
import type { Figure } from '../figure.ts'
import type { Server } from '../support/installed-server.ts'
import { ConsoleVisit, type Person } from './console-visit.ts'

/** Ours: gzip, without what draws charts. */
const GOAL_KB = 90
/** The library that draws charts names its root so; it is fetched when there is one to draw. */
const CHARTS = /\bu-wrap\b/
const LOCALES = { English: 'en-GB', German: 'de-DE' }

export async function firstLoad(
  browser: Browser,
  server: Server,
  person: Person,
): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const [language, locale] of Object.entries(LOCALES)) {
    const visit = await ConsoleVisit.open(browser, server, person, locale)
    const answers: Response[] = []
    visit.page.on('response', (response) => answers.push(response))
    await visit.page.goto('/console/')
    await visit.page.waitForSelector('.matters, .nothing')
    // A chart begins to be drawn once its numbers are there.
    await visit.page.waitForTimeout(1000)
    const files = await Promise.all(
      answers.filter((answer) => !isStream(answer)).map((answer) => fetched(answer)),
    )
    await visit.close()
    const scripts = files.filter(({ isScript }) => isScript)
    const charts = scripts.filter(({ draws }) => draws)
    const others = scripts.filter(({ draws }) => !draws)
    const all = `with charts ${inKb(scripts)}, with page, style and answers of the API ${inKb(files)}`
    figures.push({
      what: `console, first load in ${language}: JavaScript fetched before charts, gzip, ${others.length} files (${all} kB)`,
      median: Number(inKb(scripts)) - Number(inKb(charts)),
      ...{ unit: 'kB', runs: 1, goal: GOAL_KB },
    })
  }
  return figures
}

interface Fetched {
  readonly bytes: number
  readonly isScript: boolean
  readonly draws: boolean
}

async function fetched(response: Response): Promise<Fetched> {
  const isScript = (response.headers()['content-type'] ?? '').startsWith('text/javascript')
  const { responseBodySize: bytes } = await response.request().sizes()
  return { bytes, isScript, draws: isScript && CHARTS.test(await response.text()) }
}

function isStream(response: Response): boolean {
  return (response.headers()['content-type'] ?? '').startsWith('text/event-stream')
}

function inKb(files: readonly Fetched[]): string {
  return (files.reduce((sum, { bytes }) => sum + bytes, 0) / 1000).toFixed(1)
}
