/**
 * What tabs hold after an hour of live updates from a thousand devices. An hour has 12,000 signed reports, twelve of
 * each device over MQTT, and 1,200 events, one every three seconds, of devices and of a rollout by turns. It is played
 * in {@link HOUR}.playedSeconds, so seven and a half times as fast: no clock is turned, every report, event, question
 * and answer is a real one. Each event makes a tab that listens ask anew; what it asks by itself, every few seconds, it
 * asks as often as the played time allows, and how often that was in all stands in the row. A lap goes before
 * the start: a tab's code is compiled anew while it is used, and has its full size after some hundred answers. After each
 * lap devices and rollout are as they were.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openBrowser } from '../../test/page/browser.ts'
import type { Figure } from '../figure.ts'
import { Server } from '../support/installed-server.ts'
import { end, said, startProgram } from '../support/programs.ts'
import { buildConsole } from './build-console.ts'
import { ConsoleVisit, newPerson } from './console-visit.ts'
import { REPORTS_PER_LAP } from './lap.ts'
import { MeasuredTab, type TabMemory } from './tab-memory.ts'

/** `acts`: an event each; of a lap a multiple of four, so that what was done is undone. */
const HOUR = { devices: 1000, laps: 2, acts: 1200, playedSeconds: 480 }
/** Ours: nothing that grows with what was heard. */
const GOAL_RATIO = 1.05
const COHORT = 'homes'
const REQUESTS_PER_MINUTE = 1_000_000
/** News are gathered, asked for and shown within this. */
const SETTLED_MS = 3000

export async function consoleHourBench(hour = HOUR): Promise<Figure[]> {
  buildConsole()
  const folder = await mkdtemp(join(tmpdir(), 'fleetward-hour-'))
  const limit = { perAddress: REQUESTS_PER_MINUTE, perAccount: REQUESTS_PER_MINUTE }
  const server = await Server.start(folder, { requestLimits: limit })
  const fleet = startProgram('console/live-fleet.ts')
  const browser = await openBrowser()
  try {
    const { id: product, serverCa: ca } = await server.publishProduct()
    const tokens: string[] = []
    for (let i = 0; i < hour.devices; i += 1) tokens.push(await server.enrolmentToken(COHORT))
    const connected = said(fleet, 'connected')
    const enrolAt = `https://127.0.0.1:${server.ports.public}`
    fleet.send({ ca, enrolAt, port: server.ports.mqtt, product, tokens })
    await connected
    const rollout = await server.startRollout(COHORT)

    const person = await newPerson(server)
    const screens = {
      Now: '/console/',
      Fleet: `/console/products/${product}/fleet`,
      Rollout: `/console/products/${product}/rollouts/${rollout}`,
    }
    const tabs: { name: string; visit: ConsoleVisit; tab: MeasuredTab; held: TabMemory[] }[] = []
    for (const [name, address] of Object.entries(screens)) {
      const visit = await ConsoleVisit.open(browser, server, person)
      await visit.page.goto(address)
      await visit.page.waitForSelector('h1')
      tabs.push({ name, visit, tab: await MeasuredTab.of(visit.page), held: [] })
    }

    const lapMs = (hour.playedSeconds * 1000) / hour.laps
    const actsPerLap = hour.acts / hour.laps
    for (let lap = 0; lap <= hour.laps; lap += 1) {
      const lapped = said(fleet, 'lapped')
      fleet.send({ rollout, lapMs })
      await Promise.all([lapped, act(server, rollout, actsPerLap, lapMs / actsPerLap)])
      await sleep(SETTLED_MS)
      for (const { name, tab, held } of tabs) {
        const now = await tab.memory()
        held.push(now)
        const { heapMiB, nodes, listeners } = now
        process.stderr.write(
          `  ${name}: ${heapMiB.toFixed(2)} MiB, ${nodes} nodes, ${listeners} listeners, ${tab.asked} answers\n`,
        )
      }
      // The lap before the hour.
      if (lap === 0) for (const { tab } of tabs) tab.asked = 0
    }
    const figures = tabs.flatMap(({ name, tab, held }) => figuresOf(hour, name, tab.asked, held))
    for (const { visit } of tabs) await visit.close()
    return figures
  } finally {
    await browser.close()
    await end(fleet)
    await end(server.process)
    await rm(folder, { recursive: true, force: true })
  }
}

/** By turns to a device and to the rollout, and each thing is undone again. */
async function act(server: Server, rollout: string, count: number, everyMs: number) {
  const startMs = performance.now()
  for (let at = 0; at < count; at += 1) {
    const device = `device-${String((at >> 2) % 100).padStart(4, '0')}`
    const acts = [
      () => server.quarantine(device),
      () => server.moveRollout(rollout, 'pause'),
      () => server.release(device),
      () => server.moveRollout(rollout, 'resume'),
    ]
    await acts[at % acts.length]?.()
    await sleep(Math.max(0, startMs + (at + 1) * everyMs - performance.now()))
  }
}

function figuresOf(
  { devices, laps, acts, playedSeconds }: typeof HOUR,
  name: string,
  asked: number,
  held: readonly TabMemory[],
): Figure[] {
  const [first, last] = [held[0], held.at(-1)]
  const middle = held[held.length >> 1]
  if (first === undefined || middle === undefined || last === undefined) throw new Error('no laps')
  const reports = devices * laps * REPORTS_PER_LAP
  if (asked < acts / 4) throw new Error(`${name} asked ${asked} times only: it does not follow`)
  const perSecond = (count: number) => (count / playedSeconds).toFixed(1)
  const hour = `${devices} devices, an hour's ${reports} reports and ${acts} events in ${playedSeconds} s (${perSecond(reports)} and ${perSecond(acts)} a second), tab on ${name}, ${asked} answers`
  const row = (
    what: string,
    unit: 'MiB' | 'nodes' | 'listeners',
    of: (it: TabMemory) => number,
  ) => ({
    what: `${hour}: ${what}, middle ${of(middle).toFixed(unit === 'MiB' ? 2 : 0)}`,
    ...{ median: of(last), unit, runs: 1, goal: GOAL_RATIO },
    peer: { name: 'at the start', median: of(first) },
  })
  return [
    row('JavaScript heap after collection', 'MiB', ({ heapMiB }) => heapMiB),
    row('DOM nodes', 'nodes', ({ nodes }) => nodes),
    row('event listeners', 'listeners', ({ listeners }) => listeners),
  ]
}
