/**
 * What people of the house read: what happened, by when, and what to do. Ids, names of products and of public
 * vulnerabilities; never a word of a report or of a case. Pure.
 */
import { z } from 'zod'
import type { FleetEvent } from '../events/event-store.ts'
import type { Topic } from './topics.ts'

const WORD_MAX_CHARACTERS = 200
const word = z.string().max(WORD_MAX_CHARACTERS).catch('?')
const seconds = z.number().catch(0)

export interface MailWords {
  readonly subject: string
  readonly text: string
}

const STAGES: Readonly<Record<string, string>> = {
  earlyWarning: 'early warning',
  notification: 'vulnerability or incident notification',
  finalReport: 'final report',
}

const WRITERS: Readonly<Record<Topic, (data: unknown, product: string) => MailWords>> = {
  'deadline-passed': (data, product) => {
    const { case: id, stage, dueAt } = caseFacts.parse(data)
    return {
      subject: `Deadline passed: ${stage} of case ${id} (${product})`,
      text: `The ${stage} of case ${id} on ${product} was due ${moment(dueAt)} and is not recorded as submitted.

What to do: submit it on the single reporting platform now, even when parts are missing, and record it:
  fleetward cases sheet ${id} …
  fleetward cases submit ${id} …`,
    }
  },
  'deadline-near': (data, product) => {
    const { case: id, stage, dueAt, leadSeconds } = caseFacts.parse(data)
    return {
      subject: `Due in ${hours(leadSeconds)}: ${stage} of case ${id} (${product})`,
      text: `The ${stage} of case ${id} on ${product} is due ${moment(dueAt)}.

What to do: print the sheet, submit it on the single reporting platform, and record that you did:
  fleetward cases sheet ${id} …
  fleetward cases submit ${id} …`,
    }
  },
  'newly-exploited': (data, product) => {
    const { finding, vulnerability, component, release } = findingFacts.parse(data)
    return {
      subject: `Exploited now: ${vulnerability} in ${product}`,
      text: `${vulnerability} is on a list of what is actively exploited. It is in ${component} of ${product} ${release}.

If your product is exploited through it, the early warning of Article 14 is due 24 hours after you are aware of that.

What to do: look at the finding, decide what it means, and open a case if it is one:
  fleetward findings show ${finding} --product ${product}
  fleetward cases open --product ${product} …`,
    }
  },
  'disclosure-overdue': (data) => {
    const { report, what, since } = reportFacts.parse(data)
    return {
      subject: `Overdue: ${what} of vulnerability report ${report}`,
      text: `The ${what} of the vulnerability report ${report} was promised for ${moment(since)}.

What to do: read it, and answer its reporter:
  fleetward disclosure show ${report}`,
    }
  },
  'support-ending': (data, product) => {
    const { supportEndsOn, monthsBefore } = supportFacts.parse(data)
    const isOver = monthsBefore === 0
    return {
      subject: isOver
        ? `Support of ${product} is over`
        : `Support of ${product} ends in ${monthsBefore === 1 ? 'one month' : `${monthsBefore} months`}`,
      text: `The support period of ${product} ${isOver ? 'ended' : 'ends'} with ${supportEndsOn}.

What to do: see that owners were told, that what devices show them says the same month, and what stays open:
  fleetward products facts gaps ${product}`,
    }
  },
}

const caseFacts = z.object({
  case: word,
  stage: word.transform((stage) => STAGES[stage] ?? stage),
  dueAt: seconds,
  leadSeconds: seconds,
})
const findingFacts = z.object({
  ...{ finding: word, vulnerability: word, component: word, release: word },
})
const reportFacts = z.object({ report: word, what: word, since: seconds })
const supportFacts = z.object({ supportEndsOn: word, monthsBefore: seconds })

export function staffMail(topic: Topic, { data, product = '' }: FleetEvent): MailWords {
  const { subject, text } = WRITERS[topic](data, product)
  const end =
    topic === 'deadline-passed'
      ? 'This topic cannot be switched off.'
      : `Switch this topic off: fleetward mails topics --off ${topic}`
  return { subject, text: `${text}\n\n--\n${end}` }
}

function moment(at: number): string {
  return `${new Date(at * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

function hours(count: number): string {
  return count < 7_200 ? `${Math.round(count / 60)} minutes` : `${Math.round(count / 3_600)} hours`
}
