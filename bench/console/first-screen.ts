/**
 * From the beginning of the navigation until the first screen can be used: its heading and what needs a person are
 * painted, then a button is pressed and what it opens is painted. Three ways: a server that has just started, which has
 * counted nothing yet, and a browser with an empty cache; a server that runs; and a browser that was there before. The
 * limit beside it is the API's own answer to the one question that the screen asks, by the same session.
 */
import type { Browser, Page } from 'playwright-core'
import { type Figure, median } from '../figure.ts'
import type { Server } from '../support/installed-server.ts'
import { ConsoleVisit, type Person } from './console-visit.ts'
import { timePage } from './timed-page.ts'

/** Ours, on loopback. */
const GOAL_MS = 1000
const RUNS = 9
const STARTED_RUNS = 5

const USE = `
const has = (selector) => document.querySelector(selector) !== null
benchmark.usable = benchmark
  .shown(() => has('h1') && has('.matters, .nothing'))
  .then(() => {
    document.querySelector('.palette-button').click()
    return benchmark.shown(() => has('dialog[open] input'))
  })`

export interface FirstScreenNeeds {
  readonly browser: Browser
  readonly person: Person
  readonly server: Server
  /** Ends the server and starts it again on the same data. */
  readonly restart: () => Promise<Server>
}

export async function firstScreen(
  { browser, person, server: first, restart }: FirstScreenNeeds,
  runs = { started: STARTED_RUNS, running: RUNS },
): Promise<{ figures: Figure[]; server: Server }> {
  let server = first
  const started = { usable: [] as number[], asked: [] as number[] }
  for (let run = 0; run < runs.started; run += 1) {
    server = await restart()
    started.asked.push(await attentionMs(server, person))
    server = await restart()
    started.usable.push(await newcomer(browser, server, person))
  }
  const running = { cold: [] as number[], warm: [] as number[], asked: [] as number[] }
  const visit = await ConsoleVisit.open(browser, server, person)
  await timePage(visit.page, USE)
  await usableMs(visit.page)
  for (let run = 0; run < runs.running; run += 1) {
    running.asked.push(await attentionMs(server, person))
    running.cold.push(await newcomer(browser, server, person))
    running.warm.push(await usableMs(visit.page))
  }
  await visit.close()
  const figure = (how: string, tookMs: readonly number[], askedMs: readonly number[]): Figure => ({
    what: `1,000,000 devices, console, first screen usable, ${how}`,
    ...{ median: median(tookMs), unit: 'ms', runs: tookMs.length, atMost: GOAL_MS },
    peer: { name: 'GET /attention alone', median: median(askedMs) },
  })
  return {
    figures: [
      figure('server just started, cache empty', started.usable, started.asked),
      figure('cache empty', running.cold, running.asked),
      figure('files in the cache', running.warm, running.asked),
    ],
    server,
  }
}

async function newcomer(browser: Browser, server: Server, person: Person): Promise<number> {
  const visit = await ConsoleVisit.open(browser, server, person)
  await timePage(visit.page, USE)
  const tookMs = await usableMs(visit.page)
  await visit.close()
  return tookMs
}

async function usableMs(page: Page): Promise<number> {
  await page.goto('/console/', { waitUntil: 'commit' })
  return page.evaluate<number>('benchmark.usable')
}

async function attentionMs(server: Server, { cookie }: Person): Promise<number> {
  const startMs = performance.now()
  const headers = { cookie, 'sec-fetch-site': 'same-origin' }
  const response = await fetch(server.operatorUrl('/api/1/attention'), { headers })
  await response.text()
  if (!response.ok) throw new Error(`GET /attention answered ${response.status}`)
  return performance.now() - startMs
}
