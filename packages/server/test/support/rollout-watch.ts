/**
 * Looks again and again at the rows of a rollout, and afterwards at all of them, for what a server must never have done:
 * opened early, faster than the pace, or twice; lost or doubled a report; led beside another one.
 */
import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { RELEASE, type ServersSite } from './servers-site.ts'
import { REPORTS_OF_AN_UPDATE, type UpdatingDevice } from './updating-device.ts'

const LOOK_EVERY_MS = 500
const MINUTE_SECONDS = 60

export interface StagedPlan {
  readonly groups: readonly { readonly success: { readonly soakSeconds: number } }[]
  readonly pace: {
    readonly startPerMinute: number
    readonly factor: number
    readonly everySuccesses: number
    readonly maxPerMinute: number
  }
}

interface Member {
  readonly device: string
  readonly grp: number
  readonly offered_at: number | null
  readonly end_at: number | null
  readonly end_as: string | null
}

export class RolloutWatch {
  readonly #site: ServersSite
  readonly #id: string
  readonly #plan: StagedPlan
  readonly #offeredAt = new Map<string, number>()
  /** What was seen that must not be. */
  readonly wrong: string[] = []
  #over = false
  #watching: Promise<void> = Promise.resolve()

  constructor(site: ServersSite, id: string, plan: StagedPlan) {
    this.#site = site
    this.#id = id
    this.#plan = plan
  }

  start(): void {
    for (const server of this.#site.servers) {
      server.onLeading = () => {
        const leading = this.#site.servers.filter(({ leads }) => leads)
        if (leading.length > 1) this.wrong.push(`${leading.length} servers lead at once`)
      }
    }
    this.#watching = this.#watch()
  }

  async stop(): Promise<void> {
    this.#over = true
    await this.#watching
  }

  /** Everything is as if nobody had ever been killed. */
  async assertNothingLost(): Promise<void> {
    const { devices } = this.#site
    const members = await this.#look()
    assert.deepEqual(this.wrong, [])
    assert.equal(members.length, devices.length)
    for (const { device, end_as } of members) assert.equal(end_as, 'succeeded', device)
    this.#assertGroupsInOrder(members)
    this.#assertPace(members)
    for (const device of devices) await this.#assertDevice(device)
    const events = await this.#site.query(`SELECT type FROM events WHERE type LIKE 'security.%'`)
    assert.deepEqual(events, [], 'no report that came again made a device look like two')
  }

  async #watch(): Promise<void> {
    while (!this.#over) {
      await sleep(LOOK_EVERY_MS)
      try {
        await this.#site.letHoldsOfTheDeadRunOut()
        await this.#look()
      } catch {
        // The database is away for a while in some tests; the rows are looked at again.
      }
    }
  }

  async #look(): Promise<readonly Member[]> {
    const members: Member[] = await this.#site.query(
      `SELECT device, grp::int, offered_at::int, end_at::int, end_as FROM rollout_members
       WHERE rollout = '${this.#id}'`,
    )
    for (const { device, offered_at } of members) {
      const before = this.#offeredAt.get(device)
      if (before !== undefined && before !== offered_at) this.wrong.push(`${device} offered again`)
      if (offered_at !== null) this.#offeredAt.set(device, offered_at)
    }
    return members
  }

  /** Every device of a group had its turn only when all of the groups before had succeeded, and soaked. */
  #assertGroupsInOrder(members: readonly Member[]): void {
    for (const { grp, offered_at, device } of members) {
      assert.ok(offered_at !== null)
      for (const before of members.filter((other) => other.grp < grp)) {
        const soaked = (before.end_at ?? Number.NaN) + this.#soakSecondsOf(before.grp)
        assert.ok(offered_at >= soaked, `${device} at ${offered_at}, ${before.device} ${soaked}`)
      }
    }
  }

  #soakSecondsOf(group: number): number {
    return this.#plan.groups[group]?.success.soakSeconds ?? Number.NaN
  }

  #assertPace(members: readonly Member[]): void {
    const { startPerMinute, factor, everySuccesses, maxPerMinute } = this.#plan.pace
    for (const { offered_at: at } of members) {
      assert.ok(at !== null)
      const inMinute = members.filter(
        ({ offered_at }) =>
          offered_at !== null && offered_at <= at && offered_at > at - MINUTE_SECONDS,
      )
      const successes = members.filter(({ end_at }) => end_at !== null && end_at <= at).length
      const risen = startPerMinute * factor ** Math.floor(successes / everySuccesses)
      assert.ok(inMinute.length <= Math.min(risen, maxPerMinute), `${inMinute.length} at ${at}`)
    }
  }

  async #assertDevice(device: UpdatingDevice): Promise<void> {
    assert.deepEqual([...device.offers], [`${this.#id} 1`], `${device.id} was offered it once`)
    assert.deepEqual(device.outdated, [], `${device.id} never got an older manifest`)
    const view = await this.#site.get(`/devices/${device.id}`)
    assert.deepEqual([view.version, view.state], [RELEASE.version, 'idle'], device.id)
    const { last, missing, unchained, refused } = view.reports
    assert.deepEqual(
      { last, missing, unchained, refused },
      { last: REPORTS_OF_AN_UPDATE, missing: 0, unchained: 0, refused: 0 },
      device.id,
    )
    const reports = await this.#site.get(`/devices/${device.id}/reports?limit=500`)
    assert.deepEqual(
      reports.map(({ seq }: { seq: number }) => seq),
      Array.from({ length: REPORTS_OF_AN_UPDATE }, (_, i) => REPORTS_OF_AN_UPDATE - i),
      device.id,
    )
  }
}
