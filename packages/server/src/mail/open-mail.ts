/** Mail, put together: what the settings say, the worker, and what routes need. */
import type { Logger } from 'pino'
import type { Instances } from '../instances/instances.ts'
import { type Clock, secondsOf } from '../ports.ts'
import type { Seal } from '../secrets/seal.ts'
import { SettingsError } from '../settings.ts'
import type { Database } from '../stores.ts'
import { tellSubscribers } from '../subscriptions/tell-subscribers.ts'
import { forgetMails } from './forget-mails.ts'
import { MailLinks } from './mail-links.ts'
import type { MailRoutesNeeds } from './mail-routes.ts'
import { openMailSender } from './mail-sender.ts'
import type { MailSettings } from './mail-settings.ts'
import { MailWorker } from './mail-worker.ts'
import { mailsOfEvents } from './mails-of-events.ts'

export interface MailNeeds {
  readonly settings: MailSettings | undefined
  readonly production: boolean
  readonly deliveriesDays: number
  /** Nothing is deleted for now. */
  readonly isOnHold: boolean
  /** Origin of the public listener, where the settings of disclosure name none. */
  readonly publicBase: () => string
  readonly database: Database
  readonly instances: Instances
  readonly seal: Seal
  readonly clock: Clock
  readonly log: Logger
}

export interface OpenMail {
  readonly routes: MailRoutesNeeds
  /** Makes mails of what happened, sends them, forgets old ones. */
  look(): Promise<void>
  stop(): void
}

export async function openMail(needs: MailNeeds): Promise<OpenMail> {
  const { settings, production, database, seal, instances, clock, publicBase } = needs
  if (settings?.security === 'plaintext' && production) {
    throw new SettingsError(['mail.security: plaintext not together with production: true'])
  }
  const sender = settings === undefined ? undefined : await openMailSender(settings)
  const links = new MailLinks(database, seal)
  await links.ready()
  const publicUrl = async () => {
    const kept = await database.disclosure.settings()
    const url = kept?.settings.publicUrl ?? ''
    return url === '' ? publicBase() : url
  }
  const worker = new MailWorker({
    ...{ ...needs, mail: settings, sender, links, publicUrl, chance: Math.random },
  })
  const lookOnce = async () => {
    if (!instances.leads()) return
    const at = secondsOf(clock)
    // A piece of news that cannot be told keeps back no reminder of a deadline.
    const failures: unknown[] = []
    for (const step of [
      () => mailsOfEvents({ database, isSetUp: settings !== undefined, publicUrl }, at),
      () => tellSubscribers({ database }),
      () => worker.look(),
      async () => {
        if (!needs.isOnHold) await forgetMails(database, at, needs.deliveriesDays)
      },
    ]) {
      await step().catch((error: unknown) => failures.push(error))
    }
    if (failures.length > 0) throw failures[0]
  }
  let looked = Promise.resolve()
  return {
    routes: { database, clock, settings, sender },
    // One at a time: whoever asks for one knows that what was due has been sent.
    look: () => {
      const look = looked.then(lookOnce)
      looked = look.catch(() => {
        // Whoever asked for it hears of it.
      })
      return look
    },
    stop: () => worker.stop(),
  }
}
