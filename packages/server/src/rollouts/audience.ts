/** The devices of a group, or of a position, as a preview counts them one by one. */
import type { GroupAudience } from './engine/preview.ts'
import { PROSPECTS, type Prospect, type ProspectiveOffer, prospectOf } from './engine/prospect.ts'
import type { Candidate } from './member-store.ts'

const SAMPLE_COUNT = 5

export class Audience implements GroupAudience {
  members = 0
  readonly prospects: Record<Prospect, number> = nobody()
  postponedUntil: GroupAudience['postponedUntil']
  readonly sample: string[] = []

  add({ device, ...others }: Candidate, offer: ProspectiveOffer, now: number): void {
    const prospect = prospectOf({ ...device, ...others }, offer, now)
    this.members += 1
    this.prospects[prospect] += 1
    if (this.sample.length < SAMPLE_COUNT) this.sample.push(device.device)
    const { postponedUntil: until } = device
    if (prospect !== 'postponed' || until === undefined) return
    this.#putOff({ earliest: until, latest: until })
  }

  /** Those too, without their names. */
  addAll(others: Audience): void {
    this.members += others.members
    for (const prospect of PROSPECTS) this.prospects[prospect] += others.prospects[prospect]
    if (others.postponedUntil !== undefined) this.#putOff(others.postponedUntil)
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
