/** What of mails and subscribers is kept no longer; a bounded part at each look. */
import type { Database } from '../stores.ts'
import { CONFIRM_SECONDS } from '../subscriptions/subscription.ts'

const AT_ONCE = 200
const DAY_SECONDS = 86_400

export async function forgetMails(
  database: Database,
  now: number,
  keptDays: number,
): Promise<void> {
  await database.mails.deleteEndedBefore(now - keptDays * DAY_SECONDS, AT_ONCE)
  await database.transaction(({ subscriptions }) =>
    subscriptions.deleteUnconfirmedBefore(now - CONFIRM_SECONDS, AT_ONCE),
  )
}
