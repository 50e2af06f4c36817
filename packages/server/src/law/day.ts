/** Days by which something has to be done, as people write them. */
import { z } from 'zod'

export const day = z.iso.date().meta({ example: '2027-11-21' })

const DAY_SECONDS = 86_400

/** Whether the whole of a day is over, in UTC. */
export function isPast(day: string, now: number): boolean {
  return now >= Date.parse(day) / 1000 + DAY_SECONDS
}
