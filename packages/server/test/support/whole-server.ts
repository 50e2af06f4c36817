/** The server with everything it has, on free ports, for tests that go through every route. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { startEdge } from '../../src/edge.ts'
import type { EdgeNeeds } from '../../src/ports.ts'
import { type RunningServer, startServer } from '../../src/server.ts'
import { parseSettings } from '../../src/settings.ts'
import type { Ending } from './edge-under-test.ts'
import { databaseSettings } from './server-database.ts'

export class WholeServer {
  readonly clock = { now: () => new Date() }
  readonly edge: EdgeNeeds
  readonly token: string
  readonly #running: RunningServer

  private constructor(running: RunningServer, edge: EdgeNeeds, token: string) {
    this.#running = running
    this.edge = edge
    this.token = token
  }

  static async start(
    t: Ending,
    settings: object = {},
    log = pino({ level: 'silent' }),
  ): Promise<WholeServer> {
    const dataFolder = await mkdtemp(join(tmpdir(), 'fleetward-whole-'))
    t.after(() => rm(dataFolder, { recursive: true, force: true }))
    let needs: EdgeNeeds | undefined
    const running = await startServer(
      parseSettings({
        ...{ dataFolder, host: ['localhost', '127.0.0.1'] },
        listen: { public: 0, device: 0, mqtt: 0, operator: 0 },
        ...(await databaseSettings(dataFolder)),
        ...settings,
      }),
      {
        log,
        startEdge: (given) => {
          needs = given
          return startEdge(given)
        },
      },
    )
    t.after(() => running.stop())
    if (needs === undefined) throw new Error('The server started without its edge')
    return new WholeServer(running, needs, (await readFile(running.adminTokenFile, 'utf8')).trim())
  }

  get ports(): RunningServer['ports'] {
    return this.#running.ports
  }

  url(path: string): string {
    return `http://127.0.0.1:${this.#running.ports.operator}${path}`
  }
}
