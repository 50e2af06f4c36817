/** What Fleetward processes itself, in the language of the page. Each undefined: the server's own words stand. */
import type { FleetwardData } from '../../../api/operator-api.gen.ts'
import { toldWords } from '../../../words/told.ts'

export function whatWords({ id }: FleetwardData): string | undefined {
  return toldWords('ownData', `${id}-what`)
}

export function purposeWords({ id }: FleetwardData): string | undefined {
  return toldWords('ownData', `${id}-purpose`)
}

export function retentionWords({ id, keptDays }: FleetwardData): string | undefined {
  const { days, deliveries, isHeld = false } = keptDays ?? {}
  return toldWords('ownData', `${id}-kept`, {
    kept: daysWords(days, isHeld),
    keptDeliveries: daysWords(deliveries, isHeld),
  })
}

function daysWords(count: number | undefined, isHeld: boolean): string | undefined {
  return count === undefined ? undefined : toldWords('ownData', isHeld ? 'held' : 'days', { count })
}
