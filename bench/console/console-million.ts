/** The console before a million devices: what a browser loads, how soon it can be used, how soon a filter has rows. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openBrowser } from '../../test/page/browser.ts'
import type { Figure } from '../figure.ts'
import { buildConsole } from './build-console.ts'
import { newPerson } from './console-visit.ts'
import { filterTyped } from './filter-typed.ts'
import { firstLoad } from './first-load.ts'
import { firstScreen } from './first-screen.ts'
import { MillionServer } from './million-server.ts'

export async function consoleMillionBench(): Promise<Figure[]> {
  buildConsole()
  const folder = await mkdtemp(join(tmpdir(), 'fleetward-console-'))
  const million = await MillionServer.fill(folder)
  const browser = await openBrowser()
  try {
    const person = await newPerson(million.server)
    const load = await firstLoad(browser, million.server, person)
    const screen = await firstScreen({
      ...{ browser, person, server: million.server, restart: () => million.restart() },
    })
    return [...load, ...screen.figures, ...(await filterTyped(browser, screen.server, person))]
  } finally {
    await browser.close()
    await million.stop()
    await rm(folder, { recursive: true, force: true })
  }
}
