/**
 * Devices of a server under test that do what its database says they may: they are on record, and what they report
 * goes through the store that real reports go through. There is no wire between.
 */
import { randomBytes } from 'node:crypto'
import type { Report } from '@fleetward/shared'
import { SqlDeviceStore } from '../../src/adapters/sql/devices/device-store.ts'
import { sqlStores } from '../../src/adapters/sql/sql-stores.ts'
import { PRODUCT } from './desk.ts'
import type { TestServer } from './test-server.ts'

export const OLD_VERSION = '1.4.2'

export class ReportingFleet {
  readonly #server: TestServer
  readonly #seq = new Map<string, number>()
  readonly #digests = new Map<string, string>()

  constructor(server: TestServer) {
    this.#server = server
  }

  get #database() {
    const database = this.#server.edge?.database
    if (database === undefined) throw new Error('the server is not running')
    return database
  }

  get now(): number {
    return Math.floor(this.#server.clock.at.getTime() / 1000)
  }

  async add(ids: readonly string[], cohort = 'everyone'): Promise<void> {
    await this.#database
      .insertInto('devices')
      .values(
        ids.map((id) => ({
          ...{ id, product: PRODUCT, cohort, enrolled_at: this.now, online: 1 },
          ...{ revoked_at: null, last_seen_at: this.now, state: 'idle', waiting_for: null },
          ...{ version: OLD_VERSION, version_key: '111412', security_counter: 1 },
          ...{ rollout: null, code: null, integrity: null },
          ...{ automatic_security: 1, automatic_functionality: 0 },
        })),
      )
      .execute()
    await this.#database
      .insertInto('device_heads')
      .values(ids.map((device) => ({ device, claims: null, inventory: null }) as never))
      .execute()
  }

  /** As one that has enrolled and said nothing yet. */
  async unknown(id: string): Promise<void> {
    const unheard = {
      ...{ version: null, version_key: null, state: null },
      ...{ automatic_security: null, automatic_functionality: null },
    }
    await this.#database.updateTable('devices').set(unheard).where('id', '=', id).execute()
  }

  /** As one that enrols while rollouts are under way. */
  async join(id: string, cohort = 'everyone'): Promise<void> {
    await this.add([id], cohort)
    const door = this.#server.edge?.cohortDoor
    const joining = { product: PRODUCT, device: id, cohort, at: this.now }
    await sqlStores(this.#database).transaction(async (stores) => door?.joined(stores, joining))
  }

  async report(device: string, claims: Partial<Report>): Promise<void> {
    const seq = (this.#seq.get(device) ?? 0) + 1
    this.#seq.set(device, seq)
    const report: Report = {
      ...{
        iss: '',
        aud: '',
        iat: this.now,
        seq,
        prev: this.#digests.get(device) ?? '',
        state: 'idle',
        version: OLD_VERSION,
      },
      securityCounter: 1,
      owner: { automaticSecurity: true, automaticFunctionality: false, optedOut: false },
      metadata: { root: 1, timestamp: 1, snapshot: 1, targets: 1 },
      nonce: 'n',
      ...claims,
    }
    const digest = randomBytes(32).toString('hex')
    this.#digests.set(device, digest)
    const claims64 = Buffer.from(JSON.stringify(report)).toString('base64url')
    const token = `a.${claims64}.c`
    const received = { device, product: PRODUCT, report, token, digest }
    await new SqlDeviceStore(this.#database).takeReports([received], this.now)
  }

  async begins(device: string, rollout: string): Promise<void> {
    await this.report(device, { state: 'downloading', rollout, attempt: 1 })
  }

  async commits(device: string, version: string): Promise<void> {
    await this.report(device, { state: 'idle', version })
  }

  async fails(device: string, rollout: string): Promise<void> {
    await this.report(device, { state: 'failed', rollout, attempt: 1, code: 'SELF_TEST_FAILED' })
    await this.report(device, { state: 'idle' })
  }

  /** Time goes by, and the server looks at its rollouts. */
  async pass(seconds: number): Promise<void> {
    this.#server.clock.at = new Date(this.#server.clock.at.getTime() + seconds * 1000)
    await this.#server.running?.moveRollouts()
  }
}
