/** Feeds that come by themselves, put together: what the settings allow, the looks, and what the routes need. */
import type { Logger } from 'pino'
import { repeated } from '../../repeated.ts'
import { authoritiesWith } from '../../webhooks/own-authorities.ts'
import { networksOf } from '../../webhooks/reachable-address.ts'
import { FeedSchedule, type FeedScheduleNeeds } from './feed-schedule.ts'
import type { FeedSettings } from './feed-settings.ts'
import type { FeedSourceRules } from './feed-source-routes.ts'

/** Intervals are a quarter of an hour and more. */
const LOOK_MS = 60_000

export interface OpenFeedSchedule {
  readonly rules: FeedSourceRules
  tick(): Promise<void>
  stop(): Promise<void>
}

export async function openFeedSchedule({
  settings,
  log,
  ...needs
}: Omit<FeedScheduleNeeds, 'rules' | 'folders'> & {
  readonly settings: FeedSettings
  readonly log: Logger
}): Promise<OpenFeedSchedule> {
  const { folders, caFile } = settings
  const allowed = networksOf(settings.allowNetworks)
  const ca = caFile === undefined ? undefined : await authoritiesWith(caFile, 'feeds.caFile')
  const rules = { allowed, ...(ca === undefined ? {} : { ca }) }
  const schedule = new FeedSchedule({ ...needs, rules, folders })
  const looks = repeated({ everyMs: LOOK_MS, log, what: 'fetching feeds' }, () => schedule.tick())
  return {
    rules: { allowed, folders, set: () => looks.soon() },
    tick: () => schedule.tick(),
    stop: async () => {
      await schedule.stop()
      await looks.stop()
    },
  }
}
