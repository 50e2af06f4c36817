import { Router } from 'express'
import type { Logger } from 'pino'
import { permitOf } from '../http/door/permit.ts'
import { answerQueued } from '../http/queued-answer.ts'
import { type Clock, secondsOf } from '../ports.ts'
import type { Database } from '../stores.ts'
import { WorkQueue } from '../threads/work-queue.ts'
import { lookAround } from './look-around.ts'
import { RememberedCounts } from './remembered-counts.ts'
import { SOURCES } from './sources/list.ts'

/** A page that everybody keeps open, some of them twice: they come back together after the server was away. */
const PLACES = { places: 256, placesOfAccount: 12, atOnce: 8 }

export interface AttentionRoutesNeeds {
  readonly database: Database
  readonly clock: Clock
  readonly log: Logger
  /** By which names this server goes. */
  readonly hosts: readonly string[]
}

/** Below /api/1. */
export function attentionRoutes(needs: AttentionRoutesNeeds): Router {
  const { database, clock, log, hosts } = needs
  const routes = Router()
  const counts = new RememberedCounts()
  const queue = new WorkQueue(PLACES)

  routes.get('/attention', async (request, response) => {
    const { actor, mayIn, productsWith } = permitOf(request)
    const caller = { actor, mayIn, productsWith }
    await answerQueued(queue, { request, response }, () => {
      const now = secondsOf(clock)
      const counted = (name: string, count: () => Promise<number>) => counts.read(name, now, count)
      return lookAround(SOURCES, { stores: database, now, caller, hosts, counted }, log)
    })
  })

  return routes
}
