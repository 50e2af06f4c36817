/**
 * Requests that count a fleet or look through it: each keeps the database busy for up to seconds when it is large, and
 * whoever may read asks for as many filters, findings and rules as he likes. A screen asks for some of them at once, so
 * they wait for one another more than they are refused.
 */
import { WorkQueue } from '../threads/work-queue.ts'

export const fleetReads = new WorkQueue({ places: 64, placesOfAccount: 24, atOnce: 4 })
