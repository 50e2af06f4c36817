/** The devices of a group, or of a position, as a preview counts them one by one. */
import type { FactoryWindow } from '@fleetward/shared'
import type { GroupAudience } from './engine/preview.ts'
import {
  PROSPECTS,
  type Prospect,
  type ProspectiveOffer,
  prospectOf,
  type ReportedChoices,
} from './engine/prospect.ts'
import type { Candidate } from './member-store.ts'
import type { CountedHours } from './own-hours.ts'

/** Devices that are named: some, for somebody to look at. */
export const SAMPLE_COUNT = 5

export class Audience implements GroupAudience {
  members = 0
  readonly prospects: Record<Prospect, number> = nobody()
  postponedUntil: GroupAudience['postponedUntil']
  readonly sample: string[] = []
  readonly #windows = new Map<string, number>()
  readonly #zones = new Map<string, number>()

  get hours(): CountedHours {
    return { windows: this.#windows, zones: this.#zones }
  }

  add({ device, ...others }: Candidate, offer: ProspectiveOffer, now: number): void {
    const prospect = prospectOf({ ...device, ...others }, offer, now)
    this.members += 1
    this.prospects[prospect] += 1
    if (this.sample.length < SAMPLE_COUNT) this.sample.push(device.device)
    if (prospect === 'takesIt') this.#keepHours(others.choices)
    const { postponedUntil: until } = device
    if (prospect !== 'postponed' || until === undefined) return
    this.#putOff({ earliest: until, latest: until })
  }

  /** Those too, without their names. */
  addAll(others: Audience): void {
    this.members += others.members
    for (const prospect of PROSPECTS) this.prospects[prospect] += others.prospects[prospect]
    if (others.postponedUntil !== undefined) this.#putOff(others.postponedUntil)
    for (const [window, count] of others.#windows) increase(this.#windows, window, count)
    for (const [zone, count] of others.#zones) increase(this.#zones, zone, count)
  }

  /** An operator's window is on the clock of the owner's, where there is one (protocol §5.2). */
  #keepHours({ ownWindow = '', timeZone = '' }: Partial<ReportedChoices> = {}): void {
    increase(this.#windows, ownWindow, 1)
    increase(this.#zones, zoneOf(ownWindow) ?? timeZone, 1)
  }

  #putOff(until: NonNullable<GroupAudience['postponedUntil']>): void {
    const { earliest, latest } = this.postponedUntil ?? until
    this.postponedUntil = {
      earliest: Math.min(earliest, until.earliest),
      latest: Math.max(latest, until.latest),
    }
  }
}

function nobody(): Record<Prospect, number> {
  return Object.fromEntries(PROSPECTS.map((prospect) => [prospect, 0])) as Record<Prospect, number>
}

function increase(counts: Map<string, number>, name: string, by: number): void {
  counts.set(name, (counts.get(name) ?? 0) + by)
}

function zoneOf(ownWindow: string): string | undefined {
  return ownWindow.startsWith('{') ? (JSON.parse(ownWindow) as FactoryWindow).timeZone : undefined
}
