/**
 * Keeps the reporter of a vulnerability informed by mail, if he asked for it: the reference, a link, and the state once
 * that is no secret any more. Never a word of the report: a mail is read on its way, and maybe by somebody else. Nobody is
 * written to before a person of the house has moved the report, so strangers cannot have this server write to others.
 */
import { z } from 'zod'
import type { FleetEvent } from '../events/event-store.ts'
import { mailAddress } from '../mail/address.ts'
import { sayFor } from '../public-pages/say.ts'
import type { Stores } from '../stores.ts'
import { DISCLOSURE_DEFAULTS } from './disclosure-settings.ts'
import { REPORT_STATES, type Report } from './report.ts'
import { FOLLOW_PATH } from './security-text.ts'

/** What is beyond is on the page. */
export const REPORTER_MAILS_PER_DAY_MAX_COUNT = 3
const DAY_SECONDS = 86_400

const moved = z.object({ report: z.string(), state: z.enum(REPORT_STATES) })

export const isReporters = ({ type }: Pick<FleetEvent, 'type'>) => type === 'disclosure.moved'

export async function tellReporter(
  { disclosure, mails }: Pick<Stores, 'disclosure' | 'mails'>,
  event: FleetEvent,
  { now, publicUrl }: { readonly now: number; readonly publicUrl: string },
): Promise<void> {
  const { data } = moved.safeParse(event.data)
  const report = data && (await disclosure.find(data.report))
  const to = mailAddress(report?.contact ?? '')
  if (data === undefined || report?.mailLanguage === undefined || to === undefined) return
  // Beginning with what counts the mails of one report.
  const of = `reporter of disclosure/${report.id} `
  const today = await mails.countAbout(of, now - DAY_SECONDS)
  if (today >= REPORTER_MAILS_PER_DAY_MAX_COUNT) return
  const { settings } = (await disclosure.settings()) ?? DISCLOSURE_DEFAULTS
  const contact = settings.contacts[0]?.replace(/^(?:mailto|tel):/, '') ?? ''
  const words = reporterMail(report, data.state, { publicUrl, contact })
  await mails.add({ ...words, to, about: `${of}${event.id}`, at: now })
}

function reporterMail(
  { id, isEmbargoed, mailLanguage }: Report,
  state: Report['state'],
  { publicUrl, contact }: { readonly publicUrl: string; readonly contact: string },
) {
  const path = `${FOLLOW_PATH}?lang=${mailLanguage}`
  const say = sayFor(path, undefined)
  return {
    subject: say('mail.subject', { reference: id }),
    text: say('mail.text', {
      ...{ reference: id, link: `${publicUrl}${path}`, contact },
      max: REPORTER_MAILS_PER_DAY_MAX_COUNT,
      // The audit log does not say it either while it is under an embargo.
      state: isEmbargoed
        ? say('mail.confidential')
        : say('mail.state', { state: say(`state.${state}`) }),
    }),
  }
}
