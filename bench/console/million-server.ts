/** An installed server with a million devices, seen as lately as in a fleet that lives, and an exploited hole in half of them. */
import { sql } from 'kysely'
import { openDatabase } from '../../packages/server/src/adapters/sql/database.ts'
import { DEVICES_COUNT, fillWithDevices } from '../million/devices.ts'
import { addFinding } from '../million/exposure.ts'
import { Server } from '../support/installed-server.ts'
import { end } from '../support/programs.ts'

const DAY = 86_400
/** So that what is measured is not where the limits of a caller are. */
const REQUESTS_PER_MINUTE = 100_000_000
const SETTINGS = {
  requestLimits: { perAddress: REQUESTS_PER_MINUTE, perAccount: REQUESTS_PER_MINUTE },
}

export class MillionServer {
  server: Server
  readonly #folder: string

  private constructor(server: Server, folder: string) {
    this.server = server
    this.#folder = folder
  }

  static async fill(folder: string): Promise<MillionServer> {
    const empty = await Server.start(folder, SETTINGS)
    await empty.publishProduct()
    await end(empty.process)
    const database = await openDatabase({ file: empty.databaseFile })
    try {
      await sql`pragma synchronous = off`.execute(database)
      await sql`pragma cache_size = -1000000`.execute(database)
      process.stderr.write(`  ${DEVICES_COUNT} devices are written; that takes minutes …\n`)
      const now = Math.floor(Date.now() / 1000)
      await fillWithDevices(database, {
        enrolled_at: `${now} - (i % 900) * ${DAY}`,
        last_seen_at: `${now} - case when i % 50 = 0 then (i % 200) * ${DAY} else i % 50000 end`,
      })
      await addFinding(database)
    } finally {
      await database.destroy()
    }
    return MillionServer.on(folder)
  }

  /** On what was filled before. */
  static async on(folder: string): Promise<MillionServer> {
    return new MillionServer(await Server.start(folder, SETTINGS), folder)
  }

  async restart(): Promise<Server> {
    await this.stop()
    this.server = await Server.start(this.#folder, SETTINGS)
    return this.server
  }

  stop(): Promise<void> {
    return end(this.server.process)
  }
}
